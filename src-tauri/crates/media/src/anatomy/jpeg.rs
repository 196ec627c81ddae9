//! The segments of a JPEG.

use super::{Anatomy, exif, u16_be, xmp_has_location};

const EXIF: &[u8] = b"Exif\0\0";
const MULTI_PICTURE: &[u8] = b"MPF\0";

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;

/// One part of the file: a marker with what follows it, up to the next marker.
struct Segment {
    marker: u8,
    /// Where the marker's 0xFF stands.
    start: usize,
    /// Where the payload begins, after the length.
    payload: usize,
    /// One past the segment, entropy-coded data included.
    end: usize,
    /// The file ended inside it.
    cut: bool,
}

/// Steps from marker to marker; stops after the end marker or where the file ends.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    done: bool,
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        if self.done {
            return None;
        }
        let start = self.at;
        let mut at = start;
        if *self.bytes.get(at)? != 0xFF {
            self.done = true;
            return None;
        }
        // Any number of fill bytes may stand before the marker's code.
        while *self.bytes.get(at)? == 0xFF {
            at += 1;
        }
        let marker = *self.bytes.get(at)?;
        let payload = at + 1;
        let stands_alone = matches!(marker, 0x01 | 0xD0..=0xD9);
        let (payload, mut end) = if stands_alone {
            (payload, payload)
        } else {
            let length = usize::from(u16_be(self.bytes, payload)?);
            (payload + 2, payload + length.max(2))
        };
        if marker == START_OF_SCAN {
            end = end_of_entropy(self.bytes, end);
        }
        let cut = end > self.bytes.len();
        self.done = marker == END_OF_IMAGE || cut;
        self.at = end;
        Some(Segment { marker, start, payload, end: end.min(self.bytes.len()), cut })
    }
}

/// Where the compressed data that starts at `at` ends: at a marker that is neither a stuffed byte nor a restart.
fn end_of_entropy(bytes: &[u8], mut at: usize) -> usize {
    while let Some(pair) = bytes.get(at..at + 2) {
        match pair {
            [0xFF, 0x00 | 0xD0..=0xD7] => at += 2,
            [0xFF, 0xFF] => at += 1,
            [0xFF, _] => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn segments(bytes: &[u8]) -> Segments<'_> {
    Segments { bytes, at: 0, done: !bytes.starts_with(&[0xFF, START_OF_IMAGE]) }
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy { truncated: true, ..Anatomy::default() };
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        match segment.marker {
            END_OF_IMAGE => found.truncated = false,
            APP1 if payload.starts_with(EXIF) => {
                if let Some(tags) = exif::directories(&payload[EXIF.len()..]) {
                    found.orientation = tags.orientation;
                    found.location |= tags.location;
                }
            }
            APP1 => found.location |= xmp_has_location(payload),
            // Start of frame, of any kind: precision, height, width, then the number of components.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if !segment.cut => {
                found.cmyk = payload.get(5) == Some(&4);
            }
            _ => {}
        }
    }
    found
}

/// Without EXIF, XMP and anything after the end marker: phones append further pictures there, each with its own EXIF,
/// and the multi-picture index that points at them goes too.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        let dropped = segment.marker == APP1 || (segment.marker == APP2 && payload.starts_with(MULTI_PICTURE));
        if !dropped {
            kept.extend_from_slice(bytes.get(segment.start..segment.end).unwrap_or_default());
        }
    }
    kept
}
