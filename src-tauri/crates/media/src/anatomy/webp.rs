//! The chunks of a WebP.

use super::{Anatomy, exif, names_a_place, u32_le};

const HEADER_BYTES: usize = 12;
/// Bits of the VP8X flags that announce what `without_metadata` takes away.
const FLAG_EXIF: u8 = 0x08;
const FLAG_XMP: u8 = 0x04;

/// Chunks that the pixels, their colours and their movement need. Everything else may say anything.
const NEEDED: [&[u8]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    /// Kind, length, data and the padding to an even length.
    whole: &'a [u8],
}

/// The chunks up to the end that the header tells of. A writer that could not go back may have left none there; whatever
/// follows then counts.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let told = u32_le(bytes, 4).map_or(usize::MAX, |size| (size as usize).saturating_add(8));
    let bytes = bytes.get(..told).filter(|part| part.len() > HEADER_BYTES).unwrap_or(bytes);
    let mut at = HEADER_BYTES;
    std::iter::from_fn(move || {
        let length = u32_le(bytes, at.checked_add(4)?)? as usize;
        let data_end = at.checked_add(8)?.checked_add(length)?;
        let data = bytes.get(at + 8..data_end)?;
        let end = data_end.checked_add(length & 1)?.min(bytes.len());
        let chunk = Chunk { kind: &bytes[at..at + 4], data, whole: &bytes[at..end] };
        at = end;
        Some(chunk)
    })
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let announced = u32_le(bytes, 4).map_or(u64::MAX, |size| u64::from(size) + 8);
    let mut found = Anatomy { truncated: announced > bytes.len() as u64, ..Anatomy::default() };
    let mut pictures = 0;
    let mut end = HEADER_BYTES;
    for chunk in chunks(bytes) {
        found.metadata |= !NEEDED.contains(&chunk.kind);
        end += chunk.whole.len();
        match chunk.kind {
            b"ANMF" => pictures += 1,
            b"EXIF" => {
                let tags = chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data);
                if let Some(tags) = exif::directories(tags) {
                    found.orientation = tags.orientation;
                    found.location |= tags.location;
                }
            }
            b"XMP " => found.location |= names_a_place(chunk.data),
            _ => {}
        }
    }
    // What follows is no part of the picture.
    found.metadata |= end < bytes.len() || announced < end as u64;
    found.pictures = pictures.max(1);
    found
}

/// Without all that the pixels do not need, with the flags and the length set right again.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    kept.extend_from_slice(bytes.get(..HEADER_BYTES).unwrap_or_default());
    for chunk in chunks(bytes) {
        if !NEEDED.contains(&chunk.kind) {
            continue;
        }
        let start = kept.len();
        kept.extend_from_slice(chunk.whole);
        if chunk.kind == b"VP8X"
            && let Some(flags) = kept.get_mut(start + 8)
        {
            *flags &= !(FLAG_EXIF | FLAG_XMP);
        }
    }
    let size = u32::try_from(kept.len().saturating_sub(8)).unwrap_or(u32::MAX);
    if let Some(field) = kept.get_mut(4..8) {
        field.copy_from_slice(&size.to_le_bytes());
    }
    kept
}
