//! Promises about accounts when a person gives a provider another address in the middle of something.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::{Bench, add, evidence, row, until_row};
use sixshot_domain::{GenerationId, GenerationState as State};
use sixshot_providers::{Catalogue, Registry};
use sixshot_queue::{Clock, Doubt, QueueError, Verdict};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::collections::HashMap;
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// Long enough for a change of the settings to come before the answer, in real milliseconds.
const SLOWLY: FaultKind = FaultKind::Delay { millis: 1_500 };
/// Longer than that.
const MORE_SLOWLY: FaultKind = FaultKind::Delay { millis: 4_000 };

async fn another_place() -> Sandbox {
    let (waiting, running) = (Duration::from_millis(20), Duration::from_millis(40));
    let options = Options { waiting, running, lines: Some(240), ..Options::default() };
    Sandbox::start(options).await.expect("a port")
}

/// Asks the provider at this sandbox from now on.
fn ask_at(bench: &Bench, place: &Sandbox) {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let base = place.base_url(bench.provider);
    let (registry, _) = Registry::of(&catalogue, &|_| Some(base.clone()));
    bench.queue.set_registry(registry, HashMap::from([(bench.provider.into(), base)]));
}

fn slow_down(place: &Sandbox, target: Target, kind: FaultKind) {
    place.add_fault(Fault { target, kind, times: 100 });
}

fn code(bench: &Bench, id: &GenerationId) -> Option<String> {
    row(bench, id).problem.map(|(code, _)| code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_another_address_is_another_account() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 1_000).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::NeverReady, 1);
    let first = add(&bench, 0);
    until_row(&bench, &first, "running", |row| row.state == State::Running).await;

    let elsewhere = another_place().await;
    ask_at(&bench, &elsewhere);
    let second = add(&bench, 1);
    until_row(&bench, &second, "bought elsewhere", |row| row.remote_id.is_some()).await;
    assert_ne!(row(&bench, &first).account, row(&bench, &second).account);

    // Elsewhere nobody knows the first one, for as long as one likes: that says nothing about it.
    bench.clock.sleep(Duration::from_secs(4 * HOUR)).await;
    assert_eq!(row(&bench, &first).state, State::Running, "{:?}", row(&bench, &first).problem);
    assert_eq!(code(&bench, &first).as_deref(), Some("other-account"));
    // Neither does an answer from there that comes when the right address is in use again.
    slow_down(&elsewhere, Target::Poll, SLOWLY);
    let asked = elsewhere.requests("poll");
    bench.until("asked there", |_| elsewhere.requests("poll") > asked).await;
    slow_down(&bench.sandbox, Target::Poll, MORE_SLOWLY);
    let written = row(&bench, &first).revision;
    ask_at(&bench, &bench.sandbox);
    until_row(&bench, &first, "the late answer", |row| row.revision > written).await;
    assert_eq!(row(&bench, &first).state, State::Running, "{:?}", row(&bench, &first).problem);
    assert_eq!(code(&bench, &first).as_deref(), Some("other-account"), "it is of the address that was asked");
    bench.sandbox.clear_faults();
    until_row(&bench, &first, "done", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.ledger().len(), elsewhere.ledger().len()), (1, 1));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_prepared_at_one_address_is_not_paid_there_when_another_is_in_use() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    let elsewhere = another_place().await;
    // The note of what was there before takes its time; the address changes meanwhile.
    slow_down(&bench.sandbox, Target::List, SLOWLY);
    let id = add(&bench, 0);
    bench.until("asked for its list", |bench| bench.sandbox.requests("list") == 1).await;
    ask_at(&bench, &elsewhere);
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.ledger().len(), elsewhere.ledger().len()), (0, 1));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_comes_after_the_change_keeps_nobody_waiting() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    let elsewhere = another_place().await;
    // The price takes its time, and the question after it meets a key that is refused.
    slow_down(&bench.sandbox, Target::Price, SLOWLY);
    let body = r#"{"code":401,"message":"no such key"}"#.to_owned();
    bench.fault(Target::List, FaultKind::Status { status: 401, body, retry_after: None }, 100);
    let id = add(&bench, 0);
    bench.until("asked for its price", |bench| bench.sandbox.requests("price") == 1).await;
    ask_at(&bench, &elsewhere);
    bench.queue.account_changed(&"wavespeed".into()).expect("told");
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.ledger().len(), elsewhere.ledger().len()), (0, 1));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_another_address_does_not_prove_that_a_request_never_arrived() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    let elsewhere = another_place().await;
    bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
    bench.fault(Target::List, FaultKind::Delay { millis: 1 }, 1);
    let down = FaultKind::Status { status: 503, body: "<html>down</html>".into(), retry_after: None };
    bench.fault(Target::List, down, 100_000);
    let id = add(&bench, 0);
    until_row(&bench, &id, "lost", |row| row.state == State::Unknown).await;
    ask_at(&bench, &elsewhere);
    until_row(&bench, &id, "not shown there", |row| evidence(row).verdict == Verdict::NotShown).await;
    // The next look there is answered when the right address is in use again.
    slow_down(&elsewhere, Target::List, SLOWLY);
    let asked = elsewhere.requests("list");
    bench.until("looked for there", |_| elsewhere.requests("list") > asked).await;
    let looked = evidence(&row(&bench, &id)).looked_up_at;
    ask_at(&bench, &bench.sandbox);
    until_row(&bench, &id, "the late answer", |row| evidence(row).looked_up_at > looked).await;
    let told = evidence(&row(&bench, &id));
    assert_eq!((told.verdict, told.doubt), (Verdict::NotShown, Some(Doubt::AnotherAccount)));
    // What was looked for there is no part of the time after which an empty list here says that it never arrived.
    bench.sandbox.clear_faults();
    let empty = r#"{"code":200,"message":"success","data":{"page":1,"total":0,"items":[]}}"#;
    bench.fault(Target::List, FaultKind::Mangle { status: 200, body: empty.to_owned() }, 100_000);
    bench.queue.account_changed(&"wavespeed".into()).expect("told");
    until_row(&bench, &id, "looked for here", |row| evidence(row).doubt != Some(Doubt::AnotherAccount)).await;
    assert_eq!(evidence(&row(&bench, &id)).verdict, Verdict::Looking);
    bench.sandbox.clear_faults();
    until_row(&bench, &id, "found and done", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.ledger().len(), elsewhere.ledger().len()), (1, 0));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_cannot_stop_a_clip_and_the_words_say_so() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "replicate", 20).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::NeverReady, 1);
    let id = add(&bench, 0);
    until_row(&bench, &id, "running", |row| row.state == State::Running).await;
    let elsewhere = another_place().await;
    ask_at(&bench, &elsewhere);
    let refused = bench.queue.cancel(&id).await;
    assert!(matches!(refused, Err(QueueError::OtherAccount)), "{refused:?}");
    ask_at(&bench, &bench.sandbox);
    bench.queue.cancel(&id).await.expect("its own account stops it");
    until_row(&bench, &id, "stopped", |row| row.state == State::Failed || row.state == State::Cancelled).await;
    runner.abort();
}
