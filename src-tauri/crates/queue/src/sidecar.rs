//! What a clip is, beside the clip: written before the database knows it, so that it is known when the database is gone.

use crate::driver::Queue;
use sixshot_store::{GenerationRow, Sidecar, StoreError, TakeRow};

impl Queue {
    /// Writes the facts of a take beside its clip.
    pub(crate) fn write_sidecar(&self, row: &GenerationRow, take: &TakeRow) -> Result<(), StoreError> {
        Sidecar::of(row, take).keep(self.library().folder())
    }
}
