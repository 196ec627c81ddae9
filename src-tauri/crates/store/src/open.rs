//! Opening a library: to work in it, after repairing it where it is damaged, or only to look at it.

use crate::error::StoreError;
use crate::folder::Folder;
use crate::lock::Lock;
use crate::schema::{self, Birth, MIGRATIONS};
use crate::{Library, backup, connect, identity, repair};
use rusqlite::{Connection, OpenFlags};
use sixshot_domain::GenerationState;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A database up to this size is looked through before anything is shown, if nobody closed it: it takes a tenth of a
/// second. A larger one, and one that was closed, is looked through behind the window.
const LOOKED_THROUGH_AT_ONCE: u64 = 32 * 1024 * 1024;

/// What is asked of an opening.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The id of the library that the folder must hold. Without one, a folder that holds none becomes one.
    pub expected: Option<&'a str>,
    /// Damage was found while it was open: it is repaired before it is opened.
    pub repair: bool,
}

impl Library {
    /// Opens the library in a folder, making both if they are not there.
    ///
    /// # Errors
    /// By code: `library-in-use`, `library-read-only`, `library-full`, `library-newer`, `library-damaged`.
    pub fn open(path: &Path, now: i64, new_id: &str) -> Result<Self, StoreError> {
        let folder = Folder::open(path)?;
        let lock = Lock::take(&folder)?;
        let id = identity::id_of(path)?.unwrap_or_else(|| new_id.to_owned());
        let connections = connections(&folder, Birth { now, id: &id })?;
        Self::of(folder, lock, connections)
    }

    /// The same, and a damaged database is repaired first: moved aside whole, and put together anew from everything
    /// that can be read.
    ///
    /// # Errors
    /// By code: `library-offline` where the folder does not hold what is expected, `library-in-use`,
    /// `library-read-only`, `library-full`, `library-newer`; `library-damaged` when repairing did not help.
    pub fn open_or_repair(path: &Path, wish: Wish<'_>, now: i64, new_id: &str) -> Result<Self, StoreError> {
        if let Some(expected) = wish.expected {
            identity::expect(path, expected)?;
        }
        let folder = Folder::open(path)?;
        let lock = Lock::take(&folder)?;
        let id = identity::id_of(path)?.unwrap_or_else(|| new_id.to_owned());
        let birth = Birth { now, id: &id };
        repair::go_on(&folder, now)?;
        let asked = wish.repair.then(|| "damage was found while it was open".to_owned());
        if let Some(reason) = asked.map_or_else(|| repair::is_lost(&folder, &lock), |reason| Ok(Some(reason)))? {
            repair::repair(&folder, &reason, birth)?;
        }
        let whole = |(writer, reader): (Connection, Connection)| {
            first_look(&folder, &lock, &reader)?;
            Ok((writer, reader))
        };
        let connections = match connections(&folder, birth).and_then(whole) {
            Err(StoreError::Damaged { reason }) => {
                repair::repair(&folder, &reason, birth)?;
                connections(&folder, birth)?
            }
            other => other?,
        };
        Self::of(folder, lock, connections)
    }

    /// Opens a library that another program has open, or that cannot be written, to look at it. Nothing is made and
    /// nothing is changed.
    ///
    /// # Errors
    /// When there is no library, or it cannot be read as it is.
    pub fn open_read_only(path: &Path, expected: Option<&str>, reason: &str) -> Result<Self, StoreError> {
        if let Some(expected) = expected {
            identity::expect(path, expected)?;
        }
        let folder = Folder::to_look_at(path, reason);
        let unreadable = |reason: &str| StoreError::ReadOnly { reason: reason.to_owned() };
        if fs::metadata(folder.database()).map_or(0, |facts| facts.len()) == 0 {
            return Err(unreadable("there is no library in it yet"));
        }
        let reader = connect_to_look(&folder)?;
        let (found, known) = (schema::version(&reader)?, i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX));
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        if found < known {
            return Err(unreadable("it is of an older version and must be brought up to date first"));
        }
        let id = stored_id(&reader)?;
        Ok(Self { folder, id, writer: None, reader: Mutex::new(reader), lock: None })
    }

    fn of(folder: Folder, lock: Lock, (writer, reader): (Connection, Connection)) -> Result<Self, StoreError> {
        let id = match identity::id_of(folder.root())? {
            Some(id) => id,
            None => {
                let id = stored_id(&reader)?;
                identity::write(folder.root(), &id)?;
                id
            }
        };
        // The names of the files beside the database are on the disk before the word that says they must be there.
        crate::folder::sync_folder(folder.root())?;
        lock.say_open()?;
        let folder = folder.of(&id);
        Ok(Self { folder, id, writer: Some(Mutex::new(writer)), reader: Mutex::new(reader), lock: Some(lock) })
    }

    /// Names the library, wherever its folder lies.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it may only be looked at.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let (Some(writer), Some(lock)) = (&self.writer, &self.lock) else { return };
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        // Only what is wholly in the database is closed. A reader that is still at it leaves it open, as a kill does.
        let moved = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        let closed = match moved {
            Ok(0) if self.folder.still_there().is_ok() => lock.say_closed(),
            Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = closed {
            tracing::warn!(%error, "the library is left open");
        }
    }
}

/// The writing and the reading connection to a database that is brought up to date.
fn connections(folder: &Folder, birth: Birth<'_>) -> Result<(Connection, Connection), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut writer = connect(&folder.database(), flags)?;
    if writer.is_readonly("main")? {
        return Err(StoreError::ReadOnly { reason: "the database may not be written".to_owned() });
    }
    schema::migrate(&mut writer, MIGRATIONS, birth, Some(folder))?;
    let reader = connect(&folder.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok((writer, reader))
}

/// A connection that changes nothing, also where nothing could be changed.
fn connect_to_look(folder: &Folder) -> Result<Connection, StoreError> {
    let plain = connect(&folder.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|reader| schema::version(&reader).map(|_| reader));
    let error = match plain {
        Ok(reader) => return Ok(reader),
        Err(error) => error,
    };
    // On a disk that cannot be written SQLite reads a closed database only when it is told that nobody else is there.
    let changes = fs::metadata(folder.root().join("library.db-wal")).map_or(0, |facts| facts.len());
    if changes == 0 { crate::connect_to_closed(&folder.database()) } else { Err(error) }
}

/// What a start reads can be read; and a small database that a crash or a power cut may have hurt is whole.
fn first_look(folder: &Folder, lock: &Lock, reader: &Connection) -> Result<(), StoreError> {
    let size = fs::metadata(folder.database())?.len();
    if size <= LOOKED_THROUGH_AT_ONCE && lock.was_left_open()? {
        backup::looked_through(reader)?;
    }
    let mut total = 0;
    for sql in [
        "SELECT sum(length(body)) FROM settings",
        "SELECT sum(length(body)) FROM boards",
        "SELECT count(*) FROM frames",
        "SELECT count(*) FROM takes WHERE trashed_at IS NULL",
        "SELECT count(*) FROM takes_words WHERE takes_words MATCH '\"library\"'",
        "SELECT count(*) FROM ledger",
        "SELECT count(*) FROM uploads",
    ] {
        total += reader.query_row(sql, [], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0);
    }
    for state in GenerationState::ALL.into_iter().filter(|state| !state.is_final()) {
        let sql = "SELECT sum(length(board)) FROM generations WHERE state = ?1";
        total += reader.query_row(sql, [state.as_str()], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0);
    }
    tracing::debug!(size, total, "the library was looked at");
    Ok(())
}

fn stored_id(reader: &Connection) -> Result<String, StoreError> {
    Ok(reader.query_row("SELECT id FROM library", [], |row| row.get(0))?)
}
