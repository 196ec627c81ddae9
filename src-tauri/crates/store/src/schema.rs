//! Forward-only migrations, each in one transaction with its number.

use crate::backup;
use crate::error::StoreError;
use crate::folder::Folder;
use rusqlite::{Connection, TransactionBehavior, params};

/// Every migration of the program, in their order.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_library.sql")];

/// What a new library is made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Birth<'a> {
    /// When, milliseconds since 1970.
    pub now: i64,
    /// Its id.
    pub id: &'a str,
}

/// Brings a database up to the given migrations. One that holds something is copied first, and the copy looked
/// through: `folder` says where to; nothing is copied without it.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &[&str],
    birth: Birth<'_>,
    folder: Option<&Folder>,
) -> Result<(), StoreError> {
    let found = version(connection)?;
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found > 0
        && found < known
        && let Some(folder) = folder
    {
        backup::copy_before(folder, known)?;
    }
    for (index, sql) in migrations.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        if index == 0 {
            transaction
                .execute("INSERT INTO library (id, created_at) VALUES (?1, ?2)", params![birth.id, birth.now])?;
        }
        transaction.pragma_update(None, "user_version", i64::try_from(index + 1).unwrap_or(i64::MAX))?;
        transaction.commit()?;
    }
    Ok(())
}

/// The number of the last migration. A database without a number that holds tables all the same has lost it.
pub(crate) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let whole = if tables == 0 { found == 0 } else { found > 0 };
    if whole { Ok(found) } else { Err(StoreError::Damaged { reason: format!("schema {found} with {tables} tables") }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;
    use rusqlite::OpenFlags;
    use std::path::Path;

    const BIRTH: Birth<'_> = Birth { now: 1, id: "library" };
    const MADE_UP: &[&str] =
        &[MIGRATIONS[0], "ALTER TABLE boards ADD COLUMN colour TEXT", "CREATE TABLE notes (words TEXT)"];

    fn connection(home: &Path) -> Connection {
        crate::connect(&home.join("library.db"), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("opens")
    }

    fn version_of(file: &Path) -> i64 {
        let copy = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
        let verdict: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
        assert_eq!(verdict, "ok");
        version(&copy).expect("a number")
    }

    #[test]
    fn what_a_library_was_is_copied_before_it_is_changed() {
        let home = tempfile::tempdir().expect("a folder");
        let library = Library::open(home.path(), 1, "library").expect("opens");
        library.set_setting("a", "kept").expect("written");
        library.back_up("2026-11-20").expect("copied");
        let folder = library.folder().clone();
        drop(library);

        migrate(&mut connection(home.path()), MADE_UP, BIRTH, Some(&folder)).expect("migrated");
        let copy = folder.backups().join("library-before-3.db");
        assert_eq!((version_of(&copy), version_of(&folder.database())), (1, 3));
        let kept: String = Connection::open(&copy)
            .and_then(|copy| copy.query_row("SELECT body FROM settings WHERE name = 'a'", [], |row| row.get(0)))
            .expect("read");
        assert_eq!(kept, "kept");
        // It is none of the days' copies.
        assert_eq!(backup::days(&folder.backups()).expect("read").len(), 1);
        let bytes = std::fs::read(&copy).expect("read");
        migrate(&mut connection(home.path()), MADE_UP, BIRTH, Some(&folder)).expect("nothing to do");
        assert_eq!(std::fs::read(&copy).expect("read"), bytes);
    }

    #[test]
    fn without_a_whole_copy_nothing_is_changed() {
        let home = tempfile::tempdir().expect("a folder");
        let library = Library::open(home.path(), 1, "library").expect("opens");
        let folder = library.folder().clone();
        drop(library);
        // A file where the folder of the copies belongs.
        std::fs::write(folder.backups(), b"in the way").expect("written");
        migrate(&mut connection(home.path()), MADE_UP, BIRTH, Some(&folder)).expect_err("refused");
        assert_eq!(version_of(&folder.database()), 1);
    }

    #[test]
    fn a_new_library_needs_no_copy_and_a_half_migration_is_none() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("made");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut new = crate::connect(&folder.database(), flags).expect("opens");
        let broken = &[MIGRATIONS[0], "CREATE TABLE half (a TEXT); this is no SQL"];
        migrate(&mut new, broken, BIRTH, Some(&folder)).expect_err("refused");
        assert!(!folder.backups().exists());
        assert_eq!(version(&new).expect("a number"), 1);
        let half: i64 = new
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0))
            .expect("counted");
        assert_eq!(half, 0);
    }
}
