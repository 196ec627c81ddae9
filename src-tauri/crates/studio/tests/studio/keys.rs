//! Keys and accounts: none is lost that something was bought with, and nobody pays who was not chosen.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::{Bench, ToldKeychain};
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Sandbox, Target};
use sixshot_studio::{KeychainError, Opening, SystemClock};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the first key of every test is called once another one takes its place.
const EARLIER: &str = "Earlier key 7f3a";

fn single_board(start: &Value) -> Value {
    let mut board = start["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    board
}

fn another_key() -> Value {
    json!({ "provider": "wavespeed", "key": "another-key-canary-91c2", "session_only": false })
}

/// Buys one that does not end before the faults are cleared, and tells its id once it runs.
async fn running(bench: &Bench, sandbox: &Sandbox) -> String {
    let board = single_board(&bench.call("start", json!({})).await);
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id").to_owned();
    bench.until(&id, |row| row["state"] == "running").await;
    id
}

/// The studio of a test as the next start finds it, with the keys of before.
async fn started_again(bench: Bench, home: &Path) -> Bench {
    let kept = bench.keychain.keys.lock().expect("keys").clone();
    bench.close().await;
    let bench = Bench::new(home);
    bench.keychain.keys.lock().expect("keys").extend(kept);
    bench
}

/// The same behind a locked keychain, in an environment that holds a key.
async fn started_locked(bench: Bench, home: &Path) -> Bench {
    let kept = bench.keychain.keys.lock().expect("keys").clone();
    bench.close().await;
    let variable = ("WAVESPEED_API_KEY", "environment-canary-e1e1");
    let bench = Bench::opened_in(home, Arc::new(SystemClock), &Opening::default(), variable).expect("opens");
    bench.keychain.keys.lock().expect("keys").extend(kept);
    bench.keychain.unread.lock().expect("names").insert("wavespeed".to_owned());
    bench
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_not_written_over() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = running(&bench, &sandbox).await;
    let bench = started_again(bench, home.path()).await;
    // It is opened in the moment between the two questions.
    bench.keychain.unread.lock().expect("names").insert("wavespeed".to_owned());
    assert_eq!(bench.refused("set_key", another_key()).await, "keychain-unavailable");
    bench.keychain.unread.lock().expect("names").clear();
    let state = bench.call("set_key", another_key()).await;
    assert_eq!((&state["last_four"], &state["accounts"]), (&json!("91c2"), &json!(["Earlier key 7f3a"])));
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

#[tokio::test]
async fn behind_a_key_for_this_session_the_keychains_own_is_kept() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = running(&bench, &sandbox).await;
    let bench = started_again(bench, home.path()).await;
    bench.keychain.unread.lock().expect("names").insert("wavespeed".to_owned());
    let mut session = another_key();
    (session["key"], session["session_only"]) = (json!("a-third-key-canary-0000"), json!(true));
    bench.call("set_key", session).await;
    // Nobody else's key is tried for it meanwhile, and a key that is to be kept does not take its place unseen.
    bench.until(&id, |row| row["problem"]["code"] == "keychain-unavailable").await;
    assert_eq!(bench.refused("set_key", another_key()).await, "keychain-unavailable");
    bench.keychain.unread.lock().expect("names").clear();
    let state = bench.call("set_key", another_key()).await;
    let kept = state["accounts"].as_array().expect("names");
    assert!(kept.contains(&json!("Earlier key 7f3a")), "{kept:?}");
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

/// Replaces the key, and buys something with the old one while the keychain takes its time. `meanwhile`: what happens to
/// the keychain then.
async fn bought_while_replaced(bench: &Bench, sandbox: &Sandbox, meanwhile: impl FnOnce(&ToldKeychain)) -> String {
    *bench.keychain.held.lock().expect("a word") = true;
    let bought = async {
        let deadline = Instant::now() + Duration::from_secs(20);
        while bench.keychain.waiting() == 0 {
            assert!(Instant::now() < deadline, "the keychain was never asked");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let id = running(bench, sandbox).await;
        meanwhile(&bench.keychain);
        *bench.keychain.held.lock().expect("a word") = false;
        id
    };
    let (state, id) = tokio::join!(bench.call("set_key", another_key()), bought);
    assert_eq!((&state["last_four"], &state["accounts"]), (&json!("91c2"), &json!([EARLIER])));
    assert_eq!(state["account"], "", "the new one is in use");
    id
}

#[tokio::test]
async fn what_is_bought_while_its_key_is_being_replaced_is_fetched() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = bought_while_replaced(&bench, &sandbox, |_| {}).await;
    assert!(bench.keychain.keys.lock().expect("keys").contains_key(&format!("wavespeed/{EARLIER}")));
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

#[tokio::test]
async fn a_key_that_the_keychain_does_not_keep_any_more_is_kept_until_the_program_ends() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let locked = |keychain: &ToldKeychain| {
        keychain.unread.lock().expect("names").insert(format!("wavespeed/{EARLIER}"));
    };
    let id = bought_while_replaced(&bench, &sandbox, locked).await;
    assert!(!bench.keychain.keys.lock().expect("keys").contains_key(&format!("wavespeed/{EARLIER}")));
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

/// The keychain is locked at the start, and the environment's key pays; once it is open, its own does.
#[tokio::test]
async fn a_key_that_takes_the_environments_place_goes_on_with_what_waits() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let bench = started_locked(bench, home.path()).await;
    let body = r#"{"code":429,"message":"too many"}"#.to_owned();
    let patience = FaultKind::Status { status: 429, body, retry_after: Some(3_000) };
    sandbox.add_fault(Fault { target: Target::Submit, kind: patience, times: 1 });
    let board = single_board(&bench.call("start", json!({})).await);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    bench.until(id, |row| row["problem"]["code"] == "provider-rate-limited").await;
    bench.keychain.unread.lock().expect("names").clear();
    bench.call("test_key", json!({ "provider": "wavespeed" })).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger()[0].key, "7f3a");
}

#[tokio::test]
async fn a_clip_that_nobody_watches_any_more_is_fetched_after_its_key_was_replaced() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = running(&bench, &sandbox).await;
    bench.call("end_generation", json!({ "id": id, "ending": "stop-watching" })).await;
    let state = bench.call("set_key", another_key()).await;
    assert_eq!(state["accounts"], json!(["Earlier key 7f3a"]));
    sandbox.clear_faults();
    bench.call("fetch_again", json!({ "id": id })).await;
    bench.until(&id, |row| row["state"] == "done").await;
}

#[tokio::test]
async fn what_waits_is_not_paid_by_an_account_that_nobody_chose() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let mut key = another_key();
    key["account"] = json!("Studio");
    bench.call("set_key", key).await;
    // It waits at the provider's pause when the key is forgotten.
    let body = r#"{"code":429,"message":"too many"}"#.to_owned();
    let patience = FaultKind::Status { status: 429, body, retry_after: Some(2) };
    sandbox.add_fault(Fault { target: Target::Submit, kind: patience, times: 1 });
    let board = single_board(&bench.call("start", json!({})).await);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    bench.until(id, |row| row["problem"]["code"] == "provider-rate-limited").await;
    bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    bench.until(id, |row| row["problem"]["code"] == "key-missing").await;
    assert_eq!(sandbox.ledger().len(), 0);
    bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger()[0].key, "7f3a");
}

/// A keychain that is locked says nothing about the key in it.
#[tokio::test]
async fn without_its_keychain_a_task_waits_for_its_key() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let mut key = another_key();
    key["account"] = json!("Studio");
    let id = running(&bench, &sandbox).await;
    bench.call("set_key", key).await;
    let bench = started_again(bench, home.path()).await;
    bench.keychain.unread.lock().expect("names").insert("wavespeed".to_owned());
    bench.until(&id, |row| row["problem"]["code"] == "keychain-unavailable").await;
    bench.keychain.unread.lock().expect("names").clear();
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

#[tokio::test]
async fn accounts_have_keys_of_their_own_and_a_task_keeps_its_own() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let board = single_board(&bench.call("start", json!({})).await);
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    bench.until(id, |row| row["state"] == "running").await;

    let key = json!({ "provider": "wavespeed", "account": "Studio", "key": "another-key-canary-91c2", "session_only": false });
    let state = bench.call("set_key", key).await;
    assert_eq!((&state["account"], &state["accounts"]), (&json!("Studio"), &json!(["Studio"])));
    assert_eq!(state["last_four"], "91c2");
    let mut names: Vec<_> = bench.keychain.keys.lock().expect("keys").keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["wavespeed", "wavespeed/Studio"]);
    // The task is still asked for with the key it was bought with: the other account knows nothing of it.
    sandbox.clear_faults();
    bench.until(id, |row| row["state"] == "done").await;

    let state = bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    assert_eq!((&state["account"], &state["last_four"]), (&json!(""), &json!("7f3a")));
    let nobody = json!({ "provider": "wavespeed", "account": "nobody" });
    assert_eq!(bench.refused("choose_account", nobody).await, "not-found");
    bench.call("choose_account", json!({ "provider": "wavespeed", "account": "Studio" })).await;
    // Nobody chose that the first account pays instead.
    let state = bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    assert_eq!(
        (&state["account"], &state["accounts"], &state["place"]),
        (&json!("Studio"), &json!(["Studio"]), &json!("none"))
    );
    let state = bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    assert_eq!((&state["account"], &state["accounts"], &state["last_four"]), (&json!(""), &json!([]), &json!("7f3a")));
    assert_eq!(bench.keychain.keys.lock().expect("keys").len(), 1);
}

#[tokio::test]
async fn a_key_that_is_replaced_still_fetches_what_it_bought() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let board = single_board(&bench.call("start", json!({})).await);
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    bench.until(id, |row| row["state"] == "running").await;
    let key = json!({ "provider": "wavespeed", "key": "another-key-canary-91c2", "session_only": false });
    let state = bench.call("set_key", key).await;
    assert_eq!((&state["account"], &state["last_four"]), (&json!(""), &json!("91c2")));
    assert_eq!(state["accounts"], json!(["Earlier key 7f3a"]));
    sandbox.clear_faults();
    bench.until(id, |row| row["state"] == "done").await;
    // Nothing is kept of a key that nothing hangs on.
    let key = json!({ "provider": "wavespeed", "key": "a-third-key-canary-0000", "session_only": false });
    let state = bench.call("set_key", key).await;
    assert_eq!(state["accounts"], json!(["Earlier key 7f3a"]));
}

/// Buys one that the provider does not take before an hour is over, with a key for this session that is forgotten then.
async fn waits_without_its_key(bench: &Bench, sandbox: &Sandbox) -> (String, Value) {
    let mut session = another_key();
    session["session_only"] = json!(true);
    bench.call("set_key", session).await;
    let body = r#"{"code":429,"message":"too many"}"#.to_owned();
    let patience = FaultKind::Status { status: 429, body, retry_after: Some(3_000) };
    sandbox.add_fault(Fault { target: Target::Submit, kind: patience, times: 1 });
    let board = single_board(&bench.call("start", json!({})).await);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "q", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id").to_owned();
    bench.until(&id, |row| row["problem"]["code"] == "provider-rate-limited").await;
    (id, bench.call("forget_key", json!({ "provider": "wavespeed" })).await)
}

/// The same, also when the keychain was locked in the moment of the forgetting.
#[tokio::test]
async fn behind_a_locked_keychain_no_other_key_pays_unasked() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let bench = started_again(bench, home.path()).await;
    bench.keychain.unread.lock().expect("names").insert("wavespeed".to_owned());
    let (id, state) = waits_without_its_key(&bench, &sandbox).await;
    assert_eq!((&state["place"], &state["problem"]["code"]), (&json!("none"), &json!("keychain-unavailable")));
    bench.keychain.unread.lock().expect("names").clear();
    assert_eq!(bench.refused("test_key", json!({ "provider": "wavespeed" })).await, "key-missing");
    bench.until(&id, |row| row["problem"]["code"] == "key-missing").await;
    assert_eq!(sandbox.ledger().len(), 0);
    let state = bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    assert_eq!(state["place"], "keychain");
    bench.until(&id, |row| row["state"] == "done").await;
}

/// Whoever says that the environment's key may pay has not said it of the one that the keychain shows by then.
#[tokio::test]
async fn the_key_that_was_shown_is_the_one_that_is_used() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let bench = started_locked(bench, home.path()).await;
    let (id, state) = waits_without_its_key(&bench, &sandbox).await;
    assert_eq!((&state["place"], &state["last_four"]), (&json!("held-in-environment"), &json!("e1e1")));
    bench.keychain.unread.lock().expect("names").clear();
    let first = json!({ "provider": "wavespeed", "account": "" });
    let state = bench.call("choose_account", first.clone()).await;
    assert_eq!((&state["place"], &state["last_four"]), (&json!("held-in-keychain"), &json!("7f3a")));
    bench.until(&id, |row| row["problem"]["code"] == "key-missing").await;
    assert_eq!(sandbox.ledger().len(), 0);
    bench.call("choose_account", first).await;
    bench.until(&id, |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger()[0].key, "7f3a");
}

/// A key that was behind the forgotten one pays for nothing until somebody says so, and still fetches what it bought.
#[tokio::test]
async fn behind_a_forgotten_key_no_other_one_pays_unasked() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let before = running(&bench, &sandbox).await;
    let bench = started_again(bench, home.path()).await;
    let (id, state) = waits_without_its_key(&bench, &sandbox).await;
    assert_eq!((&state["place"], &state["last_four"]), (&json!("held-in-keychain"), &json!("7f3a")));
    bench.until(&id, |row| row["problem"]["code"] == "key-missing").await;
    sandbox.clear_faults();
    bench.until(&before, |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 1);
    let state = bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    assert_eq!((&state["place"], &state["last_four"]), (&json!("keychain"), &json!("7f3a")));
    bench.until(&id, |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger()[1].key, "7f3a");
}

#[tokio::test]
async fn a_held_key_is_kept_when_another_one_is_given() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = running(&bench, &sandbox).await;
    let mut session = another_key();
    session["session_only"] = json!(true);
    bench.call("set_key", session).await;
    // As after a start in which the old key was not needed yet.
    bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    bench.keychain.keys.lock().expect("keys").remove(&format!("wavespeed/{EARLIER}"));
    let mut third = another_key();
    third["key"] = json!("a-third-key-canary-0000");
    let state = bench.call("set_key", third).await;
    assert_eq!(state["last_four"], "0000");
    let kept = bench.keychain.keys.lock().expect("keys").contains_key(&format!("wavespeed/{EARLIER}"));
    assert!(kept, "{state}");
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

#[tokio::test]
async fn for_this_session_a_key_can_be_given_also_when_the_keychain_locks() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let id = running(&bench, &sandbox).await;
    *bench.keychain.broken.lock().expect("a word") = Some(KeychainError::Silent);
    let mut session = another_key();
    session["session_only"] = json!(true);
    let state = bench.call("set_key", session).await;
    assert_eq!((&state["place"], &state["accounts"]), (&json!("session"), &json!([EARLIER])));
    sandbox.clear_faults();
    bench.until(&id, |row| row["state"] == "done").await;
}

/// Whoever chooses while a key is still being saved has the last word.
#[tokio::test]
async fn one_after_the_other_is_done_with_keys() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, _sandbox) = Bench::with_sandbox(home.path()).await;
    let mut studio = another_key();
    studio["account"] = json!("Studio");
    bench.call("set_key", studio).await;
    bench.call("choose_account", json!({ "provider": "wavespeed", "account": "" })).await;
    *bench.keychain.held.lock().expect("a word") = true;
    let mut third = another_key();
    third["key"] = json!("a-third-key-canary-0000");
    let chosen = async {
        let deadline = Instant::now() + Duration::from_secs(20);
        while bench.keychain.waiting() == 0 {
            assert!(Instant::now() < deadline, "the keychain was never asked");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let chosen = bench.call("choose_account", json!({ "provider": "wavespeed", "account": "Studio" }));
        let release = async { *bench.keychain.held.lock().expect("a word") = false };
        tokio::join!(chosen, release).0
    };
    let (_, state) = tokio::join!(bench.call("set_key", third), chosen);
    assert_eq!((&state["account"], &state["last_four"]), (&json!("Studio"), &json!("91c2")));
    let start = bench.call("start", json!({})).await;
    let keys = start["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["provider"] == "wavespeed").expect("a key");
    assert_eq!(key["account"], "Studio");
}

/// That a key is found at a start is nobody's word that there is money.
#[tokio::test]
async fn what_waits_for_money_waits_also_after_a_start() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let body = r#"{"code":402,"message":"insufficient credits"}"#.to_owned();
    let poor = FaultKind::Status { status: 402, body, retry_after: None };
    sandbox.add_fault(Fault { target: Target::Submit, kind: poor, times: 1 });
    let board = single_board(&bench.call("start", json!({})).await);
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id").to_owned();
    bench.until(&id, |row| row["problem"]["code"] == "provider-no-credit").await;
    let bench = started_again(bench, home.path()).await;
    bench.call("ready", json!({})).await;
    // By the end of a rehearsal that began after it, it would long have been sent.
    let rehearsal = bench.call("rehearse", json!({ "board": board })).await;
    bench.until(rehearsal["id"].as_str().expect("an id"), |row| row["state"] == "done").await;
    assert_eq!(sandbox.ledger().len(), 0);
    bench.call("go_on", json!({ "provider": "wavespeed" })).await;
    bench.until(&id, |row| row["state"] == "done").await;
}
