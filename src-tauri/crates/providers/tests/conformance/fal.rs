//! fal's words: refusals by HTTP status, failures by the `type` in the result of a completed request.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, Element, Profile, Shot, ShotId, ShotPlan};
use sixshot_providers::{
    Account, Composition, LostRequest, Output, PictureSlot, RemoteState, SecretString, SubmitAnswer,
};
use sixshot_sandbox::{Fault, FaultKind, Target};

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "fal",
    key: "sandbox-key-id:0123456789",
    refusals: &[
        (
            403,
            r#"{"detail":"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."}"#,
            "provider-no-credit",
        ),
        (402, r#"{"detail":"Payment required"}"#, "provider-no-credit"),
        (401, r#"{"detail":"Authorization token is invalid."}"#, "provider-key-refused"),
        (403, r#"{"detail":"This key may not call this application"}"#, "provider-key-refused"),
        (400, r#"{"detail":"The body is no JSON","error_type":"bad_request"}"#, "provider-refused"),
        (422, r#"{"detail":[{"loc":["body","prompt"],"msg":"Field required","type":"missing"}]}"#, "provider-refused"),
        (404, r#"{"detail":"Application 'kling' not found"}"#, "provider-not-found"),
        (429, r#"{"detail":"Too many requests"}"#, "provider-rate-limited"),
        (499, r#"{"detail":"Client disconnected","error_type":"client_disconnected"}"#, "unknown"),
        (408, r#"{"detail":"Timed out"}"#, "unknown"),
        (500, r#"{"detail":"Internal error","error_type":"internal_error"}"#, "unknown"),
        (502, r#"{"detail":"Half an answer","error_type":"runner_incomplete_response"}"#, "unknown"),
        (503, r#"{"detail":"No runner","error_type":"runner_scheduling_failure"}"#, "unknown"),
        (504, r#"{"detail":"Request timed out","error_type":"request_timeout"}"#, "unknown"),
    ],
    failures: &[
        ("content_policy_violation: The content was flagged by a content checker.", "generation-withheld"),
        ("no_media_generated: Nothing was made.", "generation-without-clip"),
        ("generation_timeout: It took too long.", "generation-timed-out"),
        ("internal_server_error: Something broke.", "generation-failed"),
        ("downstream_service_error: The model's own service refused.", "generation-failed"),
        ("downstream_service_unavailable: The model's own service is away.", "generation-failed"),
        ("image_load_error: The picture cannot be read.", "generation-failed"),
        ("file_download_error: The picture is not there.", "generation-failed"),
        ("face_detection_error: No face.", "generation-failed"),
        ("request_timeout: Request timed out", "generation-timed-out"),
        ("startup_timeout: Not begun in time", "generation-timed-out"),
        ("runner_scheduling_failure: No runner", "generation-failed"),
        ("runner_connection_timeout: No answer of the runner", "generation-failed"),
        ("runner_disconnected: The runner left", "generation-failed"),
        ("runner_connection_refused: The runner refused", "generation-failed"),
        ("runner_connection_error: The runner cannot be reached", "generation-failed"),
        ("runner_incomplete_response: Half an answer", "generation-failed"),
        ("runner_server_error: The runner broke", "generation-failed"),
        ("internal_error: Something broke", "generation-failed"),
        ("client_disconnected: Nobody listened", "generation-failed"),
        ("client_cancelled: Stopped", "generation-cancelled-there"),
        // Kling at fal also fails in words alone, and in findings of an older shape.
        ("The request was rejected by our safety system", "generation-withheld"),
        ("The model could not do that", "generation-failed"),
        (r#"[{"loc":["body","image_url"],"msg":"field required","type":"value_error.missing"}]"#, "generation-failed"),
    ],
    named_beside_an_error: (
        500,
        r#"{"detail":"later","error_type":"internal_error","request_id":"r-1"}"#,
        "fal-ai/kling-video/requests/r-1",
    ),
    senseless: &[
        (200, r#"{"status":"DREAMING","request_id":"a"}"#),
        (200, r#"{"status":"FAILED","request_id":"a"}"#),
        (200, r#"{"status":["COMPLETED"],"request_id":7}"#),
        (500, r#"{"detail":"Internal error","error_type":"internal_error"}"#),
        (404, r#"{"error":{"type":"not_found","message":"no such path"}}"#),
        (200, r#"{"detail":"odd"}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> (String, Value) {
    let picture = |slot| match slot {
        PictureSlot::First => "https://v3b.fal.media/files/b/abc/start.png".to_owned(),
        PictureSlot::Last => "https://v3b.fal.media/files/b/abc/end.png".to_owned(),
        PictureSlot::Element { picture: 0, .. } => "https://v3b.fal.media/files/b/abc/face.png".to_owned(),
        PictureSlot::Element { picture, .. } => format!("https://v3b.fal.media/files/b/abc/side-{picture}.png"),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    (request.path, serde_json::from_str(&request.body).expect("JSON"))
}

fn shot(id: &str, prompt: &str, seconds: i32) -> Shot {
    Shot { id: ShotId(id.to_owned()), prompt: prompt.to_owned(), seconds, panel: None }
}

/// The documented bodies, typed as data: whole seconds as text, sound always said.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let std = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(std);
    board.prompt = "A paper boat drifts through a rainy street at dusk".to_owned();
    board.negative_prompt = "blur, distort, and low quality".to_owned();
    board.guidance = Some(50);
    let (path, found) = body(&bench, std, &board);
    assert_eq!(path, "/fal-ai/kling-video/v3/standard/text-to-video");
    assert_eq!(
        found,
        json!({
            "prompt": "A paper boat drifts through a rainy street at dusk",
            "duration": "5", "aspect_ratio": "16:9", "generate_audio": false,
            "negative_prompt": "blur, distort, and low quality", "cfg_scale": 0.5
        })
    );

    let mut board = single(std);
    board.shots =
        vec![shot("1", "Wide shot of the harbour at dawn", 3), shot("2", "Close-up, the captain looks up", 4)];
    board.ratio = sixshot_domain::Ratio::Tall;
    board.audio = true;
    let (_, found) = body(&bench, std, &board);
    assert_eq!(
        found,
        json!({
            "multi_prompt": [
                { "prompt": "Wide shot of the harbour at dawn", "duration": "3" },
                { "prompt": "Close-up, the captain looks up", "duration": "4" }
            ],
            "shot_type": "customize", "duration": "7", "aspect_ratio": "9:16", "generate_audio": true
        })
    );

    let pro = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(pro);
    board.prompt = "@mara turns toward the camera and smiles".to_owned();
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    board.shots[0].seconds = 10;
    board.audio = true;
    board.guidance = Some(50);
    board.elements = vec![Element {
        name: "mara".to_owned(),
        element_id: String::new(),
        description: String::new(),
        pictures: vec![frame(), frame()],
    }];
    let (path, found) = body(&bench, pro, &board);
    assert_eq!(path, "/fal-ai/kling-video/v3/pro/image-to-video");
    assert_eq!(
        found,
        json!({
            "prompt": "@Element1 turns toward the camera and smiles",
            "start_image_url": "https://v3b.fal.media/files/b/abc/start.png",
            "end_image_url": "https://v3b.fal.media/files/b/abc/end.png",
            "elements": [{
                "frontal_image_url": "https://v3b.fal.media/files/b/abc/face.png",
                "reference_image_urls": ["https://v3b.fal.media/files/b/abc/side-1.png"]
            }],
            "duration": "10", "generate_audio": true, "cfg_scale": 0.5
        })
    );
}

/// Turbo knows fewer words and has another one for the first frame; the model cuts by itself when asked to.
#[tokio::test]
async fn writes_only_what_a_model_knows() {
    let bench = Bench::of(&CASE).await;
    let turbo = &bench.entry.model(&"kling-3.0-turbo-pro".into()).expect("sold").profile;
    let mut board = single(turbo);
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    board.negative_prompt = "blur".to_owned();
    (board.guidance, board.audio) = (Some(50), true);
    let (path, found) = body(&bench, turbo, &board);
    assert_eq!(path, "/fal-ai/kling-video/v3/turbo/pro/image-to-video");
    assert_eq!(
        found,
        json!({
            "prompt": "A red door opens slowly", "duration": "5",
            "image_url": "https://v3b.fal.media/files/b/abc/start.png"
        })
    );

    let std = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(std);
    board.plan = ShotPlan::Intelligent;
    board.callback = "https://hooks.example.com/ready?a=1&b=2".to_owned();
    let (path, found) = body(&bench, std, &board);
    assert_eq!(
        path,
        "/fal-ai/kling-video/v3/standard/text-to-video?fal_webhook=https%3A%2F%2Fhooks.example.com%2Fready%3Fa%3D1%26b%3D2"
    );
    let silent = Profile { callback: false, ..std.clone() };
    assert_eq!(body(&bench, &silent, &board).0, "/fal-ai/kling-video/v3/standard/text-to-video");
    assert_eq!(found["shot_type"], "intelligent");
    assert_eq!(found.get("multi_prompt"), None);
}

/// Documented answers to a purchase and to the two questions that follow it.
#[tokio::test]
async fn reads_the_documented_answers() {
    let bench = Bench::of(&CASE).await;
    let fault = |target, status, body: Value| {
        let kind = FaultKind::Status { status, body: body.to_string(), retry_after: None };
        bench.sandbox.add_fault(Fault { target, kind, times: 1 });
    };
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let id = "764cabcf-b745-4b3e-ae38-1200304cf45b";
    let name = format!("fal-ai/kling-video/requests/{id}");
    let base = format!("https://queue.fal.run/{name}");
    fault(
        Target::Submit,
        200,
        json!({
            "status": "IN_QUEUE", "request_id": id, "response_url": base, "queue_position": 0,
            "status_url": format!("{base}/status"), "cancel_url": format!("{base}/cancel")
        }),
    );
    assert_eq!(accepted(bench.adapter.submit(&bench.key, &request).await), name);
    assert_eq!(bench.adapter.task_name(&request.path, id), name, "a bare id off fal's page");
    assert_eq!(bench.adapter.task_name(&request.path, &name), name);

    let running = Ok(RemoteState::Running { progress: None });
    for (status, body) in [
        (202, json!({ "status": "IN_QUEUE", "request_id": id, "queue_position": 2 })),
        (202, json!({ "status": "IN_PROGRESS", "request_id": id, "logs": null })),
    ] {
        fault(Target::Poll, status, body);
        assert_eq!(bench.adapter.poll(&bench.key, &name).await, running);
    }
    let completed =
        json!({ "status": "COMPLETED", "request_id": id, "logs": [], "metrics": { "inference_time": 92.4 } });
    let link = "https://v3b.fal.media/files/b/xyz/output.mp4";
    let clip = json!({
        "video": { "url": link, "content_type": "video/mp4", "file_name": "output.mp4", "file_size": 13_096_952 }
    });
    fault(Target::Poll, 200, completed.clone());
    fault(Target::Poll, 200, clip);
    let made = RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None };
    assert_eq!(bench.adapter.poll(&bench.key, &name).await, Ok(made));

    // Nothing that comes of the question for the result ends what is paid for.
    for (status, body) in [
        (502, json!({ "error": { "type": "upstream_error", "message": "bad gateway" } })),
        (403, json!({ "error": { "type": "authorization_error", "message": "no" } })),
        (503, json!({ "detail": "busy", "error_type": "runner_connection_error" })),
        (400, json!({ "detail": "odd", "error_type": "bad_request" })),
        (422, json!({ "detail": [{ "loc": ["query", "x"], "msg": "odd", "type": "missing" }] })),
        (200, json!({ "video": null })),
    ] {
        fault(Target::Poll, 200, completed.clone());
        fault(Target::Poll, status, body.clone());
        let state = bench.adapter.poll(&bench.key, &name).await;
        assert!(state.is_err(), "{status} {body}: {state:?}");
    }
    // Asked too early, and by a gateway that is broken: neither ends it.
    fault(Target::Poll, 200, completed.clone());
    fault(Target::Poll, 500, json!({ "detail": "Request is still in progress" }));
    assert_eq!(bench.adapter.poll(&bench.key, &name).await, running);
    fault(Target::Poll, 200, completed);
    fault(Target::Poll, 502, json!({ "detail": "Bad gateway" }));
    assert_eq!(bench.adapter.poll(&bench.key, &name).await.expect_err("no end").code(), "provider-unavailable");
}

/// A body that the model refuses is taken into the queue, and its result says what is wrong with it.
#[tokio::test]
async fn a_refused_body_is_a_failed_request() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let mut request = bench.request(&single(profile), profile).await;
    request.body = r#"{"prompt":"a door","duration":5}"#.to_owned();
    let name = accepted(bench.adapter.submit(&bench.key, &request).await);
    assert_eq!(bench.sandbox.ledger()[0].micro_dollars, 0);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let failure = loop {
        match bench.adapter.poll(&bench.key, &name).await.expect("an answer") {
            RemoteState::Running { .. } if std::time::Instant::now() < deadline => tokio::task::yield_now().await,
            RemoteState::Failed(failure) => break failure,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(failure.code, "generation-failed");
    assert!(failure.reason.starts_with("duration: "), "{}", failure.reason);
}

/// The list shows inputs: what could be this request comes first. A request for something else is not left out, because
/// the same question notes what was there before a purchase; one of another model is.
#[tokio::test]
async fn another_input_comes_after_and_another_model_is_not_found() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let mut board = single(profile);
    let request = bench.request(&board, profile).await;
    let first = accepted(bench.adapter.submit(&bench.key, &request).await);
    board.prompt = "Another door".to_owned();
    let other = bench.request(&board, profile).await;
    let look_up = |path: String, body: String| {
        let bench = &bench;
        async move {
            let question = LostRequest { path: &path, body: &body, since: 0 };
            let tasks = bench.adapter.look_up(&bench.key, &question).await.expect("an answer");
            tasks.into_iter().map(|task| task.remote_id).collect::<Vec<_>>()
        }
    };
    assert_eq!(look_up(other.path.clone(), other.body.clone()).await, [first.as_str()], "never absent for its input");
    let second = accepted(bench.adapter.submit(&bench.key, &other).await);
    assert_eq!(look_up(request.path.clone(), request.body.clone()).await, [first.as_str(), second.as_str()]);
    assert_eq!(look_up(other.path, other.body).await, [second.as_str(), first.as_str()]);
    let dearer = "/fal-ai/kling-video/v3/pro/text-to-video".to_owned();
    assert!(look_up(dearer, request.body.clone()).await.is_empty());
    // More than a page of them: each page is read.
    for _ in 0..100 {
        let answer = bench.adapter.submit(&bench.key, &request).await;
        assert!(matches!(answer, SubmitAnswer::Accepted { .. }), "{answer:?}");
    }
    assert_eq!(look_up(request.path, request.body).await.len(), 102);
}

/// A key without the right to see money is a key all the same.
#[tokio::test]
async fn a_key_without_a_balance_is_told_from_a_wrong_one() {
    let bench = Bench::of(&CASE).await;
    let plain = SecretString::from("api-scope-key:1".to_owned());
    assert_eq!(bench.adapter.account(&plain).await, Ok(Account { balance: None, credits: None }));
    assert!(bench.adapter.account(&bench.key).await.expect("an account").balance.is_some());
    let wrong = SecretString::from("api-scope-wrong:1".to_owned());
    assert_eq!(bench.adapter.account(&wrong).await.expect_err("refused").code(), "provider-key-refused");
}
