//! `cargo xtask faults`: the whole fault harness, where `cargo xtask test` runs a sample of it.

use crate::process::{Failure, Run, cargo, step};
use std::path::Path;

/// Parts of the harness: the word, how many when nothing is said, what it is.
const PARTS: [(&str, &str, &str); 3] = [
    ("all", "1", "every crash point, every provider, every fault of the network"),
    ("kills", "1000", "random kills of a busy queue"),
    ("power-cuts", "100", "power cuts"),
];

/// Runs every part, or only the one that is named, with a number of its own if one is given.
pub fn run(root: &Path, options: &[&str]) -> Result<(), Failure> {
    let (asked, number) = (options.first().copied(), options.get(1).copied());
    let known = PARTS.iter().any(|(word, ..)| asked.is_none_or(|asked| asked == *word));
    if !known {
        let words: Vec<&str> = PARTS.iter().map(|(word, ..)| *word).collect();
        return Err(Failure::new(format!("no such part; there are {}", words.join(", "))));
    }
    for (word, usual, what) in PARTS {
        if asked.is_some_and(|asked| asked != word) {
            continue;
        }
        step(what, || {
            cargo(root)
                .args(["test", "--package", "sixshot-studio", "--test", "faults"])
                .env("SIXSHOT_FAULTS", format!("{word}:{}", number.unwrap_or(usual)))
                .must_succeed(what)
        })?;
    }
    Ok(())
}
