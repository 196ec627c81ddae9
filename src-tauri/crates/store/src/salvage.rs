//! Whatever can still be read from a damaged database, row by row: a page that is gone takes its rows along and no
//! other. What a row says is believed only where it makes sense as a whole.

use crate::boards;
use crate::error::{StoreError, from_json};
use crate::generations;
use crate::ledger::LedgerKind;
use crate::takes::{self, TakeRow};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sixshot_domain::{Board, Frame};

/// How many rows are asked for one by one where a tree is broken.
const PROBES: i64 = 100_000;
/// More than any line of the ledger, in millionths of a dollar.
const DEAREST: i64 = 1_000_000_000_000;

/// Takes over what is newer in a damaged database than in the new one, or missing there.
///
/// # Errors
/// When the new one cannot be written. What cannot be read is no error.
pub(crate) fn take_over(new: &Transaction<'_>, damaged: &Connection) -> Result<(), StoreError> {
    sweep(damaged, "boards", "body, created_at, updated_at, trashed_at", &mut |row| board(new, row))?;
    sweep_named(damaged, "frames", "id", "body, created_at", &mut |row| frame(new, row))?;
    sweep_named(damaged, "settings", "name", "body", &mut |row| setting(new, row))?;
    sweep(damaged, "generations", generations::COLUMNS, &mut |row| whole(new, || generation(new, row)))?;
    sweep(damaged, "events", "id, generation_id, at, state, what", &mut |row| event(new, row))?;
    sweep(damaged, "ledger", "id, generation_id, at, kind, amount, note", &mut |row| ledger_line(new, row))?;
    let mut found = Vec::new();
    sweep(damaged, "takes", takes::COLUMNS, &mut |row| {
        found.push(takes::read(row)?);
        Ok(())
    })?;
    found.sort_by_key(|take| take.number);
    for row in found {
        pass_over("takes", whole(new, || take(new, &row)))?;
    }
    Ok(())
}

/// Writes all of a row or nothing.
pub(crate) fn whole(new: &Transaction<'_>, body: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    new.execute_batch("SAVEPOINT one")?;
    let done = body();
    if done.is_err() {
        new.execute_batch("ROLLBACK TO one")?;
    }
    new.execute_batch("RELEASE one")?;
    done
}

/// One row that cannot be taken over is passed over; a disk that takes no more ends everything.
pub(crate) fn pass_over(what: &'static str, done: Result<(), StoreError>) -> Result<(), StoreError> {
    match done {
        Err(error @ (StoreError::Full | StoreError::ReadOnly { .. } | StoreError::Offline { .. })) => Err(error),
        Err(error) => {
            tracing::warn!(what, %error, "a damaged row is passed over");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn board(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let board: Board = from_json("board", &row.get::<_, String>("body")?)?;
    let (created, updated): (i64, i64) = (row.get("created_at")?, row.get("updated_at")?);
    let known = new.query_row("SELECT updated_at FROM boards WHERE id = ?1", [&board.id.0], |row| row.get::<_, i64>(0));
    if known.optional()?.is_some_and(|known| known >= updated) {
        return Ok(());
    }
    boards::put(new, &board, updated)?;
    let trashed: Option<i64> = row.get("trashed_at")?;
    let sql = "UPDATE boards SET created_at = ?2, trashed_at = ?3 WHERE id = ?1";
    new.execute(sql, params![board.id.0, created, trashed])?;
    Ok(())
}

fn frame(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let frame: Frame = from_json("frame", &row.get::<_, String>("body")?)?;
    crate::frames::put(new, &frame, row.get("created_at")?)
}

fn setting(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let (name, body): (String, String) = (row.get("name")?, row.get("body")?);
    let _: serde_json::Value = from_json("setting", &body)?;
    if !crate::repair::is_own_setting(&name) {
        let sql =
            "INSERT INTO settings (name, body) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = excluded.body";
        new.execute(sql, params![name, body])?;
    }
    Ok(())
}

fn generation(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let row = generations::read(row)?;
    match generations::find(new, &row.id)? {
        Some(known) if known.revision >= row.revision => Ok(()),
        Some(known) => generations::replace(new, &known, &row),
        None => generations::put(new, &row),
    }
}

fn event(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let state: String = row.get("state")?;
    if sixshot_domain::GenerationState::parse(&state).is_none() {
        return Err(StoreError::Unreadable { what: "event", reason: state });
    }
    new.execute(
        "INSERT OR IGNORE INTO events (id, generation_id, at, state, what)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM generations WHERE id = ?2)",
        params![
            row.get::<_, i64>("id")?,
            row.get::<_, String>("generation_id")?,
            row.get::<_, i64>("at")?,
            state,
            row.get::<_, String>("what")?
        ],
    )?;
    Ok(())
}

fn ledger_line(new: &Transaction<'_>, row: &Row<'_>) -> Result<(), StoreError> {
    let (kind, amount): (String, i64) = (row.get("kind")?, row.get("amount")?);
    if LedgerKind::parse(&kind).is_none() || !(0..=DEAREST).contains(&amount) {
        return Err(StoreError::Unreadable { what: "line of the ledger", reason: kind });
    }
    new.execute(
        "INSERT OR IGNORE INTO ledger (id, generation_id, at, kind, amount, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            row.get::<_, i64>("id")?,
            row.get::<_, String>("generation_id")?,
            row.get::<_, i64>("at")?,
            kind,
            amount,
            row.get::<_, String>("note")?
        ],
    )?;
    Ok(())
}

fn take(new: &Transaction<'_>, row: &TakeRow) -> Result<(), StoreError> {
    let reviewed = row.rating <= 5 && ["none", "pick", "reject"].contains(&row.verdict.as_str());
    if !reviewed || row.file.is_empty() {
        return Err(StoreError::Unreadable { what: "take", reason: row.verdict.clone() });
    }
    if takes::is_known(new, row)? {
        // What a person thinks of a clip is newer in the damaged one, which was in use until now.
        new.execute(
            "UPDATE takes SET rating = ?2, verdict = ?3, trashed_at = ?4 WHERE id = ?1",
            params![row.id, row.rating, row.verdict, row.trashed_at],
        )?;
        return Ok(());
    }
    takes::insert(new, row)
}

type Each<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>;

/// Hands on every row that can be read: from the front, from the back, and what lies between one by one.
fn sweep(damaged: &Connection, table: &'static str, columns: &str, each: Each<'_>) -> Result<(), StoreError> {
    let select = format!("SELECT rowid AS place, {columns} FROM {table} NOT INDEXED WHERE");
    let mut last = i64::MIN;
    let forward = format!("{select} rowid > ?1 ORDER BY rowid");
    let came_through = walk(damaged, table, &forward, last, &mut |row| {
        last = row.get("place")?;
        each(row)
    })?;
    if came_through {
        return Ok(());
    }
    let mut first_behind = None;
    walk(damaged, table, &format!("{select} rowid > ?1 ORDER BY rowid DESC"), last, &mut |row| {
        first_behind = Some(row.get::<_, i64>("place")?);
        each(row)
    })?;
    // Numbers begin at 1; nobody gives others.
    let begin = last.max(0) + 1;
    let end = first_behind.map_or(begin + PROBES, |behind| behind.min(begin + PROBES));
    let one = format!("{select} rowid = ?1");
    for place in begin..end {
        walk(damaged, table, &one, place, each)?;
    }
    Ok(())
}

/// The same for a table that is ordered by a name.
fn sweep_named(
    damaged: &Connection,
    table: &'static str,
    name: &str,
    columns: &str,
    each: Each<'_>,
) -> Result<(), StoreError> {
    for order in ["ASC", "DESC"] {
        let sql = format!("SELECT {name}, {columns} FROM {table} WHERE ?1 IS NOT NULL ORDER BY {name} {order}");
        if walk(damaged, table, &sql, 0, each)? {
            break;
        }
    }
    Ok(())
}

/// Hands on the rows of a query as far as they come. Tells whether they came to their end.
fn walk(damaged: &Connection, table: &'static str, sql: &str, value: i64, each: Each<'_>) -> Result<bool, StoreError> {
    let Ok(mut statement) = damaged.prepare_cached(sql) else { return Ok(false) };
    let Ok(mut rows) = statement.query([value]) else { return Ok(false) };
    loop {
        match rows.next() {
            Ok(Some(row)) => pass_over(table, each(row))?,
            Ok(None) => return Ok(true),
            Err(error) => {
                tracing::debug!(table, %error, "a damaged table cannot be read on");
                return Ok(false);
            }
        }
    }
}
