//! Drafts.

use crate::Library;
use crate::error::{StoreError, from_json, to_json};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sixshot_domain::{Board, BoardId, FrameId};

/// One line of the list of boards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardRow {
    /// Names the board.
    pub id: BoardId,
    /// What the person calls it.
    pub name: String,
    /// How many shots.
    pub shots: u32,
    /// Total seconds.
    pub seconds: i64,
    /// A picture that stands for it.
    pub picture: Option<FrameId>,
    /// When it was last changed.
    pub updated_at: i64,
    /// In the trash.
    pub trashed: bool,
}

const COLUMNS: &str = "id, name, shots, seconds, picture, updated_at, trashed_at IS NOT NULL";

fn read(row: &Row<'_>) -> rusqlite::Result<BoardRow> {
    Ok(BoardRow {
        id: BoardId(row.get(0)?),
        name: row.get(1)?,
        shots: row.get(2)?,
        seconds: row.get(3)?,
        picture: row.get::<_, Option<String>>(4)?.map(FrameId),
        updated_at: row.get(5)?,
        trashed: row.get(6)?,
    })
}

fn row_of(connection: &Connection, id: &BoardId) -> Result<BoardRow, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM boards WHERE id = ?1");
    connection.query_row(&sql, [&id.0], read).optional()?.ok_or(StoreError::Missing { what: "board" })
}

fn body_of(connection: &Connection, id: &BoardId) -> Result<Option<Board>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM boards WHERE id = ?1")?;
    let body: Option<String> = statement.query_row([&id.0], |row| row.get(0)).optional()?;
    body.map(|body| from_json("board", &body)).transpose()
}

/// Writes a board, new or changed.
pub(crate) fn put(transaction: &Transaction<'_>, board: &Board, now: i64) -> Result<(), StoreError> {
    let body = to_json("board", board)?;
    let picture = board.frames().next().map(|(_, frame)| frame.id.0.clone());
    let mut words = format!("{}\n{}", board.name, board.prompt);
    for shot in &board.shots {
        words.push('\n');
        words.push_str(&shot.prompt);
    }
    transaction.execute(
        "INSERT INTO boards (id, name, words, body, picture, shots, seconds, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, words = excluded.words, body = excluded.body,
             picture = excluded.picture, shots = excluded.shots, seconds = excluded.seconds,
             updated_at = excluded.updated_at",
        params![
            board.id.0,
            board.name,
            words,
            body,
            picture,
            u32::try_from(board.shots.len()).unwrap_or(u32::MAX),
            board.seconds(),
            now
        ],
    )?;
    Ok(())
}

impl Library {
    /// Keeps a draft, new or changed. A board in the trash stays there.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn keep_board(&self, board: &Board, now: i64) -> Result<BoardRow, StoreError> {
        self.write(|transaction| {
            put(transaction, board, now)?;
            row_of(transaction, &board.id)
        })
    }

    /// Gives a board another name and leaves all else as it was last kept: a draft kept at the same moment is not undone.
    ///
    /// # Errors
    /// `library-missing` when there is none, otherwise when the database cannot be written.
    pub fn rename_board(&self, id: &BoardId, name: &str, now: i64) -> Result<BoardRow, StoreError> {
        self.write(|transaction| {
            let mut board = body_of(transaction, id)?.ok_or(StoreError::Missing { what: "board" })?;
            name.clone_into(&mut board.name);
            put(transaction, &board, now)?;
            row_of(transaction, id)
        })
    }

    /// A board with all its parts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn board(&self, id: &BoardId) -> Result<Option<Board>, StoreError> {
        body_of(&self.reader(), id)
    }

    /// Boards whose name or words hold the given text, most recently changed first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn boards(&self, search: &str, trashed: bool) -> Result<Vec<BoardRow>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM boards
             WHERE (trashed_at IS NOT NULL) = ?1 AND (?2 = '' OR instr(lower(words), lower(?2)) > 0)
             ORDER BY updated_at DESC, id DESC"
        ))?;
        let rows = statement.query_map(params![trashed, search], read)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Puts a board in the trash or takes it out.
    ///
    /// # Errors
    /// `library-missing` when there is none.
    pub fn trash_board(&self, id: &BoardId, trashed_at: Option<i64>) -> Result<BoardRow, StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE boards SET trashed_at = ?2 WHERE id = ?1", params![id.0, trashed_at])?;
            row_of(transaction, id)
        })
    }
}
