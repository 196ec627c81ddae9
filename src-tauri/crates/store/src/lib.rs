//! The library: one SQLite database and the media files beside it.
//!
//! Only this crate knows SQL. Every write is one transaction that is on the disk when the call returns, because what
//! is written here decides whether money is spent a second time.

pub mod backup;
pub mod boards;
pub mod error;
pub mod folder;
pub mod frames;
pub mod generations;
pub mod ledger;
mod schema;
pub mod settings;
pub mod takes;
pub mod uploads;

pub use boards::BoardRow;
pub use error::StoreError;
pub use folder::Folder;
pub use generations::{Advance, GenerationRow, HistoryRow, NewGeneration};
pub use ledger::{LedgerEntry, LedgerKind, LedgerRow};
pub use takes::{TakeFilter, TakeRow};
pub use uploads::UploadRow;

use fail::fail_point;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An open library. One connection writes, another reads, so that a page of the gallery never waits for a commit.
pub struct Library {
    folder: Folder,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    /// Held as long as the library is open: a second program must not write into it.
    _lock: File,
}

impl Library {
    /// Opens the library in a folder, making both if they are not there.
    ///
    /// # Errors
    /// By code: `library-in-use`, `library-read-only`, `library-full`, `library-newer`, `library-damaged`.
    pub fn open(path: &Path, now: i64, new_id: &str) -> Result<Self, StoreError> {
        let folder = Folder::open(path)?;
        let lock = folder.lock()?;
        let mut writer =
            connect(&folder.database(), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let birth = schema::Birth { now, id: new_id };
        schema::migrate(&mut writer, schema::MIGRATIONS, birth, Some(&folder))?;
        let reader = connect(&folder.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self { folder, writer: Mutex::new(writer), reader: Mutex::new(reader), _lock: lock })
    }

    /// The files beside the database.
    #[must_use]
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Looks through the whole database for damage. Takes about two seconds for 1.5 GB, so it is asked for after the
    /// window shows.
    ///
    /// # Errors
    /// `library-damaged` with SQLite's first finding.
    pub fn check(&self) -> Result<(), StoreError> {
        backup::looked_through(&self.reader())
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction that is on the disk when this returns.
    fn write<T>(&self, body: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = body(&transaction)?;
        fail_point!("store-before-commit");
        transaction.commit()?;
        fail_point!("store-committed");
        Ok(answer)
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        // NORMAL may roll back committed rows when the power goes; a lost intent is a second purchase.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "fullfsync", "ON")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
    }
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}
