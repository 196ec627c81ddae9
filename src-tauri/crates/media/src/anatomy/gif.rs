//! The blocks of a GIF: how many pictures it shows, and what is said about them.

use super::{Anatomy, names_a_place};

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

/// How long the next picture is shown, and what of it is see-through.
const SHOWN_FOR: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;
/// What programs add that says how the picture is shown: how often it repeats, and its colours.
const SHOWN: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// One block: an extension or a picture.
struct Block<'a> {
    introducer: u8,
    whole: &'a [u8],
}

impl Block<'_> {
    /// Whether it only says something about the picture.
    fn is_metadata(&self) -> bool {
        match (self.introducer, self.whole.get(1)) {
            (EXTENSION, Some(&SHOWN_FOR)) => false,
            (EXTENSION, Some(&APPLICATION)) => !self.whole.get(3..14).is_some_and(|name| SHOWN.contains(&name)),
            (introducer, _) => introducer == EXTENSION,
        }
    }
}

/// What stands at a place.
enum Step<'a> {
    Block(Block<'a>),
    /// The trailer, the end of the file, or bytes that mean nothing: what came before is what there is.
    End,
    /// The file ends inside a block.
    Cut,
}

/// Where the first block begins, after the header and its colours.
fn first_block(bytes: &[u8]) -> Option<usize> {
    Some(13 + colour_table_bytes(*bytes.get(10)?))
}

fn step_at(bytes: &[u8], at: usize) -> Step<'_> {
    let Some(&introducer) = bytes.get(at) else { return Step::End };
    let end = match introducer {
        EXTENSION => skip_sub_blocks(bytes, at + 2),
        // The table, then one byte that says how wide the codes are.
        PICTURE => bytes.get(at + 9).and_then(|flags| skip_sub_blocks(bytes, at + 10 + colour_table_bytes(*flags) + 1)),
        _ => return Step::End,
    };
    match end.and_then(|end| bytes.get(at..end)) {
        Some(whole) => Step::Block(Block { introducer, whole }),
        None => Step::Cut,
    }
}

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy { pictures: 0, ..Anatomy::default() };
    let Some(mut at) = first_block(bytes) else { return Anatomy { truncated: true, ..Anatomy::default() } };
    loop {
        match step_at(bytes, at) {
            Step::Block(block) => {
                at += block.whole.len();
                found.pictures += u32::from(block.introducer == PICTURE);
                if block.is_metadata() {
                    found.metadata = true;
                    found.location |= names_a_place(block.whole);
                }
            }
            Step::End => break,
            Step::Cut => {
                found.truncated = true;
                break;
            }
        }
    }
    // A missing trailer alone is common and harmless.
    found.truncated |= found.pictures == 0 && at >= bytes.len();
    found.metadata |= at + 1 < bytes.len();
    found.pictures = found.pictures.max(1);
    found
}

/// Without comments, XMP and anything after the end.
pub(super) fn without_metadata(bytes: &[u8]) -> Vec<u8> {
    let mut at = first_block(bytes).unwrap_or(bytes.len());
    let mut kept = bytes.get(..at).unwrap_or(bytes).to_vec();
    while let Step::Block(block) = step_at(bytes, at) {
        at += block.whole.len();
        if !block.is_metadata() {
            kept.extend_from_slice(block.whole);
        }
    }
    kept.push(TRAILER);
    kept
}

/// Bit 7 says that a table of 2^(n+1) colours follows.
fn colour_table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn skip_sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
