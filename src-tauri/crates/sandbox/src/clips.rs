//! Real clips of the asked length and shape, rendered once each.

use crate::state::ClipOrder;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{BoardId, FrameId, ShotId};
use sixshot_media::rehearsal::{self, Motion, Pictures, Watch};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// The clips that were rendered so far.
pub(crate) struct Clips {
    folder: tempfile::TempDir,
    made: Mutex<HashMap<ClipOrder, Arc<OnceCell<PathBuf>>>>,
}

struct NoPictures;

impl Pictures for NoPictures {
    fn load(&self, _id: &FrameId) -> io::Result<Vec<u8>> {
        Err(io::Error::from(io::ErrorKind::NotFound))
    }
}

struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _done: u32, _total: u32) {}

    fn cancelled(&self) -> bool {
        false
    }
}

impl Clips {
    pub fn new() -> io::Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, made: Mutex::default() })
    }

    /// The file of a clip, rendered now if it is the first of its kind.
    pub async fn file(&self, order: ClipOrder) -> io::Result<PathBuf> {
        let cell = Arc::clone(self.made.lock().await.entry(order).or_default());
        let path = self.folder.path().join(format!(
            "{}s-{}-{}.mp4",
            order.seconds,
            order.ratio.as_str().replace(':', "x"),
            order.lines
        ));
        let rendered = cell.get_or_try_init(|| async move {
            let out = path.clone();
            tokio::task::spawn_blocking(move || {
                let mut board =
                    empty_board(BoardId(String::new()), ShotId(String::new()), "Sandbox", "sandbox", "sandbox");
                board.prompt = "A clip from the sandbox".to_owned();
                board.ratio = order.ratio;
                board.shots[0].seconds = i32::try_from(order.seconds).unwrap_or(5);
                board.overlay.timecode = false;
                let still = Motion { drift: false };
                rehearsal::render_with(&board, order.lines, still, &NoPictures, &out, &Unwatched)
                    .map_err(|error| io::Error::other(error.to_string()))
            })
            .await
            .map_err(io::Error::other)??;
            Ok::<_, io::Error>(path)
        });
        rendered.await.cloned()
    }
}
