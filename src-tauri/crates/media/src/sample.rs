//! The sample board's pictures.

/// Three pictures.
#[must_use]
pub fn sample_pictures() -> Vec<Vec<u8>> {
    Vec::new()
}
