//! Paying for a lost request once more: it comes on top of what was booked, unless that was proved not to have been taken.

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::time::Duration;

async fn set_cap(bench: &Bench, cap: i64) {
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["monthly_cap"] = json!(cap);
    bench.call("save_settings", json!({ "settings": settings })).await;
}

#[tokio::test]
async fn a_second_payment_stays_under_the_cap_together_with_the_first() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path());
    let (waiting, running) = (Duration::from_millis(30), Duration::from_millis(60));
    let options = Options { waiting, running, lines: Some(240), ..Options::default() };
    let sandbox = Sandbox::start(options).await.expect("a port");
    // Nobody can look there, so nothing is ever proved absent.
    let start = bench.call("start", json!({})).await;
    let mut settings = start["settings"].clone();
    settings["base_urls"] = json!({ "evolink": sandbox.base_url("evolink") });
    bench.call("save_settings", json!({ "settings": settings })).await;
    let key = json!({ "provider": "evolink", "key": "sandbox-key-canary-7f3a", "session_only": false });
    bench.call("set_key", key).await;
    let mut board = start["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 4, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    let profiles = start["profiles"].as_array().expect("profiles");
    let profile = profiles.iter().find(|profile| profile["provider"] == "evolink").expect("sold");
    (board["provider"], board["model"]) = (json!("evolink"), profile["model"].clone());
    let quote = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let price = quote.as_i64().expect("a price");

    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    let press = json!({ "board": board, "confirmation": "one", "shown": price });
    let row = bench.call("generate", press).await[0].clone();
    let id = row["id"].as_str().expect("an id");
    bench.until(id, |row| row["evidence"]["verdict"] == "cannot-look").await;
    let spent = async || bench.call("start", json!({})).await["spending"]["month"].clone();
    assert_eq!(spent().await, json!(price));

    let again = json!({ "id": id, "confirmation": "two", "shown": price });
    set_cap(&bench, 2 * price - 1).await;
    assert_eq!(bench.refused("send_again", again.clone()).await, "over-cap");
    assert_eq!((sandbox.requests("submit"), spent().await), (1, json!(price)));
    set_cap(&bench, 2 * price).await;
    let sent: Value = bench.call("send_again", again).await;
    assert_eq!(sent["state"], "queued");
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!((sandbox.requests("submit"), spent().await), (2, json!(2 * price)));
}
