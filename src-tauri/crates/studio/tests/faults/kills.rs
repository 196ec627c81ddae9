//! Random kills of a busy queue: forty generations over all providers, killed again and again until all have ended.

use crate::clock::world;
use crate::invariants::{self, Kind, Known, Violation, broken};
use crate::process::Victim;
use crate::try_case::{Heardsay, PATIENCE, options};
use crate::victim::Orders;
use sixshot_sandbox::{DIALECTS, Fault, FaultKind, Sandbox, Target};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, Runtime};

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
    pub violations: Vec<Violation>,
}

/// Kills so many times, by a seed that makes the moments repeatable.
pub fn run(kills: usize, seed: u64) -> Tally {
    let runtime = Runtime::new().expect("a runtime");
    let clips = runtime.block_on(Sandbox::start(options())).expect("a port");
    let (tally, left, library) = (Mutex::new(Tally::default()), AtomicUsize::new(kills), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while left.load(Ordering::SeqCst) > 0 {
                    let number = library.fetch_add(1, Ordering::SeqCst);
                    let random = fastrand::Rng::with_seed(seed.wrapping_add(number as u64));
                    one_library(&clips, runtime.handle(), random, &left, &tally);
                }
            });
        }
    });
    tally.into_inner().expect("a tally")
}

fn one_library(clips: &Sandbox, runtime: &Handle, mut random: fastrand::Rng, left: &AtomicUsize, tally: &Mutex<Tally>) {
    let sandbox = runtime.block_on(clips.start_beside(options())).expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let all: Vec<(String, String)> =
        (0..BUSY).map(|number| (DIALECTS[number % DIALECTS.len()].to_owned(), format!("n{number}"))).collect();
    let mut orders = Orders {
        home: folder.path().join("library"),
        sandbox: format!("http://{}", sandbox.address()),
        began: world(),
        buys: all.clone(),
        crash: None,
        count_points: false,
        answers: true,
    };
    let mut heard = Heardsay::default();
    let mut kills = 0;
    while !heard.settled && take_one(left) {
        // A part of the answers is lost besides.
        if random.u8(..3) == 0 {
            sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
        }
        orders.buys = all.iter().filter(|(_, name)| !heard.confirmed.contains(name)).cloned().collect();
        let moment = Instant::now() + Duration::from_millis(random.u64(40..900));
        heard.follow(Victim::start(&orders), &sandbox, moment);
        kills += usize::from(!heard.settled);
    }
    sandbox.clear_faults();
    heard.settled = false;
    orders.buys = all.iter().filter(|(_, name)| !heard.confirmed.contains(name)).cloned().collect();
    heard.follow(Victim::start(&orders), &sandbox, Instant::now() + 2 * PATIENCE);
    if !heard.settled {
        heard.violations.push(broken(Kind::Stuck, "a busy queue does not settle"));
    }
    let ledger = sandbox.ledger();
    let known = Known {
        home: &orders.home,
        ledger: &ledger,
        confirmed: &heard.confirmed,
        again: &heard.again,
        said: &heard.said,
        may_ask: false,
    };
    heard.violations.extend(invariants::check(&known));
    let mut tally = tally.lock().expect("a tally");
    tally.kills += kills;
    tally.libraries += 1;
    tally.generations += heard.confirmed.len();
    tally.questions += heard.asked;
    tally.tasks += ledger.len();
    tally.violations.append(&mut heard.violations);
    eprintln!("{} kills, {} broken promises", tally.kills, tally.violations.len());
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}
