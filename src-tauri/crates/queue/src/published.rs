//! A clip that an earlier try gave its name and could not write down any more, because the program ended or the disk was
//! full. It is kept as it lies there: its provider may no longer have it.

use crate::download::Fetched;
use crate::driver::{Queue, QueueError};
use crate::finish::{length_fits, sha256_of};
use crate::naming;
use crate::part::record_file;
use sixshot_media::clip::{self, ClipFacts};
use sixshot_store::folder::{Folder, remove_if_there};
use sixshot_store::{GenerationRow, Sidecar, StoreError, TakeRow};

/// A clip that has its name already.
enum Published {
    /// With its description, which its bytes agree with.
    Described(Box<TakeRow>),
    /// Without one: the program ended between the two. It was looked at again.
    Bare { fetched: Fetched, facts: ClipFacts, file: String },
}

impl Queue {
    /// Writes the clip of a generation down if it is in the library's folder already, and tells whether it was.
    pub(crate) async fn keep_published(&self, row: &GenerationRow) -> Result<bool, QueueError> {
        let (folder, of) = (self.library().folder().clone(), row.clone());
        let found = match tokio::task::spawn_blocking(move || find(&folder, &of)).await {
            Ok(Ok(found)) => found,
            // What cannot be read or decoded is fetched as if it were not there; it stays where it lies.
            Ok(Err(error)) => {
                tracing::warn!(generation = %row.id.0, %error, "what lies under a clip's name cannot be read");
                None
            }
            Err(error) => {
                tracing::warn!(generation = %row.id.0, %error, "what lies under a clip's name cannot be looked at");
                None
            }
        };
        match found {
            None => return Ok(false),
            Some(Published::Described(take)) => self.write_take(row, &take)?,
            Some(Published::Bare { fetched, facts, file }) => self.write_down(row, &fetched, Some(facts), file)?,
        }
        // The name may have been given while the part still had its own.
        let part = self.library().folder().parts().join(format!("{}.mp4.part", row.id.0));
        remove_if_there(&record_file(&part))?;
        remove_if_there(&part)?;
        Ok(true)
    }
}

fn find(folder: &Folder, row: &GenerationRow) -> Result<Option<Published>, StoreError> {
    for file in naming::names(row.created_at, &row.id.0, &row.board.name) {
        let Some(path) = folder.take(&file).filter(|path| path.is_file()) else { return Ok(None) };
        let described = path.with_extension("json").exists();
        if let Some(beside) = Sidecar::beside(folder, &file).filter(|beside| *beside.of_generation() == row.id) {
            let take = beside.take();
            if sha256_of(&path)? == take.sha256 {
                return Ok(Some(Published::Described(Box::new(take))));
            }
        }
        if described {
            continue;
        }
        // A clip that the program died over is not looked at here once more.
        let Some(look) = folder.look_at(&row.id.0) else { continue };
        let facts = clip::verify(&path);
        drop(look);
        if let Ok(facts) = facts
            && length_fits(row, &facts)
        {
            let (sha256, bytes) = (sha256_of(&path)?, path.metadata()?.len());
            return Ok(Some(Published::Bare { fetched: Fetched { path, sha256, bytes }, facts, file }));
        }
    }
    Ok(None)
}
