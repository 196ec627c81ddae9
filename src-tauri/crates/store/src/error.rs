//! What can go wrong with the library.

use std::io;

/// Why the library could not do it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program has it open.
    #[error("the library is open in another window")]
    InUse,
    /// The folder or the database cannot be written.
    #[error("the library cannot be written: {reason}")]
    ReadOnly {
        /// What the system said.
        reason: String,
    },
    /// No space is left.
    #[error("the disk of the library is full")]
    Full,
    /// Made by a newer version of the program.
    #[error("the library was made by a newer version (schema {found}, this program knows {known})")]
    Newer {
        /// Its schema.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The database is not whole.
    #[error("the library's database is damaged: {reason}")]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// The folder that was the library is not there, or holds another one. Nothing was made in its place.
    #[error("the library is not at {path}")]
    Offline {
        /// Where it was.
        path: String,
    },
    /// No such row.
    #[error("there is no such {what} in the library")]
    Missing {
        /// Kind of thing.
        what: &'static str,
    },
    /// Somebody else changed the row since it was read.
    #[error("the {what} changed meanwhile")]
    Conflict {
        /// Kind of thing.
        what: &'static str,
    },
    /// The provider's task already belongs to another generation.
    #[error("that task already belongs to another generation")]
    TaskTaken,
    /// A row that holds what no version of the program writes.
    #[error("a stored {what} cannot be read: {reason}")]
    Unreadable {
        /// Kind of thing.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The system refused a file.
    #[error("a file of the library: {0}")]
    File(io::Error),
    /// Anything else SQLite says.
    #[error("the library's database: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    /// A stable code for the window and for tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InUse => "library-in-use",
            Self::ReadOnly { .. } => "library-read-only",
            Self::Full => "library-full",
            Self::Newer { .. } => "library-newer",
            Self::Damaged { .. } => "library-damaged",
            Self::Offline { .. } => "library-offline",
            Self::Missing { .. } => "library-missing",
            Self::Conflict { .. } => "library-conflict",
            Self::TaskTaken => "library-task-taken",
            Self::Unreadable { .. } => "library-unreadable",
            Self::File(_) => "library-file",
            Self::Database(_) => "library-database",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::InUse => "Close the other window, or go on there.",
            Self::ReadOnly { .. } => "Give the folder back its write permission, or choose another folder.",
            Self::Full => "Free some space on that disk and try again. Nothing was lost.",
            Self::Newer { .. } => "Install the newer version of Sixshot.",
            Self::Damaged { .. } => {
                "Let it be repaired: the damaged file is kept, and everything that can be read is put together anew."
            }
            Self::Offline { .. } => "Plug its drive in, or choose the folder where it is now.",
            Self::Missing { .. } => "It was removed meanwhile.",
            Self::Conflict { .. } => "Look again and repeat it.",
            Self::TaskTaken => "Look at the other generation, or name another task.",
            Self::Unreadable { .. } | Self::File(_) | Self::Database(_) => "Try again; if it stays, check the disk.",
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { reason: error.to_string() }
            }
            _ => Self::File(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { reason: error.to_string() }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { reason: error.to_string() },
            // Every statement is the program's own, so a table or a column that is not there was lost.
            Some(ErrorCode::Unknown) if has_no_schema(&error.to_string()) => {
                Self::Damaged { reason: error.to_string() }
            }
            Some(ErrorCode::ConstraintViolation) if error.to_string().contains("remote_id") => Self::TaskTaken,
            _ => Self::Database(error),
        }
    }
}

fn has_no_schema(words: &str) -> bool {
    words.contains("no such table") || words.contains("no such column")
}

/// Reads a stored JSON body.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable { what, reason: error.to_string() })
}

/// Writes a JSON body.
pub(crate) fn to_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unreadable { what, reason: error.to_string() })
}
