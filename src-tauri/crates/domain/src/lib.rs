//! What a clip is, what a provider allows, what it costs.
//!
//! This crate decides and never asks: time, ids and randomness come in as arguments, and nothing here opens a file,
//! a socket or a clock. That is why one table of tests can hold every rule a person's money depends on.

pub mod advice;
pub mod assess;
pub mod board;
pub mod finding;
mod fit;
pub mod frame;
pub mod generation;
pub mod money;
pub mod price;
pub mod profile;
pub mod sample;
pub mod timecode;

pub use assess::{Assessment, assess};
pub use board::{Board, BoardId, Element, Overlay, Ratio, Shot, ShotId, ShotPlan, Transition};
pub use finding::{Finding, FindingCode, Mend, Severity};
pub use fit::{BoardChange, smallest_change};
pub use frame::{Frame, FrameId, FrameTrait, ImageFormat, ImageRules};
pub use generation::{GenerationId, GenerationState};
pub use money::{MicroCredits, MicroDollars};
pub use price::{PriceTable, Quote, Rate, quote};
pub use profile::{ElementForm, LastFrame, ModelId, Profile, ProviderId, Span};
pub use timecode::FRAMES_PER_SECOND;
