//! The life of a generation: a pure state machine and the driver that runs it.
//!
//! The rule above all others: a paid request is sent at most once for each confirmation. `machine` decides,
//! `purchase` is the only place that can pay, and everything is in the library before it is done.

mod accounts;
pub mod address;
mod download;
mod driver;
mod fence;
mod finish;
mod found;
mod happening;
#[cfg(test)]
mod hostile_addresses;
pub mod limits;
pub mod links;
mod lost;
pub mod machine;
mod moves;
pub mod naming;
mod pace;
mod part;
mod patience;
pub mod policy;
mod polling;
pub mod ports;
mod prepare;
mod published;
mod purchase;
pub mod ranges;
pub mod reconcile;
mod restored;
pub mod room;
mod sidecar;
mod turns;

pub use driver::{Queue, QueueError, QueueParts, is_local, was_failure};
pub use found::{Found, FoundTasks};
pub use limits::Limits;
pub use polling::OTHER_ACCOUNT;
pub use ports::{AccountKeys, Clock, KeyProblem, Keys, SystemClock};
pub use reconcile::{Candidate, Doubt, Evidence, Verdict};
pub use room::{Disk, NoRoom, SystemDisk};
