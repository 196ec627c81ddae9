//! What can go wrong with any provider, in the program's words.

use std::time::Duration;

/// Why a provider did not do what it was asked. Carries no secret and no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Too many requests; free to ask again later.
    #[error("the provider asks to wait")]
    RateLimited {
        /// How long, when it says so.
        retry_after: Option<Duration>,
    },
    /// The key is missing, wrong or revoked.
    #[error("the provider does not accept the key: {reason}")]
    Unauthenticated {
        /// The provider's words.
        reason: String,
    },
    /// The account has no money for it.
    #[error("the account has not enough credit: {reason}")]
    InsufficientCredit {
        /// The provider's words.
        reason: String,
    },
    /// The provider read the request and refused it: asking the same again is pointless.
    #[error("the provider refused the request: {reason}")]
    Rejected {
        /// The provider's words.
        reason: String,
    },
    /// No such task or model.
    #[error("the provider does not know it: {reason}")]
    NotFound {
        /// The provider's words.
        reason: String,
    },
    /// No connection was made: nothing was sent.
    #[error("the provider cannot be reached: {reason}")]
    Unreachable {
        /// What the network said.
        reason: String,
    },
    /// A connection was made and no usable answer came.
    #[error("the provider does not answer properly: {reason}")]
    Unavailable {
        /// What happened.
        reason: String,
        /// The pause it asks for, if any.
        retry_after: Option<Duration>,
    },
    /// The answer is not what the provider documents.
    #[error("the provider answered something unexpected: {reason}")]
    Protocol {
        /// What was unexpected.
        reason: String,
    },
    /// The task ended well, it was paid for, and no clip can be read in the answer.
    #[error("the provider says that the clip is made and shows none that can be read")]
    WithoutClip,
    /// This provider cannot do that at all.
    #[error("this provider does not offer that")]
    NotSupported,
}

impl ProviderError {
    /// A stable code for the window and for tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "provider-rate-limited",
            Self::Unauthenticated { .. } => "provider-key-refused",
            Self::InsufficientCredit { .. } => "provider-no-credit",
            Self::Rejected { .. } => "provider-refused",
            Self::NotFound { .. } => "provider-not-found",
            Self::Unreachable { .. } => "provider-unreachable",
            Self::Unavailable { .. } => "provider-unavailable",
            Self::Protocol { .. } => "provider-unexpected-answer",
            Self::WithoutClip => "provider-without-clip",
            Self::NotSupported => "provider-not-supported",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "It goes on by itself.",
            Self::Unauthenticated { .. } => "Check the key in Settings.",
            Self::InsufficientCredit { .. } => "Top up the account at the provider, then press Generate again.",
            Self::Rejected { .. } => "Change the board as the provider says and generate again.",
            Self::NotFound { .. } => "Choose another model, or look at the provider's own list.",
            Self::Unreachable { .. } => "Check the network connection and the provider's address in Settings.",
            Self::Unavailable { .. } | Self::Protocol { .. } => "Try again in a few minutes.",
            Self::WithoutClip => "Fetch it again later, or look for it on the provider's own page.",
            Self::NotSupported => "Use the provider's own page.",
        }
    }

    /// Whether the same request can succeed later without a change by a person.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Unreachable { .. }
                | Self::Unavailable { .. }
                | Self::Protocol { .. }
                | Self::WithoutClip
        )
    }
}
