//! What lies around the pixels in a picture file: how many pictures, which way up, where it was taken.
//!
//! The decoders answer none of this reliably (a JPEG that stops half way decodes without an error, a GIF shows its
//! first frame only), and dropping a location without touching the pixels needs the file's own parts. Each format is
//! walked by its own small reader; all of them accept any bytes.

mod exif;
mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

use sixshot_domain::ImageFormat;

/// What the walk over a file's parts found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anatomy {
    /// How many pictures the file shows; more than one means it moves.
    pub pictures: u32,
    /// The file ends before its own structure does.
    pub truncated: bool,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// The file says where the picture was taken.
    pub location: bool,
    /// The file says more than its pixels and colours need: EXIF, XMP, IPTC, texts, further pictures behind its end.
    pub metadata: bool,
    /// Samples of two bytes that a decoder holds until the last scan has been read.
    pub held_samples: u64,
    /// Four channels of printing colour.
    pub cmyk: bool,
    /// A frame of a film: the tables that its pixels are read by may be left out, and not every reader knows them.
    pub abbreviated: bool,
}

impl Default for Anatomy {
    fn default() -> Self {
        Self {
            pictures: 1,
            truncated: false,
            orientation: 1,
            location: false,
            metadata: false,
            held_samples: 0,
            cmyk: false,
            abbreviated: false,
        }
    }
}

/// Walks a file of a known format.
pub(crate) fn of(format: ImageFormat, bytes: &[u8]) -> Anatomy {
    match format {
        ImageFormat::Png => png::walk(bytes),
        ImageFormat::Jpeg => jpeg::walk(bytes),
        ImageFormat::Webp => webp::walk(bytes),
        ImageFormat::Gif => gif::walk(bytes),
        ImageFormat::Tiff => tiff::walk(bytes),
        // A BMP has no metadata and one picture.
        ImageFormat::Bmp => Anatomy::default(),
    }
}

/// The size a header claims, where it can be read without a decoder: PNG's refuses a large claim before it tells it.
pub(crate) fn claimed_size(format: ImageFormat, bytes: &[u8]) -> Option<(u32, u32)> {
    if format == ImageFormat::Png { Some((u32_be(bytes, 16)?, u32_be(bytes, 20)?)) } else { None }
}

/// The file without all that its pixels and colours do not need, pixels untouched: a place hides in too many parts to
/// look for it in each. `None` where the format gives no way to do that.
pub(crate) fn without_metadata(format: ImageFormat, bytes: &[u8]) -> Option<Vec<u8>> {
    match format {
        ImageFormat::Png => Some(png::without_metadata(bytes)),
        ImageFormat::Jpeg => Some(jpeg::without_metadata(bytes)),
        ImageFormat::Webp => Some(webp::without_metadata(bytes)),
        ImageFormat::Gif => Some(gif::without_metadata(bytes)),
        ImageFormat::Bmp | ImageFormat::Tiff => None,
    }
}

/// How XMP calls a position or a place, by the schemas of EXIF, Photoshop and IPTC.
const PLACES: [&[u8]; 10] = [
    b"GPSLatitude",
    b"GPSLongitude",
    b"GPSDestLatitude",
    b"photoshop:City",
    b"photoshop:State",
    b"photoshop:Country",
    b"Iptc4xmpCore:Location",
    b"Iptc4xmpCore:CountryCode",
    b"LocationCreated",
    b"LocationShown",
];

/// Whether an XMP packet, or any text, names a position or a place. The names of the properties are fixed, so they are looked
/// for as text; a full XML reader would find no more.
fn names_a_place(text: &[u8]) -> bool {
    (0..text.len()).any(|at| PLACES.iter().any(|name| text[at] == name[0] && text[at..].starts_with(name)))
}

/// Whether an IPTC block names a place: city, part of a city, province, code of a country, country.
fn iptc_has_place(block: &[u8]) -> bool {
    block.windows(3).any(|set| matches!(set, [0x1C, 0x02, 90 | 92 | 95 | 100 | 101]))
}

fn u16_be(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
