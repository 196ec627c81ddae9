//! A queue against the sandbox, in a folder of its own.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

pub mod fast;

use async_trait::async_trait;
use sixshot_domain::price::quote;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{BoardId, GenerationId, MicroDollars, ProviderId, ShotId};
use sixshot_providers::{Catalogue, Registry, SecretString};
use sixshot_queue::{AccountKeys, KeyProblem, Keys, Queue, QueueParts, SystemClock};
use sixshot_sandbox::{Options, Sandbox};
use sixshot_store::{GenerationRow, Library, NewGeneration};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub fn generation(id: &str, rehearsal: bool) -> GenerationRow {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let (provider, model) = if rehearsal { ("rehearsal", "animatic") } else { ("wavespeed", "kling-3.0-std") };
    let mut board = empty_board(BoardId("b".into()), ShotId("s".into()), "A board", "wavespeed", "kling-3.0-std");
    board.prompt = "A red door opens".to_owned();
    let entry = catalogue.model(&provider.into(), &model.into()).expect("known");
    let quote = quote(&board, &entry.profile, &entry.prices).expect("a price");
    GenerationRow::queued(NewGeneration {
        id: GenerationId(id.to_owned()),
        confirmation: format!("press-{id}"),
        take_index: 0,
        board,
        provider: provider.into(),
        model: model.into(),
        rehearsal,
        quote,
        now: 1,
    })
}

/// The keys of every provider.
pub struct HeldKeys {
    in_use: Mutex<Option<String>>,
    others: Mutex<Vec<String>>,
    /// Whether the keychain does not say what the key of another account is.
    pub locked: AtomicBool,
}

impl HeldKeys {
    pub fn one() -> Arc<Self> {
        let in_use = Mutex::new(Some("sandbox-key-0123456789".to_owned()));
        Arc::new(Self { in_use, others: Mutex::default(), locked: AtomicBool::new(false) })
    }

    pub fn use_only(&self, key: Option<&str>) {
        self.hold(key, &[]);
    }

    pub fn hold(&self, in_use: Option<&str>, others: &[&str]) {
        *self.in_use.lock().expect("a key") = in_use.map(str::to_owned);
        *self.others.lock().expect("keys") = others.iter().map(|&key| key.to_owned()).collect();
    }
}

#[async_trait]
impl Keys for HeldKeys {
    async fn key(&self, _provider: &ProviderId) -> Result<SecretString, KeyProblem> {
        let key = self.in_use.lock().expect("a key").clone();
        key.map(SecretString::from).ok_or(KeyProblem::Missing)
    }

    async fn keys(&self, provider: &ProviderId) -> AccountKeys {
        let others = self.others.lock().expect("keys").iter().cloned().map(SecretString::from).collect();
        let locked = || KeyProblem::Keychain { reason: "it is locked".to_owned() };
        let unread = self.locked.load(Ordering::Relaxed).then(locked);
        AccountKeys { in_use: self.key(provider).await, others, unread }
    }
}

pub struct Bench {
    pub sandbox: Sandbox,
    pub library: Arc<Library>,
    pub queue: Arc<Queue>,
    pub keys: Arc<HeldKeys>,
    runner: Runner,
}

/// Runs the queue until it is dropped.
struct Runner(tokio::task::JoinHandle<()>);

impl Drop for Runner {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub async fn sandbox() -> Sandbox {
    let (waiting, running) = (Duration::from_millis(50), Duration::from_millis(200));
    Sandbox::start(Options { waiting, running, lines: Some(240), ..Options::default() }).await.expect("a free port")
}

impl Bench {
    pub async fn new(home: &Path) -> Self {
        Self::with(home, sandbox().await)
    }

    pub fn with(home: &Path, sandbox: Sandbox) -> Self {
        let library = Arc::new(Library::open(home, 1, "library").expect("opens"));
        let catalogue = Arc::new(Catalogue::built_in().expect("the shipped catalogue"));
        let base = sandbox.base_url("wavespeed");
        let (registry, errors) = Registry::of(&catalogue, &|_| Some(base.clone()));
        assert!(errors.is_empty());
        let keys = HeldKeys::one();
        let queue = Arc::new(Queue::new(QueueParts {
            library: Arc::clone(&library),
            catalogue,
            registry,
            keys: Arc::clone(&keys) as _,
            clock: Arc::new(SystemClock),
            changed: Arc::new(|_| {}),
            addresses: HashMap::from([("wavespeed".into(), sandbox.base_url("wavespeed"))]),
        }));
        queue.recover().expect("recovered");
        let runner = Runner(tokio::spawn(Arc::clone(&queue).run()));
        Self { sandbox, library, queue, keys, runner }
    }

    /// Ends this run, so that the library can be opened again. What the provider knows stays.
    pub async fn close(self) -> Sandbox {
        let Self { sandbox, library, queue, keys: _, runner } = self;
        drop((runner, queue));
        let deadline = Instant::now() + Duration::from_secs(10);
        while Arc::strong_count(&library) > 1 {
            assert!(Instant::now() < deadline, "something still holds the library");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sandbox
    }

    pub fn add(&self, id: &str) {
        self.library.add_generations(&[generation(id, false)]).expect("added");
        self.queue.wake();
    }

    pub fn row(&self, id: &str) -> GenerationRow {
        self.library.generation(&GenerationId(id.to_owned())).expect("there")
    }

    /// Waits until a generation is as asked; says how it is when that takes more than a minute.
    pub async fn until(&self, id: &str, mut asked: impl FnMut(&GenerationRow) -> bool) -> GenerationRow {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let row = self.row(id);
            if asked(&row) {
                return row;
            }
            let history = || self.library.history(&row.id);
            assert!(Instant::now() < deadline, "still {:?} {:?}: {:?}", row.state, row.problem, history());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn spent(&self) -> MicroDollars {
        self.library.spent(0).expect("a ledger")
    }
}
