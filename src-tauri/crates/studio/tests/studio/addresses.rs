//! A person's own address of a provider: what waits because of a wrong one goes on when it is put right.

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};

async fn ask_at(bench: &Bench, address: String) {
    let mut settings = bench.call("start", json!({})).await["settings"].clone();
    settings["base_urls"] = json!({ "wavespeed": address });
    bench.call("save_settings", json!({ "settings": settings })).await;
}

async fn board(bench: &Bench) -> Value {
    let mut board = bench.call("start", json!({})).await["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    board
}

#[tokio::test]
async fn what_was_refused_at_a_wrong_address_goes_on_when_it_is_put_right() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let wrong = Sandbox::start(Options::default()).await.expect("a port");
    let refuses =
        FaultKind::Status { status: 401, body: r#"{"code":401,"message":"no such key"}"#.into(), retry_after: None };
    for target in [Target::Price, Target::List, Target::Submit] {
        wrong.add_fault(Fault { target, kind: refuses.clone(), times: 1_000 });
    }
    ask_at(&bench, wrong.base_url("wavespeed")).await;
    let board = board(&bench).await;
    let row = bench.call("generate", json!({ "board": board, "confirmation": "p", "shown": 252_000 })).await[0].clone();
    let id = row["id"].as_str().expect("an id");
    bench.until(id, |row| row["problem"]["code"] == "provider-key-refused").await;

    ask_at(&bench, sandbox.base_url("wavespeed")).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!((sandbox.ledger().len(), wrong.ledger().len()), (1, 0));
}

#[tokio::test]
async fn a_key_that_is_replaced_after_its_address_still_fetches_what_it_bought() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    let row =
        bench.call("generate", json!({ "board": board(&bench).await, "confirmation": "p", "shown": 252_000 })).await;
    let id = row[0]["id"].as_str().expect("an id");
    bench.until(id, |row| row["state"] == "running").await;

    let another = Sandbox::start(Options::default()).await.expect("a port");
    ask_at(&bench, another.base_url("wavespeed")).await;
    let key = json!({ "provider": "wavespeed", "key": "another-key-canary-91c2", "session_only": false });
    let state = bench.call("set_key", key).await;
    assert_eq!(state["accounts"], json!(["Earlier key 7f3a"]));
    bench.until(id, |row| row["problem"]["code"] == "other-account").await;

    // Not even by a key that is typed in its place.
    let kept = json!({ "provider": "wavespeed", "account": "Earlier key 7f3a" });
    bench.call("choose_account", kept).await;
    let key = json!({ "provider": "wavespeed", "account": "Earlier key 7f3a", "key": "a-third-key-canary-0000", "session_only": false });
    let state = bench.call("set_key", key).await;
    assert_eq!(state["accounts"], json!(["Earlier key 7f3a", "Earlier key 7f3a (2)"]));

    sandbox.clear_faults();
    ask_at(&bench, sandbox.base_url("wavespeed")).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!((sandbox.ledger().len(), another.ledger().len()), (1, 0));
}
