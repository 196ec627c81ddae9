//! Bits of an H.264 stream, read and written.

/// Reads a unit's payload, with the bytes that keep start codes out already taken away.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next `count` bits, at most 32.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// An unsigned Exp-Golomb number.
    pub fn unsigned(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bits(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1 << zeros) - 1 + self.bits(zeros)?)
    }
}

/// Takes away the bytes that were put in so that no start code can appear.
pub(super) fn without_escapes(unit: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for byte in unit {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        plain.push(*byte);
    }
    plain
}

/// Writes a unit's payload.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits used in the last byte, 0 when it is full.
    used: u32,
}

impl BitWriter {
    pub fn bits(&mut self, value: u32, count: u32) {
        for index in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> index & 1) as u8) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
    }

    /// An unsigned Exp-Golomb number.
    pub fn unsigned(&mut self, value: u32) {
        let code = value + 1;
        let length = 32 - code.leading_zeros();
        self.bits(0, length - 1);
        self.bits(code, length);
    }

    /// Zero bits up to the next whole byte.
    pub const fn align(&mut self) {
        self.used = 0;
    }

    /// Whole bytes; the writer must be aligned.
    pub fn bytes(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.used, 0);
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the payload and answers the unit with its header byte, start codes kept out.
    pub fn finish(mut self, header: u8) -> Vec<u8> {
        self.bits(1, 1);
        self.align();
        let mut unit = Vec::with_capacity(self.bytes.len() + 16);
        unit.push(header);
        let mut zeros = 0;
        for byte in self.bytes {
            if zeros >= 2 && byte <= 3 {
                unit.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            unit.push(byte);
        }
        unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = BitWriter::default();
        let numbers = [0, 1, 2, 7, 8, 8159, 65_535];
        for number in numbers {
            writer.unsigned(number);
        }
        writer.bits(0b101, 3);
        let unit = writer.finish(0x61);
        assert_eq!(unit[0], 0x61);
        let plain = without_escapes(&unit[1..]);
        let mut reader = BitReader::new(&plain);
        for number in numbers {
            assert_eq!(reader.unsigned(), Some(number));
        }
        assert_eq!(reader.bits(3), Some(0b101));
    }

    #[test]
    fn no_start_code_can_appear() {
        let mut writer = BitWriter::default();
        writer.bytes(&[0; 40]);
        writer.bytes(&[0, 0, 1, 0, 0, 2, 0, 0, 3]);
        let unit = writer.finish(0x61);
        assert!(!unit.windows(3).any(|three| three[..2] == [0, 0] && three[2] <= 2));
        let mut expected = vec![0; 40];
        expected.extend([0, 0, 1, 0, 0, 2, 0, 0, 3, 0x80]);
        assert_eq!(without_escapes(&unit[1..]), expected);
    }
}
