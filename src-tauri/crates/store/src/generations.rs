//! Generations and the history of each.
//!
//! A move of a generation is written in one transaction with its line of history, its line of the ledger and its
//! take. The revision keeps two writers from undoing each other: whoever read an older one is refused.

use crate::Library;
use crate::error::{StoreError, from_json, to_json};
use crate::ledger::{self, LedgerEntry};
use crate::takes::{self, TakeRow};
use rusqlite::{OptionalExtension, Row, ToSql, Transaction, named_params, params};
use sixshot_domain::{Board, BoardId, GenerationId, GenerationState, MicroDollars, ModelId, ProviderId, Quote};

/// One generation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerationRow {
    /// Names it.
    pub id: GenerationId,
    /// The press of the button it came from.
    pub confirmation: String,
    /// Which of that press's takes, from 0.
    pub take_index: u32,
    /// Counts the writes.
    pub revision: i64,
    /// The frozen board.
    pub board: Board,
    /// Who is asked.
    pub provider: ProviderId,
    /// What is asked of it.
    pub model: ModelId,
    /// Free and local.
    pub rehearsal: bool,
    /// The confirmed price of this take.
    pub price: MicroDollars,
    /// The quote that was shown.
    pub quote: Quote,
    /// Where it stands.
    pub state: GenerationState,
    /// Since when.
    pub state_since: i64,
    /// When it was confirmed.
    pub created_at: i64,
    /// When the queue acts on it next; absent when nothing happens by itself.
    pub due_at: Option<i64>,
    /// Failed tries of the present step.
    pub attempts: u32,
    /// Path of the request.
    pub request_path: Option<String>,
    /// Body of the request, byte for byte.
    pub request_body: Option<String>,
    /// SHA-256 of the body in hex.
    pub request_sha256: Option<String>,
    /// Fingerprint of the account it was sent with.
    pub account: Option<String>,
    /// When the first byte may have left.
    pub sent_at: Option<i64>,
    /// Tasks of the same model that were there before, as JSON.
    pub fence: Option<String>,
    /// The provider's name for it.
    pub remote_id: Option<String>,
    /// Hundredths done.
    pub progress: Option<u32>,
    /// Where the clip can be had, as JSON.
    pub output: Option<String>,
    /// Until when.
    pub output_ends_at: Option<i64>,
    /// What went wrong, or what it waits for.
    pub problem: Option<(String, String)>,
    /// What was found when the answer was lost, as JSON.
    pub evidence: Option<String>,
    /// The take it became.
    pub take_id: Option<String>,
    /// Off the list.
    pub dismissed: bool,
}

/// What is known of a generation when it is confirmed.
#[derive(Debug, Clone)]
pub struct NewGeneration {
    /// Names it.
    pub id: GenerationId,
    /// The press of the button.
    pub confirmation: String,
    /// Which of that press's takes, from 0.
    pub take_index: u32,
    /// The board, to be frozen.
    pub board: Board,
    /// Who is asked.
    pub provider: ProviderId,
    /// What is asked of it.
    pub model: ModelId,
    /// Free and local.
    pub rehearsal: bool,
    /// The quote that was shown.
    pub quote: Quote,
    /// When.
    pub now: i64,
}

/// Whether something that is due at a moment is due now. A clock that was set back leaves moments behind that are further
/// off than any wait is long.
#[must_use]
pub const fn is_due(at: i64, now: i64) -> bool {
    at <= now || at > now + LONGEST_WAIT
}

impl GenerationRow {
    /// A generation as it enters the queue: due at once, nothing sent.
    #[must_use]
    pub fn queued(new: NewGeneration) -> Self {
        Self {
            id: new.id,
            confirmation: new.confirmation,
            take_index: new.take_index,
            revision: 0,
            board: new.board,
            provider: new.provider,
            model: new.model,
            rehearsal: new.rehearsal,
            price: new.quote.per_take,
            quote: new.quote,
            state: GenerationState::Queued,
            state_since: new.now,
            created_at: new.now,
            due_at: Some(new.now),
            attempts: 0,
            request_path: None,
            request_body: None,
            request_sha256: None,
            account: None,
            sent_at: None,
            fence: None,
            remote_id: None,
            progress: None,
            output: None,
            output_ends_at: None,
            problem: None,
            evidence: None,
            take_id: None,
            dismissed: false,
        }
    }
}

/// One line of a generation's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// When.
    pub at: i64,
    /// The state it then was in.
    pub state: GenerationState,
    /// What happened.
    pub what: String,
}

/// A move of a generation and everything that is written with it.
#[derive(Debug, Clone)]
pub struct Advance<'a> {
    /// The generation as it shall be; its revision is the one that was read.
    pub row: &'a GenerationRow,
    /// When.
    pub at: i64,
    /// A line for the history; absent for mere progress.
    pub what: Option<&'a str>,
    /// A line for the ledger.
    pub ledger: Option<&'a LedgerEntry>,
    /// The take it became.
    pub take: Option<&'a TakeRow>,
}

/// No wait of the queue is longer: an hour, which a provider may ask for, and a little.
const LONGEST_WAIT: i64 = 3_700_000;

pub(crate) const COLUMNS: &str = "id, confirmation, take_index, revision, board, provider, model, rehearsal, price, quote, state, \
    state_since, created_at, due_at, attempts, request_path, request_body, request_sha256, account, sent_at, fence, \
    remote_id, progress, output, output_ends_at, problem_code, problem_message, evidence, take_id, dismissed";

pub(crate) fn read(row: &Row<'_>) -> Result<GenerationRow, StoreError> {
    let state: String = row.get("state")?;
    let code: Option<String> = row.get("problem_code")?;
    let message: Option<String> = row.get("problem_message")?;
    Ok(GenerationRow {
        id: GenerationId(row.get("id")?),
        confirmation: row.get("confirmation")?,
        take_index: row.get("take_index")?,
        revision: row.get("revision")?,
        board: from_json("board", &row.get::<_, String>("board")?)?,
        provider: ProviderId(row.get("provider")?),
        model: ModelId(row.get("model")?),
        rehearsal: row.get("rehearsal")?,
        price: MicroDollars(row.get("price")?),
        quote: from_json("quote", &row.get::<_, String>("quote")?)?,
        state: GenerationState::parse(&state)
            .ok_or_else(|| StoreError::Unreadable { what: "generation", reason: format!("no such state: {state}") })?,
        state_since: row.get("state_since")?,
        created_at: row.get("created_at")?,
        due_at: row.get("due_at")?,
        attempts: row.get("attempts")?,
        request_path: row.get("request_path")?,
        request_body: row.get("request_body")?,
        request_sha256: row.get("request_sha256")?,
        account: row.get("account")?,
        sent_at: row.get("sent_at")?,
        fence: row.get("fence")?,
        remote_id: row.get("remote_id")?,
        progress: row.get("progress")?,
        output: row.get("output")?,
        output_ends_at: row.get("output_ends_at")?,
        problem: code.map(|code| (code, message.unwrap_or_default())),
        evidence: row.get("evidence")?,
        take_id: row.get("take_id")?,
        dismissed: row.get("dismissed")?,
    })
}

impl Library {
    /// Adds the takes of one press of the button and tells which rows there are now for it: those just added, or
    /// those an earlier arrival of the same message added.
    ///
    /// # Errors
    /// When the database cannot be written; then none was added.
    pub fn add_generations(&self, rows: &[GenerationRow]) -> Result<Vec<GenerationRow>, StoreError> {
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        self.write(|transaction| {
            let known = of_confirmation(transaction, &first.confirmation)?;
            if !known.is_empty() {
                return Ok(known);
            }
            for row in rows {
                insert(transaction, row)?;
                note(transaction, row, row.created_at, "confirmed")?;
            }
            of_confirmation(transaction, &first.confirmation)
        })
    }

    /// Writes a move and answers the row with its new revision.
    ///
    /// # Errors
    /// `library-conflict` when the row was changed since it was read.
    pub fn advance(&self, advance: &Advance<'_>) -> Result<GenerationRow, StoreError> {
        let mut next = advance.row.clone();
        next.revision += 1;
        self.write(|transaction| {
            if update(transaction, advance.row, &next)? == 0 {
                return Err(StoreError::Conflict { what: "generation" });
            }
            if let Some(what) = advance.what {
                note(transaction, &next, advance.at, what)?;
            }
            if let Some(entry) = advance.ledger {
                ledger::append(transaction, &next.id, advance.at, entry)?;
            }
            if let Some(take) = advance.take {
                takes::insert(transaction, take)?;
            }
            Ok(())
        })?;
        Ok(next)
    }

    /// One generation.
    ///
    /// # Errors
    /// `library-missing` when there is none.
    pub fn generation(&self, id: &GenerationId) -> Result<GenerationRow, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!("SELECT {COLUMNS} FROM generations WHERE id = ?1"))?;
        let found = statement.query_row([&id.0], |row| Ok(read(row))).optional()?;
        found.ok_or(StoreError::Missing { what: "generation" })?
    }

    /// Those the queue shall act on at a moment, longest due first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn due_generations(&self, now: i64) -> Result<Vec<GenerationRow>, StoreError> {
        // As `is_due` says it.
        self.generations_where("due_at <= ?1 OR due_at > ?1 + ?2 ORDER BY due_at, id", &[&now, &LONGEST_WAIT])
    }

    /// When the queue has something to do next, after a moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn generations_due_after(&self, now: i64) -> Result<Option<i64>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached("SELECT min(due_at) FROM generations WHERE due_at > ?1")?;
        Ok(statement.query_row([now], |row| row.get(0))?)
    }

    /// Those the drawer shows, newest first, at most so many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn shown_generations(&self, limit: u32) -> Result<Vec<GenerationRow>, StoreError> {
        self.generations_where("dismissed = 0 ORDER BY created_at DESC, id DESC LIMIT ?1", &[&limit])
    }

    /// Those in one of two states.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn generations_in(&self, state: GenerationState) -> Result<Vec<GenerationRow>, StoreError> {
        self.generations_where("state = ?1 ORDER BY created_at, id", &[&state.as_str()])
    }

    /// The generation that a provider's task already belongs to.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn generation_of_task(
        &self,
        provider: &ProviderId,
        remote_id: &str,
    ) -> Result<Option<GenerationId>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT id FROM generations WHERE provider = ?1 AND remote_id = ?2 LIMIT 1")?;
        let found = statement.query_row(params![provider.0, remote_id], |row| row.get::<_, String>(0)).optional()?;
        Ok(found.map(GenerationId))
    }

    /// The history of a generation, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn history(&self, id: &GenerationId) -> Result<Vec<HistoryRow>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT at, state, what FROM events WHERE generation_id = ?1 ORDER BY id")?;
        let rows = statement.query_map([&id.0], |row| {
            let state: String = row.get(1)?;
            Ok(HistoryRow {
                at: row.get(0)?,
                state: GenerationState::parse(&state).unwrap_or(GenerationState::Failed),
                what: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest finished rehearsal of a board whose take is not in the trash.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn newest_rehearsal(&self, board: &BoardId) -> Result<Option<GenerationRow>, StoreError> {
        let rows = self.generations_where(
            "board_id = ?1 AND rehearsal = 1 AND state = 'done'
             AND EXISTS (SELECT 1 FROM takes WHERE takes.id = generations.take_id AND takes.trashed_at IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT 1",
            &[&board.0],
        )?;
        Ok(rows.into_iter().next())
    }

    fn generations_where(&self, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<GenerationRow>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!("SELECT {COLUMNS} FROM generations WHERE {condition}"))?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            match read(row) {
                Ok(row) => found.push(row),
                // One row that cannot be read must not keep the others from going on.
                Err(error @ StoreError::Unreadable { .. }) => {
                    tracing::error!(%error, "a generation is passed over");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

pub(crate) fn of_confirmation(
    transaction: &Transaction<'_>,
    confirmation: &str,
) -> Result<Vec<GenerationRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM generations WHERE confirmation = ?1 ORDER BY take_index");
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query([confirmation])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

pub(crate) fn note(transaction: &Transaction<'_>, row: &GenerationRow, at: i64, what: &str) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO events (generation_id, at, state, what) VALUES (?1, ?2, ?3, ?4)",
        params![row.id.0, at, row.state.as_str(), what],
    )?;
    Ok(())
}

/// One generation, read within a transaction.
pub(crate) fn find(transaction: &Transaction<'_>, id: &GenerationId) -> Result<Option<GenerationRow>, StoreError> {
    let mut statement = transaction.prepare_cached(&format!("SELECT {COLUMNS} FROM generations WHERE id = ?1"))?;
    statement.query_row([&id.0], |row| Ok(read(row))).optional()?.transpose()
}

/// Whether the place of a generation among the takes of its press belongs to another one.
pub(crate) fn is_taken(transaction: &Transaction<'_>, row: &GenerationRow) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM generations WHERE confirmation = ?1 AND take_index = ?2)";
    Ok(transaction.query_row(sql, params![row.confirmation, row.take_index], |row| row.get(0))?)
}

/// Adds a generation in whatever state it is.
pub(crate) fn put(transaction: &Transaction<'_>, row: &GenerationRow) -> Result<(), StoreError> {
    insert(transaction, row)?;
    replace(transaction, row, row)
}

/// Writes a generation over an older reading of it.
pub(crate) fn replace(
    transaction: &Transaction<'_>,
    before: &GenerationRow,
    next: &GenerationRow,
) -> Result<(), StoreError> {
    match update(transaction, before, next)? {
        0 => Err(StoreError::Conflict { what: "generation" }),
        _ => Ok(()),
    }
}

fn insert(transaction: &Transaction<'_>, row: &GenerationRow) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO generations (id, confirmation, take_index, revision, board_id, board, provider, model, rehearsal,
             price, quote, state, state_since, created_at, due_at, attempts, dismissed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0)",
        params![
            row.id.0,
            row.confirmation,
            row.take_index,
            row.revision,
            row.board.id.0,
            to_json("board", &row.board)?,
            row.provider.0,
            row.model.0,
            row.rehearsal,
            row.price.0,
            to_json("quote", &row.quote)?,
            row.state.as_str(),
            row.state_since,
            row.created_at,
            row.due_at,
            row.attempts,
        ],
    )?;
    Ok(())
}

fn update(transaction: &Transaction<'_>, before: &GenerationRow, next: &GenerationRow) -> Result<usize, StoreError> {
    let mut statement = transaction.prepare_cached(
        "UPDATE generations SET revision = :revision, state = :state, state_since = :state_since, due_at = :due_at,
             attempts = :attempts, request_path = :request_path, request_body = :request_body,
             request_sha256 = :request_sha256, account = :account, sent_at = :sent_at, fence = :fence,
             remote_id = :remote_id, progress = :progress, output = :output, output_ends_at = :output_ends_at,
             problem_code = :problem_code, problem_message = :problem_message, evidence = :evidence,
             take_id = :take_id, dismissed = :dismissed, price = :price
         WHERE id = :id AND revision = :before",
    )?;
    Ok(statement.execute(named_params! {
        ":id": next.id.0,
        ":before": before.revision,
        ":revision": next.revision,
        ":state": next.state.as_str(),
        ":state_since": next.state_since,
        ":due_at": next.due_at,
        ":attempts": next.attempts,
        ":request_path": next.request_path,
        ":request_body": next.request_body,
        ":request_sha256": next.request_sha256,
        ":account": next.account,
        ":sent_at": next.sent_at,
        ":fence": next.fence,
        ":remote_id": next.remote_id,
        ":progress": next.progress,
        ":output": next.output,
        ":output_ends_at": next.output_ends_at,
        ":problem_code": next.problem.as_ref().map(|(code, _)| code),
        ":problem_message": next.problem.as_ref().map(|(_, message)| message),
        ":evidence": next.evidence,
        ":take_id": next.take_id,
        ":dismissed": next.dismissed,
        ":price": next.price.0,
    })?)
}
