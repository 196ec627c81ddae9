//! How long to wait, as pure functions of what is known. All in milliseconds.

use std::time::Duration;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// A clip that is made and that no answer shows is asked for at least so often before it is given up.
pub const NO_CLIP_ANSWERS: u32 = 8;
/// And it is not given up before so long after it was sent.
pub const NO_CLIP_NOT_BEFORE: i64 = 120 * MINUTE;
/// From a lost answer to the first look for it.
pub const FIRST_LOOK: i64 = 2 * SECOND;
/// A request that no list has shown while it was looked for for so long was never taken (a starting figure, to be measured per provider).
pub const GRACE: i64 = 10 * MINUTE;
/// A task is not believed to be gone before this, however often a service says so.
pub const GONE_NOT_BEFORE: i64 = 120 * MINUTE;
/// How long a purchase whose end nobody knows can still turn up and be taken for another's.
pub const RIVALS_FOR: i64 = 24 * 60 * MINUTE;
/// Between two looks at a provider that does not answer, whoever is looked for.
pub const LOOKS_APART: i64 = 11 * SECOND;
/// Between two looks for a request that seemed absent, and until when it is looked for at all.
pub const LATE_LOOKS: (i64, i64) = (15 * MINUTE, 24 * 60 * MINUTE);
/// A lost request for which no look was answered for so long is put before the person.
pub const LOOKS_UNANSWERED: i64 = 60 * MINUTE;
/// Clocks here and at the provider may differ by so much. Generous, because the note of earlier tasks already tells
/// new from old, and a task that is filtered out by a wrong clock would be bought a second time.
pub const CLOCK_DIFFERENCE: i64 = 6 * 60 * MINUTE;
/// So many fresh links in a row must be refused before a clip whose time is over is given up: by their waits, hours.
pub const FRESH_LINKS: u32 = 12;
/// A provider may keep a clip for longer than it says, and clocks differ.
pub const CLIP_MARGIN: i64 = 120 * MINUTE;
/// The same where it is not the storage that refuses, but the way there that fails: a gone host, a page, an odd address.
pub const CLIP_MARGIN_OTHER: i64 = 48 * 60 * MINUTE;
/// Longest wait for a clip that nobody refused: it may be the line here.
pub const BAD_LINE: i64 = 5 * MINUTE;
/// A clock here that is wrong by more than this is not believed to be; the provider's is.
pub const CLOCK_WRONG_MAX: i64 = 400 * 24 * 60 * MINUTE;
/// A lost request's task says that it was made at most so long before or after it was sent.
pub const MADE_AROUND: i64 = 10 * MINUTE;
/// Between two answered looks at most so much counts as looked for: a machine that slept looked for nothing.
pub const LOOKED_BETWEEN: i64 = 2 * MINUTE;
/// Longest pause that a storage of clips is given when it asks for one.
const STORAGE_PAUSE_MAX: i64 = 10 * MINUTE;
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

/// The pause of a storage that asked for one. Clips end there: of the time that is `left` to the first of them it takes
/// an eighth at most, so that they are tried often enough to ask for a fresh link as well.
#[must_use]
pub fn storage_pause(asked: i64, left: Option<i64>) -> i64 {
    let longest = left.map_or(STORAGE_PAUSE_MAX, |left| (left / 8).clamp(MINUTE, STORAGE_PAUSE_MAX));
    asked.clamp(0, longest)
}

/// Between two looks for a lost request: 5 seconds, growing to one minute.
#[must_use]
pub fn look_delay(looks: u32) -> i64 {
    (5 * SECOND * i64::from(looks.max(1))).min(MINUTE)
}

/// A wait drawn anew, so that those who failed at the same moment do not come back at the same moment: anything from
/// one second to the whole of it. `roll` is any random number.
#[must_use]
pub fn jittered(wait: i64, roll: u64) -> i64 {
    let range = u64::try_from(wait - SECOND).unwrap_or(0).saturating_add(1);
    SECOND + i64::try_from(roll % range).unwrap_or(0)
}

/// After the n-th answer in a row, from 1, that a clip is made and none can be read.
#[must_use]
pub fn no_clip_delay(answers: u32) -> i64 {
    match answers {
        0 | 1 => 5 * SECOND,
        2 => 15 * SECOND,
        3 => MINUTE,
        4 => 4 * MINUTE,
        5 => 15 * MINUTE,
        6 => 40 * MINUTE,
        _ => 60 * MINUTE,
    }
}

/// Before the n-th fresh link of a clip, from 1: seconds at first, because links end while one waits for the disk; then
/// ever more rarely up to an hour, but several times in what is `left` of the clip's time, in milliseconds.
#[must_use]
pub fn fresh_link_delay(asked: u32, left: Option<i64>) -> i64 {
    let wait = match asked {
        0..=6 => retry_delay(asked),
        7 => 5 * MINUTE,
        8 => 15 * MINUTE,
        9 => 30 * MINUTE,
        _ => 60 * MINUTE,
    };
    left.filter(|left| *left > 0).map_or(wait, |left| wait.min((left / 8).max(MINUTE)))
}

/// How long past generations of a kind took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// One in twenty took less.
    pub early: i64,
    /// Half took less.
    pub middle: i64,
    /// One in twenty took more.
    pub late: i64,
}

/// Until the next question about a running generation. Where past ones are known: not before the earliest of them
/// usually ended, then often until the latest did, then ever more rarely up to 15 seconds. Where none are: soon, because
/// a refusal comes early, then every 7 seconds.
#[must_use]
pub fn poll_delay(elapsed: i64, spread: Option<Spread>, local: bool) -> i64 {
    if local {
        return 250;
    }
    // The clock was set back: how long it has run is not known any more.
    if elapsed < 0 {
        return 15 * SECOND;
    }
    let Some(Spread { early, late, .. }) = spread else {
        return match elapsed {
            ..2_000 => 2 * SECOND,
            2_000..5_000 => 3 * SECOND,
            5_000..10_000 => 5 * SECOND,
            _ => (elapsed / 14).clamp(7 * SECOND, 15 * SECOND),
        };
    };
    let first = early / 100 * 82;
    if elapsed < first {
        return (first - elapsed).clamp(SECOND, MINUTE);
    }
    let step = ((late - first) / 13).clamp(18 * SECOND / 10, 34 * SECOND / 10);
    if elapsed < late { step } else { (elapsed / 16).clamp(step, 15 * SECOND) }
}

/// The middle of past durations; absent while fewer than three are known.
#[must_use]
pub fn typical(durations: Vec<i64>) -> Option<i64> {
    spread(durations).map(|spread| spread.middle)
}

/// The spread of past durations; absent while fewer than three are known.
#[must_use]
pub fn spread(mut durations: Vec<i64>) -> Option<Spread> {
    durations.retain(|duration| *duration > 0);
    if durations.len() < 3 {
        return None;
    }
    durations.sort_unstable();
    let last = durations.len() - 1;
    let at = |index: usize| durations.get(index).copied();
    Some(Spread { early: at(last / 20)?, middle: at(durations.len() / 2)?, late: at((last * 19).div_ceil(20))? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storages_pause_leaves_time_for_the_clips() {
        let hour = 60 * MINUTE;
        for (asked, left, given) in [
            (30 * SECOND, Some(hour), 30 * SECOND),
            (hour, None, STORAGE_PAUSE_MAX),
            (hour, Some(24 * hour), STORAGE_PAUSE_MAX),
            (hour, Some(hour), hour / 8),
            (hour, Some(5 * MINUTE), MINUTE),
            (hour, Some(-hour), MINUTE),
            (i64::MAX, Some(i64::MIN), MINUTE),
        ] {
            assert_eq!(storage_pause(asked, left), given, "{asked} {left:?}");
        }
        // A clip that is kept for an hour, at a storage that asks for ten minutes each time.
        let (mut now, mut tries) = (0, 0);
        while now < hour {
            (now, tries) = (now + storage_pause(10 * MINUTE, Some(hour - now)), tries + 1);
        }
        assert!(tries >= 20, "{tries}");
    }

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

    /// Questions until a job of so long is seen as ended, and how late that is.
    fn asked(duration: i64, spread: Option<Spread>) -> (i64, i64) {
        let (mut at, mut questions) = (0, 0);
        while at < duration {
            at += poll_delay(at, spread, false);
            questions += 1;
        }
        (questions, at - duration)
    }

    /// A sequence of numbers that look random and are the same every time.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self, below: u64) -> i64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((self.0 >> 33) % below).expect("small")
        }

        /// Around nothing, in thousandths of the standard deviation.
        fn bell(&mut self) -> i64 {
            (0..12).map(|_| self.next(1_001)).sum::<i64>() - 6_000
        }
    }

    #[test]
    fn a_ninety_second_job_costs_at_most_fifteen_questions_and_is_seen_within_two_seconds() {
        // How the durations of such jobs may be spread around 90 seconds.
        type Draw = fn(&mut Numbers) -> i64;
        let kinds: [(&str, Draw); 6] = [
            ("always the same", |_| 90_000),
            ("within some seconds", |numbers| 90_000 + 4 * numbers.bell()),
            ("a tenth", |numbers| 90_000 + 9 * numbers.bell()),
            ("a quarter, never short", |numbers| 90_000 + (22 * numbers.bell()).max(-40_000)),
            ("anything from one to two minutes", |numbers| 60_000 + numbers.next(60_000)),
            ("two kinds of days", |numbers| match numbers.next(10) {
                0..6 => 75_000 + 5 * numbers.bell(),
                _ => 120_000 + 8 * numbers.bell(),
            }),
        ];
        for (kind, draw) in kinds {
            let mut numbers = Numbers(7);
            let (mut questions, mut late, mut ninety) = (0, 0, 0);
            let jobs = 4_000;
            for _ in 0..jobs {
                let past = spread((0..20).map(|_| draw(&mut numbers)).collect());
                let found = asked(draw(&mut numbers), past);
                (questions, late) = (questions + found.0, late + found.1);
                ninety += asked(90_000, past).0;
            }
            println!(
                "{kind}: {}/100 questions, {}/100 for 90 s, seen after {} ms",
                questions * 100 / jobs,
                ninety * 100 / jobs,
                late / jobs
            );
            assert!(ninety <= 15 * jobs, "{kind}: {} of a hundred questions for 90 s", ninety * 100 / jobs);
            assert!(late <= 2_000 * jobs, "{kind}: seen after {} ms", late / jobs);
        }
        let (questions, late) = asked(90_000, None);
        assert!(questions <= 15 && late <= 7_000, "nothing known: {questions} questions, {late} ms");
    }

    #[test]
    fn a_drawn_wait_is_never_longer_and_is_spread_evenly() {
        let mut numbers = Numbers(3);
        let drawn: Vec<i64> = (0..6_000).map(|_| jittered(60_000, numbers.next(1 << 30).unsigned_abs())).collect();
        assert!(drawn.iter().all(|wait| (1_000..=60_000).contains(wait)));
        for tenth in 0..10 {
            let within = |wait: &&i64| (**wait - 1_000) * 10 / 59_001 == tenth;
            let count = drawn.iter().filter(within).count();
            assert!((500..700).contains(&count), "{count} in tenth {tenth}");
        }
        assert_eq!(jittered(0, u64::MAX), 1_000);
        assert_eq!(jittered(1_000, u64::MAX), 1_000);
    }

    #[test]
    fn eight_answers_without_a_clip_take_two_hours() {
        let waits: i64 = (1..NO_CLIP_ANSWERS).map(no_clip_delay).sum();
        assert!(waits >= NO_CLIP_NOT_BEFORE, "{waits}");
    }

    #[test]
    fn a_clip_whose_time_is_over_is_asked_for_for_two_hours_and_before_that_ever_more_rarely() {
        let waits: i64 = (1..FRESH_LINKS).map(|asked| fresh_link_delay(asked, Some(-1))).sum();
        assert!(waits >= 2 * 60 * MINUTE, "{waits}");
        assert_eq!(fresh_link_delay(1, None), 2_000);
        assert_eq!(fresh_link_delay(u32::MAX, None), 60 * MINUTE);
        assert_eq!(fresh_link_delay(u32::MAX, Some(80 * MINUTE)), 10 * MINUTE);
        assert_eq!(fresh_link_delay(u32::MAX, Some(1)), MINUTE);
    }

    #[test]
    fn the_usual_time_needs_three_examples() {
        assert_eq!(typical(vec![1, 2]), None);
        assert_eq!(typical(vec![9, 1, 5]), Some(5));
        assert_eq!(typical(vec![-1, 0, 5, 7]), None);
    }
}
