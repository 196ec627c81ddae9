//! How often one host is asked where generations stand. Pure, by the moments it was asked.

/// A minute as it is counted here: a little longer, because two requests need not travel equally long.
const WINDOW: i64 = 60_500;
/// Questions in any minute to a host whose lists tell of many generations at once.
const TOGETHER_A_MINUTE: usize = 12;
/// Between two of them, so that a minute's questions do not come in its first seconds.
const TOGETHER_APART: i64 = 5_050;
/// Between two questions to a host that must be asked for each generation by itself.
const SINGLY_APART: i64 = 1_000;
/// Questions in any minute that a host may leave without an answer.
const FAILED_A_MINUTE: usize = 6;

/// Who waits for a host's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Waiting {
    /// One generation, which is asked for by its own waits.
    #[default]
    One,
    /// Several, and a list tells of them.
    Listed,
    /// Several, and each is asked for by itself.
    Unlisted,
}

/// When a host was asked in the last minute, oldest first, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    asked: Vec<i64>,
    failed: Vec<i64>,
}

impl Pace {
    /// The earliest moment for the next question.
    pub fn next(&self, waiting: Waiting, now: i64) -> i64 {
        // What a clock that was set back has left in the future counts for nothing.
        let recent = |moments: &[i64]| -> Vec<i64> {
            moments.iter().copied().filter(|at| (now - WINDOW..=now).contains(at)).collect()
        };
        let asked = recent(&self.asked);
        let failed = free_again(&recent(&self.failed), FAILED_A_MINUTE);
        let last = asked.last().copied();
        let regular = match waiting {
            Waiting::One => None,
            Waiting::Unlisted => last.map(|at| at + SINGLY_APART),
            Waiting::Listed => last.map(|at| at + TOGETHER_APART).max(free_again(&asked, TOGETHER_A_MINUTE)),
        };
        regular.max(failed).unwrap_or(now).max(now)
    }

    /// A question is asked.
    pub fn ask(&mut self, now: i64) {
        self.asked.retain(|at| (now - WINDOW..=now).contains(at));
        self.asked.push(now);
    }

    /// It had no answer.
    pub fn fail(&mut self, now: i64) {
        self.failed.retain(|at| (now - WINDOW..=now).contains(at));
        self.failed.push(now);
    }

    /// The host answers again.
    pub fn answered(&mut self) {
        self.failed.clear();
    }
}

/// When fewer than so many of these moments are in the last minute again; nothing when they already are.
fn free_again(moments: &[i64], most: usize) -> Option<i64> {
    moments.len().checked_sub(most).and_then(|over| moments.get(over)).map(|at| at + WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moments of questions that are asked as soon as they may.
    fn eager(waiting: Waiting, fails: bool, until: i64) -> Vec<i64> {
        let (mut pace, mut now, mut asked) = (Pace::default(), 0, Vec::new());
        while now < until {
            now = pace.next(waiting, now);
            pace.ask(now);
            if fails {
                pace.fail(now);
            }
            asked.push(now);
            now += 1;
        }
        asked
    }

    fn most_in_a_minute(asked: &[i64]) -> usize {
        asked
            .iter()
            .map(|at| asked.iter().filter(|other| (0..60_000).contains(&(*other - at))).count())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn any_minute_holds_at_most_so_many() {
        assert_eq!(most_in_a_minute(&eager(Waiting::Listed, false, 600_000)), 12);
        assert_eq!(most_in_a_minute(&eager(Waiting::Unlisted, false, 600_000)), 60);
        for waiting in [Waiting::One, Waiting::Listed, Waiting::Unlisted] {
            assert!(most_in_a_minute(&eager(waiting, true, 600_000)) <= 6, "{waiting:?}");
        }
    }

    #[test]
    fn questions_of_one_count_when_others_join() {
        let mut pace = Pace::default();
        for second in 0..20 {
            assert_eq!(pace.next(Waiting::One, second * 1_000), second * 1_000);
            pace.ask(second * 1_000);
        }
        assert_eq!(pace.next(Waiting::Listed, 19_000), 8_000 + WINDOW);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nobody() {
        let mut pace = Pace::default();
        pace.ask(86_400_000);
        pace.fail(86_400_000);
        assert_eq!(pace.next(Waiting::Listed, 1_000), 1_000);
    }
}
