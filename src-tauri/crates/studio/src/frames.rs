//! Pictures on their way in: dropped, pasted, picked, mended, taken from a clip.

use crate::contract::{IntakeNote, MendArgs, Nothing, PathArgs, TakeFrame, TakenIn};
use crate::desk::Clipboard;
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_media::{IntakeError, Picture};
use std::path::PathBuf;

/// Runs something slow beside the runtime.
pub(crate) async fn beside<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> Result<T, StudioError> {
    tokio::task::spawn_blocking(body).await.map_err(|error| StudioError::Stopped(error.to_string()))
}

impl Studio {
    pub(crate) async fn take_in_path(&self, args: PathArgs) -> Result<TakenIn, StudioError> {
        self.take_in_file(PathBuf::from(args.path)).await
    }

    pub(crate) async fn take_in_clipboard(&self, _: Nothing) -> Result<Option<TakenIn>, StudioError> {
        match self.desk.clipboard().await? {
            Clipboard::Nothing => Ok(None),
            Clipboard::Files(files) => match files.into_iter().next() {
                Some(path) => self.take_in_file(path).await.map(Some),
                None => Ok(None),
            },
            Clipboard::Pixels { width, height, rgba } => {
                let picture = beside(move || sixshot_media::take_in_pixels(width, height, &rgba)).await??;
                self.keep_picture(picture).await.map(Some)
            }
        }
    }

    pub(crate) async fn pick_frame(&self, _: Nothing) -> Result<Option<TakenIn>, StudioError> {
        match self.desk.pick_picture().await? {
            Some(path) => self.take_in_file(path).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn mend_frame(&self, args: MendArgs) -> Result<TakenIn, StudioError> {
        let path = self.library.frame_file(&args.frame.id)?.ok_or(StudioError::Missing("picture"))?;
        let picture = beside(move || {
            let bytes = std::fs::read(path).map_err(|_| StudioError::Missing("picture"))?;
            Ok::<_, StudioError>(sixshot_media::mend(&bytes, args.mend)?)
        })
        .await??;
        self.keep_picture(picture).await
    }

    pub(crate) async fn frame_from_take(&self, args: TakeFrame) -> Result<TakenIn, StudioError> {
        let path = self.take_path(&args.take)?;
        let folder = self.library.folder().clone();
        let picture = beside(move || {
            let _look = folder.look_at(&args.take).ok_or(StudioError::Missing("frame that can be read"))?;
            let bytes = sixshot_media::still(&path, args.frame)?;
            Ok::<_, StudioError>(sixshot_media::take_in(&bytes)?)
        })
        .await??;
        self.keep_picture(picture).await
    }

    async fn take_in_file(&self, path: PathBuf) -> Result<TakenIn, StudioError> {
        let picture: Result<Picture, IntakeError> = beside(move || sixshot_media::take_in_file(&path)).await?;
        self.keep_picture(picture?).await
    }

    async fn keep_picture(&self, picture: Picture) -> Result<TakenIn, StudioError> {
        let (library, now) = (std::sync::Arc::clone(&self.library), self.clock.now());
        let frame = picture.frame.clone();
        beside(move || library.keep_frame(&picture.frame, &picture.bytes, now)).await??;
        let notes = picture
            .notes
            .iter()
            .map(|note| match note {
                sixshot_media::IntakeNote::TurnedUpright => IntakeNote::TurnedUpright,
                sixshot_media::IntakeNote::LocationRemoved => IntakeNote::LocationRemoved,
            })
            .collect();
        Ok(TakenIn { frame, notes })
    }
}
