//! What stands where a shot has no picture: its number, its seconds and its words on a dark ground.

use super::layer::{Canvas, Layer};
use super::overlay::Scale;
use super::plan::{Caption, Plan};
use super::planes::Planes;
use super::text::{self, Style};
use image::{Rgb, RgbImage};

const PAPER: [u8; 3] = [240, 241, 244];
const AMBER: [u8; 3] = [242, 177, 90];
const GREY: [u8; 3] = [150, 154, 164];
/// The ground from top to bottom, in 256ths of a level so that the steps between levels can be dithered away. Both ends
/// have the same tint, so that nothing but the light changes.
const GROUND_TOP: [u32; 3] = [38 << 8, 40 << 8, 47 << 8];
const GROUND_BOTTOM: [u32; 3] = [17 << 8, 19 << 8, 26 << 8];

/// Draws the slate of a shot.
pub(super) fn draw(plan: &Plan, caption: &Caption) -> Planes {
    let mut film = Planes::from_rgb(&ground(plan.width, plan.height));
    let canvas = write(plan, caption);
    Layer::new(&canvas, 0, 0).blend(&mut film, 0);
    film
}

fn ground(width: u32, height: u32) -> RgbImage {
    let mut noise = 0x9E37_79B9_u32;
    RgbImage::from_fn(width, height, |_, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let level = |top: u32, bottom: u32| {
            let level = top - (top - bottom) * y / height.max(1);
            ((level + (noise & 255)) >> 8) as u8
        };
        Rgb([0, 1, 2].map(|channel| level(GROUND_TOP[channel], GROUND_BOTTOM[channel])))
    })
}

fn write(plan: &Plan, caption: &Caption) -> Canvas {
    let scale = Scale::of(plan);
    let (width, height) = (plan.width as usize, plan.height as usize);
    let mut canvas = Canvas::new(width, height);
    let wide = plan.width > plan.height;
    let left = scale.pixels(if wide { 200 } else { 96 });
    let room = width.saturating_sub(left * 2);
    let style = |size: usize, weight: u16, colour: [u8; 3], leading: u16| Style {
        size: scale.letters(size),
        weight,
        colour,
        opacity: 255,
        leading,
    };
    let number = text::set(&caption.number.to_string(), style(240, 700, PAPER, 100), room, 1);
    let seconds = text::set(&format!("{} s", caption.seconds), style(48, 400, GREY, 120), room, 1);
    let lines = if wide { 4 } else { 8 };
    let words = text::set(&caption.words, style(52, 400, PAPER, 138), room, lines);

    let rule_above = scale.pixels(28);
    let rule_height = scale.pixels(5).max(1);
    let rule_below = scale.pixels(44);
    let number_height = number.as_ref().map_or(0, |number| number.height);
    let words_height = words.as_ref().map_or(0, |words| words.height);
    let below = if words_height > 0 { rule_below + words_height } else { 0 };
    let total = number_height + rule_above + rule_height + below;
    let mut top = height.saturating_sub(total) / 2;

    // Words that run from right to left take the whole slate with them to the right edge.
    let mirrored = words.as_ref().is_some_and(|words| words.right_to_left);
    let place = |from_edge: usize, wide: usize| {
        if mirrored { width.saturating_sub(from_edge + wide) as i32 } else { from_edge as i32 }
    };
    if let Some(number) = number {
        let after_number = left + number.width + scale.pixels(30);
        let baseline = top + number.baseline;
        let number_left = place(left, number.width);
        number.draw(&mut canvas, number_left, top as i32);
        if let Some(seconds) = seconds {
            let seconds_left = place(after_number, seconds.width);
            let seconds_top = baseline.saturating_sub(seconds.baseline);
            seconds.draw(&mut canvas, seconds_left, seconds_top as i32);
        }
    }
    top += number_height + rule_above;
    let rule = scale.pixels(120);
    canvas.fill(place(left, rule), top as i32, rule as u32, rule_height as u32, AMBER, 255);
    top += rule_height + rule_below;
    if let Some(words) = words {
        let words_left = place(left, words.width);
        words.draw(&mut canvas, words_left, top as i32);
    }
    canvas
}
