//! A second window on one library: it looks and changes nothing.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

fn query(search: &str) -> Value {
    json!({ "search": search, "provider": null, "verdict": null, "rating_at_least": 0, "board": null,
            "trashed": false, "oldest_first": false, "after": null, "limit": 50 })
}

/// Every file below a folder with its content, but for what SQLite itself shares between programs.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if !entry.ends_with("library.db-shm") {
                found.insert(entry.display().to_string(), fs::read(&entry).expect("a file"));
            }
        }
    }
    found
}

/// A library with a rehearsed sample board, open in a window that has nothing to do.
async fn first_window(home: &Path) -> (Bench, String) {
    let bench = Bench::new(home);
    let board = bench.call("start", json!({})).await["board"].clone();
    let row = bench.call("rehearse", json!({ "board": board })).await;
    let id = row["id"].as_str().expect("an id").to_owned();
    let done = bench.until(&id, |row| row["state"] == "done").await;
    bench.call("ready", json!({})).await;
    (bench, done["take_id"].as_str().expect("a take").to_owned())
}

#[tokio::test]
async fn the_second_window_shows_everything_and_touches_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let (first, take) = first_window(home.path()).await;
    let parts = home.path().join(".parts");
    fs::write(parts.join("of-the-first.part"), b"on its way").expect("written");
    let before = everything(home.path());

    let second = Bench::new(home.path());
    let start = second.call("start", json!({})).await;
    assert_eq!(start["library"]["read_only"]["code"], "library-in-use", "{}", start["library"]);
    assert_eq!(start["library"]["takes"], 1);
    assert_eq!(start["generations"][0]["actions"], json!([]), "there is nothing to press");
    second.call("ready", json!({})).await;
    let board = second.call("open_board", json!({ "id": start["board"]["id"] })).await;
    assert_eq!(second.call("assess", json!({ "board": board })).await["ready"], true);
    assert_eq!(second.call("list_takes", query("harbour")).await["total"], 1);
    second.call("open_take", json!({ "id": take })).await;
    let clip = second.studio.served("clip", &take).await.expect("a clip");
    assert!(clip.path.is_file());
    let poster = second.studio.served("poster", &take).await.expect("a picture");
    assert_eq!(&fs::read(&poster.path).expect("bytes")[..2], b"\xff\xd8");
    assert!(!poster.path.starts_with(home.path()), "{}", poster.path.display());
    let panel = board["shots"][0]["panel"]["id"].as_str().expect("a picture");
    second.studio.served("thumbnail", panel).await.expect("a picture");
    let cache = poster.path.parent().expect("a folder").to_path_buf();
    second.close().await;
    assert!(!cache.exists(), "what it made for itself is gone with it");
    assert_eq!(everything(home.path()), before, "nothing was written");
    drop(first);
}

#[tokio::test]
async fn every_command_that_writes_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let (first, _) = first_window(home.path()).await;
    let second = Bench::new(home.path());
    let looks = [
        "start",
        "ready",
        "list_boards",
        "open_board",
        "assess",
        "compare_offers",
        "fit_board",
        "ask_price",
        "preview_request",
        "list_takes",
        "open_take",
        "reveal_take",
        "export_take",
        "export_ledger",
        "test_key",
    ];
    let mut refused = 0;
    for name in sixshot_studio::COMMANDS.iter().filter(|name| !looks.contains(name)) {
        let error = second.studio.call(name, json!({})).await.expect_err(name);
        assert_eq!(error.code(), "library-read-only", "{name}");
        assert!(error.to_string().contains("open in another window"), "{name}: {error}");
        refused += 1;
    }
    assert!(refused > 20, "{refused}");
    drop(first);
}

#[tokio::test]
async fn it_sees_what_the_first_one_does_and_takes_over_when_that_one_closes() {
    let home = tempfile::tempdir().expect("a folder");
    let (first, _) = first_window(home.path()).await;
    let second = Bench::new(home.path());
    let made = first.call("create_board", json!({})).await;
    let boards = second.call("list_boards", json!({ "search": "", "trashed": false })).await;
    assert!(boards.as_array().expect("boards").iter().any(|board| board["id"] == made["id"]), "{boards}");
    // A generation that waits in the first one is not taken up by the second.
    second.call("ready", json!({})).await;
    first.close().await;
    let closing = second.let_go();
    assert!(closing.wait(Duration::from_secs(10)).await, "nothing holds it");
    let third = Bench::new(home.path());
    assert_eq!(third.call("start", json!({})).await["library"]["read_only"], json!(null));
    third.call("create_board", json!({})).await;
}
