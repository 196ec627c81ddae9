//! The directory of tags that EXIF and TIFF share.

/// More entries than any camera writes; a loop over a hostile directory ends here.
const MAX_ENTRIES: u16 = 4096;
/// More directories than any real file chains together.
const MAX_DIRECTORIES: u32 = 1024;
/// Bytes of XMP that are looked through: directories may name the same packet again and again.
const MAX_PACKET_BYTES: usize = 64 << 20;

const TAG_NEW_SUBFILE_TYPE: u16 = 0x00FE;
const TAG_ORIENTATION: u16 = 0x0112;
const TAG_PHOTOMETRIC: u16 = 0x0106;
const TAG_XMP: u16 = 0x02BC;
const TAG_GPS: u16 = 0x8825;
const TAG_IPTC: u16 = 0x83BB;
const TAG_PHOTOSHOP: u16 = 0x8649;
const PHOTOMETRIC_SEPARATED: u32 = 5;

/// What the directories say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directories {
    /// 1 to 8.
    pub orientation: u8,
    /// A GPS directory, or a packet that names a place.
    pub location: bool,
    /// Packets of XMP, IPTC or Photoshop, or a GPS directory.
    pub metadata: bool,
    /// Full pictures, previews not counted.
    pub pictures: u32,
    /// The first picture's colours are printing colours.
    pub separated: bool,
    /// Bytes of XMP that may still be looked through.
    packet_bytes_left: usize,
}

impl Directories {
    /// Looks for a position in a packet. Where there are more of them than can be looked through, one is taken to be
    /// there, so that they are dropped.
    fn look_into(&mut self, packet: &[u8]) {
        if self.location {
            return;
        }
        match self.packet_bytes_left.checked_sub(packet.len()) {
            Some(left) => {
                self.packet_bytes_left = left;
                self.location = super::names_a_place(packet) || super::iptc_has_place(packet);
            }
            None => self.location = true,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Reader<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let raw = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let raw = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(raw) } else { u32::from_le_bytes(raw) })
    }

    /// The value of a one-number entry: a SHORT lies in the first two bytes of the value field, a LONG in all four.
    fn number(&self, entry: usize) -> Option<u32> {
        match self.u16(entry + 2)? {
            3 => self.u16(entry + 8).map(u32::from),
            4 => self.u32(entry + 8),
            _ => None,
        }
    }
}

/// Reads the chain of directories of a TIFF structure; `None` when it is none.
pub(super) fn directories(bytes: &[u8]) -> Option<Directories> {
    let big_endian = match bytes.get(..4)? {
        [b'I', b'I', 42, 0] => false,
        [b'M', b'M', 0, 42] => true,
        _ => return None,
    };
    let reader = Reader { bytes, big_endian };
    let mut found = Directories {
        orientation: 1,
        location: false,
        metadata: false,
        pictures: 0,
        separated: false,
        packet_bytes_left: MAX_PACKET_BYTES,
    };
    let mut at = reader.u32(4)? as usize;
    for index in 0..MAX_DIRECTORIES {
        if at == 0 {
            break;
        }
        let Some(next) = read_directory(&reader, at, index == 0, &mut found) else { break };
        at = next;
    }
    Some(found)
}

/// Reads one directory and answers where the next one starts.
fn read_directory(reader: &Reader<'_>, at: usize, first: bool, found: &mut Directories) -> Option<usize> {
    let count = reader.u16(at)?;
    if count > MAX_ENTRIES {
        return None;
    }
    let mut preview = false;
    for index in 0..usize::from(count) {
        let entry = at.checked_add(2 + index * 12)?;
        match reader.u16(entry)? {
            TAG_ORIENTATION if first => {
                if let Some(value @ 1..=8) = reader.number(entry) {
                    found.orientation = u8::try_from(value).unwrap_or(1);
                }
            }
            TAG_GPS => (found.location, found.metadata) = (true, true),
            TAG_PHOTOMETRIC if first => found.separated = reader.number(entry) == Some(PHOTOMETRIC_SEPARATED),
            TAG_NEW_SUBFILE_TYPE => preview = reader.number(entry).is_some_and(|value| value & 1 == 1),
            TAG_XMP | TAG_IPTC | TAG_PHOTOSHOP => {
                found.metadata = true;
                // Counted in bytes, and IPTC by some programs in words of four.
                let words = if reader.u16(entry + 2)? == 4 { 4 } else { 1 };
                let (length, start) = (reader.u32(entry + 4)? as usize * words, reader.u32(entry + 8)? as usize);
                let packet = start.checked_add(length).and_then(|end| reader.bytes.get(start..end));
                if let Some(packet) = packet {
                    found.look_into(packet);
                }
            }
            _ => {}
        }
    }
    if !preview {
        found.pictures += 1;
    }
    reader.u32(at + 2 + usize::from(count) * 12).map(|next| next as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_points_at_itself_ends() {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend([0, 0, 8, 0, 0, 0]);
        assert!(directories(&bytes).is_some_and(|found| found.pictures == MAX_DIRECTORIES));
    }

    #[test]
    fn orientation_and_position_are_found_in_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0\0\0\0\0\0\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\0\0\0\0\0";
        for bytes in [&little[..], &big[..]] {
            assert_eq!(directories(bytes).map(|found| (found.orientation, found.location)), Some((6, true)));
        }
        assert_eq!(directories(b"no tags"), None);
    }
}
