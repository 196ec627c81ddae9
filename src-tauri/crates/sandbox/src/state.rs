//! What the sandbox remembers: tasks, uploads, faults, and the ledger of what was paid.

use crate::faults::{Fault, FaultKind, Target};
use serde::{Deserialize, Serialize};
use sixshot_domain::Ratio;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// How the sandbox behaves when nothing is wrong.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port; 0 for any that is free.
    pub port: u16,
    /// How long a task waits before it runs.
    pub waiting: Duration,
    /// How long a task runs.
    pub running: Duration,
    /// Lines of the clips' short side instead of the model's own, for speed.
    pub lines: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, waiting: Duration::from_millis(300), running: Duration::from_millis(1200), lines: None }
    }
}

/// One paid task that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// The dialect it came in.
    pub provider: String,
    /// The name it was given.
    pub task: String,
    /// What was asked.
    pub model: String,
    /// Millionths of a dollar.
    pub micro_dollars: i64,
    /// The last four letters of the key.
    pub key: String,
    /// The body, as it came.
    pub body: serde_json::Value,
}

/// What becomes of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    Clip(ClipOrder),
    Failure(String),
    Never,
}

/// Which clip a task makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClipOrder {
    pub seconds: u32,
    pub ratio: Ratio,
    pub lines: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub id: String,
    pub provider: &'static str,
    pub model: String,
    pub created_at: OffsetDateTime,
    pub since: Instant,
    pub fate: Fate,
    pub key: String,
    pub body: serde_json::Value,
    pub client_id: Option<String>,
    pub micro_dollars: i64,
    pub cancelled: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub ratio: Ratio,
}

#[derive(Default)]
pub(crate) struct Memory {
    pub tasks: Vec<Task>,
    pub uploads: HashMap<String, Upload>,
    pub faults: VecDeque<Fault>,
    pub ledger: Vec<LedgerLine>,
    pub requests: HashMap<String, u32>,
    pub arrivals: Vec<Arrival>,
    /// What came over the network to each dialect itself; its storage is another host in truth.
    pub traffic: HashMap<String, Traffic>,
    /// When each key that is held to a limit uploaded something.
    pub uploaded: HashMap<String, Vec<Instant>>,
    /// Keys that stand for another one: of the same account, or of nobody when their owners have taken them back.
    pub taken_for: HashMap<String, String>,
}

/// What came to a dialect over the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Connections that carried at least one request.
    pub connections: u32,
    /// Requests.
    pub requests: u32,
    /// Bytes of the answers' bodies, where their length is known before they are sent.
    pub bytes: u64,
}

/// One request that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Which kind.
    pub target: Target,
    /// When.
    pub at: Instant,
    /// Whether it met a fault that is more than a delay.
    pub met_fault: bool,
}

/// Everything the dialects share.
pub(crate) struct State {
    pub options: Options,
    pub origin: String,
    memory: Mutex<Memory>,
    pub clips: Arc<crate::clips::Clips>,
}

impl State {
    pub fn new(options: Options, origin: String, clips: Arc<crate::clips::Clips>) -> Self {
        Self { options, origin, memory: Mutex::default(), clips }
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next fault for a kind of request, used up by this call.
    pub fn fault(&self, target: Target) -> Option<FaultKind> {
        let mut memory = self.memory();
        *memory.requests.entry(format!("{target:?}").to_lowercase()).or_default() += 1;
        let index = memory.faults.iter().position(|fault| fault.target == target && fault.times > 0);
        let kind = index.and_then(|index| memory.faults.get(index)).map(|fault| &fault.kind);
        let met_fault = kind.is_some_and(|kind| !matches!(kind, FaultKind::Delay { .. }));
        memory.arrivals.push(Arrival { target, at: Instant::now(), met_fault });
        let index = index?;
        let fault = memory.faults.get_mut(index)?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        if fault.times == 0 {
            memory.faults.remove(index);
        }
        Some(kind)
    }

    /// Counts a request; `first` says that it is the first one of its connection to this dialect.
    pub fn count(&self, provider: &str, first: bool) {
        let mut memory = self.memory();
        let traffic = memory.traffic.entry(provider.to_owned()).or_default();
        traffic.requests += 1;
        traffic.connections += u32::from(first);
    }

    /// Counts the bytes of an answer.
    pub fn count_bytes(&self, provider: &str, bytes: u64) {
        self.memory().traffic.entry(provider.to_owned()).or_default().bytes += bytes;
    }

    /// Money a key has spent at a provider.
    pub fn spent(&self, provider: &str, key: &str) -> i64 {
        let ending = ending(key);
        self.memory()
            .ledger
            .iter()
            .filter(|line| line.provider == provider && line.key == ending)
            .map(|line| line.micro_dollars)
            .sum()
    }
}

/// The last four letters of a key: enough to tell keys apart in a ledger.
pub(crate) fn ending(key: &str) -> String {
    let start = key.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    key[start..].to_owned()
}
