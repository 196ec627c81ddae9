//! The system's fonts, found once for the whole program.

use cosmic_text::fontdb::{Database, Family, Query};
use cosmic_text::{FontSystem, SwashCache};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Sans-serif families in the order they are liked; the first one installed carries Latin text. Every other script
/// finds its own font.
const LIKED: [&str; 12] = [
    "Inter",
    "Inter Variable",
    "Noto Sans",
    "SF Pro Text",
    "Helvetica Neue",
    "Segoe UI",
    "Open Sans",
    "Ubuntu",
    "Cantarell",
    "Liberation Sans",
    "DejaVu Sans",
    "Arial",
];

/// Fonts and the glyphs already drawn with them.
pub(super) struct Fonts {
    pub system: FontSystem,
    pub glyphs: SwashCache,
    /// The family for Latin text; the system's own choice when none of the liked ones is installed.
    pub family: Option<&'static str>,
}

impl Fonts {
    fn discover() -> Self {
        let system = FontSystem::new();
        let family = LIKED.into_iter().find(|name| is_installed(system.db(), name));
        tracing::debug!(faces = system.db().len(), family, "fonts found");
        Self { system, glyphs: SwashCache::new(), family }
    }
}

fn is_installed(fonts: &Database, name: &str) -> bool {
    let families = [Family::Name(name)];
    fonts.query(&Query { families: &families, ..Query::default() }).is_some()
}

/// Lends the fonts. `None` when there are none, or when the text in hand is more than the shaper can bear: a film
/// without a caption is better than no film, and the shaper's own assertions are not ours to trust with any text.
pub(super) fn with<T>(work: impl FnOnce(&mut Fonts) -> T) -> Option<T> {
    static FONTS: OnceLock<Mutex<Fonts>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| Mutex::new(Fonts::discover()));
    // A panic below is caught before the lock is let go, and caches are all it could have left half filled.
    let mut fonts = fonts.lock().unwrap_or_else(PoisonError::into_inner);
    if fonts.system.db().is_empty() {
        return None;
    }
    let worked = catch_unwind(AssertUnwindSafe(|| work(&mut fonts)));
    if worked.is_err() {
        tracing::warn!("a text could not be set");
        fonts.glyphs = SwashCache::new();
    }
    worked.ok()
}
