//! What a clip is, beside the clip: enough to know it again when the database is gone.

use crate::driver::Queue;
use serde::Serialize;
use sixshot_domain::{Board, MicroDollars, Quote};
use sixshot_store::{GenerationRow, StoreError, TakeRow};
use std::path::PathBuf;

/// The form of the file. A reader that finds a higher number leaves the file alone.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Sidecar<'a> {
    version: u32,
    generation: &'a str,
    confirmation: &'a str,
    provider: &'a str,
    model: &'a str,
    remote_id: Option<&'a str>,
    sent_at: Option<i64>,
    created_at: i64,
    price: MicroDollars,
    quote: &'a Quote,
    board: &'a Board,
    request_path: Option<&'a str>,
    request_sha256: Option<&'a str>,
    file: &'a str,
    sha256: &'a str,
    bytes: i64,
    width: u32,
    height: u32,
    frames: u32,
    frame_rate_millis: u32,
    audio: bool,
    damaged: bool,
}

impl Queue {
    /// Writes the facts of a take beside its clip, before the database knows it.
    pub(crate) fn write_sidecar(&self, row: &GenerationRow, take: &TakeRow) -> Result<(), StoreError> {
        let sidecar = Sidecar {
            version: VERSION,
            generation: &row.id.0,
            confirmation: &row.confirmation,
            provider: &row.provider.0,
            model: &row.model.0,
            remote_id: row.remote_id.as_deref(),
            sent_at: row.sent_at,
            created_at: take.created_at,
            price: row.price,
            quote: &row.quote,
            board: &row.board,
            request_path: row.request_path.as_deref(),
            request_sha256: row.request_sha256.as_deref(),
            file: &take.file,
            sha256: &take.sha256,
            bytes: take.bytes,
            width: take.width,
            height: take.height,
            frames: take.frames,
            frame_rate_millis: take.frame_rate_millis,
            audio: take.audio,
            damaged: take.damaged,
        };
        let text = serde_json::to_vec_pretty(&sidecar)
            .map_err(|error| StoreError::Unreadable { what: "take", reason: error.to_string() })?;
        let folder = self.library().folder();
        let clip = folder.take(&take.file).ok_or(StoreError::Missing { what: "name for the clip" })?;
        folder.write_whole(&beside(clip), &text)
    }
}

/// The name of the file beside a clip.
fn beside(clip: PathBuf) -> PathBuf {
    clip.with_extension("json")
}
