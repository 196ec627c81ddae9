//! What every adapter promises, checked against the sandbox; the rehearsal keeps the same promises where they apply.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

#[path = "conformance/suite.rs"]
mod suite;

use sixshot_providers::rehearsal::{Progress, Rehearsal, Renderer};
use sixshot_providers::wavespeed::WaveSpeed;
use sixshot_providers::{
    Catalogue, FrameSlot, Output, Provider, ProviderError, RemoteFailure, RemoteState, SecretString, SubmitAnswer,
};
use sixshot_sandbox::{Fault, FaultKind, Options, Sandbox, Target};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use suite::*;

async fn sandbox() -> Sandbox {
    let options = Options {
        waiting: Duration::from_millis(30),
        running: Duration::from_millis(60),
        lines: Some(240),
        ..Options::default()
    };
    Sandbox::start(options).await.expect("a free port")
}

fn wavespeed(sandbox: &Sandbox) -> (Catalogue, WaveSpeed) {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let adapter = WaveSpeed::new(&catalogue, &sandbox.base_url("wavespeed")).expect("an address on this machine");
    (catalogue, adapter)
}

#[tokio::test]
async fn wavespeed_lives_through_a_life() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    for model in catalogue.provider(adapter.id()).expect("known").models.iter().map(|model| &model.profile) {
        let before = sandbox.ledger().len();
        let request = composed(&adapter, model, &board(model));
        let remote_id = accepted(adapter.submit(&key(), &request).await);
        let link = match until_ended(&adapter, &remote_id).await {
            RemoteState::Succeeded(Output::Link(link)) => link,
            other => panic!("{:?}: {other:?}", model.model),
        };
        assert!(link.starts_with("http://127.0.0.1:"), "{link}");
        let ledger = sandbox.ledger();
        assert_eq!(ledger.len(), before + 1, "one paid task for {:?}", model.model);
        assert_eq!(ledger[before].task, remote_id);
    }
}

#[tokio::test]
async fn wavespeed_takes_frames_and_shots() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    let model = &catalogue.model(adapter.id(), &"kling-3.0-pro".into()).expect("known").profile;
    let bytes = sixshot_media_png();
    let uploaded =
        adapter.upload(&key(), "first.png", sixshot_domain::ImageFormat::Png, bytes).await.expect("uploaded");
    let mut board = board(model);
    board.first_frame = Some(frame());
    board.last_frame = Some(frame());
    let link = |_: FrameSlot| uploaded.link.clone();
    let request = adapter.compose(&board, model, &link).expect("composed");
    accepted(adapter.submit(&key(), &request).await);

    let mut shots = sixshot_domain::sample::sample_board(board.id.clone(), "wavespeed", "kling-3.0-pro");
    shots.audio = true;
    let request = composed(&adapter, model, &shots);
    accepted(adapter.submit(&key(), &request).await);
    let ledger = sandbox.ledger();
    assert_eq!(ledger[0].model, "kwaivgi/kling-v3.0-pro/image-to-video");
    assert_eq!(ledger[1].model, "kwaivgi/kling-v3.0-pro/text-to-video");
    assert_eq!(ledger[1].micro_dollars, 12 * 168_000);
    assert_eq!(adapter.live_price(&key(), &request).await, Ok(sixshot_domain::MicroDollars(12 * 168_000)));
}

#[tokio::test]
async fn wavespeed_answers_are_classed() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    let model = &catalogue.model(adapter.id(), &"kling-3.0-std".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let status =
        |status: u16, body: &str, retry_after| FaultKind::Status { status, body: body.to_owned(), retry_after };
    let cases: Vec<(FaultKind, &str, usize)> = vec![
        (FaultKind::HangUpBefore, "unknown", 0),
        (FaultKind::HangUpAfter, "unknown", 1),
        (FaultKind::HalfAnswer, "unknown", 1),
        (FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() }, "unknown", 1),
        (FaultKind::Mangle { status: 200, body: r#"{"code":200,"message":"success","data":{}}"#.into() }, "unknown", 1),
        (status(500, r#"{"code":500,"message":"internal"}"#, None), "unknown", 0),
        (status(502, "<html>bad gateway</html>", None), "unknown", 0),
        (status(429, r#"{"code":429,"message":"slow down"}"#, Some(7)), "provider-rate-limited", 0),
        (status(402, r#"{"code":402,"message":"Insufficient credits"}"#, None), "provider-no-credit", 0),
        (status(401, r#"{"code":401,"message":"invalid authentication"}"#, None), "provider-key-refused", 0),
        (status(400, r#"{"code":400,"message":"duration"}"#, None), "provider-refused", 0),
    ];
    for (kind, expected, paid) in cases {
        let before = sandbox.ledger().len();
        sandbox.add_fault(Fault { target: Target::Submit, kind: kind.clone(), times: 1 });
        let answer = adapter.submit(&key(), &request).await;
        let found = match &answer {
            SubmitAnswer::Accepted { .. } => "accepted",
            SubmitAnswer::Unknown { .. } => "unknown",
            SubmitAnswer::Rejected(error) | SubmitAnswer::NeverSent(error) => error.code(),
        };
        assert_eq!(found, expected, "{kind:?}: {answer:?}");
        assert_eq!(sandbox.ledger().len(), before + paid, "{kind:?}");
        if let SubmitAnswer::Rejected(ProviderError::RateLimited { retry_after }) = answer {
            assert_eq!(retry_after, Some(Duration::from_secs(7)));
        }
    }
}

#[tokio::test]
async fn wavespeed_never_sends_twice_by_itself() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    let model = &catalogue.model(adapter.id(), &"kling-3.0-std".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    let answer = adapter.submit(&key(), &request).await;
    assert!(matches!(answer, SubmitAnswer::Unknown { .. }), "{answer:?}");
    assert_eq!(sandbox.requests("submit"), 1);
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn wavespeed_is_not_reached_and_nothing_is_sent() {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    let adapter = WaveSpeed::new(&catalogue, &format!("http://{free}/wavespeed")).expect("an address");
    let model = &catalogue.model(adapter.id(), &"kling-3.0-std".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let answer = adapter.submit(&key(), &request).await;
    assert!(matches!(answer, SubmitAnswer::NeverSent(ProviderError::Unreachable { .. })), "{answer:?}");
}

#[tokio::test]
async fn wavespeed_finds_a_lost_request() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    let model = &catalogue.model(adapter.id(), &"kling-3.0-std".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let before = adapter.list(&key(), &request.path, 0).await.expect("listed");
    assert!(before.is_empty());
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    adapter.submit(&key(), &request).await;
    let after = adapter.list(&key(), &request.path, 0).await.expect("listed");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].remote_id, sandbox.ledger()[0].task);
    let other = adapter.list(&key(), "/api/v3/kwaivgi/kling-v3.0-pro/text-to-video", 0).await.expect("listed");
    assert!(other.is_empty(), "another model's list");
}

#[tokio::test]
async fn wavespeed_tells_keys_tasks_and_failures_apart() {
    let sandbox = sandbox().await;
    let (catalogue, adapter) = wavespeed(&sandbox);
    let wrong = SecretString::from("wrong-key-canary-123456".to_owned());
    let error = adapter.account(&wrong).await.expect_err("refused");
    assert_eq!(error.code(), "provider-key-refused");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    assert_eq!(
        adapter.account(&key()).await.expect("a balance").balance,
        Some(sixshot_domain::MicroDollars(25_000_000))
    );
    assert_eq!(adapter.poll(&key(), "nobody").await.expect_err("unknown").code(), "provider-not-found");
    assert_eq!(adapter.poll(&key(), "../../balance").await.expect_err("refused").code(), "provider-not-found");
    assert_eq!(adapter.cancel(&key(), "any").await, Err(ProviderError::NotSupported));

    let model = &catalogue.model(adapter.id(), &"kling-3.0-std".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let reason = "content rejected by the safety system".to_owned();
    sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::FailTask { reason }, times: 1 });
    let remote_id = accepted(adapter.submit(&key(), &request).await);
    match until_ended(&adapter, &remote_id).await {
        RemoteState::Failed(failure) => assert_eq!(failure.code, "generation-withheld"),
        other => panic!("{other:?}"),
    }
}

struct Scribe;

impl Renderer for Scribe {
    fn render(
        &self,
        board: &sixshot_domain::Board,
        _lines: u32,
        out: &Path,
        progress: &Progress,
    ) -> Result<(), RemoteFailure> {
        let fail = |reason: &str| RemoteFailure { code: "rehearsal-cancelled", reason: reason.to_owned() };
        progress.report(1, 2);
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while board.name == "endless" && std::time::Instant::now() < deadline {
            if progress.is_cancelled() {
                return Err(fail("stopped"));
            }
            std::thread::yield_now();
        }
        std::fs::write(out, b"clip").map_err(|error| fail(&error.to_string()))
    }
}

#[tokio::test]
async fn the_rehearsal_lives_through_a_life_and_can_be_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let adapter = Rehearsal::new(Arc::new(Scribe), folder.path().to_path_buf(), Arc::new(|| {}));
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let model = &catalogue.model(adapter.id(), &"animatic".into()).expect("known").profile;
    let request = composed(&adapter, model, &board(model));
    let remote_id = accepted(adapter.submit(&key(), &request).await);
    match until_ended(&adapter, &remote_id).await {
        RemoteState::Succeeded(Output::File(path)) => assert_eq!(std::fs::read(path).expect("there"), b"clip"),
        other => panic!("{other:?}"),
    }
    let mut endless = board(model);
    endless.name = "endless".to_owned();
    let remote_id = accepted(adapter.submit(&key(), &composed(&adapter, model, &endless)).await);
    adapter.cancel(&key(), &remote_id).await.expect("cancelled");
    match until_ended(&adapter, &remote_id).await {
        RemoteState::Failed(failure) => assert_eq!(failure.code, "rehearsal-cancelled"),
        other => panic!("{other:?}"),
    }
    assert_eq!(adapter.poll(&key(), "nobody").await.expect_err("unknown").code(), "provider-not-found");
    assert_eq!(adapter.list(&key(), "1080", 0).await, Ok(vec![]));
}
