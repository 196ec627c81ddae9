//! The one trait every provider implements.

use crate::error::ProviderError;
use async_trait::async_trait;
use secrecy::SecretString;
use sixshot_domain::{Board, ImageFormat, MicroCredits, MicroDollars, Profile, ProviderId};
use std::path::PathBuf;

/// Which of a board's two frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameSlot {
    /// The picture the clip begins with.
    First,
    /// The picture the clip ends with.
    Last,
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
    Succeeded(Output),
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

    /// The exact request for a board. `link` gives what stands for a frame: the link of its upload, or a placeholder
    /// while there is none. Pure: the same board gives the same bytes.
    ///
    /// # Errors
    /// `Rejected` when the board has a part that this provider has no words for.
    fn compose(
        &self,
        board: &Board,
        profile: &Profile,
        link: &dyn Fn(FrameSlot) -> String,
    ) -> Result<Composed, ProviderError>;

    /// Lays a picture at the provider.
    ///
    /// # Errors
    /// Any; all may be tried again.
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

    /// Tasks of one request path made at or after a moment, newest first.
    ///
    /// # Errors
    /// `NotSupported` where the provider has no list.
    async fn list(&self, key: &SecretString, path: &str, since: i64) -> Result<Vec<RemoteTask>, ProviderError>;

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
