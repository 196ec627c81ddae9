//! A library folder that was copied, or put back from a copy: what waits in it was perhaps sent from the other one, so
//! nothing of it is sent without a person's word.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Sandbox, Target};
use sixshot_studio::{Opening, SystemClock};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const KEY: &str = "sandbox-key-canary-7f3a";

/// A program on a machine: its library, and its own configuration.
async fn machine(library: &Path, configuration: &Path) -> Bench {
    let opening = Opening { configuration: Some(configuration.to_path_buf()), ..Opening::default() };
    let bench = Bench::opened_as(library, Arc::new(SystemClock), &opening).expect("opens");
    let key = json!({ "provider": "wavespeed", "key": KEY, "session_only": false });
    bench.call("set_key", key).await;
    bench
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}

/// No price can be asked, so nothing is bought.
fn hold_everything(sandbox: &Sandbox) {
    let kind = FaultKind::Status { status: 503, body: String::new(), retry_after: None };
    sandbox.add_fault(Fault { target: Target::Price, kind, times: 1_000 });
}

/// Confirms a board and answers its generation's id.
async fn confirm(bench: &Bench, press: &str) -> String {
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    let press = json!({ "board": board, "confirmation": press, "shown": 252_000 });
    bench.call("generate", press).await[0]["id"].as_str().expect("an id").to_owned()
}

fn is_in(state: &'static str) -> impl Fn(&Value) -> bool {
    move |row| row["state"] == state
}

/// What waited is a question, and the provider was not asked to make it.
async fn asks(bench: &Bench, id: &str, sandbox: &Sandbox) {
    let row = bench.until(id, is_in("unknown")).await;
    assert_eq!((&row["evidence"]["restored"], &row["billed"]), (&json!(true), &json!("unknown")), "{row}");
    let row = bench.until(id, |row| !row["evidence"]["looked_up_at"].is_null()).await;
    assert_eq!((row["state"].as_str(), sandbox.requests("submit")), (Some("unknown"), 1), "{row}");
}

#[tokio::test]
async fn what_waits_in_a_copy_is_not_sent_a_second_time() {
    let home = tempfile::tempdir().expect("a folder");
    let (original, copy) = (home.path().join("original"), home.path().join("copy"));
    let (here, there) = (home.path().join("here"), home.path().join("there"));
    let bench = machine(&original, &here).await;
    let sandbox = bench.use_sandbox().await;
    hold_everything(&sandbox);
    let id = confirm(&bench, "one").await;
    bench.until(&id, |row| !row["problem"].is_null()).await;
    bench.close().await;
    copy_all(&original, &copy);

    // The library that was made here is known here: what waits in it is sent.
    sandbox.clear_faults();
    let bench = machine(&original, &here).await;
    bench.until(&id, is_in("done")).await;
    bench.close().await;
    assert_eq!(sandbox.requests("submit"), 1);

    // On another machine nobody knows what became of it; on this one it is known to be older.
    for configuration in [&there, &here] {
        let another = home.path().join(format!("another-{}", configuration.file_name().expect("a name").display()));
        copy_all(&copy, &another);
        let bench = machine(&another, configuration).await;
        asks(&bench, &id, &sandbox).await;
        bench.close().await;
        // It stays a question, also once the library is known.
        let bench = machine(&another, configuration).await;
        asks(&bench, &id, &sandbox).await;
        bench.close().await;
    }
}

#[tokio::test]
async fn a_folder_that_two_machines_use_in_turn_goes_on() {
    let home = tempfile::tempdir().expect("a folder");
    let (library, here, there) = (home.path().join("library"), home.path().join("here"), home.path().join("there"));
    let bench = machine(&library, &here).await;
    let sandbox = bench.use_sandbox().await;
    let first = confirm(&bench, "one").await;
    bench.until(&first, is_in("done")).await;
    bench.close().await;
    // Nothing waits, so nothing is asked; what is confirmed here is this machine's own.
    let bench = machine(&library, &there).await;
    let second = confirm(&bench, "two").await;
    bench.until(&second, is_in("done")).await;
    hold_everything(&sandbox);
    let third = confirm(&bench, "three").await;
    bench.until(&third, |row| !row["problem"].is_null()).await;
    bench.close().await;
    // Everything that was bought here is in it, so what waits is sent.
    sandbox.clear_faults();
    let bench = machine(&library, &here).await;
    bench.until(&third, is_in("done")).await;
    assert_eq!(sandbox.requests("submit"), 3);
}

#[tokio::test]
async fn a_version_that_remembered_only_places_knows_its_library() {
    let home = tempfile::tempdir().expect("a folder");
    let (library, here) = (home.path().join("library"), home.path().join("here"));
    let bench = machine(&library, &here).await;
    let sandbox = bench.use_sandbox().await;
    hold_everything(&sandbox);
    let id = confirm(&bench, "one").await;
    bench.until(&id, |row| !row["problem"].is_null()).await;
    let name = bench.studio.library_id().to_owned();
    bench.close().await;
    fs::remove_dir_all(here.join("purchases")).expect("removed");
    sixshot_studio::whereabouts::Whereabouts::new(&here, &library).remember(&library, &name).expect("kept");
    sandbox.clear_faults();
    let bench = machine(&library, &here).await;
    bench.until(&id, is_in("done")).await;
}
