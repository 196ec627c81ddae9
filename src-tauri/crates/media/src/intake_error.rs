//! Why a picture could not be taken in, for the program by code and for a person in words.

use std::io;

/// Why a picture was refused.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file holds nothing.
    #[error("the file is empty")]
    Empty,
    /// The content is none of the formats read here, whatever the name says.
    #[error("the file is not a PNG, JPEG, WebP, GIF, BMP or TIFF picture")]
    NotAPicture,
    /// The file ends before the picture does.
    #[error("the picture is cut off: the file ends before the picture does")]
    Truncated,
    /// More pixels than any provider takes, or a header that lies about them.
    #[error("the picture is {width} x {height} pixels, which is more than can be opened")]
    TooManyPixels {
        /// Pixels across, as the header says.
        width: u32,
        /// Pixels down, as the header says.
        height: u32,
    },
    /// The file is larger than 64 MB, or cannot be made small enough.
    #[error("the picture is too heavy: {bytes} bytes")]
    TooHeavy {
        /// Its size in bytes.
        bytes: u64,
    },
    /// It begins like a picture and cannot be decoded.
    #[error("the picture is damaged or of a kind that cannot be read: {0}")]
    Unreadable(String),
    /// There is no file at that path (any more).
    #[error("the file is not there any more")]
    Missing,
    /// The path names a folder.
    #[error("this is a folder, not a picture")]
    IsFolder,
    /// The system does not let the file be read.
    #[error("the file cannot be opened: {0}")]
    NoAccess(io::Error),
}

impl IntakeError {
    /// A stable name for the program and the catalogue of strings.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "image-empty",
            Self::NotAPicture => "image-not-a-picture",
            Self::Truncated => "image-truncated",
            Self::TooManyPixels { .. } => "image-too-many-pixels",
            Self::TooHeavy { .. } => "image-too-heavy",
            Self::Unreadable(_) => "image-unreadable",
            Self::Missing => "image-missing",
            Self::IsFolder => "image-is-folder",
            Self::NoAccess(_) => "image-no-access",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "Choose another file; this one may not have been saved completely.",
            Self::NotAPicture => "Export it as PNG or JPEG and drop it again.",
            Self::Truncated => "Copy or download the file again; a part of it is missing.",
            Self::TooManyPixels { .. } => {
                "Make it smaller first: at most 16384 pixels a side and 100 megapixels in all, and about half of that \
                 where it lies on its side, has see-through parts or more than 8 bits a colour."
            }
            Self::TooHeavy { .. } => "Save it smaller first: at most 64 MB.",
            Self::Unreadable(_) => "Open it in a picture editor and export it again as PNG or JPEG.",
            Self::Missing => "It may have been moved or renamed; choose it again.",
            Self::IsFolder => "Open the folder and choose one picture in it.",
            Self::NoAccess(_) => "Check that you may read the file, or copy it to a folder of your own.",
        }
    }

    /// Sorts a failure of the file system into what a person can act on.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::IsFolder,
            _ => Self::NoAccess(error),
        }
    }
}
