//! Drawings that are laid over film: painted once in red, green and blue, kept in the encoder's colours.

use super::planes::{Planes, chroma_of_four, luma_of};
use std::ops::Range;

/// A see-through drawing. Colours are stored multiplied by their alpha, so that laying one over another is a sum.
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Canvas {
    /// An empty one.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0; 4]; width * height] }
    }

    /// Lays a rectangle of one colour over what is there; parts outside are left out.
    pub fn fill(&mut self, left: i32, top: i32, width: u32, height: u32, colour: [u8; 3], alpha: u8) {
        let clip = |start: i32, length: u32, limit: usize| -> Range<usize> {
            let end = i64::from(start) + i64::from(length);
            let limit = limit as i64;
            (i64::from(start).clamp(0, limit) as usize)..(end.clamp(0, limit) as usize)
        };
        let columns = clip(left, width, self.width);
        for row in clip(top, height, self.height) {
            for pixel in &mut self.pixels[row * self.width + columns.start..row * self.width + columns.end] {
                *pixel = over(*pixel, colour, alpha);
            }
        }
    }

    /// Fills a rectangle with round corners from the upper left corner on, smooth at the edge.
    pub fn fill_round(&mut self, width: u32, height: u32, radius: u32, colour: [u8; 3], alpha: u8) {
        // Four by four samples a pixel, counted in quarters.
        const PARTS: i32 = 4;
        let radius = (radius.min(width / 2).min(height / 2) as i32) * PARTS;
        let (wide, high) = (width as i32 * PARTS, height as i32 * PARTS);
        let inside = |x: i32, y: i32| {
            let dx = (radius - x).max(x - (wide - 1 - radius)).max(0);
            let dy = (radius - y).max(y - (high - 1 - radius)).max(0);
            dx * dx + dy * dy <= radius * radius
        };
        for y in 0..height as i32 {
            for x in 0..width as i32 {
                let samples =
                    (0..PARTS * PARTS).filter(|part| inside(x * PARTS + part % PARTS, y * PARTS + part / PARTS));
                let alpha = samples.count() as u32 * u32::from(alpha) / (PARTS * PARTS) as u32;
                self.fill(x, y, 1, 1, colour, alpha as u8);
            }
        }
    }
}

fn over(under: [u8; 4], colour: [u8; 3], alpha: u8) -> [u8; 4] {
    let (alpha, keep) = (u32::from(alpha), 255 - u32::from(alpha));
    let part = |colour: u8, under: u8| ((u32::from(colour) * alpha + u32::from(under) * keep + 127) / 255) as u8;
    [part(colour[0], under[0]), part(colour[1], under[1]), part(colour[2], under[2]), part(255, under[3])]
}

/// One channel of a layer: what is kept of the film, in 256ths, and what is added.
struct Channel {
    width: usize,
    keep: Vec<u16>,
    add: Vec<u16>,
}

/// A drawing in the encoder's colours with its place in the film. Place and size are even.
pub(super) struct Layer {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    channels: [Channel; 3],
}

impl Layer {
    /// Takes a canvas over. The place is rounded down to even numbers, the size of the canvas must be even.
    pub fn new(canvas: &Canvas, left: usize, top: usize) -> Self {
        let (width, height) = (canvas.width & !1, canvas.height & !1);
        let channel = |width: usize, height: usize| Channel {
            width,
            keep: Vec::with_capacity(width * height),
            add: Vec::with_capacity(width * height),
        };
        let mut luma = channel(width, height);
        let [mut blue, mut red] = [channel(width / 2, height / 2), channel(width / 2, height / 2)];
        for y in 0..height {
            for pixel in &canvas.pixels[y * canvas.width..y * canvas.width + width] {
                let alpha = u32::from(pixel[3]);
                // The colour is already multiplied; only black's own 16 must be scaled with it.
                let light = u32::from(luma_of([pixel[0], pixel[1], pixel[2]].map(i32::from))) - 16;
                luma.push(alpha * 4, light * 1020 + 16 * alpha * 4);
            }
        }
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let four =
                    [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| canvas.pixels[(y + dy) * canvas.width + x + dx]);
                let sum = |channel: usize| four.iter().map(|pixel| u32::from(pixel[channel])).sum::<u32>();
                let (from_blue, from_red) = chroma_of_four([sum(0), sum(1), sum(2)].map(u32::cast_signed));
                let alpha = sum(3);
                // Likewise for grey's own 128.
                let add = |value: u8| (u32::from(value) * 1020 + 128 * alpha).saturating_sub(128 * 1020);
                blue.push(alpha, add(from_blue));
                red.push(alpha, add(from_red));
            }
        }
        Self { left: left & !1, top: top & !1, width, height, channels: [luma, blue, red] }
    }

    /// Lays the drawing over a frame, moved by a whole even number of pixels; parts outside are left out.
    pub fn blend(&self, film: &mut Planes, move_right: usize) {
        for (index, (plane, channel)) in film.planes.iter_mut().zip(&self.channels).enumerate() {
            let half = usize::from(index > 0);
            let (left, top) = ((self.left + move_right) >> half, self.top >> half);
            let width = channel.width.min(plane.width.saturating_sub(left));
            if width == 0 {
                continue;
            }
            let rows = channel.keep.chunks_exact(channel.width).zip(channel.add.chunks_exact(channel.width));
            let lines = plane.bytes.chunks_exact_mut(plane.width).skip(top);
            for ((keep, add), line) in rows.zip(lines) {
                let line = &mut line[left..left + width];
                for ((keep, add), out) in keep.iter().zip(add).zip(line) {
                    *out = ((u16::from(*out) * keep + add) >> 8) as u8;
                }
            }
        }
    }

    /// The columns it covers.
    pub const fn columns(&self) -> Range<usize> {
        self.left..self.left + self.width
    }

    /// The rows it covers.
    pub const fn rows(&self) -> Range<usize> {
        self.top..self.top + self.height
    }
}

impl Channel {
    /// Alpha and the value to add, both in 1020ths: four pixels of 255 parts.
    fn push(&mut self, alpha: u32, add: u32) {
        let keep = 256 - (alpha * 256 + 510) / 1020;
        // Rounded by a half, and never more than what is left beside the film's brightest value.
        let add = (add * 256 / 1020 + 128).min(65_535 - keep * 255);
        self.keep.push(keep as u16);
        self.add.push(add as u16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(luma: u8) -> Planes {
        let mut film = Planes::new(8, 8);
        film.planes[0].bytes.fill(luma);
        film
    }

    #[test]
    fn an_empty_drawing_changes_nothing() {
        for luma in [16, 100, 235, 255] {
            let mut under = film(luma);
            Layer::new(&Canvas::new(8, 8), 0, 0).blend(&mut under, 0);
            assert_eq!(under, film(luma));
        }
    }

    #[test]
    fn a_solid_drawing_covers_everything() {
        let mut canvas = Canvas::new(4, 4);
        canvas.fill(0, 0, 4, 4, [255, 0, 0], 255);
        let mut under = film(100);
        Layer::new(&canvas, 2, 2).blend(&mut under, 0);
        assert_eq!(under.planes[0].bytes[2 * 8 + 2], luma_of([255, 0, 0]));
        assert_eq!(under.planes[2].bytes[4 + 1], 240);
        assert_eq!(under.planes[0].bytes[0], 100);
    }

    #[test]
    fn half_black_halves_the_light() {
        let mut canvas = Canvas::new(8, 8);
        canvas.fill(0, 0, 8, 8, [0, 0, 0], 128);
        let mut under = film(216);
        Layer::new(&canvas, 0, 0).blend(&mut under, 0);
        let luma = i32::from(under.planes[0].bytes[0]);
        assert!((luma - 116).abs() <= 1, "{luma}");
        assert!((i32::from(under.planes[1].bytes[0]) - 128).abs() <= 1);
    }

    #[test]
    fn a_drawing_that_hangs_over_the_edge_is_cut() {
        let mut canvas = Canvas::new(8, 8);
        canvas.fill(-4, -4, 100, 100, [255; 3], 255);
        let mut under = film(16);
        Layer::new(&canvas, 6, 6).blend(&mut under, 4);
        Layer::new(&canvas, 6, 6).blend(&mut under, 0);
        assert_eq!(under.planes[0].bytes[63], 235);
        assert_eq!(under.planes[0].bytes[0], 16);
    }
}
