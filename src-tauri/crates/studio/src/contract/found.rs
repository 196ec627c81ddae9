//! Clips that were paid for and that no generation here owns.

use serde::{Deserialize, Serialize};
use sixshot_domain::ProviderId;
use ts_rs::TS;

use super::views::Problem;

/// A task to take over and fetch.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct KeepFound {
    pub provider: ProviderId,
    /// Fingerprint of the account that has it, as it was told.
    pub account: String,
    pub remote_id: String,
}

/// What a provider's accounts have and no generation owns.
#[derive(Debug, Clone, Serialize, TS)]
pub struct FoundPaid {
    /// The newest first.
    pub tasks: Vec<FoundTask>,
    /// Why some accounts could not be looked through; one for each.
    pub problems: Vec<Problem>,
    /// How many days back was looked.
    pub days: u32,
    /// Every account's list was read to its end: only then does an empty answer say that nothing is missing.
    pub whole: bool,
    /// Where one was not: everything since this moment was looked at, milliseconds since 1970; nothing where the list
    /// does not tell.
    #[ts(type = "number | null")]
    pub back_to: Option<i64>,
}

/// A task that no generation owns.
#[derive(Debug, Clone, Serialize, TS)]
pub struct FoundTask {
    /// Whose.
    pub provider: ProviderId,
    /// Fingerprint of the account that has it.
    pub account: String,
    /// The provider's name for it.
    pub remote_id: String,
    /// When it was made, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub made_at: Option<i64>,
    /// What was asked, for people; empty where the list does not say.
    pub model_name: String,
    /// Its first words; empty where the list does not say.
    pub prompt: String,
    /// Length in seconds.
    #[ts(type = "number | null")]
    pub seconds: Option<i64>,
    /// Where it stands.
    pub standing: FoundStanding,
    /// The board of a lost request that it may be the answer to; that one is decided in the queue.
    pub may_be: Option<String>,
}

/// Where a found task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FoundStanding {
    /// Being made.
    Running,
    /// Made.
    Made,
    /// Ended without a clip.
    Failed,
}
