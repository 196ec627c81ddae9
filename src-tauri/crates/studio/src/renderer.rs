//! The rehearsal's hands: the renderer of `media` with the pictures of the library.

use sixshot_domain::{Board, FrameId, ImageFormat};
use sixshot_media::rehearsal::{self, Pictures, Watch};
use sixshot_providers::RemoteFailure;
use sixshot_providers::rehearsal::{Progress, Renderer};
use sixshot_store::Folder;
use std::io;
use std::path::Path;

pub(crate) struct MediaRenderer {
    folder: Folder,
}

impl MediaRenderer {
    pub const fn new(folder: Folder) -> Self {
        Self { folder }
    }
}

/// The pictures of one board.
struct BoardPictures<'a> {
    folder: &'a Folder,
    formats: Vec<(FrameId, ImageFormat)>,
}

impl Pictures for BoardPictures<'_> {
    fn load(&self, id: &FrameId) -> io::Result<Vec<u8>> {
        let (id, format) = self
            .formats
            .iter()
            .find(|(known, _)| known == id)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        std::fs::read(self.folder.frame(id, *format))
    }
}

struct Watched<'a>(&'a Progress);

impl Watch for Watched<'_> {
    fn progress(&self, done: u32, total: u32) {
        self.0.report(done, total);
    }

    fn cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

impl Renderer for MediaRenderer {
    fn render(&self, board: &Board, lines: u32, out: &Path, progress: &Progress) -> Result<(), RemoteFailure> {
        let formats = board.frames().map(|(_, frame)| (frame.id.clone(), frame.format)).collect();
        let pictures = BoardPictures { folder: &self.folder, formats };
        rehearsal::render(board, lines, &pictures, out, &Watched(progress))
            .map(|_| ())
            .map_err(|error| RemoteFailure { code: error.code(), reason: error.to_string() })
    }
}
