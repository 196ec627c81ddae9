//! Whose turn it is: how many generations a provider makes at once and a minute, what was learned from its refusals,
//! and what stops it altogether. Decisions only; times are milliseconds since 1970.

use crate::policy;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A minute as it is counted here: a little longer, because two requests need not travel equally long.
pub const WINDOW: i64 = 60_500;
/// What was learned is forgotten after an hour: an account may have been raised meanwhile.
const LEARNED_FOR: i64 = 60 * 60_000;

/// How much a provider takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Generations at once.
    pub concurrent: u32,
    /// Purchases in any minute.
    pub per_minute: u32,
}

/// What was learned of a provider. Kept over restarts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// It asked to be left alone until then.
    pub closed_until: Option<i64>,
    /// Fewer at once than it is known for.
    pub concurrent: Option<u32>,
    /// Fewer a minute than it is known for.
    pub per_minute: Option<u32>,
    /// When the figures were learned.
    pub learned_at: i64,
    /// Refusals in a row.
    pub refusals: u32,
    /// The account has no money: nothing is asked until the person says so.
    pub no_credit: bool,
    /// Tries in a row that had no usable answer; forgotten at a start, because the next one finds out.
    #[serde(skip)]
    pub failures: u32,
    /// When the present one began.
    #[serde(skip)]
    pub probe_at: Option<i64>,
    /// Until when nobody tries after the last of them.
    #[serde(skip)]
    pub ill_until: Option<i64>,
}

/// Whether one more may be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Now,
    /// Not before this moment.
    At(i64),
    /// When another one has ended.
    WhenFree,
    /// When the person says so.
    OnWord,
}

/// What is under way at a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// Generations that hold a place.
    pub held: u32,
    /// Of these, those that have not been sent yet and will be.
    pub reserved: u32,
    /// When the purchases of the last minute were sent, oldest first.
    pub sent: Vec<i64>,
}

impl Gate {
    /// The limits that count now.
    #[must_use]
    pub fn limits(&self, known: Limits, now: i64) -> Limits {
        let fresh = (0..LEARNED_FOR).contains(&(now - self.learned_at));
        let least = |known: u32, learned: Option<u32>| learned.filter(|_| fresh).map_or(known, |few| few.min(known));
        Limits {
            concurrent: least(known.concurrent, self.concurrent).max(1),
            per_minute: least(known.per_minute, self.per_minute).max(1),
        }
    }

    /// Whether one more may be bought.
    #[must_use]
    pub fn turn(&self, known: Limits, under_way: &UnderWay, now: i64) -> Turn {
        if self.no_credit {
            return Turn::OnWord;
        }
        if let Some(until) = self.closed(now) {
            return Turn::At(until);
        }
        if self.failures > 0 {
            if let Some(until) = self.is_ill(now) {
                return Turn::At(until);
            }
            // One finds out for all.
            if under_way.reserved > 0 {
                return Turn::WhenFree;
            }
        }
        let limits = self.limits(known, now);
        if under_way.held >= limits.concurrent {
            return Turn::WhenFree;
        }
        let (sent, reserved) = (&under_way.sent, under_way.reserved as usize);
        let over = (sent.len() + reserved).checked_sub(limits.per_minute as usize);
        match over {
            None => Turn::Now,
            // So many of the oldest must have left the window first. What seems to be from the future counts from now.
            Some(over) => sent.get(over).map_or(Turn::WhenFree, |at| Turn::At((*at).min(now) + WINDOW)),
        }
    }

    /// Until when it asked to be left alone. A clock that was set back must not close it for longer than any wait it can
    /// ask for.
    #[must_use]
    pub fn closed(&self, now: i64) -> Option<i64> {
        self.closed_until.filter(|until| *until > now && *until - now <= LEARNED_FOR)
    }

    /// Whether anything was learned from refusals.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.closed_until.is_some() || self.concurrent.is_some() || self.per_minute.is_some() || self.refusals > 0
    }

    /// Another account is asked from now on, and what the one before it was refused says nothing about it.
    pub fn forget_refusals(&mut self) {
        (self.closed_until, self.concurrent, self.per_minute, self.refusals) = (None, None, None, 0);
    }

    /// Until when nobody tries, by any wait that there is: a clock that was set back makes none.
    #[must_use]
    pub fn is_ill(&self, now: i64) -> Option<i64> {
        self.ill_until.filter(|until| *until > now && *until - now <= LEARNED_FOR)
    }

    /// Learns from a refusal for speed or places.
    pub fn refused(&mut self, known: Limits, under_way: &UnderWay, retry_after: Option<Duration>, now: i64) {
        let limits = self.limits(known, now);
        let sent = u32::try_from(under_way.sent.len()).unwrap_or(u32::MAX);
        let until = now + policy::rate_limit_delay(retry_after, self.refusals);
        self.closed_until = self.closed(now).max(Some(until));
        self.refusals = self.refusals.saturating_add(1);
        // Where few were sent, it was the places that were taken; a single refusal of a first request teaches nothing.
        if under_way.held > 0 && sent < limits.per_minute / 2 {
            self.concurrent = Some(under_way.held.min(limits.concurrent));
            self.learned_at = now;
        } else if sent >= 2 {
            self.per_minute = Some(sent.min(limits.per_minute));
            self.learned_at = now;
        }
    }

    /// A purchase was taken. It may have been on its way already when another was refused: a pause goes on.
    pub fn accepted(&mut self, now: i64) -> bool {
        let open = self.closed(now);
        let changed = self.refusals > 0 || self.closed_until != open;
        (self.refusals, self.closed_until) = (0, open);
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Limits = Limits { concurrent: 10, per_minute: 20 };

    fn under_way(held: u32, sent: &[i64]) -> UnderWay {
        UnderWay { held, reserved: 0, sent: sent.to_vec() }
    }

    #[test]
    fn a_place_and_a_place_in_the_minute_are_needed() {
        let gate = Gate::default();
        let full: Vec<i64> = (0..20).collect();
        assert_eq!(gate.turn(KNOWN, &under_way(9, &full[..19]), 100), Turn::Now);
        assert_eq!(gate.turn(KNOWN, &under_way(10, &[]), 100), Turn::WhenFree);
        assert_eq!(gate.turn(KNOWN, &under_way(0, &full), 100), Turn::At(WINDOW));
        let reserved = UnderWay { held: 3, reserved: 3, sent: full[..18].to_vec() };
        assert_eq!(gate.turn(KNOWN, &reserved, 100), Turn::At(1 + WINDOW));
        // A clock that was set back does not make anybody wait for longer than a minute.
        let future = vec![1_000_000; 20];
        assert_eq!(gate.turn(KNOWN, &under_way(0, &future), 100), Turn::At(100 + WINDOW));
    }

    #[test]
    fn any_minute_holds_at_most_so_many() {
        let (mut now, mut sent) = (0_i64, Vec::<i64>::new());
        let gate = Gate::default();
        while sent.len() < 200 {
            let window: Vec<i64> = sent.iter().copied().filter(|at| *at > now - WINDOW).collect();
            match gate.turn(KNOWN, &under_way(0, &window), now) {
                Turn::Now => sent.push(now),
                Turn::At(at) => now = at.max(now + 1),
                other => panic!("{other:?}"),
            }
        }
        for (index, at) in sent.iter().enumerate() {
            let within = sent[index..].iter().filter(|other| *other - at < 60_000).count();
            assert!(within <= 20, "{within} in a minute");
        }
        // At least 95 of a hundred allowed ones are used.
        assert!(now <= 9 * 60_000 * 100 / 95, "{now}");
    }

    #[test]
    fn a_refusal_teaches_what_was_seen() {
        let mut gate = Gate::default();
        gate.refused(KNOWN, &under_way(3, &[1, 2, 3]), Some(Duration::from_secs(7)), 1_000);
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 1_000), Turn::At(8_000));
        assert_eq!(gate.limits(KNOWN, 1_000), Limits { concurrent: 3, per_minute: 20 });
        assert_eq!(gate.limits(KNOWN, 1_000 + LEARNED_FOR), KNOWN, "forgotten after an hour");

        let mut gate = Gate::default();
        gate.refused(KNOWN, &under_way(0, &(0..12).collect::<Vec<_>>()), None, 1_000);
        assert_eq!(gate.limits(KNOWN, 1_000), Limits { concurrent: 10, per_minute: 12 });
        let mut gate = Gate::default();
        gate.refused(KNOWN, &under_way(0, &[]), None, 1_000);
        assert_eq!(gate.limits(KNOWN, 1_000), KNOWN);
        assert!(matches!(gate.turn(KNOWN, &under_way(0, &[]), 1_000), Turn::At(_)));
        assert!(gate.accepted(1_000));
        assert!(!gate.accepted(1_000), "nothing new");
        let Turn::At(open) = gate.turn(KNOWN, &under_way(0, &[]), 1_000) else { panic!("the pause goes on") };
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), open), Turn::Now);
    }

    #[test]
    fn a_second_refusal_shortens_no_pause() {
        let mut gate = Gate::default();
        gate.refused(KNOWN, &under_way(0, &[]), Some(Duration::from_secs(300)), 1_000);
        gate.refused(KNOWN, &under_way(0, &[]), None, 2_000);
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 3_000), Turn::At(301_000));
        // What a clock that was set back has left behind ends with the next purchase.
        assert!(gate.accepted(3_000 - 7_200_000));
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 3_000), Turn::Now);
    }

    #[test]
    fn one_at_a_time_finds_out_whether_a_provider_is_well() {
        let gate = Gate { failures: 2, ill_until: Some(500), ..Gate::default() };
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 100), Turn::At(500));
        assert_eq!(gate.turn(KNOWN, &under_way(3, &[]), 500), Turn::Now);
        let another = UnderWay { held: 1, reserved: 1, sent: vec![] };
        assert_eq!(gate.turn(KNOWN, &another, 500), Turn::WhenFree);
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 500 - 86_400_000), Turn::Now, "a clock that was set back");
    }

    #[test]
    fn no_money_waits_for_a_word() {
        let gate = Gate { no_credit: true, ..Gate::default() };
        assert_eq!(gate.turn(KNOWN, &under_way(0, &[]), 0), Turn::OnWord);
    }
}
