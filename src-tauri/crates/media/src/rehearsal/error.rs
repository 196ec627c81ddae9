//! Why a rehearsal could not be made.

use crate::intake_error::IntakeError;
use std::io;

/// Why a rehearsal could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The person stopped it.
    #[error("the rehearsal was stopped")]
    Cancelled,
    /// No shots, a shot without length, or more than a minute in all.
    #[error("there is nothing to rehearse: a board needs shots of at least one second and at most 60 in all")]
    NothingToShow,
    /// The file could not be written.
    #[error("the rehearsal could not be written: {0}")]
    Disk(#[source] io::Error),
    /// The encoder refused or contradicted itself.
    #[error("the video encoder failed: {0}")]
    Encoder(String),
    /// A picture's file could not be read.
    #[error("a picture of the board could not be read: {0}")]
    PictureFile(#[source] io::Error),
    /// A picture's file was read and is no picture.
    #[error("a picture of the board could not be opened: {0}")]
    Picture(#[from] IntakeError),
}

impl RenderError {
    /// A stable name for the program and the catalogue of strings.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "rehearsal-cancelled",
            Self::NothingToShow => "rehearsal-nothing-to-show",
            Self::Disk(_) => "rehearsal-disk",
            Self::Encoder(_) => "rehearsal-encoder",
            Self::PictureFile(_) | Self::Picture(_) => "rehearsal-picture",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Cancelled => "Rehearse again whenever you like; it costs nothing.",
            Self::NothingToShow => "Give the board at least one shot of at least one second.",
            Self::Disk(_) => "Check that the disk has room and that the folder may be written to.",
            Self::Encoder(_) => "Try again at 720 lines; if it fails too, restart the program.",
            Self::PictureFile(_) | Self::Picture(_) => "Remove the board's pictures and add them again.",
        }
    }
}
