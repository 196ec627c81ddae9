//! The board: everything one clip is made from.

use crate::frame::Frame;
use crate::profile::{ModelId, ProviderId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names one board. Made by whoever makes the board (a UUID in the program).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct BoardId(pub String);

/// Names one shot within its board; stays with the shot when shots are reordered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ShotId(pub String);

/// The shape of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Ratio {
    /// 16:9, wide.
    #[serde(rename = "16:9")]
    Wide,
    /// 9:16, upright.
    #[serde(rename = "9:16")]
    Tall,
    /// 1:1, square.
    #[serde(rename = "1:1")]
    Square,
}

impl Ratio {
    /// Every ratio a board can have.
    pub const ALL: [Self; 3] = [Self::Wide, Self::Tall, Self::Square];

    /// Width and height in lowest terms.
    #[must_use]
    pub const fn parts(self) -> (u32, u32) {
        match self {
            Self::Wide => (16, 9),
            Self::Tall => (9, 16),
            Self::Square => (1, 1),
        }
    }

    /// As people and providers write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wide => "16:9",
            Self::Tall => "9:16",
            Self::Square => "1:1",
        }
    }

    /// The picture's size in pixels when its short side has `lines` (720 or 1080). Always even, as H.264 needs.
    #[must_use]
    pub const fn size(self, lines: u32) -> (u32, u32) {
        let long = (lines * 16 / 9) & !1;
        match self {
            Self::Wide => (long, lines),
            Self::Tall => (lines, long),
            Self::Square => (lines, lines),
        }
    }

    /// The ratio that a clip of this size has, to two in a hundred: providers round to whole blocks of pixels. `None`
    /// when it has another shape, or no size.
    #[must_use]
    pub fn of_size(width: u32, height: u32) -> Option<Self> {
        let (width, height) = (u64::from(width), u64::from(height));
        Self::ALL.into_iter().find(|ratio| {
            let (across, down) = ratio.parts();
            let (is, wanted) = (width * u64::from(down), height * u64::from(across));
            wanted > 0 && is.abs_diff(wanted) * 50 <= wanted
        })
    }

    /// The largest part of a picture that has the ratio, to the pixel below: what [`Mend::Crop`](crate::Mend::Crop)
    /// leaves.
    #[must_use]
    pub fn largest_part(self, width: u32, height: u32) -> (u32, u32) {
        let (across, down) = self.parts();
        let part = |whole: u32, numerator: u32, denominator: u32, limit: u32| {
            let cut = u64::from(whole) * u64::from(numerator) / u64::from(denominator);
            u32::try_from(cut).unwrap_or(limit).max(1).min(limit)
        };
        if u64::from(width) * u64::from(down) > u64::from(height) * u64::from(across) {
            (part(height, across, down, width), height)
        } else {
            (width, part(width, down, across, height))
        }
    }
}

/// Who decides where the cuts of a clip with several shots fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ShotPlan {
    /// The person: each shot has its own prompt and seconds.
    Customize,
    /// The provider: it cuts the main prompt into shots by itself.
    Intelligent,
}

/// One of up to six parts of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Shot {
    /// Stays with the shot when shots are reordered.
    pub id: ShotId,
    /// What happens in this shot. A board with one shot sends the board's prompt instead.
    pub prompt: String,
    /// Whole seconds. Any number can arrive here; `assess` says which are possible.
    pub seconds: i32,
    /// A still that stands for the shot in the rehearsal. Never sent to a provider.
    pub panel: Option<Frame>,
}

/// A named visual reference, written `@name` in prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Element {
    /// The word after `@`: letters, digits, `-` and `_`.
    pub name: String,
    /// The provider's id for it, as text: 64-bit numbers must survive to the last digit. Empty when only pictures are
    /// known.
    #[serde(default)]
    pub element_id: String,
    /// What it is, in words, for providers that ask.
    #[serde(default)]
    pub description: String,
    /// Pictures of it, the frontal one first, for providers that take pictures instead of an id.
    #[serde(default)]
    pub pictures: Vec<Frame>,
}

/// What a rehearsal writes over the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Overlay {
    /// The number of the shot.
    pub shot_number: bool,
    /// Seconds and frames.
    pub timecode: bool,
    /// The words of the shot.
    pub prompt: bool,
}

/// How one shot of a rehearsal follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// From one frame to the next.
    Cut,
    /// Over half a second.
    Dissolve,
}

/// A draft: everything one clip is made from.
///
/// With one shot the board's own `prompt` is sent; with several shots each shot's prompt is, and the board's prompt
/// stays with the board unsent. `shots` always holds at least one shot in a board made by the program, and `assess`
/// answers for any other board too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Board {
    /// Names the board.
    pub id: BoardId,
    /// What the person calls it.
    pub name: String,
    /// The main prompt.
    pub prompt: String,
    /// What shall not be in the picture.
    pub negative_prompt: String,
    /// The parts in order of time.
    pub shots: Vec<Shot>,
    /// Who decides the cuts.
    pub plan: ShotPlan,
    /// The picture the clip begins with.
    pub first_frame: Option<Frame>,
    /// The picture the clip ends with.
    pub last_frame: Option<Frame>,
    /// The shape of the picture, unless a first frame decides it.
    pub ratio: Ratio,
    /// Whether sound is asked for.
    pub audio: bool,
    /// How strictly the prompt is followed, in hundredths from 0 to 100; the provider's own when absent.
    pub guidance: Option<i32>,
    /// Named references for the prompts.
    pub elements: Vec<Element>,
    /// How many clips one press of Generate asks for.
    pub takes: i32,
    /// Who is asked.
    pub provider: ProviderId,
    /// What is asked of it.
    pub model: ModelId,
    /// Whether the provider's mark may stand in the clip.
    #[serde(default)]
    pub watermark: bool,
    /// An address the provider tells when the clip is ready, besides this program; empty for none.
    #[serde(default)]
    pub callback: String,
    /// Where the first frame lies on the public network, for providers that take no uploads; empty for nowhere.
    #[serde(default)]
    pub first_frame_address: String,
    /// The same for the last frame.
    #[serde(default)]
    pub last_frame_address: String,
    /// What the rehearsal writes over the picture.
    pub overlay: Overlay,
    /// How the rehearsal's shots follow one another.
    pub transition: Transition,
}

impl Board {
    /// The sum of all shots in seconds, exact for any board.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.shots.iter().map(|shot| i64::from(shot.seconds)).sum()
    }

    /// The shape of the result: the first frame's where it decides (see [`Profile::frame_decides_ratio`](crate::Profile::frame_decides_ratio)), otherwise
    /// the one that is set. Everything that foretells, rehearses or writes down a shape asks here, so that the rehearsal
    /// looks like the clip that is bought.
    #[must_use]
    pub fn result_ratio(&self, frame_decides: bool) -> Ratio {
        self.first_frame.as_ref().filter(|_| frame_decides).map_or(self.ratio, Frame::nearest_ratio)
    }

    /// Whether the clip is made of several shots that the person cut.
    #[must_use]
    pub fn is_multi_shot(&self) -> bool {
        self.shots.len() > 1 || self.plan == ShotPlan::Intelligent
    }

    /// Whether each shot's own prompt is what is sent.
    #[must_use]
    pub fn sends_shot_prompts(&self) -> bool {
        self.shots.len() > 1 && self.plan == ShotPlan::Customize
    }

    /// The words that stand for a shot: its own, or the board's when it is the only one or the provider cuts.
    #[must_use]
    pub fn words_of(&self, index: usize) -> &str {
        if self.sends_shot_prompts() {
            self.shots.get(index).map_or("", |shot| shot.prompt.as_str())
        } else {
            &self.prompt
        }
    }

    /// Every frame the board holds with the path of its field, in order of time.
    pub fn frames(&self) -> impl Iterator<Item = (String, &Frame)> {
        let first = self.first_frame.iter().map(|frame| ("first_frame".to_owned(), frame));
        let panels = self.shots.iter().enumerate();
        let panels =
            panels.filter_map(|(i, shot)| shot.panel.as_ref().map(|frame| (format!("shots[{i}].panel"), frame)));
        let last = self.last_frame.iter().map(|frame| ("last_frame".to_owned(), frame));
        let elements = self.elements.iter().enumerate().flat_map(|(i, element)| {
            let pictures = element.pictures.iter().enumerate();
            pictures.map(move |(k, frame)| (format!("elements[{i}].pictures[{k}]"), frame))
        });
        first.chain(panels).chain(last).chain(elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_a_ratio_by_its_size_or_none() {
        for (width, height, ratio) in [
            (1280, 720, Some(Ratio::Wide)),
            (1284, 716, Some(Ratio::Wide)),
            (1920, 1088, Some(Ratio::Wide)),
            (720, 1280, Some(Ratio::Tall)),
            (716, 1284, Some(Ratio::Tall)),
            (960, 952, Some(Ratio::Square)),
            (1280, 960, None),
            (1680, 720, None),
            (1280, 690, None),
            (0, 0, None),
            (1280, 0, None),
            (u32::MAX, u32::MAX, Some(Ratio::Square)),
        ] {
            assert_eq!(Ratio::of_size(width, height), ratio, "{width}x{height}");
        }
    }

    #[test]
    fn the_largest_part_of_a_picture_is_never_larger_than_it() {
        assert_eq!(Ratio::Wide.largest_part(1000, 320), (568, 320));
        assert_eq!(Ratio::Tall.largest_part(800, 450), (253, 450));
        assert_eq!(Ratio::Wide.largest_part(1920, 1080), (1920, 1080));
        assert_eq!(Ratio::Square.largest_part(500, 300), (300, 300));
        assert_eq!(Ratio::Wide.largest_part(2900, 1000), (1777, 1000));
        assert_eq!(Ratio::Wide.largest_part(1000, 2900), (1000, 562));
        assert_eq!(Ratio::Tall.largest_part(1, 1), (1, 1));
        assert_eq!(Ratio::Wide.largest_part(u32::MAX, 1), (1, 1));
        assert_eq!(Ratio::Tall.largest_part(0, 0), (0, 0));
    }

    #[test]
    fn sizes_are_even_and_keep_the_ratio() {
        assert_eq!(Ratio::Wide.size(1080), (1920, 1080));
        assert_eq!(Ratio::Tall.size(1080), (1080, 1920));
        assert_eq!(Ratio::Square.size(720), (720, 720));
        assert_eq!(Ratio::Wide.size(720), (1280, 720));
        for ratio in Ratio::ALL {
            for lines in [240, 360, 480, 720, 1080] {
                let (width, height) = ratio.size(lines);
                assert!(width % 2 == 0 && height % 2 == 0, "{width}x{height}");
            }
        }
    }
}
