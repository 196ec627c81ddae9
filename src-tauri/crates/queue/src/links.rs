//! A clip whose link does not bring it: a fresh one is asked for, free of charge and ever more rarely.
//!
//! A storage that refuses says nothing about the clip: links end, gateways misconfigure themselves, networks answer in
//! their name. Only when the provider's own time for the clip is over do refusals of fresh links end the search.

use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::policy;
use sixshot_store::{GenerationRow, HistoryRow};

/// The storage gives the clip out no more under its link.
pub const ENDED: &str = "link-ended";
/// The clip came only in parts, or not at all.
pub const BROKEN: &str = "download-broken";
/// The link leads where no clip is fetched from.
pub const REFUSED: &str = "clip-address-refused";
/// Downloads in a row that brought nothing before a fresh link is asked for.
pub(crate) const BREAKS: u32 = 5;

const WORDS_ENDED: &str = "the link has ended; a fresh one is asked for";
const WORDS_OTHER: &str = "the clip does not come; a fresh link is asked for";
/// A person's word begins the search anew.
pub(crate) const WORDS_AGAIN: &str = "asked for again";

/// How many fresh links were asked for since a person last began the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FreshLinks {
    /// All of them.
    pub asked: u32,
    /// Those that were asked for because a storage refused the one before.
    pub ended: u32,
}

impl FreshLinks {
    /// Counts them in the history of a generation, oldest line first.
    #[must_use]
    pub fn of(history: &[HistoryRow]) -> Self {
        let begun = history.iter().rposition(|line| line.what == WORDS_AGAIN).map_or(0, |at| at + 1);
        let count = |words: &[&str]| {
            let lines = history.iter().skip(begun).filter(|line| words.contains(&line.what.as_str()));
            u32::try_from(lines.count()).unwrap_or(u32::MAX)
        };
        Self { asked: count(&[WORDS_ENDED, WORDS_OTHER]), ended: count(&[WORDS_ENDED]) }
    }

    /// Whether the clip is given up: its time at the provider is over by more than clocks differ, and fresh links were
    /// refused for hours; or it is over by days, and fresh links brought nothing for whatever reason.
    pub(crate) fn are_enough(self, code: &str, row: &GenerationRow, now: i64) -> bool {
        let over_by = |margin| row.output_ends_at.is_some_and(|at| now - at > margin);
        let enough = |count: u32| count.saturating_add(1) >= policy::FRESH_LINKS;
        (code == ENDED && over_by(policy::CLIP_MARGIN) && enough(self.ended))
            || (over_by(policy::CLIP_MARGIN_OTHER) && enough(self.asked))
    }

    /// The line of history for one more.
    pub(crate) fn words(code: &str) -> &'static str {
        if code == ENDED { WORDS_ENDED } else { WORDS_OTHER }
    }
}

impl Queue {
    /// Asks the provider for a fresh link, which costs nothing.
    pub(crate) fn fresh_link(&self, row: &GenerationRow, code: &str, words: String) -> Result<Happening, QueueError> {
        self.forget_breaks(&row.id);
        let before = FreshLinks::of(&self.library().history(&row.id)?);
        Ok(Happening::LinkEnded { problem: (code.to_owned(), words), before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixshot_domain::GenerationState;

    #[test]
    fn fresh_links_are_counted_since_a_person_asked() {
        let history: Vec<_> = [WORDS_ENDED, WORDS_OTHER, WORDS_AGAIN, "sending", WORDS_ENDED, WORDS_OTHER, WORDS_ENDED]
            .into_iter()
            .map(|what| HistoryRow { at: 1, state: GenerationState::Running, what: what.to_owned() })
            .collect();
        assert_eq!(FreshLinks::of(&history[..2]), FreshLinks { asked: 2, ended: 1 });
        assert_eq!(FreshLinks::of(&history), FreshLinks { asked: 3, ended: 2 });
        assert_eq!(FreshLinks::of(&[]), FreshLinks::default());
    }
}
