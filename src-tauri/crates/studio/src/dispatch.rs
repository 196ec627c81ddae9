//! From a command's name to the command.

use crate::contract::declarations::every_command;
use crate::contract::*;
use crate::problem::StudioError;
use crate::studio::Studio;
use serde_json::Value;
use sixshot_domain::{Assessment, Board, PriceTable};

macro_rules! dispatcher {
    ($($(#[doc = $doc:literal])* $name:ident($arguments:ty) -> $answer:ty;)+) => {
        impl Studio {
            /// Carries out a command of the window.
            ///
            /// # Errors
            /// Whatever the command says; `contract-broken` for an unknown command or arguments that do not fit.
            pub async fn call(&self, name: &str, arguments: Value) -> Result<Value, StudioError> {
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
