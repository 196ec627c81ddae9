//! Tells Tauri about the window at build time.

fn main() {
    tauri_build::build()
}
