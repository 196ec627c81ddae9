//! H.264 pictures out of a track.

use super::boxes::read_at;
use super::error::ClipError;
use super::track::{Colours, Movie};
use image::RgbImage;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;
use std::fs::File;
use std::ops::ControlFlow;

/// A compressed picture larger than this is not one.
const MAX_SAMPLE_BYTES: u32 = 32 << 20;
/// Most pixels that are decoded for one look, twice as many as fifteen seconds of 4K at sixty pictures a second: tiny
/// pictures that only say "as before" must not keep the decoder busy for hours.
const MAX_DECODED_PIXELS: usize = 16_000_000_000;
/// Luma up to this is black to the eye (16 is black itself).
const NEARLY_BLACK: u8 = 28;
/// One pixel in so many must be brighter for a picture to show something.
const BRIGHT_SHARE: usize = 50;

/// A decoded picture as long as the decoder holds it.
pub(super) struct Shown<'a> {
    picture: &'a DecodedYUV<'a>,
}

/// A decoded picture of its own.
pub(super) struct Kept {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Shown<'_> {
    /// Copies the picture out of the decoder's memory.
    pub fn keep(&self) -> Kept {
        let (width, height) = self.picture.dimensions();
        let (luma, blue, red) = self.picture.strides();
        let half = (width.div_ceil(2), height.div_ceil(2));
        Kept {
            width,
            height,
            luma: plane(self.picture.y(), luma, width, height),
            blue: plane(self.picture.u(), blue, half.0, half.1),
            red: plane(self.picture.v(), red, half.0, half.1),
        }
    }

    /// Whether there is next to nothing to see.
    pub fn is_nearly_black(&self) -> bool {
        let (width, height) = self.picture.dimensions();
        let rows = self.picture.y().chunks(self.picture.strides().0.max(1)).take(height);
        let bright: usize = rows.map(|row| row.iter().take(width).filter(|luma| **luma > NEARLY_BLACK).count()).sum();
        bright < width * height / BRIGHT_SHARE
    }
}

fn plane(bytes: &[u8], stride: usize, width: usize, height: usize) -> Vec<u8> {
    let mut copy = Vec::with_capacity(width * height);
    for row in bytes.chunks(stride.max(1)).take(height) {
        copy.extend_from_slice(row.get(..width).unwrap_or(row));
    }
    // A row the decoder did not hand over stays neutral instead of reading past the end.
    copy.resize(width * height, 128);
    copy
}

impl Kept {
    /// As red, green and blue.
    pub fn into_rgb(self, colours: Colours) -> RgbImage {
        let half = self.width.div_ceil(2);
        let table = Coefficients::of(colours);
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        let mut image = RgbImage::new(width.unwrap_or(0), height.unwrap_or(0));
        for (y, row) in image.as_mut().chunks_exact_mut((self.width * 3).max(1)).enumerate() {
            let luma = &self.luma[y * self.width..];
            let chroma = (y / 2) * half;
            for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
                let at = chroma + x / 2;
                pixel.copy_from_slice(&table.rgb(luma[x], self.blue[at], self.red[at]));
            }
        }
        image
    }
}

/// The matrix in 65536ths.
struct Coefficients {
    black: i32,
    luma: i32,
    red_from_red: i32,
    green_from_blue: i32,
    green_from_red: i32,
    blue_from_blue: i32,
}

impl Coefficients {
    const fn of(colours: Colours) -> Self {
        match (colours.standard_definition, colours.full_range) {
            (false, false) => Self::new(16, 76_309, 117_489, 13_975, 34_925, 138_438),
            (true, false) => Self::new(16, 76_309, 104_597, 25_675, 53_279, 132_201),
            (false, true) => Self::new(0, 65_536, 103_206, 12_276, 30_679, 121_609),
            (true, true) => Self::new(0, 65_536, 91_881, 22_554, 46_802, 116_130),
        }
    }

    const fn new(black: i32, luma: i32, rr: i32, gb: i32, gr: i32, bb: i32) -> Self {
        Self { black, luma, red_from_red: rr, green_from_blue: gb, green_from_red: gr, blue_from_blue: bb }
    }

    fn rgb(&self, luma: u8, blue: u8, red: u8) -> [u8; 3] {
        let luma = (i32::from(luma) - self.black) * self.luma + (1 << 15);
        let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
        let byte = |sum: i32| (sum >> 16).clamp(0, 255) as u8;
        [
            byte(luma + self.red_from_red * red),
            byte(luma - self.green_from_blue * blue - self.green_from_red * red),
            byte(luma + self.blue_from_blue * blue),
        ]
    }
}

/// Decodes from a sync sample on and hands over each picture in the order of time until the viewer has seen enough.
pub(super) fn show_from(
    file: &mut File,
    movie: &Movie,
    start: usize,
    viewer: &mut dyn FnMut(Shown<'_>) -> ControlFlow<()>,
) -> Result<(), ClipError> {
    let unsupported = || ClipError::UnsupportedCodec { codec: movie.codec().to_owned() };
    let parameters = movie.parameters.as_ref().filter(|_| movie.is_decodable()).ok_or_else(unsupported)?;
    let fault = |error: openh264::Error| ClipError::Unreadable(error.to_string());
    // Flushing after each picture, which is the default, would hand pictures over before those shown earlier.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    let mut decoder = Decoder::with_api_config(OpenH264API::from_source(), config).map_err(fault)?;
    let mut decoded = 0_usize;
    for sample in movie.samples.iter().skip(start) {
        if sample.size > MAX_SAMPLE_BYTES {
            return Err(ClipError::damaged("a picture in it is too large"));
        }
        let units = read_at(file, sample.offset, u64::from(sample.size))?;
        let mut packet = if sample.sync { parameters.annex_b.clone() } else { Vec::new() };
        append_units(&units, parameters.length_bytes, &mut packet)?;
        let Some(picture) = decoder.decode(&packet).map_err(fault)? else { continue };
        let (width, height) = picture.dimensions();
        decoded = decoded.saturating_add(width.saturating_mul(height));
        if decoded > MAX_DECODED_PIXELS {
            return Err(ClipError::damaged("it shows more than any clip does"));
        }
        if view(&picture, viewer)?.is_break() {
            return Ok(());
        }
    }
    for picture in decoder.flush_remaining().map_err(fault)? {
        if view(&picture, viewer)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn view(
    picture: &DecodedYUV<'_>,
    viewer: &mut dyn FnMut(Shown<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, ClipError> {
    let (width, height) = picture.dimensions();
    let limit = usize::from(Movie::max_side());
    if width == 0 || height == 0 || width > limit || height > limit {
        return Err(ClipError::damaged("a picture in it has an impossible size"));
    }
    Ok(viewer(Shown { picture }))
}

/// Turns units with a length before each into units with a start code before each.
fn append_units(mut units: &[u8], length_bytes: usize, packet: &mut Vec<u8>) -> Result<(), ClipError> {
    while !units.is_empty() {
        let length = units.get(..length_bytes).ok_or(ClipError::Truncated)?;
        let length = length.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        let unit = units.get(length_bytes..length_bytes + length);
        let unit = unit.ok_or_else(|| ClipError::damaged("a picture in it is shorter than it says"))?;
        packet.extend_from_slice(&[0, 0, 0, 1]);
        packet.extend_from_slice(unit);
        units = &units[length_bytes + length..];
    }
    Ok(())
}
