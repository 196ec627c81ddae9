//! The directions of the house: who may know whom. Checked from `cargo metadata` and the UI's imports.

use crate::policy;
use crate::process::{Failure, Run, cargo};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Which crates of the house each may use in the program itself. Tests may use the sandbox besides.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("sixshot-domain", &[]),
    ("sixshot-media", &["sixshot-domain"]),
    ("sixshot-providers", &["sixshot-domain"]),
    ("sixshot-store", &["sixshot-domain"]),
    ("sixshot-queue", &["sixshot-domain", "sixshot-media", "sixshot-providers", "sixshot-store"]),
    ("sixshot-studio", &["sixshot-domain", "sixshot-media", "sixshot-providers", "sixshot-queue", "sixshot-store"]),
    ("sixshot-sandbox", &["sixshot-domain", "sixshot-media"]),
    ("sixshot", &["sixshot-domain", "sixshot-studio"]),
    ("xtask", &[]),
];

/// Outside crates that only some may use: by the beginning of the name.
const ONLY_FOR: &[(&str, &[&str])] = &[
    ("tauri", &["sixshot"]),
    ("rfd", &["sixshot"]),
    ("arboard", &["sixshot"]),
    ("rusqlite", &["sixshot-store"]),
    ("reqwest", &["sixshot-providers", "sixshot-queue"]),
    ("keyring", &["sixshot-studio"]),
    ("image", &["sixshot-media"]),
    ("openh264", &["sixshot-media"]),
    ("axum", &["sixshot-sandbox"]),
];

/// Everything outside that the domain may use: it decides and never asks.
const DOMAIN_MAY_USE: &[&str] = &["serde", "ts-rs"];

/// Words that only one folder of the UI may import.
const ONLY_IN_PLATFORM: &str = "@tauri-apps/";

/// Every broken direction, in words.
pub fn broken(root: &Path) -> Result<Vec<String>, Failure> {
    let text = cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]).output_text("cargo metadata")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| Failure::new(error.to_string()))?;
    let mut found = broken_dependencies(&metadata);
    look_through(&root.join("ui/src"), &mut |path, text| {
        let inside = path.components().any(|part| part.as_os_str() == "platform");
        if !inside && text.contains(ONLY_IN_PLATFORM) {
            found.push(format!("{} imports {ONLY_IN_PLATFORM}; only ui/src/platform may", path.display()));
        }
        if let Some(word) = policy::makes_markup(text) {
            found.push(format!("{} uses {word}; text nodes only", path.display()));
        }
    })?;
    Ok(found)
}

/// Whether the program itself holds the places where tests let it end without warning.
pub fn holds_fail_points(root: &Path) -> Result<bool, Failure> {
    let arguments = ["tree", "--package", "sixshot", "--edges", "normal,features", "--invert", "fail"];
    let tree = cargo(root).args(arguments).output_text("cargo tree")?;
    Ok(tree.contains("failpoints"))
}

fn broken_dependencies(metadata: &Value) -> Vec<String> {
    let may_know: BTreeMap<_, _> = MAY_KNOW.iter().copied().collect();
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let house: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(known) = may_know.get(name) else {
            found.push(format!("{name} has no place in the plan of the house"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap_or(&empty) {
            let other = dependency["name"].as_str().unwrap_or_default();
            let kind = dependency["kind"].as_str().unwrap_or("normal");
            let in_test = kind == "dev";
            if house.contains(&other) {
                let allowed = known.contains(&other) || (in_test && (other == "sixshot-sandbox" || other == name));
                if !allowed {
                    found.push(format!("{name} may not know {other}"));
                }
                continue;
            }
            if in_test || kind == "build" {
                continue;
            }
            if name == "sixshot-domain" && !DOMAIN_MAY_USE.contains(&other) {
                found.push(format!("{name} may not use {other}: it decides and never asks"));
            }
            for (beginning, owners) in ONLY_FOR {
                let is_it = other == *beginning || other.starts_with(&format!("{beginning}-"));
                if is_it && !owners.contains(&name) {
                    found.push(format!("{name} may not use {other}; only {} may", owners.join(" and ")));
                }
            }
        }
    }
    found
}

fn look_through(folder: &Path, look: &mut dyn FnMut(&Path, &str)) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("{}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            look_through(&path, look)?;
        } else if path.extension().is_some_and(|end| end == "ts" || end == "svelte") {
            look(&path, &fs::read_to_string(&path).map_err(fail)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn house(name: &str, dependencies: &[(&str, &str)]) -> Value {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|(name, kind)| json!({ "name": name, "kind": if *kind == "normal" { Value::Null } else { json!(kind) } }))
            .collect();
        let others = MAY_KNOW.iter().filter(|(other, _)| *other != name);
        let mut packages: Vec<Value> = others.map(|(other, _)| json!({ "name": other, "dependencies": [] })).collect();
        packages.push(json!({ "name": name, "dependencies": dependencies }));
        json!({ "packages": packages })
    }

    #[test]
    fn forbidden_directions_are_found() {
        for (name, other, kind) in [
            ("sixshot-domain", "sixshot-store", "normal"),
            ("sixshot-domain", "tokio", "normal"),
            ("sixshot-media", "sixshot-store", "normal"),
            ("sixshot-studio", "tauri", "normal"),
            ("sixshot-queue", "tauri-plugin-opener", "normal"),
            ("sixshot-queue", "rusqlite", "normal"),
            ("sixshot", "sixshot-queue", "normal"),
            ("sixshot", "sixshot-sandbox", "normal"),
            ("sixshot-store", "sixshot-queue", "dev"),
            ("sixshot-stranger", "serde", "normal"),
        ] {
            let found = broken_dependencies(&house(name, &[(other, kind)]));
            assert_eq!(found.len(), 1, "{name} -> {other} ({kind}): {found:?}");
        }
    }

    #[test]
    fn allowed_directions_are_not() {
        for (name, other, kind) in [
            ("sixshot-domain", "serde", "normal"),
            ("sixshot-domain", "proptest", "dev"),
            ("sixshot-queue", "sixshot-store", "normal"),
            ("sixshot-queue", "sixshot-sandbox", "dev"),
            ("sixshot", "tauri", "normal"),
            ("sixshot-store", "rusqlite", "normal"),
        ] {
            let found = broken_dependencies(&house(name, &[(other, kind)]));
            assert!(found.is_empty(), "{name} -> {other} ({kind}): {found:?}");
        }
    }
}
