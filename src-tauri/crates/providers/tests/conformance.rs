//! What every adapter promises, checked against the sandbox; one file for each provider's words.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

#[path = "conformance/atlascloud.rs"]
mod atlascloud;
#[path = "conformance/boards.rs"]
mod boards;
#[path = "conformance/evolink.rs"]
mod evolink;
#[path = "conformance/fal.rs"]
mod fal;
#[path = "conformance/features.rs"]
mod features;
#[path = "conformance/foreign_servers.rs"]
mod foreign_servers;
#[path = "conformance/hostile_answers.rs"]
mod hostile_answers;
#[path = "conformance/kling.rs"]
mod kling;
#[path = "conformance/kling_legacy.rs"]
mod kling_legacy;
#[path = "conformance/lists.rs"]
mod lists;
#[path = "conformance/replicate.rs"]
mod replicate;
#[path = "conformance/server.rs"]
mod server;
#[path = "conformance/suite.rs"]
mod suite;
#[path = "conformance/table.rs"]
mod table;
#[path = "conformance/ulazai.rs"]
mod ulazai;
#[path = "conformance/vidgo.rs"]
mod vidgo;
#[path = "conformance/wavespeed.rs"]
mod wavespeed;

/// One case for each provider, in the order of the documentation.
fn cases() -> [suite::Case; 9] {
    [
        wavespeed::CASE,
        kling::CASE,
        kling_legacy::CASE,
        fal::CASE,
        replicate::CASE,
        evolink::CASE,
        vidgo::CASE,
        atlascloud::CASE,
        ulazai::CASE,
    ]
}
