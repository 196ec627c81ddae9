//! The driver: takes the rows that are due and lets what happens to them happen.
//!
//! Waiting is a row with a time, never a task that sleeps, so that a restart, a suspend or a jump of the clock finds
//! every generation where it was. Downloads go before polls, and polls before purchases: links end, boards do not.

use crate::address;
use crate::limits::{Limits, Turn as BuyersTurn};
use crate::machine::{Happening, NotNow};
use crate::policy;
use crate::polling::Hosts;
use crate::ports::{Clock, KeyProblem, Keys};
use crate::room::{Disk, SystemDisk};
use crate::turns::Gates;
use fail::fail_point;
use futures_util::FutureExt;
use sixshot_domain::{GenerationId, GenerationState, ProviderId};
use sixshot_providers::{Catalogue, LookUp, ProviderError, Registry};
use sixshot_store::{GenerationRow, Library, StoreError};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Clips fetched at the same time: after a long sleep of the machine many links are due at once, and a line that all
/// of them share brings the first one in late.
const DOWNLOADS_AT_ONCE: usize = 4;
/// Longest sleep with something in the queue: a jump of the clock is noticed within it.
const NAP: Duration = Duration::from_secs(20);
/// Polls in a row that must say "no such task" before a paid task is believed to be gone.
pub(crate) const GONE_AFTER: u32 = 8;

/// Why the queue could not do it.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The library.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It does not fit the state.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// The provider.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyProblem),
    /// It was sent with another key or address than are in use now, and is not known there.
    #[error("The account that is asked now does not know it")]
    OtherAccount,
}

/// What the queue is made of.
pub struct QueueParts {
    /// Where everything is kept.
    pub library: Arc<Library>,
    /// Models, limits and prices.
    pub catalogue: Arc<Catalogue>,
    /// The adapters.
    pub registry: Registry,
    /// The keys.
    pub keys: Arc<dyn Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Told of every move.
    pub changed: Arc<dyn Fn(&GenerationRow) + Send + Sync>,
    /// A person's own addresses of providers: a gateway, a proxy, a test.
    pub addresses: HashMap<ProviderId, String>,
}

/// The right to buy.
pub(crate) type PurchaseTurn = Arc<tokio::sync::Mutex<()>>;

/// The queue of generations.
pub struct Queue {
    library: Arc<Library>,
    catalogue: Arc<Catalogue>,
    pub(crate) registry: RwLock<(Registry, HashMap<ProviderId, String>)>,
    pub(crate) keys: Arc<dyn Keys>,
    clock: Arc<dyn Clock>,
    pub(crate) disk: Arc<dyn Disk>,
    changed: Arc<dyn Fn(&GenerationRow) + Send + Sync>,
    wake: Notify,
    /// Generations that a task is busy with.
    busy: Mutex<HashSet<GenerationId>>,
    /// The program is about to end: nothing is taken up any more.
    resting: AtomicBool,
    /// Purchases that are past the last look at `resting`.
    pub(crate) buying: AtomicUsize,
    /// Steps in a row that could not be written down.
    failures: Mutex<HashMap<GenerationId, u32>>,
    /// When this run sent purchases to each provider, by the time that passes.
    pub(crate) sent: Mutex<HashMap<ProviderId, Vec<i64>>>,
    /// When each lost request was last looked for with an answer, by the time that passes.
    pub(crate) looks: Mutex<HashMap<GenerationId, i64>>,
    /// Downloads in a row that brought nothing.
    pub(crate) breaks: Mutex<HashMap<GenerationId, u32>>,
    /// What is known of each provider's patience.
    pub(crate) gates: Mutex<Gates>,
    /// A person's own figures of how much a provider takes.
    pub(crate) own_limits: Mutex<HashMap<ProviderId, Limits>>,
    /// What is known of each host that is asked where generations stand.
    pub(crate) hosts: Mutex<Hosts>,
    /// Where the next random number comes from.
    pub(crate) dice: AtomicU64,
    /// One for each request path of each provider: whoever holds it is the only one buying there.
    turns: Mutex<HashMap<(ProviderId, String), PurchaseTurn>>,
}

impl Queue {
    /// Makes the queue; nothing runs yet.
    #[must_use]
    pub fn new(parts: QueueParts) -> Self {
        Self {
            library: parts.library,
            catalogue: parts.catalogue,
            registry: RwLock::new((parts.registry, parts.addresses)),
            keys: parts.keys,
            clock: parts.clock,
            disk: Arc::new(SystemDisk),
            changed: parts.changed,
            wake: Notify::new(),
            busy: Mutex::default(),
            resting: AtomicBool::new(false),
            buying: AtomicUsize::new(0),
            failures: Mutex::default(),
            sent: Mutex::default(),
            looks: Mutex::default(),
            breaks: Mutex::default(),
            gates: Mutex::default(),
            own_limits: Mutex::default(),
            hosts: Mutex::default(),
            dice: AtomicU64::new(RandomState::new().build_hasher().finish()),
            turns: Mutex::default(),
        }
    }

    /// Asks somebody else how much of the disk is free.
    #[must_use]
    pub fn with_disk(self, disk: Arc<dyn Disk>) -> Self {
        Self { disk, ..self }
    }

    /// Finds every generation as an ended run left it. Called once, before `run`.
    ///
    /// # Errors
    /// When the library cannot be read or written.
    pub fn recover(&self) -> Result<(), QueueError> {
        self.read_gates()?;
        let restored = self.restored()?;
        let mut wanted = Vec::new();
        for state in GenerationState::ALL.into_iter().filter(|state| !state.is_final()) {
            for row in self.library.generations_in(state)? {
                if let Some(sixshot_providers::Output::File(path)) =
                    row.output.as_deref().and_then(crate::machine::read_output)
                {
                    wanted.push(path);
                }
                // What has come of a clip is gone on with.
                let part = self.library.folder().parts().join(format!("{}.mp4.part", row.id.0));
                wanted.push(crate::part::record_file(&part));
                wanted.push(part);
                self.make(&row, self.found_at_start(&row, &restored)?)?;
                fail_point!("queue-recovering");
            }
        }
        self.settle(&restored)?;
        self.library.folder().clear_parts(&wanted)?;
        Ok(())
    }

    /// Runs until the future is dropped.
    pub async fn run(self: Arc<Self>) {
        let mut tasks = JoinSet::new();
        loop {
            let woken = self.wake.notified();
            let nap = match self.start_due(&mut tasks) {
                Ok(nap) => nap,
                Err(error) => {
                    tracing::error!(%error, "the queue cannot read the library");
                    Some(Duration::from_secs(2))
                }
            };
            let idle = tasks.is_empty();
            tokio::select! {
                () = woken => {}
                Some(_) = tasks.join_next(), if !idle => {}
                // With nothing due at all there is no wake-up until somebody calls.
                () = async { match nap { Some(nap) => self.clock.sleep(nap).await, None => std::future::pending().await } } => {}
            }
        }
    }

    /// Says that something may be due now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Takes nothing up from now on. What is on its way goes on, and waits for its answer.
    pub fn rest(&self) {
        self.resting.store(true, Ordering::SeqCst);
    }

    /// Whether a purchase is on its way, or cannot be held back any more: its row may not say so yet.
    #[must_use]
    pub fn is_buying(&self) -> bool {
        self.buying.load(Ordering::SeqCst) > 0
    }

    /// Whether nothing is taken up any more.
    pub(crate) fn is_resting(&self) -> bool {
        self.resting.load(Ordering::SeqCst)
    }

    /// Starts a task for everything that is due and may start, and tells how long to sleep.
    fn start_due(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<Option<Duration>, QueueError> {
        if self.is_resting() {
            return Ok(None);
        }
        let now = self.now();
        let mut due = self.library.due_generations(now)?;
        due.sort_by_cached_key(|row| (urgency(row.state), self.last_fetched_at(row), row.due_at, row.id.clone()));
        let mut under_way = self.under_way()?;
        // Providers are asked host by host, not generation by generation.
        let (asked, due): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|row| row.state == GenerationState::Running && !row.rehearsal);
        let asked: Vec<_> = asked.into_iter().filter(|row| !self.is_busy(&row.id)).collect();
        let mut soonest = self.start_questions(&asked, tasks);
        let mut downloads = due.iter().filter(|row| is_download(row) && self.is_busy(&row.id)).count();
        for row in due {
            let waits_for_turn = matches!(row.state, GenerationState::Queued | GenerationState::Preparing);
            if waits_for_turn {
                let of = under_way.entry(row.provider.clone()).or_default();
                match self.turn(&row.provider, of) {
                    BuyersTurn::Now => {}
                    BuyersTurn::At(at) => {
                        soonest = Some(soonest.map_or(at, |known| known.min(at)));
                        continue;
                    }
                    BuyersTurn::WhenFree | BuyersTurn::OnWord => continue,
                }
            }
            // The end of one wakes the queue.
            if is_download(&row) && downloads >= DOWNLOADS_AT_ONCE {
                continue;
            }
            if let Some(at) = self.may_be_fetched_at(&row, now) {
                soonest = Some(soonest.map_or(at, |known| known.min(at)));
                continue;
            }
            if !self.busy().insert(row.id.clone()) {
                continue;
            }
            downloads += usize::from(is_download(&row));
            if waits_for_turn {
                let of = under_way.entry(row.provider.clone()).or_default();
                (of.held, of.reserved) = (of.held + 1, of.reserved + 1);
            }
            let queue = Arc::clone(self);
            tasks.spawn(async move {
                // Given back also when a step panics: a row nobody works on must not look busy.
                let held = Held { queue: Arc::clone(&queue), id: row.id.clone() };
                let error = match AssertUnwindSafe(queue.act(row)).catch_unwind().await {
                    Ok(Ok(())) => return queue.forgive(&held.id),
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => "it panicked".to_owned(),
                };
                tracing::error!(generation = %held.id.0, error, "a step of the queue did not work");
                queue.lose_if_sent(&held.id).await;
                // What cannot be written is due at once; without a pause it would be tried without an end.
                let pause = pause_after(queue.blame(&held.id));
                queue.clock.sleep(pause).await;
            });
        }
        let next = self.library.generations_due_after(now)?;
        let next = soonest.into_iter().chain(next).min();
        Ok(next.map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or(0)).min(NAP)))
    }

    /// Counts a step that did not work and tells how many did not before.
    fn blame(&self, id: &GenerationId) -> u32 {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(id.clone()).or_default();
        *count += 1;
        *count - 1
    }

    fn forgive(&self, id: &GenerationId) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// A step that broke off in the middle of a purchase has lost its answer: nobody else waits for it.
    async fn lose_if_sent(&self, id: &GenerationId) {
        let reason = "a part of the program stopped before the answer came".to_owned();
        let lost = match self.library.generation(id) {
            Ok(row) if row.state == GenerationState::Submitting => {
                self.make_surely(&row, &Happening::AnswerLost { reason }).await
            }
            row => row.map(|_| ()).map_err(QueueError::from),
        };
        if let Err(error) = lost {
            // The next start takes it for lost, too.
            tracing::error!(generation = %id.0, %error, "how a broken step left its generation cannot be read");
        }
    }

    async fn act(&self, row: GenerationRow) -> Result<(), QueueError> {
        // The row may be older than a move that was made since.
        let row = self.library.generation(&row.id)?;
        match row.state {
            GenerationState::Queued | GenerationState::Preparing => self.prepare(row).await,
            GenerationState::Running => self.poll(row).await,
            GenerationState::Downloading => self.download(row).await,
            GenerationState::Unknown => self.look_in_turn(&row).await,
            _ => Ok(()),
        }
    }

    /// Uses other addresses for the providers from now on.
    pub fn set_registry(&self, registry: Registry, addresses: HashMap<ProviderId, String>) {
        *self.registry.write().unwrap_or_else(PoisonError::into_inner) = (registry, addresses);
        self.wake();
    }

    pub(crate) fn tell(&self, row: &GenerationRow) {
        (self.changed)(row);
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    pub(crate) fn passed(&self) -> i64 {
        self.clock.passed()
    }

    pub(crate) async fn sleep(&self, wait: Duration) {
        self.clock.sleep(wait).await;
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// How a lost request can be found at a provider.
    pub(crate) fn looks_up(&self, id: &ProviderId) -> LookUp {
        self.catalogue.provider(id).map_or(LookUp::Never, |entry| entry.looks_up)
    }

    pub(crate) fn purchase_turn(&self, provider: &ProviderId, path: &str) -> PurchaseTurn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry((provider.clone(), without_query(path).to_owned())).or_default())
    }

    pub(crate) fn is_busy(&self, id: &GenerationId) -> bool {
        self.busy().contains(id)
    }

    fn busy(&self) -> MutexGuard<'_, HashSet<GenerationId>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A generation that a task works on.
struct Held {
    queue: Arc<Queue>,
    id: GenerationId,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.queue.busy().remove(&self.id);
        self.queue.wake();
    }
}

pub(crate) fn pause_after(failures: u32) -> Duration {
    Duration::from_millis(u64::try_from(policy::retry_delay(failures)).unwrap_or(1_000))
}

fn is_download(row: &GenerationRow) -> bool {
    row.state == GenerationState::Downloading && !row.rehearsal
}

fn urgency(state: GenerationState) -> u8 {
    match state {
        GenerationState::Downloading => 0,
        GenerationState::Running => 1,
        GenerationState::Unknown => 2,
        _ => 3,
    }
}

/// The part of a request path that says what is asked. What follows can differ between requests of one kind.
pub(crate) fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// Whether an end is one that providers give the money of back: a clip that was made and is missing is none.
#[must_use]
pub fn was_failure(code: &str) -> bool {
    !matches!(code, "generation-without-clip" | "generation-deleted-there")
}

/// Whether a provider's address is on this machine.
#[must_use]
pub fn is_local(base_url: &str) -> bool {
    url::Url::parse(base_url).is_ok_and(|url| sixshot_providers::http::is_this_machine(&url))
        && address::check(base_url, true).is_ok()
}
