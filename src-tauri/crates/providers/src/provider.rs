//! The one trait every provider implements.

use crate::error::ProviderError;
use async_trait::async_trait;
use secrecy::SecretString;
use sixshot_domain::{
    Board, Element, ImageFormat, LastFrame, MicroCredits, MicroDollars, ModelId, Profile, ProviderId,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// Which of a board's pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureSlot {
    /// The picture the clip begins with.
    First,
    /// The picture the clip ends with.
    Last,
    /// A picture of an element.
    Element {
        /// Place of the element in the board's list, from 0.
        element: usize,
        /// Place of the picture in the element's list, from 0; 0 is the frontal one.
        picture: usize,
    },
}

/// What a request is made from.
#[derive(Clone, Copy)]
pub struct Composition<'a> {
    /// The board.
    pub board: &'a Board,
    /// The model's rules.
    pub profile: &'a Profile,
    /// What stands for a picture in the request: the link of its upload, the picture itself, or a placeholder.
    pub picture: &'a dyn Fn(PictureSlot) -> String,
    /// A name for this one purchase that no other has, for providers that let it be looked up by it.
    pub client_id: &'a str,
}

impl Composition<'_> {
    /// What stands for the first frame, where the board has one and the model takes it.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        let has =
            self.profile.first_frame && self.has(self.board.first_frame.is_some(), &self.board.first_frame_address);
        has.then(|| (self.picture)(PictureSlot::First))
    }

    /// What stands for the last frame, where the board has one and the model takes it.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        let has = self.profile.last_frame != LastFrame::Refused
            && self.has(self.board.last_frame.is_some(), &self.board.last_frame_address);
        has.then(|| (self.picture)(PictureSlot::Last))
    }

    fn has(&self, picture: bool, address: &str) -> bool {
        if self.profile.frames_by_address { !address.trim().is_empty() } else { picture }
    }

    /// Whether sound is to be asked for.
    #[must_use]
    pub const fn audio(&self) -> bool {
        self.profile.audio && self.board.audio
    }

    /// The negative prompt, where there is one and the model knows it.
    #[must_use]
    pub fn negative_prompt(&self) -> Option<&str> {
        let known = self.profile.negative_prompt_max.is_some();
        let used = self.profile.negative_prompt_with_shots || !self.board.is_multi_shot();
        let text = self.board.negative_prompt.as_str();
        (known && used && !text.trim().is_empty()).then_some(text)
    }

    /// The elements, where the model knows them.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        let frame_missing = self.profile.elements_need_frame && self.first().is_none();
        if self.profile.elements_max == 0 || frame_missing { &[] } else { &self.board.elements }
    }
}

/// A request whose answer was lost, or that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct LostRequest<'a> {
    /// Path of the request.
    pub path: &'a str,
    /// Its body, as it was kept.
    pub body: &'a str,
    /// Nothing made before this moment can be it, milliseconds since 1970.
    pub since: i64,
}

/// What the provider itself says a task has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bill {
    /// In dollars.
    Dollars(MicroDollars),
    /// In its own unit.
    Credits(MicroCredits),
}

/// The exact request a board becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// Path below the provider's base address.
    pub path: String,
    /// The body, byte for byte as it is sent.
    pub body: String,
}

/// A frame that now lies at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedFrame {
    /// What stands for it in the request.
    pub link: String,
}

/// The answer to a purchase, as one of exactly four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitAnswer {
    /// The provider took it and named it.
    Accepted {
        /// The provider's name for the task.
        remote_id: String,
        /// The body of the answer.
        raw: String,
    },
    /// The provider's own error envelope says that nothing was made.
    Rejected(ProviderError),
    /// No byte of the request left: sending it later is the first time.
    NeverSent(ProviderError),
    /// Anything else. It may have been accepted, so it must never be sent again by itself.
    Unknown {
        /// What happened instead of an answer.
        reason: String,
        /// The pause it asks for, if any.
        retry_after: Option<Duration>,
    },
}

/// Where a clip can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// By an address on the network.
    Link(String),
    /// In a file on this machine that may be moved away.
    File(PathBuf),
}

impl Output {
    /// Longest address that is taken over, in bytes: signed ones have a few hundred.
    pub const ADDRESS_MAX: usize = 16_384;

    /// Whether it is short enough to be kept.
    #[must_use]
    pub fn can_be_kept(&self) -> bool {
        match self {
            Self::Link(link) => link.len() <= Self::ADDRESS_MAX,
            Self::File(_) => true,
        }
    }
}

/// Why a task ended without a clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFailure {
    /// Stable code in the program's words.
    pub code: &'static str,
    /// The provider's words.
    pub reason: String,
}

/// Where a task stands at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteState {
    /// Waiting or being made.
    Running {
        /// Hundredths done, where the provider says.
        progress: Option<u32>,
    },
    /// Made.
    Succeeded {
        /// Where the clip can be had.
        output: Output,
        /// What it has cost, where the provider says.
        bill: Option<Bill>,
    },
    /// Ended without a clip.
    Failed(RemoteFailure),
}

/// One line of a provider's list of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteTask {
    /// The provider's name for it.
    pub remote_id: String,
    /// What was asked, in the provider's words.
    pub model: String,
    /// When it was made, milliseconds since 1970.
    pub created_at: Option<i64>,
    /// The provider's word for its state.
    pub state: String,
    /// What the list shows of its request is another than the one that is looked for.
    pub differs: bool,
}

/// Where a task of an account's list stands, as far as the list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waiting or being made.
    Running,
    /// Made.
    Made,
    /// Ended without a clip.
    Failed,
}

/// A task that an account has, whoever ordered it, with what its provider's list shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTask {
    /// The full name it is asked for by.
    pub remote_id: String,
    /// What was asked, in the provider's words; empty where the list does not say.
    pub model: String,
    /// The catalogue's model that these words are, where the list tells and the catalogue has it.
    pub sold_as: Option<ModelId>,
    /// When it was made, milliseconds since 1970.
    pub created_at: Option<i64>,
    /// Where it stands.
    pub standing: Standing,
    /// Its prompt.
    pub prompt: Option<String>,
    /// Its length in seconds.
    pub seconds: Option<i64>,
    /// Its shape, such as `16:9`.
    pub ratio: Option<String>,
}

/// How much of an account's list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// All of it that was asked for.
    #[default]
    Whole,
    /// What was made since this moment, milliseconds since 1970: the list is longer than is read.
    BackTo(i64),
    /// Not all, and what is missing cannot be said: lines without a usable name, or an end that is none.
    InPart,
}

impl Reach {
    /// What two lists reach together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::InPart, _) | (_, Self::InPart) => Self::InPart,
            (Self::BackTo(one), Self::BackTo(other)) => Self::BackTo(one.max(other)),
            (Self::Whole, reach) | (reach, Self::Whole) => reach,
        }
    }
}

/// What an account's list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountTasks {
    /// The newest first.
    pub tasks: Vec<AccountTask>,
    /// Whether that is everything.
    pub reach: Reach,
}

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// In dollars, where the provider counts so.
    pub balance: Option<MicroDollars>,
    /// In its own unit, where it has one.
    pub credits: Option<MicroCredits>,
}

/// Somebody who makes clips. Every method but `submit` is free and may be repeated at will.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Who it is.
    fn id(&self) -> &ProviderId;

    /// Whether it asks for a key.
    fn needs_key(&self) -> bool {
        true
    }

    /// The exact request for a board. Pure: the same composition gives the same bytes.
    ///
    /// # Errors
    /// `Rejected` when the board has a part that this provider has no words for.
    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError>;

    /// The full name of a task, from what a person copied off the provider's page and the path it was asked by.
    fn task_name(&self, _path: &str, pasted: &str) -> String {
        pasted.to_owned()
    }

    /// Lays a picture at the provider.
    ///
    /// # Errors
    /// `NotSupported` where pictures travel inside the request or by public address; any other may be tried again.
    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError>;

    /// **Spends money.** Sends the request once, on a fresh connection, without repeating or following anything.
    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer;

    /// Where a task stands.
    ///
    /// # Errors
    /// Any; none of them means that the task failed.
    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError>;

    /// The provider's own time now, milliseconds since 1970, as the answers to `look_up` told; nothing while none did.
    fn time_there(&self) -> Option<i64> {
        None
    }

    /// Whether the list that `look_up` reads is at another host than tasks are made and asked about.
    fn lists_elsewhere(&self) -> bool {
        false
    }

    /// The name of the list that tells where a task stands and, once it is made, where its clip is; nothing where the
    /// provider documents no such list. Tasks of one list are asked for together.
    fn list_of(&self, _remote_id: &str) -> Option<String> {
        None
    }

    /// Where several tasks of one list stand, by a single request. What the list shows is read as `poll` reads it. A
    /// task that is not in it, or is there without what `poll` would need, is missing in the answer: it is asked for by
    /// itself then. Nothing made before `since`, in milliseconds since 1970, is among them.
    ///
    /// # Errors
    /// `NotSupported` where no list tells; any other says nothing about any task.
    async fn poll_many(
        &self,
        _key: &SecretString,
        _remote_ids: &[String],
        _since: i64,
    ) -> Result<HashMap<String, RemoteState>, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    /// Every task of the account at or after `since`, milliseconds since 1970, whoever ordered it: the newest first,
    /// and what can be made with the models of the catalogue only, where the list tells. A list that cannot be read to
    /// its end is no error; the answer says how far it reaches.
    ///
    /// # Errors
    /// `NotSupported` where nothing can be listed.
    async fn recent(&self, _key: &SecretString, _since: i64) -> Result<AccountTasks, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    /// Tasks that could be a request: those whose input could be the request's first, then the newest first. Where a
    /// list is looked through, every task of the same model and time is in it, because the tasks from before a purchase
    /// are noted by this very question, and one that was left out then would look new later. Each is in it once. What
    /// cannot be read makes all of it an error: a line without a usable name, or a further page that cannot be asked
    /// for, is no proof that the request is absent.
    ///
    /// # Errors
    /// `NotSupported` where nothing can be looked up; `Protocol` where the list cannot be read whole.
    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError>;

    /// Asks to stop a task. Says nothing about the money.
    ///
    /// # Errors
    /// `NotSupported` where the provider cannot.
    async fn cancel(&self, key: &SecretString, remote_id: &str) -> Result<(), ProviderError>;

    /// What the account holds: also the free test of a key.
    ///
    /// # Errors
    /// `Unauthenticated` when the key is wrong.
    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError>;

    /// What the provider itself says the request will cost.
    ///
    /// # Errors
    /// `NotSupported` where it does not say.
    async fn live_price(&self, key: &SecretString, request: &Composed) -> Result<MicroDollars, ProviderError>;
}
