//! Changes to a picture that remove a finding.

use crate::decode;
use crate::intake::{Picture, still_picture, take_in};
use crate::intake_error::IntakeError;
use crate::thumbnail::shrink;
use image::{DynamicImage, GenericImageView, RgbImage};
use sixshot_domain::{ImageFormat, Mend, Ratio};

/// Tried in turn before any pixel is given up. Below the last, blocks begin to show.
const QUALITIES: [u8; 5] = [95, 90, 85, 80, 75];
/// Below this there is no picture left to speak of.
const SMALLEST_SIDE: u32 = 64;

/// Carries out a mend. The result is upright and without location, as everything taken in is.
///
/// # Errors
/// When the bytes are not a picture that can be read, or no picture worth keeping fits the limit.
pub fn mend(bytes: &[u8], mend: Mend) -> Result<Picture, IntakeError> {
    match mend {
        Mend::Crop { ratio } => crop(bytes, ratio),
        Mend::Convert => convert(bytes),
        Mend::Reencode { max_bytes } => reencode(bytes, max_bytes),
    }
}

/// Cuts the longer sides away evenly.
fn crop(bytes: &[u8], ratio: Ratio) -> Result<Picture, IntakeError> {
    let mut decoded = decode::decode(bytes)?;
    decoded.turn();
    let (width, height) = decoded.image.dimensions();
    let (kept_width, kept_height) = ratio.largest_part(width, height);
    if (kept_width, kept_height) == (width, height) {
        return take_in(bytes);
    }
    let (left, top) = ((width - kept_width) / 2, (height - kept_height) / 2);
    let kept = decoded.image.crop_imm(left, top, kept_width, kept_height);
    still_picture(kept, decoded.format, decoded.profile)
}

/// A still, eight bits a channel, opaque, RGB: JPEG stays JPEG, everything else becomes PNG.
fn convert(bytes: &[u8]) -> Result<Picture, IntakeError> {
    let mut decoded = decode::decode(bytes)?;
    decoded.turn();
    let format = if decoded.format == ImageFormat::Jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
    still_picture(DynamicImage::ImageRgb8(decode::opaque(decoded.image)), format, decoded.profile)
}

/// A JPEG under the limit: lower quality first, then fewer pixels.
fn reencode(bytes: &[u8], max_bytes: u32) -> Result<Picture, IntakeError> {
    let mut decoded = decode::decode(bytes)?;
    decoded.turn();
    let profile = decoded.profile.take();
    let mut image = decode::opaque(decoded.image);
    for quality in QUALITIES {
        if let Some(picture) = if_it_fits(&image, quality, profile.clone(), max_bytes)? {
            return Ok(picture);
        }
    }
    let quality = QUALITIES[QUALITIES.len() - 1];
    loop {
        let (width, height) = image.dimensions();
        let long_side = width.max(height) * 7 / 8;
        if long_side < SMALLEST_SIDE {
            return Err(IntakeError::TooHeavy { bytes: bytes.len() as u64 });
        }
        image = shrink(image, long_side)?;
        if let Some(picture) = if_it_fits(&image, quality, profile.clone(), max_bytes)? {
            return Ok(picture);
        }
    }
}

fn if_it_fits(
    image: &RgbImage,
    quality: u8,
    profile: Option<Vec<u8>>,
    max_bytes: u32,
) -> Result<Option<Picture>, IntakeError> {
    let bytes = decode::jpeg(image, quality, profile)?;
    if bytes.len() as u64 > u64::from(max_bytes) {
        return Ok(None);
    }
    take_in(&bytes).map(Some)
}
