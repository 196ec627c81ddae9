//! `cargo xtask check`: what can be checked without running the program.

use crate::house;
use crate::packages;
use crate::policy;
use crate::process::{Failure, Run, cargo, npm, step};
use crate::run::{build_ui, install_ui_packages};
use crate::supply;
use std::path::Path;

/// Runs every check and stops at the first that fails.
pub fn check(root: &Path) -> Result<(), Failure> {
    step("system packages", || packages::ensure(&[packages::TO_RUN]))?;
    quick(root)?;
    build_ui(root)?;
    step("lints", || {
        cargo(root)
            .args(["clippy", "--workspace", "--all-targets", "--features", "sixshot/custom-protocol", "--"])
            .args(["--deny", "warnings"])
            .must_succeed("clippy")
    })?;
    step("generated types", || {
        cargo(root)
            .args(["test", "--quiet", "--package", "sixshot-studio", "--test", "bindings"])
            .must_succeed("bindings")
    })?;
    supply::check(root)
}

/// The checks that need no build of the program.
pub fn quick(root: &Path) -> Result<(), Failure> {
    step("directions of the house", || {
        let mut broken = house::broken(root)?;
        if house::holds_fail_points(root)? {
            broken.push("the program itself holds fail points; only tests may".to_owned());
        }
        if broken.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("broken directions:\n  {}", broken.join("\n  "))))
        }
    })?;
    step("what the page may do", || {
        let broken = policy::broken(root)?;
        if broken.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(format!("in tauri.conf.json:\n  {}", broken.join("\n  "))))
        }
    })?;
    step("formatting", || cargo(root).args(["fmt", "--all", "--check"]).must_succeed("rustfmt"))?;
    install_ui_packages(root)?;
    step("the window's types and lints", || {
        npm(root).args(["run", "--silent", "check"]).must_succeed("the UI's types")?;
        npm(root).args(["run", "--silent", "lint"]).must_succeed("the UI's lints")
    })
}
