//! `cargo xtask test`: everything that tests need, every suite, one closing line.

use crate::check;
use crate::count::Count;
use crate::packages;
use crate::process::{Failure, Run, cargo, npm, step};
use crate::run::{build_program, set_up};
use crate::ui;
use std::path::Path;
use std::process::Command;

const SUITES: [&str; 4] = ["check", "ui", "rust", "window"];
/// How many of the core's tests run at once, however many cores there are: most of their time they wait for a clock.
const AT_ONCE: &str = "6";

/// Sets up and runs the suites; fails when any test failed.
pub fn test(root: &Path, asked: &[&str]) -> Result<(), Failure> {
    if let Some(unknown) = asked.iter().find(|suite| !SUITES.contains(suite)) {
        return Err(Failure::new(format!("no suite {unknown}; there are {}", SUITES.join(", "))));
    }
    let wanted = |suite: &str| asked.is_empty() || asked.contains(&suite);
    set_up(root, &[&packages::TO_RUN, &packages::TO_TEST])?;
    ui::build(root)?;
    let mut total = Count::default();
    let mut broken = Vec::new();
    if wanted("check")
        && let Err(failure) = check::quick(root)
    {
        eprintln!("{failure}");
        broken.push("check");
    }
    if wanted("ui") {
        let logic = step("tests of the window's logic", || counted("npm test", npm(root).args(["test", "--silent"])))?;
        note("ui", logic, &mut total, &mut broken);
    }
    if wanted("rust") {
        let rust = step("tests of the core", || {
            let mut command = cargo(root);
            command.args(["test", "--workspace", "--no-fail-fast", "--features", "sixshot/custom-protocol"]);
            // A test that could not run says so in its output, which is shown for passing tests only on request.
            command.args(["--", "--show-output", "--test-threads", AT_ONCE]);
            counted("cargo test", &mut command)
        })?;
        note("rust", rust, &mut total, &mut broken);
    }
    if wanted("window") {
        let program = build_program(root, false)?;
        let window = step("tests of the real window", || {
            let mut command = Command::new("node");
            command
                .current_dir(root.join("ui"))
                .args(["end-to-end/run.mjs"])
                .env("SIXSHOT_PROGRAM", &program)
                .env("SIXSHOT_SANDBOX", program.with_file_name("sixshot-sandbox"));
            counted("the window's tests", &mut command)
        })?;
        note("window", window, &mut total, &mut broken);
    }
    println!();
    for suite in &broken {
        println!("broken: {suite}");
    }
    // A suite that broke without counting a failed test still counts as one.
    total.failed = total.failed.max(u32::try_from(broken.len()).unwrap_or(u32::MAX));
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed == 0 { Ok(()) } else { Err(Failure::new("some tests failed")) }
}

fn counted(what: &str, command: &mut Command) -> Result<(Count, bool), Failure> {
    let mut count = Count::default();
    let succeeded = command.watch(what, &mut |line| count.read(line))?;
    Ok((count, succeeded))
}

fn note<'a>(suite: &'a str, (count, succeeded): (Count, bool), total: &mut Count, broken: &mut Vec<&'a str>) {
    total.add(count);
    if !succeeded || count.failed > 0 || count.passed == 0 {
        broken.push(suite);
    }
}
