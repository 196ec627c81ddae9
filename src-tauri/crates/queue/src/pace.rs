//! How often one host is asked where generations stand. Pure, by the moments it was asked.

use sixshot_domain::GenerationId;
use std::collections::HashMap;

/// A minute as it is counted here: a little longer, because two requests need not travel equally long.
pub(crate) const WINDOW: i64 = 60_500;
/// Questions in any minute to a host whose lists tell of many generations at once.
const TOGETHER_A_MINUTE: usize = 12;
/// Between two of them, so that a minute's questions do not come in its first seconds.
const TOGETHER_APART: i64 = 5_050;
/// Between two questions to a host that must be asked for each generation by itself.
const SINGLY_APART: i64 = 1_000;
/// Questions in any minute that a host may leave without an answer.
const FAILED_A_MINUTE: usize = 6;

/// Longest time that any wait here takes: an hour that a provider asks for.
const CLOSED_FOR: i64 = 60 * 60_000;
/// So far ahead of now a moment can be given to a look: hundreds of lost requests wait for a host that is down.
const SLOTS_AHEAD: i64 = 2 * CLOSED_FOR;

/// For so long after its moment a look goes first.
const UNUSED: i64 = 30_000;

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
    /// Those of the questions that had no usable answer. An answer to another one does not take them back: a host can be
    /// ill in one place and well in the next.
    failed: Vec<i64>,
    /// Asked, and it is not known yet how it ends. After a failure these count as well.
    trying: Vec<i64>,
    /// The last word about it was a failure.
    ill: bool,
    /// It asked to be left alone until then.
    closed_until: i64,
}

/// When each of those that are looked for at a host is: one after the other.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    last: i64,
    given: HashMap<GenerationId, i64>,
}

impl Looks {
    /// The moment for one, not before `next` and `apart` from the others. Asked for again when it has come, it is now.
    /// `closed`: the host asked to be left alone until `next`.
    pub fn slot(&mut self, id: &GenerationId, next: i64, apart: i64, closed: bool, now: i64) -> i64 {
        // What a clock that was set back has left in the future counts for nothing.
        self.given.retain(|_, at| *at <= now + SLOTS_AHEAD);
        if self.last > now + SLOTS_AHEAD {
            self.last = now - apart;
        }
        // Others may have used the host's patience up since it was given: it is the first to have what is free again. Only
        // a pause is waited out by all, who must not all come at its end.
        let given = self.given.get(id).copied().filter(|at| !closed || next <= *at).map(|at| next.max(at));
        let at = given.unwrap_or_else(|| next.max(self.last + apart));
        self.last = self.last.max(at);
        if at <= now {
            self.given.remove(id);
            return now;
        }
        self.given.insert(id.clone(), at);
        at
    }
}

impl Looks {
    /// Whether somebody's moment has come lately. One that is not used within half a minute waits for something else, or is
    /// nobody's any more.
    pub fn wait(&self, now: i64) -> bool {
        self.given.values().any(|at| (now - UNUSED..=now).contains(at))
    }

    /// Whether the moment that was given to one has come.
    pub fn has_come(&self, id: &GenerationId, now: i64) -> bool {
        self.given.get(id).is_some_and(|at| *at <= now)
    }
}

impl Pace {
    /// The earliest moment for the next question.
    pub fn next(&self, waiting: Waiting, now: i64) -> i64 {
        // What a clock that was set back has left in the future counts for nothing.
        let recent = |moments: &[i64]| -> Vec<i64> {
            moments.iter().copied().filter(|at| (now - WINDOW..=now).contains(at)).collect()
        };
        let asked = recent(&self.asked);
        let mut failed = recent(&self.failed);
        if !failed.is_empty() {
            failed.extend(recent(&self.trying));
            failed.sort_unstable();
        }
        let failed = free_again(&failed, FAILED_A_MINUTE);
        let last = asked.last().copied();
        let regular = match waiting {
            Waiting::One => None,
            Waiting::Unlisted => last.map(|at| at + SINGLY_APART),
            Waiting::Listed => last.map(|at| at + TOGETHER_APART).max(free_again(&asked, TOGETHER_A_MINUTE)),
        };
        regular.max(failed).max(self.closed(now)).unwrap_or(now).max(now)
    }

    /// The earliest moment for the next question about those that run. Where the patience is short, what is lost and was
    /// given a moment goes first: nobody sees how it stands. `fails`: the last such question had no answer; one that has
    /// takes nothing from anybody.
    pub fn next_beside(&self, looks: &Looks, fails: bool, waiting: Waiting, now: i64) -> i64 {
        let next = self.next(waiting, now);
        let is_short = self.failed.iter().any(|at| (now - WINDOW..=now).contains(at));
        if fails && is_short && looks.wait(now) { next.max(now + SINGLY_APART) } else { next }
    }

    /// Until when it asked to be left alone, if it did.
    pub fn closed(&self, now: i64) -> Option<i64> {
        Some(self.closed_until).filter(|until| (now + 1..=now + CLOSED_FOR).contains(until))
    }

    /// Whoever it asked to leave it alone does not ask any more.
    pub fn open(&mut self) {
        self.closed_until = 0;
    }

    /// Whether it did not answer lately.
    pub fn fails(&self) -> bool {
        self.ill
    }

    /// Nobody asks before that moment.
    pub fn close(&mut self, until: i64, now: i64) {
        self.closed_until = self.closed(now).map_or(until, |known| known.max(until));
    }

    /// A question is asked.
    pub fn ask(&mut self, now: i64) {
        let is_recent = |at: &i64| (now - WINDOW..=now).contains(at);
        self.asked.retain(is_recent);
        self.trying.retain(is_recent);
        self.asked.push(now);
        self.trying.push(now);
    }

    /// The question of that moment had no answer.
    pub fn fail(&mut self, asked_at: i64, now: i64) {
        self.failed.retain(|at| (now - WINDOW..=now).contains(at));
        self.ill = true;
        self.let_go(asked_at);
        // Several may have been asked at one moment, and each fails once.
        let count = |moments: &[i64]| moments.iter().filter(|at| **at == asked_at).count();
        if count(&self.failed) < count(&self.asked).max(1) {
            self.failed.push(asked_at);
        }
    }

    /// The question of that moment was answered. What failed in the last minute stays counted, and how the others that
    /// are asked end is not known yet.
    pub fn answered(&mut self, asked_at: i64) {
        self.is_well();
        self.let_go(asked_at);
    }

    /// It answered something that nobody counted.
    pub fn is_well(&mut self) {
        self.ill = false;
    }

    /// How the question of that moment ended says nothing of the host.
    pub fn let_go(&mut self, asked_at: i64) {
        if let Some(at) = self.trying.iter().position(|at| *at == asked_at) {
            self.trying.swap_remove(at);
        }
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
                pace.fail(now, now);
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
    fn a_host_that_asks_for_patience_is_left_alone() {
        let mut pace = Pace::default();
        pace.close(90_000, 0);
        for waiting in [Waiting::One, Waiting::Listed, Waiting::Unlisted] {
            assert_eq!(pace.next(waiting, 1_000), 90_000);
            assert_eq!(pace.next(waiting, 90_001), 90_001);
            assert_eq!(pace.next(waiting, -86_400_000), -86_400_000, "a clock that was set back");
        }
    }

    #[test]
    fn each_look_has_a_moment_of_its_own() {
        let (mut looks, ids) = (Looks::default(), ["a", "b", "c"].map(|id| GenerationId(id.to_owned())));
        let now = 1_000_000;
        let given = ids.clone().map(|id| looks.slot(&id, now, 5_000, false, now));
        assert_eq!(given, [now, now + 5_000, now + 10_000]);
        // Asked for too early it keeps its moment, and when that has come it is now.
        assert_eq!(looks.slot(&ids[1], now + 1, 5_000, false, now + 1), now + 5_000);
        assert_eq!(looks.slot(&ids[1], now + 5_000, 5_000, false, now + 5_000), now + 5_000);
        assert_eq!(looks.slot(&ids[1], now + 5_001, 5_000, false, now + 5_001), now + 15_000, "another look");
        let before = now - 86_400_000;
        assert_eq!(looks.slot(&ids[2], before, 5_000, false, before), before, "a clock that was set back");
    }

    /// Five run and five are lost at a host that answers every question about a running one with a page: those use its
    /// patience up, and each lost one is looked for all the same.
    #[test]
    fn looks_get_what_is_free_again_before_they_lose_their_place() {
        const APART: i64 = 11_000;
        let (mut pace, mut looks, mut roll) = (Pace::default(), Looks::default(), 1_u64);
        let mut running = [0_i64; 5];
        let mut lost: Vec<_> = (0..5).map(|number| (GenerationId(format!("{number}")), 2_000, 0, 0)).collect();
        for now in (0..3 * 3_600_000).step_by(250) {
            if let Some(due) = running.iter_mut().find(|due| **due <= now)
                && pace.next_beside(&looks, true, Waiting::Unlisted, now) <= now
            {
                pace.ask(now);
                pace.fail(now, now);
                roll = roll.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *due = now + 1_000 + i64::try_from((roll >> 33) % 59_000).expect("small");
            }
            for (id, due, last, longest) in &mut lost {
                if *due > now {
                    continue;
                }
                let waiting = if looks.has_come(id, now) { Waiting::One } else { Waiting::Listed };
                *due = looks.slot(id, pace.next(waiting, now), APART, false, now);
                if *due <= now {
                    pace.ask(now);
                    pace.answered(now);
                    (*longest, *last, *due) = ((now - *last).max(*longest), now, now + 60_000);
                }
            }
        }
        let longest = lost.iter().map(|(_, _, last, longest)| (3 * 3_600_000 - last).max(*longest)).max().unwrap_or(0);
        assert!(longest < 5 * 60_000, "one was not looked for in {} s", longest / 1_000);
    }

    /// Ten are lost and looks fail, while what runs is answered: it takes nothing from anybody and gives way to nobody.
    #[test]
    fn what_is_answered_does_not_wait_for_looks_that_fail() {
        let (mut pace, mut looks, mut last, mut longest) = (Pace::default(), Looks::default(), 0, 0);
        let mut lost: Vec<_> = (0..10).map(|number| (GenerationId(format!("{number}")), 2_000)).collect();
        for now in (0..3_600_000).step_by(250) {
            for (id, due) in &mut lost {
                if *due > now {
                    continue;
                }
                let waiting = if looks.has_come(id, now) { Waiting::One } else { Waiting::Listed };
                *due = looks.slot(id, pace.next(waiting, now), 11_000, false, now);
                if *due <= now {
                    pace.ask(now);
                    pace.fail(now, now);
                    *due = now + 20_000;
                }
            }
            if now - last >= 5_000 && pace.next_beside(&looks, false, Waiting::Unlisted, now) <= now {
                pace.ask(now);
                pace.answered(now);
                (longest, last) = (longest.max(now - last), now);
            }
        }
        assert!(longest < 61_000, "nobody asked about what runs for {} s", longest / 1_000);
    }

    #[test]
    fn those_who_wait_for_the_end_of_a_pause_come_one_after_the_other() {
        let (mut looks, ids) = (Looks::default(), ["a", "b", "c"].map(|id| GenerationId(id.to_owned())));
        let (now, end) = (1_000_000, 1_300_000);
        for id in &ids {
            looks.slot(id, now, 5_000, false, now);
        }
        let later = now + 20_000;
        let given = ids.clone().map(|id| looks.slot(&id, end, 5_000, true, later));
        assert_eq!(given, [end, end + 5_000, end + 10_000]);
        assert_eq!(ids.map(|id| looks.slot(&id, end, 5_000, true, later)), given, "they keep it");
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
    fn an_answer_in_between_takes_no_failure_back() {
        let mut pace = Pace::default();
        for second in 0..6 {
            pace.ask(second);
            pace.fail(second, second);
            pace.ask(second + 100);
            pace.answered(second + 100);
        }
        assert!(!pace.fails());
        assert_eq!(pace.next(Waiting::One, 1_000), WINDOW, "six failed within the minute");
        // The oldest of them is a minute ago: one may try, and while it is not known how it ends no other.
        pace.ask(WINDOW);
        assert_eq!(pace.next(Waiting::One, WINDOW), 1 + WINDOW);
        pace.answered(0);
        assert_eq!(pace.next(Waiting::One, WINDOW), 1 + WINDOW, "another's answer says nothing of it");
        pace.answered(WINDOW);
        assert_eq!(pace.next(Waiting::One, WINDOW), WINDOW);
    }

    #[test]
    fn a_late_failure_takes_no_newer_one_back() {
        let mut pace = Pace::default();
        pace.ask(0);
        for moment in 100_000..100_006 {
            pace.ask(moment);
            pace.fail(moment, moment);
        }
        pace.fail(0, 100_010);
        assert_eq!(pace.next(Waiting::One, 100_010), 100_000 + WINDOW);
    }

    #[test]
    fn those_of_one_moment_count_each() {
        let mut pace = Pace::default();
        for _ in 0..4 {
            pace.ask(1_000);
        }
        for _ in 0..4 {
            pace.fail(1_000, 1_000);
        }
        assert_eq!(pace.next(Waiting::One, 2_000), 2_000);
        for _ in 0..2 {
            pace.ask(2_000);
            pace.fail(2_000, 2_000);
        }
        assert_eq!(pace.next(Waiting::One, 2_000), 1_000 + WINDOW, "six were asked");
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nobody() {
        let mut pace = Pace::default();
        pace.ask(86_400_000);
        pace.fail(86_400_000, 86_400_000);
        assert_eq!(pace.next(Waiting::Listed, 1_000), 1_000);
    }
}
