//! A local server that speaks every provider's protocol, for tests and demonstrations.
//!
//! It keeps a ledger of the paid tasks it accepted, which is what every promise about money is checked against, and
//! misbehaves on request. Never linked into the program.

mod clips;
mod control;
pub mod faults;
mod server;
pub mod state;
mod wavespeed;

pub use faults::{Fault, FaultKind, Target};
pub use server::Sandbox;
pub use state::{LedgerLine, Options};
