//! What only the desktop can do: dialogs, the clipboard, the file manager. The shell does it; tests stand in for it.

use async_trait::async_trait;
use std::path::{Path, PathBuf};

/// What the clipboard holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clipboard {
    /// No picture and no file.
    Nothing,
    /// A picture.
    Pixels {
        /// Across.
        width: u32,
        /// Down.
        height: u32,
        /// Four bytes each, row by row.
        rgba: Vec<u8>,
    },
    /// Files that were copied in a file manager.
    Files(Vec<PathBuf>),
}

/// What a file that is saved is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A clip.
    Clip,
    /// The lines of the ledger.
    Ledger,
}

impl FileKind {
    /// What it is called in the dialog, and how its file ends.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Clip => ("MP4", "mp4"),
            Self::Ledger => ("JSON lines", "jsonl"),
        }
    }
}

/// Why the desktop could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DeskError(pub String);

/// The desktop.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Lets the person choose a picture; nothing when they cancel.
    async fn pick_picture(&self) -> Result<Option<PathBuf>, DeskError>;

    /// Lets the person choose where to save a file of a kind; nothing when they cancel.
    async fn choose_destination(&self, name: &str, kind: FileKind) -> Result<Option<PathBuf>, DeskError>;

    /// Lets the person choose a folder that is there; nothing when they cancel, or where there are no dialogs.
    async fn choose_folder(&self) -> Result<Option<PathBuf>, DeskError> {
        Ok(None)
    }

    /// Reads the clipboard.
    async fn clipboard(&self) -> Result<Clipboard, DeskError>;

    /// Shows a file in the file manager.
    async fn reveal(&self, path: &Path) -> Result<(), DeskError>;
}
