//! What is burned in: the word REHEARSAL, shot number, words and timecode.

use super::held::Blocks;
use super::layer::{Canvas, Layer};
use super::plan::{Caption, Plan};
use super::planes::Planes;
use super::text::{self, Style};
use sixshot_domain::timecode::timecode;

const WHITE: [u8; 3] = [245, 246, 248];
const BLACK: [u8; 3] = [0, 0, 0];
/// The deepest part of the shade under the words, 0 to 255.
const SHADE: u32 = 190;

/// Lengths that follow the film's size: written for 1080 lines.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    short_side: usize,
}

impl Scale {
    pub fn of(plan: &Plan) -> Self {
        Self { short_side: plan.width.min(plan.height) as usize }
    }

    /// A length in pixels.
    pub const fn pixels(self, length: usize) -> usize {
        (length * self.short_side + 540) / 1080
    }

    /// A letter size in pixels; small films keep letters that can be read.
    pub fn letters(self, size: usize) -> f32 {
        ((size * self.short_side) as f32 / 1080.0).max(9.0)
    }
}

/// The clock in the corner: digits drawn once, put together for each frame.
struct Clock {
    /// `0` to `9`.
    digits: Vec<Layer>,
    colon: Layer,
    /// From digit to digit, even.
    step: usize,
    /// The colon is narrower; even too.
    colon_step: usize,
}

/// Everything that is burned in, ready to be laid over frames.
pub(super) struct Overlays {
    label: Option<Layer>,
    captions: Vec<Option<Layer>>,
    clock: Option<Clock>,
}

impl Overlays {
    pub fn new(plan: &Plan) -> Self {
        let scale = Scale::of(plan);
        let clock = if plan.overlay.timecode { Clock::new(plan, scale) } else { None };
        let clock_width = clock.as_ref().map_or(0, Clock::width);
        let captions = plan.captions.iter().map(|caption| caption_layer(plan, scale, caption, clock_width)).collect();
        Self { label: label(scale), captions, clock }
    }

    /// Lays on what stays the same during a shot.
    pub fn lay_still(&self, caption: usize, film: &mut Planes) {
        for layer in self.label.iter().chain(self.captions.get(caption).into_iter().flatten()) {
            layer.blend(film, 0);
        }
    }

    /// Lays on what changes with every frame.
    pub fn lay_clock(&self, frame: u32, film: &mut Planes) {
        let Some(clock) = &self.clock else { return };
        let mut right = 0;
        for sign in timecode(frame).chars() {
            let digit = sign.to_digit(10).and_then(|digit| clock.digits.get(digit as usize));
            digit.unwrap_or(&clock.colon).blend(film, right);
            right += if digit.is_some() { clock.step } else { clock.colon_step };
        }
    }

    /// The macroblocks that `lay_clock` can change.
    pub fn clock_blocks(&self) -> Option<Blocks> {
        let clock = self.clock.as_ref()?;
        let columns = clock.colon.columns();
        Some(Blocks::around(columns.start..columns.start + clock.width(), clock.colon.rows()))
    }
}

/// How far the words stay from the edges.
const fn margin(scale: Scale) -> usize {
    scale.pixels(44)
}

fn words_style(scale: Scale, weight: u16) -> Style {
    Style { size: scale.letters(34), weight, colour: WHITE, opacity: 255, leading: 132 }
}

fn label(scale: Scale) -> Option<Layer> {
    let style = Style { size: scale.letters(20), weight: 600, colour: WHITE, opacity: 235, leading: 120 };
    let block = text::set("REHEARSAL", style, scale.pixels(400).max(100), 1)?;
    let (side, above) = (scale.pixels(16).max(4), scale.pixels(9).max(2));
    let (width, height) = (block.width + side * 2, block.height + above * 2);
    let mut canvas = Canvas::new((width + 1) & !1, (height + 1) & !1);
    canvas.fill_round(width as u32, height as u32, scale.pixels(9) as u32, BLACK, 150);
    block.draw(&mut canvas, side as i32, above as i32);
    Some(Layer::new(&canvas, margin(scale), margin(scale)))
}

/// Shot number and words at the bottom, over a shade that makes room for them on any picture.
fn caption_layer(plan: &Plan, scale: Scale, caption: &Caption, clock_width: usize) -> Option<Layer> {
    // A slate shows both in large letters already.
    let number = plan.overlay.shot_number && !caption.on_slate;
    let words = plan.overlay.prompt && !caption.on_slate;
    let margin = margin(scale);
    let (width, height) = (plan.width as usize, plan.height as usize);
    let number = if number { text::set(&caption.number.to_string(), words_style(scale, 700), width, 1) } else { None };
    let gap = scale.pixels(24);
    let start = margin + number.as_ref().map_or(0, |number| number.width + gap);
    let clock_room = if clock_width == 0 { 0 } else { clock_width + gap * 2 };
    let room = width.saturating_sub(start + margin + clock_room);
    let words = if words { text::set(&caption.words, words_style(scale, 400), room, 2) } else { None };
    if number.is_none() && words.is_none() && clock_width == 0 {
        return None;
    }
    let line = (words_style(scale, 400).size * 1.32).ceil() as usize;
    let text_height = words.as_ref().map_or(line, |words| words.height.max(line));
    let shade_height = ((margin + text_height + scale.pixels(150)) & !1).min(height);
    let mut canvas = Canvas::new(width, shade_height);
    if !caption.on_slate {
        shade(&mut canvas);
    }
    let top = shade_height.saturating_sub(margin + text_height) as i32;
    if let Some(number) = number {
        number.draw(&mut canvas, margin as i32, top);
    }
    if let Some(words) = words {
        words.draw(&mut canvas, start as i32, top);
    }
    Some(Layer::new(&canvas, 0, height - shade_height))
}

/// Darkens towards the bottom, softly at first.
fn shade(canvas: &mut Canvas) {
    let (width, height) = (canvas.width as u32, canvas.height as u32);
    for row in 0..height {
        let down = row * 1000 / height.max(1);
        // A curve without a visible beginning: three squares minus two cubes.
        let eased = down * down / 1000 * (3000 - 2 * down) / 1000;
        canvas.fill(0, row as i32, width, 1, BLACK, (eased * SHADE / 1000) as u8);
    }
}

impl Clock {
    fn new(plan: &Plan, scale: Scale) -> Option<Self> {
        let style = words_style(scale, 500);
        let signs = "0123456789:".chars();
        let blocks: Option<Vec<_>> = signs.map(|sign| text::set(&sign.to_string(), style, 400, 1)).collect();
        let blocks = blocks?;
        // Digits of one width, whatever the font thinks: a clock must not dance.
        let (colon, digits) = blocks.split_last()?;
        let step = (digits.iter().map(|block| block.width).max()? + 1) & !1;
        let colon_step = (colon.width + 1) & !1;
        let height = (blocks.iter().map(|block| block.height).max()? + 1) & !1;
        let left = (plan.width as usize).saturating_sub(margin(scale) + step * 4 + colon_step);
        let top = (plan.height as usize).saturating_sub(margin(scale) + height);
        let last = blocks.len() - 1;
        let mut layers: Vec<Layer> = blocks
            .into_iter()
            .enumerate()
            .map(|(index, block)| {
                let width = if index == last { colon_step } else { step };
                let mut canvas = Canvas::new(width, height);
                let indent = (width.saturating_sub(block.width) / 2) as i32;
                block.draw(&mut canvas, indent, 0);
                Layer::new(&canvas, left, top)
            })
            .collect();
        let colon = layers.pop()?;
        Some(Self { digits: layers, colon, step, colon_step })
    }

    /// Four digits and a colon.
    const fn width(&self) -> usize {
        self.step * 4 + self.colon_step
    }
}
