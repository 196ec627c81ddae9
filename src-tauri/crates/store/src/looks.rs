//! Clips and pictures that are being looked at. A decoder that dies takes the program with it; what did so twice is not
//! looked at again, or the program would die at every start.

use crate::folder::{Folder, remove_if_there};
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// After so many deaths of the program in the middle of looking, nobody looks any more.
const DEATHS_MAX: u64 = 2;

/// Looks of this process by their note. The process dies as a whole, so its looks at one thing count as one.
static UNDER_WAY: Mutex<BTreeMap<PathBuf, u32>> = Mutex::new(BTreeMap::new());

/// A look that has begun. Its end, by whatever way but the death of the program, takes the note away.
#[derive(Debug)]
#[must_use = "the look ends when this is dropped"]
pub struct Look {
    /// Nothing where no note can be kept.
    note: Option<PathBuf>,
}

impl Folder {
    /// Notes that something is going to be decoded, by its id. `None`: the program died over it twice, so it is left
    /// alone. A library that cannot be written is looked at without a note.
    #[must_use]
    pub fn look_at(&self, id: &str) -> Option<Look> {
        let mut parts = Path::new(id).components();
        let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        if !plain {
            return Some(Look { note: None });
        }
        let note = self.looks().join(id);
        let mut under_way = under_way();
        if let Some(others) = under_way.get_mut(&note) {
            *others += 1;
            return Some(Look { note: Some(note) });
        }
        // One byte for each look that never ended: no half-written number can be misread.
        let deaths = std::fs::metadata(&note).map_or(0, |facts| facts.len());
        if deaths >= DEATHS_MAX {
            tracing::warn!(id, deaths, "what the program died over is not looked at again");
            return None;
        }
        match self.write_look(&note) {
            Ok(()) => {
                under_way.insert(note.clone(), 1);
                Some(Look { note: Some(note) })
            }
            Err(error) => {
                tracing::debug!(id, %error, "looked at without a note");
                Some(Look { note: None })
            }
        }
    }

    fn write_look(&self, note: &Path) -> io::Result<()> {
        self.still_there().map_err(io::Error::other)?;
        std::fs::create_dir_all(self.looks())?;
        OpenOptions::new().create(true).append(true).open(note)?.write_all(b"+")
    }

    /// Where the notes lie.
    fn looks(&self) -> PathBuf {
        self.root().join(".looks")
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        let Some(note) = self.note.take() else { return };
        let mut under_way = under_way();
        match under_way.get_mut(&note) {
            Some(others) if *others > 1 => *others -= 1,
            _ => {
                under_way.remove(&note);
                if let Err(error) = remove_if_there(&note) {
                    tracing::warn!(%error, "the note of a look stays");
                }
            }
        }
    }
}

fn under_way() -> MutexGuard<'static, BTreeMap<PathBuf, u32>> {
    UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_leaves_nothing_and_what_killed_twice_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        let note = home.path().join(".looks/clip");
        let one = folder.look_at("clip").expect("a first look");
        let beside = folder.look_at("clip").expect("another at the same time");
        assert_eq!(std::fs::read(&note).expect("a note"), b"+");
        drop(one);
        assert!(note.exists(), "one of the two still looks");
        drop(beside);
        assert!(!note.exists());

        // As a program leaves it that died once: looked at again, and forgiven when that ends well.
        std::fs::write(&note, b"+").expect("written");
        let again = folder.look_at("clip").expect("a second try");
        assert_eq!(std::fs::read(&note).expect("a note"), b"++");
        drop(again);
        assert!(!note.exists());

        std::fs::write(&note, b"++").expect("written");
        assert!(folder.look_at("clip").is_none());
        assert_eq!(std::fs::read(&note).expect("a note"), b"++");
        assert!(folder.look_at("another").is_some());
    }

    #[test]
    fn a_panic_in_the_middle_is_no_death() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        for _ in 0..3 {
            let folder = folder.clone();
            let looked = std::panic::catch_unwind(move || {
                let _look = folder.look_at("clip").expect("looked at");
                panic!("a decoder's");
            });
            assert!(looked.is_err());
        }
        assert!(!home.path().join(".looks/clip").exists());
    }

    #[test]
    fn where_nothing_may_be_written_or_the_id_is_no_name_there_is_no_note() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::to_look_at(home.path(), "another window has it");
        drop(folder.look_at("clip").expect("looked at"));
        let folder = Folder::open(home.path()).expect("opens");
        for id in ["", "..", "../clip", "a/b", "/etc/passwd"] {
            drop(folder.look_at(id).expect("looked at"));
        }
        assert!(!home.path().join(".looks").exists());
    }
}
