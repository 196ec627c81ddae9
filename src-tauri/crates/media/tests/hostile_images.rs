//! Pictures that mean harm: each is refused by its code, or taken in without its harm, at once and in little memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ImageFormat as Format;
use sixshot_media::{IntakeNote, take_in, thumbnail};
use std::io::Write;
use std::time::{Duration, Instant};
use support::memory::{growth, in_a_child, is_child};
use support::pictures::{file, gif, jpeg, jpeg_with_exif, plain, png, png_that_claims, with_jpeg_app1, with_png_chunk};

/// Debug builds on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);
/// MiB that taking in any of them, or its thumbnail, may take.
const MOST_MEMORY: u64 = 400;

/// Zeros, packed as PNG and TIFF pack them.
fn packed_zeros(bytes: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1 << 20];
    for at in (0..bytes).step_by(1 << 20) {
        packer.write_all(&block[..(bytes - at).min(1 << 20)]).unwrap();
    }
    packer.finish().unwrap()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    [&(data.len() as u32).to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A whole PNG of zeros: `colour` 2 is RGB, 6 RGBA; `depth` 8 or 16.
fn png_of_zeros(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let channels = if colour == 6 { 4 } else { 3 };
    let row = 1 + width as usize * channels * usize::from(depth / 8);
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
    let rows = packed_zeros(row * height as usize);
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head), &chunk(b"IDAT", &rows), &chunk(b"IEND", b"")].concat()
}

/// A directory of a TIFF: its entries, and where the next one is said to be.
type Directory<'a> = (&'a [(u16, u16, u32, u32)], Option<u32>);

/// A little-endian TIFF of directories of (tag, kind, count, value), each pointing at the next unless it says otherwise.
fn tiff(directories: &[Directory<'_>], rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for (index, (entries, next)) in directories.iter().enumerate() {
        bytes.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in *entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        let behind = bytes.len() as u32 + 4;
        let last = index + 1 == directories.len();
        bytes.extend(next.unwrap_or(if last { 0 } else { behind }).to_le_bytes());
    }
    [bytes, rest.to_vec()].concat()
}

/// The tags of a picture of one strip at `offset`: RGB, eight bits.
fn strip(width: u32, height: u32, offset: u32, length: u32, compression: u32) -> Vec<(u16, u16, u32, u32)> {
    vec![
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, compression),
        (262, 3, 1, 1),
        (273, 4, 1, offset),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, length),
    ]
}

fn gif_that_claims(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = gif(1);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// A WebP whose extended head claims a canvas.
fn webp_that_claims(width: u32, height: u32) -> Vec<u8> {
    let simple = file(plain(4, 4), Format::WebP);
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    bytes.extend(&(width - 1).to_le_bytes()[..3]);
    bytes.extend(&(height - 1).to_le_bytes()[..3]);
    bytes.extend(&simple[12..]);
    let size = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&size);
    bytes
}

fn bmp_that_claims(width: i32, height: i32) -> Vec<u8> {
    let mut bytes = file(plain(4, 4), Format::Bmp);
    bytes[18..22].copy_from_slice(&width.to_le_bytes());
    bytes[22..26].copy_from_slice(&height.to_le_bytes());
    bytes
}

fn jpeg_that_claims(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(16, 16);
    let frame = bytes.windows(2).position(|two| two == [0xFF, 0xC0] || two == [0xFF, 0xC2]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// Name, bytes, and the codes it may be refused by; `ok` where it may be taken in.
type Case = (&'static str, Vec<u8>, &'static [&'static str]);

const MANY: &[&str] = &["image-too-many-pixels"];
const BROKEN: &[&str] = &["image-unreadable", "image-truncated"];

fn claims() -> Vec<Case> {
    let huge_chunk = {
        let mut bytes = png(8, 8);
        let data = bytes.windows(4).position(|four| four == b"IDAT").unwrap();
        bytes[data - 4..data].copy_from_slice(&0x7FFF_FFFF_u32.to_be_bytes());
        bytes
    };
    vec![
        ("PNG of 50,000 a side", png_that_claims(50_000, 50_000), MANY),
        ("PNG of 2^31-1 a side", png_that_claims(0x7FFF_FFFF, 0x7FFF_FFFF), MANY),
        ("PNG of 2^32-1 a side", png_that_claims(u32::MAX, u32::MAX), MANY),
        ("PNG of 101 megapixels", png_that_claims(10_100, 10_000), MANY),
        ("PNG of 100 megapixels without pixels", png_that_claims(10_000, 10_000), BROKEN),
        ("PNG without sides", png_that_claims(0, 0), BROKEN),
        ("PNG without height", png_that_claims(5, 0), BROKEN),
        ("PNG with 2 GB of pixels, claimed", huge_chunk, BROKEN),
        ("JPEG of 65,535 a side", jpeg_that_claims(65_535, 65_535), MANY),
        ("JPEG of 65,535 by 1", jpeg_that_claims(65_535, 1), MANY),
        ("JPEG of 10,000 a side without its pixels", jpeg_that_claims(10_000, 10_000), BROKEN),
        ("JPEG without sides", jpeg_that_claims(0, 0), BROKEN),
        ("GIF of 65,535 a side", gif_that_claims(65_535, 65_535), MANY),
        ("GIF of 10,000 a side", gif_that_claims(10_000, 10_000), &["ok", "image-too-many-pixels", "image-unreadable"]),
        ("GIF without sides", gif_that_claims(0, 0), BROKEN),
        (
            "WebP of 16,777,216 a side",
            webp_that_claims(1 << 24, 1 << 24),
            &["image-too-many-pixels", "image-unreadable"],
        ),
        ("WebP of 16,384 a side", webp_that_claims(16_384, 16_384), &["image-too-many-pixels", "image-unreadable"]),
        ("BMP of 2^31-1 a side", bmp_that_claims(i32::MAX, i32::MAX), &["image-too-many-pixels", "image-unreadable"]),
        ("BMP upside down", bmp_that_claims(4, i32::MIN), &["image-too-many-pixels", "image-unreadable"]),
        ("BMP of 20,000 a side", bmp_that_claims(20_000, 20_000), MANY),
        ("BMP of 10,000 a side", bmp_that_claims(10_000, 10_000), BROKEN),
        ("BMP without sides", bmp_that_claims(0, 0), BROKEN),
        (
            "TIFF of 2^32-1 a side",
            tiff(&[(&strip(u32::MAX, u32::MAX, 8, 4, 1), None)], &[]),
            &["image-too-many-pixels", "image-unreadable"],
        ),
        ("TIFF of 50,000 a side", tiff(&[(&strip(50_000, 50_000, 8, 4, 1), None)], &[]), MANY),
        ("TIFF without sides", tiff(&[(&strip(0, 0, 8, 0, 1), None)], &[]), BROKEN),
        ("TIFF with 4 GB of pixels, claimed", tiff(&[(&strip(100, 100, 8, u32::MAX, 1), None)], &[]), BROKEN),
        ("TIFF with its pixels outside", tiff(&[(&strip(100, 100, u32::MAX, 10_000, 1), None)], &[]), BROKEN),
        (
            "TIFF that points at itself",
            tiff(&[(&strip(4, 4, 8, 16, 1), Some(8))], &[0; 16]),
            &["ok", "image-unreadable"],
        ),
        ("TIFF of 10,000 directories", tiff(&vec![(&[][..], None); 10_000], &[]), BROKEN),
        (
            "TIFF of four billion strips",
            tiff(&[(&[(256, 4, 1, 100), (257, 4, 1, 100), (273, 4, u32::MAX, 8), (279, 4, u32::MAX, 8)], None)], &[]),
            BROKEN,
        ),
        ("wrong magic", [b"\x89PNH", &png(4, 4)[4..]].concat(), &["image-not-a-picture"]),
        ("a script", b"#!/bin/sh\nrm -rf /\n".to_vec(), &["image-not-a-picture"]),
        (
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(),
            &["image-not-a-picture"],
        ),
    ]
}

/// Texts that each open to four megabytes and more; together they would be a hundred gigabytes.
fn packed_texts() -> Vec<u8> {
    let bytes = png(8, 8);
    let text = chunk(b"zTXt", &[b"Comment\0\0".to_vec(), packed_zeros(5 << 20)].concat());
    [&bytes[..33], &text.repeat((40 << 20) / text.len()), &bytes[33..]].concat()
}

fn bombs() -> Vec<Case> {
    let many_chunks = {
        let bytes = png(8, 8);
        let text = chunk(b"tEXt", b"a\0b").repeat(100_000);
        [&bytes[..33], &text, &bytes[33..]].concat()
    };
    // A thousand directories of a thousand entries that all name the same packet of thirty megabytes.
    let packets = {
        let entries = vec![(700_u16, 1_u16, 30_u32 << 20, 20_000_u32); 1_000];
        tiff(&[(&entries, Some(8))], &vec![b'x'; (30 << 20) + 20_000])
    };
    let deflated = packed_zeros(10_000 * 10_000);
    let tiff_bomb = {
        let tags = strip(10_000, 10_000, 122, deflated.len() as u32, 8);
        tiff(&[(&tags, None)], &deflated)
    };
    vec![
        ("more than 64 MB", [&png(4, 4)[..], &vec![0; 65 << 20]].concat(), &["image-too-heavy"]),
        ("100,000 chunks", many_chunks, &["ok"]),
        ("a hundred gigabytes of text", packed_texts(), &["ok"]),
        ("a packet named a million times", packets, BROKEN),
        ("100 megapixels in plain colours", png_of_zeros(10_000, 10_000, 8, 2), &["ok"]),
        ("100 megapixels, see-through", png_of_zeros(10_000, 10_000, 8, 6), MANY),
        ("100 megapixels of 16 bits", png_of_zeros(10_000, 10_000, 16, 2), MANY),
        ("100 megapixels of 16 bits, see-through", png_of_zeros(10_000, 10_000, 16, 6), MANY),
        ("16,384 by 6,103 in a TIFF", tiff_bomb, &["ok", "image-too-many-pixels", "image-unreadable"]),
        ("100 megapixels to be turned", jpeg_with_exif(10_000, 9_000, 6, false), MANY),
        ("a camera's 60 megapixels to be turned", jpeg_with_exif(9_504, 6_336, 6, false), &["ok"]),
        ("100 megapixels, roughly first", progressive(10_000, 10_000), MANY),
        ("100 megapixels, roughly first, and then a small one", with_a_second_frame(), MANY),
        ("100 megapixels, roughly first, behind a small one", behind_a_small_frame(&[]), MANY),
        ("100 megapixels, roughly first, behind a hidden one", behind_a_small_frame(&[0xFF, 0xD0, 0, 15]), MANY),
        ("APP1 without an end", with_many_app1(), &["ok"]),
        ("a GIF of 10,000 pictures", gif_of(10_000), &["ok"]),
    ]
}

/// A JPEG whose points are told in several scans, of which there is one: its decoder holds all of them until the last.
fn progressive(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(8, 8);
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    bytes[frame + 1] = 0xC2;
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    let scan = bytes.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let data = scan + 2 + usize::from(u16::from_be_bytes([bytes[scan + 2], bytes[scan + 3]]));
    // The first coefficient of each block only.
    bytes[data - 3..data].copy_from_slice(&[0, 0, 0]);
    bytes.truncate(data);
    bytes.extend(vec![0; 600_000]);
    bytes.extend([0xFF, 0xD9]);
    bytes
}

/// A second header that claims one pixel comes too late: the room was made by the first.
fn with_a_second_frame() -> Vec<u8> {
    let (large, small) = (progressive(10_000, 10_000), progressive(1, 1));
    let frame = small.windows(2).position(|pair| pair == [0xFF, 0xC2]).unwrap();
    [&large[..large.len() - 2], &small[frame..]].concat()
}

/// A first header that claims one pixel is of a kind that the decoder does not know: it passes it over.
fn behind_a_small_frame(hidden: &[u8]) -> Vec<u8> {
    let large = progressive(10_000, 10_000);
    let small = [0xFF, 0xC3, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
    [&large[..2], hidden, &small, &large[2..]].concat()
}

fn with_many_app1() -> Vec<u8> {
    let mut bytes = jpeg(8, 8);
    for _ in 0..6 {
        bytes = with_jpeg_app1(&bytes, &vec![b'x'; 65_000]);
    }
    let head = bytes[2..bytes.len() - jpeg(8, 8).len() + 2].to_vec();
    [&bytes[..2], &head.repeat(100), &jpeg(8, 8)[2..]].concat()
}

fn gif_of(pictures: usize) -> Vec<u8> {
    let two = gif(2);
    let one = gif(1);
    // What a second picture adds, again and again, before the trailer.
    let more = &two[one.len() - 1..two.len() - 1];
    [&one[..one.len() - 1], &more.repeat(pictures), &[0x3B]].concat()
}

fn code(bytes: &[u8]) -> &'static str {
    match take_in(bytes) {
        Ok(picture) => {
            // What is kept can be shown.
            thumbnail(&picture.bytes, 480).unwrap();
            "ok"
        }
        Err(error) => error.code(),
    }
}

#[test]
fn what_only_claims_is_refused_by_its_code_at_once() {
    let mut slowest = (Duration::ZERO, "");
    for (name, bytes, codes) in claims() {
        let begun = Instant::now();
        let found = code(&bytes);
        assert!(codes.contains(&found), "{name}: {found}");
        // The window asks for thumbnails of what it is told to.
        assert_eq!(thumbnail(&bytes, 480).is_ok(), found == "ok", "{name}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{name} took {:?}", begun.elapsed());
        slowest = slowest.max((begun.elapsed(), name));
    }
    println!("{} pictures, the slowest in {:?}: {}", claims().len(), slowest.0, slowest.1);
}

#[test]
fn cut_at_every_sixteenth_it_is_cut_off_and_never_half_a_picture() {
    let whole = [
        ("PNG", png(64, 48)),
        ("JPEG", jpeg(64, 48)),
        ("WebP", file(plain(64, 48), Format::WebP)),
        ("GIF", gif(2)),
        ("BMP", file(plain(64, 48), Format::Bmp)),
        ("TIFF", file(plain(64, 48), Format::Tiff)),
    ];
    for (name, bytes) in whole {
        for part in 0..16 {
            let found = code(&bytes[..bytes.len() * part / 16]);
            let expected: &[&str] = match part {
                0 => &["image-empty"],
                // Too little to tell what it is, or what is there.
                1 => &["image-truncated", "image-not-a-picture", "image-unreadable"],
                // A GIF may end after any whole picture.
                _ if name == "GIF" => &["image-truncated", "ok"],
                _ => &["image-truncated"],
            };
            assert!(expected.contains(&found), "{name}, {part} of 16: {found}");
        }
    }
}

#[test]
fn measured() {
    if !is_child("measured") {
        return;
    }
    let (mut most, mut slowest) = ((0, ""), (Duration::ZERO, ""));
    for (name, bytes, codes) in claims().into_iter().chain(bombs()) {
        let begun = Instant::now();
        let (found, grown) = growth(|| code(&bytes));
        let took = begun.elapsed();
        assert!(codes.contains(&found), "{name}: {found}");
        assert!(took < LONGEST, "{name} took {took:?}");
        let Some(grown) = grown else {
            println!("SKIPPED: memory: this system does not tell");
            continue;
        };
        println!("measured {name}: {found}, {grown} MiB, {took:?}");
        assert!(grown < MOST_MEMORY, "{name} took {grown} MiB");
        most = most.max((grown, name));
        slowest = slowest.max((took, name));
    }
    println!("most memory: {} MiB for {}; slowest: {:?} for {}", most.0, most.1, slowest.0, slowest.1);
}

#[test]
fn none_takes_much_memory_or_time() {
    let said = in_a_child("measured");
    for line in said
        .lines()
        .filter(|line| line.starts_with("measured ") || line.contains("most memory") || line.contains("SKIPPED"))
    {
        println!("{line}");
    }
    assert!(said.contains("most memory"));
}

#[test]
fn where_a_tiff_was_taken_does_not_stay() {
    let gps = [(1_u16, 2_u16, 2_u32, u32::from(b'N'))];
    let pixels = [9; 16];
    let mut tags = strip(4, 4, 8 + 2 + 10 * 12 + 4 + 2 + 12 + 4, 16, 1);
    tags.push((0x8825, 4, 1, 8 + 2 + 10 * 12 + 4));
    let bytes = tiff(&[(&tags, Some(0)), (&gps, Some(0))], &pixels);
    let picture = take_in(&bytes).unwrap();
    assert_eq!(picture.notes, [IntakeNote::LocationRemoved]);
    assert!(!picture.bytes.windows(2).any(|two| two == 0x8825_u16.to_le_bytes()), "the tag is gone");
    let pixels_of = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_luma8();
    assert!(pixels_of(&picture.bytes) == pixels_of(&bytes));
}

#[test]
fn more_text_than_can_be_looked_through_is_dropped() {
    let picture = take_in(&packed_texts()).unwrap();
    assert_eq!(picture.notes, [IntakeNote::LocationRemoved]);
    assert!(picture.bytes.len() < 1_000);
    let few = with_png_chunk(&png(8, 8), b"tEXt", b"Comment\0a quiet morning");
    let picture = take_in(&few).unwrap();
    assert_eq!((picture.bytes, picture.notes.len()), (png(8, 8), 0), "ordinary text names no place");
}
