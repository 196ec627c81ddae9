//! Finished clips, and finding them again.
//!
//! Pages go by the row's number, newest first, and never by an offset: the thousandth page costs what the first does.

use crate::Library;
use crate::error::StoreError;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params, params_from_iter};
use sixshot_domain::{BoardId, GenerationId, MicroDollars, ProviderId};

/// One take as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeRow {
    /// Place in the order of arrival; given by the database.
    pub number: i64,
    /// Names it.
    pub id: String,
    /// Where it came from.
    pub generation: GenerationId,
    /// The board it came from.
    pub board: BoardId,
    /// That board's name then.
    pub board_name: String,
    /// Who made it.
    pub provider: ProviderId,
    /// Its name then.
    pub provider_name: String,
    /// What was asked, for people.
    pub model_name: String,
    /// Not a generated clip.
    pub rehearsal: bool,
    /// The words it was made from.
    pub prompt: String,
    /// How many shots.
    pub shots: u32,
    /// The shape that was asked.
    pub ratio: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many frames.
    pub frames: u32,
    /// Frames a second in thousandths.
    pub frame_rate_millis: u32,
    /// With sound.
    pub audio: bool,
    /// Size of the file.
    pub bytes: i64,
    /// What it cost.
    pub price: MicroDollars,
    /// When it arrived.
    pub created_at: i64,
    /// Its file, below the folder of takes.
    pub file: String,
    /// Content hash in hex.
    pub sha256: String,
    /// Kept as it came although it is not whole.
    pub damaged: bool,
    /// Stars.
    pub rating: u32,
    /// `none`, `pick` or `reject`.
    pub verdict: String,
    /// In the trash since.
    pub trashed_at: Option<i64>,
}

/// Which takes.
#[derive(Debug, Clone, Default)]
pub struct TakeFilter {
    /// Words, all of which must be there.
    pub search: String,
    /// Only this provider's.
    pub provider: Option<ProviderId>,
    /// Only with this verdict.
    pub verdict: Option<String>,
    /// Only with so many stars or more.
    pub rating_at_least: u32,
    /// Only this board's.
    pub board: Option<BoardId>,
    /// Those in the trash instead.
    pub trashed: bool,
    /// Oldest first.
    pub oldest_first: bool,
}

/// Words of a search that are looked for.
const WORDS_MAX: usize = 16;
/// A longer word is looked for by its beginning: the index is asked about every three letters of it.
const WORD_BYTES_MAX: usize = 1_000;
/// Shortest word the three-letter index can find.
const INDEXED_LETTERS: usize = 3;

/// Every column of a take.
pub(crate) const COLUMNS: &str = "number, id, generation_id, board_id, board_name, provider, provider_name, model_name, \
    rehearsal, prompt, shots, ratio, width, height, frames, frame_rate_millis, audio, bytes, price, created_at, file, \
    sha256, damaged, rating, verdict, trashed_at";

/// Whether a take is there already.
pub(crate) fn is_known(transaction: &Transaction<'_>, take: &TakeRow) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM takes WHERE id = ?1 OR generation_id = ?2 OR file = ?3)";
    Ok(transaction.query_row(sql, params![take.id, take.generation.0, take.file], |row| row.get(0))?)
}

pub(crate) fn insert(transaction: &Transaction<'_>, take: &TakeRow) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO takes (id, generation_id, board_id, board_name, provider, provider_name, model_name, rehearsal,
             prompt, shots, ratio, width, height, frames, frame_rate_millis, audio, bytes, price, created_at, file,
             sha256, damaged, rating, verdict, trashed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
             ?23, ?24, ?25)",
        params![
            take.id,
            take.generation.0,
            take.board.0,
            take.board_name,
            take.provider.0,
            take.provider_name,
            take.model_name,
            take.rehearsal,
            take.prompt,
            take.shots,
            take.ratio,
            take.width,
            take.height,
            take.frames,
            take.frame_rate_millis,
            take.audio,
            take.bytes,
            take.price.0,
            take.created_at,
            take.file,
            take.sha256,
            take.damaged,
            take.rating,
            take.verdict,
            take.trashed_at,
        ],
    )?;
    let number = transaction.last_insert_rowid();
    transaction.execute(
        "INSERT INTO takes_words (rowid, words) VALUES (?1, ?2)",
        params![number, format!("{}\n{}\n{}", take.board_name, take.prompt, take.model_name)],
    )?;
    Ok(())
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<TakeRow> {
    Ok(TakeRow {
        number: row.get("number")?,
        id: row.get("id")?,
        generation: GenerationId(row.get("generation_id")?),
        board: BoardId(row.get("board_id")?),
        board_name: row.get("board_name")?,
        provider: ProviderId(row.get("provider")?),
        provider_name: row.get("provider_name")?,
        model_name: row.get("model_name")?,
        rehearsal: row.get("rehearsal")?,
        prompt: row.get("prompt")?,
        shots: row.get("shots")?,
        ratio: row.get("ratio")?,
        width: row.get("width")?,
        height: row.get("height")?,
        frames: row.get("frames")?,
        frame_rate_millis: row.get("frame_rate_millis")?,
        audio: row.get("audio")?,
        bytes: row.get("bytes")?,
        price: MicroDollars(row.get("price")?),
        created_at: row.get("created_at")?,
        file: row.get("file")?,
        sha256: row.get("sha256")?,
        damaged: row.get("damaged")?,
        rating: row.get("rating")?,
        verdict: row.get("verdict")?,
        trashed_at: row.get("trashed_at")?,
    })
}

impl Library {
    /// One take.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn take(&self, id: &str) -> Result<Option<TakeRow>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached("SELECT * FROM takes WHERE id = ?1")?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// A page of takes after a number, or the first page.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn takes(&self, filter: &TakeFilter, after: Option<i64>, limit: u32) -> Result<Vec<TakeRow>, StoreError> {
        let (mut condition, mut values) = conditions(filter);
        if let Some(after) = after {
            condition.push_str(if filter.oldest_first { " AND takes.number > ?" } else { " AND takes.number < ?" });
            values.push(after.into());
        }
        let order = if filter.oldest_first { "ASC" } else { "DESC" };
        values.push(limit.into());
        let sql = format!("SELECT takes.* FROM {condition} ORDER BY takes.number {order} LIMIT ?");
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&sql)?;
        Ok(statement.query_map(params_from_iter(values), read)?.collect::<Result<_, _>>()?)
    }

    /// How many takes match.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count_takes(&self, filter: &TakeFilter) -> Result<u32, StoreError> {
        let (condition, values) = conditions(filter);
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!("SELECT count(*) FROM {condition}"))?;
        Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// Keeps a reviewer's word.
    ///
    /// # Errors
    /// `library-missing` when there is no such take.
    pub fn review_take(&self, id: &str, rating: u32, verdict: &str) -> Result<TakeRow, StoreError> {
        self.change_take(id, "UPDATE takes SET rating = ?2, verdict = ?3 WHERE id = ?1", &[&rating, &verdict])
    }

    /// Puts a take in the trash or takes it out. The file stays.
    ///
    /// # Errors
    /// `library-missing` when there is no such take.
    pub fn trash_take(&self, id: &str, trashed_at: Option<i64>) -> Result<TakeRow, StoreError> {
        self.change_take(id, "UPDATE takes SET trashed_at = ?2 WHERE id = ?1", &[&trashed_at])
    }

    fn change_take(&self, id: &str, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<TakeRow, StoreError> {
        self.write(|transaction| {
            let mut all: Vec<&dyn rusqlite::ToSql> = vec![&id];
            all.extend_from_slice(values);
            transaction.execute(sql, all.as_slice())?;
            transaction
                .query_row("SELECT * FROM takes WHERE id = ?1", [id], read)
                .optional()?
                .ok_or(StoreError::Missing { what: "take" })
        })
    }
}

/// The part of a query from its table to its last condition, with the values in the order of its marks.
fn conditions(filter: &TakeFilter) -> (String, Vec<Value>) {
    let mut sql = String::from("takes WHERE takes.trashed_at IS ");
    sql.push_str(if filter.trashed { "NOT NULL" } else { "NULL" });
    let mut values: Vec<Value> = Vec::new();
    let mut indexed = Vec::new();
    // A zero byte would end the query in the middle of a quoted word.
    let words = filter.search.split(|c: char| c.is_whitespace() || c == '\0').filter(|word| !word.is_empty());
    for word in words.take(WORDS_MAX) {
        let word = &word[..word.floor_char_boundary(WORD_BYTES_MAX)];
        if word.chars().count() >= INDEXED_LETTERS {
            // The search box is not a query language: each word is quoted, and a quote in it is doubled.
            indexed.push(format!("\"{}\"", word.replace('"', "\"\"")));
        } else {
            sql.push_str(
                " AND (instr(lower(takes.prompt), lower(?)) > 0 OR instr(lower(takes.board_name), lower(?)) > 0)",
            );
            values.push(word.to_owned().into());
            values.push(word.to_owned().into());
        }
    }
    if !indexed.is_empty() {
        sql.push_str(" AND takes.number IN (SELECT rowid FROM takes_words WHERE takes_words MATCH ?)");
        values.push(indexed.join(" ").into());
    }
    if let Some(provider) = &filter.provider {
        sql.push_str(" AND takes.provider = ?");
        values.push(provider.0.clone().into());
    }
    if let Some(verdict) = &filter.verdict {
        sql.push_str(" AND takes.verdict = ?");
        values.push(verdict.clone().into());
    }
    if let Some(board) = &filter.board {
        sql.push_str(" AND takes.board_id = ?");
        values.push(board.0.clone().into());
    }
    if filter.rating_at_least > 0 {
        sql.push_str(" AND takes.rating >= ?");
        values.push(filter.rating_at_least.into());
    }
    (sql, values)
}
