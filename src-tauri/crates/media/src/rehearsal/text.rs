//! Words set in lines and drawn on a canvas.

use super::fonts::{self, Fonts};
use super::layer::Canvas;
use cosmic_text::{Align, Attrs, Buffer, Color, Family, Metrics, Shaping, Weight, Wrap};

/// More than fits on any slate; a prompt of a hundred thousand characters is cut before it is shaped.
const MOST_CHARACTERS: usize = 1200;

/// How words look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Height of the letters' body in pixels.
    pub size: f32,
    /// 400 is regular, 700 bold.
    pub weight: u16,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// 0 to 255.
    pub opacity: u8,
    /// From line to line, in hundredths of the size.
    pub leading: u16,
}

/// Words ready to be drawn.
pub(super) struct Block {
    buffer: Buffer,
    style: Style,
    /// Width of the widest line in pixels, rounded up.
    pub width: usize,
    /// Height of all lines in pixels, rounded up.
    pub height: usize,
    /// From the top to the first line's baseline.
    pub baseline: usize,
    /// The words run from right to left.
    pub right_to_left: bool,
}

/// Sets words in at most `lines` lines of at most `width` pixels, with an ellipsis when they do not fit. `None` when
/// there is nothing to set or nothing to set it with.
pub(super) fn set(words: &str, style: Style, width: usize, lines: usize) -> Option<Block> {
    let words = tidy(words);
    if words.is_empty() || width == 0 {
        return None;
    }
    fonts::with(|fonts| set_with(fonts, &words, style, width, lines)).flatten()
}

fn set_with(fonts: &mut Fonts, words: &str, style: Style, width: usize, lines: usize) -> Option<Block> {
    let line_height = (style.size * f32::from(style.leading) / 100.0).round();
    let mut buffer = Buffer::new(&mut fonts.system, Metrics::new(style.size, line_height));
    buffer.set_wrap(Wrap::WordOrGlyph);
    buffer.set_size(Some(width as f32), None);
    let family = fonts.family.map_or(Family::SansSerif, Family::Name);
    let attributes = Attrs::new().family(family).weight(Weight(style.weight));
    buffer.set_text(words, &attributes, Shaping::Advanced, None);
    buffer.shape_until_scroll(&mut fonts.system, false);
    // The shaper's own ellipsis leaves the space of the line break standing, so the words are cut here.
    let mut kept = words.to_owned();
    while let Some(shorter) = shortened(&buffer, &kept, lines) {
        buffer.set_text(&format!("{shorter}\u{2026}"), &attributes, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut fonts.system, false);
        kept = shorter;
    }
    let mut block = Block { buffer, style, width: 0, height: 0, baseline: 0, right_to_left: false };
    block.measure();
    // Words written from right to left lean on the right edge of their own width, not of the room they were given.
    if block.right_to_left {
        let tight = block.width as f32 + 1.0;
        block.buffer.set_size(Some(tight.min(width as f32)), None);
        for line in &mut block.buffer.lines {
            line.set_align(Some(Align::Right));
        }
        block.buffer.shape_until_scroll(&mut fonts.system, false);
        block.measure();
    }
    (block.height > 0).then_some(block)
}

/// What is kept of the words when they take more lines than they may; `None` when they fit.
fn shortened(buffer: &Buffer, words: &str, lines: usize) -> Option<String> {
    let mut runs = buffer.layout_runs().skip(lines.max(1) - 1);
    let last = runs.next()?;
    runs.next()?;
    let end = last.glyphs.iter().map(|glyph| glyph.end).max().unwrap_or(0).min(words.len());
    let shown = words.get(..end).unwrap_or_default().trim_end();
    // Something must go, or this would never end: the last word when there is one to spare, or the last letter.
    let cut = match shown.rfind(' ') {
        Some(space) if shown.len() - space < 24 => space,
        _ => shown.char_indices().next_back().map_or(0, |(start, _)| start),
    };
    (cut > 0).then(|| shown[..cut].trim_end().to_owned())
}

impl Block {
    fn measure(&mut self) {
        (self.width, self.height) = (0, 0);
        for (index, run) in self.buffer.layout_runs().enumerate() {
            self.width = self.width.max(run.line_w.ceil() as usize);
            self.height = (run.line_top + run.line_height).ceil() as usize;
            if index == 0 {
                self.baseline = run.line_y.round() as usize;
                self.right_to_left = run.rtl;
            }
        }
    }

    /// Draws the words with their upper left corner at a place on the canvas.
    pub fn draw(mut self, canvas: &mut Canvas, left: i32, top: i32) {
        let [red, green, blue] = self.style.colour;
        let opacity = u32::from(self.style.opacity);
        // Where there are no fonts there is no block, so nothing is lost when the fonts cannot be had here.
        let drawn = fonts::with(|fonts| {
            let colour = Color::rgb(red, green, blue);
            self.buffer.draw(&mut fonts.system, &mut fonts.glyphs, colour, |x, y, width, height, colour| {
                let (red, green, blue, alpha) = colour.as_rgba_tuple();
                let alpha = (u32::from(alpha) * opacity + 127) / 255;
                canvas.fill(left + x, top + y, width, height, [red, green, blue], alpha as u8);
            });
        });
        if drawn.is_none() {
            tracing::debug!("a text was not drawn");
        }
    }
}

/// One line without control characters, cut to what can be shown.
fn tidy(words: &str) -> String {
    let mut tidied = String::new();
    for word in
        words.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty())
    {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.extend(word.chars().take(MOST_CHARACTERS));
        if tidied.len() > MOST_CHARACTERS * 4 {
            break;
        }
    }
    match tidied.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => tidied[..end].to_owned(),
        None => tidied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_tidied_and_cut() {
        assert_eq!(tidy(" a\n\tb\0c  d "), "a b c d");
        assert_eq!(tidy(&"\0".repeat(9)), "");
        assert_eq!(tidy(&"x".repeat(100_000)).chars().count(), MOST_CHARACTERS);
        assert!(tidy(&"字 ".repeat(100_000)).chars().count() <= MOST_CHARACTERS);
    }
}
