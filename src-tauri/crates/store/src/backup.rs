//! Copies of the database, looked through before they count, one a day, the newest seven.

use crate::Library;
use crate::error::StoreError;
use crate::folder::remove_if_there;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many days are kept.
const KEPT: usize = 7;
/// Pages copied at once: the writer gets its turn between two portions.
const PAGES: i32 = 512;

impl Library {
    /// Copies the database unless this day has a copy. `day` is `YYYY-MM-DD`. Tells whether one was made.
    ///
    /// # Errors
    /// When the copy cannot be written or is not whole; then the older ones stay.
    pub fn back_up(&self, day: &str) -> Result<bool, StoreError> {
        let copy = self.folder().backups().join(format!("library-{day}.db"));
        if copy.exists() {
            return Ok(false);
        }
        self.copy_to(&copy)?;
        let mut all = backups(&self.folder().backups())?;
        while all.len() > KEPT {
            remove_if_there(&all.remove(0))?;
        }
        Ok(true)
    }

    fn copy_to(&self, destination: &Path) -> Result<(), StoreError> {
        fs::create_dir_all(self.folder().backups())?;
        let part = self.folder().parts().join("backup.db.part");
        remove_if_there(&part)?;
        {
            // A connection of its own: a page of the gallery must not wait for a whole copy.
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let source = Connection::open_with_flags(self.folder().database(), flags)?;
            let mut copy = Connection::open(&part)?;
            Backup::new(&source, &mut copy)?.run_to_completion(PAGES, Duration::from_millis(1), None)?;
            let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if verdict != "ok" {
                return Err(StoreError::Damaged { reason: verdict });
            }
        }
        self.folder().publish(&part, destination)
    }
}

/// Every copy there is, oldest first.
///
/// # Errors
/// When the folder cannot be read.
pub fn backups(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("library-") && name.ends_with(".db") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
