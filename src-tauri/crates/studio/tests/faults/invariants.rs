//! What must hold after every case, read from the disk and from the sandbox's ledger.

use crate::victim::CANARY;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use sixshot_sandbox::LedgerLine;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which promise was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    PaidTwice,
    Lost,
    Stuck,
    Other,
}

/// A broken promise.
#[derive(Debug, Clone)]
pub struct Violation {
    pub kind: Kind,
    pub what: String,
}

pub fn broken(kind: Kind, what: impl Into<String>) -> Violation {
    Violation { kind, what: what.into() }
}

/// What is known from outside.
pub struct Known<'a> {
    pub home: &'a Path,
    pub ledger: &'a [LedgerLine],
    /// Names of the purchases that the program said were confirmed.
    pub confirmed: &'a HashSet<String>,
    /// Everything the processes said.
    pub said: &'a str,
}

struct Row {
    id: String,
    name: String,
    state: String,
    remote_id: Option<String>,
    /// How often the person paid again, as it was written down together with the word to send.
    again: usize,
}

/// The tasks of a purchase in the ledger, by its name in the prompt.
pub fn tasks_of<'a>(ledger: &'a [LedgerLine], name: &str) -> Vec<&'a LedgerLine> {
    let words = format!("Purchase {name}:");
    ledger.iter().filter(|line| line.body.to_string().contains(&words)).collect()
}

/// Every broken promise.
pub fn check(known: &Known<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = match Connection::open_with_flags(known.home.join("library.db"), flags) {
        Ok(database) => database,
        Err(error) => return vec![broken(Kind::Lost, format!("no database: {error}"))],
    };
    match database.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)) {
        Ok(verdict) if verdict == "ok" => {}
        other => found.push(broken(Kind::Lost, format!("the database is damaged: {other:?}"))),
    }
    match rows(&database) {
        Ok(rows) => {
            generations(known, &rows, &mut found);
            if let Err(error) = files(known, &database, &mut found) {
                found.push(broken(Kind::Other, error.to_string()));
            }
            if let Err(error) = money(known, &database, &rows, &mut found) {
                found.push(broken(Kind::Other, error.to_string()));
            }
        }
        Err(error) => found.push(broken(Kind::Lost, format!("generations cannot be read: {error}"))),
    }
    secrets(known, &mut found);
    if known.said.contains("panicked at") {
        found.push(broken(Kind::Other, format!("a panic: {}", known.said)));
    }
    found
}

/// How often the answer to a purchase was lost, as the library's history tells.
pub fn lost_answers(home: &Path) -> usize {
    let database = Connection::open(home.join("library.db")).expect("a database");
    let sql = "SELECT count(*) FROM events WHERE what = 'the answer was lost'";
    let count: i64 = database.query_row(sql, [], |row| row.get(0)).expect("a history");
    usize::try_from(count).unwrap_or(0)
}

fn rows(database: &Connection) -> rusqlite::Result<Vec<Row>> {
    let sql = "SELECT id, confirmation, state, remote_id, (SELECT count(*) FROM events \
               WHERE generation_id = generations.id AND what = 'the person pays for it again') \
               FROM generations WHERE rehearsal = 0";
    let mut statement = database.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let (id, name, state, remote_id) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Row { id, name, state, remote_id, again: row.get::<_, i64>(4)?.unsigned_abs() as usize })
    })?;
    rows.collect()
}

fn generations(known: &Known<'_>, rows: &[Row], found: &mut Vec<Violation>) {
    for name in known.confirmed {
        if !rows.iter().any(|row| row.name == *name) {
            found.push(broken(Kind::Lost, format!("{name} was confirmed and is gone")));
        }
    }
    for row in rows {
        let tasks = tasks_of(known.ledger, &row.name);
        let allowed = 1 + row.again;
        if tasks.len() > allowed {
            found.push(broken(Kind::PaidTwice, format!("{}: {} tasks for {allowed} words", row.name, tasks.len())));
        }
        match row.state.as_str() {
            "done" if tasks.is_empty() => {
                found.push(broken(Kind::Other, format!("{} is done and was never bought", row.name)));
            }
            "done" => {
                let its_own = row.remote_id.as_deref().unwrap_or_default();
                if !tasks.iter().any(|task| its_own.contains(&task.task)) {
                    found.push(broken(Kind::Lost, format!("{} became another's task {its_own}", row.name)));
                }
            }
            "failed" | "expired" | "cancelled" if tasks.is_empty() => {}
            state @ ("failed" | "expired" | "cancelled") => {
                found.push(broken(Kind::Lost, format!("{} is {state} and was paid", row.name)));
            }
            state => found.push(broken(Kind::Stuck, format!("{} ({}) stays {state}", row.name, row.id))),
        }
    }
    for line in known.ledger {
        if !rows.iter().any(|row| line.body.to_string().contains(&format!("Purchase {}:", row.name))) {
            found.push(broken(Kind::Lost, format!("task {} belongs to no generation", line.task)));
        }
    }
}

/// Every take has its file as it was hashed, with what it is beside it, and every clip has its take.
fn files(known: &Known<'_>, database: &Connection, found: &mut Vec<Violation>) -> rusqlite::Result<()> {
    let mut wanted = HashSet::new();
    let mut statement = database.prepare("SELECT file, sha256 FROM takes")?;
    for take in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
        let (file, sha256) = take?;
        let path = known.home.join("takes").join(&file);
        match fs::read(&path) {
            Ok(bytes) if hex::encode(Sha256::digest(&bytes)) == sha256 => {}
            Ok(_) => found.push(broken(Kind::Lost, format!("{file} has other bytes than were kept"))),
            Err(error) => found.push(broken(Kind::Lost, format!("{file}: {error}"))),
        }
        if !path.with_extension("json").is_file() {
            found.push(broken(Kind::Other, format!("{file} has nothing beside it that says what it is")));
        }
        wanted.insert(path);
    }
    for path in below(&known.home.join("takes")) {
        if path.extension().is_some_and(|end| end == "mp4") && !wanted.contains(&path) {
            found.push(broken(Kind::Other, format!("{} belongs to no take", path.display())));
        }
    }
    let orphans: i64 = database.query_row(
        "SELECT count(*) FROM generations WHERE state = 'done' AND id NOT IN (SELECT generation_id FROM takes)",
        [],
        |row| row.get(0),
    )?;
    if orphans > 0 {
        found.push(broken(Kind::Lost, format!("{orphans} done generations have no take")));
    }
    Ok(())
}

/// The library never says that less was spent than was.
fn money(known: &Known<'_>, database: &Connection, rows: &[Row], found: &mut Vec<Violation>) -> rusqlite::Result<()> {
    let sql = "SELECT coalesce(sum(CASE kind WHEN 'intended' THEN 1 WHEN 'released' THEN -1 ELSE 0 END), 0) \
               FROM ledger WHERE generation_id = ?1";
    for row in rows {
        let net: i64 = database.query_row(sql, [&row.id], |row| row.get(0))?;
        let paid = tasks_of(known.ledger, &row.name).len();
        if usize::try_from(net).unwrap_or(0) < paid {
            found.push(broken(Kind::Other, format!("{}: {paid} were paid and the ledger says {net}", row.name)));
        }
    }
    Ok(())
}

fn secrets(known: &Known<'_>, found: &mut Vec<Violation>) {
    for path in below(known.home) {
        let bytes = fs::read(&path).unwrap_or_default();
        if bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()) {
            found.push(broken(Kind::Other, format!("a key stands in {}", path.display())));
        }
    }
    if known.said.contains(CANARY) {
        found.push(broken(Kind::Other, "a key was said"));
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(below(&path)) } else { found.push(path) }
    }
    found
}
