//! Keeping a fetched clip: looked at, given its name, and written down in one transaction.

use crate::download::Fetched;
use crate::driver::{Queue, QueueError};
use crate::machine::{Happening, step};
use crate::naming;
use fail::fail_point;
use sha2::{Digest, Sha256};
use sixshot_domain::{Board, Profile, Ratio};
use sixshot_media::clip::{self, ClipError, ClipFacts};
use sixshot_store::{Advance, GenerationRow, StoreError, TakeRow};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Longest prompt that a take carries for the gallery; the whole stands in its frozen board.
const PROMPT_MAX: usize = 4_000;

/// A clip may differ from what was asked by so much, in milliseconds.
const LENGTH_TOLERANCE: i64 = 1_000;

impl Queue {
    /// Keeps a clip. What is not whole is fetched once more, then kept as it is and marked. So is what the program died
    /// over twice, without a third look.
    pub(crate) async fn keep(&self, row: GenerationRow, fetched: Fetched) -> Result<(), QueueError> {
        let (folder, id, path) = (self.library().folder().clone(), row.id.0.clone(), fetched.path.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let look = folder.look_at(&id)?;
            fail_point!("finish-looking");
            let facts = clip::verify(&path);
            drop(look);
            Some(facts)
        });
        let looked = looked.await;
        let facts = match looked {
            Ok(Some(Ok(facts))) if length_fits(&row, &facts) => Some(facts),
            Ok(Some(Ok(facts))) => {
                tracing::warn!(generation = %row.id.0, millis = facts.duration_millis, "a clip of another length");
                Some(facts)
            }
            Ok(Some(Err(problem))) if !row.problem.as_ref().is_some_and(|(code, _)| ClipError::is_code(code)) => {
                let problem = (problem.code().to_owned(), problem.to_string());
                self.make(&row, Happening::NotAnswered { problem, wait: 0 })?;
                return Ok(());
            }
            // A panic of the decoder ends up here too: the clip is paid for, so it is kept.
            Ok(Some(Err(_)) | None) | Err(_) => None,
        };
        fail_point!("finish-looked-at");
        match self.publish(&row, &fetched) {
            Ok(file) => {
                fail_point!("finish-published");
                self.write_down(&row, &fetched, facts, file)
            }
            Err(error) => {
                let problem = (error.code().to_owned(), error.to_string());
                self.make(&row, Happening::NotAnswered { problem, wait: 15_000 })?;
                Ok(())
            }
        }
    }

    /// Gives the clip its name, or finds that an earlier run already did.
    fn publish(&self, row: &GenerationRow, fetched: &Fetched) -> Result<String, StoreError> {
        let folder = self.library().folder();
        let missing = || StoreError::Missing { what: "name for the clip" };
        for file in naming::names(row.created_at, &row.id.0, &row.board.name) {
            let destination: PathBuf = folder.take(&file).ok_or_else(missing)?;
            match folder.publish(&fetched.path, &destination) {
                Ok(()) => return Ok(file),
                Err(StoreError::File(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if sha256_of(&destination)? == fetched.sha256 {
                        sixshot_store::folder::remove_if_there(&fetched.path)?;
                        return Ok(file);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(missing())
    }

    pub(crate) fn write_down(
        &self,
        row: &GenerationRow,
        fetched: &Fetched,
        facts: Option<ClipFacts>,
        file: String,
    ) -> Result<(), QueueError> {
        let take = self.take_of(row, fetched, facts.as_ref(), file);
        self.write_sidecar(row, &take)?;
        fail_point!("finish-described");
        self.write_take(row, &take)
    }

    /// Writes a take down that has its clip and its description.
    pub(crate) fn write_take(&self, row: &GenerationRow, take: &TakeRow) -> Result<(), QueueError> {
        let moved = step(row, Happening::Kept { take_id: take.id.clone() }, self.now())?;
        let advance = Advance {
            row: &moved.row,
            at: self.now(),
            what: moved.what.as_deref(),
            ledger: moved.ledger.as_ref(),
            take: Some(take),
        };
        let row = self.library().advance(&advance)?;
        self.tell(&row);
        Ok(())
    }

    fn take_of(&self, row: &GenerationRow, fetched: &Fetched, facts: Option<&ClipFacts>, file: String) -> TakeRow {
        let model = self.catalogue().model(&row.provider, &row.model);
        let board = &row.board;
        let mut prompt = if board.sends_shot_prompts() {
            board.shots.iter().map(|shot| shot.prompt.as_str()).collect::<Vec<_>>().join("\n")
        } else {
            board.prompt.clone()
        };
        prompt.truncate(prompt.floor_char_boundary(PROMPT_MAX));
        TakeRow {
            number: 0,
            id: row.id.0.clone(),
            generation: row.id.clone(),
            board: board.id.clone(),
            board_name: board.name.clone(),
            provider: row.provider.clone(),
            provider_name: model.map_or_else(|| row.provider.0.clone(), |model| model.profile.provider_name.clone()),
            model_name: model.map_or_else(
                || row.model.0.clone(),
                |model| format!("{} {}", model.profile.model_name, model.profile.tier),
            ),
            rehearsal: row.rehearsal,
            prompt,
            shots: u32::try_from(board.shots.len()).unwrap_or(u32::MAX),
            ratio: ratio_of(board, model.map(|model| &model.profile), facts).as_str().to_owned(),
            width: facts.map_or(0, |facts| facts.width),
            height: facts.map_or(0, |facts| facts.height),
            frames: facts.map_or(0, |facts| facts.frames),
            frame_rate_millis: facts.map_or(0, |facts| facts.frame_rate_millis),
            audio: facts.is_some_and(|facts| facts.audio),
            bytes: i64::try_from(fetched.bytes).unwrap_or(i64::MAX),
            price: row.price,
            created_at: self.now(),
            file,
            sha256: fetched.sha256.clone(),
            damaged: facts.is_none(),
            rating: 0,
            verdict: "none".to_owned(),
            trashed_at: None,
        }
    }
}

/// The shape a take is listed under: what the clip has, whatever was asked for; where it has no known shape or cannot be
/// read, what was foretold.
fn ratio_of(board: &Board, profile: Option<&Profile>, facts: Option<&ClipFacts>) -> Ratio {
    // A model that left the catalogue is taken for one like all others: the frame decides.
    let frame_decides = profile.is_none_or(Profile::frame_decides_ratio);
    facts
        .and_then(|facts| Ratio::of_size(facts.width, facts.height))
        .unwrap_or_else(|| board.result_ratio(frame_decides))
}

pub(crate) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hex::encode(hash.finalize()))
}

pub(crate) fn length_fits(row: &GenerationRow, facts: &ClipFacts) -> bool {
    (i64::from(facts.duration_millis) - row.board.seconds().saturating_mul(1_000)).abs() <= LENGTH_TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixshot_domain::sample::empty_board;
    use sixshot_domain::{BoardId, Frame, FrameId, ImageFormat, ShotId};

    #[test]
    fn a_take_has_the_shape_of_its_clip_and_else_the_one_that_was_foretold() {
        let mut board = empty_board(BoardId("b".into()), ShotId("s".into()), "A board", "wavespeed", "kling-3.0-std");
        let facts = |width, height| ClipFacts {
            codec: "h264".to_owned(),
            width,
            height,
            frames: 120,
            frame_rate_millis: 24_000,
            duration_millis: 5_000,
            audio: false,
        };
        assert_eq!(ratio_of(&board, None, Some(&facts(716, 1284))), Ratio::Tall, "whatever was asked for");
        let (id, format) = (FrameId("0".repeat(64)), ImageFormat::Png);
        board.first_frame = Some(Frame { id, format, width: 720, height: 1280, bytes: 1, traits: vec![] });
        assert_eq!(ratio_of(&board, None, Some(&facts(1280, 720))), Ratio::Wide);
        assert_eq!(ratio_of(&board, None, Some(&facts(1680, 720))), Ratio::Tall, "no ratio of ours");
        assert_eq!(ratio_of(&board, None, None), Ratio::Tall, "a clip that cannot be read");
        board.first_frame = None;
        assert_eq!(ratio_of(&board, None, None), Ratio::Wide);
    }
}
