//! What is said about a board: one problem or piece of advice each, by code.
//!
//! The words stand in the window's catalogue of strings, so that another language is a file; here is only what the
//! words are filled with.

use crate::board::Ratio;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The board cannot be sent.
    Error,
    /// It can be sent, and something the person made will not be used.
    Warning,
    /// It can be sent, and might come out better.
    Advice,
}

/// Every finding there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each code says itself; its words stand in the catalogue of strings")]
pub enum FindingCode {
    ShotsNone,
    ShotsTooMany,
    ShotSecondsInvalid,
    ShotTooShort,
    TotalTooShort,
    TotalTooLong,
    PromptEmpty,
    PromptTooLong,
    PromptControlCharacter,
    ShotPromptEmpty,
    ShotPromptTooLong,
    AllShotsPromptTooLong,
    NegativePromptTooLong,
    NegativePromptUnused,
    MainPromptUnused,
    PlanUnsupported,
    FirstFrameUnsupported,
    LastFrameUnsupported,
    LastFrameNeedsFirst,
    LastFrameWithShots,
    FrameFormat,
    FrameTooHeavy,
    FrameTooSmall,
    FrameTooStretched,
    FrameAnimated,
    FrameCmyk,
    FrameDeepColour,
    FrameTransparent,
    FramesDiffer,
    FrameNeedsAddress,
    FrameAddressInvalid,
    FrameAddressUnused,
    RatioUnsupported,
    RatioFollowsFrame,
    AudioUnsupported,
    AudioForced,
    AudioAlways,
    GuidanceUnsupported,
    GuidanceOutOfRange,
    ElementsTooMany,
    ElementsNeedFrame,
    ElementNameInvalid,
    ElementIdMissing,
    ElementIdNoNumber,
    ElementPicturesCount,
    ElementUnknown,
    WatermarkUnsupported,
    CallbackUnsupported,
    CallbackInvalid,
    TakesOutOfRange,
    PriceUnknown,
    AdviceWrittenWords,
    AdviceCounting,
    AdvicePlaces,
    AdviceAlikePeople,
}

/// A change to a picture that removes a finding. The window offers it; `media` carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Mend {
    /// Cut away the sides until the picture has the ratio.
    Crop {
        /// The shape it gets.
        ratio: Ratio,
    },
    /// Write it again as a still, eight-bit, opaque picture in a format everybody reads.
    Convert,
    /// Write it again as a JPEG that stays under so many bytes.
    Reencode {
        /// The limit to stay under.
        max_bytes: u32,
    },
}

/// One problem or piece of advice about a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// Which.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// Where, as a path into the board: `shots[2].prompt`.
    pub field: String,
    /// What the words are filled with.
    pub values: BTreeMap<String, String>,
    /// What would remove it, where the program can do that by itself.
    pub mend: Option<Mend>,
}

impl Finding {
    /// A finding without values.
    #[must_use]
    pub fn new(code: FindingCode, severity: Severity, field: impl Into<String>) -> Self {
        Self { code, severity, field: field.into(), values: BTreeMap::new(), mend: None }
    }

    /// Adds one value for the words.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), value.to_string());
        self
    }

    /// Offers a mend.
    #[must_use]
    pub fn mended_by(mut self, mend: Mend) -> Self {
        self.mend = Some(mend);
        self
    }
}
