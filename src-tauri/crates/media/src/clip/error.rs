//! Why a clip could not be read.

use std::io;

/// Why a clip could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// There is no file at that path (any more).
    #[error("the clip's file is not there any more")]
    Missing,
    /// The content is no MP4, whatever the name says.
    #[error("the file is not an MP4 video")]
    NotMp4,
    /// The file ends before what it announces.
    #[error("the clip is cut off: the file ends before the video does")]
    Truncated,
    /// The file contradicts itself, promises the impossible, points elsewhere, or cannot be read.
    #[error("the clip is damaged: {0}")]
    Unreadable(String),
    /// A sound file, a codec or a profile that is not decoded here.
    #[error("frames cannot be taken from {codec} video")]
    UnsupportedCodec {
        /// What it is.
        codec: String,
    },
    /// The video track holds no such picture.
    #[error("the clip has no such frame")]
    NoSuchFrame,
}

impl ClipError {
    /// A stable name for the program and the catalogue of strings.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "clip-missing",
            Self::NotMp4 => "clip-not-mp4",
            Self::Truncated => "clip-truncated",
            Self::Unreadable(_) => "clip-unreadable",
            Self::UnsupportedCodec { .. } => "clip-unsupported-codec",
            Self::NoSuchFrame => "clip-no-such-frame",
        }
    }

    /// Whether a code is one of these.
    #[must_use]
    pub fn is_code(code: &str) -> bool {
        let all = [
            Self::Missing,
            Self::NotMp4,
            Self::Truncated,
            Self::Unreadable(String::new()),
            Self::UnsupportedCodec { codec: String::new() },
            Self::NoSuchFrame,
        ];
        all.iter().any(|error| error.code() == code)
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Missing => "It may have been moved or deleted outside the program.",
            Self::NotMp4 => "Check that this is the clip you meant.",
            Self::Truncated | Self::Unreadable(_) => "Download the clip again.",
            Self::UnsupportedCodec { .. } => "The clip itself is kept; convert it to H.264 to take frames from it.",
            Self::NoSuchFrame => "Choose a frame within the clip.",
        }
    }

    /// Sorts a failure of the file system.
    pub(super) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::NotMp4,
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            _ => Self::Unreadable(error.to_string()),
        }
    }

    pub(super) fn damaged(why: &str) -> Self {
        Self::Unreadable(why.to_owned())
    }
}
