//! The boxes an MP4 is made of: sizes checked against what holds them, numbers read without overflow.

use super::error::ClipError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// More boxes than any honest file has on one level.
const MAX_BOXES: usize = 4096;
/// The largest `moov` that is read: the tables of an hour of video need a tenth of it.
const MAX_MOOV_BYTES: u64 = 16 << 20;

/// One box in memory.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub kind: [u8; 4],
    pub body: &'a [u8],
}

/// The boxes that lie side by side in `bytes`.
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Part<'_>>, ClipError> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 8 {
        if found.len() == MAX_BOXES {
            return Err(ClipError::damaged("it has more parts than a video needs"));
        }
        let (kind, header, size) = head(rest)?;
        let size = match size {
            0 => rest.len(),
            size => usize::try_from(size).unwrap_or(usize::MAX),
        };
        if size < header || size > rest.len() {
            return Err(ClipError::damaged("a part is larger than what holds it"));
        }
        found.push(Part { kind, body: &rest[header..size] });
        rest = &rest[size..];
    }
    Ok(found)
}

/// Kind, bytes of the header, and size with header (0: up to the end) of the box that begins here.
fn head(bytes: &[u8]) -> Result<([u8; 4], usize, u64), ClipError> {
    let size = u32_at(bytes, 0)?;
    let kind = bytes.get(4..8).and_then(|kind| kind.try_into().ok()).ok_or(ClipError::Truncated)?;
    if size == 1 {
        return Ok((kind, 16, u64_at(bytes, 8)?));
    }
    Ok((kind, 8, u64::from(size)))
}

/// The first child of a kind.
pub(super) fn child<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Result<Option<&'a [u8]>, ClipError> {
    Ok(parts(bytes)?.into_iter().find(|part| part.kind == *kind).map(|part| part.body))
}

/// The first child of a kind that must be there.
pub(super) fn need<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Result<&'a [u8], ClipError> {
    child(bytes, kind)?.ok_or_else(|| ClipError::Unreadable(format!("its {} part is missing", kind.escape_ascii())))
}

/// Walks the top level of a file and answers the body of its `moov`.
pub(super) fn read_moov(file: &mut File, length: u64) -> Result<Vec<u8>, ClipError> {
    let mut at = 0_u64;
    let mut moov = None;
    for index in 0.. {
        if at >= length {
            break;
        }
        if index == MAX_BOXES {
            return Err(ClipError::damaged("it has more parts than a video needs"));
        }
        let bytes = read_at(file, at, (length - at).min(16))?;
        let (kind, header, size) = match head(&bytes) {
            Ok(head) => head,
            Err(_) if index == 0 => return Err(ClipError::NotMp4),
            Err(error) => return Err(error),
        };
        if index == 0 && kind != *b"ftyp" {
            return Err(ClipError::NotMp4);
        }
        let size = if size == 0 { length - at } else { size };
        if size < header as u64 {
            return Err(ClipError::damaged("a part is smaller than its own header"));
        }
        let end = at.checked_add(size).filter(|end| *end <= length).ok_or(ClipError::Truncated)?;
        match &kind {
            b"moov" if moov.is_none() => moov = Some((at + header as u64, size - header as u64)),
            b"moof" => return Err(ClipError::damaged("it is made of fragments, which are not read here")),
            _ => {}
        }
        at = end;
    }
    let (start, size) = moov.ok_or(ClipError::Truncated)?;
    if size > MAX_MOOV_BYTES {
        return Err(ClipError::damaged("its tables are larger than any video needs"));
    }
    read_at(file, start, size)
}

/// Reads a range that is known to lie in the file. The caller has bounded `size`.
pub(super) fn read_at(file: &mut File, at: u64, size: u64) -> Result<Vec<u8>, ClipError> {
    file.seek(SeekFrom::Start(at)).map_err(ClipError::from_io)?;
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| ClipError::damaged("a part is too large"))?];
    file.read_exact(&mut bytes).map_err(ClipError::from_io)?;
    Ok(bytes)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Result<u16, ClipError> {
    read(bytes, at).map(u16::from_be_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Result<u32, ClipError> {
    read(bytes, at).map(u32::from_be_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Result<u64, ClipError> {
    read(bytes, at).map(u64::from_be_bytes)
}

fn read<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], ClipError> {
    let end = at.checked_add(N).ok_or(ClipError::Truncated)?;
    bytes.get(at..end).and_then(|raw| raw.try_into().ok()).ok_or(ClipError::Truncated)
}

/// The rows of a table box: version and flags, `skip` further bytes, a count, and then rows of `N` numbers.
pub(super) fn table<const N: usize>(body: &[u8], skip: usize) -> Result<Vec<[u32; N]>, ClipError> {
    let count = u32_at(body, 4 + skip)? as usize;
    let rows = body.get(8 + skip..).unwrap_or_default();
    // Checked against the bytes that are there before anything is allocated.
    if rows.len() / (4 * N) < count {
        return Err(ClipError::damaged("a table is shorter than it says"));
    }
    rows.chunks_exact(4 * N)
        .take(count)
        .map(|row| {
            let mut numbers = [0; N];
            for (index, number) in numbers.iter_mut().enumerate() {
                *number = u32_at(row, index * 4)?;
            }
            Ok(numbers)
        })
        .collect()
}
