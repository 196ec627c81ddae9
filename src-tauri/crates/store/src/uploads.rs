//! Frames that already lie at a provider, so that the same picture is not sent twice.

use crate::Library;
use crate::error::StoreError;
use rusqlite::{OptionalExtension, params};
use sixshot_domain::{FrameId, ProviderId};

/// One frame at one account of one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Which frame.
    pub frame: FrameId,
    /// At whom.
    pub provider: ProviderId,
    /// Under which account: a fingerprint, never the key.
    pub account: String,
    /// What stands for it.
    pub link: String,
    /// When the provider forgets it, milliseconds since 1970.
    pub ends_at: i64,
}

impl Library {
    /// The link of a frame that is still good at a moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn upload(
        &self,
        frame: &FrameId,
        provider: &ProviderId,
        account: &str,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT link FROM uploads WHERE frame_id = ?1 AND provider = ?2 AND account = ?3 AND ends_at > ?4",
        )?;
        Ok(statement.query_row(params![frame.0, provider.0, account, now], |row| row.get(0)).optional()?)
    }

    /// Remembers an upload.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_upload(&self, row: &UploadRow) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO uploads (frame_id, provider, account, link, ends_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (frame_id, provider, account)
                 DO UPDATE SET link = excluded.link, ends_at = excluded.ends_at",
                params![row.frame.0, row.provider.0, row.account, row.link, row.ends_at],
            )?;
            Ok(())
        })
    }
}
