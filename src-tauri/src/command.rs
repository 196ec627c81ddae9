//! The commands of the window: whatever the studio can do, by its name, and a sign of life.

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

/// The page was asked to close and lives. Heard by the window's own thread, whatever the core is busy with.
#[tauri::command]
pub fn close_heard(session: State<'_, Arc<Session>>) {
    session.hear_of_close();
}
