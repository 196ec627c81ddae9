//! The arguments of the commands.

use serde::{Deserialize, Serialize};
use sixshot_domain::{Board, BoardId, Frame, FrameId, GenerationId, Mend, MicroDollars, ModelId, ProviderId};
use ts_rs::TS;

use super::settings::Settings;
use super::views::TakeVerdict;

/// No arguments, or no answer.
#[derive(Debug, Clone, Deserialize, Serialize, TS)]
pub struct Nothing {}

/// A board by its id.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BoardArgs {
    pub id: BoardId,
}

/// A board's new name.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RenameArgs {
    pub id: BoardId,
    pub name: String,
}

/// A board and the model it shall be made to fit.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FitArgs {
    pub board: Board,
    pub provider: ProviderId,
    pub model: ModelId,
}

/// A person's own figure for a price.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct PriceArgs {
    /// Whose price.
    pub provider: ProviderId,
    /// Of what.
    pub model: ModelId,
    /// The rate with sound, or without.
    pub audio: bool,
    /// Dollars a second; the shipped figure comes back when absent.
    pub per_second: Option<MicroDollars>,
}

/// A whole board.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct WholeBoard {
    pub board: Board,
}

/// Which boards.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct BoardsQuery {
    /// Words in names and prompts; empty for all.
    pub search: String,
    /// Those in the trash instead.
    pub trashed: bool,
}

/// A file of the system.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct PathArgs {
    /// As the system gave it with the drop.
    pub path: String,
}

/// A change to a picture.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MendArgs {
    pub frame: Frame,
    pub mend: Mend,
}

/// A frame of a take as a picture.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TakeFrame {
    /// The take.
    pub take: String,
    /// Frame number from 0; beyond the end means the last.
    pub frame: u32,
}

/// A paid confirmation: the person saw this price for this board and pressed the button that carried it.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Confirmation {
    /// The board as it was priced.
    pub board: Board,
    /// Made once for each press of the button. The same id never buys twice.
    pub confirmation: String,
    /// The total that was shown. A different price is refused, not paid.
    pub shown: MicroDollars,
}

/// A paid confirmation to send a lost request again.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SendAgain {
    pub id: GenerationId,
    /// Made once for each press of the button.
    pub confirmation: String,
    /// The amount that was shown.
    pub shown: MicroDollars,
}

/// A generation by its id.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GenerationArgs {
    pub id: GenerationId,
}

/// A way to end a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Take it out of the queue: nothing has been sent.
    Withdraw,
    /// Ask the provider to stop it.
    Cancel,
    /// Stop watching it; it stays paid.
    StopWatching,
    /// Leave a lost request: it may have been paid.
    GiveUp,
}

/// The end of a generation, as the button said when it was pressed. It is refused when the generation has moved on
/// and the button would mean something else by now.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct EndArgs {
    pub id: GenerationId,
    pub ending: Ending,
}

/// The provider's task that a lost generation is.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Adopt {
    pub id: GenerationId,
    pub remote_id: String,
}

/// Which takes.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TakesQuery {
    /// Words in prompts and names; empty for all.
    pub search: String,
    /// Only this provider.
    pub provider: Option<ProviderId>,
    /// Only with this verdict.
    pub verdict: Option<TakeVerdict>,
    /// Only with at least so many stars.
    pub rating_at_least: u32,
    /// Only this board's.
    pub board: Option<BoardId>,
    /// Those in the trash instead.
    pub trashed: bool,
    /// Oldest first.
    pub oldest_first: bool,
    /// From the page before.
    pub after: Option<String>,
    /// At most so many, up to 200.
    pub limit: u32,
}

/// A take by its id.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TakeArgs {
    pub id: String,
}

/// A reviewer's word on a take.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ReviewArgs {
    pub id: String,
    /// 0 to 5.
    pub rating: u32,
    pub verdict: TakeVerdict,
}

/// A key on its way in.
#[derive(Clone, Deserialize, TS)]
pub struct KeyArgs {
    /// Whose.
    pub provider: ProviderId,
    /// The account's name; empty for the first. It is the one in use from now on.
    #[serde(default)]
    pub account: String,
    /// The key. Never logged, never sent back.
    pub key: String,
    /// Keep it only until the program ends.
    pub session_only: bool,
}

impl std::fmt::Debug for KeyArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyArgs").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// An account of a provider by its name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct AccountArgs {
    /// Whose.
    pub provider: ProviderId,
    /// The account's name; empty for the one without.
    pub account: String,
}

/// A provider by its id.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ProviderArgs {
    pub provider: ProviderId,
}

/// New settings.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsArgs {
    pub settings: Settings,
}

/// A frame by its id.
#[derive(Debug, Clone, Deserialize, TS)]
#[expect(missing_docs, reason = "the names say it")]
pub struct FrameArgs {
    pub id: FrameId,
}
