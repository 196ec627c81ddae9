//! The fault harness: the program is killed at every step, against every provider, while the network does its worst,
//! and every promise is checked afterwards on the disk and in the sandbox's ledger.
//!
//! Without a word in `SIXSHOT_FAULTS` a fixed sample runs. `all` runs the whole matrix, `kills` and `power-cuts` the
//! random ones, each with the number after a colon.

#![expect(clippy::expect_used, clippy::panic, reason = "a broken test says so by panicking")]
#![cfg(unix)]

mod case;
mod clock;
mod invariants;
mod matrix;
mod points;
mod process;
#[path = "../support/mod.rs"]
mod support;
mod try_case;
mod victim;

use libtest_mimic::{Arguments, Failed, Trial};

/// Every so-many-th crash is in the sample.
const SAMPLE: usize = 41;

fn main() {
    if let Ok(orders) = std::env::var(victim::ORDERS) {
        victim::run(serde_json::from_str(&orders).expect("orders"));
        return;
    }
    let arguments = Arguments::from_args();
    let wanted = std::env::var("SIXSHOT_FAULTS").unwrap_or_default();
    let (word, number) = wanted.split_once(':').unwrap_or((&wanted, ""));
    let number = number.parse::<usize>().ok();
    let trials = match word {
        "all" => vec![Trial::test("every_crash_and_every_fault", move || matrix_of(number.unwrap_or(1)))],
        _ => vec![
            Trial::test("every_fail_point_is_known", known_points),
            Trial::test("a_sample_of_crashes_and_faults", || matrix_of(SAMPLE)),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn known_points() -> Result<(), Failed> {
    let found = points::in_the_sources();
    if found == points::POINTS { Ok(()) } else { Err(format!("the sources hold {found:?}").into()) }
}

fn matrix_of(every: usize) -> Result<(), Failed> {
    let report = matrix::run(every);
    report.print();
    if report.broken.is_empty() { Ok(()) } else { Err(format!("{} cases broke a promise", report.broken.len()).into()) }
}
