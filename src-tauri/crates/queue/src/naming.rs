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
    let date = format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}");
    let parts = [date, short, slug(board_name)];
    let stem = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("_");
    format!("{year:04}-{month:02}/{stem}.mp4")
}

/// The names that a clip may have, best first: another file may already have one of them.
pub(crate) fn names(created_at: i64, id: &str, board_name: &str) -> impl Iterator<Item = String> {
    let first = take_file(created_at, id, board_name);
    let stem = first.trim_end_matches(".mp4").to_owned();
    std::iter::once(first).chain((2..100).map(move |copy| format!("{stem}-{copy}.mp4")))
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

    /// Names that mean a device on Windows, with any ending.
    const RESERVED: [&str; 8] = ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"];

    /// Whatever holds for every name of a clip.
    fn judge(file: &str) -> Result<(), &'static str> {
        let (month, rest) = file.split_once('/').ok_or("no folder")?;
        let plain = |text: &str, more: &[u8]| {
            text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || more.contains(&byte))
        };
        let stem = rest.strip_suffix(".mp4").ok_or("another ending")?;
        // ASCII is its own NFC, and the same name in any case.
        if !plain(month, b"-") || month.len() != 7 || !plain(stem, b"-_") {
            return Err("signs that are not plain");
        }
        if file.len() > 100 || stem.starts_with(['-', '.', ' ']) || stem.ends_with(['-', '_', '.', ' ']) {
            return Err("too long, or an odd beginning or end");
        }
        if stem.split('_').any(|part| part.is_empty() || part.len() > 40 || part.contains("--")) {
            return Err("a slug that is none");
        }
        // It begins with a date, so it is no device's name, whatever the words are.
        if RESERVED.iter().any(|name| stem == *name || month == *name)
            || !stem.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err("a device's name");
        }
        Ok(())
    }

    #[test]
    fn words_that_mean_harm_become_plain_names() {
        let id = "0192f3aa-1b2c-7d3e-8f40-aabbccddeeff";
        for name in [
            "../../etc/passwd",
            "..\\..\\windows\\system32",
            "/etc/passwd",
            "C:\\boot.ini",
            "\\\\host\\share",
            "CON",
            "con.mp4",
            "NUL",
            "AUX ",
            "COM1",
            "lpt9.txt",
            "PRN.",
            "a\0b",
            "a\nb",
            "\u{202E}4pm.exe",
            "e\u{301}clair",
            "éclair",
            "ﬁ",
            "İ",
            "ß",
            "港",
            "🎬",
            ".",
            "..",
            "...",
            " ",
            "-",
            "--",
            "-rf *",
            "$(reboot)",
            "`id`",
            "%2e%2e%2f",
            "a:b",
            "a:stream:$DATA",
            "a|b",
            "a?b",
            "a*b",
            "a<b>",
            "\"a\"",
            "a.mp4.exe",
            "desktop.ini",
            "~",
            "~root",
            "\u{FEFF}a",
            "\u{200B}",
            "\u{2215}etc",
            "\u{FF0F}etc",
            "\u{2024}\u{2024}/",
        ] {
            for id in [id, "", "../..", "A/B", "\0", "港"] {
                let file = take_file(1_795_269_723_000, id, name);
                assert_eq!(judge(&file), Ok(()), "{name:?} and {id:?} became {file}");
            }
        }
        assert_eq!(judge(&take_file(1_795_269_723_000, id, &"x".repeat(1_000_000))), Ok(()));
        // Before and after any time a clock can show.
        for at in [i64::MIN, -1, 0, i64::MAX] {
            assert_eq!(judge(&take_file(at, id, "a")), Ok(()), "{at}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn no_words_lead_out_of_the_folder(name in "\\PC{0,80}|[./\\\\:~ -]{0,40}", at in 0i64..4_000_000_000_000, id in "[0-9a-f-]{36}") {
            let file = take_file(at, &id, &name);
            prop_assert_eq!(judge(&file), Ok(()), "{}", file);
            prop_assert_eq!(&file, &take_file(at, &id, &name), "the same again");
        }

        #[test]
        fn any_words_of_a_person_make_a_name(name in any::<String>(), id in any::<String>()) {
            prop_assert_eq!(judge(&take_file(1_795_269_723_000, &id, &name)), Ok(()));
        }
    }
}
