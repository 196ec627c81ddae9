//! A canvas for painting by arithmetic: light added and laid over, soft shapes, and smooth noise.
//!
//! Places are given in heights of the picture: y runs from 0 at the top to 1, x from 0 to 16/9.

use crate::decode;
use image::RgbImage;
use std::thread;

const WIDTH: usize = 1920;
const HEIGHT: usize = 1080;
const JPEG_QUALITY: u8 = 90;
/// Grain in levels of 255: enough to break up bands in a sky.
const GRAIN: f32 = 1.6;

/// Fewer pixels than this are painted faster than threads start.
const WORTH_SHARING: usize = WIDTH * 200;

/// Red, green, blue, 0 to 1.
pub(super) type Light = [f32; 3];

/// A place, in heights of the picture.
pub(super) type Place = (f32, f32);

pub(super) struct Painting {
    pixels: Vec<Light>,
}

impl Painting {
    /// Fills the canvas from a function of the place.
    pub fn new(light: impl Fn(f32, f32) -> Light + Sync) -> Self {
        let mut painting = Self { pixels: vec![[0.0; 3]; WIDTH * HEIGHT] };
        painting.change((0.0, 0.0), (2.0, 2.0), |x, y, _| light(x, y));
        painting
    }

    /// Lays a colour over a part of the canvas, as densely as a function of the place says (0 to 1).
    pub fn lay(&mut self, from: Place, to: Place, paint: impl Fn(f32, f32) -> (Light, f32) + Sync) {
        self.change(from, to, |x, y, under| {
            let (light, density) = paint(x, y);
            mix(under, light, density.clamp(0.0, 1.0))
        });
    }

    /// Adds light to a part of the canvas.
    pub fn shine(&mut self, from: Place, to: Place, light: impl Fn(f32, f32) -> Light + Sync) {
        self.change(from, to, |x, y, under| {
            let light = light(x, y);
            // As on film: light on light saturates softly.
            [0, 1, 2].map(|index| under[index] + light[index] * (1.0 - under[index] * 0.72))
        });
    }

    /// Changes a part of the canvas, its rows shared out among the processors.
    fn change(&mut self, from: Place, to: Place, change: impl Fn(f32, f32, Light) -> Light + Sync) {
        let pixel = |place: f32, limit: usize| (place * HEIGHT as f32).clamp(0.0, limit as f32) as usize;
        let columns = pixel(from.0, WIDTH)..pixel(to.0, WIDTH);
        let rows = pixel(from.1, HEIGHT)..pixel(to.1, HEIGHT);
        let paint = |first: usize, lines: &mut [Light]| {
            for (row, line) in (first..).zip(lines.chunks_exact_mut(WIDTH)) {
                let y = row as f32 / HEIGHT as f32;
                for (column, under) in columns.clone().zip(&mut line[columns.clone()]) {
                    *under = change(column as f32 / HEIGHT as f32, y, *under);
                }
            }
        };
        let part = &mut self.pixels[rows.start * WIDTH..rows.end * WIDTH];
        if part.len() < WORTH_SHARING {
            paint(rows.start, part);
            return;
        }
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = rows.len().div_ceil(threads).max(1);
        thread::scope(|scope| {
            for (index, lines) in part.chunks_mut(share * WIDTH).enumerate() {
                let (paint, first) = (&paint, rows.start + index * share);
                scope.spawn(move || paint(first, lines));
            }
        });
    }

    /// A straight stroke with round ends.
    pub fn stroke(&mut self, from: Place, to: Place, thickness: f32, light: Light, density: f32) {
        let reach = thickness + 2.0 * PIXEL;
        let low = (from.0.min(to.0) - reach, from.1.min(to.1) - reach);
        let high = (from.0.max(to.0) + reach, from.1.max(to.1) + reach);
        self.lay(low, high, |x, y| (light, density * edge(to_segment((x, y), from, to) - thickness / 2.0)));
    }

    /// A filled shape with straight sides, its corners in order.
    pub fn shape(&mut self, corners: &[Place], light: Light, density: f32) {
        let low = corners.iter().fold((9.0_f32, 9.0_f32), |low, corner| (low.0.min(corner.0), low.1.min(corner.1)));
        let high =
            corners.iter().fold((-9.0_f32, -9.0_f32), |high, corner| (high.0.max(corner.0), high.1.max(corner.1)));
        let grown = |place: Place, by: f32| (place.0 + by, place.1 + by);
        self.lay(grown(low, -2.0 * PIXEL), grown(high, 2.0 * PIXEL), |x, y| {
            (light, density * edge(to_shape((x, y), corners)))
        });
    }

    /// As a JPEG file. Nothing is written only when the encoder refuses plain pixels, which it has no reason to.
    pub fn into_jpeg(self) -> Option<Vec<u8>> {
        let mut image = RgbImage::new(WIDTH as u32, HEIGHT as u32);
        let mut noise = 0x2545_F491_u32;
        for (light, pixel) in self.pixels.iter().zip(image.pixels_mut()) {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            // Two dice make the grain gather around zero.
            let grain = ((noise & 255) + (noise >> 8 & 255)) as f32 / 255.0 - 1.0;
            pixel.0 = light.map(|light| (light * 255.0 + grain * GRAIN + 0.5).clamp(0.0, 255.0) as u8);
        }
        match decode::jpeg(&image, JPEG_QUALITY, None) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                tracing::error!(%error, "a sample picture could not be written");
                None
            }
        }
    }
}

/// One pixel in heights of the picture.
pub(super) const PIXEL: f32 = 1.0 / HEIGHT as f32;

/// How much of a pixel lies inside a shape, by the distance from its edge (negative inside).
pub(super) fn edge(distance: f32) -> f32 {
    (0.5 - distance / PIXEL).clamp(0.0, 1.0)
}

pub(super) fn mix(from: Light, to: Light, part: f32) -> Light {
    [0, 1, 2].map(|index| from[index] + (to[index] - from[index]) * part)
}

pub(super) fn scaled(light: Light, by: f32) -> Light {
    light.map(|part| part * by)
}

/// A colour from a list of stops, each with its place, in rising order.
pub(super) fn ramp(stops: &[(f32, Light)], at: f32) -> Light {
    let above = stops.iter().position(|(place, _)| *place > at);
    match above {
        Some(0) => stops[0].1,
        Some(index) => {
            let ((from, low), (to, high)) = (stops[index - 1], stops[index]);
            mix(low, high, smooth((at - from) / (to - from)))
        }
        None => stops.last().map_or([0.0; 3], |(_, light)| *light),
    }
}

/// From 0 to 1 with gentle ends.
pub(super) fn smooth(part: f32) -> f32 {
    let part = part.clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// A soft bump, 1 in the middle.
pub(super) fn glow(distance: f32, reach: f32) -> f32 {
    let part = distance / reach;
    // The bell curve by eight multiplications instead of an exponential for each of two million pixels.
    let base = (1.0 - part * part / 8.0).max(0.0);
    let square = base * base;
    let fourth = square * square;
    fourth * fourth
}

/// A distance by its two parts.
pub(super) fn length(across: f32, down: f32) -> f32 {
    (across * across + down * down).sqrt()
}

/// A colour as it is written in style sheets.
pub(super) fn hex(code: u32) -> Light {
    [code >> 16 & 255, code >> 8 & 255, code & 255].map(|part| part as f32 / 255.0)
}

pub(super) fn to_segment(place: Place, from: Place, to: Place) -> f32 {
    let (along, off) = ((to.0 - from.0, to.1 - from.1), (place.0 - from.0, place.1 - from.1));
    let squared = (along.0 * along.0 + along.1 * along.1).max(1e-9);
    let part = ((off.0 * along.0 + off.1 * along.1) / squared).clamp(0.0, 1.0);
    length(off.0 - along.0 * part, off.1 - along.1 * part)
}

/// Distance from the sides, negative inside.
fn to_shape(place: Place, corners: &[Place]) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    for (index, from) in corners.iter().enumerate() {
        let to = corners[(index + 1) % corners.len()];
        nearest = nearest.min(to_segment(place, *from, to));
        if (from.1 > place.1) != (to.1 > place.1)
            && place.0 < (to.0 - from.0) * (place.1 - from.1) / (to.1 - from.1) + from.0
        {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

/// Smooth noise of several sizes, worked out on a coarse grid once.
pub(super) struct Noise {
    cells: Vec<f32>,
    across: usize,
    step: f32,
}

impl Noise {
    /// `stretch` makes it longer across than down; `size` is the size of the largest forms in heights.
    pub fn new(seed: u32, size: f32, stretch: f32, octaves: u32) -> Self {
        let step = 4.0 * PIXEL;
        let (across, down) = (WIDTH / 4 + 2, HEIGHT / 4 + 2);
        let mut cells = Vec::with_capacity(across * down);
        for row in 0..down {
            for column in 0..across {
                let (x, y) = (column as f32 * step / size / stretch, row as f32 * step / size);
                cells.push(octaves_at(seed, x, y, octaves));
            }
        }
        Self { cells, across, step }
    }

    /// Around 0.5, between 0 and 1.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x / self.step).max(0.0), (y / self.step).max(0.0));
        let (column, row) = ((x as usize).min(self.across - 2), (y as usize).min(self.cells.len() / self.across - 2));
        let (part_x, part_y) = ((x - column as f32).min(1.0), (y - row as f32).min(1.0));
        let line = |row: usize| {
            let cells = &self.cells[row * self.across + column..];
            cells[0] + (cells[1] - cells[0]) * part_x
        };
        line(row) + (line(row + 1) - line(row)) * part_y
    }
}

fn octaves_at(seed: u32, x: f32, y: f32, octaves: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += weight * value_at(seed.wrapping_add(octave * 101), x * scale, y * scale);
        total += weight;
        (weight, scale) = (weight * 0.5, scale * 2.03);
    }
    sum / total
}

fn value_at(seed: u32, x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (part_x, part_y) = (smooth(x - left), smooth(y - top));
    let corner = |dx: u32, dy: u32| hashed(seed, (left as u32).wrapping_add(dx), (top as u32).wrapping_add(dy));
    let above = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * part_x;
    let below = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * part_x;
    above + (below - above) * part_y
}

/// A number between 0 and 1 that looks like chance.
pub(super) fn hashed(seed: u32, x: u32, y: u32) -> f32 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9) ^ x.wrapping_mul(0x85EB_CA6B) ^ y.wrapping_mul(0xC2B2_AE35);
    mixed = (mixed ^ mixed >> 15).wrapping_mul(0x2C1B_3C6D);
    mixed = (mixed ^ mixed >> 12).wrapping_mul(0x297A_2D39);
    (mixed ^ mixed >> 15) as f32 / u32::MAX as f32
}
