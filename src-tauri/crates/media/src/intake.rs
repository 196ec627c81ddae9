//! Taking a picture in: what is checked, what is stored, and what is said about it.
//!
//! A clean upright file is stored byte for byte. Only three things are changed without asking, because nobody would ask
//! for them otherwise: a picture that lies on its side is turned; a frame of a film gets the tables that not every reader
//! knows; and all that the pixels and colours do not need is left out, because it goes to a provider and the place where it
//! was taken hides in many parts of it.

use crate::anatomy;
use crate::decode::{self, Decoded, MAX_FILE_BYTES};
pub use crate::intake_error::IntakeError;
use image::{DynamicImage, RgbaImage};
use sha2::{Digest, Sha256};
use sixshot_domain::{Frame, FrameId, FrameTrait, ImageFormat};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A picture ready to be stored.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What is stored.
    pub bytes: Vec<u8>,
    /// What is known of it; its id is the SHA-256 of `bytes`.
    pub frame: Frame,
    /// What was changed on the way in.
    pub notes: Vec<IntakeNote>,
}

/// Something that was changed on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntakeNote {
    /// The picture lay on its side or mirrored by its EXIF orientation, and its pixels were turned.
    TurnedUpright,
    /// The file said where the picture was taken; that part was dropped.
    LocationRemoved,
}

impl IntakeNote {
    /// A stable name for the program and the catalogue of strings.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TurnedUpright => "turned-upright",
            Self::LocationRemoved => "location-removed",
        }
    }
}

/// Takes in a picture file's content.
///
/// # Errors
/// When it is empty, not a picture, cut off, damaged, or larger than 16384 pixels a side, 100 megapixels or 64 MB.
pub fn take_in(bytes: &[u8]) -> Result<Picture, IntakeError> {
    let (decoded, kept) = decode::decode_kept(bytes)?;
    let turn = decoded.anatomy.orientation != 1;
    let mut notes = Vec::new();
    if turn {
        notes.push(IntakeNote::TurnedUpright);
    }
    if decoded.anatomy.location {
        notes.push(IntakeNote::LocationRemoved);
    }
    match kept {
        Some(kept) if !turn => picture(kept, &decoded, notes),
        _ => write_again(decoded, notes),
    }
}

/// Turns the pixels and writes the file again, in its own format.
fn write_again(mut decoded: Decoded, notes: Vec<IntakeNote>) -> Result<Picture, IntakeError> {
    decoded.turn();
    let (bytes, format) = decode::encode(&decoded.image, decoded.format, decoded.profile.take())?;
    // The new file holds one picture in plain colours, at the depth its format has.
    decoded.anatomy = anatomy::Anatomy::default();
    decoded.cmyk = false;
    decoded.deep = decoded.deep && format == ImageFormat::Png;
    decoded.format = format;
    picture(bytes, &decoded, notes)
}

/// Takes in a file by its path. Nothing larger than 64 MB is read, and nothing that is not an ordinary file.
///
/// # Errors
/// As for [`take_in`], and when the file is missing, a folder, or may not be read.
pub fn take_in_file(path: &Path) -> Result<Picture, IntakeError> {
    let facts = std::fs::metadata(path).map_err(IntakeError::from_io)?;
    if facts.is_dir() {
        return Err(IntakeError::IsFolder);
    }
    // Reading a pipe or a device could wait for ever.
    if !facts.is_file() {
        return Err(IntakeError::NotAPicture);
    }
    if facts.len() > MAX_FILE_BYTES {
        return Err(IntakeError::TooHeavy { bytes: facts.len() });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or_default());
    // The file may grow while it is read, so the reading has its own end.
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(IntakeError::from_io)?;
    take_in(&bytes)
}

/// Takes in bare pixels, row by row from the top, four bytes each (red, green, blue, alpha), as a PNG.
///
/// # Errors
/// When the size is zero or too large, or the number of bytes does not fit it.
pub fn take_in_pixels(width: u32, height: u32, rgba: &[u8]) -> Result<Picture, IntakeError> {
    decode::check_size(width, height)?;
    if width == 0 || height == 0 {
        return Err(IntakeError::Empty);
    }
    let alphas = rgba.chunks_exact(4).map(|pixel| pixel[3]);
    // Some systems hand over screenshots whose unused alpha is all zero.
    let opaque = alphas.clone().all(|alpha| alpha == u8::MAX) || alphas.clone().all(|alpha| alpha == 0);
    let pixels = RgbaImage::from_raw(width, height, rgba.to_vec())
        .filter(|pixels| {
            pixels.as_raw().len() == rgba.len() && rgba.len() as u64 == u64::from(width) * u64::from(height) * 4
        })
        .ok_or_else(|| IntakeError::Unreadable("the pixels do not fill the picture".to_owned()))?;
    let image = DynamicImage::ImageRgba8(pixels);
    let image = if opaque { DynamicImage::ImageRgb8(image.into_rgb8()) } else { image };
    still_picture(image, ImageFormat::Png, None)
}

/// Writes a still and describes it.
pub(crate) fn still_picture(
    image: DynamicImage,
    format: ImageFormat,
    profile: Option<Vec<u8>>,
) -> Result<Picture, IntakeError> {
    let (bytes, format) = decode::encode(&image, format, profile)?;
    let deep = image.color().bytes_per_pixel() / image.color().channel_count() > 1 && format == ImageFormat::Png;
    let decoded = Decoded { image, profile: None, format, anatomy: anatomy::Anatomy::default(), deep, cmyk: false };
    picture(bytes, &decoded, Vec::new())
}

fn picture(bytes: Vec<u8>, decoded: &Decoded, notes: Vec<IntakeNote>) -> Result<Picture, IntakeError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(IntakeError::TooHeavy { bytes: bytes.len() as u64 });
    }
    let has = [
        (decoded.anatomy.pictures > 1, FrameTrait::Animated),
        (decoded.cmyk, FrameTrait::Cmyk),
        (decoded.deep, FrameTrait::DeepColour),
        (decoded.format != ImageFormat::Jpeg && decoded.is_see_through(), FrameTrait::Transparent),
    ];
    let frame = Frame {
        id: FrameId(hex::encode(Sha256::digest(&bytes))),
        format: decoded.format,
        width: decoded.image.width(),
        height: decoded.image.height(),
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        traits: has.into_iter().filter_map(|(is, which)| is.then_some(which)).collect(),
    };
    Ok(Picture { bytes, frame, notes })
}
