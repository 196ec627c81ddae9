//! The files of the library: where they lie, and how one gets there so that a power cut cannot lose it.

use crate::error::StoreError;
use crate::identity;
use fail::fail_point;
use sixshot_domain::{FrameId, ImageFormat};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder of a library.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    /// The library that lies here, once that is known.
    id: Option<Arc<str>>,
    /// Why nothing may be written here.
    read_only: Option<Arc<str>>,
}

impl Folder {
    /// Makes the folder and its parts if they are not there.
    ///
    /// # Errors
    /// `library-read-only`, `library-full`, or what the system says.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let folder = Self { root: root.to_path_buf(), id: None, read_only: None };
        for part in [folder.root.clone(), folder.frames(), folder.takes(), folder.parts()] {
            fs::create_dir_all(&part)?;
        }
        Ok(folder)
    }

    /// A folder that is only looked at. Nothing is made.
    pub(crate) fn to_look_at(root: &Path, reason: &str) -> Self {
        Self { root: root.to_path_buf(), id: None, read_only: Some(reason.into()) }
    }

    /// The same folder, of a library that is known by now.
    pub(crate) fn of(self, id: &str) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// Refuses to write where the library is not, or where it may only be looked at. A folder that was moved or
    /// unplugged would otherwise be made anew, empty, under its old name.
    ///
    /// # Errors
    /// `library-offline`, `library-read-only`.
    pub fn still_there(&self) -> Result<(), StoreError> {
        if let Some(reason) = &self.read_only {
            return Err(StoreError::ReadOnly { reason: reason.to_string() });
        }
        self.id.as_deref().map_or(Ok(()), |id| identity::expect(&self.root, id))
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.root.join("library.db")
    }

    /// Where the stills lie.
    #[must_use]
    pub fn frames(&self) -> PathBuf {
        self.root.join("frames")
    }

    /// Where the clips lie.
    #[must_use]
    pub fn takes(&self) -> PathBuf {
        self.root.join("takes")
    }

    /// Where unfinished files lie. On the same disk as the finished ones, so that finishing is a rename.
    #[must_use]
    pub fn parts(&self) -> PathBuf {
        self.root.join(".parts")
    }

    /// Where copies of the database lie.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// The file of a still. An id that is no hash names a file that is never there.
    #[must_use]
    pub fn frame(&self, id: &FrameId, format: ImageFormat) -> PathBuf {
        let name = if id.is_well_formed() { id.0.as_str() } else { "0" };
        self.frames().join(format!("{name}.{}", format.extension()))
    }

    /// The file of a clip by its name in the database; `None` for a name that leads elsewhere.
    #[must_use]
    pub fn take(&self, file: &str) -> Option<PathBuf> {
        let relative = Path::new(file);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        (plain && !file.is_empty()).then(|| self.takes().join(relative))
    }

    /// Writes a file whole under its final name. The same name already there is left as it is: names are hashes.
    ///
    /// # Errors
    /// `library-full`, `library-read-only`, or what the system says; nothing half-written stays under the name.
    pub fn write_whole(&self, destination: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        if destination.exists() {
            return Ok(());
        }
        let part = self.write_part(destination, bytes)?;
        match self.publish(&part, destination) {
            Err(StoreError::File(error)) if error.kind() == io::ErrorKind::AlreadyExists => remove_if_there(&part),
            other => other,
        }
    }

    /// Writes a file whole under a name that is the hash of its bytes. What lies there with other bytes was damaged since
    /// and is replaced at once: nothing else could ever heal it, and what it held is named by another hash.
    ///
    /// # Errors
    /// `library-full`, `library-read-only`, or what the system says; what lay there is then still there.
    pub fn write_content(&self, destination: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        if !destination.exists() {
            self.write_whole(destination, bytes)?;
        }
        // Read again also after writing: somebody else may have been quicker.
        if holds(destination, bytes) {
            return Ok(());
        }
        tracing::warn!(path = %destination.display(), "a damaged file is replaced");
        let part = self.write_part(destination, bytes)?;
        if let Err(error) = fs::rename(&part, destination) {
            remove_if_there(&part)?;
            return Err(error.into());
        }
        sync_folder(destination.parent().unwrap_or(&self.root))
    }

    /// Writes bytes to the disk under a name of their own among the unfinished files.
    fn write_part(&self, destination: &Path, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        self.still_there()?;
        // Two makers of the same file must not write into each other's part.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let part = self.parts().join(format!(
            "{}-{}-{}.part",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed),
            destination.file_name().and_then(|name| name.to_str()).unwrap_or("file")
        ));
        let written = (|| {
            let mut file = File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()
        })();
        if let Err(error) = written {
            remove_if_there(&part)?;
            return Err(error.into());
        }
        Ok(part)
    }

    /// Gives a finished part its final name: content to disk, name without replacing, folder to disk.
    ///
    /// # Errors
    /// `AlreadyExists` when the name is taken; the part is then still there.
    pub fn publish(&self, part: &Path, destination: &Path) -> Result<(), StoreError> {
        self.still_there()?;
        // Windows flushes only what may be written.
        OpenOptions::new().write(true).open(part)?.sync_all()?;
        let parent = destination.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent)?;
        fail_point!("folder-part-synced");
        // A hard link fails when the name is taken, which a rename does not.
        match fs::hard_link(part, destination) {
            Ok(()) => {
                fail_point!("folder-linked");
                fs::remove_file(part)?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error.into()),
            // Some file systems have no hard links.
            Err(_) if !destination.exists() => fs::rename(part, destination)?,
            Err(error) => return Err(error.into()),
        }
        fail_point!("folder-named");
        sync_folder(parent)?;
        if let Some(above) = parent.parent() {
            sync_folder(above)?;
        }
        fail_point!("folder-synced");
        Ok(())
    }

    /// Removes what an ended run left unfinished, except the given files that a download still wants.
    ///
    /// # Errors
    /// What the system says.
    pub fn clear_parts(&self, wanted: &[PathBuf]) -> Result<(), StoreError> {
        self.still_there()?;
        for entry in fs::read_dir(self.parts())? {
            let path = entry?.path();
            if wanted.contains(&path) {
                continue;
            }
            // Nothing of the program's own is a folder here; one that somebody made is no reason not to start.
            if fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_dir()) {
                tracing::warn!(path = %path.display(), "a folder among the unfinished files is left alone");
            } else {
                remove_if_there(&path)?;
            }
        }
        Ok(())
    }
}

/// Whether a file holds exactly these bytes. One that cannot be read holds nothing.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    // The length first: it tells most damage without reading.
    let as_long = fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() == bytes.len() as u64);
    as_long && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Removes a file that may already be gone.
///
/// # Errors
/// What the system says, other than that it is not there.
pub fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Brings the names in a folder to the disk.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    Ok(File::open(path)?.sync_all()?)
}

/// Brings the names in a folder to the disk.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), StoreError> {
    // Windows writes names with the file's own flush, and has no handle to flush a folder by.
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_never_replaced() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        let part = folder.parts().join("a.part");
        fs::write(&part, b"new").expect("written");
        let destination = folder.takes().join("2026/a.mp4");
        folder.publish(&part, &destination).expect("published");
        assert!(!part.exists());
        fs::write(&part, b"other").expect("written");
        let error = folder.publish(&part, &destination).expect_err("refused");
        assert!(matches!(error, StoreError::File(error) if error.kind() == io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&destination).expect("still there"), b"new");
    }

    #[test]
    fn a_damaged_file_is_written_anew_and_a_whole_one_is_left_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        let destination = folder.frames().join("a.png");
        folder.write_content(&destination, b"picture").expect("written");
        // Emptied, cut off, overwritten with as many bytes.
        for damage in [&b""[..], b"pict", b"PICTURE"] {
            fs::write(&destination, damage).expect("damaged");
            folder.write_content(&destination, b"picture").expect("healed");
            assert_eq!(fs::read(&destination).expect("there"), b"picture");
        }
        let before = fs::metadata(&destination).expect("there").modified().expect("a time");
        folder.write_content(&destination, b"picture").expect("nothing to do");
        assert_eq!(fs::metadata(&destination).expect("there").modified().expect("a time"), before);
        assert_eq!(fs::read_dir(folder.parts()).expect("read").count(), 0, "nothing unfinished is left");
        // What is not named by its content keeps its name.
        folder.write_whole(&destination, b"another").expect("left");
        assert_eq!(fs::read(&destination).expect("there"), b"picture");
    }

    #[test]
    fn a_name_that_leads_elsewhere_has_no_file() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        for bad in ["", "../library.db", "/etc/passwd", "a/../../b", "."] {
            assert_eq!(folder.take(bad), None, "{bad}");
        }
        assert!(folder.take("2026-11/a.mp4").is_some());
    }

    #[test]
    fn a_folder_among_the_unfinished_files_keeps_nobody_from_starting() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(home.path()).expect("opens");
        fs::create_dir_all(folder.parts().join("odd/inner")).expect("made");
        fs::write(folder.parts().join("odd/inner/kept.mp4"), b"somebody's").expect("written");
        fs::write(folder.parts().join("left.part"), b"unfinished").expect("written");
        folder.clear_parts(&[]).expect("cleared");
        assert!(!folder.parts().join("left.part").exists());
        assert!(folder.parts().join("odd/inner/kept.mp4").exists(), "nobody knows what it is");
    }

    #[test]
    fn a_second_program_is_told() {
        let home = tempfile::tempdir().expect("a folder");
        let first = crate::Library::open(home.path(), 0, "one").expect("opens");
        let second = crate::Library::open(home.path(), 0, "two").err().expect("refused");
        assert_eq!(second.code(), "library-in-use");
        drop(first);
        crate::Library::open(home.path(), 0, "three").expect("opens again");
    }
}
