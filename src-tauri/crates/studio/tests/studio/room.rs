//! A disk that is nearly full: nothing is paid for a clip that could not be kept.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_queue::{Clock, SystemClock};
use sixshot_sandbox::{Fault, FaultKind, Target};
use sixshot_studio::{Disk, Opening};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const MEGABYTE: u64 = 1_000_000;
const PLENTY: u64 = 100_000 * MEGABYTE;

/// A disk with as much room as it was told, after the answers it was told to give first.
struct ToldDisk {
    first: Mutex<Vec<u64>>,
    free: AtomicU64,
}

impl Disk for ToldDisk {
    fn free(&self, _folder: &Path) -> io::Result<u64> {
        let first = self.first.lock().expect("answers").pop();
        match first.unwrap_or_else(|| self.free.load(Ordering::SeqCst)) {
            u64::MAX => Err(io::Error::other("the disk does not say")),
            free => Ok(free),
        }
    }
}

/// The system's clock, put forward.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> i64 {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }
}

fn disk(free: u64) -> (Arc<ToldDisk>, Opening) {
    let disk = Arc::new(ToldDisk { first: Mutex::default(), free: AtomicU64::new(free) });
    (Arc::clone(&disk), Opening { disk, ..Opening::default() })
}

async fn board(bench: &Bench) -> Value {
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    board
}

#[tokio::test]
async fn too_little_room_is_said_before_anything_is_written() {
    let home = tempfile::tempdir().expect("a folder");
    let (disk, opening) = disk(429 * MEGABYTE);
    let bench = Bench::opened_as(home.path(), Arc::new(SystemClock), &opening).expect("opens");
    let sandbox = bench.use_sandbox().await;
    let board = board(&bench).await;
    let press = json!({ "board": board, "confirmation": "p", "shown": 252_000 });
    let error = bench.studio.call("generate", press.clone()).await.expect_err("refused");
    let problem = error.problem();
    assert_eq!((problem.code.as_str(), problem.retryable), ("library-full", true));
    assert!(problem.message.contains("429 MB") && problem.message.contains("430 MB"), "{}", problem.message);
    assert!(problem.hint.contains("Nothing was bought"), "{}", problem.hint);
    let start = bench.call("start", json!({})).await;
    assert_eq!(start["generations"], json!([]));
    assert_eq!((sandbox.requests("submit"), sandbox.requests("upload")), (0, 0));
    // The very same press works once there is room.
    disk.free.store(430 * MEGABYTE, Ordering::SeqCst);
    let row = bench.call("generate", press).await;
    bench.until(row[0]["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_rehearsal_needs_room_for_itself_only() {
    let home = tempfile::tempdir().expect("a folder");
    let (disk, opening) = disk(23 * MEGABYTE);
    let bench = Bench::opened_as(home.path(), Arc::new(SystemClock), &opening).expect("opens");
    let board = board(&bench).await;
    assert_eq!(bench.refused("rehearse", json!({ "board": board })).await, "library-full");
    disk.free.store(24 * MEGABYTE, Ordering::SeqCst);
    let row = bench.call("rehearse", json!({ "board": board })).await;
    bench.until(row["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
}

#[tokio::test]
async fn a_disk_that_fills_up_makes_the_queue_wait_and_go_on_by_itself() {
    let home = tempfile::tempdir().expect("a folder");
    let (disk, opening) = disk(10 * MEGABYTE);
    let clock = Arc::new(Ahead::default());
    let bench = Bench::opened_as(home.path(), Arc::clone(&clock) as _, &opening).expect("opens");
    let sandbox = bench.use_sandbox().await;
    let board = board(&bench).await;
    // Room when the button is pressed, none when its turn comes.
    disk.first.lock().expect("answers").push(PLENTY);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    let waits = bench.until(id, |row| row["problem"]["code"] == "library-full").await;
    assert_eq!((&waits["state"], &waits["billed"]), (&json!("queued"), &json!("no")));
    assert!(waits["next_try_at"].as_i64().expect("a moment") > clock.now(), "{waits}");
    assert_eq!((sandbox.requests("submit"), sandbox.requests("upload")), (0, 0));
    disk.free.store(PLENTY, Ordering::SeqCst);
    clock.0.fetch_add(31_000, Ordering::SeqCst);
    // The queue looks up when anything is said to it; left alone it would within twenty seconds.
    let key = json!({ "provider": "fal", "key": "another-key-0123456789", "session_only": true });
    bench.call("set_key", key).await;
    let done = bench.until(id, |row| row["state"] == "done").await;
    assert_eq!(done["problem"], json!(null));
    assert_eq!(sandbox.ledger().len(), 1);
}

/// Each clip that is still to come needs its own place: ten purchases must not all see the same room.
#[tokio::test]
async fn what_is_under_way_has_its_place_already() {
    let home = tempfile::tempdir().expect("a folder");
    let (disk, opening) = disk(544 * MEGABYTE);
    let bench = Bench::opened_as(home.path(), Arc::new(SystemClock), &opening).expect("opens");
    let sandbox = bench.use_sandbox().await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 10 });
    let mut board = board(&bench).await;
    board["takes"] = json!(2);
    let press = json!({ "board": board, "confirmation": "two", "shown": 504_000 });
    let error = bench.studio.call("generate", press.clone()).await.expect_err("refused");
    assert!(error.problem().message.contains("545 MB"), "{error}");
    // Room for both when the button is pressed, and for one of them when their turn comes.
    disk.first.lock().expect("answers").push(PLENTY);
    let rows = bench.call("generate", press).await;
    let ids: Vec<&str> = rows.as_array().expect("rows").iter().map(|row| row["id"].as_str().expect("an id")).collect();
    bench.until(ids[0], |row| row["state"] == "running").await;
    let waits = bench.until(ids[1], |row| row["problem"]["code"] == "library-full").await;
    assert_eq!((&waits["state"], sandbox.requests("submit")), (&json!("queued"), 1));
}

#[tokio::test]
async fn a_disk_that_does_not_say_stops_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let (_disk, opening) = disk(u64::MAX);
    let bench = Bench::opened_as(home.path(), Arc::new(SystemClock), &opening).expect("opens");
    let sandbox = bench.use_sandbox().await;
    let board = board(&bench).await;
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    bench.until(row[0]["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 1);
}
