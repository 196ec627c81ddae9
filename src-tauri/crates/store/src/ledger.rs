//! Money, line by line, never changed.

use crate::Library;
use crate::error::StoreError;
use crate::generations::{self, GenerationRow};
use rusqlite::{Transaction, params};
use sixshot_domain::{GenerationId, MicroDollars, ProviderId};

/// What a line of the ledger says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerKind {
    /// About to be sent.
    Intended,
    /// The provider took it.
    Accepted,
    /// Found at the provider and taken over by hand: this program never sent it.
    Adopted,
    /// The provider's own figure.
    Billed,
    /// Proved not to have been taken, or given back.
    Released,
}

impl LedgerKind {
    /// The kind after this one, in the order of the words above; every kind is reached from the first.
    const fn next(self) -> Option<Self> {
        match self {
            Self::Intended => Some(Self::Accepted),
            Self::Accepted => Some(Self::Adopted),
            Self::Adopted => Some(Self::Billed),
            Self::Billed => Some(Self::Released),
            Self::Released => None,
        }
    }

    /// The kind of a word; nothing for any other word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        std::iter::successors(Some(Self::Intended), |kind| kind.next()).find(|kind| kind.as_str() == word)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Accepted => "accepted",
            Self::Adopted => "adopted",
            Self::Billed => "billed",
            Self::Released => "released",
        }
    }
}

/// One line to be written together with a move of its generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// What it says.
    pub kind: LedgerKind,
    /// How much.
    pub amount: MicroDollars,
    /// Why, without secrets.
    pub note: String,
}

/// One written line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Whose.
    pub generation: GenerationId,
    /// When.
    pub at: i64,
    /// The word for what it says.
    pub kind: String,
    /// How much.
    pub amount: MicroDollars,
    /// Why.
    pub note: String,
}

pub(crate) fn append(
    transaction: &Transaction<'_>,
    generation: &GenerationId,
    at: i64,
    entry: &LedgerEntry,
) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO ledger (generation_id, at, kind, amount, note) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![generation.0, at, entry.kind.as_str(), entry.amount.0, entry.note],
    )?;
    Ok(())
}

impl Library {
    /// Every line since a moment, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn ledger(&self, since: i64) -> Result<Vec<LedgerRow>, StoreError> {
        let reader = self.reader();
        let mut statement = reader
            .prepare_cached("SELECT generation_id, at, kind, amount, note FROM ledger WHERE at >= ?1 ORDER BY id")?;
        let rows = statement.query_map([since], |row| {
            Ok(LedgerRow {
                generation: GenerationId(row.get(0)?),
                at: row.get(1)?,
                kind: row.get(2)?,
                amount: MicroDollars(row.get(3)?),
                note: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a generation that begins at the provider, with its line of the ledger: one for each confirmation, however
    /// often it arrives.
    ///
    /// # Errors
    /// `library-task-taken` when the task belongs to another generation.
    pub fn add_adopted(&self, row: &GenerationRow, entry: &LedgerEntry) -> Result<GenerationRow, StoreError> {
        self.write(|transaction| {
            let known = generations::of_confirmation(transaction, &row.confirmation)?;
            if let Some(known) = known.into_iter().next() {
                return Ok(known);
            }
            generations::put(transaction, row)?;
            generations::note(transaction, row, row.created_at, "found at the provider; taken over")?;
            append(transaction, &row.id, row.created_at, entry)?;
            Ok(row.clone())
        })
    }

    /// When purchases were sent since a moment, oldest first, and to whom.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn purchases_since(&self, since: i64) -> Result<Vec<(ProviderId, i64)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT generations.provider, ledger.at FROM ledger JOIN generations ON generations.id = ledger.generation_id
             WHERE ledger.at >= ?1 AND ledger.kind = 'intended' ORDER BY ledger.at",
        )?;
        let rows = statement.query_map([since], |row| Ok((ProviderId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How often a generation was bought since a moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn purchases_of(&self, id: &GenerationId, since: i64) -> Result<u32, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT count(*) FROM ledger WHERE generation_id = ?1 AND kind = 'intended' AND at >= ?2",
        )?;
        Ok(statement.query_row(params![id.0, since], |row| row.get(0))?)
    }

    /// Money that was spent since a moment, or may have been: intended and not released, or taken over. Where the provider named its
    /// own figure, that one counts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn spent(&self, since: i64) -> Result<MicroDollars, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            // Each generation by itself and never below nothing: money given back in one month was spent in another,
            // and no second line about the same money makes room under the cap.
            "SELECT coalesce(sum(net), 0) FROM (
                 SELECT max(0, CASE
                     WHEN count(CASE WHEN kind IN ('intended', 'adopted') THEN 1 END)
                         - count(CASE kind WHEN 'released' THEN 1 END) = 1
                         AND count(CASE kind WHEN 'billed' THEN 1 END) > 0
                     THEN max(CASE kind WHEN 'billed' THEN amount END)
                     ELSE sum(CASE kind WHEN 'intended' THEN amount WHEN 'adopted' THEN amount
                         WHEN 'released' THEN -amount ELSE 0 END)
                 END) AS net
                 FROM ledger WHERE at >= ?1 GROUP BY generation_id)",
        )?;
        Ok(MicroDollars(statement.query_row([since], |row| row.get(0))?))
    }
}
