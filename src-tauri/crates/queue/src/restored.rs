//! What a database that was put back says of purchases: whatever waits in it may have been sent since it was written.
//!
//! Two things tell: the library itself, when the program put it together anew, and the note of sendings beside it,
//! when somebody put an older copy back without telling.

use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::policy;
use crate::reconcile::{Evidence, Verdict};
use sixshot_domain::{GenerationId, GenerationState};
use sixshot_providers::{Composed, Composition, LookUp, PictureSlot, Provider};
use sixshot_store::GenerationRow;
use std::collections::HashMap;

/// What is known of the database at a start.
pub(crate) struct Restored {
    unsettled: bool,
    sendings: HashMap<GenerationId, u32>,
}

impl Queue {
    /// Asks once at a start what the database is.
    pub(crate) fn restored(&self) -> Result<Restored, QueueError> {
        Ok(Restored { unsettled: self.library().is_unsettled()?, sendings: self.library().sendings()? })
    }

    /// How a start finds a generation.
    pub(crate) fn found_at_start(&self, row: &GenerationRow, of: &Restored) -> Result<Happening, QueueError> {
        if !of.unsettled && !self.was_sent_since(row, of)? {
            return Ok(Happening::Restarted);
        }
        let path = self.provider(&row.provider).and_then(|provider| self.would_be_request(row, &*provider));
        let is_booked = self.library().is_booked(&row.id)?;
        Ok(Happening::Restored { path: path.map(|request| request.path), is_booked })
    }

    /// Whether a generation that waits was sent more often than the database remembers.
    fn was_sent_since(&self, row: &GenerationRow, of: &Restored) -> Result<bool, QueueError> {
        let waits = matches!(row.state, GenerationState::Queued | GenerationState::Preparing) && !row.rehearsal;
        let Some(sent) = of.sendings.get(&row.id).filter(|_| waits) else { return Ok(false) };
        Ok(*sent > self.library().purchases_of(&row.id, 0)?)
    }

    /// Every generation was looked at.
    pub(crate) fn settle(&self, of: &Restored) -> Result<(), QueueError> {
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
