//! Looking at a part of a picture: slow pushes and pans, drawn in whole-number arithmetic.

use super::planes::{Plane, Planes};

/// Parts of a pixel in the coordinates of a view.
const ONE: i64 = 1 << 16;
/// The closest look a plan asks for, in thousandths. Pictures are kept this much larger than the film where they can
/// be, so that the closest look is still sharp.
pub(super) const CLOSEST: u32 = 1080;

/// A part of the picture in the film's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// How close, in thousandths: 1000 shows everything.
    zoom: u32,
    /// Where the part lies in the room that is left: 0 left, 1000 right.
    across: u32,
    /// 0 top, 1000 bottom.
    down: u32,
}

impl View {
    /// Everything.
    pub const FULL: Self = Self { zoom: 1000, across: 500, down: 500 };

    /// The middle, closer.
    pub const fn centred(zoom: u32) -> Self {
        Self { zoom, across: 500, down: 500 }
    }

    /// The movement of a shot by its index: in, to the right, out, to the left.
    pub const fn drift(index: usize) -> (Self, Self) {
        let left = Self { zoom: 1040, across: 0, down: 500 };
        let right = Self { zoom: 1040, across: 1000, down: 500 };
        match index % 4 {
            0 => (Self::FULL, Self::centred(1040)),
            1 => (left, right),
            2 => (Self::centred(1040), Self::FULL),
            _ => (right, left),
        }
    }
}

/// A rectangle in a picture, in 65536ths of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
}

impl Window {
    /// The window at one step of a movement over a picture of the given size.
    pub fn at(from: View, to: View, step: u32, last_step: u32, width: usize, height: usize) -> Self {
        let (width, height) = (width as i64 * ONE, height as i64 * ONE);
        let ends = [from, to].map(|view| {
            let (wide, high) = (width * 1000 / i64::from(view.zoom), height * 1000 / i64::from(view.zoom));
            let left = (width - wide) * i64::from(view.across) / 1000;
            let top = (height - high) * i64::from(view.down) / 1000;
            [left, top, wide, high]
        });
        let (step, last_step) = (i64::from(step.min(last_step)), i64::from(last_step.max(1)));
        let between = |index: usize| {
            let [from, to] = ends;
            from[index] + (to[index] - from[index]) * step / last_step
        };
        Self { left: between(0), top: between(1), width: between(2), height: between(3) }
    }

    /// The same window on a plane of half the size.
    const fn halved(self) -> Self {
        Self { left: self.left / 2, top: self.top / 2, width: self.width / 2, height: self.height / 2 }
    }
}

/// Draws what a window shows.
pub(super) fn look(picture: &Planes, window: Window, film: &mut Planes) {
    let [luma, blue, red] = &picture.planes;
    let [film_luma, film_blue, film_red] = &mut film.planes;
    look_at_plane(luma, window, film_luma);
    look_at_plane(blue, window.halved(), film_blue);
    look_at_plane(red, window.halved(), film_red);
}

/// Where each target position falls: the sample before it, and how much of the next one, in 256ths.
struct Steps {
    at: Vec<u32>,
    next: Vec<u16>,
}

impl Steps {
    fn new(start: i64, length: i64, target: usize, source: usize) -> Self {
        // The last position that still has a neighbour.
        let last = (source as i64 - 1) * ONE;
        let mut steps = Self { at: Vec::with_capacity(target), next: Vec::with_capacity(target) };
        for index in 0..target as i64 {
            // Centres of pixels fall on centres of pixels.
            let position = start + (2 * index + 1) * length / (2 * target as i64) - ONE / 2;
            let position = position.clamp(0, last);
            let at = (position / ONE).min((source as i64 - 2).max(0));
            steps.at.push(at as u32);
            steps.next.push((((position - at * ONE) * 256 + ONE / 2) / ONE) as u16);
        }
        steps
    }

    /// Stretches in which the source runs along with the target, so that plain slices can be blended.
    fn runs(&self) -> Vec<(usize, usize)> {
        let mut runs = Vec::new();
        let mut start = 0;
        for index in 1..=self.at.len() {
            if index == self.at.len() || self.at[index] != self.at[index - 1] + 1 {
                runs.push((start, index));
                start = index;
            }
        }
        runs
    }
}

fn look_at_plane(source: &Plane, window: Window, target: &mut Plane) {
    if source.width < 2 || source.height < 2 {
        target.bytes.fill(source.bytes.first().copied().unwrap_or(128));
        return;
    }
    let across = Steps::new(window.left, window.width, target.width, source.width);
    let down = Steps::new(window.top, window.height, target.height, source.height);
    let runs = across.runs();
    let mut row = vec![0_u8; source.width];
    for (y, line) in target.bytes.chunks_exact_mut(target.width).enumerate() {
        let above = down.at[y] as usize * source.width;
        let below = above + source.width;
        let above = &source.bytes[above..above + source.width];
        let below = &source.bytes[below..below + source.width];
        mix_rows(above, below, down.next[y], &mut row);
        for (start, end) in &runs {
            let at = across.at[*start] as usize;
            let length = end - start;
            let weights = &across.next[*start..*end];
            mix_neighbours(&row[at..at + length], &row[at + 1..at + 1 + length], weights, &mut line[*start..*end]);
        }
    }
}

fn mix_rows(above: &[u8], below: &[u8], next: u16, row: &mut [u8]) {
    let keep = 256 - next;
    for ((above, below), out) in above.iter().zip(below).zip(row) {
        *out = ((u16::from(*above) * keep + u16::from(*below) * next + 128) >> 8) as u8;
    }
}

fn mix_neighbours(here: &[u8], beside: &[u8], weights: &[u16], out: &mut [u8]) {
    for (((here, beside), next), out) in here.iter().zip(beside).zip(weights).zip(out) {
        *out = ((u16::from(*here) * (256 - next) + u16::from(*beside) * next + 128) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Planes {
        let mut planes = Planes::new(width, height);
        for plane in &mut planes.planes {
            let width = plane.width;
            for (index, byte) in plane.bytes.iter_mut().enumerate() {
                *byte = (index % width) as u8;
            }
        }
        planes
    }

    #[test]
    fn looking_at_everything_in_the_same_size_changes_nothing() {
        let picture = ramp(64, 36);
        let mut film = Planes::new(64, 36);
        look(&picture, Window::at(View::FULL, View::FULL, 0, 0, 64, 36), &mut film);
        assert!(picture.planes.iter().zip(&film.planes).all(|(a, b)| a.bytes == b.bytes));
    }

    #[test]
    fn a_push_ends_where_it_was_sent() {
        let end = Window::at(View::FULL, View::centred(1080), 47, 47, 1080, 1080);
        assert_eq!(end.width, 1000 * ONE);
        assert_eq!(end.left, 40 * ONE);
        let start = Window::at(View::FULL, View::centred(1080), 0, 47, 1080, 1080);
        assert_eq!((start.left, start.width), (0, 1080 * ONE));
    }
}
