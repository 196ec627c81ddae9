//! Pixels from bytes that nobody has checked, and back.
//!
//! This is the only place that calls the decoders. It reads the header, measures, and only then lets anything be
//! allocated.

use crate::anatomy::{self, Anatomy};
use crate::intake_error::IntakeError;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageReader, RgbImage};
use sixshot_domain::ImageFormat;
use std::borrow::Cow;
use std::error::Error as _;
use std::io::{self, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest side in pixels.
pub(crate) const MAX_SIDE: u32 = 16_384;
/// Most pixels in all.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;
/// Largest file in bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;
/// What a picture may take in memory from its decoding to its showing: the largest one in plain colours, with some room
/// to work. Sixteen bits a channel, see-through parts and turning take more, so fewer pixels fit: the 61 megapixels of the
/// largest common cameras still do when they lie on their side.
const MAX_DECODED_BYTES: u64 = 368_000_000;
/// And while it is decoded: a picture that is told roughly first is held in pieces of two bytes until its end.
const MAX_DECODING_BYTES: u64 = 415_000_000;
/// JPEG quality for anything that must be written again: no loss a person can see.
const JPEG_QUALITY: u8 = 95;

/// A decoded picture with what its file said about it.
pub(crate) struct Decoded {
    /// The pixels as they lie in the file: not yet turned.
    pub image: DynamicImage,
    /// The colour profile, kept for a file that is written again.
    pub profile: Option<Vec<u8>>,
    /// The format of the content, whatever the name says.
    pub format: ImageFormat,
    /// What lies around the pixels.
    pub anatomy: Anatomy,
    /// More than eight bits a channel in the file.
    pub deep: bool,
    /// Printing colours in the file.
    pub cmyk: bool,
}

impl Decoded {
    /// The picture upright, as a person expects to see it.
    pub fn upright(mut self) -> DynamicImage {
        self.turn();
        self.image
    }

    /// Turns the pixels upright.
    pub fn turn(&mut self) {
        if let Some(orientation) = Orientation::from_exif(self.anatomy.orientation) {
            self.image.apply_orientation(orientation);
        }
        self.anatomy.orientation = 1;
    }

    /// Whether any pixel is really see-through.
    pub fn is_see_through(&self) -> bool {
        match &self.image {
            DynamicImage::ImageLumaA8(pixels) => pixels.pixels().any(|pixel| pixel.0[1] != u8::MAX),
            DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX),
            DynamicImage::ImageLumaA16(pixels) => pixels.pixels().any(|pixel| pixel.0[1] != u16::MAX),
            DynamicImage::ImageRgba16(pixels) => pixels.pixels().any(|pixel| pixel.0[3] != u16::MAX),
            DynamicImage::ImageRgba32F(pixels) => pixels.pixels().any(|pixel| pixel.0[3] < 1.0),
            _ => false,
        }
    }
}

/// Which of the known formats the content is.
pub(crate) fn format_of(bytes: &[u8]) -> Result<ImageFormat, IntakeError> {
    match image::guess_format(bytes) {
        Ok(image::ImageFormat::Png) => Ok(ImageFormat::Png),
        Ok(image::ImageFormat::Jpeg) => Ok(ImageFormat::Jpeg),
        Ok(image::ImageFormat::WebP) => Ok(ImageFormat::Webp),
        Ok(image::ImageFormat::Gif) => Ok(ImageFormat::Gif),
        Ok(image::ImageFormat::Tiff) => Ok(ImageFormat::Tiff),
        // Two letters are a weak sign: the length of the second header must be one of those that exist.
        Ok(image::ImageFormat::Bmp)
            if bytes.get(14..18).is_none_or(|size| matches!(size, [12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])) =>
        {
            Ok(ImageFormat::Bmp)
        }
        _ => Err(IntakeError::NotAPicture),
    }
}

/// Whether a picture of this size may be opened.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), IntakeError> {
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(IntakeError::TooManyPixels { width, height });
    }
    Ok(())
}

/// Decodes the whole picture after its header has been measured.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, IntakeError> {
    let format = checked_format(bytes)?;
    decode_guarded(bytes, format, anatomy::of(format, bytes))
}

/// Decodes what is left of a file without all that its pixels do not need, and gives that back beside it: what is kept is
/// what was seen. `None` in its place where the file has to be written again to be rid of the rest, or to be read by
/// everybody.
pub(crate) fn decode_kept(bytes: &[u8]) -> Result<(Decoded, Option<Vec<u8>>), IntakeError> {
    let format = checked_format(bytes)?;
    let whole = anatomy::of(format, bytes);
    let kept = if whole.metadata {
        anatomy::without_metadata(format, bytes).map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(bytes))
    };
    let Some(kept) = kept else {
        return Ok((decode_guarded(bytes, format, whole)?, None));
    };
    let left = anatomy::of(format, &kept);
    // Which way is up stood in what was taken away.
    let told = Anatomy {
        orientation: whole.orientation,
        location: whole.location,
        truncated: whole.truncated || left.truncated,
        ..left
    };
    let decoded = decode_guarded(&kept, format, told)?;
    Ok((decoded, (!left.abbreviated).then(|| kept.into_owned())))
}

fn checked_format(bytes: &[u8]) -> Result<ImageFormat, IntakeError> {
    if bytes.is_empty() {
        return Err(IntakeError::Empty);
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(IntakeError::TooHeavy { bytes: bytes.len() as u64 });
    }
    format_of(bytes)
}

fn decode_guarded(bytes: &[u8], format: ImageFormat, anatomy: Anatomy) -> Result<Decoded, IntakeError> {
    // The decoders are not ours, and the bytes are not either: a panic in one of them is a picture that cannot be read,
    // not the end of the program. Nothing outlives the call, so nothing can be left half changed.
    catch_unwind(AssertUnwindSafe(|| decode_measured(bytes, format, anatomy))).unwrap_or_else(|_| {
        tracing::warn!(format = format.as_str(), "a picture decoder panicked");
        Err(IntakeError::Unreadable("the decoder gave up".to_owned()))
    })
}

fn decode_measured(bytes: &[u8], format: ImageFormat, anatomy: Anatomy) -> Result<Decoded, IntakeError> {
    let fault = |error| if anatomy.truncated { IntakeError::Truncated } else { refusal(error) };
    if let Some((width, height)) = anatomy::claimed_size(format, bytes) {
        check_size(width, height)?;
    }
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), decoder_format(format));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    if width == 0 || height == 0 {
        return Err(IntakeError::Unreadable("it has no pixels".to_owned()));
    }
    if anatomy.truncated || is_empty_jpeg(format, bytes, width, height) {
        return Err(IntakeError::Truncated);
    }
    let held = decoder.total_bytes().saturating_add(anatomy.held_samples.saturating_mul(2));
    if memory_of(&decoder, &anatomy) > MAX_DECODED_BYTES || held > MAX_DECODING_BYTES {
        return Err(IntakeError::TooManyPixels { width, height });
    }
    let original = decoder.original_color_type();
    let profile = decoder.icc_profile().unwrap_or_default();
    let image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok(Decoded {
        image: without_unused_alpha(format, image),
        // A profile for printing colours no longer fits the pixels, which are RGB by now.
        profile: profile.filter(|_| !anatomy.cmyk),
        format,
        anatomy,
        deep: original.bits_per_pixel() / u16::from(original.channel_count()).max(1) > 8,
        cmyk: anatomy.cmyk || matches!(original, ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16),
    })
}

/// Whether a JPEG is too short for its size: each block of 64 pixels needs a bit at least. Its decoder would make up the
/// rest, for seconds.
fn is_empty_jpeg(format: ImageFormat, bytes: &[u8], width: u32, height: u32) -> bool {
    let blocks = u64::from(width) * u64::from(height) / 64;
    format == ImageFormat::Jpeg && (bytes.len() as u64).saturating_mul(8) < blocks
}

/// Programs that know no see-through parts leave the fourth byte of each pixel of a BMP zero.
fn without_unused_alpha(format: ImageFormat, image: DynamicImage) -> DynamicImage {
    let unused = format == ImageFormat::Bmp
        && image.as_rgba8().is_some_and(|pixels| pixels.pixels().all(|pixel| pixel.0[3] == 0));
    if unused { image.into_rgb8().into() } else { image }
}

/// Bytes that a picture takes at its largest: as it is decoded, beside its copy in plain colours or its turned one.
fn memory_of(decoder: &impl ImageDecoder, anatomy: &Anatomy) -> u64 {
    let (width, height) = decoder.dimensions();
    let decoded = decoder.total_bytes();
    let plain = u64::from(width) * u64::from(height) * 3;
    let copy = match (anatomy.orientation, decoder.color_type()) {
        (1, image::ColorType::Rgb8) => 0,
        (1, _) => plain,
        _ => decoded,
    };
    decoded.saturating_add(copy)
}

const fn decoder_format(format: ImageFormat) -> image::ImageFormat {
    match format {
        ImageFormat::Png => image::ImageFormat::Png,
        ImageFormat::Jpeg => image::ImageFormat::Jpeg,
        ImageFormat::Webp => image::ImageFormat::WebP,
        ImageFormat::Gif => image::ImageFormat::Gif,
        ImageFormat::Bmp => image::ImageFormat::Bmp,
        ImageFormat::Tiff => image::ImageFormat::Tiff,
    }
}

fn refusal(error: ImageError) -> IntakeError {
    if ends_early(&error) { IntakeError::Truncated } else { IntakeError::Unreadable(error.to_string()) }
}

/// Whether a decoder ran out of bytes. Each of them says so in its own way, at its own depth.
fn ends_early(error: &ImageError) -> bool {
    if let ImageError::IoError(inner) = error {
        return inner.kind() == io::ErrorKind::UnexpectedEof;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.downcast_ref::<io::Error>().is_some_and(|inner| inner.kind() == io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = inner.source();
    }
    let words = error.to_string().to_lowercase();
    ["unexpected end", "unexpected eof", "failed to fill whole buffer", "truncated"]
        .iter()
        .any(|sign| words.contains(sign))
}

/// The picture without see-through parts, on white: panels are often drawn in black on nothing.
pub(crate) fn opaque(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let pixels = image.into_rgba8();
    let mut flat = RgbImage::new(pixels.width(), pixels.height());
    for (from, to) in pixels.pixels().zip(flat.pixels_mut()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let over_white = |channel: u32| ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        to.0 = [over_white(red), over_white(green), over_white(blue)];
    }
    flat
}

/// Writes a picture in a format, without loss where the format has a way. A GIF becomes a PNG, because its writer would have
/// to invent a palette, and a TIFF, because its writer does not compress. What would be too heavy to be taken in becomes a
/// JPEG, unless it may be seen through. Answers the format it used.
pub(crate) fn encode(
    image: &DynamicImage,
    format: ImageFormat,
    profile: Option<Vec<u8>>,
) -> Result<(Vec<u8>, ImageFormat), IntakeError> {
    let mut bytes = Cursor::new(Vec::new());
    let written = match format {
        ImageFormat::Jpeg => {
            let plain = image.as_rgb8().map_or_else(|| Cow::Owned(opaque(image.clone())), Cow::Borrowed);
            return Ok((jpeg(&plain, JPEG_QUALITY, profile)?, ImageFormat::Jpeg));
        }
        ImageFormat::Webp => {
            let eight_bits =
                if image.color().has_alpha() { image.to_rgba8().into() } else { DynamicImage::from(image.to_rgb8()) };
            write_with(
                image::codecs::webp::WebPEncoder::new_lossless(&mut bytes),
                &eight_bits,
                profile.clone().filter(|profile| fits(profile, &eight_bits)),
            )
        }
        ImageFormat::Bmp => write_with(image::codecs::bmp::BmpEncoder::new(&mut bytes), image, None),
        ImageFormat::Png | ImageFormat::Gif | ImageFormat::Tiff => {
            let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            write_with(encoder, &in_whole_numbers(image), profile.clone().filter(|profile| fits(profile, image)))
        }
    };
    written.map_err(|error| IntakeError::Unreadable(error.to_string()))?;
    let bytes = bytes.into_inner();
    if bytes.len() as u64 > MAX_FILE_BYTES && !image.color().has_alpha() {
        return encode(image, ImageFormat::Jpeg, profile);
    }
    let used = if matches!(format, ImageFormat::Gif | ImageFormat::Tiff) { ImageFormat::Png } else { format };
    Ok((bytes, used))
}

/// A PNG has no fractions: a TIFF that has them keeps sixteen bits a channel.
fn in_whole_numbers(image: &DynamicImage) -> Cow<'_, DynamicImage> {
    match image {
        DynamicImage::ImageRgb32F(_) => Cow::Owned(image.to_rgb16().into()),
        DynamicImage::ImageRgba32F(_) => Cow::Owned(image.to_rgba16().into()),
        _ => Cow::Borrowed(image),
    }
}

/// Whether a colour profile is for colours of this kind: one for greys beside colours makes a file that is not valid. Which
/// it is for stands at its byte 16.
fn fits(profile: &[u8], image: &DynamicImage) -> bool {
    let kind: &[u8] = if image.color().has_color() { b"RGB " } else { b"GRAY" };
    profile.get(16..20) == Some(kind)
}

fn write_with(
    mut encoder: impl ImageEncoder,
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
) -> Result<(), ImageError> {
    if let Some(profile) = profile
        && let Err(error) = encoder.set_icc_profile(profile)
    {
        tracing::debug!(%error, "the colour profile could not be kept");
    }
    image.write_with_encoder(encoder)
}

/// Writes a JPEG of the given quality, 1 to 100.
pub(crate) fn jpeg(image: &RgbImage, quality: u8, profile: Option<Vec<u8>>) -> Result<Vec<u8>, IntakeError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    // What is written is in colour, whatever it was.
    if let Some(profile) = profile.filter(|profile| profile.get(16..20) == Some(b"RGB "))
        && let Err(error) = encoder.set_icc_profile(profile)
    {
        tracing::debug!(%error, "the colour profile could not be kept");
    }
    encoder
        .write_image(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .map_err(|error| IntakeError::Unreadable(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;

    #[test]
    fn what_would_be_too_heavy_becomes_a_jpeg() {
        let mut state = 1_u32;
        let noise = RgbImage::from_fn(5_000, 4_600, |_, _| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let [red, green, blue, _] = state.to_le_bytes();
            image::Rgb([red, green, blue])
        });
        for format in [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::Bmp] {
            let (bytes, used) = encode(&noise.clone().into(), format, None).expect("written");
            assert_eq!(used, ImageFormat::Jpeg);
            assert!((bytes.len() as u64) < MAX_FILE_BYTES);
        }
    }

    #[test]
    fn a_profile_goes_only_with_colours_of_its_kind() {
        let profile = |kind: &[u8; 4]| Some([&[0; 16], kind.as_slice(), &[0; 108]].concat());
        let colours: DynamicImage = RgbImage::new(2, 2).into();
        let greys: DynamicImage = GrayImage::new(2, 2).into();
        let kept = |image: &DynamicImage, format, kind| {
            let (bytes, _) = encode(image, format, profile(kind)).expect("written");
            bytes.windows(4).any(|four| four == b"iCCP" || four == b"ICC_")
        };
        assert!(kept(&colours, ImageFormat::Png, b"RGB ") && kept(&greys, ImageFormat::Png, b"GRAY"));
        assert!(!kept(&colours, ImageFormat::Png, b"GRAY") && !kept(&greys, ImageFormat::Png, b"RGB "));
        assert!(kept(&colours, ImageFormat::Jpeg, b"RGB ") && !kept(&greys, ImageFormat::Jpeg, b"GRAY"));
    }
}
