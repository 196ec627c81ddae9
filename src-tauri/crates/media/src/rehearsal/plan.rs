//! The timeline of a rehearsal: which picture is seen when, and from where to where the camera goes.
//!
//! Everything is counted in whole frames, so that no length of film can drift from what the board says.

use super::camera::View;
use super::{Motion, RenderError};
use sixshot_domain::{Board, FRAMES_PER_SECOND, Frame, FrameId, Overlay, Transition};
use std::ops::Range;

/// Longest rehearsal in seconds.
const MOST_SECONDS: i64 = 60;
/// Half of a dissolve's half second lies on each side of the cut.
const DISSOLVE_SIDE: u32 = FRAMES_PER_SECOND / 4;

/// What a strip shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A picture of the board.
    Picture(FrameId),
    /// The shot's number and words, by the shot's index.
    Slate(usize),
}

/// One picture or slate on the timeline. Where two overlap, the later one dissolves in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strip {
    pub content: Content,
    pub frames: Range<u32>,
    pub from: View,
    pub to: View,
}

impl Strip {
    /// Whether nothing in it moves.
    pub fn is_still(&self) -> bool {
        self.from == self.to
    }
}

/// What is written over the picture during one shot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caption {
    pub frames: Range<u32>,
    /// Counted from 1.
    pub number: usize,
    pub seconds: u32,
    pub words: String,
    /// The shot is a slate, which shows number and words itself.
    pub on_slate: bool,
}

/// A stretch of at most a second that begins with a key frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub frames: Range<u32>,
    /// Nothing but the timecode changes in it.
    pub held: bool,
}

/// The whole rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub width: u32,
    pub height: u32,
    pub frames: u32,
    pub strips: Vec<Strip>,
    pub captions: Vec<Caption>,
    pub overlay: Overlay,
}

impl Plan {
    /// Lays the board out.
    pub fn of(board: &Board, lines: u32, motion: Motion) -> Result<Self, RenderError> {
        let lengths = lengths(board)?;
        let only_shot = board.shots.len() == 1;
        // The rehearsal's own profile and every other in the catalogue let the first frame decide, however many shots.
        let (width, height) = board.result_ratio(true).size(lines);
        let mut start = 0;
        let mut captions = Vec::with_capacity(lengths.len());
        for (index, seconds) in lengths.iter().enumerate() {
            let end = start + seconds * FRAMES_PER_SECOND;
            let words = board.words_of(index).to_owned();
            captions.push(Caption { frames: start..end, number: index + 1, seconds: *seconds, words, on_slate: false });
            start = end;
        }
        let strips = if only_shot { one_shot(board, start) } else { several_shots(board, &captions) };
        let mut plan = Self { width, height, frames: start, strips, captions, overlay: board.overlay };
        for caption in &mut plan.captions {
            let slate = Content::Slate(caption.number - 1);
            caption.on_slate = plan.strips.iter().any(|strip| strip.content == slate);
        }
        if !motion.drift {
            for strip in &mut plan.strips {
                (strip.from, strip.to) = (View::FULL, View::FULL);
            }
        }
        Ok(plan)
    }

    /// The strips seen in a frame, the one that dissolves in last.
    pub fn seen(&self, frame: u32) -> impl Iterator<Item = (usize, &Strip)> {
        self.strips.iter().enumerate().filter(move |(_, strip)| strip.frames.contains(&frame))
    }

    /// The shot a frame belongs to.
    pub fn caption_at(&self, frame: u32) -> usize {
        self.captions.iter().position(|caption| caption.frames.contains(&frame)).unwrap_or(0)
    }

    /// Cuts the timeline into stretches for the encoder. A new one begins at a hard cut and where stillness begins or
    /// ends; none is longer than a second.
    pub fn segments(&self) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut start = 0;
        for frame in 1..=self.frames {
            if frame == self.frames || self.breaks_before(frame) {
                cut_evenly(start..frame, self.is_held(start), &mut segments);
                start = frame;
            }
        }
        segments
    }

    fn is_held(&self, frame: u32) -> bool {
        let mut seen = self.seen(frame);
        let first = seen.next();
        seen.next().is_none() && first.is_none_or(|(_, strip)| strip.is_still())
    }

    fn breaks_before(&self, frame: u32) -> bool {
        let held = self.is_held(frame);
        if held != self.is_held(frame - 1) {
            return true;
        }
        if held && self.caption_at(frame) != self.caption_at(frame - 1) {
            return true;
        }
        !self.seen(frame).any(|(_, strip)| strip.frames.contains(&(frame - 1)))
    }
}

/// Pieces of nearly equal length, so that none is left with a single frame.
fn cut_evenly(frames: Range<u32>, held: bool, segments: &mut Vec<Segment>) {
    let length = frames.end - frames.start;
    let pieces = length.div_ceil(FRAMES_PER_SECOND);
    for piece in 0..pieces {
        let at = |piece: u32| frames.start + length * piece / pieces;
        segments.push(Segment { frames: at(piece)..at(piece + 1), held });
    }
}

/// The seconds of each shot, all positive, a minute at most.
fn lengths(board: &Board) -> Result<Vec<u32>, RenderError> {
    if board.shots.is_empty() || board.seconds() > MOST_SECONDS {
        return Err(RenderError::NothingToShow);
    }
    let positive = |seconds: i32| u32::try_from(seconds).ok().filter(|seconds| *seconds > 0);
    board.shots.iter().map(|shot| positive(shot.seconds).ok_or(RenderError::NothingToShow)).collect()
}

/// A single shot goes from its first frame to its last.
fn one_shot(board: &Board, frames: u32) -> Vec<Strip> {
    let strip = |frame: &Frame, frames: Range<u32>, from: View, to: View| Strip {
        content: Content::Picture(frame.id.clone()),
        frames,
        from,
        to,
    };
    match (&board.first_frame, &board.last_frame) {
        (Some(first), Some(last)) => vec![
            strip(first, 0..frames * 2 / 3, View::FULL, View::centred(1060)),
            strip(last, frames / 3..frames, View::centred(1060), View::FULL),
        ],
        (Some(first), None) => vec![strip(first, 0..frames, View::FULL, View::centred(1080))],
        (None, Some(last)) => vec![strip(last, 0..frames, View::centred(1080), View::FULL)],
        (None, None) => match board.shots.first().and_then(|shot| shot.panel.as_ref()) {
            Some(panel) => vec![strip(panel, 0..frames, View::FULL, View::centred(1080))],
            None => {
                vec![Strip { content: Content::Slate(0), frames: 0..frames, from: View::FULL, to: View::FULL }]
            }
        },
    }
}

/// Several shots show their panels one after the other, each with a little movement of its own.
fn several_shots(board: &Board, captions: &[Caption]) -> Vec<Strip> {
    let last = captions.len().saturating_sub(1);
    let side = if board.transition == Transition::Dissolve { DISSOLVE_SIDE } else { 0 };
    let shots = board.shots.iter().zip(captions).enumerate();
    shots
        .map(|(index, (shot, caption))| {
            let first_frame = board.first_frame.as_ref().filter(|_| index == 0);
            let last_frame = board.last_frame.as_ref().filter(|_| index == last);
            let picture = shot.panel.as_ref().or(first_frame).or(last_frame);
            let start = if index == 0 { caption.frames.start } else { caption.frames.start - side };
            let end = if index == last { caption.frames.end } else { caption.frames.end + side };
            let (from, to) = picture.map_or((View::FULL, View::FULL), |_| View::drift(index));
            let content = picture.map_or(Content::Slate(index), |frame| Content::Picture(frame.id.clone()));
            Strip { content, frames: start..end, from, to }
        })
        .collect()
}
