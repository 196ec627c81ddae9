//! Clips that were paid for elsewhere are found in the provider's list and fetched, once, without paying.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::path::Path;
use std::time::Duration;

const KEY: &str = "sandbox-key-canary-7f3a";

/// A sandbox and two studios that buy there with the same key, as two machines of one person do.
async fn two_machines(homes: [&Path; 2], provider: &str) -> ([Bench; 2], Sandbox) {
    let (waiting, running) = (Duration::from_millis(30), Duration::from_millis(60));
    let options = Options { waiting, running, lines: Some(240), ..Options::default() };
    let sandbox = Sandbox::start(options).await.expect("a port");
    let benches = homes.map(Bench::new);
    for bench in &benches {
        let mut settings = bench.call("start", json!({})).await["settings"].clone();
        settings["base_urls"] = json!({ provider: sandbox.base_url(provider) });
        bench.call("save_settings", json!({ "settings": settings })).await;
        give_key(bench, provider, "", KEY).await;
    }
    (benches, sandbox)
}

async fn give_key(bench: &Bench, provider: &str, account: &str, key: &str) {
    let key = json!({ "provider": provider, "account": account, "key": key, "session_only": false });
    bench.call("set_key", key).await;
}

/// Buys a board and answers its generation.
async fn buy(bench: &Bench, provider: &str, model: &str) -> Value {
    let start = bench.call("start", json!({})).await;
    let mut board = start["board"].clone();
    let mut shot = board["shots"][0].clone();
    (shot["seconds"], shot["panel"]) = (json!(4), Value::Null);
    board["shots"] = json!([shot]);
    board["prompt"] = json!("A red door opens slowly");
    (board["provider"], board["model"]) = (json!(provider), json!(model));
    (board["name"], board["ratio"]) = (json!("The door"), json!("9:16"));
    let shown = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let press = json!({ "board": board, "confirmation": "one press", "shown": shown });
    bench.call("generate", press).await[0].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[tokio::test]
async fn a_clip_that_was_paid_elsewhere_is_fetched_once() {
    for (provider, model) in [
        ("wavespeed", "kling-3.0-std"),
        ("replicate", "kling-3.0-std"),
        ("fal", "kling-3.0-std"),
        ("kling", "kling-3.0-std"),
    ] {
        let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let ([first, second], sandbox) = two_machines([homes[0].path(), homes[1].path()], provider).await;
        let asked = json!({ "provider": provider });
        let none = second.call("find_paid", asked.clone()).await;
        assert_eq!((&none["tasks"], &none["problems"]), (&json!([]), &json!([])), "{provider}");
        assert_eq!((&none["whole"], &none["back_to"]), (&json!(true), &Value::Null), "{provider}: nothing is missing");
        let bought = buy(&first, provider, model).await;
        let done = first.until(text(&bought["id"]), |row| row["state"] == "done").await;

        let found = second.call("find_paid", asked.clone()).await;
        let tasks = found["tasks"].as_array().expect("a list");
        assert_eq!(tasks.len(), 1, "{provider}: {found}");
        let task = &tasks[0];
        assert_eq!((&task["standing"], &task["may_be"]), (&json!("made"), &Value::Null), "{provider}");
        assert_eq!(task["remote_id"], done["remote_id"], "{provider}");
        let keep = json!({ "provider": provider, "account": task["account"], "remote_id": task["remote_id"] });
        let kept = second.call("keep_found", keep.clone()).await;
        let again = second.call("keep_found", keep).await;
        assert_eq!(kept["id"], again["id"], "{provider}: pressed twice makes one");
        let here = second.until(text(&kept["id"]), |row| row["state"] == "done").await;
        assert!(!here["take_id"].is_null(), "{provider}");

        assert_eq!(sandbox.ledger().len(), 1, "{provider}: paid once, by the first");
        let after = second.call("find_paid", asked.clone()).await;
        assert_eq!(after["tasks"], json!([]), "{provider}: it is owned now");
        let own = first.call("find_paid", asked).await;
        assert_eq!(own["tasks"], json!([]), "{provider}: whoever bought it has it");

        let take = second.call("open_take", json!({ "id": here["take_id"] })).await;
        match provider {
            "fal" | "replicate" => {
                assert_eq!(take["board"]["prompt"], "A red door opens slowly", "{provider}");
                assert_eq!(
                    (&take["board"]["shots"][0]["seconds"], &take["board"]["ratio"]),
                    (&json!(4), &json!("9:16"))
                );
                assert_eq!(take["board"]["name"], "A red door opens slowly", "{provider}");
            }
            _ => assert!(text(&take["board"]["name"]).starts_with("Found at "), "{provider}: {take}"),
        }
        // What the provider bills counts, and nothing else is made up.
        let spent = second.call("start", json!({})).await["spending"]["month"].clone();
        let expected = if provider == "kling" { done["price"].clone() } else { json!(0) };
        assert_eq!(spent, expected, "{provider}");
    }
}

/// A task that may be the answer to a lost request is decided in the queue, where its board is.
#[tokio::test]
async fn the_answer_to_a_lost_request_is_not_fetched_as_a_stranger() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([bench, _], sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    let bought = buy(&bench, "wavespeed", "kling-3.0-std").await;
    bench.until(text(&bought["id"]), |row| row["state"] == "unknown").await;
    let found = bench.call("find_paid", json!({ "provider": "wavespeed" })).await;
    let task = &found["tasks"][0];
    assert_eq!(task["may_be"], "The door", "{found}");
    let keep = json!({ "provider": "wavespeed", "account": task["account"], "remote_id": task["remote_id"] });
    assert_eq!(bench.refused("keep_found", keep.clone()).await, "setting-refused");
    // The queue finds it by itself, and then it is no stranger any more.
    bench.until(text(&bought["id"]), |row| row["state"] == "done").await;
    assert_eq!(bench.call("find_paid", json!({ "provider": "wavespeed" })).await["tasks"], json!([]));
    assert_eq!(bench.refused("keep_found", keep).await, "not-found");
    assert_eq!(sandbox.ledger().len(), 1);
}

/// Two keys of one account show the same tasks, and the request that was lost knows one of the keys.
#[tokio::test]
async fn the_answer_is_known_by_another_key_of_its_account() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([bench, _], sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    // Its own look finds nothing meanwhile.
    sandbox.add_fault(Fault { target: Target::List, kind: FaultKind::Delay { millis: 1_500 }, times: 1 });
    let bought = buy(&bench, "wavespeed", "kling-3.0-std").await;
    bench.until(text(&bought["id"]), |row| row["state"] == "unknown").await;
    sandbox.add_key(KEY, "another-key-of-it-20c1");
    give_key(&bench, "wavespeed", "Again", "another-key-of-it-20c1").await;
    let found = bench.call("find_paid", json!({ "provider": "wavespeed" })).await;
    assert_eq!(found["tasks"].as_array().expect("a list").len(), 1, "{found}");
    assert_eq!(found["tasks"][0]["may_be"], "The door", "{found}");
}

/// The key that sent a request is refused by now, and another one of its account shows the answer.
#[tokio::test]
async fn the_answer_to_a_request_whose_key_cannot_be_asked_is_no_stranger() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([bench, _], sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    sandbox.add_fault(Fault { target: Target::List, kind: FaultKind::Delay { millis: 1_500 }, times: 1 });
    let bought = buy(&bench, "wavespeed", "kling-3.0-std").await;
    bench.until(text(&bought["id"]), |row| row["state"] == "unknown").await;
    sandbox.replace_key(KEY, "another-key-of-it-20c1");
    give_key(&bench, "wavespeed", "Again", "another-key-of-it-20c1").await;
    let found = bench.call("find_paid", json!({ "provider": "wavespeed" })).await;
    assert_eq!(found["problems"][0]["code"], "provider-key-refused", "{found}");
    assert_eq!(found["tasks"][0]["may_be"], "The door", "{found}");
}

/// A request is lost after the look: what was a stranger then is none any more.
#[tokio::test]
async fn what_may_be_an_answer_is_decided_when_it_is_fetched() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([first, second], sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    let elsewhere = buy(&first, "wavespeed", "kling-3.0-std").await;
    first.until(text(&elsewhere["id"]), |row| row["state"] == "done").await;
    let found = second.call("find_paid", json!({ "provider": "wavespeed" })).await;
    let task = &found["tasks"][0];
    assert_eq!(task["may_be"], Value::Null, "{found}");
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    sandbox.add_fault(Fault { target: Target::List, kind: FaultKind::Delay { millis: 3_000 }, times: 1 });
    let lost = buy(&second, "wavespeed", "kling-3.0-std").await;
    second.until(text(&lost["id"]), |row| row["state"] == "unknown").await;
    let keep = json!({ "provider": "wavespeed", "account": task["account"], "remote_id": task["remote_id"] });
    assert_eq!(second.refused("keep_found", keep).await, "setting-refused");
}

/// Every account is looked through; one that cannot be is said, and hides nothing of the others.
#[tokio::test]
async fn every_account_is_looked_through() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([first, second], _sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    let asked = json!({ "provider": "wavespeed" });
    let bought = buy(&first, "wavespeed", "kling-3.0-std").await;
    first.until(text(&bought["id"]), |row| row["state"] == "done").await;
    // The account in use is another one, and a third has a key that is refused.
    give_key(&second, "wavespeed", "Refused", "wrong-key-0123456789").await;
    give_key(&second, "wavespeed", "Studio", "sandbox-key-of-another").await;
    let found = second.call("find_paid", asked.clone()).await;
    assert_eq!(found["tasks"].as_array().expect("a list").len(), 1, "{found}");
    assert_eq!(found["problems"][0]["code"], "provider-key-refused", "{found}");
    assert_eq!(found["whole"], json!(false), "{found}");
    let task = &found["tasks"][0];
    let keep = json!({ "provider": "wavespeed", "account": task["account"], "remote_id": task["remote_id"] });
    let kept = second.call("keep_found", keep).await;
    second.until(text(&kept["id"]), |row| row["state"] == "done").await;

    // Where no account can be asked, why is said.
    let third = tempfile::tempdir().expect("a folder");
    let third = Bench::new(third.path());
    assert_eq!(third.refused("find_paid", asked).await, "key-missing");
    give_key(&third, "evolink", "", KEY).await;
    assert_eq!(third.refused("find_paid", json!({ "provider": "evolink" })).await, "provider-not-supported");
    let nobody = json!({ "provider": "wavespeed", "account": "a", "remote_id": "b" });
    assert_eq!(third.refused("keep_found", nobody).await, "not-found");
}

#[tokio::test]
async fn the_time_of_a_found_clip_runs_from_when_it_was_made() {
    let homes = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let ([first, second], sandbox) = two_machines([homes[0].path(), homes[1].path()], "wavespeed").await;
    let bought = buy(&first, "wavespeed", "kling-3.0-std").await;
    first.until(text(&bought["id"]), |row| row["state"] == "done").await;
    let task = second.call("find_paid", json!({ "provider": "wavespeed" })).await["tasks"][0].clone();
    let down = FaultKind::Status { status: 503, body: String::new(), retry_after: None };
    sandbox.add_fault(Fault { target: Target::Download, kind: down, times: 100 });
    let keep = json!({ "provider": "wavespeed", "account": task["account"], "remote_id": task["remote_id"] });
    let kept = second.call("keep_found", keep).await;
    let waits = second.until(text(&kept["id"]), |row| !row["clip_ends_at"].is_null()).await;
    let week = 7 * 24 * 3_600_000;
    assert_eq!(waits["clip_ends_at"].as_i64(), task["made_at"].as_i64().map(|at| at + week));
}
