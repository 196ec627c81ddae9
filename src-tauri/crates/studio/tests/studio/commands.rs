//! The window's commands, end to end without a window: the main job, the refusals, and what survives.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::{self, Bench};
use serde_json::{Value, json};
use sixshot_studio::KeychainError;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn single_board(start: &Value) -> Value {
    let mut board = start["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    board
}

#[tokio::test]
async fn a_first_start_has_a_sample_that_rehearses_without_key_or_network() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let start = bench.call("start", json!({})).await;
    assert_eq!(start["boards"].as_array().expect("a list").len(), 1);
    let board = &start["board"];
    assert!(board["shots"].as_array().expect("shots").iter().all(|shot| shot["panel"]["id"].is_string()));
    let generation = bench.call("rehearse", json!({ "board": board })).await;
    let id = generation["id"].as_str().expect("an id");
    let done = bench.until(id, |row| row["state"] == "done").await;
    let take = bench.call("open_take", json!({ "id": done["take_id"] })).await;
    assert_eq!(take["take"]["frames"], 12 * 24);
    assert_eq!((&take["take"]["rehearsal"], &take["take"]["price"]), (&json!(true), &json!(0)));
    let page = bench.call("list_takes", query("harbour")).await;
    assert_eq!(page["total"], 1);
    let clip = bench.studio.served("clip", done["take_id"].as_str().expect("a take")).await.expect("a file");
    assert!(clip.path.is_file());
    let poster = bench.studio.served("poster", done["take_id"].as_str().expect("a take")).await.expect("a picture");
    assert_eq!(&std::fs::read(poster.path).expect("bytes")[..2], b"\xff\xd8");
    for (kind, id) in [("clip", "nobody"), ("frame", "../../library.db"), ("poster", ""), ("path", "x")] {
        assert!(bench.studio.served(kind, id).await.is_err(), "{kind}/{id}");
    }
    let batches = bench.events.lock().expect("events");
    let numbers: Vec<_> = batches.iter().map(|batch| batch["sequence"].as_u64().expect("a number")).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
}

#[tokio::test]
async fn a_start_shows_the_newest_rehearsal_that_is_not_in_the_trash() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let board = bench.call("start", json!({})).await["board"].clone();
    let rehearsed = async |words: &str| {
        let mut board = board.clone();
        (board["shots"][0]["prompt"], board["shots"][0]["seconds"]) = (json!(words), json!(3));
        let id = bench.call("rehearse", json!({ "board": board })).await["id"].clone();
        bench.until(id.as_str().expect("an id"), |row| row["state"] == "done").await["take_id"].clone()
    };
    let older = rehearsed("The harbour wakes").await;
    let newer = rehearsed("The harbour sleeps").await;
    let shown = async || bench.call("start", json!({})).await["rehearsal"]["id"].clone();
    assert_eq!(shown().await, newer);
    bench.call("trash_take", json!({ "id": newer })).await;
    assert_eq!(shown().await, older);
    bench.call("restore_take", json!({ "id": newer })).await;
    assert_eq!(shown().await, newer);
}

#[tokio::test]
async fn a_prepared_first_answer_is_given_once() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    bench.call("start", json!({})).await;
    until_told(&bench, 0).await;
    bench.studio.prepare_start().expect("an answer");
    // Nobody else writes there while it is open; here it shows which answer is given.
    let database = rusqlite::Connection::open(home.path().join("library.db")).expect("a database");
    database.execute("UPDATE boards SET name = 'As it is now'", []).expect("written");
    assert_eq!(bench.call("start", json!({})).await["boards"][0]["name"], "Harbour at dawn", "as it was prepared");
    assert_eq!(bench.call("start", json!({})).await["boards"][0]["name"], "As it is now");
}

#[tokio::test]
async fn nothing_that_was_done_since_is_missing_in_a_prepared_first_answer() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let fresh = bench.call("start", json!({})).await;
    until_told(&bench, 0).await;

    bench.studio.prepare_start().expect("an answer");
    let mut board = fresh["board"].clone();
    board["prompt"] = json!("Rescued words");
    bench.call("save_board", json!({ "board": board })).await;
    assert_eq!(bench.call("start", json!({})).await["board"]["prompt"], "Rescued words");

    bench.studio.prepare_start().expect("an answer");
    let mut settings = fresh["settings"].clone();
    settings["theme"] = json!("light");
    bench.call("save_settings", json!({ "settings": settings })).await;
    assert_eq!(bench.call("start", json!({})).await["settings"]["theme"], "light");

    let other = bench.call("create_board", json!({})).await;
    bench.call("open_board", json!({ "id": fresh["board"]["id"] })).await;
    bench.studio.prepare_start().expect("an answer");
    bench.call("open_board", json!({ "id": other["id"] })).await;
    assert_eq!(bench.call("start", json!({})).await["board"]["id"], other["id"]);

    // By itself: a rehearsal that ends.
    bench.call("rehearse", json!({ "board": fresh["board"] })).await;
    bench.studio.prepare_start().expect("an answer");
    let told = bench.events.lock().expect("events").len();
    until_told(&bench, told).await;
    let start = bench.call("start", json!({})).await;
    assert!(start["sequence"].as_u64() > fresh["sequence"].as_u64(), "what was told since is in it");
}

/// Waits for more than so many batches of changes.
async fn until_told(bench: &Bench, told: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while bench.events.lock().expect("events").len() <= told {
        assert!(Instant::now() < deadline, "the window is told nothing");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn query(search: &str) -> Value {
    json!({ "search": search, "provider": null, "verdict": null, "rating_at_least": 0, "board": null,
            "trashed": false, "oldest_first": false, "after": null, "limit": 50 })
}

#[tokio::test]
async fn generate_buys_once_for_one_press_and_keeps_the_clip() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let board = single_board(&bench.call("start", json!({})).await);
    let total = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    assert_eq!(total, 252_000);
    let press = json!({ "board": board, "confirmation": "press-1", "shown": total });
    // The same message twice at once and once more later: a bridge may repeat itself.
    let (one, two) = tokio::join!(bench.call("generate", press.clone()), bench.call("generate", press.clone()));
    let id = one[0]["id"].as_str().expect("an id");
    assert_eq!(one[0]["id"], two[0]["id"]);
    let done = bench.until(id, |row| row["state"] == "done").await;
    bench.call("generate", press).await;
    assert_eq!((&done["billed"], &done["price"]), (&json!("yes"), &json!(252_000)));
    assert_eq!(sandbox.ledger().len(), 1);
    assert_eq!(sandbox.ledger()[0].micro_dollars, 252_000);
    let detail = bench.call("open_take", json!({ "id": done["take_id"] })).await;
    assert!(detail["request"].as_str().expect("a request").contains("A red door opens"));
    assert_eq!(bench.call("start", json!({})).await["spending"]["month"], 252_000);
    let reused = bench.call("reuse_take", json!({ "id": done["take_id"] })).await;
    assert_eq!(reused["prompt"], "A red door opens");
    assert_ne!(reused["id"], board["id"]);
    bench.close().await;
    let again = Bench::new(home.path());
    assert_eq!(again.call("start", json!({})).await["board"]["id"], reused["id"], "the board that was open");
}

#[tokio::test]
async fn nothing_is_bought_that_was_not_confirmed() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let start = bench.call("start", json!({})).await;
    let board = single_board(&start);
    let press = |board: &Value, shown: i64| json!({ "board": board, "confirmation": "press", "shown": shown });
    assert_eq!(bench.refused("generate", press(&board, 251_999)).await, "price-differs");
    assert_eq!(bench.refused("generate", press(&board, 0)).await, "price-differs");
    let change = |name: &str, value: Value| {
        let mut board = board.clone();
        board[name] = value;
        board
    };
    let shot = |seconds: i64| json!([{ "id": "s", "prompt": "", "seconds": seconds, "panel": null }]);
    for (bad, code) in [
        (change("shots", json!(vec![shot(3)[0].clone(); 7])), "board-not-ready"),
        (change("shots", shot(16)), "board-not-ready"),
        (change("shots", shot(0)), "board-not-ready"),
        (change("shots", shot(-3)), "board-not-ready"),
        (change("prompt", json!("x".repeat(100_000))), "board-not-ready"),
        (change("prompt", json!("cut\u{0}here")), "board-not-ready"),
        (change("prompt", json!("")), "board-not-ready"),
        (change("model", json!("no-such-model")), "not-found"),
        (change("provider", json!("rehearsal")), "not-found"),
        (change("first_frame", claimed_frame()), "not-found"),
    ] {
        assert_eq!(bench.refused("generate", press(&bad, 252_000)).await, code, "{bad}");
    }
    assert_eq!(bench.refused("generate", json!({ "board": board })).await, "contract-broken");
    assert_eq!(bench.refused("no_such_command", json!({})).await, "contract-broken");
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["monthly_cap"] = json!(252_000 - 1);
    bench.call("save_settings", json!({ "settings": settings })).await;
    assert_eq!(bench.refused("generate", press(&board, 252_000)).await, "over-cap");
    bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    settings["monthly_cap"] = json!(null);
    bench.call("save_settings", json!({ "settings": settings })).await;
    assert_eq!(bench.refused("generate", press(&board, 252_000)).await, "key-missing");
    assert_eq!((sandbox.requests("submit"), sandbox.ledger().len()), (0, 0));
}

/// A picture the library has never seen, claimed to fit.
fn claimed_frame() -> Value {
    json!({ "id": "a".repeat(64), "format": "png", "width": 1280, "height": 720, "bytes": 1000, "traits": [] })
}

#[tokio::test]
async fn right_to_left_and_emoji_prompts_are_bought_as_they_are() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let mut board = single_board(&bench.call("start", json!({})).await);
    board["prompt"] = json!("باب أحمر يُفتح 🚪 赤い扉");
    let press = json!({ "board": board, "confirmation": "press", "shown": 252_000 });
    let row = bench.call("generate", press).await;
    bench.until(row[0]["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger()[0].body["prompt"], "باب أحمر يُفتح 🚪 赤い扉");
}

#[tokio::test]
async fn a_key_goes_in_and_never_comes_out() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, _sandbox) = Bench::with_sandbox(home.path()).await;
    let start = bench.call("start", json!({})).await;
    let key = start["keys"].as_array().expect("keys").iter().find(|key| key["provider"] == "wavespeed").expect("one");
    assert_eq!((&key["place"], &key["last_four"]), (&json!("keychain"), &json!("7f3a")));
    let test = bench.call("test_key", json!({ "provider": "wavespeed" })).await;
    assert_eq!(test["balance"], 250_000_000);
    let board = single_board(&start);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    bench.until(row[0]["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
    let everything = format!("{start}{row}{:?}", bench.events.lock().expect("events"));
    assert!(!everything.contains("canary"));
    let preview = bench.call("preview_request", json!({ "board": board })).await;
    assert!(preview["curl"].as_str().expect("text").contains("$WAVESPEED_API_KEY"));
    assert!(!preview.to_string().contains("canary"));
    drop(bench);
    for entry in walk(home.path()) {
        let bytes = std::fs::read(&entry).expect("a file");
        assert!(!bytes.windows(6).any(|window| window == b"canary"), "{}", entry.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() { found.extend(walk(&entry)) } else { found.push(entry) }
    }
    found
}

#[tokio::test]
async fn without_a_keychain_it_says_so_and_offers_this_session_only() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    *bench.keychain.broken.lock().expect("a word") = Some(KeychainError::Unavailable("none is running".to_owned()));
    let key = |session_only: bool| json!({ "provider": "wavespeed", "key": "a-key-0123456789", "session_only": session_only });
    assert_eq!(bench.refused("set_key", key(false)).await, "keychain-unavailable");
    let state = bench.call("set_key", key(true)).await;
    assert_eq!((&state["place"], &state["last_four"]), (&json!("session"), &json!("6789")));
    let state = bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    assert_eq!((&state["place"], &state["problem"]["code"]), (&json!("none"), &json!("keychain-unavailable")));
    for bad in ["", "   ", "line\nbreak", "clé"] {
        let key = json!({ "provider": "wavespeed", "key": bad, "session_only": true });
        assert_eq!(bench.refused("set_key", key).await, "setting-refused", "{bad:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_costs_nothing_and_is_waited_for() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let board = single_board(&bench.call("start", json!({})).await);
    drop(sandbox);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    let waits = bench.until(id, |row| row["problem"]["code"] == "provider-unreachable").await;
    assert_eq!((&waits["state"], &waits["billed"]), (&json!("queued"), &json!("no")));
    assert_eq!(bench.call("start", json!({})).await["spending"]["month"], 0);
    // A button that was drawn for a task at the provider does nothing to one that is not there.
    for ending in ["cancel", "stop-watching"] {
        let end = json!({ "id": id, "ending": ending });
        assert_eq!(bench.refused("end_generation", end).await, "generation-not-now", "{ending}");
    }
    let gone = bench.call("end_generation", json!({ "id": id, "ending": "withdraw" })).await;
    assert_eq!(gone["state"], "cancelled");
}

#[tokio::test]
async fn bad_addresses_are_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let settings = bench.call("start", json!({})).await["settings"].clone();
    for bad in ["http://api.example.com", "ftp://localhost", "not an address", "file:///etc/passwd"] {
        let mut settings = settings.clone();
        settings["base_urls"] = json!({ "wavespeed": bad });
        assert_eq!(bench.refused("save_settings", json!({ "settings": settings })).await, "setting-refused", "{bad}");
    }
}

#[tokio::test]
async fn pictures_that_are_none_are_refused_by_code() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(&home.path().join("library"));
    let file = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let good = sixshot_sandbox::grey_png(640, 360);
    for (path, code) in [
        (file("empty.png", b""), "image-empty"),
        (file("text.png", b"this is only text"), "image-not-a-picture"),
        (file("half.png", &good[..good.len() / 2]), "image-truncated"),
        (home.path().to_path_buf(), "image-is-folder"),
        (home.path().join("vanished.png"), "image-missing"),
    ] {
        let arguments = json!({ "path": path.to_str().expect("text") });
        assert_eq!(bench.refused("take_in_path", arguments).await, code, "{}", path.display());
    }
    let taken = bench.call("take_in_path", json!({ "path": file("good.png", &good).to_str() })).await;
    assert_eq!((&taken["frame"]["width"], &taken["frame"]["format"]), (&json!(640), &json!("png")));
    let mend = json!({ "frame": taken["frame"], "mend": { "kind": "crop", "ratio": "1:1" } });
    assert_eq!(bench.call("mend_frame", mend).await["frame"]["width"], 360);
}

#[tokio::test]
async fn a_library_that_cannot_be_opened_says_why() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("in-the-way");
    std::fs::write(&file, b"x").expect("written");
    let events = Arc::new(Mutex::default());
    let error = support::open(&file, Arc::default(), Arc::clone(&events)).err().expect("refused");
    assert_eq!(error.code(), "library-file");
}
