//! A studio in a folder of its own, with a desktop and a keychain that do as they are told.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]
#![allow(dead_code, reason = "each test file uses its part")]

use async_trait::async_trait;
use serde_json::{Value, json};
use sixshot_sandbox::{Options, Sandbox};
use sixshot_studio::desk::DeskError;
use sixshot_studio::{
    Clipboard, Clock, Closing, Desk, FileKind, Keychain, KeychainError, Opening, SecretString, Studio, StudioError,
    StudioParts, SystemClock,
};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Reads an environment variable.
type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

pub struct NoDesk;

#[async_trait]
impl Desk for NoDesk {
    async fn pick_picture(&self) -> Result<Option<PathBuf>, DeskError> {
        Ok(None)
    }

    async fn choose_destination(&self, _name: &str, _kind: FileKind) -> Result<Option<PathBuf>, DeskError> {
        Ok(None)
    }

    async fn clipboard(&self) -> Result<Clipboard, DeskError> {
        Ok(Clipboard::Nothing)
    }

    async fn reveal(&self, _path: &Path) -> Result<(), DeskError> {
        Err(DeskError("there is no file manager".to_owned()))
    }
}

/// A keychain that keeps, or one that is not there.
#[derive(Default)]
pub struct ToldKeychain {
    pub keys: Mutex<HashMap<String, SecretString>>,
    pub broken: Mutex<Option<KeychainError>>,
    /// Names whose keys it does not say.
    pub unread: Mutex<HashSet<String>>,
    /// Whether it keeps whoever brings a key waiting.
    pub held: Mutex<bool>,
    waiting: AtomicU64,
}

impl ToldKeychain {
    /// How many have been kept waiting.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    fn check(&self) -> Result<(), KeychainError> {
        self.broken.lock().expect("a word").clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl Keychain for ToldKeychain {
    async fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.check()?;
        if self.unread.lock().expect("names").contains(name) {
            return Err(KeychainError::Silent);
        }
        Ok(self.keys.lock().expect("keys").get(name).cloned())
    }

    async fn set(&self, name: &str, key: SecretString) -> Result<(), KeychainError> {
        self.check()?;
        while *self.held.lock().expect("a word") {
            self.waiting.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.keys.lock().expect("keys").insert(name.to_owned(), key);
        Ok(())
    }

    async fn remove(&self, name: &str) -> Result<(), KeychainError> {
        self.check()?;
        self.keys.lock().expect("keys").remove(name);
        Ok(())
    }
}

pub struct Bench {
    pub studio: Arc<Studio>,
    pub keychain: Arc<ToldKeychain>,
    pub events: Arc<Mutex<Vec<Value>>>,
    runner: tokio::task::JoinHandle<()>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.runner.abort();
    }
}

pub fn open(
    home: &Path,
    keychain: Arc<ToldKeychain>,
    events: Arc<Mutex<Vec<Value>>>,
) -> Result<Arc<Studio>, StudioError> {
    let environment = |name: &str| (name == "NO_SUCH_KEY").then(String::new);
    open_with(home, keychain, events, Arc::new(SystemClock), Arc::new(environment))
}

/// A studio with a clock and an environment of the test's own.
pub fn open_with(
    home: &Path,
    keychain: Arc<ToldKeychain>,
    events: Arc<Mutex<Vec<Value>>>,
    clock: Arc<dyn Clock>,
    environment: Environment,
) -> Result<Arc<Studio>, StudioError> {
    Studio::open(parts(home, keychain, events, clock, environment))
}

/// What a studio of a test is made of.
pub fn parts(
    home: &Path,
    keychain: Arc<ToldKeychain>,
    events: Arc<Mutex<Vec<Value>>>,
    clock: Arc<dyn Clock>,
    environment: Environment,
) -> StudioParts {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let heard = events;
    StudioParts {
        library: home.to_path_buf(),
        desk: Arc::new(NoDesk),
        keychain,
        environment,
        clock,
        new_id: Arc::new(|| format!("{:08x}-{:012}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))),
        listener: Box::new(move |batch| {
            heard.lock().expect("events").push(serde_json::to_value(batch).expect("an event"));
        }),
        media_base: "http://127.0.0.1:1/token".to_owned(),
    }
}

impl Bench {
    pub fn new(home: &Path) -> Self {
        Self::opened_as(home, Arc::new(SystemClock), &Opening::default()).expect("opens")
    }

    /// A studio that is opened in a way of its own.
    pub fn opened_as(home: &Path, clock: Arc<dyn Clock>, opening: &Opening) -> Result<Self, StudioError> {
        Self::opened_in(home, clock, opening, ("NO_SUCH_KEY", ""))
    }

    /// The same, in an environment that holds one variable.
    pub fn opened_in(
        home: &Path,
        clock: Arc<dyn Clock>,
        opening: &Opening,
        (variable, value): (&'static str, &'static str),
    ) -> Result<Self, StudioError> {
        let (keychain, events) = (Arc::new(ToldKeychain::default()), Arc::new(Mutex::default()));
        let environment = move |name: &str| (name == variable).then(|| value.to_owned());
        let parts = parts(home, Arc::clone(&keychain), Arc::clone(&events), clock, Arc::new(environment));
        let studio = Studio::open_as(parts, opening)?;
        let runner = tokio::spawn(Arc::clone(&studio).run());
        Ok(Self { studio, keychain, events, runner })
    }

    /// A studio that buys from a sandbox, with a key.
    pub async fn with_sandbox(home: &Path) -> (Self, Sandbox) {
        let bench = Self::new(home);
        let sandbox = bench.use_sandbox().await;
        (bench, sandbox)
    }

    /// Buys from a sandbox from now on, with a key.
    pub async fn use_sandbox(&self) -> Sandbox {
        let options = Options {
            waiting: Duration::from_millis(50),
            running: Duration::from_millis(150),
            lines: Some(240),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.expect("a port");
        let mut settings = self.call("start", json!({})).await["settings"].clone();
        settings["base_urls"] = json!({ "wavespeed": sandbox.base_url("wavespeed") });
        self.call("save_settings", json!({ "settings": settings })).await;
        let key = json!({ "provider": "wavespeed", "key": "sandbox-key-canary-7f3a", "session_only": false });
        self.call("set_key", key).await;
        sandbox
    }

    /// Ends this run of the program, so that the library can be opened again.
    pub async fn close(mut self) {
        self.runner.abort();
        let stopped = (&mut self.runner).await;
        assert!(stopped.is_err_and(|error| error.is_cancelled()), "the queue runs until it is stopped");
        let deadline = Instant::now() + Duration::from_secs(10);
        while Arc::strong_count(&self.studio) > 1 {
            assert!(Instant::now() < deadline, "something still holds the studio");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets go of the library without waiting for anybody.
    pub fn let_go(self) -> Closing {
        self.runner.abort();
        Arc::clone(&self.studio).close()
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Value {
        self.studio.call(name, arguments).await.unwrap_or_else(|error| panic!("{name}: {}: {error}", error.code()))
    }

    /// The code of a refusal.
    pub async fn refused(&self, name: &str, arguments: Value) -> String {
        match self.studio.call(name, arguments).await {
            Ok(answer) => panic!("{name} was not refused: {answer}"),
            Err(error) => error.code().to_owned(),
        }
    }

    /// Waits for a generation; at most two minutes.
    pub async fn until(&self, id: &str, asked: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let start = self.call("start", json!({})).await;
            let found = start["generations"].as_array().expect("a list").iter().find(|row| row["id"] == id).cloned();
            if let Some(found) = found.clone().filter(|row| asked(row)) {
                return found;
            }
            assert!(Instant::now() < deadline, "still {found:?} of {}", start["generations"]);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
