//! Copies of the database, looked through before they count: one a day, the newest seven, and one before each change
//! of the schema.

use crate::Library;
use crate::error::StoreError;
use crate::folder::{Folder, remove_if_there};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::OffsetDateTime;

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
        let part = whole_copy(self.folder(), "backup.db.part")?;
        self.folder().publish(&part, &copy)?;
        // What was just made stays, whatever the others are called: a clock may have been wrong.
        let mut others = oldest_first(days(&self.folder().backups())?);
        others.retain(|path| *path != copy);
        let too_many = (others.len() + 1).saturating_sub(KEPT);
        for old in others.into_iter().take(too_many) {
            remove_if_there(&old)?;
        }
        Ok(true)
    }
}

/// Copies the database before it becomes one of `version`. An older copy before the same change gives way: it was made
/// for a change that did not happen.
pub(crate) fn copy_before(folder: &Folder, version: i64) -> Result<(), StoreError> {
    let copy = folder.backups().join(format!("library-before-{version}.db"));
    let part = whole_copy(folder, "before.db.part")?;
    remove_if_there(&copy)?;
    folder.publish(&part, &copy)
}

/// A finished copy among the parts, looked through.
fn whole_copy(folder: &Folder, name: &str) -> Result<PathBuf, StoreError> {
    folder.still_there()?;
    fs::create_dir_all(folder.backups())?;
    let part = folder.parts().join(name);
    remove_if_there(&part)?;
    // A connection of its own: a page of the gallery must not wait for a whole copy.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(folder.database(), flags)?;
    let mut copy = Connection::open(&part)?;
    Backup::new(&source, &mut copy)?.run_to_completion(PAGES, Duration::from_millis(1), None)?;
    looked_through(&copy)?;
    Ok(part)
}

/// Looks through a whole database.
///
/// # Errors
/// `library-damaged` with SQLite's first finding.
pub(crate) fn looked_through(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Damaged { reason: verdict }) }
}

/// Copies by what is inside: the one that knows the most happenings and purchases is the newest. A name tells only what a
/// clock said. What cannot be read comes first.
pub(crate) fn oldest_first(copies: Vec<PathBuf>) -> Vec<PathBuf> {
    // Of equals the later in the list stays the later.
    let mut known: Vec<_> = copies.into_iter().map(|path| (reach_of(&path), path)).collect();
    known.sort_by_key(|(reach, _)| *reach);
    known.into_iter().map(|(_, path)| path).collect()
}

/// How far a copy reaches: its newest line of history, its newest line of the ledger, and its newest board.
fn reach_of(copy: &Path) -> Option<(i64, i64, i64)> {
    let newest = |copy: &Connection| -> rusqlite::Result<(i64, i64, i64)> {
        let number = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
        let event = number("SELECT max(id) FROM events")?.unwrap_or(0);
        let line = number("SELECT max(id) FROM ledger")?.unwrap_or(0);
        Ok((event, line, number("SELECT max(updated_at) FROM boards")?.unwrap_or(0)))
    };
    let reach = crate::connect_to_closed(copy).and_then(|copy| Ok(newest(&copy)?));
    reach.inspect_err(|error| tracing::warn!(copy = %copy.display(), %error, "a copy that cannot be read")).ok()
}

/// The copies of the days, in the order of their names.
///
/// # Errors
/// When the folder cannot be read.
pub fn days(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = backups(folder)?;
    found.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_prefix("library-").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    });
    Ok(found)
}

/// The day of a copy, `YYYY-MM-DD`: by its name, or by the moment it was written.
pub(crate) fn day_of(copy: &Path) -> Result<String, StoreError> {
    let name = copy.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    if let Some(day) = name.strip_prefix("library-").filter(|day| day.starts_with(|first: char| first.is_ascii_digit()))
    {
        return Ok(day.to_owned());
    }
    Ok(OffsetDateTime::from(fs::metadata(copy)?.modified()?).date().to_string())
}

/// Every copy there is, in the order of their names: those of the days, then those before a change.
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
