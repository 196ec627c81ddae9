//! The program that is killed: a studio without a window, in a process of its own. It buys what it is told to buy,
//! says on its standard output what it has promised, and ends when nothing happens by itself any more.

use crate::clock::{FastClock, SPEED};
use crate::support::{self, ToldKeychain};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sixshot_providers::Catalogue;
use sixshot_studio::Studio;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// In which variable a victim finds its orders.
pub const ORDERS: &str = "SIXSHOT_FAULTS_VICTIM";
/// Stands in every key and nowhere else.
pub const CANARY: &str = "canary-9c41d7";

/// Where to end without warning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CrashPoint {
    /// Name of the fail point.
    pub name: String,
    /// At which time of passing it, from 1.
    pub hit: u32,
}

/// What a victim does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    /// Folder of the library.
    pub home: PathBuf,
    /// Address of the sandbox.
    pub sandbox: String,
    /// When the clock began.
    pub began: i64,
    /// How far the clock is set ahead, in milliseconds.
    pub ahead: i64,
    /// How many seconds of the clock pass in one.
    pub speed: u32,
    /// What is bought: the provider and the name of the purchase, which also stands in its prompt.
    pub buys: Vec<(String, String)>,
    /// Where it ends.
    pub crash: Option<CrashPoint>,
    /// Counts the passes of every point and says so at the end.
    pub count_points: bool,
    /// Answers the questions of lost requests: sends again what is not at the provider.
    pub answers: bool,
}

impl Orders {
    /// Nothing bought and nothing that goes wrong.
    pub fn new(home: &Path, sandbox: &sixshot_sandbox::Sandbox, began: i64) -> Self {
        Self {
            home: home.to_path_buf(),
            sandbox: format!("http://{}", sandbox.address()),
            began,
            ahead: 0,
            speed: SPEED,
            buys: vec![],
            crash: None,
            count_points: false,
            answers: false,
        }
    }
}

/// The key of a provider: the same every time, and no two providers' alike.
pub fn key(provider: &str) -> String {
    format!("{provider}-{CANARY}-key")
}

/// Kills this process as the system would: no destructor, no flush.
fn die() {
    let killed = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
    panic!("still alive: {killed:?}");
}

fn set_crash(crash: CrashPoint) {
    let passed = AtomicU32::new(0);
    let callback = move || {
        if passed.fetch_add(1, Ordering::SeqCst) + 1 == crash.hit {
            die();
        }
    };
    fail::cfg_callback(crash.name, callback).expect("a fail point");
}

/// One line for whoever watches. What is promised after it is lost when the line is not there.
fn say(word: &str, what: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word} {what}").expect("somebody listens");
    out.flush().expect("somebody listens");
}

pub fn run(orders: Orders) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(live(orders));
    // A task that hangs must not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(1));
}

async fn live(orders: Orders) {
    let counts: Arc<Vec<(&str, AtomicU32)>> =
        Arc::new(crate::points::POINTS.iter().map(|name| (*name, AtomicU32::new(0))).collect());
    if let Some(crash) = orders.crash.clone() {
        set_crash(crash);
    } else if orders.count_points {
        for (index, name) in crate::points::POINTS.iter().enumerate() {
            let counts = Arc::clone(&counts);
            fail::cfg_callback(*name, move || {
                counts[index].1.fetch_add(1, Ordering::SeqCst);
            })
            .expect("a fail point");
        }
    }
    let clock = Arc::new(FastClock { began: orders.began, ahead: orders.ahead, speed: orders.speed });
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let keys: Vec<(String, String)> = catalogue
        .providers
        .iter()
        .map(|entry| (entry.key_variable.clone(), key(&entry.id.0)))
        .filter(|(variable, _)| !variable.is_empty())
        .collect();
    let environment = move |name: &str| keys.iter().find(|(variable, _)| variable == name).map(|(_, key)| key.clone());
    let events: Arc<Mutex<Vec<Value>>> = Arc::default();
    let studio = support::open_with(
        &orders.home,
        Arc::new(ToldKeychain::default()),
        Arc::clone(&events),
        clock,
        Arc::new(environment),
    );
    let studio = match studio {
        Ok(studio) => studio,
        Err(error) => {
            say("refused", &json!(error.code()));
            return;
        }
    };
    say("open", &Value::Null);
    use_sandbox(&studio, &catalogue, &orders.sandbox).await;
    let runner = tokio::spawn(Arc::clone(&studio).run());
    if !orders.buys.is_empty() {
        let board = call(&studio, "start", json!({})).await["board"].clone();
        let frame = take_in_picture(&studio, &orders.home).await;
        for (provider, name) in &orders.buys {
            buy(&studio, &catalogue, provider, name, (&board, &frame)).await;
        }
    }
    say("bought", &json!(orders.buys.len()));
    until_settled(&studio, orders.answers).await;
    say("settled", &call(&studio, "start", json!({})).await["generations"]);
    if orders.count_points {
        let passed: Vec<_> = counts.iter().map(|(name, count)| (*name, count.load(Ordering::SeqCst))).collect();
        say("passed", &json!(passed));
    }
    runner.abort();
}

async fn call(studio: &Studio, name: &str, arguments: Value) -> Value {
    studio.call(name, arguments).await.unwrap_or_else(|error| panic!("{name}: {}: {error}", error.code()))
}

async fn use_sandbox(studio: &Studio, catalogue: &Catalogue, sandbox: &str) {
    let mut settings = call(studio, "start", json!({})).await["settings"].clone();
    let asked = catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty());
    let bases: serde_json::Map<_, _> =
        asked.map(|entry| (entry.id.0.clone(), json!(format!("{sandbox}/{}", entry.id.0)))).collect();
    let bases = Value::Object(bases);
    if settings["base_urls"] != bases {
        settings["base_urls"] = bases;
        call(studio, "save_settings", json!({ "settings": settings })).await;
    }
}

/// A first frame for every board.
async fn take_in_picture(studio: &Studio, home: &Path) -> Value {
    let picture = home.with_extension("png");
    std::fs::write(&picture, sixshot_sandbox::grey_png(320, 320)).expect("written");
    call(studio, "take_in_path", json!({ "path": picture.to_str() })).await["frame"].clone()
}

/// Presses the button once under a name of its own: pressed again after a restart it is the same press.
async fn buy(studio: &Studio, catalogue: &Catalogue, provider: &str, name: &str, (board, frame): (&Value, &Value)) {
    let entry = catalogue.provider(&provider.into()).expect("known");
    let profile = &entry.models[0].profile;
    let mut board = board.clone();
    let mut shot = board["shots"][0].clone();
    (shot["seconds"], shot["panel"]) = (json!(3), Value::Null);
    board["shots"] = json!([shot]);
    board["prompt"] = json!(format!("Purchase {name}: a red door opens"));
    (board["provider"], board["model"]) = (json!(provider), json!(profile.model.0));
    if profile.first_frame && !profile.frames_by_address {
        board["first_frame"] = frame.clone();
    }
    let shown = call(studio, "assess", json!({ "board": board })).await["quote"]["total"].clone();
    let made = call(studio, "generate", json!({ "board": board, "confirmation": name, "shown": shown })).await;
    say("confirmed", &json!({ "name": name, "id": made[0]["id"] }));
}

/// Waits until every generation has ended or asks the person. Answers the questions if told to.
async fn until_settled(studio: &Arc<Studio>, answers: bool) {
    let mut done = HashSet::new();
    loop {
        let start = call(studio, "start", json!({})).await;
        let rows = start["generations"].as_array().expect("a list").clone();
        for row in rows.iter().filter(|row| row["state"] == "done") {
            let id = row["id"].as_str().unwrap_or_default().to_owned();
            if done.insert(id) {
                say("kept", &json!({ "id": row["id"], "take": row["take_id"] }));
            }
        }
        let asked: Vec<&Value> = rows.iter().filter(|row| is_question(row)).collect();
        if answers {
            for row in &asked {
                answer(studio, row).await;
            }
        }
        let open = rows.iter().filter(|row| !is_final(row)).count();
        if open == 0 || (!answers && open == asked.len()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn is_final(row: &Value) -> bool {
    ["done", "failed", "expired", "cancelled"].iter().any(|state| row["state"] == *state)
}

fn is_question(row: &Value) -> bool {
    row["state"] == "unknown" && row["evidence"]["verdict"] != "looking"
}

/// A person who looks at the provider's own page first: what is there is named, what is not is sent again.
async fn answer(studio: &Studio, row: &Value) {
    let id = &row["id"];
    say("asked", &json!({ "id": id, "verdict": row["evidence"]["verdict"] }));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("somebody answers");
    let result = match line.trim().split_once(' ') {
        Some(("adopt", task)) => studio.call("adopt_generation", json!({ "id": id, "remote_id": task })).await,
        _ => {
            let arguments = json!({ "id": id, "confirmation": format!("{line}-again"), "shown": row["price"] });
            studio.call("send_again", arguments).await
        }
    };
    if let Err(error) = result {
        // It may have moved on by itself meanwhile.
        say("too-late", &json!(error.code()));
    }
}
