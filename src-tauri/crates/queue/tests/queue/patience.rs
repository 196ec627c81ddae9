//! A host that asks for a pause: everybody gives it, whoever was told and wherever they wait, and nobody comes back in a
//! crowd when it is over.

use crate::support::fast::Bench;
use sixshot_domain::GenerationState as State;
use sixshot_queue::{Clock, Limits};
use sixshot_sandbox::{FaultKind, Target};
use std::collections::HashMap;
use std::time::Duration;

/// The program's clock runs so many times as fast.
const SPEED: u32 = 100;
const PAUSE: u64 = 300;
/// The provider's own words for too many at once.
const TOO_MANY: &str = r#"{"code":1303,"message":"parallel task over resource pack limit","request_id":"r"}"#;

fn asks_for_a_pause() -> FaultKind {
    FaultKind::Status { status: 429, body: TOO_MANY.to_owned(), retry_after: Some(PAUSE) }
}

fn maintenance(retry_after: Option<u64>) -> FaultKind {
    FaultKind::Status { status: 503, body: "<html>maintenance</html>".into(), retry_after }
}

/// Those that were taken up already and wait for their turn to buy have not been told; they do not buy all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_holds_back_those_that_wait_for_their_turn() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", SPEED).await;
    bench.queue.set_limits(HashMap::from([("kling".into(), Limits { concurrent: 10, per_minute: 1_000 })]));
    bench.fault(Target::Submit, asks_for_a_pause(), 1);
    let rows: Vec<_> = (0..5).map(|number| bench.generation(number)).collect();
    bench.library.add_generations(&rows).expect("added");
    let runner = bench.run();
    bench.until("one was refused", |bench| bench.sandbox.requests("submit") > 0).await;
    bench.clock.sleep(Duration::from_secs(PAUSE - 60)).await;
    assert_eq!(bench.sandbox.requests("submit"), 1, "nobody buys inside the pause");
    bench.until("all are done", |bench| bench.in_state(State::Done).len() == 5).await;
    assert_eq!(bench.sandbox.ledger().len(), 5);
    runner.abort();
}

/// Maintenance with a date: a question that was answered so holds back purchases too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_in_an_outage_counts_like_any_other() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", SPEED).await;
    let runner = bench.run();
    bench.buy(1).await;
    bench.sandbox.clear_faults();
    bench.fault(Target::Poll, maintenance(Some(PAUSE)), 1);
    bench.fault(Target::List, maintenance(Some(PAUSE)), 1);
    let is_told = |bench: &Bench| bench.in_state(State::Running).iter().any(|row| row.problem.is_some());
    bench.until("it asks for a pause", is_told).await;
    let (submits, before) = (bench.sandbox.requests("submit"), bench.sandbox.arrivals().len());
    bench.library.add_generations(&[bench.generation(50)]).expect("added");
    bench.queue.wake();
    bench.clock.sleep(Duration::from_secs(PAUSE - 60)).await;
    assert_eq!(bench.sandbox.requests("submit"), submits, "nobody buys inside the pause");
    assert_eq!(bench.sandbox.arrivals().len(), before, "and nobody asks");
    bench.until("both are done", |bench| bench.in_state(State::Done).len() == 2).await;
    runner.abort();
}

/// A gateway in front of the provider: it says nothing about the purchase, and asks for a pause.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_that_comes_instead_of_an_answer_holds_back_the_next_purchase() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", SPEED).await;
    bench.fault(Target::Submit, maintenance(Some(PAUSE)), 1);
    let rows: Vec<_> = (0..3).map(|number| bench.generation(number)).collect();
    bench.library.add_generations(&rows).expect("added");
    let runner = bench.run();
    bench.until("one is lost", |bench| bench.in_state(State::Unknown).len() == 1).await;
    bench.clock.sleep(Duration::from_secs(PAUSE - 60)).await;
    assert_eq!(bench.sandbox.requests("submit"), 1, "nobody buys inside the pause");
    bench.until("the others are done", |bench| bench.in_state(State::Done).len() == 2).await;
    runner.abort();
}

/// Many lost requests wait out a pause together; at its end they are looked for one after the other, and rarely while
/// the host is not well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_requests_do_not_all_come_at_the_end_of_a_pause() {
    const LOST: usize = 12;
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", SPEED).await;
    bench.queue.set_limits(HashMap::from([("kling".into(), Limits { concurrent: 100, per_minute: 1_000 })]));
    bench.fault(Target::Submit, FaultKind::HangUpAfter, u32::try_from(LOST).expect("few"));
    bench.fault(Target::List, asks_for_a_pause(), 1);
    bench.fault(Target::List, maintenance(None), 100_000);
    let rows: Vec<_> = (0..LOST).map(|number| bench.generation(number)).collect();
    bench.library.add_generations(&rows).expect("added");
    let runner = bench.run();
    bench.until("all are lost", |bench| bench.in_state(State::Unknown).len() == LOST).await;
    bench.clock.sleep(Duration::from_secs(PAUSE + 10 * 60)).await;
    let arrivals = bench.sandbox.arrivals();
    let mut looks: Vec<_> = arrivals.iter().filter(|one| one.target == Target::List).map(|one| one.at).collect();
    looks.sort();
    // Half of the minute: two requests need not travel equally long on a busy machine.
    let window = Duration::from_secs(30) / SPEED;
    let within = |from| looks.iter().filter(|at| **at >= from && **at - from < window).count();
    let most = looks.iter().map(|from| within(*from)).max().unwrap_or(0);
    // The one that asked for the pause came before it: from the second on it is six a minute, and six at most beside.
    let span = looks.get(1).zip(looks.last()).map_or(0, |(second, last)| ((*last - *second) * SPEED).as_secs());
    println!("{} looks, all but one in {span} s, at most {most} in 30 seconds", looks.len());
    assert!(looks.len() > LOST, "{} looks", looks.len());
    assert!(most <= 6, "{most} looks in 30 seconds");
    let allowed = span / 10 + 6;
    assert!(u64::try_from(looks.len()).expect("few") <= 1 + allowed, "{} looks in {span} s", looks.len());
    bench.sandbox.clear_faults();
    bench.until("all are found", |bench| bench.in_state(State::Done).len() == LOST).await;
    assert_eq!(bench.sandbox.ledger().len(), LOST, "nothing was bought again");
    runner.abort();
}
