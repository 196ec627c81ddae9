//! `cargo xtask run` and `cargo xtask bench`.

use crate::packages;
use crate::process::{Failure, Run, cargo, npm, step};
use std::path::{Path, PathBuf};

/// Sets up, builds and opens the window.
pub fn run(root: &Path, release: bool) -> Result<(), Failure> {
    step("system packages", || packages::ensure(&[packages::TO_RUN]))?;
    build_ui(root)?;
    let program = build_program(root, release)?;
    println!("\n==> Sixshot");
    std::process::Command::new(program).current_dir(root).must_succeed("Sixshot")
}

/// Measures. The benchmarks need what the tests need.
pub fn bench(root: &Path, options: &[&str]) -> Result<(), Failure> {
    step("system packages", || packages::ensure(&[packages::TO_RUN, packages::TO_TEST]))?;
    build_ui(root)?;
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

/// Installs the UI's packages when their list changed, and builds the UI.
pub fn build_ui(root: &Path) -> Result<(), Failure> {
    install_ui_packages(root)?;
    step("the window's contents", || npm(root).args(["run", "--silent", "build"]).must_succeed("building the UI"))
}

/// Installs the UI's packages when their list changed.
pub fn install_ui_packages(root: &Path) -> Result<(), Failure> {
    let modified = |path: PathBuf| path.metadata().and_then(|facts| facts.modified()).ok();
    let list = modified(root.join("ui/package-lock.json"));
    let installed = modified(root.join("ui/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= list {
        return Ok(());
    }
    step("npm packages", || npm(root).args(["ci", "--no-audit"]).must_succeed("npm ci"))
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
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(profile).join(format!("sixshot{}", std::env::consts::EXE_SUFFIX)))
}
