//! What crosses to the window: every command with its arguments and answer, every event, and the types inside them.
//!
//! Declared once here; the TypeScript beside it is written by a test of this crate and checked in.

mod commands;
pub(crate) mod declarations;
mod events;
mod found;
mod generations;
mod settings;
pub mod typescript;
mod views;

pub use commands::*;
pub use events::*;
pub use found::*;
pub use generations::*;
pub use settings::*;
pub use views::*;
