//! What the page may do: its content policy and what it may ask of the shell. Every token is written down here, so that
//! a new one is a decision and no accident.

use crate::process::Failure;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The content policy, directive by directive. Pictures and clips come from this machine, under a token of the run;
/// no other host is named, and nothing inline, evaluated or framed.
const POLICY: &[(&str, &[&str])] = &[
    ("default-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("style-src", &["'self'"]),
    ("font-src", &["'self'"]),
    ("img-src", &["'self'", "http://127.0.0.1:*", "blob:"]),
    ("media-src", &["http://127.0.0.1:*", "blob:"]),
    ("connect-src", &["ipc:", "http://ipc.localhost"]),
    ("frame-src", &["'none'"]),
    ("object-src", &["'none'"]),
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
];

/// What the one window may ask of the shell beside its own command.
const PERMISSIONS: &[&str] = &[
    "core:event:allow-listen",
    "core:event:allow-unlisten",
    "core:window:allow-set-title",
    "core:window:allow-destroy",
];

/// Keys of the security settings that may be there at all: no asset protocol, no switches for dangerous things.
const SETTINGS: &[&str] = &["csp", "freezePrototype", "capabilities"];

/// Words that turn text into markup or code in the page.
const MARKUP: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "createContextualFragment",
    "document.write",
    "DOMParser",
    "srcdoc",
    "{@html",
    "setHTML",
    "new Function(",
    "eval(",
    "javascript:",
];

/// What the configuration says otherwise than is written down here.
pub fn broken(root: &Path) -> Result<Vec<String>, Failure> {
    let path = root.join("tauri.conf.json");
    let text = fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let configuration: Value = serde_json::from_str(&text).map_err(|error| Failure::new(error.to_string()))?;
    let mut found = judge(&configuration);
    // Tauri takes every file in such a folder for one more capability.
    for folder in ["capabilities", "permissions", "src-tauri/capabilities", "src-tauri/permissions"] {
        if root.join(folder).exists() {
            found.push(format!("{folder} may not exist: what the window may do stands in tauri.conf.json"));
        }
    }
    // And each of these files it merges into the configuration by itself.
    for entry in fs::read_dir(root).map_err(|error| Failure::new(error.to_string()))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_another_configuration(&name) {
            found.push(format!("{name} may not exist: what the window may do stands in tauri.conf.json"));
        }
    }
    Ok(found)
}

/// Whether Tauri would read a file of this name as a configuration, beside or before the one that is looked at here.
fn is_another_configuration(name: &str) -> bool {
    let lower = name.to_lowercase();
    (lower.starts_with("tauri.") && lower != "tauri.conf.json")
        && [".json", ".json5", ".toml"].iter().any(|end| lower.ends_with(end))
}

/// The word in a source of the page that would make markup or code of text.
pub fn makes_markup(text: &str) -> Option<&'static str> {
    MARKUP.iter().copied().find(|word| text.contains(word))
}

fn judge(configuration: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let security = &configuration["app"]["security"];
    for key in security.as_object().into_iter().flatten().map(|(key, _)| key) {
        if !SETTINGS.contains(&key.as_str()) {
            found.push(format!("security.{key} is no setting of this program"));
        }
    }
    if security["freezePrototype"] != json!(true) {
        found.push("security.freezePrototype is not set".to_owned());
    }
    if configuration["app"]["withGlobalTauri"] == json!(true) {
        found.push("app.withGlobalTauri gives every script the shell".to_owned());
    }
    judge_policy(security["csp"].as_str().unwrap_or_default(), &mut found);
    judge_capabilities(&security["capabilities"], &mut found);
    found
}

fn judge_policy(policy: &str, found: &mut Vec<String>) {
    let mut directives: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for directive in policy.split(';') {
        let mut words = directive.split_whitespace();
        let Some(name) = words.next() else { continue };
        if directives.insert(name, words.collect()).is_some() {
            found.push(format!("{name} stands twice; browsers take the first"));
        }
    }
    for (name, expected) in POLICY {
        match directives.remove(name) {
            None => found.push(format!("{name} is missing")),
            Some(words) => {
                let odd = words.iter().filter(|word| !expected.contains(word));
                found.extend(odd.map(|word| format!("{name} may not hold {word}")));
                let gone = expected.iter().filter(|word| !words.contains(word));
                found.extend(gone.map(|word| format!("{name} lost {word}")));
            }
        }
    }
    found.extend(directives.keys().map(|name| format!("{name} is no directive of this program")));
}

fn judge_capabilities(capabilities: &Value, found: &mut Vec<String>) {
    let [capability] = capabilities.as_array().map_or(&[][..], Vec::as_slice) else {
        found.push("there is one capability, written out in place".to_owned());
        return;
    };
    for key in capability.as_object().into_iter().flatten().map(|(key, _)| key) {
        if !["identifier", "description", "windows", "permissions"].contains(&key.as_str()) {
            found.push(format!("a capability with {key}: pages from elsewhere may ask nothing"));
        }
    }
    if capability["windows"] != json!(["main"]) {
        found.push(format!("the capability is for {}, not for the one window", capability["windows"]));
    }
    if capability["permissions"] != json!(PERMISSIONS) {
        found.push(format!("the window may do {}", capability["permissions"]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..")
    }

    fn configuration() -> Value {
        serde_json::from_str(&fs::read_to_string(root().join("tauri.conf.json")).expect("a file")).expect("JSON")
    }

    #[test]
    fn no_other_file_may_configure_the_program() {
        for name in
            ["tauri.linux.conf.json", "tauri.conf.json5", "Tauri.toml", "Tauri.windows.toml", "TAURI.CONF.json5"]
        {
            assert!(is_another_configuration(name), "{name}");
        }
        for name in ["tauri.conf.json", "Cargo.toml", "README.md", "tauri.md"] {
            assert!(!is_another_configuration(name), "{name}");
        }
    }

    #[test]
    fn the_page_may_do_what_is_written_down_and_no_more() {
        assert_eq!(broken(&root()).expect("read"), [] as [&str; 0]);
    }

    #[test]
    fn every_other_token_is_found() {
        let whole = configuration()["app"]["security"]["csp"].as_str().expect("a policy").to_owned();
        for (from, to) in [
            ("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
            ("script-src 'self'", "script-src 'self' 'unsafe-eval'"),
            ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
            ("script-src 'self'", "script-src *"),
            ("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
            ("img-src 'self'", "img-src 'self' https:"),
            ("img-src 'self'", "img-src 'self' data:"),
            ("connect-src ipc:", "connect-src ipc: https://api.example.com"),
            ("frame-src 'none'", "frame-src 'self'"),
            ("; object-src 'none'", ""),
            ("base-uri 'none'", "base-uri 'self'"),
            ("default-src 'none'", "default-src 'none'; worker-src blob:"),
            ("default-src 'none'", "default-src 'self'; default-src 'none'"),
            ("default-src 'none'", "default-src asset:"),
        ] {
            let mut changed = configuration();
            let policy = whole.replacen(from, to, 1);
            assert_ne!(policy, whole, "{from}");
            changed["app"]["security"]["csp"] = json!(policy);
            assert!(!judge(&changed).is_empty(), "{to}");
        }
        let mut none = configuration();
        none["app"]["security"]["csp"] = Value::Null;
        assert_eq!(judge(&none).len(), POLICY.len());
    }

    #[test]
    fn every_other_right_is_found() {
        let change = |change: &dyn Fn(&mut Value)| {
            let mut changed = configuration();
            change(&mut changed["app"]);
            judge(&changed).len()
        };
        assert_eq!(change(&|_| ()), 0);
        let with = |path: &'static str, value: Value| {
            move |app: &mut Value| {
                if let Some(place) = app.pointer_mut(path) {
                    *place = value.clone();
                }
            }
        };
        let rights = "/security/capabilities/0/permissions";
        assert_eq!(change(&with(rights, json!(["core:default"]))), 1);
        assert_eq!(change(&with(rights, json!(["fs:default", "shell:allow-open"]))), 1);
        assert_eq!(change(&with("/security/capabilities/0/windows", json!(["*"]))), 1);
        assert_eq!(change(&with("/security/capabilities", json!([]))), 1);
        assert_eq!(change(&with("/security/freezePrototype", json!(false))), 1);
        assert_eq!(
            change(&|app| app["security"]["assetProtocol"] = json!({ "enable": true, "scope": ["$HOME/**"] })),
            1
        );
        assert_eq!(change(&|app| app["security"]["dangerousDisableAssetCspModification"] = json!(true)), 1);
        assert_eq!(change(&|app| app["security"]["capabilities"][0]["remote"] = json!({ "urls": ["https://*"] })), 1);
        assert_eq!(change(&|app| app["withGlobalTauri"] = json!(true)), 1);
    }

    #[test]
    fn what_makes_markup_of_text_is_found() {
        for text in
            ["a.innerHTML = words", "<p>{@html words}</p>", "a.insertAdjacentHTML('beforeend', words)", "eval(words)"]
        {
            assert!(makes_markup(text).is_some(), "{text}");
        }
        for text in ["a.textContent = words", "<p>{words}</p>", "a.append(words)", "evaluate(words)"] {
            assert_eq!(makes_markup(text), None, "{text}");
        }
    }
}
