//! The whole matrix, or a fixed sample of it: providers, network faults, crash points.

use crate::case::{Case, LASTING, NamedFault, TAKEN_UP, crashes, faults};
use crate::invariants::{Kind, Violation};
use crate::lent::Lent;
use crate::points::POINTS;
use crate::try_case::{Counted, Outcome, try_case};
use crate::victim::CrashPoint;
use sixshot_sandbox::DIALECTS;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Cases tried at the same time: most of each is waiting.
const AT_ONCE: usize = 8;

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    pub cases: usize,
    pub killed: usize,
    pub broken: BTreeMap<Kind, usize>,
}

/// What came of a matrix.
#[derive(Default)]
pub struct Report {
    by_fault: BTreeMap<usize, (String, Sums)>,
    by_provider: BTreeMap<&'static str, Sums>,
    /// How often it was killed at each point.
    by_point: BTreeMap<String, usize>,
    pub broken: Vec<String>,
}

impl Report {
    fn add(&mut self, fault: usize, case: &Case, killed: bool, violations: &[Violation]) {
        let (_, sums) = self.by_fault.entry(fault).or_insert_with(|| (case.fault.name.to_owned(), Sums::default()));
        for sums in [sums, self.by_provider.entry(case.provider).or_default()] {
            sums.cases += 1;
            sums.killed += usize::from(killed);
            for kind in [Kind::PaidTwice, Kind::Lost, Kind::Stuck, Kind::Other] {
                let some = violations.iter().any(|violation| violation.kind == kind);
                *sums.broken.entry(kind).or_default() += usize::from(some);
            }
        }
        if killed && let Some(crash) = case.second.as_ref().or(case.crash.as_ref()) {
            *self.by_point.entry(crash.name.clone()).or_default() += 1;
        }
        if !violations.is_empty() {
            let words: Vec<&str> = violations.iter().map(|violation| violation.what.as_str()).collect();
            self.broken.push(format!("{case}: {}", words.join("; ")));
        }
    }

    /// How often it was killed.
    pub fn killed(&self) -> usize {
        self.by_point.values().sum()
    }

    /// The points at which it was never killed.
    pub fn untried(&self) -> Vec<&'static str> {
        POINTS.into_iter().filter(|point| !self.by_point.contains_key(*point)).collect()
    }

    /// The table, and every case that broke a promise.
    pub fn print(&self) {
        let line = |name: &str, sums: &Sums| {
            let count = |kind| sums.broken.get(&kind).copied().unwrap_or(0);
            println!(
                "| {name:<40} | {:>5} | {:>6} | {:>10} | {:>4} | {:>5} | {:>5} |",
                sums.cases,
                sums.killed,
                count(Kind::PaidTwice),
                count(Kind::Lost),
                count(Kind::Stuck),
                count(Kind::Other)
            );
        };
        println!("| what went wrong                          | cases | killed | paid twice | lost | stuck | other |");
        println!("|------------------------------------------|------:|-------:|-----------:|-----:|------:|------:|");
        for (name, sums) in self.by_fault.values() {
            line(name, sums);
        }
        let mut total = Sums::default();
        for (provider, sums) in &self.by_provider {
            line(provider, sums);
            (total.cases, total.killed) = (total.cases + sums.cases, total.killed + sums.killed);
            for (kind, count) in &sums.broken {
                *total.broken.entry(*kind).or_default() += count;
            }
        }
        line("all", &total);
        let points: Vec<String> = self.by_point.iter().map(|(point, times)| format!("{point} {times}")).collect();
        println!("killed at: {}", points.join(", "));
        for broken in &self.broken {
            println!("BROKEN: {broken}");
        }
    }
}

/// Tries every so-many-th crash of every so-many-th pair of a provider and a fault; 1 and 1 is everything.
pub fn run(every_pair: usize, every: usize) -> Report {
    let lent = Lent::make();
    let faults = faults();
    let case = |provider: &'static str, fault: &NamedFault, place: Option<&str>| {
        let crash = place.map(|name| CrashPoint { name: name.to_owned(), hit: 1 });
        Case { provider, fault: fault.clone(), crash, second: None, counted: false }
    };
    let report = Mutex::new(Report::default());
    let chosen = Mutex::new(Vec::new());
    let add = |fault: usize, case: &Case, outcome: &Outcome| {
        report.lock().expect("a report").add(fault, case, outcome.killed, &outcome.violations);
    };
    // First every pair without a crash: it tells where such a run can be killed.
    let mut pairs: Vec<(usize, Case)> = DIALECTS
        .iter()
        .flat_map(|provider| faults.iter().enumerate().map(move |(at, fault)| (at, case(provider, fault, None))))
        .collect();
    pairs = every_so_many(pairs, every_pair);
    at_once(&pairs, |(fault, case)| {
        let outcome = try_case(case, &lent, Counted::FirstLife);
        add(*fault, case, &outcome);
        let crashed = crashes(&outcome.passed, *fault).into_iter();
        let crashed = crashed.map(|crash| (*fault, Case { crash: Some(crash), ..case.clone() }));
        chosen.lock().expect("cases").extend(crashed);
    });
    // Then one crash each that leaves something behind, and where the run after it can be killed once more.
    let twice = NamedFault { name: "nothing, and killed once more", ..faults[0].clone() };
    let mut left: Vec<Case> = DIALECTS
        .iter()
        .flat_map(|provider| TAKEN_UP.into_iter().map(|place| case(provider, &twice, Some(place))))
        .collect();
    left = every_so_many(left, every_pair);
    at_once(&left, |case| {
        let outcome = try_case(case, &lent, Counted::SecondLife);
        add(faults.len(), case, &outcome);
        // Fewer passes of the store: what it writes after a restart is written by the same few moves.
        let crashed = crashes(&outcome.passed, 1).into_iter();
        let crashed = crashed.map(|crash| (faults.len(), Case { second: Some(crash), ..case.clone() }));
        chosen.lock().expect("cases").extend(crashed);
    });
    // How often a host is asked while it fails, counted closely.
    let lasting = faults.iter().filter(|fault| LASTING.contains(&fault.name));
    let closely: Vec<Case> = lasting
        .flat_map(|fault| {
            let named = NamedFault { name: "lasting faults, counted closely", ..fault.clone() };
            DIALECTS.map(|provider| Case { counted: true, ..case(provider, &named, None) })
        })
        .collect();
    at_once(&every_so_many(closely, every_pair), |case| {
        add(faults.len() + 1, case, &try_case(case, &lent, Counted::Nobodys));
    });
    let mut chosen = chosen.into_inner().expect("cases");
    chosen.sort_by_key(|(fault, case)| (case.provider, *fault, case.to_string()));
    let chosen = every_so_many(chosen, every);
    let done = AtomicUsize::new(0);
    at_once(&chosen, |(fault, case)| {
        add(*fault, case, &try_case(case, &lent, Counted::Nobodys));
        let done = done.fetch_add(1, Ordering::SeqCst) + 1;
        if done.is_multiple_of(100) {
            eprintln!("{done} of {} crashes", chosen.len());
        }
    });
    report.into_inner().expect("a report")
}

fn every_so_many<T>(all: Vec<T>, every: usize) -> Vec<T> {
    all.into_iter().skip(every / 2).step_by(every).collect()
}

fn at_once<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(item) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                    work(item);
                }
            });
        }
    });
}
