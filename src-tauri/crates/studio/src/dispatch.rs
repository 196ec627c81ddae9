//! From a command's name to the command.

use crate::contract::declarations::every_command;
use crate::contract::*;
use crate::problem::StudioError;
use crate::studio::Studio;
use serde_json::Value;
use sixshot_domain::{Assessment, Board, PriceTable};
use sixshot_store::StoreError;

/// Commands that change nothing: the only ones in a library that may only be looked at.
const LOOKS: &[&str] = &[
    "start",
    "ready",
    "list_boards",
    "open_board",
    "assess",
    "compare_offers",
    "fit_board",
    "ask_price",
    "preview_request",
    "list_takes",
    "open_take",
    "reveal_take",
    "export_take",
    "export_ledger",
    "test_key",
];

macro_rules! dispatcher {
    ($($(#[doc = $doc:literal])* $name:ident($arguments:ty) -> $answer:ty;)+) => {
        impl Studio {
            /// Carries out a command of the window.
            ///
            /// # Errors
            /// Whatever the command says; `contract-broken` for an unknown command or arguments that do not fit.
            pub async fn call(&self, name: &str, arguments: Value) -> Result<Value, StudioError> {
                if let Some(problem) = self.read_only.as_ref().filter(|_| !LOOKS.contains(&name)) {
                    return Err(StoreError::ReadOnly { reason: problem.message.clone() }.into());
                }
                if name != "start" {
                    // Whatever it changes would be missing in an answer that was read before.
                    self.forget_prepared_start();
                }
                match name {
                    $(
                        stringify!($name) => {
                            let arguments: $arguments = serde_json::from_value(arguments)
                                .map_err(|error| StudioError::Contract(format!("{name}: {error}")))?;
                            let answer: $answer = self.$name(arguments).await?;
                            serde_json::to_value(answer)
                                .map_err(|error| StudioError::Contract(format!("{name}: {error}")))
                        }
                    )+
                    _ => Err(StudioError::Contract(format!("there is no command {name}"))),
                }
            }
        }
    };
}
every_command!(dispatcher);

macro_rules! names {
    ($($(#[doc = $doc:literal])* $name:ident($arguments:ty) -> $answer:ty;)+) => {
        /// The name of every command.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}
every_command!(names);
