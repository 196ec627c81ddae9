//! What a database that was put back says of purchases: whatever waits in it may have been sent since it was written.
//!
//! Two things tell: the library itself, when the program put it together anew, and the note of sendings beside it,
//! when somebody put an older copy back without telling.

use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::policy;
use crate::reconcile::{Evidence, Verdict};
use sixshot_domain::sample::empty_board;
use sixshot_domain::{BoardId, GenerationState, Quote, ShotId};
use sixshot_providers::{Composed, Composition, LookUp, PictureSlot, Provider};
use sixshot_store::{GenerationRow, NewGeneration, Purchase, Sending};
use std::cell::RefCell;
use std::collections::HashSet;

/// What is known of the database at a start.
pub(crate) struct Restored {
    unsettled: bool,
    /// Every purchase that was ever noted.
    sendings: Vec<Sending>,
    /// Those that the ledger does not know yet, of generations that were found in doubt.
    missing: RefCell<Vec<Sending>>,
}

impl Queue {
    /// Asks once at a start what the database is.
    pub(crate) fn restored(&self) -> Result<Restored, QueueError> {
        let (unsettled, sendings) = (self.library().is_unsettled()?, self.library().sendings()?);
        self.take_over_lost(&sendings, unsettled)?;
        Ok(Restored { unsettled, sendings, missing: RefCell::default() })
    }

    /// Makes a generation in doubt of every purchase that only its note remembers: the person is asked about it, and its
    /// money counts.
    fn take_over_lost(&self, sendings: &[Sending], unsettled: bool) -> Result<(), QueueError> {
        let lost = self.library().lost_sendings(sendings)?;
        let mut seen = HashSet::new();
        let first = lost.iter().filter_map(|sending| Some((sending, sending.purchase.as_ref()?)));
        let rows: Vec<_> = first
            .filter(|(sending, _)| seen.insert(sending.generation.clone()))
            .map(|(sending, purchase)| self.lost_row(sending, purchase))
            .collect();
        // Lines of older versions say nothing but that there was a purchase.
        let nameless = lost.iter().filter(|sending| !seen.contains(&sending.generation)).count();
        let nameless = if unsettled { u32::try_from(nameless).unwrap_or(u32::MAX) } else { 0 };
        if !rows.is_empty() || nameless > 0 {
            tracing::warn!(generations = rows.len(), nameless, "purchases that only their note remembers");
            self.library().add_lost(&rows, &lost, nameless)?;
        }
        Ok(())
    }

    fn lost_row(&self, sending: &Sending, purchase: &Purchase) -> GenerationRow {
        let (id, now) = (&sending.generation, self.now());
        let entry = self.catalogue().provider(&purchase.provider);
        let name = format!("Sent to {}", entry.map_or(purchase.provider.0.as_str(), |entry| entry.name.as_str()));
        let (board_id, shot) = (BoardId(format!("lost-{}", id.0)), ShotId(format!("lost-{}", id.0)));
        let board = empty_board(board_id, shot, &name, &purchase.provider.0, &purchase.model.0);
        let mut row = GenerationRow::queued(NewGeneration {
            id: id.clone(),
            confirmation: format!("noted {}", id.0),
            take_index: 0,
            provider: purchase.provider.clone(),
            model: purchase.model.clone(),
            rehearsal: false,
            quote: quote_of(purchase, board.seconds()),
            board,
            now: purchase.booked_at,
        });
        (row.state, row.state_since) = (GenerationState::Unknown, now);
        (row.account, row.sent_at) = (purchase.account.clone(), Some(purchase.booked_at));
        let words = "Only the note of its sending is left; it may have been paid.".to_owned();
        row.problem = Some(("library-restored".to_owned(), words));
        row.request_path =
            self.provider(&row.provider).and_then(|of| self.would_be_request(&row, &*of)).map(|of| of.path);
        let can_look = row.request_path.is_some();
        let verdict = if can_look { Verdict::Looking } else { Verdict::CannotLook };
        row.evidence = Some(Evidence { verdict, restored: true, ..Evidence::default() }.write());
        row.due_at = can_look.then_some(now);
        row
    }

    /// How a start finds a generation.
    pub(crate) fn found_at_start(&self, row: &GenerationRow, of: &Restored) -> Result<Happening, QueueError> {
        // What has a task was not bought anew after it; only what a repair lost of its lines is booked at another moment.
        let may_be_newer = !row.rehearsal && row.remote_id.is_none();
        let mut missing = if may_be_newer { self.library().missing_purchases(&of.sendings, &row.id)? } else { vec![] };
        // What was found in doubt is found once more among those that are.
        missing.retain(|sending| !of.missing.borrow().contains(sending));
        if !of.unsettled && missing.is_empty() {
            return Ok(Happening::Restarted);
        }
        let path = self.provider(&row.provider).and_then(|provider| self.would_be_request(row, &*provider));
        let is_booked = !missing.is_empty() || self.library().is_booked(&row.id)?;
        of.missing.borrow_mut().extend(missing);
        Ok(Happening::Restored { path: path.map(|request| request.path), is_booked })
    }

    /// Every generation was looked at. Only now the ledger learns what was missing: a crash before would otherwise find
    /// a generation that waits and a ledger that knows of every purchase, and it would be sent.
    pub(crate) fn settle(&self, of: &Restored) -> Result<(), QueueError> {
        self.library().book_sendings(&of.missing.take())?;
        if of.unsettled {
            self.library().settle()?;
        }
        Ok(())
    }

    /// The request that a generation would be sent as, but for its pictures and its name.
    pub(crate) fn would_be_request(&self, row: &GenerationRow, provider: &dyn Provider) -> Option<Composed> {
        let model = self.catalogue().model(&row.provider, &row.model)?;
        let picture = |_: PictureSlot| "https://pictures.invalid/picture".to_owned();
        let composition =
            Composition { board: &row.board, profile: &model.profile, picture: &picture, client_id: &row.id.0 };
        provider.compose(&composition).ok()
    }

    /// Whether a generation can only be found by a name that nobody remembers.
    pub(crate) fn lost_its_name(&self, row: &GenerationRow) -> bool {
        row.request_body.is_none() && self.looks_up(&row.provider) == LookUp::ClientId
    }
}

fn quote_of(purchase: &Purchase, seconds: i64) -> Quote {
    Quote {
        total: purchase.amount,
        per_take: purchase.amount,
        per_second: purchase.amount,
        seconds,
        takes: 1,
        credits: None,
        reasons: vec![],
        source: String::new(),
        date: String::new(),
        edited: false,
    }
}

/// What was found of a generation that may have been sent since its database was written: always the person's question.
/// Its grace begins with the repair, because the last moment at which it may have been sent is not known.
pub(crate) fn judge(mut evidence: Evidence, restored_at: i64, now: i64) -> Evidence {
    evidence.restored = true;
    if evidence.candidates.is_empty() && now - restored_at < policy::GRACE {
        (evidence.verdict, evidence.again) = (Verdict::Looking, false);
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::Candidate;

    #[test]
    fn nothing_is_called_absent_before_a_fair_time_has_passed_since_the_repair() {
        let nothing = Evidence { verdict: Verdict::CannotLook, again: true, ..Evidence::default() };
        let early = judge(nothing.clone(), 1_000, 999 + policy::GRACE);
        assert_eq!((early.verdict, early.restored), (Verdict::Looking, true));
        let late = judge(nothing, 1_000, 1_000 + policy::GRACE);
        assert_eq!((late.verdict, late.again), (Verdict::CannotLook, true));
        let task = Candidate { remote_id: "a".into(), created_at: None, state: "running".into(), differs: false };
        let found = Evidence { verdict: Verdict::Several, candidates: vec![task], ..Evidence::default() };
        assert_eq!(judge(found, 1_000, 1_001).verdict, Verdict::Several);
    }
}
