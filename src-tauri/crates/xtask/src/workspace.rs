//! What cargo says about the workspace.

use crate::process::{Failure, Run, cargo};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The packages of the workspace, as they are written down.
pub fn metadata(root: &Path) -> Result<Value, Failure> {
    let text = cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]).output_text("cargo metadata")?;
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("cargo metadata cannot be read: {error}")))
}

/// Where cargo puts what it builds. Only cargo knows: the environment and every configuration file above have a say.
pub fn target_directory(root: &Path) -> Result<PathBuf, Failure> {
    named(&metadata(root)?)
}

fn named(metadata: &Value) -> Result<PathBuf, Failure> {
    let folder = metadata["target_directory"].as_str().map(PathBuf::from);
    folder
        .filter(|folder| folder.is_absolute())
        .ok_or_else(|| Failure::new("cargo metadata names no target_directory; update Rust with `rustup update`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_build_folder_is_the_one_that_cargo_names() {
        let folder = std::env::temp_dir();
        assert_eq!(named(&json!({ "target_directory": folder })).expect("a folder"), folder);
        assert!(named(&json!({ "target_directory": "built/here" })).is_err());
        assert!(named(&Value::Null).is_err());
    }

    #[test]
    fn a_build_folder_beside_the_workspace_is_found_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let mut asking = cargo(&root);
        asking.args(["metadata", "--no-deps", "--format-version", "1"]).env("CARGO_TARGET_DIR", "built/here");
        let text = asking.output_text("cargo metadata").expect("an answer");
        let folder = named(&serde_json::from_str(&text).expect("JSON")).expect("a folder");
        assert!(folder.ends_with("built/here") && folder.is_absolute(), "{}", folder.display());
    }
}
