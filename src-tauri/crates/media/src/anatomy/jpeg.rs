//! The segments of a JPEG.

use super::{Anatomy, exif, iptc_has_place, names_a_place, u16_be};

const EXIF: &[u8] = b"Exif\0\0";
/// The density of the points. It may hold a small picture, too; without that it has this length.
const PLAIN: &[u8] = b"JFIF\0";
const PLAIN_BYTES: usize = 14;
const ADOBE: &[u8] = b"Adobe";
const COLOUR_PROFILE: &[u8] = b"ICC_PROFILE\0";

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COMMENT: u8 = 0xFE;
/// Each point is told in several scans, roughly first.
const PROGRESSIVE: [u8; 4] = [0xC2, 0xC6, 0xCA, 0xCE];

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
        let (start, at) = next_marker(self.bytes, self.at)?;
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

/// Where the next marker begins, and where its code stands. Bytes that belong to nothing are passed over, as every viewer
/// does, and any number of fill bytes may stand before the code.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        let start = at;
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        if *bytes.get(at)? != 0 {
            return Some((start, at));
        }
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

/// More than the colours of any picture.
const MOST_COMPONENTS: u8 = 4;

/// What the frame's header says.
struct FrameHeader {
    progressive: bool,
    components: usize,
    /// Samples of all components together: one that is sampled half as finely each way has a quarter of them.
    samples: u64,
}

impl FrameHeader {
    fn of(marker: u8, payload: &[u8]) -> Option<Self> {
        let (height, width) = (u16_be(payload, 1)?, u16_be(payload, 3)?);
        let components = usize::from((*payload.get(5)?).min(MOST_COMPONENTS));
        let samplings = payload.get(6..)?.chunks_exact(3).take(components);
        let samplings = samplings.map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)));
        let (widest, highest, parts) = samplings.fold((1, 1, 0), |(widest, highest, parts), (across, down)| {
            (widest.max(across), highest.max(down), parts + across * down)
        });
        let pixels = u64::from(width) * u64::from(height);
        let samples = pixels.saturating_mul(parts) / (widest * highest);
        Some(Self { progressive: PROGRESSIVE.contains(&marker), components, samples })
    }
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy { truncated: true, ..Anatomy::default() };
    let mut frame: Option<FrameHeader> = None;
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        found.metadata |= !is_needed(segment.marker, payload);
        match segment.marker {
            END_OF_IMAGE => {
                found.truncated = false;
                // Phones append further pictures, or a film.
                found.metadata |= segment.end < bytes.len();
            }
            APP1 if payload.starts_with(EXIF) => {
                if let Some(tags) = exif::directories(&payload[EXIF.len()..]) {
                    found.orientation = tags.orientation;
                    found.location |= tags.location;
                }
            }
            APP13 => found.location |= iptc_has_place(payload),
            APP1 | COMMENT => found.location |= names_a_place(payload),
            // Start of frame, of any kind: precision, height, width, then the number of components.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if !segment.cut => {
                found.cmyk = payload.get(5) == Some(&4);
                // A decoder makes room by the first one and notices the second later.
                frame = frame.or_else(|| FrameHeader::of(segment.marker, payload));
            }
            START_OF_SCAN => {
                let count = payload.first().map_or(0, |count| usize::from(*count));
                if let Some(frame) = frame.as_ref().filter(|frame| frame.progressive || count < frame.components) {
                    found.held_samples = frame.samples;
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a segment says how the pixels are to be read or what their colours mean.
fn is_needed(marker: u8, payload: &[u8]) -> bool {
    match marker {
        APP0 => payload.starts_with(PLAIN) && payload.len() == PLAIN_BYTES,
        APP2 => payload.starts_with(COLOUR_PROFILE),
        APP14 => payload.starts_with(ADOBE),
        // Codes that mean nothing yet, or only to one program.
        APP1..=APP15 | COMMENT | 0x02..=0xBF | 0xF0..=0xFD => false,
        _ => true,
    }
}

/// Without all that the pixels and colours do not need, and without anything after the end marker: phones append further
/// pictures there, each with its own EXIF.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        if is_needed(segment.marker, payload) {
            kept.extend_from_slice(bytes.get(segment.start..segment.end).unwrap_or_default());
        }
    }
    kept
}
