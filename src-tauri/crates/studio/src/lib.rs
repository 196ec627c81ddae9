//! The use cases: every command the window can call and every event it can hear, free of Tauri.

pub mod bell;
mod boards;
pub mod contract;
pub mod desk;
mod dispatch;
mod found;
mod frames;
mod generate;
mod key_ring;
mod keychain;
mod keys;
mod ledger_export;
pub mod media_files;
mod offers;
mod opening;
mod prices;
pub mod problem;
mod purchases_here;
mod renderer;
mod settings;
mod start;
mod studio;
mod takes;
mod views;
pub mod whereabouts;

pub use desk::{Clipboard, Desk, FileKind};
pub use dispatch::NAMES as COMMANDS;
pub use keychain::{Keychain, KeychainError, SystemKeychain};
pub use opening::{Closing, Opening, OpeningCommand};
pub use problem::StudioError;
pub use sixshot_providers::{ExposeSecret, SecretString};
pub use sixshot_queue::{Clock, Disk, SystemClock, SystemDisk};
pub use studio::{Studio, StudioParts};
