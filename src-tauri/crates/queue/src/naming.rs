//! Names of clips on the disk: from time, id and words, never from a link or a header.

use time::OffsetDateTime;

/// `2026-11/20261121-140203_0192f3aa_harbour-at-dawn.mp4`, in the time of the world. Always the same for the same
/// generation, so that a run that was cut off finds what it had already kept.
#[must_use]
pub fn take_file(created_at: i64, id: &str, board_name: &str) -> String {
    let at = OffsetDateTime::from_unix_timestamp(created_at.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let short: String = id.chars().filter(char::is_ascii_alphanumeric).rev().take(10).collect();
    let short: String = short.chars().rev().collect::<String>().to_ascii_lowercase();
    let slug = slug(board_name);
    let separator = if slug.is_empty() { "" } else { "_" };
    format!(
        "{year:04}-{month:02}/{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}_{short}{separator}{slug}.mp4"
    )
}

/// Lower-case letters, digits and single dashes, at most 40.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if slug.len() >= 40 {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_say_when_and_what() {
        assert_eq!(
            take_file(1_795_269_723_000, "0192f3aa-1b2c-7d3e-8f40-aabbccddeeff", "Harbour at dawn!"),
            "2026-11/20261121-140203_bbccddeeff_harbour-at-dawn.mp4"
        );
        assert_eq!(take_file(0, "A", "港"), "1970-01/19700101-000000_a.mp4");
    }

    proptest! {
        #[test]
        fn no_words_lead_out_of_the_folder(name in ".{0,200}", at in 0i64..4_000_000_000_000, id in "[0-9a-f-]{36}") {
            let file = take_file(at, &id, &name);
            let (month, rest) = file.split_once('/').expect("one folder");
            prop_assert!(month.len() == 7 && !rest.contains('/') && !rest.contains("..") && rest.len() < 100);
            prop_assert!(rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b)));
        }
    }
}
