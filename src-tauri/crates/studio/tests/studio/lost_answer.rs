//! A lost request that cannot be looked for: the person is told, and may leave it; nothing pays a second time.

use crate::support::Bench;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Sandbox, Target};

/// Buys at a provider with a list, and loses the answer; the list answers once before the purchase and then so.
async fn lose(bench: &Bench, sandbox: &Sandbox, list: FaultKind) -> Value {
    let start = bench.call("start", json!({})).await;
    let mut board = start["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 5, "panel": null }]);
    board["prompt"] = json!("A red door opens");
    let price = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    sandbox.add_fault(Fault { target: Target::List, kind: FaultKind::Delay { millis: 0 }, times: 1 });
    sandbox.add_fault(Fault { target: Target::List, kind: list, times: 10_000 });
    let press = json!({ "board": board, "confirmation": "one", "shown": price });
    let row = bench.call("generate", press).await[0].clone();
    assert_eq!(row["provider"], "wavespeed");
    row
}

fn is_asked(row: &Value) -> bool {
    row["evidence"]["needs_person"] == true
}

#[tokio::test]
async fn a_list_that_refuses_for_good_is_the_persons_question_and_pays_nothing_again() {
    let refusal = FaultKind::Status {
        status: 400,
        body: r#"{"code":400,"message":"this list is not offered any more"}"#.to_owned(),
        retry_after: None,
    };
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let row = lose(&bench, &sandbox, refusal).await;
    let id = row["id"].as_str().expect("an id");
    let asked = bench.until(id, is_asked).await;
    assert_eq!(
        (&asked["evidence"]["verdict"], &asked["problem"]["code"]),
        (&json!("looking"), &json!("provider-refused"))
    );
    assert_eq!(asked["actions"], json!(["look-up", "adopt", "give-up"]));
    let again = json!({ "id": id, "confirmation": "two", "shown": asked["price"] });
    assert_eq!(bench.refused("send_again", again).await, "generation-not-now");

    let left = bench.call("end_generation", json!({ "id": id, "ending": "give-up" })).await;
    assert_eq!((&left["state"], &left["billed"]), (&json!("cancelled"), &json!("unknown")));
    assert_eq!((sandbox.requests("submit"), sandbox.ledger().len()), (1, 1), "nothing was sent again");
    let spent = bench.call("start", json!({})).await["spending"]["month"].clone();
    assert_eq!(spent, asked["price"], "it may have been paid");
}

/// A network that asks to sign in: the next look may be answered again.
#[tokio::test]
async fn a_page_instead_of_a_list_is_no_question_yet() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let page = FaultKind::Mangle { status: 200, body: "<html>sign in</html>".to_owned() };
    let row = lose(&bench, &sandbox, page).await;
    let id = row["id"].as_str().expect("an id");
    let looking = bench.until(id, |row| row["problem"]["code"] == "provider-unexpected-answer").await;
    assert!(!is_asked(&looking), "it goes on by itself: {looking}");
    assert_eq!(looking["actions"], json!(["look-up", "adopt"]));
    sandbox.clear_faults();
    bench.call("look_up_generation", json!({ "id": id })).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!((sandbox.requests("submit"), sandbox.ledger().len()), (1, 1));
}

#[tokio::test]
async fn a_key_that_is_gone_is_the_persons_question_until_it_is_back() {
    let home = tempfile::tempdir().expect("a folder");
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let row = lose(&bench, &sandbox, FaultKind::HangUpBefore).await;
    let id = row["id"].as_str().expect("an id");
    let looking = bench.until(id, |row| row["problem"]["code"] == "provider-unavailable").await;
    assert!(!is_asked(&looking), "it goes on by itself: {looking}");
    assert_eq!(looking["actions"], json!(["look-up", "adopt"]));

    bench.call("forget_key", json!({ "provider": "wavespeed" })).await;
    bench.call("look_up_generation", json!({ "id": id })).await;
    let asked = bench.until(id, is_asked).await;
    assert_eq!(asked["problem"]["code"], "key-missing", "{asked}");
    assert_eq!(asked["actions"], json!(["look-up", "adopt", "give-up"]), "{asked}");

    sandbox.clear_faults();
    let key = json!({ "provider": "wavespeed", "key": "sandbox-key-canary-7f3a", "session_only": false });
    bench.call("set_key", key).await;
    bench.call("look_up_generation", json!({ "id": id })).await;
    bench.until(id, |row| row["state"] == "done").await;
    assert_eq!((sandbox.requests("submit"), sandbox.ledger().len()), (1, 1));
}
