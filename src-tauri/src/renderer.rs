//! Which of WebKitGTK's renderers draws the window. Only on Linux is there a choice.
//!
//! Without a graphics card the shared-buffer renderer draws every frame late, by a factor of four; with one it is the
//! faster. Some closed drivers show an empty window with it. So it is decided by what is found, and a person's own
//! word wins: first the environment, then the setting.

use crate::machine::Places;
use std::path::Path;

const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// What is found at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The person set the variable themselves.
    pub set_already: bool,
    /// The window is driven by a test, which needs the default renderer.
    pub driven: bool,
    /// There is a graphics card that can render.
    pub graphics_card: bool,
    /// The closed NVIDIA driver is loaded.
    pub nvidia_driver: bool,
}

/// Whether the shared-buffer renderer is switched off. `setting` is the person's word: `accelerated`, `compatible`,
/// or anything else for no word.
#[must_use]
pub fn switches_off(setting: &str, found: Found) -> bool {
    match setting.trim() {
        _ if found.set_already || found.driven => false,
        "accelerated" => false,
        "compatible" => true,
        _ => found.nvidia_driver || !found.graphics_card,
    }
}

/// Chooses before the window system is touched.
#[cfg(target_os = "linux")]
pub fn choose(places: &Places) {
    let setting = std::fs::read_to_string(places.renderer_file()).unwrap_or_default();
    let found = Found {
        set_already: std::env::var_os(VARIABLE).is_some(),
        driven: std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some(),
        graphics_card: has_render_node(Path::new("/dev/dri")),
        nvidia_driver: Path::new("/proc/driver/nvidia/version").exists(),
    };
    if switches_off(&setting, found) {
        #[expect(unsafe_code, reason = "the first lines of the only thread: nobody reads the environment yet")]
        unsafe {
            std::env::set_var(VARIABLE, "1");
        }
    }
}

/// Nothing to choose on this system.
#[cfg(not(target_os = "linux"))]
pub const fn choose(_places: &Places) {}

#[cfg(target_os = "linux")]
fn has_render_node(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persons_word_wins_then_what_is_found() {
        let card = Found { set_already: false, driven: false, graphics_card: true, nvidia_driver: false };
        let none = Found { graphics_card: false, ..card };
        let nvidia = Found { nvidia_driver: true, ..card };
        for (setting, found, off) in [
            ("", card, false),
            ("", none, true),
            ("", nvidia, true),
            ("automatic", none, true),
            ("accelerated\n", none, false),
            ("compatible", card, true),
            ("compatible", Found { set_already: true, ..card }, false),
            ("", Found { driven: true, ..none }, false),
        ] {
            assert_eq!(switches_off(setting, found), off, "{setting} {found:?}");
        }
    }
}
