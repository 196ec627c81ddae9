//! AtlasCloud's words: flat bodies, answers with and without an envelope.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Board, ImageFormat, MicroDollars, Profile};
use sixshot_providers::{
    Account, Composition, Output, PictureSlot, RemoteState, SecretString, SubmitAnswer, UploadedFrame,
};
use sixshot_sandbox::Target;

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "atlascloud",
    key: "apikey-0123456789",
    refusals: &[
        (400, r#"{"code":400,"msg":"missing model","request_id":"r","data":null}"#, "provider-refused"),
        (401, r#"{"code":401,"msg":"unauthorized","request_id":"r","data":null}"#, "provider-key-refused"),
        (402, r#"{"code":402,"msg":"allowance has run out","request_id":"r","data":null}"#, "provider-no-credit"),
        (403, r#"{"code":403,"msg":"not permitted","request_id":"r","data":null}"#, "provider-key-refused"),
        (404, r#"{"code":404,"msg":"no such model","request_id":"r","data":null}"#, "provider-not-found"),
        (413, r#"{"code":413,"msg":"body exceeds 50 MB","request_id":"r","data":null}"#, "provider-refused"),
        (429, r#"{"code":429,"msg":"rate limit","request_id":"r","data":null}"#, "provider-rate-limited"),
        (451, r#"{"code":451,"msg":"blocked in your region","request_id":"r","data":null}"#, "provider-refused"),
        (500, r#"{"code":500,"msg":"internal","request_id":"r","data":null}"#, "unknown"),
        (503, r#"{"code":503,"msg":"later","request_id":"r","data":null}"#, "unknown"),
        (504, r#"{"code":504,"msg":"took too long","request_id":"r","data":null}"#, "unknown"),
        (408, r#"{"code":408,"msg":"timed out","request_id":"r","data":null}"#, "unknown"),
        (200, r#"{"code":402,"msg":"insufficient balance","data":null}"#, "provider-no-credit"),
        (403, r#"{"message":"a gateway's words"}"#, "unknown"),
        (403, r#"{"error":{"message":"a gateway's words","type":"forbidden"}}"#, "unknown"),
    ],
    failures: &[
        ("1039: the input was refused", "generation-withheld"),
        ("1000: the model stopped", "generation-failed"),
    ],
    named_beside_an_error: (429, r#"{"code":429,"msg":"slow down","data":{"id":"pred_1"}}"#, "pred_1"),
    senseless: &[
        (200, r#"{"code":200,"data":{"id":"another","status":"failed","error":"m"}}"#),
        (200, r#"{"code":200,"data":{"status":"failed"}}"#),
        (200, r#"{"code":200,"data":{"id":7,"status":["completed"]}}"#),
        (500, r#"{"status":"failed","message":"internal"}"#),
        (400, r#"{"code":400,"msg":"not there yet","data":null}"#),
        (401, r#"{"code":401,"msg":"unauthorized","data":null}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &Board) -> Value {
    let picture = |slot| match slot {
        PictureSlot::First => "https://media.example/first.png".to_owned(),
        _ => "https://media.example/last.png".to_owned(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    assert_eq!(request.path, "/api/v1/model/generateVideo");
    serde_json::from_str(&request.body).expect("JSON")
}

/// The documented bodies, typed as data.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "A paper boat drifts through a rainy street".to_owned();
    board.guidance = Some(50);
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kwaivgi/kling-v3.0-std/text-to-video",
            "prompt": "A paper boat drifts through a rainy street",
            "duration": 5,
            "aspect_ratio": "16:9",
            "sound": false,
            "cfg_scale": 0.5
        })
    );

    let profile = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "The door opens".to_owned();
    board.negative_prompt = "blur".to_owned();
    (board.first_frame, board.last_frame, board.audio) = (Some(frame()), Some(frame()), true);
    board.guidance = Some(70);
    board.callback = "https://hooks.example.com/ready".to_owned();
    assert_eq!(
        body(&bench, profile, &board),
        json!({
            "model": "kwaivgi/kling-v3.0-pro/image-to-video",
            "image": "https://media.example/first.png",
            "end_image": "https://media.example/last.png",
            "prompt": "The door opens",
            "negative_prompt": "blur",
            "duration": 5,
            "cfg_scale": 0.7,
            "sound": true,
            "webhook_url": "https://hooks.example.com/ready"
        })
    );
}

/// The documented answers, as they come over the wire.
#[tokio::test]
async fn reads_the_documented_answers() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    for submitted in [
        json!({ "code": 200, "data": { "id": "pred_abc123", "status": "processing" } }),
        json!({ "id": "pred_abc123", "status": "processing" }),
    ] {
        bench.answers_next(Target::Submit, &submitted);
        assert_eq!(accepted(bench.adapter.submit(&bench.key, &request).await), "pred_abc123");
    }
    let made = json!({ "code": 200, "data": {
        "id": "pred_abc123", "status": "completed", "outputs": ["https://media.example/out.mp4"], "error": ""
    } });
    bench.answers_next(Target::Poll, &made);
    let output = Output::Link("https://media.example/out.mp4".to_owned());
    let found = bench.adapter.poll(&bench.key, "pred_abc123").await;
    assert_eq!(found, Ok(RemoteState::Succeeded { output, bill: None }));
    let failed = json!({ "code": 200, "data": {
        "id": "pred_abc123", "status": "failed", "error": "refused", "error_code": 1_039
    } });
    bench.answers_next(Target::Poll, &failed);
    match bench.adapter.poll(&bench.key, "pred_abc123").await {
        Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, "generation-withheld"),
        other => panic!("{other:?}"),
    }
    let balance = json!({
        "object": "balance", "scope": "account", "available": { "value": "125.500000", "currency": "usd" },
        "cash": { "value": "100.000000", "currency": "usd" }, "bonus": { "value": "25.500000", "currency": "usd" }
    });
    bench.answers_next(Target::Balance, &balance);
    let account = Account { balance: Some(MicroDollars(125_500_000)), credits: None };
    assert_eq!(bench.adapter.account(&bench.key).await, Ok(account));
}

/// The documentation and the provider's own client name the address of an upload differently.
#[tokio::test]
async fn reads_an_upload_in_both_shapes() {
    let bench = Bench::of(&CASE).await;
    let png = sixshot_sandbox::grey_png(640, 360);
    let link = "https://media.example/first.png";
    for answer in [
        json!({ "url": link }),
        json!({
            "code": 200, "message": "success",
            "data": { "type": "image", "download_url": link, "filename": "first.png", "size": 1_024 }
        }),
    ] {
        bench.answers_next(Target::Upload, &answer);
        let found = bench.adapter.upload(&bench.key, "first.png", ImageFormat::Png, png.clone()).await;
        assert_eq!(found, Ok(UploadedFrame { link: link.to_owned() }), "{answer}");
    }
}

/// Without money nothing is bought.
#[tokio::test]
async fn an_empty_account_buys_nothing() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    match bench.adapter.submit(&SecretString::from("apikey-empty".to_owned()), &request).await {
        SubmitAnswer::Rejected(error) => assert_eq!(error.code(), "provider-no-credit"),
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
}
