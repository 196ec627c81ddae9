//! Random kills of a busy queue: forty generations over all providers, killed again and again until all have ended.

use crate::clock::world;
use crate::invariants::{self, Kind, Violation, broken};
use crate::lent::Lent;
use crate::process::Victim;
use crate::try_case::{Heardsay, PATIENCE};
use crate::victim::Orders;
use sixshot_sandbox::{DIALECTS, Fault, FaultKind, Target};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Generations of one library.
const BUSY: usize = 40;
/// Libraries at the same time.
const AT_ONCE: usize = 3;

/// What came of the kills.
#[derive(Debug, Default)]
pub struct Tally {
    pub kills: usize,
    pub libraries: usize,
    pub generations: usize,
    /// Requests whose answer was lost and that the person answered for.
    pub questions: usize,
    pub tasks: usize,
    /// How often an answer to a purchase was lost.
    pub lost_answers: usize,
    pub violations: Vec<Violation>,
}

/// Kills so many times, by a seed that makes the moments repeatable.
pub fn run(kills: usize, seed: u64) -> Tally {
    let lent = Lent::make();
    let (tally, left, library) = (Mutex::new(Tally::default()), AtomicUsize::new(kills), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while left.load(Ordering::SeqCst) > 0 {
                    let number = library.fetch_add(1, Ordering::SeqCst);
                    let random = fastrand::Rng::with_seed(seed.wrapping_add(number as u64));
                    one_library(&lent, random, &left, &tally);
                }
            });
        }
    });
    tally.into_inner().expect("a tally")
}

fn one_library(lent: &Lent, mut random: fastrand::Rng, left: &AtomicUsize, tally: &Mutex<Tally>) {
    let sandbox = lent.sandbox();
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("library");
    lent.library(&home);
    let all: Vec<(String, String)> =
        (0..BUSY).map(|number| (DIALECTS[number % DIALECTS.len()].to_owned(), format!("n{number}"))).collect();
    let mut orders = Orders { answers: true, ..Orders::new(&home, &sandbox, world()) };
    let mut heard = Heardsay::default();
    let mut kills = 0;
    while !heard.settled && take_one(left) {
        // A part of the answers is lost besides.
        if random.u8(..3) == 0 {
            sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
        }
        orders.buys = all.iter().filter(|(_, name)| !heard.confirmed.contains(name)).cloned().collect();
        let mut victim = Victim::start(&orders);
        // A life begins when the library is open. Some end before.
        let opened = heard.wait_for("open", &mut victim, Instant::now() + PATIENCE);
        let life = Duration::from_millis(if opened { random.u64(0..900) } else { 0 });
        heard.follow(victim, &sandbox, Instant::now() + life);
        if heard.settled {
            // Nothing was left to kill.
            left.fetch_add(1, Ordering::SeqCst);
        } else {
            kills += 1;
        }
    }
    sandbox.clear_faults();
    heard.settled = false;
    orders.buys = all.iter().filter(|(_, name)| !heard.confirmed.contains(name)).cloned().collect();
    heard.follow(Victim::start(&orders), &sandbox, Instant::now() + 2 * PATIENCE);
    if !heard.settled {
        heard.violations.push(broken(Kind::Stuck, "a busy queue does not settle"));
    }
    let ledger = sandbox.ledger();
    let broken_promises = heard.check(&orders.home, &ledger);
    heard.violations.extend(broken_promises);
    let mut tally = tally.lock().expect("a tally");
    tally.kills += kills;
    tally.libraries += 1;
    tally.generations += heard.confirmed.len();
    tally.questions += heard.asked;
    tally.tasks += ledger.len();
    tally.lost_answers += invariants::lost_answers(&orders.home);
    tally.violations.append(&mut heard.violations);
    eprintln!("{} kills, {} broken promises", tally.kills, tally.violations.len());
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
