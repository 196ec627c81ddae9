//! A second note of every purchase, outside the database: whoever puts back an older copy of the database, by whatever
//! means, would otherwise send again what was sent since.
//!
//! A line names its purchase by the moment of its line in the ledger, so that a database says exactly which of them it
//! knows. Lines of older versions name only the generation; of those only the number can be compared.

use crate::Library;
use crate::error::{StoreError, from_json, to_json};
use crate::generations::{self, GenerationRow};
use crate::ledger::{self, LedgerEntry, LedgerKind};
use crate::repair::{REPORT, Repair, UNSETTLED};
use rusqlite::{OptionalExtension, params};
use sixshot_domain::{GenerationId, MicroDollars, ModelId, ProviderId};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// Stands for an account that is not known.
const NOBODY: &str = "-";
/// Ends a line that was written whole.
const END: &str = ".";

/// One purchase as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Whose.
    pub generation: GenerationId,
    /// When it was noted, milliseconds since 1970.
    pub at: i64,
    /// Which it was; nothing in a line of an older version.
    pub purchase: Option<Purchase>,
}

/// What a purchase was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// The moment of its line in the ledger, milliseconds since 1970: no other purchase of the generation has it.
    pub booked_at: i64,
    /// Who was asked.
    pub provider: ProviderId,
    /// What was asked of it.
    pub model: ModelId,
    /// Fingerprint of the account.
    pub account: Option<String>,
    /// What it cost.
    pub amount: MicroDollars,
}

impl Sending {
    /// Reads a line; nothing for one that was cut off, before which nothing was sent.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(' ').collect();
        let purchase = match fields[..] {
            [_, _] => None,
            [_, _, booked_at, provider, model, account, amount, END] => Some(Purchase {
                booked_at: booked_at.parse().ok()?,
                provider: provider.into(),
                model: model.into(),
                account: Some(account).filter(|account| *account != NOBODY).map(str::to_owned),
                amount: MicroDollars(amount.parse().ok()?),
            }),
            _ => return None,
        };
        Some(Self { generation: GenerationId(fields[1].to_owned()), at: fields[0].parse().ok()?, purchase })
    }
}

impl Library {
    /// Notes that a generation is about to be sent: the purchase that was booked last. On the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be sent.
    pub fn note_sending(&self, id: &GenerationId, at: i64) -> Result<(), StoreError> {
        self.folder().still_there()?;
        let mut line = format!("{at} {}", id.0);
        if let Some(booked_at) = self.last_purchase(id)? {
            let row = self.generation(id)?;
            let account = row.account.as_deref().unwrap_or(NOBODY);
            line += &format!(" {booked_at} {} {} {account} {} {END}", row.provider.0, row.model.0, row.price.0);
        }
        let path = self.sendings_file();
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        // The line break comes first: a line that was cut off by a crash does not take the next one along.
        file.write_all(format!("\n{line}\n").as_bytes())?;
        file.sync_all()?;
        if is_new {
            crate::folder::sync_folder(self.folder().root())?;
        }
        Ok(())
    }

    /// Every purchase that was noted, oldest first.
    ///
    /// # Errors
    /// When the note is there and cannot be read.
    pub fn sendings(&self) -> Result<Vec<Sending>, StoreError> {
        let bytes = match fs::read(self.sendings_file()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        Ok(String::from_utf8_lossy(&bytes).lines().filter_map(Sending::read).collect())
    }

    /// Those of a generation's noted purchases that the ledger does not know.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn missing_purchases(&self, noted: &[Sending], id: &GenerationId) -> Result<Vec<Sending>, StoreError> {
        let of: Vec<&Sending> = noted.iter().filter(|sending| sending.generation == *id).collect();
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut known = self.purchase_moments(id)?;
        let mut missing = Vec::new();
        for sending in of.iter().filter(|sending| sending.purchase.is_some()) {
            let booked_at = sending.purchase.as_ref().map(|purchase| purchase.booked_at);
            match known.iter().position(|at| Some(*at) == booked_at) {
                Some(place) => drop(known.remove(place)),
                None => missing.push((*sending).clone()),
            }
        }
        // What is left of the ledger stands for as many lines that name nothing.
        let unnamed = of.iter().filter(|sending| sending.purchase.is_none());
        missing.extend(unnamed.skip(known.len()).map(|sending| (*sending).clone()));
        Ok(missing)
    }

    /// Writes purchases into the ledger that only their note remembers. Until somebody knows better, they were paid.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn book_sendings(&self, missing: &[Sending]) -> Result<(), StoreError> {
        if missing.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            for sending in missing {
                let sql = "SELECT price FROM generations WHERE id = ?1";
                let price = transaction.query_row(sql, [&sending.generation.0], |row| row.get(0)).optional()?;
                let (at, amount) = match &sending.purchase {
                    Some(purchase) => (purchase.booked_at, purchase.amount),
                    None => (sending.at, MicroDollars(price.unwrap_or(0))),
                };
                ledger::append(transaction, &sending.generation, at, &in_doubt(amount))?;
            }
            Ok(())
        })
    }

    /// The noted purchases whose generation this library has lost.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn lost_sendings(&self, noted: &[Sending]) -> Result<Vec<Sending>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached("SELECT EXISTS (SELECT 1 FROM generations WHERE id = ?1)")?;
        let mut lost = Vec::new();
        for sending in noted {
            if !statement.query_row([&sending.generation.0], |row| row.get::<_, bool>(0))? {
                lost.push(sending.clone());
            }
        }
        Ok(lost)
    }

    /// Adds generations that only the note of their purchases remembers, with those purchases. `nameless` counts the
    /// purchases that no generation can be made of. A repair that nobody has looked at yet tells of all of them.
    ///
    /// # Errors
    /// When the database cannot be written; then none was added.
    pub fn add_lost(&self, rows: &[GenerationRow], lost: &[Sending], nameless: u32) -> Result<(), StoreError> {
        self.write(|transaction| {
            let mut count = nameless;
            for row in rows {
                generations::put(transaction, row)?;
                generations::note(transaction, row, row.state_since, "only the note of its sending was left")?;
                for purchase in
                    lost.iter().filter(|sending| sending.generation == row.id).filter_map(|of| of.purchase.as_ref())
                {
                    ledger::append(transaction, &row.id, purchase.booked_at, &in_doubt(purchase.amount))?;
                    count += 1;
                }
            }
            let sql = "SELECT body FROM settings WHERE name = ?1 AND EXISTS (SELECT 1 FROM settings WHERE name = ?2)";
            let report = transaction.query_row(sql, [REPORT, UNSETTLED], |row| row.get::<_, String>(0)).optional()?;
            if let Some(report) = report.filter(|_| count > 0) {
                let mut report: Repair = from_json("repair", &report)?;
                report.lost_purchases = report.lost_purchases.saturating_add(count);
                let sql = "UPDATE settings SET body = ?2 WHERE name = ?1";
                transaction.execute(sql, params![REPORT, to_json("repair", &report)?])?;
            }
            Ok(())
        })
    }

    /// Whether the ledger counts a generation's money: intended more often than given back.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_booked(&self, id: &GenerationId) -> Result<bool, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT count(CASE kind WHEN 'intended' THEN 1 END) > count(CASE kind WHEN 'released' THEN 1 END)
             FROM ledger WHERE generation_id = ?1",
        )?;
        Ok(statement.query_row([&id.0], |row| row.get(0))?)
    }

    /// The purchase that was booked last: whose it was, and the moment of its line in the ledger.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn newest_purchase(&self) -> Result<Option<(GenerationId, i64)>, StoreError> {
        let reader = self.reader();
        let sql = "SELECT generation_id, at FROM ledger WHERE kind = 'intended' ORDER BY id DESC LIMIT 1";
        let mut statement = reader.prepare_cached(sql)?;
        Ok(statement.query_row([], |row| Ok((GenerationId(row.get(0)?), row.get(1)?))).optional()?)
    }

    /// Whether the ledger has a purchase.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn knows_purchase(&self, id: &GenerationId, booked_at: i64) -> Result<bool, StoreError> {
        Ok(self.purchase_moments(id)?.contains(&booked_at))
    }

    fn last_purchase(&self, id: &GenerationId) -> Result<Option<i64>, StoreError> {
        Ok(self.purchase_moments(id)?.pop())
    }

    /// When each purchase of a generation was booked, in the order of the ledger.
    fn purchase_moments(&self, id: &GenerationId) -> Result<Vec<i64>, StoreError> {
        let reader = self.reader();
        let mut statement = reader
            .prepare_cached("SELECT at FROM ledger WHERE generation_id = ?1 AND kind = 'intended' ORDER BY id")?;
        let moments = statement.query_map([&id.0], |row| row.get(0))?;
        Ok(moments.collect::<Result<_, _>>()?)
    }

    fn sendings_file(&self) -> PathBuf {
        self.folder().root().join("sendings.log")
    }
}

fn in_doubt(amount: MicroDollars) -> LedgerEntry {
    let note = "sent after this was written, as the note beside the library says; it may have been paid".to_owned();
    LedgerEntry { kind: LedgerKind::Intended, amount, note }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_every_version_are_read_and_half_lines_are_none() {
        let read = |line: &str| Sending::read(line);
        let old = read("17 an-id").expect("an older line");
        assert_eq!((old.generation.0.as_str(), old.at, old.purchase), ("an-id", 17, None));
        let whole = "17 an-id 16 wavespeed kling-3.0-std 0a1b 420000 .";
        let purchase = read(whole).expect("a line").purchase.expect("a purchase");
        assert_eq!((purchase.booked_at, purchase.amount), (16, MicroDollars(420_000)));
        assert_eq!((purchase.provider.0.as_str(), purchase.account.as_deref()), ("wavespeed", Some("0a1b")));
        assert_eq!(read("17 an-id 16 kling m - 1 .").expect("a line").purchase.expect("one").account, None);
        for cut in 9..whole.len() {
            assert_eq!(read(&whole[..cut]), None, "{}", &whole[..cut]);
        }
        for odd in ["", "17", "seventeen an-id", "a b c"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
