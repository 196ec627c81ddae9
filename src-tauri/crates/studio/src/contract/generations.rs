//! Generations as the window sees them, and what is known of a lost request.

use super::views::Problem;
use serde::{Deserialize, Serialize};
use sixshot_domain::{BoardId, FrameId, GenerationId, GenerationState, MicroDollars, ProviderId, Ratio};
use ts_rs::TS;

/// One generation as the queue drawer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct GenerationView {
    /// Names it.
    pub id: GenerationId,
    /// Counts its changes: of two answers the higher one is the newer.
    #[ts(type = "number")]
    pub revision: i64,
    /// The board it was made from.
    pub board_id: BoardId,
    /// The board's name then.
    pub board_name: String,
    /// A picture that stands for it.
    pub picture: Option<FrameId>,
    /// The shape it is asked in.
    pub ratio: Ratio,
    /// Its first words, at most 120 characters.
    pub words: String,
    /// Who was asked.
    pub provider: ProviderId,
    /// Its name.
    pub provider_name: String,
    /// What was asked, for people: `Kling 3.0 Pro`.
    pub model_name: String,
    /// A rehearsal: free and local.
    pub rehearsal: bool,
    /// Length in seconds.
    #[ts(type = "number")]
    pub seconds: i64,
    /// Where it stands.
    pub state: GenerationState,
    /// Hundredths done, where it is known.
    pub progress: Option<u32>,
    /// The confirmed price.
    pub price: MicroDollars,
    /// The provider's name for it.
    pub remote_id: Option<String>,
    /// When it was confirmed, milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// When the state was entered.
    #[ts(type = "number")]
    pub state_since: i64,
    /// How long such a generation usually takes, in seconds, once enough have been seen.
    pub typical_seconds: Option<u32>,
    /// What went wrong, or what it is waiting for.
    pub problem: Option<Problem>,
    /// When it is tried or asked for again, milliseconds since 1970; absent when nothing happens by itself.
    #[ts(type = "number | null")]
    pub next_try_at: Option<i64>,
    /// Whether the money is gone.
    pub billed: Billed,
    /// What the person can do now.
    pub actions: Vec<GenerationAction>,
    /// What was found when the answer was lost.
    pub evidence: Option<Evidence>,
    /// The take it became.
    pub take_id: Option<String>,
    /// Until when the provider keeps the clip that is still being fetched, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub clip_ends_at: Option<i64>,
}

/// Whether the money of a generation is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Billed {
    /// Nothing was spent.
    No,
    /// Accepted by the provider.
    Yes,
    /// Nobody has said yet.
    Unknown,
}

/// What a person can do with a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum GenerationAction {
    /// There is money again: everything that waits for it at this provider goes on.
    GoOn,
    /// Take it out of the queue: nothing has been sent.
    Withdraw,
    /// Ask the provider to stop; the money is probably gone.
    Cancel,
    /// Stop watching: the provider cannot be asked to stop, and it stays paid.
    StopWatching,
    /// Ask the provider again whether it has it.
    LookUp,
    /// Name the provider's task that is this one.
    Adopt,
    /// Buy it again, after the amount was confirmed.
    SendAgain,
    /// Leave it: it may have been paid, and is looked for no longer.
    GiveUp,
    /// Fetch the clip again: free.
    FetchAgain,
    /// Take it off the list.
    Dismiss,
}

/// What is known of a request whose answer was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Evidence {
    /// When it was sent, milliseconds since 1970.
    #[ts(type = "number")]
    pub sent_at: i64,
    /// When the provider was last asked.
    #[ts(type = "number | null")]
    pub looked_up_at: Option<i64>,
    /// When the program will ask again by itself.
    #[ts(type = "number | null")]
    pub next_look_up_at: Option<i64>,
    /// Tasks at the provider that could be this one.
    pub candidates: Vec<Candidate>,
    /// What follows from it.
    pub verdict: Verdict,
    /// Why what was found, or not found, proves nothing.
    pub doubt: Option<Doubt>,
    /// The library was repaired from an older copy: it may have been sent since, or never.
    pub restored: bool,
    /// It waits for the person: there is a question, or nobody answers the looks for it.
    pub needs_person: bool,
}

/// A task at a provider that could be a lost one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Candidate {
    /// The provider's name for it.
    pub remote_id: String,
    /// When it was made, milliseconds since 1970.
    #[ts(type = "number | null")]
    pub created_at: Option<i64>,
    /// The provider's word for its state.
    pub state: String,
    /// What the provider shows of its request is not what was sent.
    pub differs: bool,
}

/// What follows from looking for a lost request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Not asked yet, or the provider could not be reached.
    Looking,
    /// Several could be it: the person chooses.
    Several,
    /// The provider has none, after a fair time.
    Absent,
    /// The provider shows none, and that proves nothing.
    NotShown,
    /// This provider cannot be asked.
    CannotLook,
}

/// Why what a provider's list shows proves nothing about a lost request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// It may show a task only when that has ended.
    ListsLate,
    /// Another request of the same kind is lost too.
    AnotherLost,
    /// It is another account's.
    AnotherAccount,
    /// The clock was set meanwhile.
    Clock,
    /// The library was put back from an older copy.
    Restored,
}
