//! What a model allows, as data. The figures themselves stand in the catalogue beside their sources.

use crate::board::Ratio;
use crate::frame::ImageRules;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a provider, such as `wavespeed` or `rehearsal`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ProviderId(pub String);

impl ProviderId {
    /// The rehearsal's own id: it is a provider like any other, only free and local.
    pub const REHEARSAL: &'static str = "rehearsal";
}

impl From<&str> for ProviderId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// Names a model within its provider, such as `kling-3.0-pro`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ModelId(pub String);

impl From<&str> for ModelId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// A range of whole numbers, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// Smallest allowed.
    pub min: u32,
    /// Largest allowed.
    pub max: u32,
}

impl Span {
    /// Whether a number of any sign lies within.
    #[must_use]
    pub fn contains(self, value: i64) -> bool {
        value >= i64::from(self.min) && value <= i64::from(self.max)
    }
}

/// When a last frame may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LastFrame {
    /// Never.
    Refused,
    /// Only together with a first frame.
    WithFirst,
    /// Also alone.
    Alone,
}

/// What stands for an element in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ElementForm {
    /// An id of any letters, given by the provider.
    Id,
    /// An id that is a whole number.
    Number,
    /// Pictures of it.
    Pictures,
}

/// What one model of one provider allows and knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Profile {
    /// Who is asked.
    pub provider: ProviderId,
    /// The provider's name for people.
    pub provider_name: String,
    /// What is asked of it.
    pub model: ModelId,
    /// The model's name for people, such as `Kling 3.0`.
    pub model_name: String,
    /// The level of quality, such as `Standard`, `Pro`, `4K`.
    pub tier: String,
    /// Lines of the result's short side: 720, 1080, 2160.
    pub lines: u32,
    /// Costs nothing and needs no key.
    pub free: bool,
    /// Parts of this provider's protocol are documented nowhere: the program reads its answers as well as it can.
    pub unverified: bool,
    /// What the provider calls its own unit of money, such as `units`; absent when it counts in dollars.
    pub credit_name: Option<String>,
    /// Total length in whole seconds.
    pub seconds: Span,
    /// How many shots.
    pub shots: Span,
    /// Shortest shot of a clip with several, in whole seconds.
    pub shot_seconds_min: u32,
    /// A prompt must be given.
    pub prompt_required: bool,
    /// Longest main prompt in characters.
    pub prompt_max: u32,
    /// Longest prompt of one shot in characters.
    pub shot_prompt_max: u32,
    /// Longest text that all shots' prompts make together, as the provider counts it; absent when only each counts.
    pub all_shots_prompt_max: Option<u32>,
    /// Longest negative prompt in characters; absent when the model does not know one.
    pub negative_prompt_max: Option<u32>,
    /// The negative prompt counts for a clip with several shots too.
    pub negative_prompt_with_shots: bool,
    /// Shapes it can make.
    pub ratios: Vec<Ratio>,
    /// With a first frame the result takes the frame's shape and the ratio is not sent.
    pub ratio_follows_frame: bool,
    /// A first frame may be given.
    pub first_frame: bool,
    /// When a last frame may be given.
    pub last_frame: LastFrame,
    /// A last frame may be given together with several shots.
    pub last_frame_with_shots: bool,
    /// Frames are taken by public address only: there is no upload.
    pub frames_by_address: bool,
    /// Sound can be asked for.
    pub audio: bool,
    /// Every clip has sound, asked for or not.
    pub audio_always: bool,
    /// Several shots switch sound on, and bill it.
    pub shots_force_audio: bool,
    /// The strictness of the prompt can be set.
    pub guidance: bool,
    /// It can cut the main prompt into shots by itself.
    pub intelligent_plan: bool,
    /// Most elements.
    pub elements_max: u32,
    /// Elements work only together with a first frame.
    pub elements_need_frame: bool,
    /// What stands for an element.
    pub element_form: ElementForm,
    /// How many pictures an element has, where pictures stand for it.
    pub element_pictures: Span,
    /// The provider's mark in the clip can be switched.
    pub watermark: bool,
    /// An address can be given that is told when the clip is ready.
    pub callback: bool,
    /// Most takes by one press of Generate.
    pub takes_max: u32,
    /// Which pictures it takes.
    pub image: ImageRules,
}

impl Profile {
    /// Whether a first frame decides the shape of the result, with one shot and with several alike. A frame that this
    /// model does not take decides nothing.
    #[must_use]
    pub const fn frame_decides_ratio(&self) -> bool {
        self.first_frame && self.ratio_follows_frame
    }
}
