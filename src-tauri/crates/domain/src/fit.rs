//! The smallest change that makes a board fit a model: what to say beside a provider that would not take it as it is.

use crate::assess::assess;
use crate::board::{Board, ShotPlan};
use crate::price::PriceTable;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One change the program can make by itself. None of them touches what a person has written, except that several
/// shots may be joined into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum BoardChange {
    TakesWithinLimit,
    GuidanceWithinLimit,
    RatioAllowed,
    CutByPerson,
    LengthWithinLimits,
    ShotsLongEnough,
    WithoutCallback,
    WithoutElements,
    WithoutLastFrame,
    WithoutFrames,
    ShotsJoined,
}

impl BoardChange {
    /// Every change, the one that takes least away first.
    const ALL: [Self; 11] = [
        Self::TakesWithinLimit,
        Self::GuidanceWithinLimit,
        Self::RatioAllowed,
        Self::CutByPerson,
        Self::ShotsLongEnough,
        Self::LengthWithinLimits,
        Self::WithoutCallback,
        Self::WithoutElements,
        Self::WithoutLastFrame,
        Self::WithoutFrames,
        Self::ShotsJoined,
    ];

    /// The board with the change made; nothing when it would change nothing.
    fn made(self, board: &Board, profile: &Profile) -> Option<Board> {
        let mut changed = board.clone();
        match self {
            Self::TakesWithinLimit => {
                changed.takes = board.takes.clamp(1, i32::try_from(profile.takes_max).unwrap_or(i32::MAX));
            }
            Self::GuidanceWithinLimit => changed.guidance = None,
            Self::RatioAllowed => changed.ratio = *profile.ratios.first()?,
            // With several shots this would send the shots' words in the place of the prompt.
            Self::CutByPerson if board.shots.len() == 1 => changed.plan = ShotPlan::Customize,
            Self::CutByPerson => {}
            Self::ShotsLongEnough => lengthen(&mut changed, profile),
            Self::LengthWithinLimits => fit_length(&mut changed, profile),
            Self::WithoutCallback => changed.callback.clear(),
            Self::WithoutElements => changed.elements.clear(),
            Self::WithoutLastFrame => {
                changed.last_frame = None;
                changed.last_frame_address.clear();
            }
            Self::WithoutFrames => {
                (changed.first_frame, changed.last_frame) = (None, None);
                changed.first_frame_address.clear();
                changed.last_frame_address.clear();
            }
            Self::ShotsJoined => join(&mut changed),
        }
        (changed != *board).then_some(changed)
    }
}

/// Makes every shot as long as the model wants shots to be.
fn lengthen(board: &mut Board, profile: &Profile) {
    if board.shots.len() < 2 {
        return;
    }
    let least = i32::try_from(profile.shot_seconds_min).unwrap_or(i32::MAX);
    for shot in &mut board.shots {
        shot.seconds = shot.seconds.max(least);
    }
    // What was added is taken from the longest, as far as they have it.
    let most = i64::from(profile.seconds.max);
    for _ in 0..64 {
        let over = board.seconds() - most;
        let longest = board.shots.iter_mut().filter(|shot| shot.seconds > least).max_by_key(|shot| shot.seconds);
        match longest {
            Some(shot) if over > 0 => shot.seconds -= 1,
            _ => return,
        }
    }
}

/// Brings the total into the model's range at the last shot.
fn fit_length(board: &mut Board, profile: &Profile) {
    let total = board.seconds();
    let wanted = total.clamp(i64::from(profile.seconds.min), i64::from(profile.seconds.max));
    if let Some(last) = board.shots.last_mut() {
        let seconds = i64::from(last.seconds) + wanted - total;
        last.seconds = i32::try_from(seconds).unwrap_or(last.seconds);
    }
}

/// One shot of all the words and seconds.
fn join(board: &mut Board) {
    if board.shots.len() < 2 {
        return;
    }
    let words: Vec<_> = board.shots.iter().map(|shot| shot.prompt.trim()).filter(|words| !words.is_empty()).collect();
    if board.plan == ShotPlan::Customize {
        board.prompt = words.join(" ");
    }
    let seconds = i32::try_from(board.seconds()).unwrap_or(i32::MAX);
    board.plan = ShotPlan::Customize;
    board.shots.truncate(1);
    if let Some(shot) = board.shots.first_mut() {
        shot.seconds = seconds;
    }
}

/// The fewest changes after which a model takes a board, and the board with them; nothing when no three suffice.
///
/// A board that fits already needs none. Whether a price is known plays no part: no change to a board makes one known.
#[must_use]
pub fn smallest_change(board: &Board, profile: &Profile, prices: &PriceTable) -> Option<(Vec<BoardChange>, Board)> {
    let fits = |board: &Board| assess(board, profile, Some(prices)).ready;
    let mut layer = vec![(Vec::new(), board.clone())];
    for _ in 0..=CHANGES_MAX {
        if let Some(found) = layer.iter().find(|(_, board)| fits(board)) {
            return Some(found.clone());
        }
        layer = layer
            .iter()
            .flat_map(|(changes, board): &(Vec<BoardChange>, Board)| {
                // In one order only: what was tried before the last change need not be tried after it.
                let after = changes.last().and_then(|last| BoardChange::ALL.iter().position(|change| change == last));
                let rest = &BoardChange::ALL[after.map_or(0, |at| at + 1)..];
                rest.iter().filter_map(|change| {
                    let changed = change.made(board, profile)?;
                    Some((changes.iter().copied().chain([*change]).collect(), changed))
                })
            })
            .collect();
    }
    None
}

/// More changes than this are another board.
const CHANGES_MAX: usize = 3;
