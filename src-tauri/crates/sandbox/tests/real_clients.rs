//! The providers' own client libraries, unchanged but for their address, against the sandbox: laying a picture down,
//! submitting, polling, the result, a failure and a refusal.
//!
//! The packages are installed once into the build folder; where that is not possible the tests say so.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use serde_json::Value;
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const PYTHON_PACKAGES: [&str; 3] = ["wavespeed==2.0.5", "fal-client==1.0.3", "replicate==1.0.7"];
const NODE_PACKAGES: [&str; 3] = ["wavespeed@0.3.2", "@fal-ai/client@1.10.1", "replicate@1.4.0"];

type Installed = Result<PathBuf, String>;

/// The Python that has the packages.
fn python() -> Installed {
    static DONE: OnceLock<Installed> = OnceLock::new();
    DONE.get_or_init(|| {
        let folder = folder("python-clients");
        let bin = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let python = folder.join(bin);
        once(&folder, &PYTHON_PACKAGES, || {
            let system = if cfg!(windows) { "python" } else { "python3" };
            done(Command::new(system).args(["-m", "venv"]).arg(&folder))?;
            let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"];
            done(Command::new(&python).args(pip).args(PYTHON_PACKAGES))
        })?;
        Ok(python)
    })
    .clone()
}

/// The folder whose `node_modules` has the packages.
fn node() -> Installed {
    static DONE: OnceLock<Installed> = OnceLock::new();
    DONE.get_or_init(|| {
        let folder = folder("node-clients");
        done(Command::new("node").arg("--version"))?;
        once(&folder, &NODE_PACKAGES, || {
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            std::fs::write(folder.join("package.json"), "{\"private\":true}").map_err(|error| error.to_string())?;
            let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
            let install =
                ["install", "--loglevel=error", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"];
            done(Command::new(npm).current_dir(&folder).args(install).args(NODE_PACKAGES))
        })?;
        Ok(folder)
    })
    .clone()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Installs unless exactly these packages were installed before; what was begun and not finished is begun anew.
fn once(folder: &Path, packages: &[&str], install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let (mark, wanted) = (folder.join("installed"), packages.join(" "));
    if std::fs::read_to_string(&mark).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    }
    install()?;
    std::fs::write(mark, wanted).map_err(|error| error.to_string())
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(words.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it gave no reason").to_owned())
}

/// What a script printed.
fn run(script: &str, arguments: &[&str]) -> Result<Value, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script);
    let mut command = if script.ends_with(".py") {
        let mut command = Command::new(python()?);
        // Nothing is written beside the scripts.
        command.arg("-B").arg(path);
        command
    } else {
        // Packages are looked for from the script's own folder upwards.
        let folder = node()?;
        let copy = folder.join(script);
        std::fs::copy(path, &copy).map_err(|error| error.to_string())?;
        let mut command = Command::new("node");
        command.arg(copy);
        command
    };
    for (name, _) in std::env::vars().filter(|(name, _)| name.to_lowercase().ends_with("_proxy")) {
        command.env_remove(name);
    }
    let output = command.args(arguments).output().expect("the interpreter was there a moment ago");
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} {arguments:?}: {out}\n{errors}");
    let line = out.lines().last().expect("a line of JSON");
    Ok(serde_json::from_str(line).expect("a line of JSON"))
}

/// The four bytes that an MP4 file has behind its first length.
async fn begins_like_a_clip(link: &str) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let rest = link.strip_prefix("http://").expect("an address of the sandbox");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = tokio::net::TcpStream::connect(host).await.expect("the sandbox");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("read");
    let body = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    bytes.starts_with(b"HTTP/1.1 200") && bytes.get(body + 4..body + 8) == Some(b"ftyp")
}

/// What differs between clients.
struct Case {
    provider: &'static str,
    script: &'static str,
    /// How many tasks its life buys.
    paid: usize,
    /// The dialect's words for a failure, and a part of what the client makes of them.
    failure: (&'static str, &'static str),
    /// A part of what the client says when a body is refused.
    refusal: &'static str,
    /// The states it passes through, and what became of a task that was stopped, where the client tells.
    told: &'static [(&'static str, &'static str)],
}

async fn works_unchanged(case: Case) {
    let options = Options {
        waiting: Duration::from_millis(400),
        running: Duration::from_millis(600),
        lines: Some(240),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a free port");
    let pictures = tempfile::tempdir().expect("a folder");
    let picture = pictures.path().join("picture.png");
    std::fs::write(&picture, sixshot_sandbox::grey_png(640, 360)).expect("written");
    let base = sandbox.base_url(case.provider);
    let script = |mode: &'static str| {
        let (base, picture) = (base.clone(), picture.display().to_string());
        tokio::task::spawn_blocking(move || run(case.script, &[&base, mode, &picture]))
    };

    let life = match script("life").await.expect("no panic") {
        Ok(life) => life,
        Err(reason) => {
            eprintln!("SKIPPED: {}: its packages cannot be installed: {reason}", case.script);
            return;
        }
    };
    let text = |name: &str| life.get(name).and_then(Value::as_str).unwrap_or_default();
    assert!(text("picture").starts_with(&base), "{life}");
    assert!(begins_like_a_clip(text("clip")).await, "{life}");
    for (name, expected) in case.told {
        assert_eq!(life[*name].to_string(), *expected, "{name}: {life}");
    }
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), case.paid, "{ledger:?}");
    assert!(ledger.iter().all(|line| line.provider == case.provider && line.micro_dollars > 0), "{ledger:?}");

    let (reason, expected) = case.failure;
    let kind = FaultKind::FailTask { reason: reason.to_owned() };
    sandbox.add_fault(Fault { target: Target::Submit, kind, times: 1 });
    let ends = script("failure").await.expect("no panic").expect("installed before");
    let said = |name: &str| ends.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert!(said("failed").contains(expected), "{ends}");
    assert!(said("refused").contains(case.refusal), "{ends}");
}

#[tokio::test]
async fn wavespeed_for_python() {
    works_unchanged(Case {
        provider: "wavespeed",
        script: "wavespeed_client.py",
        paid: 1,
        failure: ("content rejected", "Prediction failed"),
        refusal: "duration must be an integer from 3 to 15",
        told: &[],
    })
    .await;
}

#[tokio::test]
async fn wavespeed_for_node() {
    works_unchanged(Case {
        provider: "wavespeed",
        script: "wavespeed_client.mjs",
        paid: 1,
        failure: ("content rejected", "content rejected"),
        refusal: "duration must be an integer from 3 to 15",
        told: &[],
    })
    .await;
}

#[tokio::test]
async fn fal_for_python() {
    works_unchanged(Case {
        provider: "fal",
        script: "fal_client.py",
        paid: 2,
        failure: ("content_policy_violation: flagged by a checker", "content_policy_violation"),
        refusal: "422",
        told: &[("states", r#"["Completed","InProgress","Queued"]"#), ("stopped", r#""499 client_cancelled""#)],
    })
    .await;
}

#[tokio::test]
async fn fal_for_node() {
    works_unchanged(Case {
        provider: "fal",
        script: "fal_client.mjs",
        paid: 2,
        failure: ("content_policy_violation: flagged by a checker", "content_policy_violation"),
        refusal: "ValidationError 422",
        told: &[("states", r#"["COMPLETED","IN_PROGRESS","IN_QUEUE"]"#), ("stopped", r#""499 client_cancelled""#)],
    })
    .await;
}

#[tokio::test]
async fn replicate_for_python() {
    works_unchanged(Case {
        provider: "replicate",
        script: "replicate_client.py",
        paid: 3,
        failure: ("Prediction failed: content moderation (E005)", "ModelError Prediction failed"),
        refusal: "Must be less than or equal to 15",
        told: &[("states", r#"["processing","starting","succeeded"]"#), ("stopped", r#""canceled""#), ("listed", "3")],
    })
    .await;
}

#[tokio::test]
async fn replicate_for_node() {
    works_unchanged(Case {
        provider: "replicate",
        script: "replicate_client.mjs",
        paid: 3,
        failure: ("Prediction failed: content moderation (E005)", "content moderation"),
        refusal: "Must be less than or equal to 15",
        told: &[("states", r#"["processing","starting","succeeded"]"#), ("stopped", r#""canceled""#), ("listed", "3")],
    })
    .await;
}
