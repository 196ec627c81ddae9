//! What the queue promises, with the real queue: one program, so that its tests wait for their clocks beside one another.

mod support;

mod accounts;
mod addresses;
mod clocks;
mod downloads;
mod faults;
mod hostile_clips;
mod limits;
mod links;
mod machine;
mod patience;
mod polling;
mod promises;
mod published;
mod restored;
