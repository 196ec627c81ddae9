//! UlazAI's words, as far as they are documented.

use crate::boards::{boards, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, ImageFormat, Profile, ShotPlan};
use sixshot_providers::{Account, Composition, PictureSlot, ProviderError, SecretString, SubmitAnswer};
use sixshot_sandbox::Target;

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "ulazai",
    key: "sandbox-key-0123456789",
    refusals: &[
        (400, r#"{"success":false,"error":"durationSeconds must be 3..15"}"#, "provider-refused"),
        (401, r#"{"success":false,"error":"Invalid API key"}"#, "provider-key-refused"),
        (402, r#"{"success":false,"error":"Not enough"}"#, "provider-no-credit"),
        (400, r#"{"success":false,"error":"Insufficient credits"}"#, "provider-no-credit"),
        (403, r#"{"success":false,"message":"The key may not do this"}"#, "provider-key-refused"),
        // Not its documented shape: a service on the way says the same.
        (401, r#"{"detail":"Authentication credentials were not provided."}"#, "unknown"),
        (429, r#"{"detail":"throttled"}"#, "unknown"),
        (429, r#"{"success":false,"error":"Slow down"}"#, "provider-rate-limited"),
        (500, r#"{"success":false,"error":"internal"}"#, "unknown"),
        (503, r#"{"success":false,"error":"later"}"#, "unknown"),
        (408, r#"{"success":false,"error":"timed out"}"#, "unknown"),
        (200, r#"{"success":false,"error":"a refusal nobody documents"}"#, "unknown"),
    ],
    failures: &[("The prompt was flagged", "generation-withheld"), ("The model stopped", "generation-failed")],
    named_beside_an_error: (429, r#"{"success":false,"task_id":"7f8c","error":"upstream busy"}"#, "7f8c"),
    senseless: &[
        (200, r#"{"success":true,"task_id":"another","status":"failed"}"#),
        (200, r#"{"status":"error","message":"try later"}"#),
        (200, r#"{"success":false,"status":"failed","message":"Rate limit, try later"}"#),
        (200, r#"{"status":"cancelled"}"#),
        (404, r#"{"detail":"Not found."}"#),
        (200, r#"{"success":true,"status":"completed"}"#),
        (200, r#"{"success":true,"status":["failed"]}"#),
        (200, r#"{"success":false,"error":"Task not found"}"#),
        (401, r#"{"success":false,"error":"Invalid API key"}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> Value {
    let picture = |slot| match slot {
        PictureSlot::First => board.first_frame_address.clone(),
        _ => board.last_frame_address.clone(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    assert_eq!(request.path, "/kling30/api/generate/");
    serde_json::from_str(&request.body).expect("JSON")
}

/// The documented bodies, typed as data; the option that publishes is false in ours.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "A cyclist crosses a rainy street at night".to_owned();
    (board.audio, board.plan, board.shots[0].seconds) = (true, ShotPlan::Intelligent, 8);
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "prompt": "A cyclist crosses a rainy street at night",
            "generationMode": "text_to_video",
            "durationSeconds": 8,
            "qualityMode": "pro",
            "sound": true,
            "multiShots": true,
            "aspectRatio": "16:9",
            "prompt_directory_optin": false
        })
    );

    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "The portrait slowly smiles".to_owned();
    board.first_frame_address = "https://example.com/start.jpg".to_owned();
    board.last_frame_address = "https://example.com/end.jpg".to_owned();
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "prompt": "The portrait slowly smiles",
            "generationMode": "image_to_video",
            "startFrameUrl": "https://example.com/start.jpg",
            "endFrameUrl": "https://example.com/end.jpg",
            "durationSeconds": 5,
            "qualityMode": "std",
            "sound": false,
            "multiShots": false,
            "prompt_directory_optin": false
        })
    );
    // A last frame without a first is documented nowhere.
    board.first_frame_address.clear();
    assert_eq!(body(&bench, profile, &board).get("endFrameUrl"), None);
}

/// No board of any model asks for the clip to be published, neither in words nor by leaving the word out.
#[tokio::test]
async fn never_asks_to_publish() {
    let bench = Bench::of(&CASE).await;
    for model in &bench.entry.models {
        for (kind, board) in boards(&model.profile) {
            let request = bench.request(&board, &model.profile).await;
            let body: Value = serde_json::from_str(&request.body).expect("JSON");
            assert_eq!(body.get("prompt_directory_optin"), Some(&json!(false)), "{:?}, {kind}", model.profile.model);
            accepted(bench.adapter.submit(&bench.key, &request).await);
        }
    }
    let ledger = bench.sandbox.ledger();
    assert!(!ledger.is_empty());
    assert!(ledger.iter().all(|line| line.body["prompt_directory_optin"] == json!(false)));
}

/// The documented answer to a purchase, as it comes over the wire.
#[tokio::test]
async fn reads_the_documented_answer() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let submitted = json!({
        "success": true, "task_id": "7f8cfd64-5b91-4a31-a987-e0ea8fd9d0a1", "provider_task_id": "281e5b0",
        "status": "processing", "credits_used": 310, "directory_discount_applied": 0,
        "estimated_time": "60-180 seconds"
    });
    bench.answers_next(Target::Submit, &submitted);
    let id = accepted(bench.adapter.submit(&bench.key, &request).await);
    assert_eq!(id, "7f8cfd64-5b91-4a31-a987-e0ea8fd9d0a1");
}

/// It takes no pictures, tells no balance, and sells nothing without money.
#[tokio::test]
async fn says_what_it_does_not_offer() {
    let bench = Bench::of(&CASE).await;
    assert!(bench.entry.models.iter().all(|model| model.profile.unverified && model.profile.frames_by_address));
    let png = sixshot_sandbox::grey_png(640, 360);
    let uploaded = bench.adapter.upload(&bench.key, "picture.png", ImageFormat::Png, png).await;
    assert_eq!(uploaded, Err(ProviderError::NotSupported));
    assert_eq!(bench.adapter.account(&bench.key).await, Ok(Account { balance: None, credits: None }));
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    match bench.adapter.submit(&SecretString::from("empty-key".to_owned()), &request).await {
        SubmitAnswer::Rejected(error) => assert_eq!(error.code(), "provider-no-credit"),
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
}
