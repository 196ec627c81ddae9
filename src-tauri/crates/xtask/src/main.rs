//! `cargo xtask WORD`: the one-word habits of this project.

mod apt;
mod bindings;
mod check;
mod count;
mod faults;
mod house;
mod icons;
mod node;
mod packages;
mod plan;
mod policy;
mod process;
mod run;
mod sources;
mod supply;
mod test;
mod ui;
mod workspace;

use process::{Failure, Run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run [--release]   set up what is missing, build, open the window
cargo xtask test [SUITE ...]  set up what tests need and run every suite, or only those named:
                              check, ui, rust, window
cargo xtask check             directions, formatting, lints, generated types,
                              known faults, licences and sources of what comes from outside
cargo xtask faults [PART [N]]  kill it everywhere: all, kills, power-cuts; minutes to an hour
cargo xtask bindings          write the window's types anew from the core's contract
cargo xtask sandbox [PORT]    a local stand-in for the providers
cargo xtask icons             render the icon to its sizes
cargo xtask bench             measure; figures go to docs/PERFORMANCE.md by hand";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root();
    let result = match words.as_slice() {
        ["run", options @ ..] => run::run(&root, options.contains(&"--release")),
        ["test", suites @ ..] => test::test(&root, suites),
        ["check"] => check::check(&root),
        ["faults", options @ ..] => faults::run(&root, options),
        ["bindings"] => bindings::write(&root),
        ["icons"] => icons::render(&root),
        ["sandbox", options @ ..] => process::cargo(&root)
            .args(["run", "--quiet", "--package", "sixshot-sandbox", "--"])
            .args(options)
            .must_succeed("the sandbox"),
        ["bench", options @ ..] => run::bench(&root, options),
        _ => Err(Failure::new(USAGE)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The project's folder, three above this crate's.
fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(3).unwrap_or(crate_folder).to_path_buf()
}
