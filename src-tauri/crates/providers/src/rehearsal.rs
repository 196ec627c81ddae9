//! The rehearsal as a provider: free, local, and gone when the program ends, which costs nothing to repeat.

use crate::error::ProviderError;
use crate::provider::{
    Account, Composed, Composition, LostRequest, Output, Provider, RemoteFailure, RemoteState, RemoteTask,
    SubmitAnswer, UploadedFrame,
};
use async_trait::async_trait;
use secrecy::SecretString;
use sixshot_domain::{Board, ImageFormat, MicroDollars, ProviderId};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Whoever can draw a board. Rendering belongs to `media`, which this crate does not know.
pub trait Renderer: Send + Sync {
    /// Draws the board into a new file and returns when it is whole.
    ///
    /// # Errors
    /// A stable code and words; the file is then gone.
    fn render(&self, board: &Board, lines: u32, out: &Path, progress: &Progress) -> Result<(), RemoteFailure>;
}

/// How far a rendering is, and whether anybody still wants it.
#[derive(Debug, Default)]
pub struct Progress {
    hundredths: AtomicU32,
    cancelled: AtomicBool,
}

impl Progress {
    /// Says how many of how many frames are drawn.
    pub fn report(&self, done: u32, total: u32) {
        let hundredths = u64::from(done) * 100 / u64::from(total.max(1));
        self.hundredths.store(u32::try_from(hundredths).unwrap_or(100), Ordering::Relaxed);
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

enum Task {
    Running(Arc<Progress>),
    Ended(Result<PathBuf, RemoteFailure>),
}

/// The adapter.
pub struct Rehearsal {
    id: ProviderId,
    renderer: Arc<dyn Renderer>,
    folder: PathBuf,
    tasks: Arc<Mutex<HashMap<String, Task>>>,
    next: AtomicU64,
    /// Told whenever a rendering ends.
    ended: Arc<dyn Fn() + Send + Sync>,
}

impl Rehearsal {
    /// Renders into `folder`, which is emptied by its owner at start. `ended` is called whenever a rendering ends.
    #[must_use]
    pub fn new(renderer: Arc<dyn Renderer>, folder: PathBuf, ended: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self {
            id: ProviderId::from(ProviderId::REHEARSAL),
            renderer,
            folder,
            tasks: Arc::default(),
            next: AtomicU64::new(1),
            ended,
        }
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, HashMap<String, Task>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Provider for Rehearsal {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let body = serde_json::to_string(composition.board)
            .map_err(|error| ProviderError::Protocol { reason: error.to_string() })?;
        Ok(Composed { path: composition.profile.lines.to_string(), body })
    }

    async fn upload(
        &self,
        _key: &SecretString,
        _name: &str,
        _format: ImageFormat,
        _bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn submit(&self, _key: &SecretString, request: &Composed) -> SubmitAnswer {
        let wrong = |reason: &str| SubmitAnswer::Rejected(ProviderError::Rejected { reason: reason.to_owned() });
        let Ok(board) = serde_json::from_str::<Board>(&request.body) else { return wrong("not a board") };
        let Ok(lines) = request.path.parse::<u32>() else { return wrong("not a size") };
        let remote_id = format!("{}-{}", std::process::id(), self.next.fetch_add(1, Ordering::Relaxed));
        let out = self.folder.join(format!("rehearsal-{remote_id}.mp4"));
        let progress = Arc::new(Progress::default());
        self.tasks().insert(remote_id.clone(), Task::Running(Arc::clone(&progress)));
        let (renderer, tasks, ended) = (Arc::clone(&self.renderer), Arc::clone(&self.tasks), Arc::clone(&self.ended));
        let name = remote_id.clone();
        let spawned = std::thread::Builder::new().name("rehearsal".to_owned()).spawn(move || {
            // A picture that breaks the renderer must not leave a rehearsal behind that never ends.
            let drawn = std::panic::catch_unwind(AssertUnwindSafe(|| renderer.render(&board, lines, &out, &progress)));
            let broken = RemoteFailure { code: "rehearsal-broken", reason: "The renderer stopped.".to_owned() };
            let result = drawn.unwrap_or(Err(broken)).map(|()| out);
            tasks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Task::Ended(result));
            ended();
        });
        match spawned {
            Ok(_) => SubmitAnswer::Accepted { remote_id, raw: String::new() },
            Err(error) => {
                self.tasks().remove(&remote_id);
                SubmitAnswer::NeverSent(ProviderError::Unavailable { reason: error.to_string(), retry_after: None })
            }
        }
    }

    async fn poll(&self, _key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        match self.tasks().get(remote_id) {
            Some(Task::Running(progress)) => {
                Ok(RemoteState::Running { progress: Some(progress.hundredths.load(Ordering::Relaxed)) })
            }
            Some(Task::Ended(Ok(path))) => {
                Ok(RemoteState::Succeeded { output: Output::File(path.clone()), bill: None })
            }
            Some(Task::Ended(Err(failure))) => Ok(RemoteState::Failed(failure.clone())),
            None => Err(ProviderError::NotFound { reason: "the program was closed meanwhile".to_owned() }),
        }
    }

    async fn look_up(&self, _key: &SecretString, _request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        // Nothing outlives the program here, so after a lost answer there is nothing to find.
        Ok(Vec::new())
    }

    async fn cancel(&self, _key: &SecretString, remote_id: &str) -> Result<(), ProviderError> {
        match self.tasks().get(remote_id) {
            Some(Task::Running(progress)) => {
                progress.cancelled.store(true, Ordering::Relaxed);
                Ok(())
            }
            Some(Task::Ended(_)) => Ok(()),
            None => Err(ProviderError::NotFound { reason: "no such rehearsal".to_owned() }),
        }
    }

    async fn account(&self, _key: &SecretString) -> Result<Account, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Ok(MicroDollars::ZERO)
    }
}
