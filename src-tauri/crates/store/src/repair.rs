//! A damaged database is moved aside whole and a new one put together: from the newest copy that is whole, from what can
//! still be read of the damaged one, and from what lies beside the clips.
//!
//! The new one is finished before the old one is touched, and says itself that it is a repaired one: a crash at any
//! moment finds the old one, or both, and goes on.

use crate::backup::{self, looked_through};
use crate::error::{StoreError, from_json, to_json};
use crate::folder::{Folder, remove_if_there, sync_folder};
use crate::generations;
use crate::lock::Lock;
use crate::schema::{self, Birth, MIGRATIONS};
use crate::sidecar::{self, Sidecar};
use crate::{Library, boards, frames, salvage, takes, transplant};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sixshot_domain::{Board, GenerationState};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// What was repaired, until the person has read it.
pub(crate) const REPORT: &str = "repair";
/// Nobody has looked yet at what the repaired database says of purchases.
pub(crate) const UNSETTLED: &str = "repair-unsettled";
/// The files of a database.
const FILES: [&str; 3] = ["library.db-wal", "library.db-shm", "library.db"];
/// The new database, finished and not yet in its place.
const FINISHED: &str = "library.repaired.db";

/// What a repair found and where the old file lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// What was wrong.
    pub reason: String,
    /// The day of the copy that it was put together from, `YYYY-MM-DD`; nothing when there was none.
    pub copy_day: Option<String>,
    /// The folder of the old file, below that of the library.
    pub quarantine: String,
    /// How many boards there are now.
    pub boards: u32,
    /// How many takes there are now.
    pub takes: u32,
    /// How many of them were only known beside their clips.
    pub takes_beside: u32,
    /// How many purchases are known by the note of sendings only.
    #[serde(default)]
    pub lost_purchases: u32,
}

/// Whether a setting tells of a repair: what an older database says there is over.
pub(crate) fn is_own_setting(name: &str) -> bool {
    name == REPORT || name == UNSETTLED
}

impl Library {
    /// What was repaired last, until the person has read it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn repaired(&self) -> Result<Option<Repair>, StoreError> {
        self.setting(REPORT)?.map(|text| from_json("repair", &text)).transpose()
    }

    /// The person has read it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_repair(&self) -> Result<(), StoreError> {
        self.remove_setting(REPORT)
    }

    /// Whether the database was repaired and nobody has looked yet at what it says of purchases: whatever waits in it
    /// may have been sent since it was written.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_unsettled(&self) -> Result<bool, StoreError> {
        Ok(self.setting(UNSETTLED)?.is_some())
    }

    /// The database was copied or put back: as after a repair, whatever waits in it may have been sent since.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn unsettle(&self) -> Result<(), StoreError> {
        self.set_setting(UNSETTLED, "true")
    }

    /// Every generation was looked at.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.remove_setting(UNSETTLED)
    }

    fn remove_setting(&self, name: &str) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM settings WHERE name = ?1", [name])?;
            Ok(())
        })
    }
}

/// Why the database that a folder must have is not there, without opening it.
pub(crate) fn is_lost(folder: &Folder, lock: &Lock) -> Result<Option<String>, StoreError> {
    let database = folder.database();
    let length = fs::metadata(&database).map_or(0, |facts| facts.len());
    if length == 0 {
        let held_something = crate::identity::id_of(folder.root())?.is_some()
            || !backup::backups(&folder.backups())?.is_empty()
            || fs::read_dir(folder.takes())?.next().is_some();
        let reason = if database.exists() { "the database is empty" } else { "the database is not there" };
        return Ok(held_something.then(|| reason.to_owned()));
    }
    let changes = fs::metadata(folder.root().join("library.db-wal")).map(|facts| facts.len());
    // The last program ended without closing it, so its newest changes lie beside it.
    if changes.is_err() && lock.was_left_open()? {
        return Ok(Some("its newest changes are not there".to_owned()));
    }
    if changes.unwrap_or(0) == 0 && is_cut_off(&database, length)? {
        return Ok(Some("a part of it was cut off".to_owned()));
    }
    Ok(None)
}

/// Whether a database is shorter than its first page says. SQLite takes what is missing of a page for nothing.
fn is_cut_off(database: &Path, length: u64) -> Result<bool, StoreError> {
    let mut header = [0; 32];
    if File::open(database)?.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Ok(false);
    }
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        page => page.max(1),
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    Ok(!length.is_multiple_of(page) || length < pages * page)
}

/// Clears away a repair that was broken off, or finishes it where its new database was finished.
pub(crate) fn go_on(folder: &Folder, now: i64) -> Result<(), StoreError> {
    let bench = bench_of(folder);
    if bench.exists() {
        fs::remove_dir_all(bench)?;
    }
    let finished = folder.root().join(FINISHED);
    if !finished.exists() {
        return Ok(());
    }
    let quarantine = crate::connect(&finished, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|new| {
        let sql = "SELECT body FROM settings WHERE name = ?1";
        let report: Repair = from_json("repair", &new.query_row(sql, [REPORT], |row| row.get::<_, String>(0))?)?;
        Ok(report.quarantine)
    });
    match quarantine {
        Ok(quarantine) => put_in_place(folder, &quarantine),
        Err(error) => {
            tracing::error!(%error, "a finished repair cannot be read");
            let aside = folder.root().join(make_quarantine(folder, now)?);
            Ok(fs::rename(finished, aside.join(FINISHED))?)
        }
    }
}

/// Where the new database is put together.
fn bench_of(folder: &Folder) -> PathBuf {
    folder.parts().join("repair")
}

/// Puts a new database together and moves the damaged one aside.
pub(crate) fn repair(folder: &Folder, reason: &str, birth: Birth<'_>) -> Result<(), StoreError> {
    tracing::warn!(reason, "the library's database is repaired");
    let bench = bench_of(folder);
    if bench.exists() {
        fs::remove_dir_all(&bench)?;
    }
    fs::create_dir_all(&bench)?;
    let quarantine = make_quarantine(folder, birth.now)?;
    let damaged = open_damaged(folder, &bench, birth);
    let (path, copy_day) = foundation(folder, &bench)?;
    {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut new = crate::connect(&path, flags)?;
        schema::migrate(&mut new, MIGRATIONS, birth, None)?;
        let transaction = new.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM settings WHERE name IN (?1, ?2)", [REPORT, UNSETTLED])?;
        if let Some(damaged) = &damaged {
            salvage::take_over(&transaction, damaged)?;
        }
        let takes_beside = take_over_sidecars(&transaction, folder, birth.now)?;
        take_over_frozen(&transaction)?;
        book_again(&transaction)?;
        let count = |table: &str| -> Result<u32, StoreError> {
            Ok(transaction.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
        };
        let report = Repair {
            at: birth.now,
            reason: reason.to_owned(),
            copy_day,
            quarantine: quarantine.clone(),
            boards: count("boards")?,
            takes: count("takes")?,
            takes_beside,
            // Whoever knows the providers looks for them when the library is taken into use.
            lost_purchases: 0,
        };
        let sql = "INSERT INTO settings (name, body) VALUES (?1, ?2)";
        transaction.execute(sql, params![REPORT, to_json("repair", &report)?])?;
        transaction.execute(sql, params![UNSETTLED, "true"])?;
        transaction.commit()?;
        looked_through(&new)?;
        // One file and nothing beside it, so that one rename puts it in its place.
        new.pragma_update(None, "journal_mode", "DELETE")?;
    }
    drop(damaged);
    File::options().write(true).open(&path)?.sync_all()?;
    fs::rename(&path, folder.root().join(FINISHED))?;
    sync_folder(folder.root())?;
    fs::remove_dir_all(&bench)?;
    put_in_place(folder, &quarantine)
}

/// Moves the old files aside and gives the new one its name. Can be broken off and repeated at any point.
fn put_in_place(folder: &Folder, quarantine: &str) -> Result<(), StoreError> {
    let aside = folder.root().join(quarantine);
    fs::create_dir_all(&aside)?;
    for name in FILES {
        let from = folder.root().join(name);
        if from.exists() {
            // What was moved aside once is never replaced.
            let mut to = aside.join(name);
            for copy in 2.. {
                if !to.exists() {
                    break;
                }
                to = aside.join(format!("{copy}-{name}"));
            }
            fs::rename(from, to)?;
        }
    }
    sync_folder(&aside)?;
    fs::rename(folder.root().join(FINISHED), folder.database())?;
    sync_folder(folder.root())
}

/// A new folder for what is moved aside, by its moment; its name below the library's folder.
fn make_quarantine(folder: &Folder, now: i64) -> Result<String, StoreError> {
    let at = OffsetDateTime::from_unix_timestamp(now.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, hour, minute, second) = (at.date(), at.hour(), at.minute(), at.second());
    fs::create_dir_all(folder.root().join("quarantine"))?;
    for copy in 1..1_000 {
        let more = if copy == 1 { String::new() } else { format!("-{copy}") };
        let name = format!("quarantine/{date}T{hour:02}-{minute:02}-{second:02}Z{more}");
        match fs::create_dir(folder.root().join(&name)) {
            Ok(()) => {
                sync_folder(&folder.root().join("quarantine"))?;
                return Ok(name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Missing { what: "name for the quarantine" })
}

/// A copy of the damaged database that can be read at least in part: reading may change it, and the damaged one stays
/// as it is.
fn open_damaged(folder: &Folder, bench: &Path, birth: Birth<'_>) -> Option<Connection> {
    let copy = bench.join("damaged.db");
    let changes = bench.join("damaged.db-wal");
    let copied = |from: &str, to: &Path| match fs::copy(folder.root().join(from), to) {
        Ok(_) => true,
        Err(error) => {
            tracing::debug!(%error, from, "not copied for the repair");
            false
        }
    };
    if !copied("library.db", &copy) {
        return None;
    }
    copied("library.db-wal", &changes);
    if let Some(open) = readable(&copy) {
        return Some(open);
    }
    // Its beginning is gone; an empty library begins the same.
    let whole = bench.join("empty.db");
    let made = (|| -> Result<(), StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut empty = crate::connect(&whole, flags)?;
        schema::migrate(&mut empty, MIGRATIONS, birth, None)?;
        empty.pragma_update(None, "journal_mode", "DELETE")?;
        drop(empty);
        // What was tried on it may have been written into it.
        fs::copy(folder.database(), &copy)?;
        Ok(transplant::schema(&copy, &whole)?)
    })();
    if let Err(error) = made {
        tracing::debug!(%error, "the damaged database has no beginning");
        return None;
    }
    readable(&copy)
}

/// A damaged database as far as it knows what it holds.
fn readable(path: &Path) -> Option<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let open = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        open.pragma_update(None, "cell_size_check", "ON")?;
        open.pragma_update(None, "trusted_schema", "OFF")?;
        open.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'boards'", [], |row| row.get::<_, i64>(0))
            .and_then(|boards| if boards == 1 { Ok(open) } else { Err(rusqlite::Error::QueryReturnedNoRows) })
    };
    open().inspect_err(|error| tracing::debug!(%error, "the damaged database does not open")).ok()
}

/// The newest copy that is whole, or nothing, as the beginning of the new database; and the day of that copy.
fn foundation(folder: &Folder, bench: &Path) -> Result<(PathBuf, Option<String>), StoreError> {
    let new = bench.join("repaired.db");
    let copies = backup::oldest_first(backup::backups(&folder.backups())?);
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    for path in copies.into_iter().rev() {
        let day = backup::day_of(&path)?;
        remove_if_there(&new)?;
        fs::copy(&path, &new)?;
        let good = crate::connect(&new, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|copy| {
            looked_through(&copy)?;
            schema::version(&copy)
        });
        match good {
            Ok(version) if (1..=known).contains(&version) => return Ok((new, Some(day))),
            Ok(version) => tracing::warn!(copy = %path.display(), version, "a copy of another version"),
            Err(error) => tracing::warn!(copy = %path.display(), %error, "a copy that is not whole"),
        }
    }
    for name in ["repaired.db", "repaired.db-wal", "repaired.db-shm"] {
        remove_if_there(&bench.join(name))?;
    }
    Ok((new, None))
}

/// Takes over every take that only its clip knows of. Tells how many.
fn take_over_sidecars(new: &Transaction<'_>, folder: &Folder, now: i64) -> Result<u32, StoreError> {
    let mut count = 0;
    for sidecar in sidecar::all(folder)? {
        let take = sidecar.take();
        let is_known = takes::is_known(new, &take)?;
        let generation = generations::find(new, &take.generation);
        if is_known && matches!(&generation, Ok(Some(row)) if row.state == GenerationState::Done) {
            continue;
        }
        let mut added = false;
        let done = salvage::whole(new, || {
            take_over_generation(new, &sidecar, now)?;
            if !is_known {
                takes::insert(new, &take)?;
                added = true;
            }
            Ok(())
        });
        salvage::pass_over("takes", done)?;
        count += u32::from(added);
    }
    Ok(count)
}

/// The generation of a clip that is there is done, whatever an older copy says of it.
fn take_over_generation(new: &Transaction<'_>, sidecar: &Sidecar, now: i64) -> Result<(), StoreError> {
    let mut row = sidecar.generation();
    match generations::find(new, &row.id)? {
        Some(known) => {
            let mut next = known.clone();
            sidecar.finish(&mut next);
            next.revision += 1;
            generations::replace(new, &known, &next)?;
        }
        None => {
            while generations::is_taken(new, &row)? {
                row.take_index += 1;
            }
            generations::put(new, &row)?;
        }
    }
    generations::note(new, &row, now, "found again beside its clip")?;
    Ok(())
}

/// What a provider took was paid, also where its lines of the ledger are gone.
fn book_again(new: &Transaction<'_>) -> Result<(), StoreError> {
    for kind in ["intended", "accepted"] {
        new.execute(
            "INSERT INTO ledger (generation_id, at, kind, amount, note)
             SELECT id, coalesce(sent_at, created_at), ?1, price, 'found again by a repair' FROM generations
             WHERE rehearsal = 0 AND price > 0 AND remote_id IS NOT NULL
                 AND state IN ('running', 'downloading', 'done', 'expired')
                 AND id NOT IN (SELECT generation_id FROM ledger WHERE kind = ?1)
             ORDER BY 2",
            [kind],
        )?;
    }
    Ok(())
}

/// Boards that only the generations made of them remember, and pictures that only boards remember.
fn take_over_frozen(new: &Transaction<'_>) -> Result<(), StoreError> {
    let mut statement = new.prepare(
        "SELECT board, max(created_at) FROM generations
         WHERE board_id NOT IN (SELECT id FROM boards) GROUP BY board_id ORDER BY 2",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let put = from_json::<Board>("board", &row.get::<_, String>(0)?)
            .and_then(|board| boards::put(new, &board, row.get(1)?));
        salvage::pass_over("boards", put)?;
    }
    let mut statement = new.prepare(
        "SELECT body, updated_at FROM boards UNION ALL SELECT board, created_at FROM generations ORDER BY 2",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let put = from_json::<Board>("board", &row.get::<_, String>(0)?).and_then(|board| {
            let at = row.get(1)?;
            board.frames().try_for_each(|(_, frame)| frames::put(new, frame, at))
        });
        salvage::pass_over("frames", put)?;
    }
    Ok(())
}
