//! The use cases: every command the window can call and every event it can hear, free of Tauri.

pub mod contract;
