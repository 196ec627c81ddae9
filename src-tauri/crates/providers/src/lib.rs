//! One trait, one file per provider, and the catalogue of models, limits and prices.
//!
//! Only this crate knows a provider's words. What it answers is already in the program's own: a task runs, succeeded
//! or failed; a purchase was accepted, refused, never sent, or nobody knows. Nothing here decides when to send.

pub mod address;
pub mod atlascloud;
pub mod catalogue;
mod client;
pub mod error;
pub mod evolink;
pub mod fal;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod http;
pub mod kling;
mod listing;
pub mod provider;
mod reading;
pub mod registry;
pub mod rehearsal;
pub mod replicate;
mod told;
pub mod ulazai;
pub mod vidgo;
pub mod wavespeed;
mod writing;

pub use catalogue::{Catalogue, LookUp, ModelEntry, PictureWay, ProviderEntry};
pub use error::ProviderError;
pub use provider::{
    Account, AccountTask, AccountTasks, Bill, Composed, Composition, LostRequest, Output, PictureSlot, Provider, Reach,
    RemoteFailure, RemoteState, RemoteTask, Standing, SubmitAnswer, UploadedFrame,
};
pub use registry::Registry;
pub use secrecy::{ExposeSecret, SecretString};
pub use writing::base64;
