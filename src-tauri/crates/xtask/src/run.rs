//! `cargo xtask run` and `cargo xtask bench`.

use crate::node;
use crate::packages::{self, Group};
use crate::process::{Failure, Run, cargo, step};
use crate::ui;
use crate::workspace;
use std::path::{Path, PathBuf};

/// Looks whether what a person installs is there, and installs what this command does.
pub fn set_up(root: &Path, groups: &[&Group]) -> Result<(), Failure> {
    step("Node and npm", || node::ensure(root))?;
    step("system packages", || packages::ensure(groups))
}

/// Sets up, builds and opens the window.
pub fn run(root: &Path, release: bool) -> Result<(), Failure> {
    set_up(root, &[&packages::TO_RUN])?;
    ui::build(root)?;
    let program = build_program(root, release)?;
    println!("\n==> Sixshot");
    std::process::Command::new(program).current_dir(root).must_succeed("Sixshot")
}

/// Measures. The benchmarks need what the tests need.
pub fn bench(root: &Path, options: &[&str]) -> Result<(), Failure> {
    set_up(root, &[&packages::TO_RUN, &packages::TO_TEST])?;
    ui::build(root)?;
    let program = build_program(root, true)?;
    step("an empty window, the peer", || {
        cargo(root)
            .args(["build", "--release", "--package", "sixshot", "--features", "custom-protocol"])
            .args(["--example", "empty_window"])
            .must_succeed("building the empty window")
    })?;
    let bench = |package: &str, name: &str, options: &[&str]| {
        let mut command = cargo(root);
        command.args(["bench", "--quiet", "--package", package, "--bench", name, "--"]).args(options);
        command.must_succeed(name)
    };
    let filled = std::env::temp_dir().join(format!("sixshot-filled-{}", std::process::id()));
    let filled_name = filled.to_string_lossy().into_owned();
    step("benchmarks of the core", || {
        bench("sixshot-domain", "assess", &[])?;
        bench("sixshot-store", "gallery", &[])?;
        bench("sixshot-media", "rehearsal", &[])?;
        bench("sixshot-store", "gallery", &["--fill", &filled_name, "10000"])
    })?;
    let measured = step("benchmarks of the window", || {
        std::process::Command::new("node")
            .current_dir(root)
            .arg("ui/benches/bench.mjs")
            .args(options)
            .env("SIXSHOT_EMPTY", program.with_file_name("examples").join("empty_window"))
            .env("SIXSHOT_PROGRAM", &program)
            .env("SIXSHOT_SANDBOX", program.with_file_name("sixshot-sandbox"))
            .env("SIXSHOT_FILLED", &filled)
            .must_succeed("the window's benchmarks")
    });
    std::fs::remove_dir_all(&filled).map_err(|error| Failure::new(format!("{}: {error}", filled.display())))?;
    measured
}

/// Builds the program with the built UI inside and tells where it is.
pub fn build_program(root: &Path, release: bool) -> Result<PathBuf, Failure> {
    let profile = if release { "release" } else { "debug" };
    step("the program", || {
        let mut command = cargo(root);
        // The whole workspace, as the tests build it: choosing one package would build its dependencies a second time.
        command.args(["build", "--workspace", "--bins", "--features", "sixshot/custom-protocol"]);
        if release {
            command.arg("--release");
        }
        command.must_succeed("building the program")
    })?;
    Ok(workspace::target_directory(root)?.join(profile).join(format!("sixshot{}", std::env::consts::EXE_SUFFIX)))
}
