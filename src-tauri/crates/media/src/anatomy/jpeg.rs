//! The segments of a JPEG.

use super::{Anatomy, exif, iptc_has_place, names_a_place, u16_be};

const EXIF: &[u8] = b"Exif\0\0";
/// The density of the points. It may hold a small picture, too; without that it has this length.
const PLAIN: &[u8] = b"JFIF\0";
const PLAIN_BYTES: usize = 14;
/// A frame of a film, as webcams write it: whoever knows this knows the tables that are left out.
const FILM: &[u8] = b"AVI1\0";
/// Which colours the components are.
const ADOBE: &[u8] = b"Adobe";
const ADOBE_BYTES: usize = 12;
const COLOUR_PROFILE: &[u8] = b"ICC_PROFILE\0";

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const HUFFMAN_TABLES: u8 = 0xC4;
const QUANTISATION_TABLES: u8 = 0xDB;
const NUMBER_OF_LINES: u8 = 0xDC;
const RESTART_INTERVAL: u8 = 0xDD;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
const APP14: u8 = 0xEE;
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

/// What a decoder holds until the last scan. A file should have one frame and may have more, and which of them a decoder goes
/// by is its own affair: the largest counts.
#[derive(Default)]
struct Held {
    progressive: bool,
    components: usize,
    samples: u64,
    /// A scan tells some of the components only.
    in_parts: bool,
}

impl Held {
    fn hear_frame(&mut self, marker: u8, payload: &[u8]) {
        let (Some(height), Some(width), Some(count)) = (u16_be(payload, 1), u16_be(payload, 3), payload.get(5)) else {
            return;
        };
        let components = usize::from((*count).min(MOST_COMPONENTS));
        let samplings = payload.get(6..).unwrap_or_default().chunks_exact(3).take(components);
        let samplings = samplings.map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)));
        let (widest, highest, parts) = samplings.fold((1, 1, 0), |(widest, highest, parts), (across, down)| {
            (widest.max(across), highest.max(down), parts + across * down)
        });
        // Of all components together: one that is sampled half as finely each way has a quarter of them.
        let samples = (u64::from(width) * u64::from(height)).saturating_mul(parts) / (widest * highest);
        self.progressive |= PROGRESSIVE.contains(&marker);
        self.components = self.components.max(components);
        self.samples = self.samples.max(samples);
    }

    fn hear_scan(&mut self, payload: &[u8]) {
        let count = payload.first().map_or(0, |count| usize::from(*count));
        self.in_parts |= count < self.components;
    }

    fn samples(&self) -> u64 {
        if self.progressive || self.in_parts { self.samples } else { 0 }
    }
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy { truncated: true, ..Anatomy::default() };
    let tables = has_tables(bytes);
    let mut held = Held::default();
    let mut end = 0;
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        // What stands between two segments belongs to none.
        found.metadata |= !is_needed(&segment, payload, tables) || segment.start > end;
        end = segment.end;
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
            APP0 => found.abbreviated |= !tables && payload.starts_with(FILM),
            APP14 => found.metadata |= payload.len() > ADOBE_BYTES,
            // Start of frame, of any kind: precision, height, width, then the number of components.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if !segment.cut => {
                found.cmyk |= payload.get(5) == Some(&4);
                held.hear_frame(segment.marker, payload);
            }
            START_OF_SCAN => held.hear_scan(payload),
            _ => {}
        }
    }
    found.held_samples = held.samples();
    found
}

/// Whether the tables that the pixels are read by stand in the file.
fn has_tables(bytes: &[u8]) -> bool {
    segments(bytes)
        .take_while(|segment| segment.marker != START_OF_SCAN)
        .any(|segment| segment.marker == HUFFMAN_TABLES)
}

/// Whether a segment says how the pixels are to be read or what their colours mean.
fn is_needed(segment: &Segment, payload: &[u8], tables: bool) -> bool {
    match segment.marker {
        START_OF_IMAGE => segment.start == 0,
        END_OF_IMAGE | START_OF_SCAN | QUANTISATION_TABLES | NUMBER_OF_LINES | RESTART_INTERVAL => true,
        // Frames of every kind, and the tables they are read by.
        0xC0..=0xC7 | 0xC9..=0xCF => true,
        APP0 => (!tables && payload.starts_with(FILM)) || (payload.starts_with(PLAIN) && payload.len() == PLAIN_BYTES),
        APP2 => payload.starts_with(COLOUR_PROFILE),
        APP14 => payload.starts_with(ADOBE),
        // Codes that mean nothing yet, or only to one program, or nothing at this place.
        _ => false,
    }
}

/// Without all that the pixels and colours do not need, and without anything after the end marker: phones append further
/// pictures there, each with its own EXIF.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let tables = has_tables(bytes);
    let mut kept = Vec::with_capacity(bytes.len());
    for segment in segments(bytes) {
        let payload = bytes.get(segment.payload..segment.end).unwrap_or_default();
        if segment.marker == APP14 && payload.starts_with(ADOBE) && payload.len() > ADOBE_BYTES {
            kept.extend_from_slice(&[0xFF, APP14, 0, ADOBE_BYTES as u8 + 2]);
            kept.extend_from_slice(&payload[..ADOBE_BYTES]);
        } else if is_needed(&segment, payload, tables) {
            kept.extend_from_slice(bytes.get(segment.start..segment.end).unwrap_or_default());
        }
    }
    kept
}
