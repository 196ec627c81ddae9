//! Judging a board: every finding, the price, and what is left of the limits.
//!
//! `assess` is pure and total. Whatever a board holds, also one nobody could have made in the window, it answers with
//! findings and never panics; a board without an error finding is one the provider's documented rules accept.

mod addresses;
mod frames;
mod prompts;
mod settings;
mod shots;

use crate::advice;
use crate::board::{Board, Ratio};
use crate::finding::{Finding, FindingCode, Severity};
use crate::price::{PriceTable, Quote, quote};
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What decides whether the clip has sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum AudioState {
    /// No sound.
    Off,
    /// Asked for.
    On,
    /// Switched on by the provider because the clip has several shots.
    Forced,
    /// Every clip of this model has it.
    Always,
    /// The model has none.
    Unsupported,
}

/// Everything the window needs to know after one edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Assessment {
    /// Errors first, then warnings, then advice; within each in the order of the board.
    pub findings: Vec<Finding>,
    /// No finding is an error.
    pub ready: bool,
    /// What it costs; absent when the price is not known.
    pub quote: Option<Quote>,
    /// Length in seconds.
    #[ts(type = "number")]
    pub seconds: i64,
    /// Seconds left up to the model's longest; never negative.
    #[ts(type = "number")]
    pub seconds_left: i64,
    /// What decides the sound.
    pub audio: AudioState,
    /// The shape the result will have.
    pub ratio: Ratio,
    /// The first frame decides the shape, not the setting.
    pub ratio_from_frame: bool,
    /// Characters of the main prompt.
    pub prompt_characters: u32,
    /// Characters of each shot's prompt, in order; at most as many as `shots` of the largest model, the rest is cut.
    pub shot_characters: Vec<u32>,
    /// Characters of the negative prompt.
    pub negative_characters: u32,
}

/// Judges a board against what a model allows and costs.
#[must_use]
pub fn assess(board: &Board, profile: &Profile, prices: Option<&PriceTable>) -> Assessment {
    let mut findings = Vec::new();
    shots::judge(board, profile, &mut findings);
    prompts::judge(board, profile, &mut findings);
    frames::judge(board, profile, &mut findings);
    settings::judge(board, profile, &mut findings);
    addresses::judge(board, profile, &mut findings);
    advice::advise(board, profile, &mut findings);

    let quote = prices.and_then(|prices| quote(board, profile, prices));
    if quote.is_none() {
        findings.push(Finding::new(FindingCode::PriceUnknown, Severity::Error, "model"));
    }
    findings.sort_by_key(|finding| finding.severity);

    let ready = findings.iter().all(|finding| finding.severity != Severity::Error);
    let seconds = board.seconds();
    Assessment {
        ready,
        findings,
        quote,
        seconds,
        seconds_left: (i64::from(profile.seconds.max) - seconds).clamp(0, i64::from(profile.seconds.max)),
        audio: audio_of(board, profile),
        ratio: board.result_ratio(profile.frame_decides_ratio()),
        ratio_from_frame: board.first_frame.is_some() && profile.frame_decides_ratio(),
        prompt_characters: characters(&board.prompt),
        shot_characters: board.shots.iter().take(SHOTS_COUNTED).map(|shot| characters(&shot.prompt)).collect(),
        negative_characters: characters(&board.negative_prompt),
    }
}

/// Beyond this many shots the answer stops counting: a hostile board must not make a large answer.
const SHOTS_COUNTED: usize = 64;

/// Characters as providers count them: Unicode scalar values.
#[must_use]
pub fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// What decides the sound of this board at this model.
#[must_use]
pub fn audio_of(board: &Board, profile: &Profile) -> AudioState {
    if profile.audio_always {
        AudioState::Always
    } else if !profile.audio {
        AudioState::Unsupported
    } else if profile.shots_force_audio && board.is_multi_shot() {
        AudioState::Forced
    } else if board.audio {
        AudioState::On
    } else {
        AudioState::Off
    }
}
