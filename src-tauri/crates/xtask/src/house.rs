//! The directions of the house: who may know whom. What `cargo metadata` says is held against the plan.

use crate::plan::{PLAN, Place};
use crate::process::{Failure, Run, cargo};
use crate::workspace;
use serde_json::Value;
use std::path::Path;

/// Every broken direction, in words.
pub fn broken(root: &Path) -> Result<Vec<String>, Failure> {
    Ok(broken_dependencies(&workspace::metadata(root)?))
}

/// Whether the program itself holds the places where tests let it end without warning.
pub fn holds_fail_points(root: &Path) -> Result<bool, Failure> {
    let arguments = ["tree", "--package", "sixshot", "--edges", "normal,features", "--invert", "fail"];
    let tree = cargo(root).args(arguments).output_text("cargo tree")?;
    Ok(tree.contains("failpoints"))
}

fn broken_dependencies(metadata: &Value) -> Vec<String> {
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let house: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut found = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(place) = PLAN.iter().find(|place| place.name == name) else {
            found.push(format!("{name} has no place in the plan of the house"));
            continue;
        };
        for dependency in package["dependencies"].as_array().unwrap_or(&empty) {
            let other = dependency["name"].as_str().unwrap_or_default();
            let kind = dependency["kind"].as_str().unwrap_or("normal");
            if place.may_use(other, kind) {
                continue;
            }
            found.push(if house.contains(&other) {
                format!("{name} may not know {other}{}", purpose(kind))
            } else {
                format!("{name} may not use {other}{}{}", purpose(kind), reason(place, other, kind))
            });
        }
    }
    found
}

fn purpose(kind: &str) -> &'static str {
    match kind {
        "normal" => "",
        "dev" => " in its tests",
        "build" => " in its build script",
        _ => " for this purpose",
    }
}

fn reason(place: &Place, other: &str, kind: &str) -> String {
    if place.name == "sixshot-domain" && kind == "normal" {
        return ": it decides and never asks".to_owned();
    }
    let owners: Vec<&str> = PLAN.iter().filter(|place| place.may_use(other, kind)).map(|place| place.name).collect();
    if owners.is_empty() {
        "; it does not stand in xtask/src/plan.rs".to_owned()
    } else {
        format!("; only {} may", owners.join(" and "))
    }
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
        let others = PLAN.iter().filter(|place| place.name != name);
        let mut packages: Vec<Value> = others.map(|place| json!({ "name": place.name, "dependencies": [] })).collect();
        packages.push(json!({ "name": name, "dependencies": dependencies }));
        json!({ "packages": packages })
    }

    fn assert_forbidden(cases: &[(&str, &str, &str)]) {
        for (name, other, kind) in cases {
            let found = broken_dependencies(&house(name, &[(other, kind)]));
            assert_eq!(found.len(), 1, "{name} -> {other} ({kind}): {found:?}");
        }
    }

    #[test]
    fn the_house_is_as_it_is_planned() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        assert_eq!(broken(&root).expect("read"), [] as [&str; 0]);
    }

    #[test]
    fn forbidden_directions_are_found() {
        assert_forbidden(&[
            ("sixshot-domain", "sixshot-store", "normal"),
            ("sixshot-domain", "tokio", "normal"),
            ("sixshot-media", "sixshot-store", "normal"),
            ("sixshot-studio", "tauri", "normal"),
            ("sixshot-queue", "tauri-plugin-opener", "normal"),
            ("sixshot-queue", "rusqlite", "normal"),
            ("sixshot", "sixshot-queue", "normal"),
            ("sixshot", "sixshot-sandbox", "normal"),
            ("sixshot-store", "sixshot-queue", "dev"),
            ("sixshot-domain", "sixshot-sandbox", "dev"),
            ("sixshot-stranger", "serde", "normal"),
        ]);
    }

    #[test]
    fn another_name_for_what_is_forbidden_is_found() {
        assert_forbidden(&[
            ("sixshot-studio", "libsqlite3-sys", "normal"),
            ("sixshot-queue", "sqlx", "normal"),
            ("sixshot-studio", "wry", "normal"),
            ("sixshot-media", "webkit2gtk", "normal"),
            ("sixshot-store", "ureq", "normal"),
            ("sixshot-providers", "secret-service", "normal"),
            ("xtask", "serde", "normal"),
        ]);
    }

    #[test]
    fn build_scripts_may_use_what_is_theirs_only() {
        assert_forbidden(&[
            ("sixshot-domain", "tauri-build", "build"),
            ("sixshot-media", "cc", "build"),
            ("sixshot-store", "rusqlite", "build"),
            ("sixshot", "tauri", "build"),
            ("sixshot", "reqwest", "build"),
        ]);
    }

    #[test]
    fn tests_may_use_what_is_theirs_only() {
        assert_forbidden(&[
            ("sixshot-domain", "tokio", "dev"),
            ("sixshot-media", "reqwest", "dev"),
            ("sixshot-queue", "rusqlite", "dev"),
            ("sixshot-providers", "tauri", "dev"),
            ("sixshot-studio", "sqlx", "dev"),
        ]);
        // What only tests use is nothing for the program.
        assert_forbidden(&[("sixshot-studio", "rusqlite", "normal"), ("sixshot-media", "tempfile", "normal")]);
    }

    #[test]
    fn a_purpose_nobody_knows_is_found() {
        assert_forbidden(&[("sixshot-domain", "serde", "artifact")]);
    }

    #[test]
    fn the_words_say_who_may() {
        let found = |name, other, kind| broken_dependencies(&house(name, &[(other, kind)])).join("\n");
        assert_eq!(
            found("sixshot-studio", "rusqlite", "normal"),
            "sixshot-studio may not use rusqlite; only sixshot-store may"
        );
        assert_eq!(
            found("sixshot-queue", "rusqlite", "dev"),
            "sixshot-queue may not use rusqlite in its tests; only sixshot-store and sixshot-studio may"
        );
        assert_eq!(
            found("sixshot", "sqlx", "build"),
            "sixshot may not use sqlx in its build script; it does not stand in xtask/src/plan.rs"
        );
        assert_eq!(
            found("sixshot-domain", "tokio", "normal"),
            "sixshot-domain may not use tokio: it decides and never asks"
        );
        assert_eq!(found("sixshot-domain", "sixshot-store", "normal"), "sixshot-domain may not know sixshot-store");
    }

    #[test]
    fn allowed_directions_are_not() {
        for (name, other, kind) in [
            ("sixshot-domain", "serde", "normal"),
            ("sixshot-domain", "serde", "dev"),
            ("sixshot-domain", "proptest", "dev"),
            ("sixshot-queue", "sixshot-store", "normal"),
            ("sixshot-queue", "sixshot-sandbox", "dev"),
            ("sixshot-studio", "sixshot-queue", "dev"),
            ("sixshot-studio", "rusqlite", "dev"),
            ("sixshot", "tauri", "normal"),
            ("sixshot", "tauri-build", "build"),
            ("sixshot-store", "rusqlite", "normal"),
        ] {
            let found = broken_dependencies(&house(name, &[(other, kind)]));
            assert!(found.is_empty(), "{name} -> {other} ({kind}): {found:?}");
        }
    }
}
