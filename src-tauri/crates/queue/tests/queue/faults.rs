//! Faults of the network and the provider: whatever happens, nothing is paid twice and every row says what is next.

use crate::support::{self, Bench};
use sixshot_domain::{GenerationState as State, MicroDollars};
use sixshot_queue::machine::Happening;
use sixshot_queue::{Evidence, Verdict};
use sixshot_sandbox::{Fault, FaultKind, Target};

fn fault(target: Target, kind: FaultKind, times: u32) -> Fault {
    Fault { target, kind, times }
}

fn status(status: u16, body: &str, retry_after: Option<u64>) -> FaultKind {
    FaultKind::Status { status, body: body.to_owned(), retry_after }
}

#[tokio::test]
async fn a_generation_becomes_a_take() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.add("one");
    let row = bench.until("one", |row| row.state == State::Done).await;
    let take = bench.library.take(row.take_id.as_deref().expect("a take")).expect("read").expect("there");
    assert_eq!((take.frames, take.frame_rate_millis, take.damaged), (120, 24_000, false));
    let file = bench.library.folder().take(&take.file).expect("a name");
    assert_eq!(std::fs::metadata(file).expect("a file").len(), u64::try_from(take.bytes).expect("a size"));
    assert_eq!(bench.sandbox.ledger().len(), 1);
    assert_eq!(bench.spent(), MicroDollars(420_000));
    assert_eq!(std::fs::read_dir(bench.library.folder().parts()).expect("a folder").count(), 0);
    // Beside the clip stands what it is, for the day the database is gone.
    let sidecar = bench.library.folder().take(&take.file).expect("a name").with_extension("json");
    let sidecar: serde_json::Value = serde_json::from_slice(&std::fs::read(sidecar).expect("a file")).expect("JSON");
    assert_eq!(sidecar["generation"], "one");
    assert_eq!(sidecar["remote_id"], row.remote_id.expect("a task"));
    assert_eq!(sidecar["sha256"], take.sha256);
    assert_eq!(sidecar["board"]["prompt"], "A red door opens");
}

#[tokio::test]
async fn a_lost_answer_is_found_and_adopted() {
    for kind in [
        FaultKind::HangUpAfter,
        FaultKind::HalfAnswer,
        FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() },
        FaultKind::Mangle { status: 502, body: "<html>bad gateway</html>".into() },
        FaultKind::Mangle { status: 200, body: r#"{"code":200,"data":{}}"#.into() },
    ] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path()).await;
        bench.sandbox.add_fault(fault(Target::Submit, kind.clone(), 1));
        bench.add("one");
        let row = bench.until("one", |row| row.state == State::Done).await;
        assert_eq!(bench.sandbox.ledger().len(), 1, "{kind:?}");
        assert_eq!(row.remote_id.as_deref(), Some(bench.sandbox.ledger()[0].task.as_str()), "{kind:?}");
        assert_eq!(bench.sandbox.requests("submit"), 1, "{kind:?}");
        assert_eq!(bench.spent(), MicroDollars(420_000), "{kind:?}");
    }
}

#[tokio::test]
async fn a_request_that_may_not_have_arrived_is_a_question_and_never_sent_by_itself() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.sandbox.add_fault(fault(Target::Submit, FaultKind::HangUpBefore, 1));
    bench.add("one");
    let row = bench.until("one", |row| row.state == State::Unknown && row.attempts >= 1).await;
    assert_eq!(bench.sandbox.requests("submit"), 1);
    assert_eq!(bench.sandbox.ledger().len(), 0);
    assert_eq!(bench.spent(), MicroDollars(420_000), "it may have been spent");
    // Ten minutes later nothing is there: the person is asked, and says so.
    let evidence = Evidence { looked_up_at: Some(1), verdict: Verdict::Absent, again: true, ..Evidence::default() };
    bench.queue.happen(&row.id, Happening::LookedUp(evidence)).expect("fits");
    let next = bench.row("one").due_at.expect("it can still show up late");
    assert!(next > bench.row("one").state_since + 5 * 60_000, "rarely looked for from now on");
    bench.queue.send_again(&row.id, MicroDollars(420_000)).expect("confirmed again");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    assert_eq!(bench.spent(), MicroDollars(420_000));
    assert!(bench.queue.send_again(&row.id, MicroDollars(420_000)).is_err(), "no longer lost");
}

#[tokio::test]
async fn a_task_named_by_the_person_is_adopted() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.sandbox.add_fault(fault(Target::Submit, FaultKind::HangUpAfter, 1));
    bench.sandbox.add_fault(fault(Target::List, FaultKind::HangUpBefore, 0));
    bench.add("one");
    bench.until("one", |row| row.state == State::Unknown || row.state == State::Running).await;
    bench.sandbox.add_fault(fault(Target::List, status(500, "<html></html>", None), 100));
    let task = bench.sandbox.ledger()[0].task.clone();
    let row = bench.row("one");
    if row.state == State::Unknown {
        bench.queue.happen(&row.id, Happening::Adopted { remote_id: task, account: None }).expect("adopted");
    }
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn refusals_end_or_wait_as_they_mean() {
    let ends = [
        (status(400, r#"{"code":400,"message":"duration"}"#, None), "provider-refused"),
        (status(404, r#"{"code":404,"message":"model not found"}"#, None), "provider-not-found"),
    ];
    for (kind, code) in ends {
        let home = tempfile::tempdir().expect("a folder");
        let bench = Bench::new(home.path()).await;
        bench.sandbox.add_fault(fault(Target::Submit, kind, 1));
        bench.add("one");
        let row = bench.until("one", |row| row.state.is_final()).await;
        assert_eq!((row.state, row.problem.expect("a reason").0.as_str()), (State::Failed, code));
        assert_eq!(bench.spent(), MicroDollars::ZERO, "{code}");
    }
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.sandbox.add_fault(fault(Target::Submit, status(429, r#"{"code":429,"message":"slow"}"#, Some(1)), 1));
    bench.add("one");
    bench.until("one", |row| row.problem.as_ref().is_some_and(|(code, _)| code == "provider-rate-limited")).await;
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    assert_eq!(bench.spent(), MicroDollars(420_000));
}

#[tokio::test]
async fn without_a_key_nothing_is_sent_and_a_new_key_lets_it_go_on() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.keys.use_only(None);
    bench.add("one");
    let row = bench.until("one", |row| row.problem.is_some()).await;
    assert_eq!((row.state, row.problem.expect("a reason").0.as_str()), (State::Queued, "key-missing"));
    bench.keys.use_only(Some("wrong-key-0123456789"));
    bench.queue.account_changed(&"wavespeed".into()).expect("told");
    bench.until("one", |row| row.problem.as_ref().is_some_and(|(code, _)| code == "provider-key-refused")).await;
    assert_eq!(bench.sandbox.ledger().len(), 0);
    bench.keys.use_only(Some("sandbox-key-0123456789"));
    bench.queue.account_changed(&"wavespeed".into()).expect("told");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_higher_price_is_not_paid() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    let body = r#"{"code":200,"message":"success","data":{"price":0.421}}"#;
    bench.sandbox.add_fault(fault(Target::Price, status(200, body, None), 1));
    bench.add("one");
    let row = bench.until("one", |row| row.state.is_final()).await;
    assert_eq!(row.problem.expect("a reason").0, "price-rose");
    assert_eq!((bench.sandbox.requests("submit"), bench.spent()), (0, MicroDollars::ZERO));
}

#[tokio::test]
async fn polls_and_downloads_are_repeated_until_they_work() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    for kind in [
        FaultKind::HangUpBefore,
        FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() },
        status(500, r#"{"code":500,"message":"internal"}"#, None),
        FaultKind::Mangle { status: 200, body: r#"{"code":200,"data":{"id":"x","status":"dreaming"}}"#.into() },
    ] {
        bench.sandbox.add_fault(fault(Target::Poll, kind, 1));
    }
    bench.sandbox.add_fault(fault(Target::Download, FaultKind::HalfAnswer, 1));
    bench.sandbox.add_fault(fault(Target::Download, status(403, "<html>expired</html>", None), 1));
    bench.sandbox.add_fault(fault(Target::Download, FaultKind::HangUpBefore, 1));
    bench.add("one");
    let row = bench.until("one", |row| row.state.is_final()).await;
    assert_eq!(row.state, State::Done, "{:?}", row.problem);
    assert_eq!(bench.sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_failed_task_says_why_and_gives_the_money_back() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    let reason = "content rejected by the safety system".to_owned();
    bench.sandbox.add_fault(fault(Target::Submit, FaultKind::FailTask { reason }, 1));
    bench.add("one");
    let row = bench.until("one", |row| row.state.is_final()).await;
    assert_eq!(row.problem.expect("a reason").0, "generation-withheld");
    assert_eq!(bench.spent(), MicroDollars::ZERO);
}

#[tokio::test]
async fn a_restart_in_any_state_ends_well_and_pays_once() {
    for state in [State::Queued, State::Preparing, State::Submitting, State::Running, State::Downloading] {
        let home = tempfile::tempdir().expect("a folder");
        let sandbox = support::sandbox().await;
        // The row as a run that was cut off in this state leaves it.
        let library = sixshot_store::Library::open(home.path(), 1, "library").expect("opens");
        let mut row = library.add_generations(&[support::generation("one", false)]).expect("added").remove(0);
        row.state = state;
        if state == State::Submitting {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_millis();
            row.sent_at = i64::try_from(now).ok();
            row.request_path = Some("/api/v3/kwaivgi/kling-v3.0-std/text-to-video".to_owned());
            row.due_at = None;
        }
        let begun = matches!(state, State::Running | State::Downloading);
        if begun {
            row.remote_id = Some("gone".to_owned());
        }
        let advance = sixshot_store::Advance { row: &row, at: 2, what: None, ledger: None, take: None };
        library.advance(&advance).expect("written");
        drop(library);

        let bench = Bench::with(home.path(), sandbox);
        match state {
            State::Queued | State::Preparing => {
                bench.until("one", |row| row.state == State::Done).await;
                assert_eq!(bench.sandbox.ledger().len(), 1, "{state:?}");
            }
            State::Submitting => {
                let row = bench.until("one", |row| row.state == State::Unknown && row.attempts >= 1).await;
                assert!(row.due_at.is_some() && row.evidence.is_some(), "{row:?}");
                assert_eq!(bench.sandbox.requests("submit"), 0);
            }
            _ => {
                let row = bench.until("one", |row| row.attempts >= 1 || row.state.is_final()).await;
                assert!(row.due_at.is_some() || row.state.is_final(), "{row:?}");
                assert_eq!(bench.sandbox.requests("submit"), 0, "{state:?}");
            }
        }
    }
}

#[tokio::test]
async fn many_at_once_stay_within_the_providers_places() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    for number in 0..6 {
        bench.add(&format!("g{number}"));
    }
    let mut most = 0;
    for number in 0..6 {
        bench
            .until(&format!("g{number}"), |row| {
                let running = bench.library.generations_in(State::Running).expect("read").len();
                most = most.max(running);
                row.state == State::Done
            })
            .await;
    }
    assert!(most <= 2, "{most} at once");
    assert_eq!(bench.sandbox.ledger().len(), 6);
}

#[tokio::test]
async fn no_money_stops_the_providers_queue_until_the_person_says_so() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    let poor = r#"{"code":402,"message":"Insufficient credits"}"#;
    bench.sandbox.add_fault(fault(Target::Submit, status(402, poor, None), 1));
    bench.add("one");
    let row = bench.until("one", |row| row.state == State::Queued && row.problem.is_some()).await;
    assert_eq!((row.problem.expect("a reason").0.as_str(), row.due_at), ("provider-no-credit", None));
    bench.add("two");
    let waiting = bench.row("two");
    assert_eq!(bench.queue.why_waiting(&waiting).expect("read"), Some(("provider-no-credit", None)));
    assert_eq!((bench.sandbox.requests("submit"), bench.spent()), (1, MicroDollars::ZERO));
    // It holds over a restart: nothing is asked of a provider that said so.
    let gates = bench.library.setting("gates").expect("read").expect("kept");
    assert!(gates.contains(r#""no_credit":true"#), "{gates}");
    assert_eq!(bench.row("two").state, State::Queued);

    bench.queue.go_on(&"wavespeed".into()).expect("told");
    for id in ["one", "two"] {
        bench.until(id, |row| row.state == State::Done).await;
    }
    assert_eq!((bench.sandbox.requests("submit"), bench.sandbox.ledger().len()), (3, 2));
}

#[tokio::test]
async fn a_provider_that_asks_to_wait_is_left_alone_by_all() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    let busy = r#"{"code":429,"message":"slow down"}"#;
    bench.sandbox.add_fault(fault(Target::Submit, status(429, busy, Some(3)), 1));
    bench.add("one");
    bench.until("one", |row| row.problem.is_some()).await;
    let begun = std::time::Instant::now();
    bench.add("two");
    bench.until("two", |row| row.state == State::Done).await;
    assert!(begun.elapsed() >= std::time::Duration::from_millis(2_500), "{:?}", begun.elapsed());
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.requests("submit"), bench.sandbox.ledger().len()), (3, 2));
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_broke_off() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    for _ in 0..2 {
        bench.sandbox.add_fault(fault(Target::Download, FaultKind::HalfAnswer, 1));
    }
    bench.add("one");
    let row = bench.until("one", |row| row.state == State::Done).await;
    let take = bench.library.take(row.take_id.as_deref().expect("a take")).expect("read").expect("there");
    let file = bench.library.folder().take(&take.file).expect("a name");
    let bytes = std::fs::read(&file).expect("a clip");
    assert_eq!(bytes.len() as u64, u64::try_from(take.bytes).expect("a size"));
    // Half, then half of the rest, then the rest: never the whole clip again.
    assert_eq!(bench.sandbox.requests("rest"), 2);
    assert_eq!((take.frames, take.damaged), (120, false));
    assert_eq!(bench.sandbox.requests("download"), 3);
    assert_eq!(std::fs::read_dir(bench.library.folder().parts()).expect("a folder").count(), 0);
}
