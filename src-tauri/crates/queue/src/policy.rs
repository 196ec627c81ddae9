//! How long to wait, as pure functions of what is known. All in milliseconds.

use std::time::Duration;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// From a lost answer to the first look for it.
pub const FIRST_LOOK: i64 = 2 * SECOND;
/// A request that no list has shown for so long was never taken (a starting figure, to be measured per provider).
pub const GRACE: i64 = 10 * MINUTE;
/// A task is not believed to be gone before this, however often a service says so.
pub const GONE_NOT_BEFORE: i64 = 120 * MINUTE;
/// How long a purchase whose end nobody knows can still turn up and be taken for another's.
pub const RIVALS_FOR: i64 = 24 * 60 * MINUTE;
/// Between two looks for a request that seemed absent, and until when it is looked for at all.
pub const LATE_LOOKS: (i64, i64) = (15 * MINUTE, 24 * 60 * MINUTE);
/// Clocks here and at the provider may differ by so much. Generous, because the note of earlier tasks already tells
/// new from old, and a task that is filtered out by a wrong clock would be bought a second time.
pub const CLOCK_DIFFERENCE: i64 = 6 * 60 * MINUTE;
/// Shortest and longest wait that a provider can ask for.
const RATE_LIMIT: (i64, i64) = (SECOND, 60 * MINUTE);

/// Between two tries of something that may simply be repeated: 1, 2, 4 ... up to 60 seconds.
#[must_use]
pub fn retry_delay(attempts: u32) -> i64 {
    (SECOND << attempts.min(6)).min(MINUTE)
}

/// After a provider asked to wait.
#[must_use]
pub fn rate_limit_delay(retry_after: Option<Duration>, attempts: u32) -> i64 {
    let asked = retry_after.map(|wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
    asked.unwrap_or_else(|| retry_delay(attempts.saturating_add(1))).clamp(RATE_LIMIT.0, RATE_LIMIT.1)
}

/// Between two looks for a lost request: 5 seconds, growing to one minute.
#[must_use]
pub fn look_delay(looks: u32) -> i64 {
    (5 * SECOND * i64::from(looks.max(1))).min(MINUTE)
}

/// Until the next question about a running generation. Rarely while it cannot be ready, every 3 seconds around the
/// time such generations usually take, and stretching to 15 seconds for those that take longer.
#[must_use]
pub fn poll_delay(elapsed: i64, typical: Option<i64>, local: bool) -> i64 {
    if local {
        return 250;
    }
    match typical {
        Some(typical) if elapsed < typical * 6 / 10 => (typical * 6 / 10 - elapsed).clamp(3 * SECOND, MINUTE),
        Some(typical) if elapsed < typical * 3 / 2 => 3 * SECOND,
        None if elapsed < 10 * SECOND => 2 * SECOND,
        _ => (elapsed / 10).clamp(3 * SECOND, 15 * SECOND),
    }
}

/// The middle of past durations; absent while fewer than three are known.
#[must_use]
pub fn typical(mut durations: Vec<i64>) -> Option<i64> {
    durations.retain(|duration| *duration > 0);
    if durations.len() < 3 {
        return None;
    }
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_stay_within_their_bounds() {
        assert_eq!(retry_delay(0), 1_000);
        assert_eq!(retry_delay(u32::MAX), 60_000);
        assert_eq!(rate_limit_delay(Some(Duration::ZERO), 0), 1_000);
        assert_eq!(rate_limit_delay(Some(Duration::from_secs(86_400)), 0), 3_600_000);
        assert_eq!(rate_limit_delay(Some(Duration::from_secs(7)), 9), 7_000);
        assert_eq!(look_delay(0), 5_000);
        assert_eq!(look_delay(u32::MAX), 60_000);
    }

    #[test]
    fn a_ninety_second_job_costs_at_most_fifteen_questions() {
        let (mut at, mut questions) = (0, 0);
        while at < 90_000 {
            at += poll_delay(at, Some(90_000), false);
            questions += 1;
        }
        assert!(questions <= 15, "{questions}");
        assert!(at - 90_000 <= 3_000, "{at}");
    }

    #[test]
    fn the_usual_time_needs_three_examples() {
        assert_eq!(typical(vec![1, 2]), None);
        assert_eq!(typical(vec![9, 1, 5]), Some(5));
        assert_eq!(typical(vec![-1, 0, 5, 7]), None);
    }
}
