//! Replicate's words: problem details for refusals, a prediction's status and error for failures.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, Profile, Shot, ShotId};
use sixshot_providers::{Composition, LostRequest, Output, PictureSlot, ProviderError, RemoteState, SubmitAnswer};
use sixshot_sandbox::{Fault, FaultKind, Target};
use std::time::Duration;

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "replicate",
    key: "r8_sandbox-key-0123456789",
    refusals: &[
        (
            401,
            r#"{"title":"Unauthenticated","detail":"You did not pass a valid authentication token","status":401}"#,
            "provider-key-refused",
        ),
        (
            402,
            r#"{"title":"Insufficient credit","detail":"You have insufficient credit to run this model.","status":402}"#,
            "provider-no-credit",
        ),
        (
            429,
            r#"{"detail":"Request was throttled. Your rate limit resets in ~30s.","status":429}"#,
            "provider-rate-limited",
        ),
        (
            429,
            r#"{"detail":"Your rate limit is lower while you have less than $5.0 in credit.","status":429}"#,
            "provider-rate-limited",
        ),
        (
            422,
            r#"{"detail":"- input.duration: Must be less than or equal to 15\n","status":422,"title":"Input validation failed","invalid_fields":[{"type":"number_lte","field":"input.duration","description":"Must be less than or equal to 15"}]}"#,
            "provider-refused",
        ),
        (400, r#"{"title":"Bad request","detail":"The body is no JSON","status":400}"#, "provider-refused"),
        (
            403,
            r#"{"detail":"You do not have permission to perform this action.","status":403}"#,
            "provider-key-refused",
        ),
        // `detail` alone is said by services on the way too.
        (429, r#"{"detail":"throttled"}"#, "unknown"),
        (403, r#"{"detail":"You do not have permission to perform this action."}"#, "unknown"),
        (404, r#"{"detail":"The requested resource could not be found.","status":404}"#, "provider-not-found"),
        (408, r#"{"detail":"Timed out"}"#, "unknown"),
        (500, r#"{"detail":"Internal server error"}"#, "unknown"),
        (503, r#"{"title":"Service unavailable"}"#, "unknown"),
    ],
    failures: &[
        ("Prediction failed: content moderation (E005)", "generation-withheld"),
        ("Prediction interrupted; please retry (code: PA)", "generation-failed"),
        ("aborted", "generation-timed-out"),
    ],
    named_beside_an_error: (429, r#"{"id":"gm3q","title":"Throttled","detail":"slow down","status":429}"#, "gm3q"),
    senseless: &[
        (200, r#"{"id":"a","status":"dreaming"}"#),
        (200, r#"{"id":7,"status":["failed"]}"#),
        (200, r#"{"id":"a","status":null,"error":"odd"}"#),
        (200, r#"{"id":"another","status":"failed","error":"m"}"#),
        (200, r#"{"status":"failed","error":"m"}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (500, r#"{"detail":"Internal server error"}"#),
        (401, r#"{"title":"Unauthenticated","detail":"odd","status":401}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> (String, Value) {
    let picture = |slot| match slot {
        PictureSlot::First => "https://api.replicate.com/v1/files/ZjQ3".to_owned(),
        _ => "https://api.replicate.com/v1/files/ZjQ4".to_owned(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    (request.path, serde_json::from_str(&request.body).expect("JSON"))
}

/// The documented bodies, typed as data: `standard` and not `std`, shots as JSON inside a text.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let std = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(std);
    board.prompt = "A paper boat drifts through a rainy street".to_owned();
    board.negative_prompt = "text, watermark".to_owned();
    // Unknown to this model, so never sent.
    board.guidance = Some(50);
    let (path, found) = body(&bench, std, &board);
    assert_eq!(path, "/v1/models/kwaivgi/kling-v3-video/predictions");
    assert_eq!(
        found,
        json!({ "input": {
            "prompt": "A paper boat drifts through a rainy street", "mode": "standard",
            "duration": 5, "aspect_ratio": "16:9", "generate_audio": false,
            "negative_prompt": "text, watermark"
        } })
    );

    let pro = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let shot = |id: &str, prompt: &str, seconds| Shot {
        id: ShotId(id.to_owned()),
        prompt: prompt.to_owned(),
        seconds,
        panel: None,
    };
    let mut board = single(pro);
    board.shots = vec![shot("1", "Wide shot of the harbour", 3), shot("2", "Close-up of the captain", 4)];
    board.first_frame = Some(frame());
    board.audio = true;
    let (_, found) = body(&bench, pro, &board);
    let shots: Value = serde_json::from_str(found["input"]["multi_prompt"].as_str().expect("a text")).expect("JSON");
    assert_eq!(
        shots,
        json!([
            { "prompt": "Wide shot of the harbour", "duration": 3 },
            { "prompt": "Close-up of the captain", "duration": 4 }
        ])
    );
    let mut rest = found;
    rest["input"].as_object_mut().expect("an input").remove("multi_prompt");
    assert_eq!(
        rest,
        json!({ "input": {
            "prompt": "Wide shot of the harbour",
            "start_image": "https://api.replicate.com/v1/files/ZjQ3",
            "mode": "pro", "duration": 7, "generate_audio": true
        } })
    );

    let mut board = single(pro);
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    board.callback = "https://hooks.example.com/ready".to_owned();
    let (_, found) = body(&bench, pro, &board);
    assert_eq!(
        found,
        json!({
            "input": {
                "prompt": "A red door opens slowly",
                "start_image": "https://api.replicate.com/v1/files/ZjQ3",
                "end_image": "https://api.replicate.com/v1/files/ZjQ4",
                "mode": "pro", "duration": 5, "generate_audio": false
            },
            "webhook": "https://hooks.example.com/ready",
            "webhook_events_filter": ["completed"]
        })
    );
}

/// Documented answers, as they are answered.
#[tokio::test]
async fn reads_the_documented_answers() {
    let bench = Bench::of(&CASE).await;
    let fault = |target, status, body: Value| {
        let kind = FaultKind::Status { status, body: body.to_string(), retry_after: None };
        bench.sandbox.add_fault(Fault { target, kind, times: 1 });
    };
    let id = "gm3qorzdhgbfurvjtvhg6dckhu";
    let prediction = |status: &str, output: Value, error: Value| {
        json!({
            "id": id, "model": "kwaivgi/kling-v3-video", "version": "hidden",
            "input": { "prompt": "a door", "duration": 5 }, "logs": "", "output": output, "data_removed": false,
            "error": error, "status": status, "source": "api", "created_at": "2026-11-21T10:00:00.123Z",
            "urls": { "get": format!("https://api.replicate.com/v1/predictions/{id}"),
                      "cancel": format!("https://api.replicate.com/v1/predictions/{id}/cancel") }
        })
    };
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    fault(Target::Submit, 201, prediction("starting", Value::Null, Value::Null));
    assert_eq!(accepted(bench.adapter.submit(&bench.key, &request).await), id);
    for word in ["starting", "processing"] {
        fault(Target::Poll, 200, prediction(word, Value::Null, Value::Null));
        assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(RemoteState::Running { progress: None }));
    }
    let link = "https://replicate.delivery/xezq/abc/output.mp4";
    let made = RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None };
    for output in [json!(link), json!([link])] {
        fault(Target::Poll, 200, prediction("succeeded", output, Value::Null));
        assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(made.clone()));
    }
    for (word, error, code) in [
        ("failed", json!("Prediction failed: content moderation (E005)"), "generation-withheld"),
        ("canceled", Value::Null, "generation-cancelled-there"),
        ("aborted", Value::Null, "generation-timed-out"),
    ] {
        fault(Target::Poll, 200, prediction(word, Value::Null, error));
        match bench.adapter.poll(&bench.key, id).await {
            Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code),
            other => panic!("{word}: {other:?}"),
        }
    }
}

/// The wait stands in the body too, where the header does not come through.
#[tokio::test]
async fn a_throttled_purchase_says_how_long() {
    let bench = Bench::of(&CASE).await;
    let body = r#"{"detail":"Request was throttled. Resets in ~8s.","status":429,"retry_after":8}"#.to_owned();
    let kind = FaultKind::Status { status: 429, body, retry_after: None };
    bench.sandbox.add_fault(Fault { target: Target::Submit, kind, times: 1 });
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let wait = ProviderError::RateLimited { retry_after: Some(Duration::from_secs(8)) };
    assert_eq!(bench.adapter.submit(&bench.key, &request).await, SubmitAnswer::Rejected(wait));
}

/// The list shows inputs, and all models share a name here: what could be this request comes first, and the rest is not
/// left out, because the same question notes what was there before a purchase.
#[tokio::test]
async fn another_input_comes_after() {
    let bench = Bench::of(&CASE).await;
    let (std, pro) = (&bench.entry.models[0].profile, &bench.entry.models[1].profile);
    let request = bench.request(&single(std), std).await;
    let dearer = bench.request(&single(pro), pro).await;
    let look_up = |body: String| {
        let (bench, path) = (&bench, &request.path);
        async move {
            let question = LostRequest { path, body: &body, since: 0 };
            let tasks = bench.adapter.look_up(&bench.key, &question).await.expect("an answer");
            tasks.into_iter().map(|task| task.remote_id).collect::<Vec<_>>()
        }
    };
    let first = accepted(bench.adapter.submit(&bench.key, &request).await);
    assert_eq!(look_up(dearer.body.clone()).await, [first.as_str()], "never absent for its input alone");
    let second = accepted(bench.adapter.submit(&bench.key, &dearer).await);
    assert_eq!(look_up(request.body.clone()).await, [first.as_str(), second.as_str()]);
    assert_eq!(look_up(dearer.body).await, [second.as_str(), first.as_str()]);
    // More than a page of them: each page is read, at the own address.
    for _ in 0..100 {
        let answer = bench.adapter.submit(&bench.key, &request).await;
        assert!(matches!(answer, SubmitAnswer::Accepted { .. }), "{answer:?}");
    }
    assert_eq!(look_up(request.body.clone()).await.len(), 102);
}
