//! Small pictures for lists.

use crate::decode;
use crate::intake_error::IntakeError;
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;

const JPEG_QUALITY: u8 = 84;

/// The picture as a JPEG whose longer side has at most `long_side` pixels; a small picture stays as small as it is.
///
/// # Errors
/// When the bytes are not a picture that can be read.
pub fn thumbnail(bytes: &[u8], long_side: u32) -> Result<Vec<u8>, IntakeError> {
    let image = decode::opaque(decode::decode(bytes)?.upright());
    decode::jpeg(&shrink(image, long_side)?, JPEG_QUALITY, None)
}

/// Shrinks a picture until its longer side fits; never enlarges.
pub(crate) fn shrink(image: RgbImage, long_side: u32) -> Result<RgbImage, IntakeError> {
    let (width, height) = image.dimensions();
    let (longer, long_side) = (width.max(height), long_side.max(1));
    if longer <= long_side {
        return Ok(image);
    }
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(long_side) + u64::from(longer) / 2) / u64::from(longer);
        u32::try_from(side.max(1)).unwrap_or(long_side)
    };
    resize(image, scaled(width), scaled(height), ResizeOptions::new())
}

/// Resizes to an exact size, by the options' crop.
pub(crate) fn resize(
    image: RgbImage,
    width: u32,
    height: u32,
    options: ResizeOptions,
) -> Result<RgbImage, IntakeError> {
    let fault = |error: &dyn std::fmt::Display| IntakeError::Unreadable(error.to_string());
    let (from_width, from_height) = image.dimensions();
    let source = Image::from_vec_u8(from_width, from_height, image.into_raw(), PixelType::U8x3)
        .map_err(|error| fault(&error))?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = options.resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, Some(&options)).map_err(|error| fault(&error))?;
    RgbImage::from_raw(width, height, target.into_vec())
        .ok_or_else(|| IntakeError::Unreadable("the picture could not be resized".to_owned()))
}
