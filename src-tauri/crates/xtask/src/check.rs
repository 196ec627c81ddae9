//! `cargo xtask check`: what can be checked without running the program.

use crate::house;
use crate::packages;
use crate::policy;
use crate::process::{Failure, Run, cargo, npm, step};
use crate::run::set_up;
use crate::sources;
use crate::supply;
use crate::ui;
use std::path::Path;

/// Runs every check and stops at the first that fails.
pub fn check(root: &Path) -> Result<(), Failure> {
    set_up(root, &[&packages::TO_RUN])?;
    quick(root)?;
    ui::build(root)?;
    lints(root)?;
    step("generated types", || {
        cargo(root).args(["test", "--package", "sixshot-studio", "--test", "bindings"]).must_succeed("bindings")
    })?;
    supply::check(root)
}

/// Clippy on everything, with warnings denied. It compiles everything once more, so the tests do without it.
fn lints(root: &Path) -> Result<(), Failure> {
    step("lints", || {
        cargo(root)
            .args(["clippy", "--workspace", "--all-targets", "--features", "sixshot/custom-protocol", "--"])
            .args(["--deny", "warnings"])
            .must_succeed("clippy")
    })
}

/// The checks that need no build of the program.
pub fn quick(root: &Path) -> Result<(), Failure> {
    step("directions of the house", || {
        let mut broken = house::broken(root)?;
        broken.extend(sources::broken(root)?);
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
    ui::install_packages(root)?;
    step("the window's types and lints", || {
        npm(root).args(["run", "--silent", "check"]).must_succeed("the UI's types")?;
        npm(root).args(["run", "--silent", "lint"]).must_succeed("the UI's lints")
    })
}
