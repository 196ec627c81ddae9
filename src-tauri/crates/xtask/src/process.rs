//! Running other programs with their output in sight.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a habit ended early, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// With these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Running a command as this project does.
pub trait Run {
    /// Runs it with its output in sight.
    fn must_succeed(&mut self, what: &str) -> Result<(), Failure>;

    /// Runs it, shows its output and hands each line to a reader; tells whether it succeeded.
    fn watch(&mut self, what: &str, line: &mut dyn FnMut(&str)) -> Result<bool, Failure>;

    /// Runs it and gives back what it wrote.
    fn output_text(&mut self, what: &str) -> Result<String, Failure>;
}

impl Run for Command {
    fn must_succeed(&mut self, what: &str) -> Result<(), Failure> {
        let status = self.status().map_err(|error| Failure::new(format!("{what} cannot be started: {error}")))?;
        if status.success() { Ok(()) } else { Err(Failure::new(format!("{what} failed ({status})"))) }
    }

    fn watch(&mut self, what: &str, line: &mut dyn FnMut(&str)) -> Result<bool, Failure> {
        let fail = |error: std::io::Error| Failure::new(format!("{what}: {error}"));
        let mut child = self.stdout(Stdio::piped()).spawn().map_err(fail)?;
        if let Some(output) = child.stdout.take() {
            for text in BufReader::new(output).split(b'\n') {
                let text = String::from_utf8_lossy(&text.map_err(fail)?).into_owned();
                println!("{text}");
                line(&text);
            }
        }
        Ok(child.wait().map_err(fail)?.success())
    }

    fn output_text(&mut self, what: &str) -> Result<String, Failure> {
        let output = self.output().map_err(|error| Failure::new(format!("{what} cannot be started: {error}")))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(Failure::new(format!("{what} failed: {}", String::from_utf8_lossy(&output.stderr))))
        }
    }
}

/// Cargo itself, in the project's folder.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// npm in the folder of the UI. No package runs a script of its own while being installed.
pub fn npm(root: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root.join("ui")).env("npm_config_ignore_scripts", "true").env("npm_config_fund", "false");
    command
}

/// Says what begins and, afterwards, how long it took.
pub fn step<T>(what: &str, body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    println!("\n==> {what}");
    let begun = Instant::now();
    let result = body()?;
    println!("    {what}: {} s", begun.elapsed().as_secs());
    Ok(result)
}
