//! What a provider and its storage say in the headers of their answers.

#![no_main]

use sixshot_providers::http::parse_retry_after;
use sixshot_queue::{policy, ranges};
use time::OffsetDateTime;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some((from, total)) = ranges::rest(text) {
        assert!(from < total, "{text}");
    }
    let _ = ranges::whole(text);
    assert!(!ranges::is_strong(text) || !text.starts_with("W/"), "{text}");
    let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
    let wait = parse_retry_after(text, now);
    for attempts in [0, 7, u32::MAX] {
        let delay = policy::rate_limit_delay(wait, attempts);
        assert!((1_000..=3_600_000).contains(&delay), "{text}: {delay}");
    }
});
