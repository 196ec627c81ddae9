//! A clock that is wrong, and put right at the worst moment: what was paid is found, and nothing is called absent early.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::Bench;
use sixshot_domain::{GenerationId, GenerationState as State};
use sixshot_queue::{Clock, Evidence, Verdict, policy};
use sixshot_sandbox::{FaultKind, Target};
use sixshot_store::GenerationRow;
use std::time::Duration;

const DAY: i64 = 24 * 3_600_000;

fn add(bench: &Bench) -> GenerationId {
    let row = bench.generation(0);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    row.id
}

fn row(bench: &Bench, id: &GenerationId) -> GenerationRow {
    bench.library.generation(id).expect("there")
}

fn evidence(row: &GenerationRow) -> Evidence {
    Evidence::read(row.evidence.as_deref().unwrap_or_default())
}

/// The clock is wrong when it is sent, and is put right, or is not, before the answer is looked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_by_a_wrong_clock_is_found() {
    for provider in ["kling", "kling-legacy", "wavespeed", "replicate"] {
        for (ahead, put_right) in [(DAY, true), (DAY, false), (30 * DAY, true), (-DAY, true), (-DAY, false)] {
            let home = tempfile::tempdir().expect("a folder");
            let bench = Bench::new(home.path(), provider, 120).await;
            bench.clock.set(ahead);
            let runner = bench.run();
            bench.fault(Target::Submit, FaultKind::HangUpAfter, 1);
            let id = add(&bench);
            bench.until("lost", |bench| row(bench, &id).state == State::Unknown).await;
            if put_right {
                bench.clock.set(-ahead);
                bench.queue.wake();
            }
            bench
                .until("an end", |bench| {
                    let row = row(bench, &id);
                    let asked = row.state == State::Unknown && evidence(&row).verdict != Verdict::Looking;
                    row.state == State::Done || asked
                })
                .await;
            let end = row(&bench, &id);
            assert_eq!(end.state, State::Done, "{provider} {ahead} {put_right}: {:?}", evidence(&end));
            assert_eq!(bench.sandbox.ledger().len(), 1, "{provider}");
            runner.abort();
        }
    }
}

/// A jump of the clock is no time that was spent looking.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_absent_because_the_clock_jumped() {
    for (provider, jump) in [("wavespeed", 11 * 60_000), ("kling", DAY), ("replicate", -DAY)] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path(), provider, 120).await;
        let runner = bench.run();
        bench.fault(Target::Submit, FaultKind::HangUpBefore, 1);
        let id = add(&bench);
        bench.until("lost", |bench| row(bench, &id).state == State::Unknown).await;
        let lost_at = bench.clock.passed();
        bench.clock.set(jump);
        bench.queue.wake();
        bench.until("absent", |bench| evidence(&row(bench, &id)).verdict != Verdict::Looking).await;
        let (found, waited) = (evidence(&row(&bench, &id)), bench.clock.passed() - lost_at);
        assert_eq!(found.verdict, Verdict::Absent, "{provider}");
        assert!(waited >= policy::GRACE, "{provider}: after {} s", waited / 1_000);
        assert!(waited <= 2 * policy::GRACE, "{provider}: after {} s", waited / 1_000);
        assert_eq!(bench.sandbox.requests("submit"), 1);
        runner.abort();
    }
}

/// Between a loss and its look the person orders the same at the provider's own page: it fits by nothing but its model.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_was_made_long_after_the_loss_is_put_to_the_person() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 30).await;
    let runner = bench.run();
    bench.fault(Target::Submit, FaultKind::HangUpBefore, 1);
    bench.fault(Target::List, FaultKind::Delay { millis: 1 }, 1);
    let down = FaultKind::Status { status: 503, body: "<html>down</html>".into(), retry_after: None };
    bench.fault(Target::List, down, 100_000);
    let id = add(&bench);
    bench.until("lost", |bench| row(bench, &id).state == State::Unknown).await;
    let lost = row(&bench, &id);
    // It was sent a quarter of an hour ago by both clocks.
    let mut earlier = lost.clone();
    earlier.sent_at = lost.sent_at.map(|at| at - 900_000);
    let moved = sixshot_store::Advance { row: &earlier, at: 2, what: None, ledger: None, take: None };
    bench.library.advance(&moved).expect("written");
    let catalogue = sixshot_providers::Catalogue::built_in().expect("the shipped catalogue");
    let registry = sixshot_providers::Registry::of(&catalogue, &|id| Some(bench.sandbox.base_url(&id.0))).0;
    let provider = registry.get(&"wavespeed".into()).expect("an adapter");
    let request = sixshot_providers::Composed {
        path: lost.request_path.clone().expect("a path"),
        body: lost.request_body.clone().expect("a body"),
    };
    let key = sixshot_providers::SecretString::from("sandbox-key-0123456789".to_owned());
    let answer = provider.submit(&key, &request).await;
    assert!(matches!(answer, sixshot_providers::SubmitAnswer::Accepted { .. }), "{answer:?}");
    bench.sandbox.clear_faults();
    bench.until("a question", |bench| evidence(&row(bench, &id)).verdict == Verdict::Several).await;
    assert_eq!(evidence(&row(&bench, &id)).candidates.len(), 1);
    bench.clock.sleep(Duration::from_secs(120)).await;
    assert_eq!(row(&bench, &id).state, State::Unknown, "nobody else decides");
    runner.abort();
}
