//! Opening a library: as it is, after a repair, or only to look at it where another window has it open.

use crate::contract::Problem;
use crate::problem::StudioError;
use crate::purchases_here::{Familiar, PurchasesHere};
use crate::studio::StudioParts;
use serde::Deserialize;
use serde_json::Value;
use sixshot_domain::GenerationState;
use sixshot_queue::{Disk, SystemDisk};
use sixshot_store::open::Wish;
use sixshot_store::{Library, StoreError};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Between two looks whether a library is free.
const LOOK: Duration = Duration::from_millis(10);
/// How long a program takes to let go of a library after its window is gone.
const ENDING: Duration = Duration::from_millis(300);

/// How a studio is opened. By default: as it is found, with the system's own disk.
pub struct Opening {
    /// The id of the library that the folder must hold. Without one, a folder that holds none becomes a new library.
    pub expected: Option<String>,
    /// Damage was found while it was open: it is repaired before it is opened.
    pub repair: bool,
    /// Whoever knows how much of the disk is free.
    pub disk: Arc<dyn Disk>,
    /// The machine's own folder, where it remembers what it bought with which library. Without one a library that was
    /// copied or put back is not told from the one it was.
    pub configuration: Option<PathBuf>,
}

impl Default for Opening {
    fn default() -> Self {
        Self { expected: None, repair: false, disk: Arc::new(SystemDisk), configuration: None }
    }
}

/// Opens the library of a studio, and says why it may only be looked at, if so.
pub(crate) fn open(parts: &StudioParts, opening: &Opening) -> Result<(Library, Option<Problem>), StudioError> {
    let expected = opening.expected.as_deref();
    let wish = Wish { expected, repair: opening.repair };
    match open_when_free(parts, wish) {
        Ok(library) => Ok((library, None)),
        Err(error @ (StoreError::InUse | StoreError::ReadOnly { .. })) => {
            match Library::open_read_only(&parts.library, expected, &error.to_string()) {
                Ok(library) => Ok((library, Some(StudioError::from(error).problem()))),
                Err(other) => {
                    tracing::debug!(%other, "nor can it be looked at");
                    Err(error.into())
                }
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Compares a library with what this machine bought with it. In one that was copied or put back, whatever waits and costs
/// money may have been sent by another: it is held back and becomes a question.
pub(crate) fn hold_back_a_copy(library: &Library, here: &PurchasesHere) -> Result<(), StoreError> {
    let familiar = here.compare(library)?;
    if familiar == Familiar::Yes {
        return Ok(());
    }
    let mut waits = false;
    for state in [GenerationState::Queued, GenerationState::Preparing, GenerationState::Unknown] {
        waits |= library.generations_in(state)?.iter().any(|row| !row.rehearsal);
    }
    tracing::info!(?familiar, waits, "a library that this machine does not know as it is");
    if waits { library.unsettle() } else { Ok(()) }
}

/// A program that is ending lets go of its library a moment after its window is gone.
fn open_when_free(parts: &StudioParts, wish: Wish<'_>) -> Result<Library, StoreError> {
    let deadline = Instant::now() + ENDING;
    loop {
        match Library::open_or_repair(&parts.library, wish, parts.clock.now(), &(parts.new_id)()) {
            Err(StoreError::InUse) if Instant::now() < deadline => std::thread::sleep(LOOK),
            other => return other,
        }
    }
}

/// What a window can ask of the opening itself, with or without a studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningCommand {
    /// Once more.
    ReopenLibrary,
    /// Once more, after a repair.
    RepairLibrary,
    /// Where the person says it is now.
    FindLibrary,
    /// A new one.
    BeginLibrary,
}

impl OpeningCommand {
    /// The command of a name, if it is one of these.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        serde_json::from_value(Value::String(name.to_owned())).ok()
    }
}

/// A library that is being closed: whoever still uses it ends with what it does.
pub struct Closing(pub(crate) Weak<Library>);

impl Closing {
    /// Waits until nobody holds the library any more. Tells whether that was in time.
    pub async fn wait(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self.0.strong_count() > 0 {
            if Instant::now() >= deadline {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::declarations::every_opening_command;

    macro_rules! names {
        ($($(#[doc = $doc:literal])* $name:ident($arguments:ty) -> $answer:ty;)+) => {
            const NAMES: &[&str] = &[$(stringify!($name)),+];
        };
    }
    every_opening_command!(names);

    #[test]
    fn every_command_of_the_contract_is_one() {
        for name in NAMES {
            assert!(OpeningCommand::of(name).is_some(), "{name}");
        }
        assert_eq!(OpeningCommand::of("start"), None);
    }
}
