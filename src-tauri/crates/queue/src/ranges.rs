//! What a storage's headers say of a part of a file. Pure.

/// Where the rest of a file begins, and how long the whole is, from a `Content-Range`; nothing for what is not all of
/// the rest.
#[must_use]
pub fn rest(text: &str) -> Option<(u64, u64)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = range.split_once('-')?;
    let (from, to, total): (u64, u64, u64) = (from.parse().ok()?, to.parse().ok()?, total.parse().ok()?);
    (from <= to && to.checked_add(1)? == total).then_some((from, total))
}

/// How long the whole is of which nothing is left, from a `Content-Range`.
#[must_use]
pub fn whole(text: &str) -> Option<u64> {
    text.strip_prefix("bytes */")?.parse().ok()
}

/// Whether an `ETag` is one that two different files never share: a weak one proves nothing.
#[must_use]
pub fn is_strong(tag: &str) -> bool {
    tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_the_rest_or_nothing() {
        for (text, expected) in [
            ("bytes 100-199/200", Some((100, 200))),
            ("bytes 0-0/1", Some((0, 1))),
            ("bytes 100-150/200", None),
            ("bytes 100-199/*", None),
            ("bytes 199-100/200", None),
            ("bytes 0-18446744073709551615/1", None),
            ("items 1-2/3", None),
            ("", None),
        ] {
            assert_eq!(rest(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_left_of_a_whole() {
        for (text, expected) in
            [("bytes */200", Some(200)), ("bytes */*", None), ("bytes 0-1/200", None), ("bytes */-1", None), ("", None)]
        {
            assert_eq!(whole(text), expected, "{text}");
        }
    }

    #[test]
    fn a_weak_tag_proves_nothing() {
        for (tag, strong) in
            [("\"a\"", true), ("W/\"a\"", false), ("\"\"", false), ("\"", false), ("a", false), ("", false)]
        {
            assert_eq!(is_strong(tag), strong, "{tag}");
        }
    }
}
