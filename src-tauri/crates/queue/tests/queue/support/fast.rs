//! A queue against the sandbox by a clock that runs many times faster.

use super::HeldKeys;
use async_trait::async_trait;
use sixshot_domain::price::quote;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{BoardId, GenerationId, GenerationState, ProviderId, ShotId};
use sixshot_providers::{Catalogue, Registry};
use sixshot_queue::{Clock, Evidence, Limits, Queue, QueueParts};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use sixshot_store::{GenerationRow, Library, NewGeneration};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A clock that runs so many times faster, and counts how often it is looked at.
pub struct FastClock {
    origin: i64,
    pub began: Instant,
    pub times: u32,
    pub looks: AtomicU32,
    set: AtomicI64,
}

impl FastClock {
    pub fn new(times: u32) -> Arc<Self> {
        let origin = sixshot_queue::SystemClock.now();
        Arc::new(Self { origin, began: Instant::now(), times, looks: AtomicU32::new(0), set: AtomicI64::new(0) })
    }

    /// Sets the clock forward or back, as a person or a time server does.
    pub fn set(&self, millis: i64) {
        self.set.fetch_add(millis, Ordering::Relaxed);
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> i64 {
        self.looks.fetch_add(1, Ordering::Relaxed);
        // It begins with the world's: what the sandbox dates is then found in its lists.
        self.origin + self.set.load(Ordering::Relaxed) + self.passed()
    }

    fn passed(&self) -> i64 {
        let millis = self.began.elapsed().as_micros() * u128::from(self.times) / 1_000;
        i64::try_from(millis).expect("short")
    }

    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait / self.times).await;
    }
}

pub type OnChange = Box<dyn Fn(&GenerationRow) + Send>;

pub struct Bench {
    pub sandbox: Sandbox,
    pub library: Arc<Library>,
    pub queue: Arc<Queue>,
    pub clock: Arc<FastClock>,
    pub keys: Arc<HeldKeys>,
    /// Hears of every move while it is written down.
    pub on_change: Arc<Mutex<Option<OnChange>>>,
    pub provider: &'static str,
}

impl Bench {
    pub async fn new(home: &Path, provider: &'static str, times: u32) -> Self {
        let (waiting, running) = (Duration::from_millis(20), Duration::from_millis(40));
        Self::with(home, provider, times, Options { waiting, running, lines: Some(240), ..Options::default() }).await
    }

    pub async fn with(home: &Path, provider: &'static str, times: u32, options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.expect("a free port");
        let library = Arc::new(Library::open(home, 1, "library").expect("opens"));
        let catalogue = Arc::new(Catalogue::built_in().expect("the shipped catalogue"));
        let (registry, errors) = Registry::of(&catalogue, &|id| Some(sandbox.base_url(&id.0)));
        assert!(errors.is_empty());
        let clock = FastClock::new(times);
        let keys = HeldKeys::one();
        let on_change: Arc<Mutex<Option<OnChange>>> = Arc::default();
        let addresses = catalogue.providers.iter().map(|entry| (entry.id.clone(), sandbox.base_url(&entry.id.0)));
        let queue = Arc::new(Queue::new(QueueParts {
            library: Arc::clone(&library),
            addresses: addresses.collect(),
            catalogue,
            registry,
            keys: Arc::clone(&keys) as _,
            clock: Arc::clone(&clock) as _,
            changed: {
                let on_change = Arc::clone(&on_change);
                Arc::new(move |row| {
                    if let Some(hear) = &*on_change.lock().unwrap_or_else(PoisonError::into_inner) {
                        hear(row);
                    }
                })
            },
        }));
        queue.set_limits(HashMap::from([(provider.into(), Limits { concurrent: 100, per_minute: 10_000 })]));
        queue.recover().expect("recovered");
        Self { sandbox, library, queue, clock, keys, on_change, provider }
    }

    pub fn run(&self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(Arc::clone(&self.queue).run())
    }

    pub fn generation(&self, number: usize) -> GenerationRow {
        let catalogue = Catalogue::built_in().expect("the shipped catalogue");
        let id: ProviderId = self.provider.into();
        let entry = &catalogue.provider(&id).expect("an entry").models[0];
        let model = entry.profile.model.clone();
        let mut board = empty_board(BoardId("b".into()), ShotId("s".into()), "A board", self.provider, &model.0);
        board.prompt = "A red door opens".to_owned();
        let quote = quote(&board, &entry.profile, &entry.prices).expect("a price");
        GenerationRow::queued(NewGeneration {
            id: GenerationId(format!("g{number:02}")),
            confirmation: format!("press-{number}"),
            take_index: 0,
            board,
            provider: id,
            model,
            rehearsal: false,
            quote,
            now: self.clock.now(),
        })
    }

    pub fn in_state(&self, state: GenerationState) -> Vec<GenerationRow> {
        self.library.generations_in(state).expect("read")
    }

    pub async fn until(&self, what: &str, asked: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while !asked(self) {
            let states = GenerationState::ALL.map(|state| (state, self.in_state(state).len()));
            assert!(Instant::now() < deadline, "{what} never came: {states:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Buys so many that never end, and waits until all of them run.
    pub async fn buy(&self, count: usize) {
        self.fault(Target::Submit, FaultKind::NeverReady, u32::try_from(count).expect("few"));
        let rows: Vec<_> = (0..count).map(|number| self.generation(number)).collect();
        self.library.add_generations(&rows).expect("added");
        self.queue.wake();
        self.until("running", |bench| bench.in_state(GenerationState::Running).len() == count).await;
    }

    pub fn fault(&self, target: Target, kind: FaultKind, times: u32) {
        self.sandbox.add_fault(Fault { target, kind, times });
    }

    /// Requests in each of so many minutes of the clock, and connections that were made meanwhile.
    pub async fn minutes(&self, count: usize) -> (Vec<u32>, u32) {
        let before = self.sandbox.traffic(self.provider);
        let (mut requests, mut last) = (Vec::new(), before.requests);
        for _ in 0..count {
            self.clock.sleep(Duration::from_secs(60)).await;
            let now = self.sandbox.traffic(self.provider).requests;
            requests.push(now - last);
            last = now;
        }
        (requests, self.sandbox.traffic(self.provider).connections - before.connections)
    }
}

/// Confirms one, and tells which.
pub fn add(bench: &Bench, number: usize) -> GenerationId {
    let row = bench.generation(number);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    row.id
}

pub fn row(bench: &Bench, id: &GenerationId) -> GenerationRow {
    bench.library.generation(id).expect("there")
}

pub fn evidence(row: &GenerationRow) -> Evidence {
    Evidence::read(row.evidence.as_deref().unwrap_or_default())
}

pub async fn until_row(bench: &Bench, id: &GenerationId, what: &str, asked: impl Fn(&GenerationRow) -> bool) {
    bench.until(what, |bench| asked(&row(bench, id))).await;
}
