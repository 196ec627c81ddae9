//! The states a generation can be in. The moves between them are the queue's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names one generation. Made by the studio (a UUID whose order is the order of time).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct GenerationId(pub String);

/// Where one generation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum GenerationState {
    /// Confirmed by the person; nothing has been sent.
    Queued,
    /// Its frames are being uploaded. Free, and safe to repeat.
    Preparing,
    /// The intent to buy is written down and the request may be on its way.
    Submitting,
    /// The provider has accepted it and named it.
    Running,
    /// The clip exists at the provider and is being fetched.
    Downloading,
    /// The clip is in the library.
    Done,
    /// It ended without a clip, and why is known.
    Failed,
    /// The person stopped it.
    Cancelled,
    /// The clip existed and its link ended before it was fetched.
    Expired,
    /// The request may have been accepted, and nobody has said so yet. Never sent again by itself.
    Unknown,
}

impl GenerationState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 10] = [
        Self::Queued,
        Self::Preparing,
        Self::Submitting,
        Self::Running,
        Self::Downloading,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
        Self::Expired,
        Self::Unknown,
    ];

    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Preparing => "preparing",
            Self::Submitting => "submitting",
            Self::Running => "running",
            Self::Downloading => "downloading",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }

    /// The state a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more will happen by itself and nothing is asked of the person.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled | Self::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_survives_its_word() {
        for state in GenerationState::ALL {
            assert_eq!(GenerationState::parse(state.as_str()), Some(state));
        }
        assert_eq!(GenerationState::parse("lost"), None);
    }
}
