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
mod kills;
mod lent;
mod matrix;
mod patience;
mod points;
mod power;
mod process;
#[path = "../support/mod.rs"]
mod support;
mod try_case;
mod victim;

use libtest_mimic::{Arguments, Failed, Trial};

/// Every so-many-th crash is in the sample.
const SAMPLE: usize = 17;

fn main() {
    if let Ok(orders) = std::env::var(victim::ORDERS) {
        victim::run(serde_json::from_str(&orders).expect("orders"));
        return;
    }
    let arguments = Arguments::from_args();
    let wanted = std::env::var("SIXSHOT_FAULTS").unwrap_or_default();
    let (word, number) = wanted.split_once(':').unwrap_or((&wanted, ""));
    let number = number.parse::<usize>().ok();
    assert_ne!(number, Some(0), "nothing would be tried");
    let trials = match word {
        "all" => vec![Trial::test("every_crash_and_every_fault", move || matrix_of(1, number.unwrap_or(1)))],
        "kills" => vec![Trial::test("random_kills", move || random_kills(number.unwrap_or(1_000)))],
        "power-cuts" => vec![Trial::test("power_cuts", move || power_cuts(number.unwrap_or(100)))],
        _ => vec![
            Trial::test("every_fail_point_is_known", known_points),
            Trial::test("a_sample_of_crashes_and_faults", || matrix_of(7, SAMPLE)),
            Trial::test("some_random_kills", || random_kills(6)),
            Trial::test("some_power_cuts", || power_cuts(2)),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

fn known_points() -> Result<(), Failed> {
    let found = points::in_the_sources();
    if found == points::POINTS { Ok(()) } else { Err(format!("the sources hold {found:?}").into()) }
}

fn matrix_of(every_pair: usize, every: usize) -> Result<(), Failed> {
    let report = matrix::run(every_pair, every);
    report.print();
    if !report.broken.is_empty() {
        return Err(format!("{} cases broke a promise", report.broken.len()).into());
    }
    // A harness that kills nobody proves nothing.
    let (killed, untried) = (report.killed(), report.untried());
    if killed == 0 || (every == 1 && every_pair == 1 && !untried.is_empty()) {
        return Err(format!("{killed} were killed, and nobody at {untried:?}").into());
    }
    Ok(())
}

fn random_kills(kills: usize) -> Result<(), Failed> {
    let seed = seed();
    let tally = kills::run(kills, seed);
    println!(
        "{} kills of {} libraries with {} generations: {} tasks paid, {} answers lost, {} questions answered, {} broken promises (seed {seed})",
        tally.kills,
        tally.libraries,
        tally.generations,
        tally.tasks,
        tally.lost_answers,
        tally.questions,
        tally.violations.len()
    );
    none_broken(&tally.violations)
}

fn power_cuts(times: usize) -> Result<(), Failed> {
    let seed = seed();
    let Some(tally) = power::cut(times, seed) else {
        println!("SKIPPED: power cuts: this machine does not let a test mount a disk");
        return Ok(());
    };
    println!(
        "{} power cuts: {} confirmations and clips had been told of, {} broken promises (seed {seed})",
        tally.cuts,
        tally.told,
        tally.violations.len()
    );
    none_broken(&tally.violations)
}

/// What makes the moments random: said, so that they can be repeated.
fn seed() -> u64 {
    std::env::var("SIXSHOT_FAULTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..))
}

fn none_broken(violations: &[invariants::Violation]) -> Result<(), Failed> {
    for violation in violations {
        println!("BROKEN: {:?}: {}", violation.kind, violation.what);
    }
    if violations.is_empty() { Ok(()) } else { Err(format!("{} broken promises", violations.len()).into()) }
}
