//! Which library a folder holds: a file with its id at the root. A folder without it is no library that was moved or
//! unplugged; nothing is made there, and nothing is written to a folder that has become another one.

use crate::error::StoreError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const NAME: &str = "library.id";
/// Longer than any id; whatever is longer is none.
const LONGEST: usize = 200;

/// The id of the library in a folder; nothing when there is none.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn id_of(root: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(file_of(root)) {
        Ok(text) => Ok(Some(text.trim().to_owned()).filter(|id| !id.is_empty() && id.len() <= LONGEST)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a folder that does not hold the library with an id.
///
/// # Errors
/// `library-offline` when it does not, or cannot be read at all.
pub fn expect(root: &Path, id: &str) -> Result<(), StoreError> {
    match id_of(root) {
        Ok(Some(found)) if found == id => Ok(()),
        // A drive that is going away answers with errors of every kind.
        _ => Err(StoreError::Offline { path: root.display().to_string() }),
    }
}

/// Writes the id of a library that has none yet.
pub(crate) fn write(root: &Path, id: &str) -> Result<(), StoreError> {
    let part = root.join(".parts").join("library.id.part");
    let mut file = File::create(&part)?;
    writeln!(file, "{id}")?;
    file.sync_all()?;
    fs::rename(&part, file_of(root))?;
    crate::folder::sync_folder(root)
}

fn file_of(root: &Path) -> PathBuf {
    root.join(NAME)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
