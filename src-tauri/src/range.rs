//! Parts of a file, as HTTP asks for them. Pure.

/// What a request wants of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// From the first to the last byte, both included.
    Bytes {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// What is not there.
    Beyond,
}

/// Reads a `Range` header for a file of a length. More than one range, or what is no range, asks for the whole.
#[must_use]
pub fn part_of(header: Option<&str>, length: u64) -> Part {
    let Some(range) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else { return Part::Whole };
    let Some((first, last)) = range.split_once('-') else { return Part::Whole };
    match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last && first < length => Part::Bytes { first, last: last.min(length - 1) },
        (Ok(first), Err(_)) if last.trim().is_empty() && first < length => Part::Bytes { first, last: length - 1 },
        (Err(_), Ok(count)) if first.trim().is_empty() && count > 0 && length > 0 => {
            Part::Bytes { first: length.saturating_sub(count), last: length - 1 }
        }
        (Ok(first), _) if first >= length => Part::Beyond,
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_means_them() {
        let bytes = |first, last| Part::Bytes { first, last };
        for (header, part) in [
            (None, Part::Whole),
            (Some("bytes=0-"), bytes(0, 99)),
            (Some("bytes=10-19"), bytes(10, 19)),
            (Some("bytes=90-500"), bytes(90, 99)),
            (Some("bytes=-5"), bytes(95, 99)),
            (Some("bytes=-500"), bytes(0, 99)),
            (Some("bytes=100-"), Part::Beyond),
            (Some("bytes=99999999999999999999-"), Part::Whole),
            (Some("bytes=5-1"), Part::Whole),
            (Some("bytes=0-1,5-6"), Part::Whole),
            (Some("bytes=-0"), Part::Whole),
            (Some("lines=1-2"), Part::Whole),
            (Some("bytes=a-b"), Part::Whole),
        ] {
            assert_eq!(part_of(header, 100), part, "{header:?}");
        }
        assert_eq!(part_of(Some("bytes=0-"), 0), Part::Beyond);
    }

    #[test]
    fn no_header_reaches_past_the_file() {
        let words = [
            "",
            "0",
            "1",
            "99",
            "100",
            "18446744073709551615",
            "99999999999999999999",
            "-",
            "-1",
            " 5 ",
            "a",
            "0-1",
            ",",
        ];
        for (first, last) in words.iter().flat_map(|first| words.map(|last| (first, last))) {
            for length in [0, 1, 100, u64::MAX] {
                let header = format!("bytes={first}-{last}");
                if let Part::Bytes { first, last } = part_of(Some(&header), length) {
                    assert!(first <= last && last < length, "{header} of {length}");
                }
            }
        }
    }
}
