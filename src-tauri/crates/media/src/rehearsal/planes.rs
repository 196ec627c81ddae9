//! Pictures in the encoder's own colours: BT.709 in the limited range, chroma at half size.

use image::RgbImage;
use openh264::formats::YUVSource;

/// One channel, row by row without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub bytes: Vec<u8>,
}

/// Luma, blue difference and red difference. Width and height are even.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planes {
    pub planes: [Plane; 3],
}

impl Planes {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Self {
        let plane =
            |width: usize, height: usize, value: u8| Plane { width, height, bytes: vec![value; width * height] };
        let half = (width / 2, height / 2);
        Self { planes: [plane(width, height, 16), plane(half.0, half.1, 128), plane(half.0, half.1, 128)] }
    }

    /// Converts a picture; an odd last row or column is left out.
    pub fn from_rgb(image: &RgbImage) -> Self {
        let (width, height) = (image.width() as usize & !1, image.height() as usize & !1);
        let stride = image.width() as usize * 3;
        let mut planes = Self::new(width, height);
        let [luma, blue, red] = &mut planes.planes;
        for y in (0..height).step_by(2) {
            let rows = [&image.as_raw()[y * stride..], &image.as_raw()[(y + 1) * stride..]];
            for (row, line) in rows.iter().zip(luma.bytes[y * width..].chunks_exact_mut(width)) {
                for (pixel, out) in row.chunks_exact(3).zip(line) {
                    *out = luma_of([pixel[0], pixel[1], pixel[2]].map(i32::from));
                }
            }
            let chroma = y / 2 * (width / 2)..(y / 2 + 1) * (width / 2);
            let out = blue.bytes[chroma.clone()].iter_mut().zip(&mut red.bytes[chroma]);
            let pairs = rows[0].chunks_exact(6).zip(rows[1].chunks_exact(6));
            for ((above, below), (blue, red)) in pairs.zip(out) {
                let sum = |channel: usize| {
                    [above[channel], above[channel + 3], below[channel], below[channel + 3]].map(i32::from).iter().sum()
                };
                (*blue, *red) = chroma_of_four([sum(0), sum(1), sum(2)]);
            }
        }
        planes
    }

    pub const fn width(&self) -> usize {
        self.planes[0].width
    }

    pub const fn height(&self) -> usize {
        self.planes[0].height
    }

    /// Copies a picture of the same size.
    pub fn copy_from(&mut self, other: &Self) {
        for (to, from) in self.planes.iter_mut().zip(&other.planes) {
            to.bytes.copy_from_slice(&from.bytes);
        }
    }

    /// Mixes another picture of the same size in, by `weight` 256ths.
    pub fn mix(&mut self, other: &Self, weight: u16) {
        let keep = 256 - weight;
        for (to, from) in self.planes.iter_mut().zip(&other.planes) {
            for (to, from) in to.bytes.iter_mut().zip(&from.bytes) {
                *to = ((u16::from(*to) * keep + u16::from(*from) * weight + 128) >> 8) as u8;
            }
        }
    }
}

/// BT.709 luma in 16 to 235.
pub(super) const fn luma_of([red, green, blue]: [i32; 3]) -> u8 {
    ((11_966 * red + 40_254 * green + 4_064 * blue + (16 << 16) + (1 << 15)) >> 16) as u8
}

/// BT.709 colour differences of the sums of four pixels, in 16 to 240.
pub(super) const fn chroma_of_four([red, green, blue]: [i32; 3]) -> (u8, u8) {
    let middle = (128 << 18) + (1 << 17);
    let from_blue = (-6_596 * red - 22_188 * green + 28_784 * blue + middle) >> 18;
    let from_red = (28_784 * red - 26_145 * green - 2_639 * blue + middle) >> 18;
    (from_blue as u8, from_red as u8)
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.width(), self.height())
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.planes[0].width, self.planes[1].width, self.planes[2].width)
    }

    fn y(&self) -> &[u8] {
        &self.planes[0].bytes
    }

    fn u(&self) -> &[u8] {
        &self.planes[1].bytes
    }

    fn v(&self) -> &[u8] {
        &self.planes[2].bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_has_no_colour_and_stays_in_range() {
        for (grey, luma) in [(0, 16), (128, 126), (255, 235)] {
            assert_eq!(luma_of([grey; 3]), luma);
            assert_eq!(chroma_of_four([grey * 4; 3]), (128, 128));
        }
        assert_eq!(chroma_of_four([0, 0, 4 * 255]).0, 240);
        assert_eq!(chroma_of_four([4 * 255, 0, 0]).1, 240);
    }
}
