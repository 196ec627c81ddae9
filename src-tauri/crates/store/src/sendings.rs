//! A second note of every purchase, outside the database: whoever puts back an older copy of the database, by whatever
//! means, would otherwise send again what was sent since.

use crate::Library;
use crate::error::StoreError;
use sixshot_domain::GenerationId;
use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

impl Library {
    /// Notes that a generation is about to be sent. On the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written: then nothing may be sent.
    pub fn note_sending(&self, id: &GenerationId, at: i64) -> Result<(), StoreError> {
        self.folder().still_there()?;
        let path = self.sendings_file();
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        // The line break comes first: a line that was cut off by a crash does not take the next one along.
        file.write_all(format!("\n{at} {}\n", id.0).as_bytes())?;
        file.sync_all()?;
        if is_new {
            crate::folder::sync_folder(self.folder().root())?;
        }
        Ok(())
    }

    /// How often each generation was sent, by that note.
    ///
    /// # Errors
    /// When the note is there and cannot be read.
    pub fn sendings(&self) -> Result<HashMap<GenerationId, u32>, StoreError> {
        let bytes = match fs::read(self.sendings_file()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
            Err(error) => return Err(error.into()),
        };
        let mut found: HashMap<GenerationId, u32> = HashMap::new();
        for line in String::from_utf8_lossy(&bytes).lines() {
            if let Some((_, id)) = line.split_once(' ') {
                *found.entry(GenerationId(id.to_owned())).or_default() += 1;
            }
        }
        Ok(found)
    }

    fn sendings_file(&self) -> PathBuf {
        self.folder().root().join("sendings.log")
    }
}
