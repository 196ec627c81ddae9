//! The program killed without warning, in every state, by a real SIGKILL: this test starts itself as a child process
//! that holds the library, kills it, and looks at what a new start makes of it.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]
#![cfg(unix)]

mod support;

use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::Bench;

const HOME: &str = "SIXSHOT_KILLED_HOME";
const SANDBOX: &str = "SIXSHOT_KILLED_SANDBOX";

/// The child's part: buys one board and goes on until it is killed. Without the variables it is no test.
#[tokio::test]
async fn child() {
    let (Ok(home), Ok(sandbox)) = (std::env::var(HOME), std::env::var(SANDBOX)) else { return };
    let bench = Bench::new(Path::new(&home));
    prepare(&bench, &sandbox).await;
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    let picture = Path::new(&home).join("picture.png");
    std::fs::write(&picture, sixshot_sandbox::grey_png(640, 360)).expect("written");
    let taken = bench.call("take_in_path", json!({ "path": picture.to_str() })).await;
    board["first_frame"] = taken["frame"].clone();
    bench.call("generate", json!({ "board": board, "confirmation": "press", "shown": 252_000 })).await;
    std::future::pending::<()>().await;
}

async fn prepare(bench: &Bench, sandbox: &str) {
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["base_urls"] = json!({ "wavespeed": sandbox });
    bench.call("save_settings", json!({ "settings": settings })).await;
    let key = json!({ "provider": "wavespeed", "key": "sandbox-key-canary-7f3a", "session_only": true });
    bench.call("set_key", key).await;
}

fn start_child(home: &Path, sandbox: &str) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "child", "--nocapture"])
        .env(HOME, home)
        .env(SANDBOX, sandbox)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// The state that is on the disk now, read as another program may read it.
fn state_on_disk(home: &Path) -> Option<String> {
    let flags = rusqlite_flags();
    let connection = rusqlite::Connection::open_with_flags(home.join("library.db"), flags).ok()?;
    connection.query_row("SELECT state FROM generations", [], |row| row.get(0)).ok()
}

fn rusqlite_flags() -> rusqlite::OpenFlags {
    rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY
}

async fn until_on_disk(home: &Path, state: &str) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while state_on_disk(home).as_deref() != Some(state) {
        assert!(Instant::now() < deadline, "never {state}: {:?}", state_on_disk(home));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn slow(target: Target) -> Fault {
    Fault { target, kind: FaultKind::Delay { millis: 20_000 }, times: 1 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_any_state_it_is_paid_at_most_once_and_goes_on() {
    let never = Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 };
    let cases = [
        ("preparing", Some(slow(Target::Upload)), "done"),
        // The provider took it, and the program died waiting for the answer: found in the provider's list.
        ("submitting", Some(slow(Target::Submit)), "done"),
        // The provider never saw it: a question, and never sent again by itself.
        (
            "submitting",
            Some(Fault {
                target: Target::Submit,
                kind: FaultKind::Status { status: 500, body: String::new(), retry_after: None },
                times: 1,
            }),
            "unknown",
        ),
        ("running", Some(never), "done"),
        ("downloading", Some(slow(Target::Download)), "done"),
        ("done", None, "done"),
    ];
    for (state, fault, end) in cases {
        let options = Options {
            waiting: Duration::from_millis(100),
            running: Duration::from_millis(300),
            lines: Some(240),
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.expect("a port");
        let home = tempfile::tempdir().expect("a folder");
        if let Some(fault) = fault.clone() {
            sandbox.add_fault(fault);
        }
        let base = sandbox.base_url("wavespeed");
        let mut child = start_child(home.path(), &base);
        let wanted = if end == "unknown" { "unknown" } else { state };
        until_on_disk(home.path(), wanted).await;
        if state == "submitting" && end == "done" {
            let deadline = Instant::now() + Duration::from_secs(30);
            while sandbox.ledger().is_empty() {
                assert!(Instant::now() < deadline, "never accepted");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        sandbox.clear_faults();

        let bench = Bench::new(home.path());
        prepare(&bench, &base).await;
        let start = bench.call("start", json!({})).await;
        let id = start["generations"][0]["id"].as_str().expect("the generation").to_owned();
        let row = bench.until(&id, |row| row["state"] == end).await;
        if end == "unknown" {
            let actions: Vec<Value> = row["actions"].as_array().expect("actions").clone();
            assert!(actions.contains(&json!("look-up")) && actions.contains(&json!("adopt")), "{actions:?}");
            assert_eq!(sandbox.ledger().len(), 0, "{state}");
            assert_eq!(sandbox.requests("submit"), 1, "{state}");
        } else {
            assert_eq!(sandbox.ledger().len(), 1, "{state}");
        }
    }
}
