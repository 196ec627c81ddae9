//! What comes into the program from outside: known faults, licences, sources. Part of `cargo xtask check`.

use crate::process::{Failure, Run, cargo, npm, step};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const RULES: &str = "src-tauri/deny.toml";
/// What a tool says when it cannot reach the list of known faults, or has no copy of it.
const NOT_REACHED: [&str; 2] = ["failed to fetch advisory database", "failed to get 'FETCH_HEAD' metadata"];
/// The codes by which npm says that nobody could be reached.
const NO_NETWORK: [&str; 6] =
    ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT"];
/// Known faults of npm packages that do not concern the program: the advisory, and why, and since when.
const NPM_IGNORED: [(&str, &str); 0] = [];

/// Asks about every crate and every npm package.
pub fn check(root: &Path) -> Result<(), Failure> {
    step("licences and sources of the crates", || {
        ensure_deny(root)?;
        deny(root, &[], &["licenses", "bans", "sources"]).must_succeed("cargo deny")
    })?;
    step("known faults of the crates", || advisories(root))?;
    step("known faults of the npm packages", || audit(root))
}

fn deny(root: &Path, options: &[&str], what: &[&str]) -> Command {
    let mut command = cargo(root);
    command.args(["deny", "--config", RULES]).args(options).args(["check", "--hide-inclusion-graph"]).args(what);
    command
}

fn ensure_deny(root: &Path) -> Result<(), Failure> {
    let there = cargo(root).args(["deny", "--version"]).output().is_ok_and(|output| output.status.success());
    if there {
        return Ok(());
    }
    println!("cargo-deny is missing and is installed now; that takes some minutes once");
    cargo(root).args(["install", "--locked", "cargo-deny"]).must_succeed("installing cargo-deny")
}

/// The newest list that can be had: from the network, else the copy of an earlier time, else none, and it says so.
fn advisories(root: &Path) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("cargo deny: {error}"));
    let newest = deny(root, &[], &["advisories"]).output().map_err(fail)?;
    if newest.status.success() || !was_not_reached(&newest) {
        return judged(&newest);
    }
    let copy = deny(root, &["--offline"], &["advisories"]).output().map_err(fail)?;
    if copy.status.success() || !was_not_reached(&copy) {
        println!("the list of known faults cannot be reached; its copy of an earlier time was asked");
        return judged(&copy);
    }
    println!("NOT ASKED: known faults of the crates: the list cannot be reached and there is no copy of it");
    Ok(())
}

fn was_not_reached(output: &Output) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    NOT_REACHED.iter().any(|words| text.contains(words))
}

fn judged(output: &Output) -> Result<(), Failure> {
    print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(()) } else { Err(Failure::new("a crate has a known fault")) }
}

fn audit(root: &Path) -> Result<(), Failure> {
    let output =
        npm(root).args(["audit", "--json"]).output().map_err(|error| Failure::new(format!("npm audit: {error}")))?;
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    match known_faults(&answer) {
        None if was_not_answered(&answer) => {
            println!("NOT ASKED: known faults of the npm packages: the registry does not say");
            Ok(())
        }
        None => Err(Failure::new(format!("npm audit: {}", String::from_utf8_lossy(&output.stdout)))),
        Some(faults) if faults.is_empty() => {
            println!("none");
            Ok(())
        }
        Some(faults) => Err(Failure::new(format!("npm packages have known faults:\n  {}", faults.join("\n  ")))),
    }
}

/// The faults that npm knows, without those that are ignored; nothing when it could not ask.
fn known_faults(answer: &Value) -> Option<Vec<String>> {
    let found = answer.get("vulnerabilities")?.as_object()?;
    let advisories = found.iter().flat_map(|(package, about)| {
        let causes = about["via"].as_array().cloned().unwrap_or_default();
        causes.into_iter().filter(Value::is_object).map(move |cause| {
            let url = cause["url"].as_str().unwrap_or_default().to_owned();
            (url, format!("{package}: {}", cause["title"].as_str().unwrap_or("no title")))
        })
    });
    let ignored = |url: &str| NPM_IGNORED.iter().any(|(id, _)| url.ends_with(id));
    Some(advisories.filter(|(url, _)| !ignored(url)).map(|(url, words)| format!("{words} ({url})")).collect())
}

/// Whether npm had no answer because of the network or the registry. Anything else, such as a lockfile that is not
/// there or cannot be read, is a fault of the project.
fn was_not_answered(answer: &Value) -> bool {
    let status = answer["statusCode"].as_u64().is_some_and(|status| status >= 400);
    let code = answer["error"]["code"].as_str().or_else(|| answer["code"].as_str()).unwrap_or_default();
    let refused =
        code.strip_prefix('E').is_some_and(|rest| rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    status || refused || NO_NETWORK.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_without_a_verdict_is_no_verdict() {
        assert_eq!(known_faults(&json!({ "message": "405", "error": {} })), None);
        assert_eq!(known_faults(&Value::Null), None);
        for answer in
            [json!({ "statusCode": 405 }), json!({ "error": { "code": "E405" } }), json!({ "code": "EAI_AGAIN" })]
        {
            assert!(was_not_answered(&answer), "{answer}");
        }
        for answer in
            [json!({ "error": { "code": "ENOLOCK" } }), json!({ "error": { "code": "EJSONPARSE" } }), Value::Null]
        {
            assert!(!was_not_answered(&answer), "{answer}");
        }
        assert_eq!(known_faults(&json!({ "vulnerabilities": {} })), Some(vec![]));
    }

    #[test]
    fn a_known_fault_is_told_with_its_package() {
        let via = json!([{ "title": "reads files", "url": "https://example.com/GHSA-1" }, "other"]);
        let found = known_faults(&json!({ "vulnerabilities": { "left": { "via": via } } })).expect("a verdict");
        assert_eq!(found, ["left: reads files (https://example.com/GHSA-1)"]);
    }
}
