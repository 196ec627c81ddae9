//! `cargo xtask bindings`: the window's types, written by a test of the contract.

use crate::process::{Failure, Run, cargo};
use std::path::Path;

/// Writes the types anew.
pub fn write(root: &Path) -> Result<(), Failure> {
    cargo(root)
        .args(["test", "--package", "sixshot-studio", "--test", "bindings"])
        .env("SIXSHOT_WRITE_BINDINGS", "1")
        .must_succeed("writing the bindings")
}
