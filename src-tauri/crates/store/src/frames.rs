//! The stills of the library, named by their content.

use crate::Library;
use crate::error::{StoreError, from_json, to_json};
use rusqlite::{OptionalExtension, Transaction, params};
use sixshot_domain::{Frame, FrameId};
use std::path::PathBuf;

/// Writes the row of a picture that has none.
pub(crate) fn put(transaction: &Transaction<'_>, frame: &Frame, now: i64) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO frames (id, format, body, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
        params![frame.id.0, frame.format.extension(), to_json("frame", frame)?, now],
    )?;
    Ok(())
}

impl Library {
    /// Keeps a picture: the file first, then the row, so that a row always has its file. One that is kept already and
    /// was damaged since is whole again afterwards.
    ///
    /// # Errors
    /// `library-full`, `library-read-only`, or what the system says.
    pub fn keep_frame(&self, frame: &Frame, bytes: &[u8], now: i64) -> Result<(), StoreError> {
        self.folder.write_content(&self.folder.frame(&frame.id, frame.format), bytes)?;
        self.write(|transaction| put(transaction, frame, now))
    }

    /// The facts of a picture.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn frame(&self, id: &FrameId) -> Result<Option<Frame>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached("SELECT body FROM frames WHERE id = ?1")?;
        let body: Option<String> = statement.query_row([&id.0], |row| row.get(0)).optional()?;
        body.map(|body| from_json("frame", &body)).transpose()
    }

    /// The file of a picture the library knows.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn frame_file(&self, id: &FrameId) -> Result<Option<PathBuf>, StoreError> {
        Ok(self.frame(id)?.map(|frame| self.folder.frame(&frame.id, frame.format)))
    }
}
