//! What several test files need: pictures made by hand, a board, and the tools of others where they are installed.
#![allow(dead_code, reason = "each test file uses its own part")]

pub mod boards;
pub mod memory;
pub mod movies;
pub mod pictures;

use std::process::Command;

/// Runs a program and answers what it printed. `None`, with a line that says so, when it is not installed.
pub fn run_if_present(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program} {arguments:?} failed: {errors}");
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => {
            eprintln!("SKIPPED: {program} is not installed ({error})");
            None
        }
    }
}
