//! A damaged library: the program starts, everything any source has is back, and nothing paid is sent by itself.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_queue::SystemClock;
use sixshot_sandbox::{Fault, FaultKind, Sandbox, Target};
use sixshot_studio::Opening;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const PAGE: usize = 4_096;

/// What becomes of the bytes of a database.
type Damage = fn(&mut Vec<u8>);

fn query() -> Value {
    json!({ "search": "", "provider": null, "verdict": null, "rating_at_least": 0, "board": null,
            "trashed": false, "oldest_first": false, "after": null, "limit": 50 })
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let to = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            fs::create_dir_all(&to).expect("made");
            copy_all(&entry, &to);
        } else {
            fs::copy(&entry, &to).expect("copied");
        }
    }
}

fn change(path: &Path, with: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("read");
    with(&mut bytes);
    fs::write(path, bytes).expect("written");
}

async fn buy(bench: &Bench, board: &Value, press: &str) -> String {
    let press = json!({ "board": board, "confirmation": press, "shown": 252_000 });
    bench.call("generate", press).await[0]["id"].as_str().expect("an id").to_owned()
}

/// A library with two boards, one bought clip, one that runs for ever and two that wait; a copy of today; closed.
async fn used_library(home: &Path) -> Sandbox {
    let (bench, sandbox) = Bench::with_sandbox(home).await;
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["limits"] = json!({ "wavespeed": { "concurrent": 1, "per_minute": 100 } });
    bench.call("save_settings", json!({ "settings": settings })).await;
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    bench.call("save_board", json!({ "board": board })).await;
    bench.call("create_board", json!({})).await;
    let done = buy(&bench, &board, "done").await;
    bench.until(&done, |row| row["state"] == "done").await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    let running = buy(&bench, &board, "running").await;
    bench.until(&running, |row| row["state"] == "running").await;
    buy(&bench, &board, "waits-1").await;
    bench.call("ready", json!({})).await;
    buy(&bench, &board, "waits-2").await;
    assert_eq!(sandbox.requests("submit"), 2);
    // As a kill leaves it, with its newest changes beside it.
    let killed = home.with_extension("killed");
    fs::create_dir_all(&killed).expect("made");
    copy_all(home, &killed);
    bench.close().await;
    sandbox
}

/// What holds after every repair; and how many questions there are.
async fn holds(home: &Path, sandbox: &Sandbox, what: &str) -> usize {
    let bought = sandbox.requests("submit");
    let bench = Bench::new(home);
    let key = json!({ "provider": "wavespeed", "key": "sandbox-key-canary-7f3a", "session_only": true });
    bench.call("set_key", key).await;
    let start = bench.call("start", json!({})).await;
    let repaired = &start["library"]["repaired"];
    assert!(repaired.is_object(), "{what}: {}", start["library"]);
    assert_eq!(repaired["copy_day"].as_str().map(str::len), Some(10), "{what}: {repaired}");
    let old = Path::new(repaired["old_file"].as_str().expect("a folder"));
    assert!(old.starts_with(home) && old.is_dir(), "{what}: {}", old.display());
    assert_eq!(start["boards"].as_array().expect("boards").len(), 2, "{what}");
    let takes = bench.call("list_takes", query()).await;
    assert_eq!(takes["total"], 1, "{what}");
    bench.call("open_take", json!({ "id": takes["takes"][0]["id"] })).await;
    bench.studio.served("clip", takes["takes"][0]["id"].as_str().expect("an id")).await.expect("a clip");

    let rows = start["generations"].as_array().expect("generations").clone();
    let paid: Vec<&Value> = rows.iter().filter(|row| row["rehearsal"] == false).collect();
    for row in &paid {
        let waits = ["queued", "preparing", "submitting"].iter().any(|state| row["state"] == *state);
        assert!(!waits, "{what}: {row}");
    }
    let questions: Vec<&&Value> = paid.iter().filter(|row| row["state"] == "unknown").collect();
    for row in &questions {
        assert_eq!((&row["evidence"]["restored"], &row["billed"]), (&json!(true), &json!("unknown")), "{what}");
        let id = row["id"].as_str().expect("an id");
        // The queue asks the provider by itself, finds the one task that may be it, and leaves it to the person.
        let asked = bench.until(id, |row| !row["evidence"]["looked_up_at"].is_null()).await;
        assert_eq!(asked["state"], "unknown", "{what}: {asked}");
    }
    assert_eq!(paid.iter().filter(|row| row["state"] == "done").count(), 1, "{what}: {rows:?}");
    assert_eq!(paid.iter().filter(|row| row["state"] == "running").count(), 1, "{what}: {rows:?}");
    assert_eq!(sandbox.requests("submit"), bought, "{what}: nothing was sent");
    let count = questions.len();

    bench.call("forget_repair", json!({})).await;
    bench.close().await;
    let bench = Bench::new(home);
    let start = bench.call("start", json!({})).await;
    assert_eq!(start["library"]["repaired"], json!(null), "{what}: said once");
    let rows = start["generations"].as_array().expect("generations");
    assert!(rows.iter().all(|row| row["state"] != "queued"), "{what}: still questions");
    bench.close().await;
    count
}

#[tokio::test]
async fn whatever_is_damaged_the_program_starts_and_sends_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let whole = home.path().join("library");
    let sandbox = used_library(&whole).await;
    let killed = whole.with_extension("killed");
    let cases: [(&str, &Path, &str, Damage); 6] = [
        ("every fourth page zeroed", &whole, "library.db", |bytes| {
            bytes.chunks_mut(PAGE).skip(3).step_by(4).for_each(|page| page.fill(0));
        }),
        ("the beginning zeroed", &whole, "library.db", |bytes| bytes[..3 * PAGE].fill(0)),
        ("bytes flipped", &whole, "library.db", |bytes| {
            (PAGE..bytes.len()).step_by(499).for_each(|at| bytes[at] ^= 0xff);
        }),
        ("half cut off", &whole, "library.db", |bytes| bytes.truncate(bytes.len() / 2)),
        ("no byte left", &whole, "library.db", Vec::clear),
        ("killed, and no byte left", &killed, "library.db", Vec::clear),
    ];
    for (number, (what, from, file, damage)) in cases.into_iter().enumerate() {
        let damaged = home.path().join(format!("damaged-{number}"));
        fs::create_dir_all(&damaged).expect("made");
        copy_all(from, &damaged);
        change(&damaged.join(file), damage);
        let questions = holds(&damaged, &sandbox, what).await;
        assert!((1..=2).contains(&questions), "{what}: {questions}");
    }
    // The newest changes deleted after a kill: what waited in them is not sent either.
    let without = home.path().join("without-changes");
    fs::create_dir_all(&without).expect("made");
    copy_all(&killed, &without);
    fs::remove_file(without.join("library.db-wal")).expect("removed");
    holds(&without, &sandbox, "the changes deleted").await;
}

#[tokio::test]
async fn damage_that_is_found_while_it_is_open_is_said_and_repaired_on_a_word() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let board = bench.call("start", json!({})).await["board"].clone();
    bench.call("ready", json!({})).await;
    bench.close().await;
    let bench = Bench::new(home.path());
    // Behind the back of the open library; its pages are read anew by the look through it.
    change(&home.path().join("library.db"), |bytes| {
        let last = bytes.len() - 2 * PAGE;
        bytes[PAGE..last].chunks_mut(PAGE).step_by(3).for_each(|page| page.fill(0x77));
    });
    assert_eq!(bench.refused("ready", json!({})).await, "library-damaged");
    let closing = bench.let_go();
    assert!(closing.wait(std::time::Duration::from_secs(10)).await);
    let opening = Opening { repair: true, ..Opening::default() };
    let bench = Bench::opened_as(home.path(), Arc::new(SystemClock), &opening).expect("opens");
    let start = bench.call("start", json!({})).await;
    assert!(start["library"]["repaired"].is_object());
    assert!(start["boards"].as_array().expect("boards").iter().any(|row| row["id"] == board["id"]));
    bench.call("ready", json!({})).await;
}

#[tokio::test]
async fn a_library_that_is_gone_is_offline_and_nothing_is_made_in_its_place() {
    let home = tempfile::tempdir().expect("a folder");
    let (here, away) = (home.path().join("drive/library"), home.path().join("away"));
    let bench = Bench::new(&here);
    let board = bench.call("start", json!({})).await["board"].clone();
    let id = bench.studio.library_id().to_owned();
    bench.close().await;
    let open = |path: &Path, id: &str| {
        let opening = Opening { expected: Some(id.to_owned()), ..Opening::default() };
        Bench::opened_as(path, Arc::new(SystemClock), &opening)
    };
    open(&here, &id).expect("it is there").close().await;

    fs::rename(&here, &away).expect("moved");
    let problem = open(&here, &id).err().expect("refused").problem();
    assert_eq!(problem.code, "library-offline");
    assert!(problem.message.contains("drive/library"), "{}", problem.message);
    assert!(!here.exists(), "nothing is made there");
    // A mount point that is left behind, and another library in its place.
    fs::create_dir_all(&here).expect("made");
    assert_eq!(open(&here, &id).err().expect("refused").code(), "library-offline");
    assert_eq!(fs::read_dir(&here).expect("a folder").count(), 0);
    Bench::new(&here).close().await;
    assert_eq!(open(&here, &id).err().expect("refused").code(), "library-offline");
    let found = open(&away, &id).expect("found where it is now");
    assert_eq!(found.call("open_board", json!({ "id": board["id"] })).await["id"], board["id"]);
}

#[tokio::test]
async fn a_library_that_vanishes_while_it_is_open_takes_no_changes() {
    let home = tempfile::tempdir().expect("a folder");
    let (here, away) = (home.path().join("library"), home.path().join("away"));
    let (bench, sandbox) = Bench::with_sandbox(&here).await;
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    fs::rename(&here, &away).expect("moved");
    assert_eq!(bench.refused("save_board", json!({ "board": board })).await, "library-offline");
    let press = json!({ "board": board, "confirmation": "p", "shown": 252_000 });
    assert_eq!(bench.refused("generate", press).await, "library-offline");
    let picture = home.path().join("picture.png");
    fs::write(&picture, sixshot_sandbox::grey_png(640, 360)).expect("written");
    assert_eq!(bench.refused("take_in_path", json!({ "path": picture.to_str() })).await, "library-offline");
    assert_eq!(bench.refused("ready", json!({})).await, "library-offline");
    assert!(!here.exists(), "nothing is made in its place");
    assert_eq!(sandbox.requests("submit"), 0);
    // It is back: everything goes on.
    fs::rename(&away, &here).expect("moved back");
    bench.call("save_board", json!({ "board": board })).await;
}
