//! Frames in which nothing moves but the timecode, written without the encoder.
//!
//! H.264 has a word for "as before": a run of skipped macroblocks. A held frame is one such run, a few bytes in all.
//! Where the timecode's digits change, the macroblocks under them are written as they are, without compression; that
//! is a few kilobytes a frame, and no encoder has to look at two million pixels to find them.

use super::bits::{BitReader, BitWriter, without_escapes};
use super::planes::Planes;
use std::ops::Range;

/// Pixels a side.
pub(super) const MACROBLOCK: usize = 16;
/// A slice of a picture that later ones refer to and that is not a key frame.
const UNIT_HEADER: u8 = 0x61;
/// In a slice of kind P the intra kinds follow the five kinds of P; the 25th of them is "as it is".
const KIND_AS_IT_IS: u32 = 5 + 25;
const SLICE_P: u32 = 5;

/// What of the encoder's parameter sets a slice must agree with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SliceShape {
    frame_number_bits: u32,
    parameter_set: u32,
    deblocking_control: bool,
}

impl SliceShape {
    /// Reads the two parameter sets, with their header bytes. `None` when the encoder uses anything that held frames do
    /// not speak; they are then left to the encoder.
    pub fn read(sequence: &[u8], picture: &[u8]) -> Option<Self> {
        let plain = without_escapes(sequence.get(1..)?);
        let mut reader = BitReader::new(&plain);
        let profile = reader.bits(8)?;
        // Constraints and level, then the id of the set.
        reader.bits(16)?;
        reader.unsigned()?;
        let frame_number_bits = reader.unsigned()? + 4;
        let order_kind = reader.unsigned()?;
        if !matches!(profile, 66 | 77) || order_kind != 2 || frame_number_bits > 16 {
            return None;
        }
        let plain = without_escapes(picture.get(1..)?);
        let mut reader = BitReader::new(&plain);
        let parameter_set = reader.unsigned()?;
        reader.unsigned()?;
        let arithmetic_coding = reader.bits(1)? == 1;
        let order_present = reader.bits(1)? == 1;
        let slice_groups = reader.unsigned()?;
        // Active references, weighting, and three quantiser offsets.
        reader.unsigned()?;
        reader.unsigned()?;
        let weighted = reader.bits(3)? != 0;
        for _ in 0..3 {
            reader.unsigned()?;
        }
        let deblocking_control = reader.bits(1)? == 1;
        reader.bits(1)?;
        let redundant = reader.bits(1)? == 1;
        if arithmetic_coding || order_present || slice_groups > 0 || weighted || redundant {
            return None;
        }
        Some(Self { frame_number_bits, parameter_set, deblocking_control })
    }

    /// Writes a held frame. `number` counts from the key frame; `patches` are macroblocks by their place in the order
    /// of rows, rising, with their samples.
    pub fn frame(self, number: u32, macroblocks: u32, patches: &[(u32, Patch)]) -> Vec<u8> {
        let mut writer = BitWriter::default();
        writer.unsigned(0);
        writer.unsigned(SLICE_P);
        writer.unsigned(self.parameter_set);
        writer.bits(number & ((1 << self.frame_number_bits) - 1), self.frame_number_bits);
        // The usual number of references, in the usual order, marked the usual way, no change of quantiser.
        writer.bits(0b000, 3);
        writer.unsigned(0);
        if self.deblocking_control {
            // Off: nothing may be smoothed that is to stay as it was.
            writer.unsigned(1);
        }
        let mut next = 0;
        for (place, patch) in patches {
            writer.unsigned(place - next);
            writer.unsigned(KIND_AS_IT_IS);
            writer.align();
            writer.bytes(&patch.0);
            next = place + 1;
        }
        if next < macroblocks {
            writer.unsigned(macroblocks - next);
        }
        writer.finish(UNIT_HEADER)
    }
}

/// The samples of one macroblock: 256 of luma, 64 of each colour difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patch(Vec<u8>);

/// A rectangle of whole macroblocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blocks {
    pub across: Range<usize>,
    pub down: Range<usize>,
}

impl Blocks {
    /// The macroblocks a rectangle of pixels touches.
    pub fn around(x: Range<usize>, y: Range<usize>) -> Self {
        let blocks = |pixels: Range<usize>| pixels.start / MACROBLOCK..pixels.end.div_ceil(MACROBLOCK);
        Self { across: blocks(x), down: blocks(y) }
    }

    /// Copies these blocks from one picture to another of the same size.
    pub fn copy(&self, from: &Planes, to: &mut Planes) {
        for (index, (from, to)) in from.planes.iter().zip(&mut to.planes).enumerate() {
            let side = if index == 0 { MACROBLOCK } else { MACROBLOCK / 2 };
            let columns = self.across.start * side..(self.across.end * side).min(from.width);
            for row in self.down.start * side..(self.down.end * side).min(from.height) {
                let range = row * from.width + columns.start..row * from.width + columns.end;
                to.bytes[range.clone()].copy_from_slice(&from.bytes[range]);
            }
        }
    }

    /// The samples of each block, with its place in the order of rows.
    pub fn patches(&self, picture: &Planes) -> Vec<(u32, Patch)> {
        let in_a_row = picture.width().div_ceil(MACROBLOCK);
        let mut patches = Vec::new();
        for down in self.down.clone() {
            for across in self.across.clone() {
                patches.push(((down * in_a_row + across) as u32, patch(picture, across, down)));
            }
        }
        patches
    }
}

fn patch(picture: &Planes, across: usize, down: usize) -> Patch {
    let mut samples = Vec::with_capacity(384);
    for (index, plane) in picture.planes.iter().enumerate() {
        let side = if index == 0 { MACROBLOCK } else { MACROBLOCK / 2 };
        for row in 0..side {
            // Beyond the edge the last sample is repeated; it is cut away by the player.
            let y = (down * side + row).min(plane.height - 1);
            for column in 0..side {
                let x = (across * side + column).min(plane.width - 1);
                // Zero is not allowed here by every reader, and black is 16.
                samples.push(plane.bytes[y * plane.width + x].max(1));
            }
        }
    }
    Patch(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_frame_is_a_few_bytes() {
        let shape = SliceShape { frame_number_bits: 15, parameter_set: 0, deblocking_control: true };
        assert!(shape.frame(1, 8160, &[]).len() < 12);
    }

    #[test]
    fn other_kinds_of_streams_are_left_to_the_encoder() {
        assert_eq!(SliceShape::read(&[0x67, 100, 0, 40], &[0x68]), None);
        assert_eq!(SliceShape::read(&[], &[]), None);
    }
}
