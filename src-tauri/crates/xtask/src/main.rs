//! The one-word habits.
fn main() {}
