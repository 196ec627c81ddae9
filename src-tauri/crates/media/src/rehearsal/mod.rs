//! The rehearsal: a board as a moving sketch, free and without a network.
//!
//! One pass, front to back: the board becomes a plan of strips on a timeline of whole frames (`plan`), pictures become
//! planes once (`source`), each frame is composed straight in the encoder's colour space (`compose`), and stretches of
//! at most a second are encoded side by side and written in order (`encode`, `mp4`). A stretch in which nothing moves
//! is encoded once and then repeated by hand-written frames that cost next to nothing (`held`).

mod bench;
mod bits;
mod camera;
mod compose;
mod encode;
mod error;
mod fonts;
mod held;
mod layer;
mod mp4;
mod overlay;
mod plan;
mod planes;
mod slate;
mod source;
mod text;

pub use error::RenderError;

use compose::Composer;
use plan::Plan;
use sixshot_domain::{Board, FrameId};
use std::fs;
use std::io;
use std::path::Path;

/// Fewest lines a rehearsal is drawn with.
const FEWEST_LINES: u32 = 120;
/// Most lines a rehearsal is drawn with.
const MOST_LINES: u32 = 2160;

/// Where the bytes of a board's pictures come from.
pub trait Pictures: Sync {
    /// The stored file of a frame.
    ///
    /// # Errors
    /// When it cannot be read.
    fn load(&self, id: &FrameId) -> io::Result<Vec<u8>>;
}

/// Who follows a rendering and may stop it.
pub trait Watch: Sync {
    /// So many frames of so many are finished. Called from the thread that called `render`, about four times a second
    /// of film.
    fn progress(&self, done: u32, total: u32);
    /// Asked once a frame, from several threads.
    fn cancelled(&self) -> bool;
}

/// How pictures move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Motion {
    /// A slow push, pull or pan over each picture. Without it pictures are held, which renders many times faster.
    pub drift: bool,
}

/// What was rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendered {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures in the file: seconds times 24, exactly.
    pub frames: u32,
}

/// Renders a board to an MP4 at `out`, its short side `lines` pixels (720 or 1080; kept between 120 and 2160 and even).
/// The file is removed again when anything goes wrong.
///
/// # Errors
/// When it was cancelled, there is nothing to show, a picture cannot be read, the encoder fails, or the disk is full.
pub fn render(
    board: &Board,
    lines: u32,
    pictures: &dyn Pictures,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Rendered, RenderError> {
    render_with(board, lines, Motion { drift: true }, pictures, out, watch)
}

/// As [`render`], with the movement of pictures chosen.
///
/// # Errors
/// As for [`render`].
pub fn render_with(
    board: &Board,
    lines: u32,
    motion: Motion,
    pictures: &dyn Pictures,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Rendered, RenderError> {
    let lines = lines.clamp(FEWEST_LINES, MOST_LINES) & !1;
    let plan = Plan::of(board, lines, motion)?;
    let composer = Composer::new(&plan, pictures, watch)?;
    let rendered = encode::encode(&plan, &composer, out, watch);
    // Never anything but a file of its own: a device would be gone for everybody.
    if rendered.is_err()
        && fs::symlink_metadata(out).is_ok_and(|found| found.is_file())
        && let Err(error) = fs::remove_file(out)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "an unfinished rehearsal could not be removed");
    }
    rendered
}
