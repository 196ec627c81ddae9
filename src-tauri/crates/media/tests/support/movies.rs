//! MP4 files made box by box, so that any one of them can lie.

use std::collections::BTreeMap;

/// A box with its size.
pub fn part(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

/// A box that says another size than it has.
pub fn part_that_claims(size: u32, kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&size.to_be_bytes()[..], kind, body].concat()
}

/// Big-endian numbers in a row.
pub fn numbers(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|number| number.to_be_bytes()).collect()
}

pub fn ftyp() -> Vec<u8> {
    part(b"ftyp", b"isom\0\0\0\0isom")
}

/// A movie of three pictures of four bytes each, in a codec that is described and not decoded.
pub struct Movie(BTreeMap<[u8; 4], Vec<u8>>);

impl Default for Movie {
    fn default() -> Self {
        let mut visual = vec![0; 78];
        visual[24..28].copy_from_slice(&[0x02, 0x80, 0x01, 0x68]);
        let tables: [(&[u8; 4], Vec<u8>); 8] = [
            (b"mdhd", numbers(&[0, 0, 0, 24_000, 3_000, 0])),
            (b"hdlr", [&[0; 8][..], b"vide", &[0; 13]].concat()),
            (b"dref", [&numbers(&[0, 1])[..], &part(b"url ", &numbers(&[1]))].concat()),
            (b"stsd", [&numbers(&[0, 1])[..], &part(b"hvc1", &visual)].concat()),
            (b"stts", numbers(&[0, 1, 3, 1_000])),
            (b"stsc", numbers(&[0, 1, 1, 3, 1])),
            (b"stsz", numbers(&[0, 0, 3, 4, 4, 4])),
            // Behind `ftyp` of 20 bytes and the head of `mdat`.
            (b"stco", numbers(&[0, 1, 28])),
        ];
        Self(tables.into_iter().map(|(kind, body)| (*kind, body)).collect())
    }
}

impl Movie {
    /// The same with another body of a box, or with one more.
    pub fn with(mut self, kind: &[u8; 4], body: Vec<u8>) -> Self {
        self.0.insert(*kind, body);
        self
    }

    /// The same without a box.
    pub fn without(mut self, kind: &[u8; 4]) -> Self {
        self.0.remove(kind);
        self
    }

    fn some(&self, kinds: &[&[u8; 4]]) -> Vec<u8> {
        kinds.iter().filter_map(|kind| self.0.get(*kind).map(|body| part(kind, body))).flatten().collect()
    }

    /// Its tables alone.
    pub fn moov(&self) -> Vec<u8> {
        let stbl = part(b"stbl", &self.some(&[b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64"]));
        let dinf = part(b"dinf", &self.some(&[b"dref"]));
        let minf = part(b"minf", &[dinf, stbl].concat());
        let mdia = part(b"mdia", &[self.some(&[b"mdhd", b"hdlr"]), minf].concat());
        part(b"moov", &part(b"trak", &mdia))
    }

    /// The whole file.
    pub fn file(&self) -> Vec<u8> {
        [ftyp(), part(b"mdat", b"aaaabbbbcccc"), self.moov()].concat()
    }
}
