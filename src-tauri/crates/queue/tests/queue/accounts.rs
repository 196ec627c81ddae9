//! Promises about the keys of one provider: replaced, refused, unreadable, of somebody else.

use crate::support::fast::{Bench, add, row, until_row};
use sixshot_domain::{GenerationId, GenerationState as State};
use sixshot_providers::SecretString;
use sixshot_queue::machine::Happening;
use sixshot_queue::{Clock, Limits, QueueError};
use sixshot_sandbox::{FaultKind, Target};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

const OLD: &str = "sandbox-key-0123456789";
const NEW: &str = "sandbox-key-0123456789-new1";
const ANOTHER: &str = "sandbox-key-of-another-account";
const MINUTE: i64 = 60_000;
/// Longer than any test waits, by the clock.
const FOR_LONG: u64 = 3_000;

fn code(bench: &Bench, id: &GenerationId) -> Option<String> {
    row(bench, id).problem.map(|(code, _)| code)
}

fn asks_for_patience() -> FaultKind {
    let body = r#"{"code":429,"message":"too many"}"#.to_owned();
    FaultKind::Status { status: 429, body, retry_after: Some(FOR_LONG) }
}

/// One that runs, and does not end before the faults are cleared.
async fn running(bench: &Bench, number: usize) -> GenerationId {
    bench.fault(Target::Submit, FaultKind::NeverReady, 1);
    let id = add(bench, number);
    until_row(bench, &id, "running", |row| row.state == State::Running).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_takes_the_place_of_a_refused_one_fetches_what_that_one_bought() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), Limits { concurrent: 1, per_minute: 10_000 })]));
    let runner = bench.run();
    let first = running(&bench, 0).await;
    let account = row(&bench, &first).account;
    // The old one is kept, because something was bought with it.
    bench.sandbox.replace_key(OLD, NEW);
    bench.keys.hold(Some(NEW), &[OLD]);
    bench.queue.account_replaced(&"wavespeed".into()).expect("told");
    until_row(&bench, &first, "known by the new key", |row| row.account != account && row.problem.is_none()).await;
    bench.sandbox.clear_faults();
    until_row(&bench, &first, "done", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_whose_key_is_refused_keeps_nobody_elses_place() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), Limits { concurrent: 1, per_minute: 10_000 })]));
    let runner = bench.run();
    let first = running(&bench, 0).await;
    bench.sandbox.replace_key(OLD, "nobody-has-this-one");
    bench.keys.hold(Some(ANOTHER), &[OLD]);
    bench.queue.account_replaced(&"wavespeed".into()).expect("told");
    until_row(&bench, &first, "refused", |row| row.attempts >= 3).await;
    // The other account does not know it either, and what has to be mended is the key.
    assert_eq!(
        (row(&bench, &first).state, code(&bench, &first).as_deref()),
        (State::Running, Some("provider-key-refused"))
    );
    let second = add(&bench, 1);
    until_row(&bench, &second, "done", |row| row.state == State::Done).await;
    assert_eq!(row(&bench, &first).state, State::Running);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_its_own_key_cannot_be_read_no_other_account_is_asked_for_it() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    let id = running(&bench, 0).await;
    bench.keys.hold(Some(ANOTHER), &[]);
    bench.keys.locked.store(true, Ordering::Relaxed);
    bench.queue.account_replaced(&"wavespeed".into()).expect("told");
    until_row(&bench, &id, "waits for the keychain", |row| row.attempts >= 3).await;
    assert_eq!(code(&bench, &id).as_deref(), Some("keychain-unavailable"));
    let refused = bench.queue.cancel(&id).await;
    assert!(matches!(refused, Err(QueueError::Key(_))), "{refused:?}");
    bench.keys.locked.store(false, Ordering::Relaxed);
    bench.keys.hold(Some(ANOTHER), &[OLD]);
    bench.sandbox.clear_faults();
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pause_of_one_account_is_not_the_next_ones() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    bench.fault(Target::Submit, asks_for_patience(), 1);
    let id = add(&bench, 0);
    until_row(&bench, &id, "refused", |row| {
        row.problem.as_ref().is_some_and(|(code, _)| code == "provider-rate-limited")
    })
    .await;
    let from = bench.clock.passed();
    bench.keys.use_only(Some(ANOTHER));
    bench.queue.account_replaced(&"wavespeed".into()).expect("told");
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    assert!(bench.clock.passed() - from < 10 * MINUTE, "after {} ms", bench.clock.passed() - from);
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

/// What runs is asked for with its own key, whose pause holds: it must not become the new account's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_keeps_the_pause_of_its_own_account() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    let first = running(&bench, 0).await;
    bench.fault(Target::Poll, asks_for_patience(), 100);
    until_row(&bench, &first, "to be left alone", |row| {
        row.problem.as_ref().is_some_and(|(code, _)| code == "provider-rate-limited")
    })
    .await;
    let due = row(&bench, &first).due_at;
    bench.keys.hold(Some(ANOTHER), &[OLD]);
    bench.queue.account_replaced(&"wavespeed".into()).expect("told");
    assert_eq!(row(&bench, &first).due_at, due);
    let second = add(&bench, 1);
    until_row(&bench, &second, "bought", |row| row.state == State::Running).await;
    assert_eq!(row(&bench, &first).due_at, due);
    // Another address has asked nobody to wait.
    bench.sandbox.clear_faults();
    bench.queue.address_replaced(&"wavespeed".into()).expect("told");
    until_row(&bench, &first, "done", |row| row.state == State::Done).await;
    assert!(bench.clock.now() < due.expect("a moment"), "it did not wait");
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_comes_after_the_change_does_not_slow_the_account_in_use() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    bench.fault(Target::Submit, asks_for_patience(), 1);
    let keys = Arc::clone(&bench.keys);
    // The person gives another key while the request is on its way.
    *bench.on_change.lock().expect("a listener") = Some(Box::new(move |row| {
        if row.state == State::Submitting {
            keys.use_only(Some(ANOTHER));
        }
    }));
    let from = bench.clock.passed();
    let (first, second) = (add(&bench, 0), add(&bench, 1));
    for id in [first, second] {
        until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    }
    assert!(bench.clock.passed() - from < 10 * MINUTE, "after {} ms", bench.clock.passed() - from);
    assert_eq!(bench.sandbox.ledger().len(), 2);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_nobody_could_be_asked_for_is_not_called_another_accounts() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
    bench.fault(Target::List, FaultKind::Delay { millis: 1 }, 1);
    let down = FaultKind::Status { status: 503, body: String::new(), retry_after: None };
    bench.fault(Target::List, down.clone(), 100_000);
    bench.fault(Target::Poll, down, 100_000);
    let id = add(&bench, 0);
    until_row(&bench, &id, "lost", |row| row.state == State::Unknown).await;
    bench.keys.use_only(Some(ANOTHER));
    let task = bench.sandbox.ledger().remove(0).task;
    let refused = bench.queue.adopt(&id, &task).await;
    assert!(matches!(refused, Err(QueueError::Provider(_))), "{refused:?}");
    bench.sandbox.clear_faults();
    let refused = bench.queue.adopt(&id, &task).await;
    assert!(matches!(refused, Err(QueueError::OtherAccount)), "{refused:?}");
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_breaks_off_in_a_purchase_has_lost_its_answer() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    bench.queue.set_limits(HashMap::from([("wavespeed".into(), Limits { concurrent: 1, per_minute: 10_000 })]));
    let runner = bench.run();
    let broken = AtomicBool::new(false);
    *bench.on_change.lock().expect("a listener") = Some(Box::new(move |row| {
        let breaks = row.state == State::Submitting && !broken.swap(true, Ordering::Relaxed);
        assert!(!breaks, "this panic is meant");
    }));
    let first = add(&bench, 0);
    until_row(&bench, &first, "lost", |row| row.state == State::Unknown).await;
    *bench.on_change.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let second = add(&bench, 1);
    until_row(&bench, &second, "done", |row| row.state == State::Done).await;
    assert_eq!((row(&bench, &first).state, bench.sandbox.ledger().len()), (State::Unknown, 1));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_is_the_word_that_there_is_money_when_nothing_waits_for_it_any_more() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    let body = r#"{"code":402,"message":"insufficient credits"}"#.to_owned();
    bench.fault(Target::Submit, FaultKind::Status { status: 402, body, retry_after: None }, 1);
    let provider = "wavespeed".into();
    let first = add(&bench, 0);
    until_row(&bench, &first, "no credit", |row| row.problem.is_some()).await;
    // Behind one that waits for the person nothing else is sent.
    bench.queue.heed_confirmation(&provider).expect("heard");
    let second = add(&bench, 1);
    let why = |id| bench.queue.why_waiting(&row(&bench, id)).expect("read").map(|(code, _)| code);
    assert_eq!(why(&second), Some("provider-no-credit"));
    for id in [&first, &second] {
        bench.queue.happen(id, Happening::Withdrawn).expect("withdrawn");
    }
    bench.queue.heed_confirmation(&provider).expect("heard");
    let third = add(&bench, 2);
    until_row(&bench, &third, "done", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_needed_as_long_as_something_may_be_asked_for_with_it() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    let (provider, key) = ("wavespeed".into(), SecretString::from(OLD));
    let is_needed = async || bench.queue.is_needed(&provider, &key).await.expect("read");
    assert!(!is_needed().await);
    let id = running(&bench, 0).await;
    assert!(is_needed().await);
    bench.queue.happen(&id, Happening::Unwatched).expect("ended");
    assert!(is_needed().await, "it can still be fetched");
    bench.queue.happen(&id, Happening::Dismissed).expect("put away");
    assert!(!is_needed().await);
    bench.fault(Target::Submit, FaultKind::FailTask { reason: "no".to_owned() }, 1);
    let failed = add(&bench, 1);
    until_row(&bench, &failed, "failed", |row| row.state == State::Failed).await;
    assert!(is_needed().await, "it can be asked for again");
    // What another account's key bought, which is there too, needs this one not.
    bench.keys.hold(Some(ANOTHER), &[OLD]);
    let another = SecretString::from(ANOTHER);
    assert!(!bench.queue.is_needed(&provider, &another).await.expect("read"));
    bench.keys.hold(Some(ANOTHER), &[]);
    assert!(bench.queue.is_needed(&provider, &another).await.expect("read"), "it may be of the same account");
    runner.abort();
}
