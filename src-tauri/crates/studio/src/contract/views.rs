//! What the window shows: flat answers, ready to be drawn.

use serde::{Deserialize, Serialize};
use sixshot_domain::{
    Board, BoardChange, BoardId, Frame, FrameId, GenerationId, MicroCredits, MicroDollars, PriceTable, Profile,
    ProviderId, Quote, Ratio,
};
use ts_rs::TS;

use super::generations::GenerationView;
use super::settings::Settings;

/// One line of the boards' list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BoardSummary {
    /// Names the board.
    pub id: BoardId,
    /// What the person calls it.
    pub name: String,
    /// How many shots.
    pub shots: u32,
    /// Total seconds.
    #[ts(type = "number")]
    pub seconds: i64,
    /// A picture that stands for it: the first frame, or the first panel.
    pub picture: Option<FrameId>,
    /// When it was last changed, milliseconds since 1970.
    #[ts(type = "number")]
    pub updated_at: i64,
    /// In the trash.
    pub trashed: bool,
}

/// Everything the first picture of the window needs, in one answer.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Start {
    /// The sequence number of the last batch of events before this answer.
    pub sequence: u32,
    /// Boards, most recently changed first.
    pub boards: Vec<BoardSummary>,
    /// The board that was open, or the newest.
    pub board: Board,
    /// Every model of every provider, the rehearsal last.
    pub profiles: Vec<Profile>,
    /// Their prices.
    pub prices: Vec<PriceTable>,
    /// What the person set.
    pub settings: Settings,
    /// Generations that are not final, and those that ended lately.
    pub generations: Vec<GenerationView>,
    /// What is known of each provider.
    pub providers: Vec<ProviderView>,
    /// What is known of each provider's key.
    pub keys: Vec<KeyState>,
    /// Money this month.
    pub spending: Spending,
    /// Where pictures and clips are served: `{media_base}/frame/{id}`, `/thumbnail/{frame id}`, `/clip/{take id}`,
    /// `/poster/{take id}`. On this machine only, for this run only.
    pub media_base: String,
    /// The library.
    pub library: LibraryView,
    /// The newest rehearsal of the open board that is not in the trash. The board may have been edited since.
    pub rehearsal: Option<TakeSummary>,
    /// Version of the program.
    pub version: String,
    /// Built for its own development: every provider can be pointed at a sandbox at once.
    pub development: bool,
}

/// What is known of a provider besides its models and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProviderView {
    /// Who.
    pub id: ProviderId,
    /// For people.
    pub name: String,
    /// Where it answers, unless the person gives another address.
    pub base_url: String,
    /// What a key looks like where it is more than one word; empty otherwise.
    pub key_form: String,
    /// The free test of a key exists.
    pub tells_account: bool,
    /// It says what a request would cost.
    pub quotes: bool,
    /// A running task can be stopped there.
    pub cancels: bool,
    /// The money of a failed generation comes back by itself.
    pub refunds_failed: bool,
    /// A request whose answer was lost can be looked for, and so can what else the account has.
    pub looks_up: bool,
    /// Its protocol is not documented as a whole.
    pub unverified: bool,
    /// Its own unit of money, such as `units`.
    pub credit_name: Option<String>,
    /// Generations it makes at once for a new account.
    pub concurrent: u32,
    /// Purchases a minute it takes from a new account.
    pub per_minute: u32,
    /// How many hours a clip can be fetched there; 0 when that is not known.
    pub result_hours: u32,
    /// What is not known for certain, one sentence each.
    pub doubts: Vec<String>,
}

/// What a provider itself asks for a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct LivePrice {
    /// One take, by the provider's word of now.
    pub live: MicroDollars,
    /// One take, by the table.
    pub table: Option<MicroDollars>,
}

/// The library as Settings shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LibraryView {
    /// Its name: that of its folder.
    pub name: String,
    /// Its folder.
    pub path: String,
    /// How many takes it holds.
    pub takes: u32,
    /// Another Sixshot has it open, or the folder cannot be written: nothing can be changed, and why by code.
    pub read_only: Option<Problem>,
    /// It was damaged and put together anew, until the person has read it.
    pub repaired: Option<RepairView>,
}

/// What became of a library that was damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RepairView {
    /// When, milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// The day of the copy it was put together from, `YYYY-MM-DD`; absent when there was none.
    pub copy_day: Option<String>,
    /// How many boards there are now.
    pub boards: u32,
    /// How many takes there are now.
    pub takes: u32,
    /// How many of them were only known beside their clips.
    pub takes_beside: u32,
    /// How many requests are known only by the note that they were sent.
    pub lost_purchases: u32,
    /// The folder where the damaged file lies.
    pub old_file: String,
}

/// Money this calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct Spending {
    /// Committed since the first of the month: accepted by providers, or possibly so.
    pub month: MicroDollars,
    /// The person's cap.
    pub cap: Option<MicroDollars>,
}

/// What is known of one provider's key. The key itself never comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KeyState {
    /// Whose key.
    pub provider: ProviderId,
    /// The provider's name for people.
    pub provider_name: String,
    /// The account in use; empty for the one without a name.
    pub account: String,
    /// The names of all accounts that have one.
    pub accounts: Vec<String>,
    /// Whether there is a key, and where.
    pub place: KeyPlace,
    /// Its last four characters, when it has at least twelve.
    pub last_four: Option<String>,
    /// The environment variable that is read when the keychain has none.
    pub variable: String,
    /// Where a person gets a key.
    pub key_page: String,
    /// Why the keychain could not be asked.
    pub problem: Option<Problem>,
}

/// Where a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPlace {
    /// Nowhere.
    None,
    /// In the system keychain.
    Keychain,
    /// In the environment.
    Environment,
    /// In memory until the program ends.
    Session,
    /// In the keychain, behind one that was forgotten. It pays for nothing until the person uses it or the program starts
    /// anew.
    HeldInKeychain,
    /// The same, in the environment.
    HeldInEnvironment,
    /// The keychain has not answered yet.
    Asking,
}

/// The answer of a provider to a test of its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct KeyTest {
    /// Money on the account, where the provider counts in dollars.
    pub balance: Option<MicroDollars>,
    /// Credits on the account, where it counts in its own unit.
    pub credits: Option<MicroCredits>,
}

/// Something that went wrong, by code. The words for the code stand in the window's catalogue; `message` is for codes
/// it does not know and for support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Problem {
    /// Stable.
    pub code: String,
    /// What happened, without secrets.
    pub message: String,
    /// What to do now.
    pub hint: String,
    /// Doing the same again may work.
    pub retryable: bool,
}

/// A picture that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TakenIn {
    /// The stored picture.
    pub frame: Frame,
    /// What was done to it by itself.
    pub notes: Vec<IntakeNote>,
}

/// What was done to a picture while taking it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum IntakeNote {
    /// It lay on its side by its own record and was turned.
    TurnedUpright,
    /// It said where it was made, and that was removed.
    LocationRemoved,
}

/// One take as the gallery's grid shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TakeSummary {
    /// Names it.
    pub id: String,
    /// The generation it came from.
    pub generation_id: GenerationId,
    /// The board it came from.
    pub board_id: BoardId,
    /// The board's name then.
    pub board_name: String,
    /// Who made it.
    pub provider: ProviderId,
    /// Its name.
    pub provider_name: String,
    /// `Kling 3.0 Pro`.
    pub model_name: String,
    /// A rehearsal: not a generated clip.
    pub rehearsal: bool,
    /// The words it was made from: the prompt, or the shots' prompts one after another; at most 400 characters.
    pub prompt: String,
    /// How many shots.
    pub shots: u32,
    /// Shape it was asked in.
    pub ratio: Ratio,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many frames.
    pub frames: u32,
    /// Frames a second, in thousandths (24 fps is 24000).
    pub frame_rate_millis: u32,
    /// With sound.
    pub audio: bool,
    /// Size of the file in kibibytes.
    pub kibibytes: u32,
    /// What it cost.
    pub price: MicroDollars,
    /// When it arrived, milliseconds since 1970.
    #[ts(type = "number")]
    pub created_at: i64,
    /// Stars, 0 for none.
    pub rating: u32,
    /// Picked, rejected or neither.
    pub verdict: TakeVerdict,
    /// In the trash.
    pub trashed: bool,
    /// The clip is damaged: it was kept as it came.
    pub damaged: bool,
}

/// A reviewer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum TakeVerdict {
    #[default]
    None,
    Pick,
    Reject,
}

/// Everything needed to understand and repeat a take.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TakeDetail {
    /// As in the grid.
    pub take: TakeSummary,
    /// The frozen board.
    pub board: Board,
    /// The request as it was sent, as indented JSON; absent for a rehearsal.
    pub request: Option<String>,
    /// The provider's name for it.
    pub remote_id: Option<String>,
    /// The price that was confirmed.
    pub quote: Option<Quote>,
    /// The name of the file.
    pub file_name: String,
    /// Content hash of the file.
    pub sha256: String,
    /// Seconds from the confirmation to the clip.
    #[ts(type = "number")]
    pub took_seconds: i64,
}

/// One page of the gallery.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TakePage {
    /// In the asked order.
    pub takes: Vec<TakeSummary>,
    /// Ask with this for the next page; absent at the end.
    pub next: Option<String>,
    /// How many match in all.
    pub total: u32,
}

/// One provider and model for the open board, with its price or the reason it would not take it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Offer {
    /// Who.
    pub provider: ProviderId,
    /// Its name.
    pub provider_name: String,
    /// What.
    pub model: sixshot_domain::ModelId,
    /// `Kling 3.0 Pro`.
    pub model_name: String,
    /// The price, where it is known.
    pub quote: Option<Quote>,
    /// It would take the board as it is.
    pub ready: bool,
    /// Why not: the first error.
    pub obstacle: Option<sixshot_domain::Finding>,
    /// The fewest changes after which it would take the board; absent when the person has to change it.
    pub changes: Option<Vec<BoardChange>>,
    /// What the changed board would cost.
    pub changed_quote: Option<Quote>,
}

/// The exact request a board would become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct RequestPreview {
    /// `POST`.
    pub method: String,
    /// Full address.
    pub url: String,
    /// Indented JSON. Frames that are not uploaded yet stand as `{frame:first}` and `{frame:last}`.
    pub body: String,
    /// A line for a shell, with the key's environment variable in the place of the key.
    pub curl: String,
}
