//! What the window may ask and what it is told: one program, so that its tests wait beside one another. Tests that die, or
//! that listen to the whole process, are programs of their own.

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod commands;
mod copied;
mod found;
mod full_disk;
mod keys;
mod ledger_export;
mod lost_answer;
mod odd_pictures;
mod prices;
mod read_only;
mod repaired;
mod room;
mod send_again;
mod shapes;
mod stored_pictures;
