//! Room on the library's disk, asked before anything is paid: a clip that cannot be kept is money for nothing.

use crate::driver::Queue;
use crate::machine::Happening;
use sixshot_store::GenerationRow;
use std::io;
use std::path::Path;

const MEGABYTE: u64 = 1_000_000;
/// Stays free whatever is bought: the database, its copies and everybody else's programs live on the same disk.
pub const RESERVE: u64 = 200 * MEGABYTE;
/// What a clip is taken for: fifteen seconds, the longest there is, at 60 megabits a second, more than any model sends.
pub const CLIP: u64 = 115 * MEGABYTE;
/// What a purchase needs besides the reserve: the clip, and as much again for the one that is being fetched.
pub const PURCHASE: u64 = 2 * CLIP;
/// What a rehearsal is taken for: fifteen seconds of stills compress to a few megabytes.
pub const REHEARSAL: u64 = 24 * MEGABYTE;
/// Until the disk is looked at again, in milliseconds.
const PATIENCE: i64 = 30_000;

/// Whoever knows how much is free.
pub trait Disk: Send + Sync {
    /// Bytes that this program may still write to the disk of a folder.
    ///
    /// # Errors
    /// What the system says.
    fn free(&self, folder: &Path) -> io::Result<u64>;
}

/// The system's own figures.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn free(&self, folder: &Path) -> io::Result<u64> {
        fs4::available_space(folder)
    }
}

/// There is too little room. Nothing was written and nothing sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the disk of the library has {} MB left, and {} MB must be free", free / MEGABYTE, needed.div_ceil(MEGABYTE))]
pub struct NoRoom {
    /// Bytes that are free.
    pub free: u64,
    /// Bytes that must be.
    pub needed: u64,
}

impl NoRoom {
    /// A stable code for the window and for tests: to a person it is the same as a disk that is full.
    pub const CODE: &'static str = "library-full";
}

/// What must be free for a purchase whose clip comes beside so many others.
fn needed_beside(clips: u32) -> u64 {
    (RESERVE + PURCHASE).saturating_add(CLIP.saturating_mul(u64::from(clips)))
}

impl Queue {
    /// Whether a rehearsal could be kept. It costs nothing, so it may use the last of the disk.
    ///
    /// # Errors
    /// When it could not.
    pub fn has_room_for_rehearsal(&self) -> Result<(), NoRoom> {
        self.are_free(REHEARSAL)
    }

    /// Whether the clip of a purchase could be kept beside so many others that are not safe yet.
    ///
    /// # Errors
    /// When it could not.
    pub fn has_room_beside(&self, clips: u32) -> Result<(), NoRoom> {
        self.are_free(needed_beside(clips))
    }

    fn are_free(&self, needed: u64) -> Result<(), NoRoom> {
        match self.disk.free(self.library().folder().root()) {
            Ok(free) if free < needed => Err(NoRoom { free, needed }),
            Ok(_) => Ok(()),
            Err(error) => {
                // A disk that does not say is found out by writing to it, as every file is.
                tracing::warn!(%error, "how much of the disk is free cannot be read");
                Ok(())
            }
        }
    }

    /// What keeps a generation from being prepared, if the disk does. It is tried again by itself.
    pub(crate) fn waits_for_room(&self, row: &GenerationRow) -> Option<Happening> {
        let needed = if row.rehearsal {
            REHEARSAL
        } else {
            let before = self.library().clips_before(row, self.now()).unwrap_or_else(|error| {
                // The next move of this row meets the same library and says it.
                tracing::warn!(%error, "how many clips are to come cannot be read");
                0
            });
            needed_beside(before)
        };
        let no_room = self.are_free(needed).err()?;
        let problem = (NoRoom::CODE.to_owned(), no_room.to_string());
        Some(Happening::PutBack { problem, retry_at: Some(self.now() + PATIENCE), counts: false })
    }
}
