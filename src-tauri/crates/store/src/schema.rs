//! Forward-only migrations, each in one transaction with its number.

use crate::error::StoreError;
use rusqlite::{Connection, TransactionBehavior, params};

const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_library.sql")];

pub(crate) fn migrate(connection: &mut Connection, now: i64, new_id: &str) -> Result<(), StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        if index == 0 {
            transaction.execute("INSERT INTO library (id, created_at) VALUES (?1, ?2)", params![new_id, now])?;
        }
        transaction.pragma_update(None, "user_version", i64::try_from(index + 1).unwrap_or(i64::MAX))?;
        transaction.commit()?;
    }
    Ok(())
}
