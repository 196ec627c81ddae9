//! `cargo xtask icons`: the icon, from its drawing to its sizes.

use crate::process::{Failure, Run};
use std::path::Path;
use std::process::Command;

const SIZES: [(&str, u32); 6] = [
    ("32x32.png", 32),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("512x512.png", 512),
    ("icon.png", 512),
];

/// Renders every size with `rsvg-convert`.
pub fn render(root: &Path) -> Result<(), Failure> {
    let folder = root.join("icons");
    for (name, size) in SIZES {
        let size = size.to_string();
        Command::new("rsvg-convert")
            .current_dir(&folder)
            .args(["-w", &size, "-h", &size, "sixshot.svg", "-o", name])
            .must_succeed("rsvg-convert (Debian: librsvg2-bin)")?;
    }
    Ok(())
}
