//! Frames, thumbnails, the rehearsal renderer and MP4 probing.
//!
//! Everything here works on bytes and files that nobody has checked yet, so each reader measures before it allocates
//! and answers with an error that has a code, never with a panic. Nothing here knows the library, the network or the
//! window: what is read comes in as bytes or a path, and what is made goes out the same way.

mod anatomy;
pub mod clip;
mod decode;
pub mod intake;
mod intake_error;
pub mod mend;
pub mod rehearsal;
pub mod sample;
pub mod thumbnail;

pub use clip::{ClipError, ClipFacts, poster, probe, still, verify};
pub use intake::{IntakeNote, Picture, take_in, take_in_file, take_in_pixels};
pub use intake_error::IntakeError;
pub use mend::mend;
pub use rehearsal::{Motion, Pictures, RenderError, Rendered, Watch, render, render_with};
pub use sample::sample_pictures;
pub use thumbnail::thumbnail;
