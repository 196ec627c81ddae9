//! The one window.

use tauri::plugin::TauriPlugin;
use tauri::utils::config::Color;
use tauri::{AppHandle, Webview, WebviewUrl, WebviewWindowBuilder, Wry};
use tauri_plugin_window_state::StateFlags;

/// The window's name in the capabilities.
pub const LABEL: &str = "main";
/// First size, and the smallest at which nothing is cut.
const SIZE: (f64, f64) = (1440.0, 900.0);
const SMALLEST: (f64, f64) = (1024.0, 680.0);
/// The surround of the dark theme, so that the window does not flash while the page is loaded.
const GROUND: Color = Color(14, 15, 17, 255);

/// Asks for the first answer before the page and its scripts are read; `ui/src/platform/tauri.ts` takes it up.
const FIRST_QUESTION: &str = "window.__SIXSHOT_START__ = window.__TAURI_INTERNALS__.invoke('call', { name: 'start', \
    arguments: {} }); window.__SIXSHOT_START__.catch(() => undefined);";

/// Remembers size and place from one start to the next.
pub fn remembering() -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN)
        .build()
}

/// Opens the window. It may go nowhere but to the program's own pages.
///
/// # Errors
/// When the window system refuses.
pub fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Sixshot")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .center()
        .initialization_script(FIRST_QUESTION)
        .on_navigation(|url| match url.scheme() {
            "tauri" => true,
            "http" | "https" => {
                url.host_str() == Some("tauri.localhost") || (cfg!(dev) && url.host_str() == Some("localhost"))
            }
            _ => false,
        })
        .build()
        // Only the page's ground: the window's own would be drawn behind the menu's words too.
        .and_then(|window| AsRef::<Webview>::as_ref(&window).set_background_color(Some(GROUND)))
}
