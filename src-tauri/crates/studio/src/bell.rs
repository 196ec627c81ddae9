//! Events for the window: collected for a moment, numbered, sent as one.

use crate::contract::{Batch, Change};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Between two batches: ten a second at most.
const PAUSE: Duration = Duration::from_millis(100);

/// Collects changes and hands them on in numbered batches.
#[derive(Clone)]
pub struct Bell {
    shared: Arc<Shared>,
}

struct Shared {
    waiting: Mutex<Vec<Change>>,
    sequence: AtomicU32,
    rung: Notify,
    listener: Box<dyn Fn(&Batch) + Send + Sync>,
}

impl Bell {
    /// Sends batches to a listener. Nothing is sent before `run`.
    #[must_use]
    pub fn new(listener: Box<dyn Fn(&Batch) + Send + Sync>) -> Self {
        Self {
            shared: Arc::new(Shared {
                waiting: Mutex::default(),
                sequence: AtomicU32::new(0),
                rung: Notify::new(),
                listener,
            }),
        }
    }

    /// Adds a change. A newer state of the same generation or take replaces the older one.
    pub fn ring(&self, change: Change) {
        let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(name) = name_of(&change) {
            waiting.retain(|other| name_of(other).as_ref() != Some(&name));
        }
        waiting.push(change);
        drop(waiting);
        self.shared.rung.notify_one();
    }

    /// The number of the last batch that was sent.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        self.shared.sequence.load(Ordering::SeqCst)
    }

    /// Sends batches until the future is dropped.
    pub async fn run(self) {
        loop {
            self.shared.rung.notified().await;
            self.flush();
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends what is waiting.
    pub fn flush(&self) {
        let changes = self.take();
        if !changes.is_empty() {
            self.send(changes);
        }
    }

    /// Sends what is waiting, and a batch also if nothing is: whoever asked `start` before listening sees by its number
    /// whether one was missed in between.
    pub fn send_number(&self) {
        self.send(self.take());
    }

    fn take(&self) -> Vec<Change> {
        std::mem::take(&mut *self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn send(&self, changes: Vec<Change>) {
        let sequence = self.shared.sequence.fetch_add(1, Ordering::SeqCst) + 1;
        (self.shared.listener)(&Batch { sequence, changes });
    }
}

fn name_of(change: &Change) -> Option<(u8, String)> {
    match change {
        Change::Generation { generation } => Some((0, generation.id.0.clone())),
        Change::Take { take } => Some((1, take.id.clone())),
        Change::Board { board } => Some((2, board.id.0.clone())),
        Change::Spending { .. } => Some((3, String::new())),
        Change::Key { key } => Some((4, key.provider.0.clone())),
        _ => None,
    }
}
