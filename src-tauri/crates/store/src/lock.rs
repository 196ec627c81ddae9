//! One program at a time: the lock of a library, and the word in it that says whether the last one closed it.

use crate::error::StoreError;
use crate::folder::Folder;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};

const OPEN: &[u8] = b"open\n";

/// The right to write into a library, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the library for this process.
    pub fn take(folder: &Folder) -> Result<Self, StoreError> {
        let path = folder.root().join("library.lock");
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Whether the last program that had it open did not close it.
    pub fn was_left_open(&self) -> Result<bool, StoreError> {
        let mut file = &self.file;
        let mut word = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut word)?;
        Ok(word == OPEN)
    }

    /// From now on the newest changes may lie beside the database: a start that misses them knows that they are lost.
    pub fn say_open(&self) -> Result<(), StoreError> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(OPEN)?;
        Ok(file.sync_all()?)
    }

    /// Everything lies in the database.
    pub fn say_closed(&self) -> Result<(), StoreError> {
        self.file.set_len(0)?;
        Ok(self.file.sync_all()?)
    }
}
