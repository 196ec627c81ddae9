//! The blocks of a GIF: how many pictures it shows.

use super::Anatomy;

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;

pub(super) fn walk(bytes: &[u8]) -> Anatomy {
    let mut found = Anatomy::default();
    match count_pictures(bytes) {
        Some(pictures) => found.pictures = pictures.max(1),
        None => found.truncated = true,
    }
    found
}

/// `None` when the file ends inside a block. A missing trailer alone is common and harmless.
fn count_pictures(bytes: &[u8]) -> Option<u32> {
    let flags = *bytes.get(10)?;
    let mut at = 13 + colour_table_bytes(flags);
    let mut pictures = 0;
    loop {
        match bytes.get(at) {
            None if pictures > 0 => return Some(pictures),
            None => return None,
            Some(&EXTENSION) => at = skip_sub_blocks(bytes, at + 2)?,
            Some(&PICTURE) => {
                let flags = *bytes.get(at + 9)?;
                // The table, then one byte that says how wide the codes are.
                at = skip_sub_blocks(bytes, at + 10 + colour_table_bytes(flags) + 1)?;
                pictures += 1;
            }
            // The trailer, or bytes that mean nothing: the pictures so far are what there is.
            Some(&TRAILER | _) => return Some(pictures),
        }
    }
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
