//! The newest purchase that this machine made with each library. A folder that was copied, or put back from a copy, still
//! says of what waits in it that it was never sent; whether that is true only the machine can tell that sent it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sixshot_domain::GenerationId;
use sixshot_store::{Library, StoreError};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const FOLDER: &str = "purchases";

/// What is kept of a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// Its id.
    library: String,
    /// The newest purchase; nothing before the first.
    newest: Option<Mark>,
}

/// A purchase that the library's ledger must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    generation: GenerationId,
    /// The moment of its line in the ledger, milliseconds since 1970.
    booked_at: i64,
}

/// What a machine knows of a library that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Familiar {
    /// It was open here before and knows everything that was bought here since.
    Yes,
    /// It was never open on this machine: it may be a copy of one that another machine goes on with.
    Unknown,
    /// It lacks a purchase that was made with it here: it is older than that.
    Behind,
}

/// The memory about one library.
pub(crate) struct PurchasesHere {
    /// Two purchases at once are written one after the other, each with the newest of its moment.
    writing: Mutex<()>,
    configuration: PathBuf,
    file: PathBuf,
}

impl PurchasesHere {
    /// In a folder of the machine's own.
    pub fn new(configuration: &Path, library: &str) -> Self {
        // An id comes from a file that anybody may have written, so it is no name of a file.
        let name = hex::encode(&Sha256::digest(library.as_bytes())[..16]);
        let file = configuration.join(FOLDER).join(format!("{name}.json"));
        Self { writing: Mutex::default(), configuration: configuration.to_path_buf(), file }
    }

    /// How a library compares with what is remembered.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn compare(&self, library: &Library) -> Result<Familiar, StoreError> {
        let Some(known) = self.read() else {
            // Versions before this one remembered only where libraries are.
            let was_open = crate::whereabouts::was_open(&self.configuration, library.id());
            return Ok(if was_open { Familiar::Yes } else { Familiar::Unknown });
        };
        match known.newest {
            Some(mark) if !library.knows_purchase(&mark.generation, mark.booked_at)? => Ok(Familiar::Behind),
            _ => Ok(Familiar::Yes),
        }
    }

    /// Remembers the newest purchase of a library. On the disk when this returns.
    ///
    /// # Errors
    /// When the library cannot be read or the memory not written.
    pub fn remember(&self, library: &Library) -> Result<(), StoreError> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = library.newest_purchase()?.map(|(generation, booked_at)| Mark { generation, booked_at });
        let known = Known { library: library.id().to_owned(), newest };
        if self.read().as_ref() == Some(&known) {
            return Ok(());
        }
        Ok(self.write(&known)?)
    }

    fn read(&self) -> Option<Known> {
        let text = match fs::read(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(%error, "what was bought with a library here cannot be read");
                return None;
            }
        };
        serde_json::from_slice(&text)
            .inspect_err(|error| tracing::warn!(%error, "what was bought with a library here cannot be understood"))
            .ok()
    }

    fn write(&self, known: &Known) -> io::Result<()> {
        fs::create_dir_all(self.configuration.join(FOLDER))?;
        let part = self.file.with_extension("json.part");
        let mut file = File::create(&part)?;
        file.write_all(&serde_json::to_vec_pretty(known)?)?;
        file.sync_all()?;
        fs::rename(part, &self.file)
    }
}
