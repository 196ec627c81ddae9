//! The gallery: pages, one take, a reviewer's word, the trash, and out again.

use crate::contract::{
    Change, Nothing, ReviewArgs, TakeArgs, TakeDetail, TakePage, TakeSummary, TakeVerdict, TakesQuery,
};
use crate::desk::FileKind;
use crate::frames::beside;
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::{Board, BoardId, Ratio, ShotId};
use sixshot_store::{StoreError, TakeFilter, TakeRow};
use std::path::{Path, PathBuf};

/// Longest page.
const PAGE_MAX: u32 = 200;
/// Characters of the words that travel with each cell of the grid.
const PROMPT_SHOWN: usize = 400;
const STARS_MAX: u32 = 5;

pub(crate) fn verdict_word(verdict: TakeVerdict) -> &'static str {
    match verdict {
        TakeVerdict::None => "none",
        TakeVerdict::Pick => "pick",
        TakeVerdict::Reject => "reject",
    }
}

pub(crate) fn summary(row: TakeRow) -> TakeSummary {
    TakeSummary {
        id: row.id,
        generation_id: row.generation,
        board_id: row.board,
        board_name: row.board_name,
        provider: row.provider,
        provider_name: row.provider_name,
        model_name: row.model_name,
        rehearsal: row.rehearsal,
        prompt: row.prompt.chars().take(PROMPT_SHOWN).collect(),
        shots: row.shots,
        ratio: Ratio::ALL.into_iter().find(|ratio| ratio.as_str() == row.ratio).unwrap_or(Ratio::Wide),
        width: row.width,
        height: row.height,
        frames: row.frames,
        frame_rate_millis: row.frame_rate_millis,
        audio: row.audio,
        kibibytes: u32::try_from(row.bytes.div_euclid(1024)).unwrap_or(u32::MAX),
        price: row.price,
        created_at: row.created_at,
        rating: row.rating,
        verdict: match row.verdict.as_str() {
            "pick" => TakeVerdict::Pick,
            "reject" => TakeVerdict::Reject,
            _ => TakeVerdict::None,
        },
        trashed: row.trashed_at.is_some(),
        damaged: row.damaged,
    }
}

impl Studio {
    pub(crate) async fn list_takes(&self, args: TakesQuery) -> Result<TakePage, StudioError> {
        let filter = TakeFilter {
            search: args.search,
            provider: args.provider,
            verdict: args.verdict.map(|verdict| verdict_word(verdict).to_owned()),
            rating_at_least: args.rating_at_least,
            board: args.board,
            trashed: args.trashed,
            oldest_first: args.oldest_first,
        };
        let after = match args.after {
            Some(text) => Some(text.parse().map_err(|_| StudioError::Contract("not a page".to_owned()))?),
            None => None,
        };
        let limit = args.limit.clamp(1, PAGE_MAX);
        let rows = self.library.takes(&filter, after, limit)?;
        let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) == limit;
        let next = rows.last().filter(|_| full).map(|row| row.number.to_string());
        let total = self.library.count_takes(&filter)?;
        Ok(TakePage { takes: rows.into_iter().map(summary).collect(), next, total })
    }

    pub(crate) async fn open_take(&self, args: TakeArgs) -> Result<TakeDetail, StudioError> {
        let row = self.take_row(&args.id)?;
        let generation = self.library.generation(&row.generation)?;
        let request = generation.request_body.as_deref().filter(|_| !generation.rehearsal).map(|body| {
            let value: Result<serde_json::Value, _> = serde_json::from_str(body);
            value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| body.to_owned())
        });
        Ok(TakeDetail {
            took_seconds: (row.created_at - generation.created_at) / 1_000,
            file_name: row.file.clone(),
            sha256: row.sha256.clone(),
            take: summary(row),
            board: generation.board,
            request,
            remote_id: generation.remote_id.filter(|_| !generation.rehearsal),
            quote: Some(generation.quote),
        })
    }

    pub(crate) async fn review_take(&self, args: ReviewArgs) -> Result<TakeSummary, StudioError> {
        let row = self.library.review_take(&args.id, args.rating.min(STARS_MAX), verdict_word(args.verdict))?;
        Ok(self.told(row))
    }

    pub(crate) async fn trash_take(&self, args: TakeArgs) -> Result<TakeSummary, StudioError> {
        Ok(self.told(self.library.trash_take(&args.id, Some(self.clock.now()))?))
    }

    pub(crate) async fn restore_take(&self, args: TakeArgs) -> Result<TakeSummary, StudioError> {
        Ok(self.told(self.library.trash_take(&args.id, None)?))
    }

    pub(crate) async fn reuse_take(&self, args: TakeArgs) -> Result<Board, StudioError> {
        let row = self.take_row(&args.id)?;
        let mut board = self.library.generation(&row.generation)?.board;
        board.id = BoardId((self.new_id)());
        for shot in &mut board.shots {
            shot.id = ShotId((self.new_id)());
        }
        self.keep(&board)?;
        self.remember_open(&board.id)?;
        Ok(board)
    }

    pub(crate) async fn reveal_take(&self, args: TakeArgs) -> Result<Nothing, StudioError> {
        self.desk.reveal(&self.take_path(&args.id)?).await?;
        Ok(Nothing {})
    }

    pub(crate) async fn export_take(&self, args: TakeArgs) -> Result<bool, StudioError> {
        let from = self.take_path(&args.id)?;
        let name = from.file_name().and_then(|name| name.to_str()).unwrap_or("take.mp4").to_owned();
        let Some(to) = self.desk.choose_destination(&name, FileKind::Clip).await? else { return Ok(false) };
        let root = self.library.folder().root().to_path_buf();
        beside(move || copy_out(&root, &from, &to)).await??;
        Ok(true)
    }

    pub(crate) fn take_path(&self, id: &str) -> Result<PathBuf, StudioError> {
        let row = self.take_row(id)?;
        self.library.folder().take(&row.file).ok_or(StudioError::Missing("clip"))
    }

    fn take_row(&self, id: &str) -> Result<TakeRow, StudioError> {
        self.library.take(id)?.ok_or(StudioError::Missing("take"))
    }

    fn told(&self, row: TakeRow) -> TakeSummary {
        let take = summary(row);
        self.bell.ring(Change::Take { take: Box::new(take.clone()) });
        take
    }
}

/// Copies a clip out of the library: never onto a file of the library, and whole or not at all.
fn copy_out(root: &Path, from: &Path, to: &Path) -> Result<(), StudioError> {
    let root = root.canonicalize().map_err(StoreError::from)?;
    let folder = to.parent().unwrap_or(Path::new(".")).canonicalize().map_err(StoreError::from)?;
    if folder.starts_with(&root) {
        return Err(StudioError::Setting("Choose a folder outside the library.".to_owned()));
    }
    let name = to.file_name().and_then(|name| name.to_str()).unwrap_or("take.mp4");
    let part = folder.join(format!(".{name}.part"));
    let copied = std::fs::copy(from, &part).and_then(|_| std::fs::rename(&part, to));
    if let Err(error) = copied {
        sixshot_store::folder::remove_if_there(&part)?;
        return Err(StoreError::from(error).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_never_lands_in_the_library() {
        let home = tempfile::tempdir().expect("a folder");
        let (library, outside) = (home.path().join("library/takes"), home.path().join("outside"));
        std::fs::create_dir_all(&library).expect("made");
        std::fs::create_dir_all(&outside).expect("made");
        let clip = library.join("a.mp4");
        std::fs::write(&clip, b"clip").expect("written");
        let root = home.path().join("library");
        for bad in [clip.clone(), library.join("b.mp4"), outside.join("../library/takes/a.mp4")] {
            assert_eq!(
                copy_out(&root, &clip, &bad).expect_err("refused").code(),
                "setting-refused",
                "{}",
                bad.display()
            );
        }
        copy_out(&root, &clip, &outside.join("a.mp4")).expect("copied");
        assert_eq!(std::fs::read(&clip).expect("there"), b"clip");
        assert_eq!(std::fs::read(outside.join("a.mp4")).expect("there"), b"clip");
    }
}
