//! Node and npm: looked at before anything is installed, so that nobody waits for packages that then cannot be used.

use crate::process::{Failure, Run, npm};
use std::path::Path;
use std::process::Command;

/// The lines of Node that have what the window's tools need, each from this minor version on. What the lockfile's packages
/// ask for, taken together; ESLint asks for the most.
const LINES: [(u32, u32); 2] = [(20, 19), (22, 13)];
/// From this line on every version will do.
const EVERY_FROM: u32 = 24;

const NEEDED: &str = "Sixshot needs Node 20.19 or newer in line 20, 22.13 or newer in line 22, or any from 24 on.";
const REMEDY: &str = "Install one from https://nodejs.org, open a new terminal and run the same command again.";

/// Makes sure that both are there and new enough, and says which they are.
pub fn ensure(root: &Path) -> Result<(), Failure> {
    let version = Command::new("node")
        .arg("--version")
        .output_text("node")
        .map_err(|failure| Failure::new(format!("{failure}\n{NEEDED}\n{REMEDY}")))?;
    judge(&version)?;
    let npm = npm(root).arg("--version").output_text("npm").map_err(|failure| {
        Failure::new(format!("Node is there, but {failure}\nNode from https://nodejs.org brings npm along.\n{REMEDY}"))
    })?;
    println!("    node {}, npm {}", version.trim(), npm.trim());
    Ok(())
}

/// Whether a version of Node will do: what `node --version` says, such as `v20.19.0`.
fn judge(version: &str) -> Result<(), Failure> {
    let version = version.trim();
    let Some((line, minor)) = line_and_minor(version) else {
        return Err(Failure::new(format!(
            "`node --version` says {version:?}, which is no version.\n{NEEDED}\n{REMEDY}"
        )));
    };
    let enough = line >= EVERY_FROM || LINES.iter().any(|(good, from)| line == *good && minor >= *from);
    if enough { Ok(()) } else { Err(Failure::new(format!("Node {version} is installed.\n{NEEDED}\n{REMEDY}"))) }
}

fn line_and_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn versions_are_taken_as_the_lockfile_takes_them() {
        for good in ["v20.19.0", "v20.20.2\n", "v22.13.0", "v22.21.1", "v24.0.0", "v25.1.0", "v26.0.0-nightly2026"] {
            assert!(judge(good).is_ok(), "{good}");
        }
        for bad in ["v18.20.4", "v20.18.3", "v21.7.3", "v22.12.0", "v23.11.0", "", "20.19.0", "v", "v20", "not node"] {
            let words = judge(bad).expect_err(bad).to_string();
            assert!(words.contains(bad) && words.contains(NEEDED) && words.contains(REMEDY), "{words}");
        }
    }

    #[test]
    fn the_same_range_stands_beside_the_packages() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/package.json");
        let package: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
        let mut range: Vec<String> = LINES.iter().map(|(line, minor)| format!("^{line}.{minor}.0")).collect();
        range.push(format!(">={EVERY_FROM}"));
        assert_eq!(package["engines"]["node"], range.join(" || "));
    }

    #[test]
    fn the_words_name_the_range() {
        for (line, minor) in LINES {
            assert!(NEEDED.contains(&format!("{line}.{minor} or newer in line {line}")), "{line}");
        }
        assert!(NEEDED.contains(&format!("any from {EVERY_FROM} on")));
    }
}
