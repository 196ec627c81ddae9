//! A key that nothing else looks like: after every flow and every error, it is in the keychain and nowhere else.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

mod support;

use serde_json::{Value, json};
use sixshot_providers::Catalogue;
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::Bench;

/// What no other text holds.
const CANARY: &str = "canary-7f3a91c2e5";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn files_below(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

fn single(start: &Value, provider: &str, model: &str) -> Value {
    let mut board = start["board"].clone();
    let mut shot = board["shots"][0].clone();
    (shot["seconds"], shot["panel"]) = (json!(3), Value::Null);
    board["shots"] = json!([shot]);
    board["prompt"] = json!("A red door opens slowly");
    (board["provider"], board["model"]) = (json!(provider), json!(model));
    board
}

#[tokio::test]
async fn a_key_is_in_the_keychain_and_nowhere_else() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    // A panic with the key in reach prints where it happened and not what it held.
    let panics = log.clone();
    std::panic::set_hook(Box::new(move |info| {
        let text = format!("{info} {}", std::backtrace::Backtrace::force_capture());
        eprintln!("{info}");
        panics.0.lock().expect("the log").extend_from_slice(text.as_bytes());
    }));

    let home = tempfile::tempdir().expect("a folder");
    let options = Options {
        waiting: Duration::from_millis(20),
        running: Duration::from_millis(50),
        lines: Some(240),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a port");
    let bench = Bench::new(home.path());
    let mut answers = Vec::new();
    let start = bench.call("start", json!({})).await;
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let asked: Vec<_> = catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty()).collect();
    let mut settings = start["settings"].clone();
    let bases = asked.iter().map(|entry| (entry.id.0.clone(), json!(sandbox.base_url(&entry.id.0))));
    settings["base_urls"] = Value::Object(bases.collect());
    bench.call("save_settings", json!({ "settings": settings })).await;

    for entry in &asked {
        let (provider, model) = (entry.id.0.as_str(), &entry.models[0].profile.model.0);
        let key = format!("{provider}-key-{CANARY}");
        let board = single(&start, provider, model);
        answers.push(bench.call("set_key", json!({ "provider": provider, "key": key, "session_only": false })).await);
        if entry.tells_account {
            answers.push(bench.call("test_key", json!({ "provider": provider })).await);
        }
        answers.push(bench.call("preview_request", json!({ "board": board })).await);
        let shown = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
        // Services that repeat the key in what they say, and answers that are none.
        let says = format!("the key {key} is no good");
        let faults = [
            None,
            Some((
                Target::Submit,
                FaultKind::Status { status: 400, body: echo(&says, 400, provider), retry_after: None },
            )),
            Some((
                Target::Submit,
                FaultKind::Status { status: 401, body: echo(&says, 401, provider), retry_after: None },
            )),
            Some((Target::Submit, FaultKind::Mangle { status: 200, body: says.clone() })),
            Some((Target::Submit, FaultKind::HangUpAfter)),
            Some((Target::Submit, FaultKind::FailTask { reason: says.clone() })),
        ];
        // What happens after the purchase is the queue's and the same for all: once is enough, and each takes seconds.
        let later = [
            Some((Target::Poll, FaultKind::Mangle { status: 500, body: echo(&says, 500, provider) })),
            Some((Target::Download, FaultKind::Mangle { status: 403, body: says.clone() })),
        ];
        let later = later.into_iter().filter(|_| provider == "wavespeed");
        for (index, fault) in faults.into_iter().chain(later).enumerate() {
            if let Some((target, kind)) = fault {
                sandbox.add_fault(Fault { target, kind, times: 1 });
            }
            let confirmation = format!("{provider}-{index}");
            let arguments = json!({ "board": board, "confirmation": confirmation, "shown": shown });
            let rows = bench.call("generate", arguments).await;
            let id = rows[0]["id"].as_str().expect("an id").to_owned();
            let settled = |row: &Value| {
                let state = row["state"].as_str().unwrap_or_default();
                matches!(state, "done" | "failed" | "unknown" | "expired")
                    || state == "queued" && row["problem"].is_object()
            };
            let row = bench.until(&id, settled).await;
            if index == 0 {
                assert_eq!(row["state"], "done", "{provider}: {row}");
            }
            if row["state"] == "queued" {
                bench.call("end_generation", json!({ "id": id, "ending": "withdraw" })).await;
            }
            answers.push(row);
            sandbox.clear_faults();
        }
        sandbox.add_fault(Fault {
            target: Target::Balance,
            kind: FaultKind::Status { status: 401, body: echo(&says, 401, provider), retry_after: None },
            times: 1,
        });
        if let Err(error) = bench.studio.call("test_key", json!({ "provider": provider })).await {
            answers.push(serde_json::to_value(error.problem()).expect("a problem"));
            answers.push(json!(format!("{error:?}")));
        }
        sandbox.clear_faults();
        // What cannot be understood is not repeated either.
        for wrong in [
            json!({ "provider": "nobody", "key": key, "session_only": false }),
            json!({ "provider": provider, "key": [key] }),
        ] {
            if let Err(error) = bench.studio.call("set_key", wrong).await {
                answers.push(serde_json::to_value(error.problem()).expect("a problem"));
            }
        }
        let debug = format!("{:?}", bench.keychain.keys.lock().expect("keys").get(provider));
        answers.push(json!(debug));
    }
    let panicked = std::panic::catch_unwind(|| panic!("a part of the program stops"));
    assert!(panicked.is_err());
    answers.push(bench.call("start", json!({})).await);
    answers.push(json!(*bench.events.lock().expect("events")));

    // In the keychain, one for each provider.
    assert_eq!(bench.keychain.keys.lock().expect("keys").len(), asked.len());
    for answer in &answers {
        assert!(!answer.to_string().contains(CANARY), "{answer}");
    }
    let text = log.0.lock().expect("the log").clone();
    assert!(text.len() > 1_000, "the log was heard");
    let at = text.windows(CANARY.len()).position(|window| window == CANARY.as_bytes());
    if let Some(at) = at {
        panic!("in the log: {}", String::from_utf8_lossy(&text[at.saturating_sub(600)..(at + 60).min(text.len())]));
    }
    let mut files = Vec::new();
    files_below(home.path(), &mut files);
    assert!(files.iter().any(|file| file.extension().is_some_and(|end| end == "mp4")), "clips were kept");
    for file in files {
        assert!(!holds(&std::fs::read(&file).expect("read"), CANARY), "{}", file.display());
    }
}

/// An error in every provider's shape at once.
fn echo(says: &str, status: i64, provider: &str) -> String {
    let kling = match status {
        400 => 1201,
        401 => 1002,
        _ => 5000,
    };
    let code = if provider.starts_with("kling") { kling } else { status };
    json!({ "code": code, "message": says, "error": { "code": status, "message": says, "type": "authentication_error" },
        "detail": says, "title": says, "msg": says, "error_message": says })
    .to_string()
}
