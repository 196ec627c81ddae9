//! The library: one SQLite database and the media files beside it.
//!
//! Only this crate knows SQL. Every write is one transaction that is on the disk when the call returns, because what
//! is written here decides whether money is spent a second time.

pub mod backup;
pub mod boards;
pub mod error;
pub mod figures;
pub mod folder;
pub mod frames;
pub mod generations;
pub mod identity;
pub mod ledger;
mod lock;
pub mod looks;
pub mod open;
pub mod repair;
mod salvage;
mod schema;
pub mod sendings;
pub mod settings;
pub mod sidecar;
pub mod takes;
mod transplant;
pub mod uploads;

pub use boards::BoardRow;
pub use error::StoreError;
pub use folder::Folder;
pub use generations::{Advance, GenerationRow, HistoryRow, NewGeneration, is_due};
pub use ledger::{LedgerEntry, LedgerKind, LedgerRow};
pub use looks::Look;
pub use repair::Repair;
pub use sendings::{Purchase, Sending};
pub use sidecar::Sidecar;
pub use takes::{TakeFilter, TakeRow};
pub use uploads::UploadRow;

use fail::fail_point;
use lock::Lock;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An open library. One connection writes, another reads, so that a page of the gallery never waits for a commit.
pub struct Library {
    folder: Folder,
    id: String,
    /// Nothing where the library may only be looked at.
    writer: Option<Mutex<Connection>>,
    reader: Mutex<Connection>,
    /// Held as long as the library is open: a second program must not write into it.
    lock: Option<Lock>,
}

impl Library {
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
        self.folder.still_there()?;
        // A connection of its own: the index of words that an older one remembers is another than the one on the disk,
        // and the look through would call that damage.
        backup::looked_through(&connect(&self.folder.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction that is on the disk when this returns.
    fn write<T>(&self, body: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        // A database whose folder is gone would take every change and keep none.
        self.folder.still_there()?;
        let read_only = || StoreError::ReadOnly { reason: "it may only be looked at".to_owned() };
        let mut writer = self.writer.as_ref().ok_or_else(read_only)?.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = body(&transaction)?;
        fail_point!("store-before-commit");
        transaction.commit()?;
        fail_point!("store-committed");
        Ok(answer)
    }
}

/// A connection to a database that nobody else has open and nobody changes: nothing is made beside it.
fn connect_to_closed(path: &Path) -> Result<Connection, StoreError> {
    let name = path.to_str().ok_or(StoreError::Missing { what: "name of the database that can be written down" })?;
    let escaped = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(Path::new(&format!("file:{escaped}?immutable=1")), flags)
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
