//! One case from its beginning to the check of every promise.

use crate::case::Case;
use crate::clock::{SLOW, SPEED, world};
use crate::invariants::{self, Kind, Known, Violation, broken, tasks_of};
use crate::lent::Lent;
use crate::patience;
use crate::process::{Heard, Victim};
use crate::victim::Orders;
use serde_json::Value;
use sixshot_sandbox::{LedgerLine, Options, Sandbox};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// A run that does not settle in so much of the world's time is stuck: by the victim's clock, many hours.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// The names of the purchases of a case: the first alone, or all where moments are counted.
const NAMES: [&str; 5] = ["one", "two", "three", "four", "five"];

/// What came of a case.
#[derive(Default)]
pub struct Outcome {
    pub violations: Vec<Violation>,
    /// Whether the program was killed at every place where it was to be.
    pub killed: bool,
    /// How often every point was passed, where that was asked.
    pub passed: Vec<(String, u32)>,
}

/// Whose passes of the points are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Nobodys,
    FirstLife,
    SecondLife,
}

pub fn options() -> Options {
    Options {
        waiting: Duration::from_millis(20),
        running: Duration::from_millis(40),
        lines: Some(240),
        ..Options::default()
    }
}

/// What was heard of a victim.
#[derive(Default)]
pub struct Heardsay {
    pub confirmed: HashSet<String>,
    /// Generations by their ids: the name of their purchase.
    pub names: HashMap<String, String>,
    /// Questions that were asked.
    pub asked: usize,
    /// Takes that were said to be in the library.
    pub kept: Vec<String>,
    pub said: String,
    pub settled: bool,
    /// The last process was killed by itself, at the place that was named.
    pub killed: bool,
    pub passed: Vec<(String, u32)>,
    pub violations: Vec<Violation>,
}

impl Heardsay {
    /// Every promise that was broken, by what was heard, what is on the disk and what was paid.
    pub fn check(&self, home: &Path, ledger: &[LedgerLine]) -> Vec<Violation> {
        invariants::check(&Known { home, ledger, confirmed: &self.confirmed, said: &self.said })
    }

    /// Listens for one word; whether it came before the victim ended.
    pub fn wait_for(&mut self, wanted: &str, victim: &mut Victim, deadline: Instant) -> bool {
        loop {
            match victim.listen(deadline) {
                Heard::Said(word, _) if word == wanted => return true,
                Heard::Said(_, _) => {}
                Heard::Ended | Heard::Nothing => return false,
            }
        }
    }

    /// Listens until the victim ends or the deadline passes, and answers what it asks.
    pub fn follow(&mut self, mut victim: Victim, sandbox: &Sandbox, deadline: Instant) {
        let mut lived = true;
        loop {
            match victim.listen(deadline) {
                Heard::Said(word, what) => self.hear(&word, &what, &mut victim, sandbox),
                Heard::Ended => break,
                Heard::Nothing => {
                    victim.kill();
                    lived = false;
                    break;
                }
            }
        }
        let (said, killed) = victim.end();
        self.said.push_str(&said);
        self.killed = killed && lived;
    }

    fn hear(&mut self, word: &str, what: &Value, victim: &mut Victim, sandbox: &Sandbox) {
        let text = |field: &str| what[field].as_str().unwrap_or_default().to_owned();
        match word {
            "confirmed" => {
                self.confirmed.insert(text("name"));
                self.names.insert(text("id"), text("name"));
            }
            "kept" => self.kept.push(text("take")),
            "asked" => {
                self.asked += 1;
                let name = self.names.get(&text("id")).cloned().unwrap_or_default();
                let ledger = sandbox.ledger();
                match tasks_of(&ledger, &name).last() {
                    Some(task) => {
                        if what["verdict"] == "absent" {
                            let words = format!("{name} is said to be absent and is there");
                            self.violations.push(broken(Kind::PaidTwice, words));
                        }
                        victim.answer(&format!("adopt {}", task.task));
                    }
                    None => victim.answer("again"),
                }
            }
            "settled" => self.settled = true,
            "passed" => self.passed = serde_json::from_value(what.clone()).unwrap_or_default(),
            "refused" => self.violations.push(broken(Kind::Stuck, format!("it does not start: {what}"))),
            _ => {}
        }
    }
}

/// Tries a case.
pub fn try_case(case: &Case, lent: &Lent, counted: Counted) -> Outcome {
    let sandbox = lent.sandbox();
    for fault in &case.fault.faults {
        sandbox.add_fault(fault.clone());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("library");
    lent.library(&home);
    let base = Orders::new(&home, &sandbox, world());
    let (names, speed) = if case.counted { (&NAMES[..], SLOW) } else { (&NAMES[..1], SPEED) };
    let first = Orders {
        buys: names.iter().map(|name| (case.provider.to_owned(), (*name).to_owned())).collect(),
        speed,
        crash: case.crash.clone(),
        count_points: counted == Counted::FirstLife,
        ahead: case.fault.hours_ahead * 3_600_000,
        ..base.clone()
    };
    let mut heard = Heardsay::default();
    live(&mut heard, &first, &sandbox);
    let mut killed = heard.killed;
    heard.violations.extend(patience::check(&sandbox.arrivals(), speed, names.len()));

    // The network is well again, the clock is right, and the person answers what is asked.
    sandbox.clear_faults();
    let well = Orders { answers: true, ..base };
    let second = Orders { crash: case.second.clone(), count_points: counted == Counted::SecondLife, ..well.clone() };
    live(&mut heard, &second, &sandbox);
    if case.second.is_some() {
        killed &= heard.killed;
        if heard.killed {
            live(&mut heard, &well, &sandbox);
        }
    }
    let mut violations = heard.check(&well.home, &sandbox.ledger());
    if !violations.is_empty() {
        violations.push(broken(Kind::Other, format!("said: {}", heard.said)));
    }
    heard.violations.extend(violations);
    Outcome { violations: heard.violations, killed, passed: heard.passed }
}

/// One life: it settles, or it is killed where it was to be, and anything else is a broken promise.
fn live(heard: &mut Heardsay, orders: &Orders, sandbox: &Sandbox) {
    heard.settled = false;
    heard.follow(Victim::start(orders), sandbox, Instant::now() + PATIENCE);
    let ended_as_told = heard.settled || (heard.killed && orders.crash.is_some());
    if !ended_as_told {
        heard.violations.push(broken(Kind::Stuck, "it does not settle"));
    }
}
