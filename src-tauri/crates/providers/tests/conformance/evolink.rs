//! EvoLink's words: bare tasks, refusals and failures by code.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, Element, ImageFormat, MicroCredits, Profile, ShotPlan, sample::sample_board};
use sixshot_providers::{Account, Composition, Output, PictureSlot, RemoteState, SubmitAnswer};

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "evolink",
    key: "sk-evo-key-0123456789",
    refusals: &[
        (400, r#"{"error":{"code":400,"message":"duration","type":"invalid_request_error"}}"#, "provider-refused"),
        (
            400,
            r#"{"error":{"code":"invalid_parameters","message":"a page shows the code as text"}}"#,
            "provider-refused",
        ),
        (
            401,
            r#"{"error":{"code":401,"message":"Invalid key","type":"authentication_error"}}"#,
            "provider-key-refused",
        ),
        (
            402,
            r#"{"error":{"code":402,"message":"Insufficient credits","type":"insufficient_quota_error","param":"","fallback_suggestion":"top up"}}"#,
            "provider-no-credit",
        ),
        (403, r#"{"error":{"code":403,"message":"no access","type":"permission_error"}}"#, "provider-key-refused"),
        (404, r#"{"error":{"code":404,"message":"no such model","type":"not_found_error"}}"#, "provider-not-found"),
        (413, r#"{"error":{"code":413,"message":"large","type":"request_too_large_error"}}"#, "provider-refused"),
        (429, r#"{"error":{"code":429,"message":"slow down","type":"rate_limit_error"}}"#, "provider-rate-limited"),
        (500, r#"{"error":{"code":500,"message":"internal","type":"internal_server_error"}}"#, "unknown"),
        (502, r#"{"error":{"code":502,"message":"upstream","type":"upstream_error"}}"#, "unknown"),
        (503, r#"{"error":{"code":503,"message":"later","type":"service_unavailable_error"}}"#, "unknown"),
        (200, r#"{"error":{"code":402,"message":"m","type":"insufficient_quota"}}"#, "provider-no-credit"),
        (408, r#"{"error":{"code":408,"message":"timed out","type":"invalid_request_error"}}"#, "unknown"),
    ],
    failures: &[
        ("content_policy_violation: Your request was blocked by safety filters.", "generation-withheld"),
        ("invalid_parameters: duration", "generation-failed"),
        ("image_processing_error: unreadable", "generation-failed"),
        ("image_dimension_mismatch: sides", "generation-failed"),
        ("request_cancelled: cancelled", "generation-cancelled-there"),
        ("generation_failed_no_content: nothing came out", "generation-without-clip"),
        ("service_error: later", "generation-failed"),
        ("service_unavailable: later", "generation-failed"),
        ("resource_exhausted: later", "generation-failed"),
        ("generation_timeout: too long", "generation-timed-out"),
        ("quota_exceeded: too many", "generation-failed"),
        ("resource_not_found: expired", "generation-failed"),
        ("model_unavailable: gone", "generation-failed"),
        ("upstream_error: later", "generation-failed"),
        ("rate_limited: later", "generation-failed"),
        ("unknown_error: ask support", "generation-failed"),
    ],
    named_beside_an_error: (
        429,
        r#"{"id":"t-1","error":{"code":429,"message":"slow down","type":"rate_limit_error"}}"#,
        "t-1",
    ),
    senseless: &[
        (200, r#"{"id":"another","status":"failed","error":{"code":"content_policy_violation","message":"m"}}"#),
        (200, r#"{"status":"failed"}"#),
        (200, r#"{"id":"another","status":"dreaming"}"#),
        (200, r#"{"id":7,"status":["completed"]}"#),
        (500, r#"{"status":"failed","message":"internal"}"#),
        (500, r#"{"error":{"code":500,"message":"internal","type":"internal_server_error"}}"#),
        (401, r#"{"error":{"code":401,"message":"key","type":"authentication_error"}}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> Value {
    let picture = |slot| match slot {
        PictureSlot::First => "https://files.evolink.ai/images/first.png".to_owned(),
        _ => "https://files.evolink.ai/images/last.png".to_owned(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    assert_eq!(request.path, "/v1/videos/generations");
    serde_json::from_str(&request.body).expect("JSON")
}

/// The documented bodies, typed as data.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "The person slowly turns and smiles".to_owned();
    board.negative_prompt = "blurry, watermark".to_owned();
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kling-v3-image-to-video",
            "prompt": "The person slowly turns and smiles",
            "image_start": "https://files.evolink.ai/images/first.png",
            "image_end": "https://files.evolink.ai/images/last.png",
            "duration": 5,
            "quality": "1080p",
            "sound": "off",
            "negative_prompt": "blurry, watermark"
        })
    );

    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = sample_board(board.id, "evolink", "kling-3.0-std");
    board.shots.truncate(2);
    for (shot, words) in
        board.shots.iter_mut().zip(["Wide shot of a harbour at dawn", "Close-up of a rope being untied"])
    {
        (shot.prompt, shot.seconds) = (words.to_owned(), 5);
    }
    board.audio = true;
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kling-v3-text-to-video",
            "prompt": "",
            "duration": 10,
            "aspect_ratio": "16:9",
            "quality": "720p",
            "sound": "on",
            "model_params": {
                "multi_shot": true,
                "shot_type": "customize",
                "multi_prompt": [
                    { "index": 1, "prompt": "Wide shot of a harbour at dawn", "duration": "5" },
                    { "index": 2, "prompt": "Close-up of a rope being untied", "duration": "5" }
                ]
            }
        })
    );
}

/// Elements, the mark, the address to tell and cuts by the provider, in the documented places.
#[tokio::test]
async fn writes_every_parameter_in_its_place() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "@mara turns".to_owned();
    board.first_frame = Some(frame());
    board.plan = ShotPlan::Intelligent;
    board.watermark = true;
    board.callback = "https://hooks.example.com/ready".to_owned();
    board.guidance = Some(50);
    board.elements = vec![Element {
        name: "mara".to_owned(),
        element_id: "18446744073709551615".to_owned(),
        description: String::new(),
        pictures: vec![],
    }];
    let found = body(&bench, profile, &board);
    assert_eq!(
        found,
        json!({
            "model": "kling-v3-image-to-video",
            "prompt": "<<<element_1>>> turns",
            "image_start": "https://files.evolink.ai/images/first.png",
            "duration": 5,
            "quality": "720p",
            "sound": "off",
            "callback_url": "https://hooks.example.com/ready",
            "model_params": {
                "multi_shot": true,
                "shot_type": "intelligence",
                "element_list": [{ "element_id": u64::MAX }],
                "watermark_info": { "enabled": true }
            }
        })
    );
    assert!(found.to_string().contains(r#"{"element_id":18446744073709551615}"#), "{found}");
}

/// Turbo has few fields: shots stand inside its prompt.
#[tokio::test]
async fn writes_turbo_shots_into_the_prompt() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-turbo-pro".into()).expect("sold").profile;
    let mut board = sample_board(single(profile).id, "evolink", "kling-3.0-turbo-pro");
    board.shots.truncate(2);
    board.shots[0].prompt = "Wide shot; fog\nrises".to_owned();
    board.shots[1].prompt = "Close-up".to_owned();
    board.negative_prompt = "blur".to_owned();
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kling-v3-turbo-text-to-video",
            "prompt": "镜头 1, 4, Wide shot, fog rises; 镜头 2, 4, Close-up;",
            "duration": 8,
            "aspect_ratio": "16:9",
            "quality": "1080p"
        })
    );
}

/// The documented answers, as they come over the wire.
#[tokio::test]
async fn reads_the_documented_answers() {
    let bench = Bench::of(&CASE).await;
    let id = "task-unified-1757169743-7cvnl5zw";
    let request = bench.request(&single(&bench.entry.models[0].profile), &bench.entry.models[0].profile).await;
    let submitted = json!({
        "created": 1_757_169_743, "id": id, "model": "kling-v3-image-to-video", "object": "video.generation.task",
        "progress": 0, "status": "pending", "type": "video",
        "task_info": { "can_cancel": true, "estimated_time": 300, "video_duration": 5 },
        "usage": { "billing_rule": "per_second", "credits_reserved": 270_000, "user_group": "default" }
    });
    bench.answers_next(sixshot_sandbox::Target::Submit, &submitted);
    assert_eq!(accepted(bench.adapter.submit(&bench.key, &request).await), id);
    bench.answers_next(sixshot_sandbox::Target::Poll, &json!({ "id": id, "progress": 37, "status": "processing" }));
    assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(RemoteState::Running { progress: Some(37) }));
    let made = json!({
        "created": 1_757_169_743, "id": id, "model": "kling-v3-image-to-video", "object": "video.generation.task",
        "progress": 100, "results": ["https://cdn.example/videos/task-unified-1757169743.mp4"],
        "status": "completed", "task_info": { "can_cancel": false }, "type": "video"
    });
    bench.answers_next(sixshot_sandbox::Target::Poll, &made);
    let output = Output::Link("https://cdn.example/videos/task-unified-1757169743.mp4".to_owned());
    assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(RemoteState::Succeeded { output, bill: None }));
    let balance = json!({
        "success": true, "message": "",
        "data": {
            "token": { "remaining_credits": 99_416.442_9, "used_credits": 583.557_1, "unlimited_credits": false },
            "user": { "remaining_credits": 1_095.399_6, "used_credits": 135.904_8 }
        }
    });
    bench.answers_next(sixshot_sandbox::Target::Balance, &balance);
    let credits = Some(MicroCredits(1_095_399_600));
    assert_eq!(bench.adapter.account(&bench.key).await, Ok(Account { balance: None, credits }));
}

/// Two pictures never share a name, because one would take the other's place.
#[tokio::test]
async fn uploads_under_a_name_of_their_own() {
    let bench = Bench::of(&CASE).await;
    let mut links = vec![];
    for width in [640, 641] {
        let png = sixshot_sandbox::grey_png(width, 360);
        let uploaded = bench.adapter.upload(&bench.key, "picture.png", ImageFormat::Png, png).await;
        links.push(uploaded.expect("uploaded").link);
    }
    assert_ne!(links[0], links[1]);
    let wrong = bench.adapter.upload(&bench.key, "notes.txt", ImageFormat::Png, b"words".to_vec()).await;
    assert_eq!(wrong.expect_err("no picture").code(), "provider-refused");
}

/// Without money nothing is bought.
#[tokio::test]
async fn an_empty_account_buys_nothing() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let empty = sixshot_providers::SecretString::from("sk-evo-empty".to_owned());
    match bench.adapter.submit(&empty, &request).await {
        SubmitAnswer::Rejected(error) => assert_eq!(error.code(), "provider-no-credit"),
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
}
