//! Pictures, good and bad.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{Delay, DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

pub const CMYK_JPEG: &[u8] = include_bytes!("../pictures/cmyk.jpg");
pub const MOVING_WEBP: &[u8] = include_bytes!("../pictures/moving.webp");

/// A picture whose upper left corner is red and whose rest is a ramp, so that turning it shows.
pub fn plain(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 4 && y < height / 4 {
            Rgb([230, 20, 20])
        } else {
            Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 90])
        }
    })
}

pub fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    file(plain(width, height), ImageFormat::Png)
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(&plain(width, height)).unwrap();
    bytes
}

/// Many colours at random, which no format can make small.
pub fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 12_345_u32;
    RgbImage::from_fn(width, height, |_, _| {
        Rgb([0; 3].map(|_: u8| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    })
}

pub fn transparent_png() -> Vec<u8> {
    file(RgbaImage::from_fn(8, 8, |x, _| Rgba([10, 20, 30, if x < 4 { 0 } else { 255 }])), ImageFormat::Png)
}

/// Has an alpha channel and makes no use of it.
pub fn opaque_rgba_png() -> Vec<u8> {
    file(RgbaImage::from_pixel(8, 8, Rgba([10, 20, 30, 255])), ImageFormat::Png)
}

pub fn deep_png() -> Vec<u8> {
    file(DynamicImage::ImageRgb8(plain(8, 8)).into_rgb16(), ImageFormat::Png)
}

pub fn gif(frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for frame in 0..frames {
        let picture = RgbaImage::from_pixel(8, 8, Rgba([frame as u8 * 40, 90, 10, 255]));
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
    }
    drop(encoder);
    bytes
}

/// A PNG that announces two frames of animation.
pub fn moving_png() -> Vec<u8> {
    let mut announcement = 2_u32.to_be_bytes().to_vec();
    announcement.extend(0_u32.to_be_bytes());
    with_png_chunk(&png(8, 8), b"acTL", &announcement)
}

/// Puts a chunk behind the header of a PNG.
pub fn with_png_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    const AFTER_HEADER: usize = 33;
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(data);
    let mut sum = flate2::Crc::new();
    sum.update(&chunk[4..]);
    chunk.extend(sum.sum().to_be_bytes());
    [&png[..AFTER_HEADER], &chunk, &png[AFTER_HEADER..]].concat()
}

/// A PNG header that claims a size and nothing behind it but an end.
pub fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    bytes
}

/// A TIFF structure with an orientation and, if asked for, a GPS directory.
pub fn exif(orientation: u8, location: bool) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend([1 + u8::from(location), 0]);
    bytes.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    if location {
        bytes.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x26, 0, 0, 0]);
    }
    bytes.extend([0; 4]);
    if location {
        // One entry: latitude reference, "N".
        bytes.extend([1, 0, 1, 0, 2, 0, 2, 0, 0, 0, b'N', 0, 0, 0, 0, 0, 0, 0]);
    }
    bytes
}

/// Puts an APP1 segment behind the start of a JPEG.
pub fn with_jpeg_app1(jpeg: &[u8], payload: &[u8]) -> Vec<u8> {
    with_jpeg_segment(jpeg, 0xE1, payload)
}

/// Puts a segment behind the start of a JPEG.
pub fn with_jpeg_segment(jpeg: &[u8], marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, payload, &jpeg[2..]].concat()
}

/// A JPEG as webcams write it into a film: with a sign of that at its head, and without the tables that everybody uses.
pub fn jpeg_of_a_film(jpeg: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 16];
    bytes.extend(b"AVI1\0\0\0\0\0\0\0\0\0\0");
    let mut at = 2;
    while jpeg[at + 1] != 0xDA {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if !matches!(jpeg[at + 1], 0xC4 | 0xE0) {
            bytes.extend(&jpeg[at..end]);
        }
        at = end;
    }
    bytes.extend(&jpeg[at..]);
    bytes
}

/// A JPEG with a colour profile, as far as this program looks at one.
pub fn with_profile() -> Vec<u8> {
    with_jpeg_segment(&jpeg(40, 30), 0xE2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), &profile(b"RGB ")].concat())
}

/// The head of a colour profile for a kind of colours.
pub fn profile(kind: &[u8; 4]) -> Vec<u8> {
    [&[0; 16], kind.as_slice(), &[0; 108]].concat()
}

/// Puts an extension of one block before the first picture of a GIF.
pub fn with_gif_extension(gif: &[u8], label: u8, data: &[u8]) -> Vec<u8> {
    let first = 13 + if gif[10] & 0x80 == 0 { 0 } else { 3 << ((gif[10] & 7) + 1) };
    let name = if label == 0xFF { 11 } else { 0 };
    let (name, data) = data.split_at(name);
    let named: Vec<u8> = if name.is_empty() { Vec::new() } else { [&[11], name].concat() };
    [&gif[..first], &[0x21, label], &named, &[data.len() as u8], data, &[0], &gif[first..]].concat()
}

/// A grey TIFF of 8 x 4 pixels with more entries: tag, type, count, value.
fn grey_tiff(more: &[(u16, u16, u32, u32)], behind: &[u8]) -> Vec<u8> {
    let pixels: Vec<u8> = (0..32).map(|value| value * 8).collect();
    let mut entries = vec![
        (256, 3, 1, 8),
        (257, 3, 1, 4),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 3, 1, 4),
        (279, 4, 1, 32),
    ];
    entries.extend(more);
    entries.sort_unstable();
    let directory = 8 + pixels.len() + behind.len();
    let mut bytes = b"II*\0".to_vec();
    bytes.extend((directory as u32).to_le_bytes());
    bytes.extend(&pixels);
    bytes.extend(behind);
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        bytes.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    bytes.extend([0; 4]);
    bytes
}

/// A TIFF with a packet under a tag.
pub fn tiff_with(tag: u16, packet: &[u8]) -> Vec<u8> {
    grey_tiff(&[(tag, 1, packet.len() as u32, 8 + 32)], packet)
}

/// A TIFF of 8 x 4 pixels that lies on its side.
pub fn tiff_with_orientation(orientation: u32) -> Vec<u8> {
    grey_tiff(&[(0x0112, 3, 1, orientation)], &[])
}

/// A BMP of one pixel, red 200, green 30, blue 10, with a fourth byte that means alpha and was left zero.
pub fn bmp_with_empty_alpha() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    bytes.extend((14_u32 + 124 + 4).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend((14_u32 + 124).to_le_bytes());
    bytes.extend(124_u32.to_le_bytes());
    bytes.extend([1_i32.to_le_bytes(), 1_i32.to_le_bytes()].concat());
    bytes.extend([1, 0, 32, 0]);
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(4_u32.to_le_bytes());
    bytes.extend([0; 16]);
    for mask in [0x00FF_0000_u32, 0x0000_FF00, 0x0000_00FF, 0xFF00_0000] {
        bytes.extend(mask.to_le_bytes());
    }
    bytes.extend(b"BGRs");
    bytes.resize(14 + 124, 0);
    bytes.extend([10, 30, 200, 0]);
    bytes
}

pub fn jpeg_with_exif(width: u32, height: u32, orientation: u8, location: bool) -> Vec<u8> {
    with_jpeg_app1(&jpeg(width, height), &[b"Exif\0\0", &exif(orientation, location)[..]].concat())
}

pub fn jpeg_with_xmp_location() -> Vec<u8> {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude=\"52,31.2N\"/>";
    with_jpeg_app1(&jpeg(16, 12), xmp)
}

/// A WebP in the extended form with an EXIF chunk.
pub fn webp_with_exif(orientation: u8, location: bool) -> Vec<u8> {
    let simple = file(plain(16, 12), ImageFormat::WebP);
    let tags = exif(orientation, location);
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
    bytes.extend([0x08, 0, 0, 0, 15, 0, 0, 11, 0, 0]);
    bytes.extend(&simple[12..]);
    bytes.extend(b"EXIF");
    bytes.extend((tags.len() as u32).to_le_bytes());
    bytes.extend(&tags);
    if tags.len() % 2 == 1 {
        bytes.push(0);
    }
    let size = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&size);
    bytes
}
