//! The directories of a TIFF. Whether it is cut off only its decoder can tell.

use super::{Anatomy, exif};

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    exif::directories(bytes).map_or_else(Anatomy::default, |tags| Anatomy {
        pictures: tags.pictures.max(1),
        orientation: tags.orientation,
        location: tags.location,
        metadata: tags.metadata,
        cmyk: tags.separated,
        ..Anatomy::default()
    })
}
