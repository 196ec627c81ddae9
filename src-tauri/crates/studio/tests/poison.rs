//! A clip that kills the program while it is looked at: the program dies over it twice and never again, and what was
//! paid for is kept. The child is this test itself, killed in the middle of the look.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]
#![cfg(unix)]

mod support;

use serde_json::{Value, json};
use sixshot_sandbox::{Options, Sandbox};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use support::Bench;

const HOME: &str = "SIXSHOT_POISON_HOME";
const SANDBOX: &str = "SIXSHOT_POISON_SANDBOX";

/// The child's part: buys one board once, and dies as soon as it looks at the clip. Without the variables it is no test.
#[tokio::test]
async fn child() {
    let (Ok(home), Ok(sandbox)) = (std::env::var(HOME), std::env::var(SANDBOX)) else { return };
    let die = || {
        let killed = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
        panic!("still alive: {killed:?}");
    };
    fail::cfg_callback("finish-looking", die).expect("a fail point");
    let bench = Bench::new(Path::new(&home));
    prepare(&bench, &sandbox).await;
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    board["model"] = json!("kling-3.0-std");
    board["first_frame"] = Value::Null;
    let shown = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    // The same press of the button in both runs: bought once.
    bench.call("generate", json!({ "board": board, "confirmation": "press", "shown": shown })).await;
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

/// Waits until a child has died by itself.
async fn until_dead(mut child: Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match child.try_wait().expect("a child") {
            Some(status) => {
                use std::os::unix::process::ExitStatusExt;
                assert_eq!(status.signal(), Some(9), "it died otherwise: {status}");
                return;
            }
            None if Instant::now() > deadline => {
                child.kill().expect("killed");
                panic!("the child never looked at its clip");
            }
            None => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_that_kills_the_decoder_is_kept_after_two_deaths_and_left_alone() {
    let options = Options {
        waiting: Duration::from_millis(50),
        running: Duration::from_millis(100),
        lines: Some(240),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a port");
    let base = sandbox.base_url("wavespeed");
    let home = tempfile::tempdir().expect("a folder");
    for deaths in 1..=2_u64 {
        until_dead(start_child(home.path(), &base)).await;
        let mut notes = std::fs::read_dir(home.path().join(".looks")).expect("notes");
        let note = notes.next().expect("a note").expect("a note").path();
        assert_eq!(std::fs::metadata(note).expect("a note").len(), deaths);
    }

    // Only in this process, and only counted: the third run must not get there at all.
    let looked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&looked);
    let count = move || {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    fail::cfg_callback("finish-looking", count).expect("a fail point");
    let bench = Bench::new(home.path());
    prepare(&bench, &base).await;
    let start = bench.call("start", json!({})).await;
    let id = start["generations"][0]["id"].as_str().expect("the generation").to_owned();
    let row = bench.until(&id, |row| row["state"] == "done").await;
    assert_eq!((looked.load(Ordering::SeqCst), sandbox.ledger().len(), sandbox.requests("submit")), (0, 1, 1));

    // The gallery opens, says that it is damaged, and shows a placeholder for its picture.
    let page = json!({ "search": "", "provider": null, "verdict": null, "rating_at_least": 0, "board": null,
        "trashed": false, "oldest_first": false, "after": null, "limit": 50 });
    let takes = bench.call("list_takes", page).await;
    assert_eq!((&takes["takes"][0]["damaged"], takes["total"].as_u64()), (&json!(true), Some(1)), "{takes}");
    let take = row["take_id"].as_str().expect("a take");
    let poster = bench.studio.served("poster", take).await.expect_err("no picture");
    assert_eq!(poster.code(), "not-found");
    assert_eq!(bench.refused("frame_from_take", json!({ "take": take, "frame": 0 })).await, "not-found");
    // The clip itself is served: other players may well read it.
    let clip = bench.studio.served("clip", take).await.expect("the clip");
    assert!(std::fs::metadata(clip.path).expect("a file").len() > 1_000);
}
