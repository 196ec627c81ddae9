//! The ledger as a file for support: every figure, and no secret.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::{Bench, ToldKeychain, parts};
use async_trait::async_trait;
use serde_json::{Value, json};
use sixshot_sandbox::{Fault, FaultKind, Target};
use sixshot_studio::desk::DeskError;
use sixshot_studio::{Clipboard, Desk, FileKind, Studio, SystemClock};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Where the person saves; nothing when they cancel.
struct SavingDesk(Option<PathBuf>);

#[async_trait]
impl Desk for SavingDesk {
    async fn pick_picture(&self) -> Result<Option<PathBuf>, DeskError> {
        Ok(None)
    }

    async fn choose_destination(&self, name: &str, kind: FileKind) -> Result<Option<PathBuf>, DeskError> {
        assert_eq!(kind, FileKind::Ledger);
        assert!(name.starts_with("sixshot-ledger-2") && name.ends_with(".jsonl"), "{name}");
        Ok(self.0.clone())
    }

    async fn clipboard(&self) -> Result<Clipboard, DeskError> {
        Ok(Clipboard::Nothing)
    }

    async fn reveal(&self, _path: &Path) -> Result<(), DeskError> {
        Ok(())
    }
}

async fn buy(bench: &Bench, press: &str) -> String {
    let start = bench.call("start", json!({})).await;
    let mut board = start["board"].clone();
    let mut shot = board["shots"][0].clone();
    (shot["seconds"], shot["panel"]) = (json!(3), Value::Null);
    board["shots"] = json!([shot]);
    board["prompt"] = json!("A canary-prompt opens a red door");
    board["callback"] = json!("https://example.com/told?token=canary-callback");
    (board["provider"], board["model"]) = (json!("wavespeed"), json!("kling-3.0-std"));
    let shown = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let generation = bench.call("generate", json!({ "board": board, "confirmation": press, "shown": shown })).await;
    generation[0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn the_ledger_is_saved_whole_and_without_a_secret() {
    let (home, out) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let good = buy(&bench, "press one").await;
    bench.until(&good, |row| row["state"] == "done").await;
    let body = r#"{"code":400,"message":"refused by canary-words"}"#.to_owned();
    let kind = FaultKind::Status { status: 400, body, retry_after: None };
    sandbox.add_fault(Fault { target: Target::Submit, kind, times: 1 });
    let refused = buy(&bench, "press two").await;
    bench.until(&refused, |row| row["state"] == "failed").await;
    bench.close().await;

    let open = |desk: SavingDesk| {
        let (keychain, events) = (Arc::new(ToldKeychain::default()), Arc::new(Mutex::default()));
        let mut parts = parts(home.path(), keychain, events, Arc::new(SystemClock), Arc::new(|_: &str| None));
        parts.desk = Arc::new(desk);
        Studio::open(parts).expect("opens")
    };
    let cancelled = open(SavingDesk(None));
    assert_eq!(cancelled.call("export_ledger", json!({})).await.expect("an answer"), json!(false));
    drop(cancelled);
    let to = out.path().join("ledger.jsonl");
    std::fs::write(&to, "what stood there before").expect("written");
    let studio = open(SavingDesk(Some(to.clone())));
    assert_eq!(studio.call("export_ledger", json!({})).await.expect("an answer"), json!(true));
    let text = std::fs::read_to_string(&to).expect("saved");
    assert_eq!(std::fs::read_dir(out.path()).expect("a folder").count(), 1, "nothing half is left beside it");

    for secret in ["canary", "sandbox-key", "http://", "https://", "A red door", "token"] {
        assert!(!text.contains(secret), "{secret} is in the file: {text}");
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&lines[0]["line"], &lines[0]["generations"]), (&json!("head"), &json!(2)));
    let of = |id: &str, line: &str| -> Vec<&Value> {
        lines.iter().filter(|value| value["generation"] == id && value["line"] == line).collect()
    };
    let kinds = |id: &str| -> Vec<String> {
        of(id, "ledger").iter().map(|line| line["kind"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(kinds(&good), ["intended", "accepted"]);
    assert_eq!(kinds(&refused), ["intended", "released"]);
    let sent: Vec<_> = of(&good, "move").iter().map(|line| line["state"].as_str().expect("a word")).collect::<Vec<_>>();
    assert!(sent.contains(&"submitting") && sent.ends_with(&["done"]), "{sent:?}");
    let first = of(&good, "ledger")[0];
    assert_eq!((&first["amount_usd"], &first["estimate_usd"]), (&json!("0.252000"), &json!("0.252000")));
    assert_eq!(first["provider_figure_usd"], Value::Null, "this provider names none");
    assert_eq!(first["remote_id"], json!(sandbox.ledger()[0].task));
    for name in ["at", "provider", "model", "request_sha256", "account", "state_now", "sent_at"] {
        assert!(first[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {first}");
    }
    let moments: Vec<_> = lines[1..].iter().map(|line| line["at"].as_str().expect("a moment").to_owned()).collect();
    assert!(moments.iter().all(|moment| moment.ends_with('Z')), "{moments:?}");
}
