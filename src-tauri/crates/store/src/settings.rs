//! What a person set, as one JSON body for each name.

use crate::Library;
use crate::error::StoreError;
use rusqlite::{OptionalExtension, params};

impl Library {
    /// The body under a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached("SELECT body FROM settings WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Keeps a body under a name.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_setting(&self, name: &str, body: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO settings (name, body) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                params![name, body],
            )?;
            Ok(())
        })
    }
}
