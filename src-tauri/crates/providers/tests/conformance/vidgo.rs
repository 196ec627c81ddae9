//! Vidgo's words: envelopes by code, sound with every shot list, elements by their pictures.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, Element, ImageFormat, MicroCredits, Profile, assess, sample::sample_board};
use sixshot_providers::{
    Account, Composition, Output, PictureSlot, ProviderError, RemoteState, SecretString, SubmitAnswer,
};
use sixshot_sandbox::Target;

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "vidgo",
    key: "sandbox-key-0123456789",
    refusals: &[
        (
            400,
            r#"{"code":400,"error":{"message":"Invalid parameter: duration","type":"invalid_request_error"}}"#,
            "provider-refused",
        ),
        (
            401,
            r#"{"code":401,"error":{"message":"Invalid API key","type":"authentication_error"}}"#,
            "provider-key-refused",
        ),
        (402, r#"{"code":402,"error":{"message":"Payment required","type":"error"}}"#, "provider-no-credit"),
        (400, r#"{"code":400,"error":{"message":"Insufficient credits","type":"error"}}"#, "provider-no-credit"),
        (403, r#"{"code":403,"error":{"message":"another user's task","type":"error"}}"#, "provider-key-refused"),
        (404, r#"{"code":404,"error":{"message":"no such model","type":"error"}}"#, "provider-not-found"),
        (422, r#"{"code":422,"error":{"message":"multi_shots is required","type":"error"}}"#, "provider-refused"),
        (429, r#"{"code":429,"error":{"message":"Too many requests","type":"error"}}"#, "provider-rate-limited"),
        (200, r#"{"code":429,"error":{"message":"Too many requests","type":"error"}}"#, "provider-rate-limited"),
        (200, r#"{"code":402,"detail":"a relay's words"}"#, "provider-no-credit"),
        (500, r#"{"code":500,"error":{"message":"internal","type":"error"}}"#, "unknown"),
        (502, r#"{"code":502,"error":{"message":"upstream","type":"error"}}"#, "unknown"),
        (408, r#"{"code":408,"error":{"message":"timed out","type":"error"}}"#, "unknown"),
    ],
    failures: &[
        ("The prompt violates our content policy", "generation-withheld"),
        ("The model could not make it", "generation-failed"),
    ],
    named_beside_an_error: (
        429,
        r#"{"code":429,"error":{"message":"slow down","type":"error"},"data":{"task_id":"t-1"}}"#,
        "t-1",
    ),
    senseless: &[
        (200, r#"{"code":200,"data":{"task_id":"another","status":"failed","error_message":"m"}}"#),
        (200, r#"{"code":200,"data":{"status":"failed","error_message":"m"}}"#),
        (200, r#"{"code":200,"data":{"task_id":7,"status":["finished"]}}"#),
        (200, r#"{"code":500,"error":{"message":"internal"}}"#),
        (403, r#"{"code":403,"error":{"message":"another user's task"}}"#),
        (429, r#"{"code":429,"error":{"message":"Too many requests"}}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> Value {
    let picture = |slot| match slot {
        PictureSlot::First => "https://storage.vidgo.ai/temp/frames/first.png".to_owned(),
        PictureSlot::Last => "https://storage.vidgo.ai/temp/frames/last.png".to_owned(),
        PictureSlot::Element { picture, .. } => format!("https://storage.vidgo.ai/temp/e/{}.png", picture + 1),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    assert_eq!(request.path, "/api/generate/submit");
    serde_json::from_str(&request.body).expect("JSON")
}

/// The documented bodies, typed as data.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "A runner crosses a wet street, camera follows".to_owned();
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kling-3.0/pro",
            "input": {
                "prompt": "A runner crosses a wet street, camera follows",
                "multi_shots": false,
                "sound": false,
                "duration": 5,
                "aspect_ratio": "16:9"
            }
        })
    );

    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "The door opens and light fills the room".to_owned();
    (board.first_frame, board.last_frame, board.audio) = (Some(frame()), Some(frame()), true);
    board.shots[0].seconds = 8;
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kling-3.0/standard",
            "input": {
                "prompt": "The door opens and light fills the room",
                "image_urls": [
                    "https://storage.vidgo.ai/temp/frames/first.png",
                    "https://storage.vidgo.ai/temp/frames/last.png"
                ],
                "multi_shots": false,
                "sound": true,
                "duration": 8
            }
        })
    );
}

/// Shots with an element: one picture, sound although none was asked for, `@name` as it was typed.
#[tokio::test]
async fn writes_shots_with_an_element() {
    let bench = Bench::of(&CASE).await;
    let entry = bench.entry.model(&"kling-3.0-pro".into()).expect("sold");
    let mut board = sample_board(single(&entry.profile).id, "vidgo", "kling-3.0-pro");
    board.shots.truncate(2);
    let words = ["Wide shot of @hero entering the studio", "Close-up of the dashboard lights"];
    for (shot, words) in board.shots.iter_mut().zip(words) {
        (shot.prompt, shot.seconds) = (words.to_owned(), 5);
    }
    board.first_frame = Some(frame());
    board.callback = "https://hooks.example.com/ready".to_owned();
    board.elements = vec![Element {
        name: "hero".to_owned(),
        element_id: String::new(),
        description: "woman in a red coat".to_owned(),
        pictures: vec![frame(); 2],
    }];
    assert_eq!(
        body(&bench, &entry.profile, &board),
        json!({
            "model": "kling-3.0/pro",
            "callback_url": "https://hooks.example.com/ready",
            "input": {
                "multi_shots": true,
                "sound": true,
                "duration": 10,
                "image_urls": ["https://storage.vidgo.ai/temp/frames/first.png"],
                "multi_prompt": [
                    { "prompt": "Wide shot of @hero entering the studio", "duration": 5 },
                    { "prompt": "Close-up of the dashboard lights", "duration": 5 }
                ],
                "kling_elements": [{
                    "name": "hero",
                    "description": "woman in a red coat",
                    "element_input_urls": [
                        "https://storage.vidgo.ai/temp/e/1.png",
                        "https://storage.vidgo.ai/temp/e/2.png"
                    ]
                }]
            }
        })
    );
    // The price is the one with sound: 49 credits a second.
    let quote = assess(&board, &entry.profile, Some(&entry.prices)).quote.expect("a price");
    assert_eq!((quote.per_take.0, quote.credits), (2_450_000, Some(MicroCredits(490_000_000))));
    // Even a board that is not ready never sends a second picture with shots.
    board.last_frame = Some(frame());
    assert_eq!(body(&bench, &entry.profile, &board)["input"]["image_urls"].as_array().map(Vec::len), Some(1));
}

/// The documented answers, as they come over the wire.
#[tokio::test]
async fn reads_the_documented_answers() {
    let bench = Bench::of(&CASE).await;
    let id = "task-unified-1757165031-uyujaw3d";
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let submitted = json!({
        "code": 200, "data": { "task_id": id, "status": "not_started", "created_time": "2026-04-01T10:30:00" }
    });
    bench.answers_next(Target::Submit, &submitted);
    assert_eq!(accepted(bench.adapter.submit(&bench.key, &request).await), id);
    let running = json!({ "code": 200, "data": { "task_id": id, "status": "running", "files": [], "progress": 37 } });
    bench.answers_next(Target::Poll, &running);
    assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(RemoteState::Running { progress: Some(37) }));
    let finished = json!({ "code": 200, "data": {
        "task_id": id, "status": "finished",
        "files": [{ "file_url": "https://storage.vidgo.ai/generated/video-abc123.mp4", "file_type": "video" }],
        "created_time": "2026-04-01T10:30:00", "progress": 100, "error_message": null
    } });
    bench.answers_next(Target::Poll, &finished);
    let output = Output::Link("https://storage.vidgo.ai/generated/video-abc123.mp4".to_owned());
    assert_eq!(bench.adapter.poll(&bench.key, id).await, Ok(RemoteState::Succeeded { output, bill: None }));
    let failed = json!({ "code": 200, "data": {
        "task_id": id, "status": "failed", "files": [], "created_time": "2026-04-01T10:30:00", "progress": 0,
        "error_message": "The prompt violates our content policy"
    } });
    bench.answers_next(Target::Poll, &failed);
    match bench.adapter.poll(&bench.key, id).await {
        Ok(RemoteState::Failed(failure)) => {
            assert_eq!(failure.code, "generation-withheld");
            assert_eq!(failure.reason, "The prompt violates our content policy");
        }
        other => panic!("{other:?}"),
    }
    let balance = json!({ "code": 200, "data": { "email": "user@example.com", "credits_amount": 17_276 } });
    bench.answers_next(Target::Balance, &balance);
    let credits = Some(MicroCredits(17_276_000_000));
    assert_eq!(bench.adapter.account(&bench.key).await, Ok(Account { balance: None, credits }));
}

/// More than five uploads a minute are refused, and the refusal is about speed and nothing else.
#[tokio::test]
async fn a_sixth_upload_within_a_minute_has_to_wait() {
    let bench = Bench::of(&CASE).await;
    let png = sixshot_sandbox::grey_png(640, 360);
    let limited = SecretString::from("limited-key-0123456789".to_owned());
    for _ in 0..5 {
        bench.adapter.upload(&limited, "picture.png", ImageFormat::Png, png.clone()).await.expect("uploaded");
    }
    let sixth = bench.adapter.upload(&limited, "picture.png", ImageFormat::Png, png.clone()).await;
    assert_eq!(sixth, Err(ProviderError::RateLimited { retry_after: None }));
    let other = SecretString::from("limited-key-of-another".to_owned());
    bench.adapter.upload(&other, "picture.png", ImageFormat::Png, png).await.expect("each key has its own five");
}

/// Without money nothing is bought.
#[tokio::test]
async fn an_empty_account_buys_nothing() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    match bench.adapter.submit(&SecretString::from("empty-key".to_owned()), &request).await {
        SubmitAnswer::Rejected(error) => assert_eq!(error.code(), "provider-no-credit"),
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
}
