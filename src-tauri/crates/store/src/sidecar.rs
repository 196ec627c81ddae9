//! What a clip is, beside the clip: enough to know it again when the database is gone.

use crate::error::StoreError;
use crate::folder::Folder;
use crate::generations::GenerationRow;
use crate::takes::TakeRow;
use serde::{Deserialize, Serialize};
use sixshot_domain::{Board, BoardId, GenerationId, GenerationState, MicroDollars, ModelId, ProviderId, Quote, Ratio};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The form of the file. A reader that finds a higher number leaves the file alone.
const VERSION: u32 = 1;
/// Larger than any: a board is kept up to four megabytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The facts of one take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sidecar {
    version: u32,
    generation: GenerationId,
    confirmation: String,
    #[serde(default)]
    take_index: u32,
    provider: ProviderId,
    #[serde(default)]
    provider_name: String,
    model: ModelId,
    #[serde(default)]
    model_name: String,
    remote_id: Option<String>,
    #[serde(default)]
    account: Option<String>,
    sent_at: Option<i64>,
    #[serde(default)]
    confirmed_at: Option<i64>,
    created_at: i64,
    price: MicroDollars,
    quote: Quote,
    board: Board,
    #[serde(default)]
    prompt: String,
    request_path: Option<String>,
    request_sha256: Option<String>,
    file: String,
    sha256: String,
    bytes: i64,
    width: u32,
    height: u32,
    frames: u32,
    frame_rate_millis: u32,
    audio: bool,
    damaged: bool,
}

impl Sidecar {
    /// The facts of a take of a generation.
    #[must_use]
    pub fn of(row: &GenerationRow, take: &TakeRow) -> Self {
        Self {
            version: VERSION,
            generation: row.id.clone(),
            confirmation: row.confirmation.clone(),
            take_index: row.take_index,
            provider: row.provider.clone(),
            provider_name: take.provider_name.clone(),
            model: row.model.clone(),
            model_name: take.model_name.clone(),
            remote_id: row.remote_id.clone(),
            account: row.account.clone(),
            sent_at: row.sent_at,
            confirmed_at: Some(row.created_at),
            created_at: take.created_at,
            price: row.price,
            quote: row.quote.clone(),
            board: row.board.clone(),
            prompt: take.prompt.clone(),
            request_path: row.request_path.clone(),
            request_sha256: row.request_sha256.clone(),
            file: take.file.clone(),
            sha256: take.sha256.clone(),
            bytes: take.bytes,
            width: take.width,
            height: take.height,
            frames: take.frames,
            frame_rate_millis: take.frame_rate_millis,
            audio: take.audio,
            damaged: take.damaged,
        }
    }

    /// Writes it beside its clip.
    ///
    /// # Errors
    /// `library-full`, `library-read-only`, or what the system says.
    pub fn keep(&self, folder: &Folder) -> Result<(), StoreError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| StoreError::Unreadable { what: "take", reason: error.to_string() })?;
        let clip = folder.take(&self.file).ok_or(StoreError::Missing { what: "name for the clip" })?;
        folder.write_whole(&clip.with_extension("json"), &text)
    }

    /// What lies beside a clip that is there; nothing when that cannot be read or is of a newer form.
    #[must_use]
    pub fn beside(folder: &Folder, file: &str) -> Option<Self> {
        let clip = folder.take(file)?;
        read(&folder.takes(), &clip.with_extension("json")).ok().flatten()
    }

    /// The generation that the clip is of.
    #[must_use]
    pub const fn of_generation(&self) -> &GenerationId {
        &self.generation
    }

    /// The generation it tells of, finished.
    pub(crate) fn generation(&self) -> GenerationRow {
        let confirmed_at = self.confirmed_at.or(self.sent_at).unwrap_or(self.created_at);
        let mut row = GenerationRow::queued(crate::NewGeneration {
            id: self.generation.clone(),
            confirmation: self.confirmation.clone(),
            take_index: self.take_index,
            board: self.board.clone(),
            provider: self.provider.clone(),
            model: self.model.clone(),
            rehearsal: self.is_rehearsal(),
            quote: self.quote.clone(),
            now: confirmed_at,
        });
        row.price = self.price;
        self.finish(&mut row);
        row
    }

    /// Makes a generation that the database remembers from an earlier moment what its clip proves it is.
    pub(crate) fn finish(&self, row: &mut GenerationRow) {
        row.state = GenerationState::Done;
        row.state_since = self.created_at;
        (row.due_at, row.problem, row.evidence) = (None, None, None);
        row.attempts = 0;
        row.request_path = self.request_path.clone();
        row.request_sha256 = self.request_sha256.clone();
        row.account = self.account.clone();
        row.sent_at = self.sent_at;
        row.remote_id = self.remote_id.clone();
        row.progress = Some(100);
        row.take_id = Some(self.generation.0.clone());
    }

    /// The take it tells of.
    #[must_use]
    pub fn take(&self) -> TakeRow {
        let or_id = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
        TakeRow {
            number: 0,
            id: self.generation.0.clone(),
            generation: self.generation.clone(),
            board: BoardId(self.board.id.0.clone()),
            board_name: self.board.name.clone(),
            provider: self.provider.clone(),
            provider_name: or_id(&self.provider_name, &self.provider.0),
            model_name: or_id(&self.model_name, &self.model.0),
            rehearsal: self.is_rehearsal(),
            prompt: or_id(&self.prompt, &self.board.prompt),
            shots: u32::try_from(self.board.shots.len()).unwrap_or(u32::MAX),
            ratio: Ratio::of_size(self.width, self.height)
                .unwrap_or_else(|| self.board.result_ratio(true))
                .as_str()
                .to_owned(),
            width: self.width,
            height: self.height,
            frames: self.frames,
            frame_rate_millis: self.frame_rate_millis,
            audio: self.audio,
            bytes: self.bytes,
            price: self.price,
            created_at: self.created_at,
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            damaged: self.damaged,
            rating: 0,
            verdict: "none".to_owned(),
            trashed_at: None,
        }
    }

    fn is_rehearsal(&self) -> bool {
        self.provider.0 == ProviderId::REHEARSAL
    }
}

/// Everything that lies beside a clip that is there, oldest first. What cannot be read is passed over: the clip stays.
///
/// # Errors
/// When the folder of the takes cannot be read.
pub(crate) fn all(folder: &Folder) -> Result<Vec<Sidecar>, StoreError> {
    let mut found = Vec::new();
    for month in entries(&folder.takes())? {
        if !month.is_dir() {
            continue;
        }
        for path in entries(&month)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "json")) {
            match read(&folder.takes(), &path) {
                Ok(Some(sidecar)) => found.push(sidecar),
                Ok(None) => {}
                Err(error) => tracing::warn!(file = %path.display(), %error, "what lies beside a clip cannot be read"),
            }
        }
    }
    found.sort_by(|one, other| (one.created_at, &one.generation).cmp(&(other.created_at, &other.generation)));
    Ok(found)
}

fn read(takes: &Path, path: &Path) -> Result<Option<Sidecar>, StoreError> {
    let clip = path.with_extension("mp4");
    let relative = clip.strip_prefix(takes).ok().and_then(Path::to_str).map(|name| name.replace('\\', "/"));
    let (Some(file), true) = (relative, clip.is_file() && fs::metadata(path)?.len() <= LARGEST) else {
        return Ok(None);
    };
    let sidecar: Sidecar = crate::error::from_json("take", &fs::read_to_string(path)?)?;
    // The clip lies where it lies, whatever its name was once.
    Ok((sidecar.version <= VERSION).then_some(Sidecar { file, ..sidecar }))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => return Err(error.into()),
    };
    Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}
