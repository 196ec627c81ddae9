//! Drafts: listed, opened, saved, copied, put in the trash.

use crate::contract::{BoardArgs, BoardSummary, BoardsQuery, Change, Nothing, RenameArgs, WholeBoard};
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::sample::{empty_board, sample_board};
use sixshot_domain::{Board, BoardId, ShotId};
use sixshot_store::BoardRow;

/// Largest board that is kept, in bytes of JSON: far above any board of the window's making.
const BOARD_MAX: usize = 4 * 1024 * 1024;
/// What a new board is called until the person says otherwise.
const NEW_NAME: &str = "New board";
/// What a new board asks for.
const NEW_BOARD: (&str, &str) = ("wavespeed", "kling-3.0-std");

pub(crate) fn summary(row: BoardRow) -> BoardSummary {
    BoardSummary {
        id: row.id,
        name: row.name,
        shots: row.shots,
        seconds: row.seconds,
        picture: row.picture,
        updated_at: row.updated_at,
        trashed: row.trashed,
    }
}

impl Studio {
    pub(crate) async fn list_boards(&self, args: BoardsQuery) -> Result<Vec<BoardSummary>, StudioError> {
        Ok(self.library.boards(args.search.trim(), args.trashed)?.into_iter().map(summary).collect())
    }

    pub(crate) async fn open_board(&self, args: BoardArgs) -> Result<Board, StudioError> {
        let board = self.library.board(&args.id)?.ok_or(StudioError::Missing("board"))?;
        self.remember_open(&board.id)?;
        Ok(board)
    }

    pub(crate) async fn save_board(&self, args: WholeBoard) -> Result<BoardSummary, StudioError> {
        let size = serde_json::to_string(&args.board).map_or(usize::MAX, |text| text.len());
        if size > BOARD_MAX {
            return Err(StudioError::Setting("The board is too large to be kept.".to_owned()));
        }
        self.keep(&args.board)
    }

    pub(crate) async fn create_board(&self, _: Nothing) -> Result<Board, StudioError> {
        let taken: Vec<String> = self.library.boards("", false)?.into_iter().map(|row| row.name).collect();
        let mut name = NEW_NAME.to_owned();
        while taken.contains(&name) {
            name = copy_name(&name);
        }
        let mut board = self.empty_board();
        board.name = name;
        self.keep(&board)?;
        self.remember_open(&board.id)?;
        Ok(board)
    }

    /// A new board that is not kept yet.
    pub(crate) fn empty_board(&self) -> Board {
        let (provider, model) = NEW_BOARD;
        empty_board(BoardId((self.new_id)()), ShotId((self.new_id)()), NEW_NAME, provider, model)
    }

    pub(crate) async fn duplicate_board(&self, args: BoardArgs) -> Result<Board, StudioError> {
        let mut board = self.library.board(&args.id)?.ok_or(StudioError::Missing("board"))?;
        board.id = BoardId((self.new_id)());
        for shot in &mut board.shots {
            shot.id = ShotId((self.new_id)());
        }
        board.name = copy_name(&board.name);
        self.keep(&board)?;
        self.remember_open(&board.id)?;
        Ok(board)
    }

    pub(crate) async fn rename_board(&self, args: RenameArgs) -> Result<BoardSummary, StudioError> {
        let summary = summary(self.library.rename_board(&args.id, args.name.trim(), self.clock.now())?);
        self.bell.ring(Change::Board { board: summary.clone() });
        Ok(summary)
    }

    pub(crate) async fn trash_board(&self, args: BoardArgs) -> Result<BoardSummary, StudioError> {
        let summary = summary(self.library.trash_board(&args.id, Some(self.clock.now()))?);
        self.bell.ring(Change::BoardGone { id: args.id });
        Ok(summary)
    }

    pub(crate) async fn restore_board(&self, args: BoardArgs) -> Result<BoardSummary, StudioError> {
        let summary = summary(self.library.trash_board(&args.id, None)?);
        self.bell.ring(Change::Board { board: summary.clone() });
        Ok(summary)
    }

    /// The sample board of a first start, with its three painted pictures.
    pub(crate) fn make_sample(&self) -> Result<Board, StudioError> {
        let mut board = sample_board(BoardId((self.new_id)()), NEW_BOARD.0, NEW_BOARD.1);
        for (shot, bytes) in board.shots.iter_mut().zip(sixshot_media::sample_pictures()) {
            let picture = sixshot_media::take_in(&bytes)?;
            self.library.keep_frame(&picture.frame, &picture.bytes, self.clock.now())?;
            shot.panel = Some(picture.frame);
        }
        self.keep(&board)?;
        self.remember_open(&board.id)?;
        Ok(board)
    }

    pub(crate) fn keep(&self, board: &Board) -> Result<BoardSummary, StudioError> {
        let summary = summary(self.library.keep_board(board, self.clock.now())?);
        self.bell.ring(Change::Board { board: summary.clone() });
        Ok(summary)
    }
}

/// `Harbour` becomes `Harbour 2`, `Harbour 2` becomes `Harbour 3`.
fn copy_name(name: &str) -> String {
    let (stem, number) = name.rsplit_once(' ').unwrap_or((name, ""));
    match number.parse::<u32>() {
        Ok(number) if number < u32::MAX && !stem.is_empty() => format!("{stem} {}", number + 1),
        _ => format!("{name} 2").trim_start().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::copy_name;

    #[test]
    fn copies_are_numbered() {
        assert_eq!(copy_name("Harbour"), "Harbour 2");
        assert_eq!(copy_name("Harbour 2"), "Harbour 3");
        assert_eq!(copy_name("Harbour at dawn"), "Harbour at dawn 2");
        assert_eq!(copy_name(""), "2");
    }
}
