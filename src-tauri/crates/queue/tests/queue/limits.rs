//! A provider's places and its minutes, with the real queue: two hundred generations by a clock that runs faster.

use crate::support::fast::Bench;
use sixshot_domain::GenerationState;
use sixshot_queue::{Clock, Limits};
use sixshot_sandbox::{FaultKind, Options, Target};
use std::collections::HashMap;
use std::time::{Duration, Instant};

const ALL: usize = 200;
const AT_ONCE: u32 = 10;
const A_MINUTE: usize = 20;
const MINUTE: i64 = 60_000;
/// How much faster the clock runs.
const TIMES: u32 = 12;
/// Half a second of the world, by that clock.
const TRAVEL: i64 = 500 * TIMES as i64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_stay_within_the_limits_and_use_them() {
    let home = tempfile::tempdir().expect("a folder");
    // Fifteen seconds of its clock for each: the minutes are what holds them back, and the places are full at first.
    let running = Duration::from_secs(14) / TIMES;
    let options = Options { waiting: Duration::from_secs(1) / TIMES, running, lines: Some(240), ..Options::default() };
    let bench = Bench::with(home.path(), "wavespeed", TIMES, options).await;
    let limits = Limits { concurrent: AT_ONCE, per_minute: u32::try_from(A_MINUTE).expect("few") };
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), limits)]));
    let rows: Vec<_> = (0..ALL).map(|number| bench.generation(number)).collect();
    for row in rows {
        bench.library.add_generations(&[row]).expect("added");
    }
    let runner = bench.run();
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut most = 0;
    // Between which two looks at the sandbox each purchase arrived there, by the clock.
    let mut arrived: Vec<(i64, i64)> = Vec::new();
    let mut looked_at = bench.clock.passed();
    loop {
        let (count, now) = (bench.sandbox.ledger().len(), bench.clock.passed());
        arrived.resize(count, (looked_at, now));
        looked_at = now;
        let done = bench.in_state(GenerationState::Done).len();
        let held = bench.sandbox.under_way("wavespeed");
        most = most.max(held);
        assert!(held <= AT_ONCE as usize, "{held} at once");
        if done == ALL {
            break;
        }
        assert!(Instant::now() < deadline, "{done} are done");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(bench.sandbox.ledger().len(), ALL);
    assert_eq!(most, AT_ONCE as usize, "the places are used");

    let sent: Vec<i64> = bench.library.purchases_since(0).expect("a ledger").into_iter().map(|(_, at)| at).collect();
    assert_eq!(sent.len(), ALL);
    for (index, at) in sent.iter().enumerate() {
        let within = sent[index..].iter().filter(|other| **other - at < MINUTE).count();
        assert!(within <= A_MINUTE, "{within} in the minute from number {index}");
    }
    // What the provider sees, whatever the library has noted. On a busy machine one of them may travel for half a second
    // longer than the last.
    for minute in arrived.windows(A_MINUTE + 1) {
        let (first, last) = (minute[0].0, minute[A_MINUTE].1);
        assert!(last - first >= MINUTE - TRAVEL, "{} arrived within {} ms", A_MINUTE + 1, last - first);
    }
    // At the full rate the last minute's twenty begin when nine minutes are over.
    let allowed = MINUTE * i64::try_from(ALL / A_MINUTE - 1).expect("few");
    let took = sent[ALL - A_MINUTE] - sent[0];
    let used = allowed * 1_000 / took;
    println!(
        "nine minutes of twenty took {} s of at least {} s: {used} thousandths of the allowed rate",
        took / 1_000,
        allowed / 1_000
    );
    assert!(used >= 950, "{used} thousandths of the allowed rate");
    runner.abort();
}

/// Whatever is wrong with a provider, it is not stormed: six requests a minute at most while it does not answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_down_is_asked_rarely_and_bought_from_again() {
    for provider in ["wavespeed", "evolink", "kling", "fal"] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), provider, 60).await;
        let everything = [
            Target::Submit,
            Target::Poll,
            Target::Upload,
            Target::List,
            Target::Download,
            Target::Balance,
            Target::Price,
        ];
        for target in everything {
            let kind = FaultKind::Status { status: 503, body: "<html>maintenance</html>".into(), retry_after: None };
            bench.fault(target, kind, 100_000);
        }
        let rows: Vec<_> = (0..40).map(|number| bench.generation(number)).collect();
        for row in rows {
            bench.library.add_generations(&[row]).expect("added");
        }
        let runner = bench.run();
        let (requests, _) = bench.minutes(10).await;
        println!("{provider}: {requests:?} requests a minute");
        assert!(requests.iter().all(|count| *count <= 6), "{provider}: {requests:?}");
        bench.sandbox.clear_faults();
        // Whatever may have been taken asks the person; nothing else is lost, and nothing is paid twice.
        bench
            .until("settled", |bench| {
                let done = bench.in_state(GenerationState::Done).len();
                let asked = bench.in_state(GenerationState::Unknown);
                let asked = asked.iter().filter(|row| sixshot_queue::machine::was_looked_for(row)).count();
                done + asked == 40
            })
            .await;
        assert_eq!(bench.sandbox.ledger().len(), bench.in_state(GenerationState::Done).len(), "{provider}");
        runner.abort();
    }
}

/// A clock that is set back by hours: what was sent counts for a minute, not for hours, and still for that minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_closes_no_provider() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 60).await;
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), Limits { concurrent: 100, per_minute: 3 })]));
    let runner = bench.run();
    let rows: Vec<_> = (0..6).map(|number| bench.generation(number)).collect();
    bench.library.add_generations(&rows).expect("added");
    bench.queue.wake();
    bench.until("three are sent", |bench| bench.sandbox.ledger().len() == 3).await;
    let sent_at = bench.clock.passed();
    bench.clock.set(-5 * 3_600_000);
    bench.queue.wake();
    bench.until("the others are sent", |bench| bench.sandbox.ledger().len() == 6).await;
    let waited = bench.clock.passed() - sent_at;
    assert!((MINUTE - 10_000..2 * MINUTE).contains(&waited), "{waited}");
    runner.abort();
}

/// What cannot be looked for waits for the person, perhaps for days: those behind it do not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_one_that_cannot_be_looked_for_holds_no_place() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", 20).await;
    bench.queue.set_limits(HashMap::from([("kling".into(), Limits { concurrent: 1, per_minute: 1_000 })]));
    bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
    let body = r#"{"code":1200,"message":"this list is not offered any more"}"#.to_owned();
    bench.fault(Target::List, FaultKind::Status { status: 400, body, retry_after: None }, 100_000);
    let runner = bench.run();
    let rows = [bench.generation(0), bench.generation(1)];
    bench.library.add_generations(&rows).expect("added");
    bench.queue.wake();
    bench.until("the other is done", |bench| bench.in_state(GenerationState::Done).len() == 1).await;
    let lost = bench.in_state(GenerationState::Unknown);
    assert!(lost.iter().all(|row| sixshot_queue::reconcile::needs_person(row, bench.clock.now())), "{lost:?}");
    assert_eq!((lost.len(), bench.sandbox.requests("submit")), (1, 2));
    runner.abort();
}
