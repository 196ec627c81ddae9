//! The chunks of a PNG.

use super::{Anatomy, exif, iptc_has_place, names_a_place, u32_be};
use std::io::Read;

const SIGNATURE_BYTES: usize = 8;
/// Compressed text is opened to look for a position, and no further than this.
const MAX_TEXT_BYTES: u64 = 4 << 20;
/// Text of one file that is opened: a megabyte of it can hold gigabytes.
const MAX_OPENED_BYTES: usize = 64 << 20;

/// Chunks that the pixels, their colours and their movement need. Everything else, also of unknown kinds, may say anything.
const NEEDED: [&[u8]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI",
    b"sBIT", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    /// Length, kind, data and checksum.
    whole: &'a [u8],
}

/// Steps from chunk to chunk; ends before one that the file does not hold completely.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = SIGNATURE_BYTES;
    std::iter::from_fn(move || {
        let length = u32_be(bytes, at)? as usize;
        let end = at.checked_add(length)?.checked_add(12)?;
        let whole = bytes.get(at..end)?;
        at = end;
        Some(Chunk { kind: &whole[4..8], data: &whole[8..8 + length], whole })
    })
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy { truncated: true, ..Anatomy::default() };
    let mut opened = 0_usize;
    let mut walked = SIGNATURE_BYTES;
    for chunk in chunks(bytes) {
        walked += chunk.whole.len();
        found.metadata |= !NEEDED.contains(&chunk.kind);
        match chunk.kind {
            b"acTL" => found.pictures = u32_be(chunk.data, 0).unwrap_or(1).max(1),
            b"eXIf" => {
                if let Some(tags) = exif::directories(chunk.data) {
                    found.orientation = tags.orientation;
                    found.location |= tags.location;
                }
            }
            // More text than can be looked through is taken to name a place.
            b"tEXt" | b"zTXt" | b"iTXt" if !found.location => {
                found.location = opened > MAX_OPENED_BYTES || text_has_location(&chunk, &mut opened);
            }
            b"IEND" => {
                found.truncated = false;
                found.metadata |= walked < bytes.len();
                break;
            }
            _ => {}
        }
    }
    found
}

/// Text chunks carry XMP as it is, and older programs put whole EXIF blocks there as hexadecimal digits.
/// Adds the length of the text to `opened`.
fn text_has_location(chunk: &Chunk<'_>, opened: &mut usize) -> bool {
    let Some(end_of_keyword) = chunk.data.iter().position(|byte| *byte == 0) else { return false };
    let (keyword, rest) = chunk.data.split_at(end_of_keyword);
    let rest = &rest[1..];
    let text = match chunk.kind {
        b"zTXt" => inflate(rest.get(1..).unwrap_or_default()),
        b"iTXt" => international_text(rest),
        _ => rest.to_vec(),
    };
    *opened = opened.saturating_add(text.len());
    if keyword.starts_with(b"Raw profile type") {
        let plain = unhex(&text);
        let tags = plain.strip_prefix(b"Exif\0\0").unwrap_or(&plain);
        return exif::directories(tags).is_some_and(|tags| tags.location)
            || names_a_place(&plain)
            || iptc_has_place(&plain);
    }
    names_a_place(keyword) || names_a_place(&text)
}

/// The text of an iTXt chunk after its keyword: a flag, a method, two strings, and then the text itself.
fn international_text(rest: &[u8]) -> Vec<u8> {
    let compressed = rest.first() == Some(&1);
    let mut parts = rest.get(2..).unwrap_or_default().splitn(3, |byte| *byte == 0);
    let text = parts.nth(2).unwrap_or_default();
    if compressed { inflate(text) } else { text.to_vec() }
}

fn inflate(compressed: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let mut reader = flate2::read::ZlibDecoder::new(compressed).take(MAX_TEXT_BYTES);
    // What could be opened before a fault is still worth looking at.
    if let Err(error) = reader.read_to_end(&mut text) {
        tracing::debug!(%error, "a text chunk could not be opened completely");
    }
    text
}

/// A raw profile is: newline, name, newline, length in decimal, newline, hexadecimal digits with line breaks.
fn unhex(text: &[u8]) -> Vec<u8> {
    let digits = text.splitn(4, |byte| *byte == b'\n').nth(3).unwrap_or_default();
    let nibbles: Vec<u8> =
        digits.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    nibbles.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Without all that the pixels do not need, and without anything after the end.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(bytes.get(..SIGNATURE_BYTES).unwrap_or_default());
    for chunk in chunks(bytes) {
        if NEEDED.contains(&chunk.kind) {
            kept.extend_from_slice(chunk.whole);
        }
        if chunk.kind == b"IEND" {
            break;
        }
    }
    kept
}
