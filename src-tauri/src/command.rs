//! The one command of the window: whatever the studio can do, by its name.

#![expect(clippy::let_underscore_must_use, reason = "written by the macro of the command")]

use crate::session::Session;
use serde_json::Value;
use sixshot_studio::contract::Problem;
use std::sync::Arc;
use tauri::State;

/// Carries out a command of the studio.
#[tauri::command]
pub async fn call(session: State<'_, Arc<Session>>, name: String, arguments: Value) -> Result<Value, Problem> {
    session.call(&name, arguments).await
}
