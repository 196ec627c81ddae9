//! Promises about money and accounts that only show over hours, by a clock that runs faster.

use crate::support::fast::{Bench, add, evidence, row, until_row};
use sixshot_domain::GenerationState as State;
use sixshot_providers::{Catalogue, Composed, ProviderError, Registry, SecretString, SubmitAnswer};
use sixshot_queue::machine::Happening;
use sixshot_queue::{Clock, QueueError, Verdict, was_failure};
use sixshot_sandbox::{FaultKind, Target};
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_providers_own_bill_stands_beside_the_estimate_and_counts() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "kling", 100).await;
    let runner = bench.run();
    let id = add(&bench, 0);
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    let ledger = bench.library.ledger(0).expect("a ledger");
    let amount = |kind: &str| ledger.iter().find(|line| line.kind == kind).map(|line| line.amount);
    assert_eq!(amount("intended"), Some(row(&bench, &id).price));
    let billed = amount("billed").expect("the provider's own figure");
    assert_eq!(billed.0, bench.sandbox.ledger()[0].micro_dollars, "what the provider really took");
    assert_eq!(bench.library.spent(0).expect("a sum"), billed);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_believed_to_be_gone_only_after_two_hours() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "evolink", 1_000).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::NeverReady, 1);
    bench.fault(Target::Poll, FaultKind::Forget, 100_000);
    let id = add(&bench, 0);
    until_row(&bench, &id, "an end", |row| row.state.is_final()).await;
    let ended = row(&bench, &id);
    assert_eq!(ended.state, State::Expired);
    let waited = ended.state_since - ended.sent_at.expect("sent");
    assert!(waited >= 2 * 3_600_000, "{} minutes", waited / 60_000);
    assert_eq!(bench.library.spent(0).expect("a sum"), ended.price, "it stays paid");
    // A person may ask once more, free of charge.
    bench.sandbox.clear_faults();
    bench.queue.happen(&id, Happening::FetchAgain).expect("fits");
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_request_that_shows_up_hours_later_is_still_found() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 1_000).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
    // The first list is the note of what was there before; all later ones are empty for now.
    bench.fault(Target::List, FaultKind::Delay { millis: 1 }, 1);
    let empty = r#"{"code":200,"message":"success","data":{"page":1,"total":0,"items":[]}}"#;
    bench.fault(Target::List, FaultKind::Mangle { status: 200, body: empty.to_owned() }, 100_000);
    let id = add(&bench, 0);
    until_row(&bench, &id, "absent", |row| evidence(row).verdict == Verdict::Absent).await;
    let looked = bench.sandbox.requests("list");
    bench.clock.sleep(Duration::from_secs(3 * HOUR)).await;
    let looks = bench.sandbox.requests("list") - looked;
    assert!((6..=16).contains(&looks), "{looks} looks in three hours");
    assert_eq!(row(&bench, &id).state, State::Unknown, "never sent again by itself");
    bench.sandbox.clear_faults();
    until_row(&bench, &id, "found and done", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_request_is_not_looked_for_after_a_day() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 10_000).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpBefore, 1);
    let id = add(&bench, 0);
    until_row(&bench, &id, "left to the person", |row| row.state == State::Unknown && row.due_at.is_none()).await;
    let looked_for = bench.clock.now() - row(&bench, &id).sent_at.expect("sent");
    assert!(looked_for >= 24 * 3_600_000, "{} hours", looked_for / 3_600_000);
    let looks = bench.sandbox.requests("list");
    bench.clock.sleep(Duration::from_secs(12 * HOUR)).await;
    assert_eq!(bench.sandbox.requests("list"), looks, "nobody looks any more");
    assert_eq!(bench.sandbox.requests("submit"), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_an_account_that_knows_a_task_can_adopt_it() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "evolink", 100).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpBefore, 1);
    let id = add(&bench, 0);
    until_row(&bench, &id, "lost", |row| row.state == State::Unknown).await;
    // Somebody bought the same with another key.
    let lost = row(&bench, &id);
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let registry = Registry::of(&catalogue, &|id| Some(bench.sandbox.base_url(&id.0))).0;
    let provider = registry.get(&"evolink".into()).expect("an adapter");
    let request =
        Composed { path: lost.request_path.clone().expect("a path"), body: lost.request_body.clone().expect("a body") };
    let other = SecretString::from("sandbox-key-of-another-account".to_owned());
    let answer = provider.submit(&other, &request).await;
    let SubmitAnswer::Accepted { remote_id, .. } = answer else { panic!("{answer:?}") };
    let refused = bench.queue.adopt(&id, &remote_id).await.expect_err("a task of nobody's here");
    assert!(matches!(refused, QueueError::Provider(ProviderError::NotFound { .. })), "{refused}");
    assert_eq!(row(&bench, &id).state, State::Unknown);
    // The person has that key too.
    bench.keys.use_only(Some("sandbox-key-of-another-account"));
    bench.queue.adopt(&id, &remote_id).await.expect("known there");
    assert_ne!(row(&bench, &id).account, lost.account, "asked for with the key that knows it");
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_bought_while_the_price_cannot_be_asked() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    let down = FaultKind::Status { status: 503, body: "<html>down</html>".into(), retry_after: None };
    bench.fault(Target::Price, down, 100_000);
    let id = add(&bench, 0);
    until_row(&bench, &id, "several tries", |row| row.attempts >= 3).await;
    assert_eq!((row(&bench, &id).state, bench.sandbox.requests("submit")), (State::Queued, 0));
    bench.sandbox.clear_faults();
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_given_up_request_may_have_become_is_nobody_elses() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 200).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpBefore, 1);
    let given_up = add(&bench, 0);
    until_row(&bench, &given_up, "absent", |row| evidence(row).verdict == Verdict::Absent).await;
    bench.queue.happen(&given_up, Happening::GivenUp).expect("fits");
    bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
    let lost = add(&bench, 1);
    until_row(&bench, &lost, "a question", |row| evidence(row).verdict == Verdict::Several).await;
    assert_eq!(row(&bench, &lost).state, State::Unknown, "the one task could be the other's");
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_changed_at_the_last_moment_is_the_one_that_pays() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 20).await;
    let runner = bench.run();
    // The note of what was there before takes its time; the key changes meanwhile.
    bench.fault(Target::List, FaultKind::Delay { millis: 400 }, 1);
    let id = add(&bench, 0);
    bench.until("asked for its list", |bench| bench.sandbox.requests("list") == 1).await;
    bench.keys.use_only(Some("sandbox-key-0123456789-new1"));
    bench.queue.account_changed(&"wavespeed".into()).expect("told");
    until_row(&bench, &id, "done", |row| row.state == State::Done).await;
    let keys: Vec<String> = bench.sandbox.ledger().into_iter().map(|line| line.key).collect();
    assert_eq!(keys, ["new1"]);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_stops_nothing_and_pays_nothing_twice() {
    let day: i64 = 24 * 3_600_000;
    for jump in [day, -day, 600_000, -600_000] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "wavespeed", 60).await;
        let runner = bench.run();
        // One runs, one is lost and looked for, one waits to be tried again.
        bench.fault(Target::Submit, FaultKind::NeverReady, 1);
        let running = add(&bench, 0);
        until_row(&bench, &running, "running", |row| row.state == State::Running).await;
        bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
        bench.fault(Target::List, FaultKind::Delay { millis: 1 }, 1);
        let down = FaultKind::Status { status: 503, body: "<html>down</html>".into(), retry_after: None };
        bench.fault(Target::List, down.clone(), 100_000);
        let lost = add(&bench, 1);
        until_row(&bench, &lost, "lost", |row| row.state == State::Unknown && row.attempts > 0).await;
        bench.fault(Target::Price, down, 100_000);
        let waiting = add(&bench, 2);
        until_row(&bench, &waiting, "waiting", |row| row.attempts > 0).await;

        bench.clock.set(jump);
        let before = bench.sandbox.traffic("wavespeed").requests;
        bench.clock.sleep(Duration::from_secs(3 * MINUTE)).await;
        let asked = bench.sandbox.traffic("wavespeed").requests - before;
        assert!(asked <= 60, "{asked} requests in three minutes after a jump of {jump}");
        bench.sandbox.clear_faults();
        // The machine wakes up and somebody presses a key.
        bench.queue.wake();
        for id in [&running, &lost, &waiting] {
            until_row(&bench, id, "done", |row| row.state == State::Done).await;
        }
        assert_eq!(bench.sandbox.ledger().len(), 3, "{jump}");
        runner.abort();
    }
}

#[test]
fn a_clip_that_is_missing_is_no_failure_that_is_given_back() {
    assert!(was_failure("generation-failed") && was_failure("generation-withheld"));
    assert!(!was_failure("generation-without-clip") && !was_failure("generation-deleted-there"));
}

/// Between the last look whether the program ends and the row's first word of being sent there is a purchase as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_cut_off_who_cannot_be_held_back_any_more() {
    for round in 0..25 {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), "evolink", 1).await;
        let runner = bench.run();
        let id = add(&bench, 0);
        // Some time on its way to the purchase.
        tokio::time::sleep(Duration::from_micros(400 * round)).await;
        bench.queue.rest();
        bench.until("at rest", |bench| !bench.queue.is_buying()).await;
        runner.abort();
        let now = row(&bench, &id).state;
        assert!(!matches!(now, State::Submitting | State::Unknown), "round {round}: {now:?}");
        let bought = usize::from(!matches!(now, State::Queued | State::Preparing));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(bench.sandbox.ledger().len(), bought, "round {round}");
    }
}
