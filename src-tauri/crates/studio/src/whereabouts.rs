//! Where libraries are: which one a folder held when it was opened last, and where it is now when it was moved.
//!
//! Kept on this machine and not in the library, so that a folder which is gone is known to be gone.

use crate::problem::StudioError;
use serde::{Deserialize, Serialize};
use sixshot_store::{StoreError, identity};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "libraries.json";

/// A library that was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// Its id.
    id: String,
    /// The folder it was in.
    path: PathBuf,
}

/// What this machine remembers of libraries, by the folder that was asked for.
pub struct Whereabouts {
    file: PathBuf,
    /// The folder that is asked for: the usual one, or the environment's.
    asked: PathBuf,
}

impl Whereabouts {
    /// The memory in a folder of the machine's own, about the library that is asked for there.
    #[must_use]
    pub fn new(configuration: &Path, asked: &Path) -> Self {
        Self { file: configuration.join(NAME), asked: asked.to_path_buf() }
    }

    /// The folder of the machine's own that the memory lies in.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.file.parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// The folder to open, and the id of the library that it must hold when one was there before.
    #[must_use]
    pub fn place(&self) -> (PathBuf, Option<String>) {
        match self.read().remove(&self.name()) {
            Some(known) => (known.path, Some(known.id)),
            None => (self.asked.clone(), None),
        }
    }

    /// Remembers the library that was opened.
    ///
    /// # Errors
    /// What the system says.
    pub fn remember(&self, path: &Path, id: &str) -> io::Result<()> {
        let known = Known { id: id.to_owned(), path: path.to_path_buf() };
        let mut all = self.read();
        if all.get(&self.name()) == Some(&known) {
            return Ok(());
        }
        all.insert(self.name(), known);
        self.write(&all)
    }

    /// Takes a folder for the one where the library is now.
    ///
    /// # Errors
    /// `setting-refused` when it holds another library or none.
    pub fn moved_to(&self, path: &Path) -> Result<(), StudioError> {
        let (_, expected) = self.place();
        let Some(expected) = expected else { return Err(StudioError::Missing("library to look for")) };
        match identity::id_of(path)? {
            Some(id) if id == expected => Ok(self.remember(path, &id).map_err(StoreError::from)?),
            Some(_) => Err(StudioError::Setting("That folder holds another library.".to_owned())),
            None => Err(StudioError::Setting("That folder holds no library.".to_owned())),
        }
    }

    /// Looks for nothing any more: the folder that is asked for may become a new library.
    ///
    /// # Errors
    /// What the system says.
    pub fn forget(&self) -> io::Result<()> {
        let mut all = self.read();
        all.remove(&self.name());
        self.write(&all)
    }

    fn name(&self) -> String {
        self.asked.to_string_lossy().into_owned()
    }

    fn read(&self) -> BTreeMap<String, Known> {
        read(&self.file)
    }

    fn write(&self, all: &BTreeMap<String, Known>) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let part = self.file.with_extension("json.part");
        fs::write(&part, serde_json::to_vec_pretty(all)?)?;
        fs::rename(part, &self.file)
    }
}

/// Whether a library with an id was open on this machine, as far as the memory in a folder tells.
pub(crate) fn was_open(configuration: &Path, id: &str) -> bool {
    read(&configuration.join(NAME)).values().any(|known| known.id == id)
}

fn read(file: &Path) -> BTreeMap<String, Known> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => {
            tracing::warn!(%error, "where libraries are cannot be read");
            return BTreeMap::new();
        }
    };
    serde_json::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "where libraries are cannot be understood");
        BTreeMap::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixshot_store::Library;

    #[test]
    fn a_library_is_looked_for_where_it_was_until_it_is_found_or_given_up() {
        let home = tempfile::tempdir().expect("a folder");
        let (here, there, other) = (home.path().join("here"), home.path().join("there"), home.path().join("other"));
        let whereabouts = Whereabouts::new(&home.path().join("configuration"), &here);
        assert_eq!(whereabouts.place(), (here.clone(), None), "nothing is remembered");
        drop(Library::open(&here, 0, "the-id").expect("opens"));
        drop(Library::open(&other, 0, "another-id").expect("opens"));
        whereabouts.remember(&here, "the-id").expect("kept");
        let again = Whereabouts::new(&home.path().join("configuration"), &here);
        assert_eq!(again.place(), (here.clone(), Some("the-id".to_owned())));

        fs::rename(&here, &there).expect("moved");
        assert_eq!(again.moved_to(&other).expect_err("another").code(), "setting-refused");
        assert_eq!(again.moved_to(home.path()).expect_err("none").code(), "setting-refused");
        again.moved_to(&there).expect("found");
        assert_eq!(again.place(), (there, Some("the-id".to_owned())));
        // Another folder that is asked for has a memory of its own.
        let elsewhere = Whereabouts::new(&home.path().join("configuration"), &other);
        assert_eq!(elsewhere.place(), (other, None));
        again.forget().expect("forgotten");
        assert_eq!(again.place(), (here, None));
    }
}
