//! How often providers are asked where generations stand: counted by the sandbox, by a clock that runs faster.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::Bench;
use sixshot_domain::GenerationState;
use sixshot_queue::Clock;
use sixshot_queue::machine::{Happening, NO_CLIP};
use sixshot_sandbox::{FaultKind, Target};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

async fn thirty_share_their_questions(provider: &'static str) {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), provider, 20).await;
    let runner = bench.run();
    bench.buy(30).await;
    // The first question about all of them.
    bench.clock.sleep(Duration::from_secs(20)).await;
    let before = bench.sandbox.traffic(provider);
    let polls = bench.sandbox.requests("poll");
    let (requests, connections) = bench.minutes(3).await;
    let bytes = (bench.sandbox.traffic(provider).bytes - before.bytes) / 3;
    println!("{provider}: {requests:?} requests a minute, {connections} new connections, {bytes} bytes a minute");
    assert!(requests.iter().all(|count| (4..=12).contains(count)), "{provider}: {requests:?}");
    assert_eq!(connections, 0, "{provider}: the one there is is kept");
    // The new Kling has one address for one and for many.
    let singly = bench.sandbox.requests("poll") - polls;
    assert!(singly == 0 || provider == "kling", "{provider}: {singly} were asked for by themselves");
    // All of them are seen to end.
    bench.sandbox.clear_faults();
    bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 30).await;
    assert_eq!(bench.sandbox.ledger().len(), 30, "{provider}: each paid once");
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_at_wavespeed_share_their_questions() {
    thirty_share_their_questions("wavespeed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_at_kling_share_their_questions() {
    thirty_share_their_questions("kling").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_at_the_older_kling_share_their_questions() {
    thirty_share_their_questions("kling-legacy").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_at_replicate_share_their_questions() {
    thirty_share_their_questions("replicate").await;
}

/// Where no list tells, a host gets one question a second at most, on one connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_list_tells_one_is_asked_a_second() {
    for provider in ["evolink", "fal"] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), provider, 20).await;
        let runner = bench.run();
        bench.buy(30).await;
        let (requests, connections) = bench.minutes(2).await;
        println!("{provider}: {requests:?} requests a minute, {connections} new connections");
        assert!(requests.iter().all(|count| (20..=60).contains(count)), "{provider}: {requests:?}");
        assert!(connections <= 1, "{provider}: {connections}");
        runner.abort();
    }
}

/// A host in trouble is asked six times a minute at most, whoever waits for it, and nobody is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_in_trouble_is_no_verdict_and_no_storm() {
    let busy = r#"{"code":429,"message":"too many requests"}"#;
    let broken = "<html>bad gateway</html>";
    for (status, body) in [(502, broken), (429, busy), (200, "<html>sign in</html>")] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", 30).await;
        let runner = bench.run();
        bench.buy(12).await;
        let kind = FaultKind::Status { status, body: body.to_owned(), retry_after: None };
        for target in [Target::List, Target::Poll] {
            bench.fault(target, kind.clone(), 10_000);
        }
        bench.clock.sleep(Duration::from_secs(60)).await;
        let (requests, _) = bench.minutes(2).await;
        println!("{status} {body}: {requests:?} requests a minute");
        assert!(requests.iter().all(|count| *count <= 6), "{requests:?}");
        assert_eq!(bench.in_state(GenerationState::Running).len(), 12, "nobody is given up: {status}");
        bench.sandbox.clear_faults();
        bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 12).await;
        assert_eq!(bench.sandbox.ledger().len(), 12);
        runner.abort();
    }
}

/// A sign-in page is no answer of a host that is well, however each is asked about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_page_is_no_reason_to_ask_once_a_second() {
    for provider in ["evolink", "fal", "wavespeed", "replicate"] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), provider, 30).await;
        let runner = bench.run();
        bench.buy(30).await;
        let page = FaultKind::Status { status: 200, body: "<html>sign in</html>".to_owned(), retry_after: None };
        for target in [Target::List, Target::Poll] {
            bench.fault(target, page.clone(), 10_000);
        }
        bench.clock.sleep(Duration::from_secs(60)).await;
        let (requests, _) = bench.minutes(3).await;
        println!("{provider}: {requests:?} requests a minute");
        assert!(requests.iter().all(|count| *count <= 6), "{provider}: {requests:?}");
        assert_eq!(bench.in_state(GenerationState::Running).len(), 30, "nobody is given up: {provider}");
        bench.sandbox.clear_faults();
        bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 30).await;
        runner.abort();
    }
}

/// Who asks for patience is asked for nothing by anybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_asks_for_patience_is_left_alone_by_all() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "evolink", 30).await;
    let runner = bench.run();
    bench.buy(10).await;
    let kind = FaultKind::Status { status: 429, body: "{}".to_owned(), retry_after: Some(300) };
    bench.fault(Target::Poll, kind, 10_000);
    let before = bench.sandbox.requests("poll");
    bench.until("refused", |bench| bench.sandbox.requests("poll") > before).await;
    bench.clock.sleep(Duration::from_secs(5)).await;
    let (requests, _) = bench.minutes(4).await;
    assert_eq!(requests.iter().sum::<u32>(), 0, "{requests:?}");
    bench.until("asked again", |bench| bench.sandbox.requests("poll") > before + 1).await;
    runner.abort();
}

/// Twenty lost requests are looked for one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_requests_share_the_patience_of_their_host() {
    for provider in ["wavespeed", "kling"] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), provider, 30).await;
        bench.fault(Target::Submit, FaultKind::HangUpBefore, 20);
        let rows: Vec<_> = (0..20).map(|number| bench.generation(number)).collect();
        bench.library.add_generations(&rows).expect("added");
        let runner = bench.run();
        bench.until("lost", |bench| bench.in_state(GenerationState::Unknown).len() == 20).await;
        let (requests, _) = bench.minutes(5).await;
        println!("{provider}: {requests:?} looks a minute");
        assert!(requests.iter().all(|count| (1..=12).contains(count)), "{provider}: {requests:?}");
        assert_eq!(bench.sandbox.requests("submit"), 20);
        runner.abort();
    }
}

/// One that its list does not show is asked for by itself, and the others go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_no_list_shows_is_asked_for_by_itself() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "replicate", 30).await;
    let runner = bench.run();
    bench.buy(3).await;
    bench.sandbox.clear_faults();
    let empty = FaultKind::Mangle { status: 200, body: r#"{"results":[],"next":null,"previous":null}"#.to_owned() };
    bench.fault(Target::List, empty, 10_000);
    bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 3).await;
    assert!(bench.sandbox.requests("poll") >= 3);
    runner.abort();
}

/// A provider that says "done" for ever and shows no clip is not asked for ever; what was paid can be fetched again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_that_is_never_shown_ends_visibly_and_can_be_fetched_again() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 2_000).await;
    let runner = bench.run();
    bench.buy(1).await;
    let row = bench.in_state(GenerationState::Running).remove(0);
    let remote_id = row.remote_id.clone().expect("a name");
    let body =
        format!(r#"{{"code":200,"message":"","data":{{"id":"{remote_id}","status":"completed","outputs":[]}}}}"#);
    bench.fault(Target::Poll, FaultKind::Mangle { status: 200, body }, 10_000);
    let polls = bench.sandbox.requests("poll");
    bench.until("an end", |bench| bench.in_state(GenerationState::Expired).len() == 1).await;
    let ended = bench.library.generation(&row.id).expect("there");
    assert_eq!(ended.problem.as_ref().map(|(code, _)| code.as_str()), Some(NO_CLIP));
    assert_eq!(ended.remote_id.as_deref(), Some(remote_id.as_str()), "its name is kept");
    assert!(ended.state_since - ended.sent_at.expect("sent") >= 2 * 3_600_000, "not before two hours");
    assert_eq!(ended.due_at, None);
    let asked = bench.sandbox.requests("poll") - polls;
    assert!((8..=14).contains(&asked), "{asked} answers");
    assert_eq!(bench.library.spent(0).expect("a ledger"), ended.price, "it stays paid");
    // Nobody asks any more.
    bench.clock.sleep(Duration::from_secs(3_600)).await;
    assert_eq!(bench.sandbox.requests("poll") - polls, asked);
    bench.sandbox.clear_faults();
    bench.queue.happen(&row.id, Happening::FetchAgain).expect("asked for again");
    bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 1).await;
    assert_eq!(bench.sandbox.ledger().len(), 1, "paid once");
    runner.abort();
}

/// With nothing to do the queue sleeps: it does not look at the clock even once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_no_job_there_is_no_wake_up() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 1_000).await;
    let runner = bench.run();
    bench.clock.sleep(Duration::from_secs(300)).await;
    let looks = bench.clock.looks.load(Ordering::Relaxed);
    // Half an hour of its clock.
    bench.clock.sleep(Duration::from_secs(1_800)).await;
    assert_eq!(bench.clock.looks.load(Ordering::Relaxed), looks, "it woke up");
    // It does wake up for a job, and sleeps again afterwards.
    bench.library.add_generations(&[bench.generation(1)]).expect("added");
    bench.queue.wake();
    bench.until("done", |bench| bench.in_state(GenerationState::Done).len() == 1).await;
    bench.clock.sleep(Duration::from_secs(300)).await;
    let looks = bench.clock.looks.load(Ordering::Relaxed);
    bench.clock.sleep(Duration::from_secs(1_800)).await;
    assert_eq!(bench.clock.looks.load(Ordering::Relaxed), looks, "it woke up");
    runner.abort();
}

/// Nanoseconds that a thread has computed; nothing where the system does not tell.
fn computed(thread: &str) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/self/task/{thread}/schedstat")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Waiting for thirty generations takes next to nothing of a core, by the real clock and on a thread of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_for_thirty_takes_next_to_nothing_of_a_core() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 1).await;
    let (told, thread) = std::sync::mpsc::channel();
    let queue = Arc::clone(&bench.queue);
    std::thread::spawn(move || {
        let link = std::fs::read_link("/proc/thread-self").ok();
        let name = link.and_then(|link| Some(link.file_name()?.to_str()?.to_owned()));
        told.send(name).expect("heard");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(queue.run());
    });
    let Some(thread) = thread.recv().expect("told") else {
        eprintln!(
            "SKIPPED: waiting_for_thirty_takes_next_to_nothing_of_a_core: this system does not tell what a thread computes"
        );
        return;
    };
    bench.buy(30).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    let before = (computed(&thread).expect("read"), Instant::now(), bench.sandbox.traffic("wavespeed").requests);
    tokio::time::sleep(Duration::from_secs(20)).await;
    let used = computed(&thread).expect("read") - before.0;
    let asked = bench.sandbox.traffic("wavespeed").requests - before.2;
    let millionths = u128::from(used) * 1_000_000 / before.1.elapsed().as_nanos();
    println!("30 running: {millionths} millionths of a core, {asked} questions in 20 s");
    assert!(asked >= 2, "it does ask: {asked}");
    // Without optimisation everything takes several times as long.
    let most = if cfg!(debug_assertions) { 10_000 } else { 5_000 };
    assert!(millionths <= most, "{millionths} millionths of a core");
}
