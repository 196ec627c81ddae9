//! One error for all commands, and what the window gets of it.

use crate::contract::Problem;
use crate::desk::DeskError;
use crate::keychain::KeychainError;
use sixshot_domain::MicroDollars;
use sixshot_media::{ClipError, IntakeError};
use sixshot_providers::ProviderError;
use sixshot_queue::{KeyProblem, NoRoom, OTHER_ACCOUNT, QueueError};
use sixshot_store::StoreError;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// The library.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A provider.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A picture.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A clip.
    #[error(transparent)]
    Clip(#[from] ClipError),
    /// The keychain.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// There is no key.
    #[error(transparent)]
    Key(#[from] KeyProblem),
    /// The desktop.
    #[error("the desktop: {0}")]
    Desk(#[from] DeskError),
    /// The window and the core do not understand each other.
    #[error("{0}")]
    Contract(String),
    /// The board has errors, so nothing was sent.
    #[error("the board cannot be sent: {0}")]
    NotReady(String),
    /// The price is not the one that was shown, so nothing was sent.
    #[error("the price is {now}, and {shown} was shown")]
    PriceDiffers {
        /// What the window showed.
        shown: MicroDollars,
        /// What it is.
        now: MicroDollars,
    },
    /// It would go over the person's own cap, so nothing was sent.
    #[error("this month would come to {would}, and the cap is {cap}")]
    OverCap {
        /// With this purchase.
        would: MicroDollars,
        /// The cap.
        cap: MicroDollars,
    },
    /// The clip could not be kept, so nothing was sent.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// A picture of the board is not on the disk as it was stored, so nothing was sent.
    #[error("the stored picture of {0} is gone or damaged")]
    PictureDamaged(String),
    /// No such thing.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// A setting that cannot be.
    #[error("{0}")]
    Setting(String),
    /// A thread of the program ended early.
    #[error("a part of the program stopped: {0}")]
    Stopped(String),
}

impl StudioError {
    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Queue(QueueError::Store(error)) => error.code(),
            Self::Queue(QueueError::NotNow(_)) => "generation-not-now",
            Self::Queue(QueueError::OtherAccount) => OTHER_ACCOUNT,
            Self::Provider(error) | Self::Queue(QueueError::Provider(error)) => error.code(),
            Self::Key(error) | Self::Queue(QueueError::Key(error)) => error.code(),
            Self::Intake(error) => error.code(),
            Self::Clip(error) => error.code(),
            Self::Keychain(_) => "keychain-unavailable",
            Self::Desk(_) => "desktop-refused",
            Self::Contract(_) => "contract-broken",
            Self::NotReady(_) => "board-not-ready",
            Self::PriceDiffers { .. } => "price-differs",
            Self::OverCap { .. } => "over-cap",
            Self::NoRoom(_) => NoRoom::CODE,
            Self::PictureDamaged(_) => "frame-missing",
            Self::Missing(_) => "not-found",
            Self::Setting(_) => "setting-refused",
            Self::Stopped(_) => "internal",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Store(error) | Self::Queue(QueueError::Store(error)) => error.hint(),
            Self::Provider(error) | Self::Queue(QueueError::Provider(error)) => error.hint(),
            Self::Intake(error) => error.hint(),
            Self::Queue(QueueError::NotNow(_)) => "It has moved on; look again.",
            Self::Queue(QueueError::OtherAccount) => "Put the key and the address back that it was sent with.",
            Self::Key(KeyProblem::Missing) | Self::Queue(QueueError::Key(KeyProblem::Missing)) => {
                "Enter a key in Settings."
            }
            Self::Key(_) | Self::Queue(QueueError::Key(_)) | Self::Keychain(_) => {
                "Unlock or start the keychain, or keep the key for this session only."
            }
            Self::NotReady(_) => "Mend what the board shows in red.",
            Self::PriceDiffers { .. } => "Look at the new price and press Generate again.",
            Self::OverCap { .. } => "Raise the cap in Settings, or wait for the next month.",
            Self::NoRoom(_) => "Free some space on that disk and press it again. Nothing was bought.",
            Self::PictureDamaged(_) => "Add it again.",
            Self::Setting(_) => "Change it and save again.",
            Self::Clip(_) => "Fetch the clip again.",
            Self::Desk(_) | Self::Contract(_) | Self::Missing(_) | Self::Stopped(_) => "Try again.",
        }
    }

    /// Whether the same again may work.
    fn retryable(&self) -> bool {
        match self {
            Self::Provider(error) | Self::Queue(QueueError::Provider(error)) => error.is_passing(),
            Self::Store(error) | Self::Queue(QueueError::Store(error)) => {
                matches!(error, StoreError::Full | StoreError::File(_) | StoreError::Database(_) | StoreError::InUse)
            }
            Self::Keychain(_) | Self::Desk(_) | Self::NoRoom(_) | Self::Stopped(_) => true,
            _ => false,
        }
    }

    /// What the window gets.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem {
            code: self.code().to_owned(),
            message: self.to_string(),
            hint: self.hint().to_owned(),
            retryable: self.retryable(),
        }
    }
}
