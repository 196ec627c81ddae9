//! A local server that speaks every provider's protocol, for tests and demonstrations.
//!
//! It keeps a ledger of the paid tasks it accepted, which is what every promise about money is checked against, and
//! misbehaves on request. Never linked into the program.

mod atlascloud;
mod clips;
mod control;
mod dialect;
mod evolink;
mod fal;
pub mod faults;
mod kling;
mod replicate;
mod server;
pub mod state;
mod ulazai;
mod vidgo;
mod wavespeed;

/// The providers whose protocols are spoken.
pub const DIALECTS: [&str; 9] =
    ["wavespeed", "kling", "kling-legacy", "fal", "replicate", "evolink", "vidgo", "atlascloud", "ulazai"];

pub use faults::{Fault, FaultKind, Target};
pub use server::Sandbox;
pub use state::{Arrival, LedgerLine, Options, Traffic};

/// A grey picture in the PNG format, for tests that need something to upload.
#[must_use]
pub fn grey_png(width: u32, height: u32) -> Vec<u8> {
    let pixels = vec![128; width as usize * height as usize * 4];
    sixshot_media::take_in_pixels(width, height, &pixels).map(|picture| picture.bytes).unwrap_or_default()
}
