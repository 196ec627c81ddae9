//! Kling's words in the new standard.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Element, Profile, sample::sample_board};
use sixshot_providers::{Composition, LostRequest, PictureSlot, ProviderError, SecretString, SubmitAnswer};

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "kling",
    key: "api-key-kling-0123456789",
    refusals: REFUSALS,
    failures: FAILURES,
    named_beside_an_error: (504, r#"{"code":5002,"message":"timeout","data":{"id":"901930"}}"#, "901930"),
    senseless: &[
        (200, r#"{"code":0,"message":"SUCCEED","data":[{"id":"another","status":"failed"}]}"#),
        (200, r#"{"code":0,"message":"SUCCEED","data":{"status":"failed"}}"#),
        (500, r#"{"code":5000,"message":"internal"}"#),
        (504, r#"{"code":5002,"message":"timeout"}"#),
        (401, r#"{"code":1004,"message":"token expired"}"#),
        (404, r#"{"code":1202,"message":"method invalid"}"#),
        (400, r#"{"code":1305,"message":"odd"}"#),
    ],
};

/// Every code of the provider's table.
pub const REFUSALS: &[(u16, &str, &str)] = &[
    (401, r#"{"code":1000,"message":"authentication failed"}"#, "provider-key-refused"),
    (401, r#"{"code":1001,"message":"Authorization is empty"}"#, "provider-key-refused"),
    (401, r#"{"code":1002,"message":"Authorization is invalid"}"#, "provider-key-refused"),
    (401, r#"{"code":1003,"message":"not yet valid"}"#, "provider-key-refused"),
    (401, r#"{"code":1004,"message":"expired"}"#, "provider-key-refused"),
    (429, r#"{"code":1100,"message":"account exception"}"#, "provider-key-refused"),
    (429, r#"{"code":1101,"message":"account in arrears"}"#, "provider-no-credit"),
    (429, r#"{"code":1102,"message":"Account balance not enough"}"#, "provider-no-credit"),
    (429, r#"{"code":"1102","message":"a relay writes the code as text"}"#, "provider-no-credit"),
    (403, r#"{"code":1103,"message":"no permission"}"#, "provider-key-refused"),
    (400, r#"{"code":1200,"message":"invalid parameter"}"#, "provider-refused"),
    (400, r#"{"code":1201,"message":"contents[0].text: size must be between 0 and 3072"}"#, "provider-refused"),
    (404, r#"{"code":1202,"message":"method invalid"}"#, "provider-refused"),
    (404, r#"{"code":1203,"message":"model does not exist"}"#, "provider-not-found"),
    (400, r#"{"code":1300,"message":"platform policy"}"#, "provider-refused"),
    (400, r#"{"code":1301,"message":"content security"}"#, "provider-refused"),
    (429, r#"{"code":1302,"message":"too many requests"}"#, "provider-rate-limited"),
    (429, r#"{"code":1303,"message":"parallel task over resource pack limit"}"#, "provider-rate-limited"),
    (429, r#"{"code":1304,"message":"IP whitelist"}"#, "provider-key-refused"),
    // Codes of the same kinds that no table names.
    (401, r#"{"code":1005,"message":"odd"}"#, "unknown"),
    (400, r#"{"code":1305,"message":"odd"}"#, "unknown"),
    (200, r#"{"code":1999,"message":"odd"}"#, "unknown"),
    (500, r#"{"code":5000,"message":"internal"}"#, "unknown"),
    (503, r#"{"code":5001,"message":"unavailable"}"#, "unknown"),
    (504, r#"{"code":5002,"message":"timeout"}"#, "unknown"),
];

pub const FAILURES: &[(&str, &str)] = &[
    ("Failure to pass the risk control system", "generation-withheld"),
    ("The resolution or aspect ratio of the input image is invalid.", "generation-failed"),
];

fn mara() -> Element {
    Element {
        name: "mara".to_owned(),
        element_id: "829836802793406551".to_owned(),
        description: String::new(),
        pictures: vec![],
    }
}

fn body(bench: &Bench, profile: &Profile, board: &sixshot_domain::Board) -> (String, Value) {
    let picture = |slot| match slot {
        PictureSlot::First => "https://example.com/start.png".to_owned(),
        _ => "https://example.com/end.png".to_owned(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "job-0001" };
    let request = bench.adapter.compose(&composition).expect("composed");
    (request.path, serde_json::from_str(&request.body).expect("JSON"))
}

/// The documented bodies, typed as data.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-std".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "A paper boat drifts through a rainy street at dusk. Avoid text and watermarks.".to_owned();
    let (path, found) = body(&bench, profile, &board);
    assert_eq!(path, "/text-to-video/kling-3.0");
    assert_eq!(
        found,
        json!({
            "prompt": "A paper boat drifts through a rainy street at dusk. Avoid text and watermarks.",
            "settings": {
                "multi_shot": false, "audio": "off", "resolution": "720p", "aspect_ratio": "16:9", "duration": 5
            },
            "options": { "external_task_id": "job-0001", "watermark_info": { "enabled": false } }
        })
    );

    let profile = &bench.entry.model(&"kling-3.0-pro".into()).expect("sold").profile;
    let mut board = single(profile);
    board.prompt = "@mara turns to the camera".to_owned();
    board.elements = vec![mara()];
    (board.first_frame, board.last_frame, board.audio) = (Some(frame()), Some(frame()), true);
    board.shots[0].seconds = 10;
    let (path, found) = body(&bench, profile, &board);
    assert_eq!(path, "/image-to-video/kling-3.0");
    assert_eq!(
        found,
        json!({
            "contents": [
                { "type": "prompt", "text": "@element_1 turns to the camera" },
                { "type": "first_frame", "url": "https://example.com/start.png" },
                { "type": "last_frame", "url": "https://example.com/end.png" },
                { "type": "element", "element_id": "829836802793406551", "id": "element_1" }
            ],
            "settings": { "multi_shot": false, "audio": "native", "resolution": "1080p", "duration": 10 },
            "options": { "external_task_id": "job-0001", "watermark_info": { "enabled": false } }
        })
    );
}

/// Shots are written into the prompt, and a semicolon of the person's cannot end one.
#[tokio::test]
async fn writes_shots_into_the_prompt() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.model(&"kling-3.0-turbo-pro".into()).expect("sold").profile;
    let mut board = sample_board(single(profile).id, "kling", "kling-3.0-turbo-pro");
    board.shots.truncate(2);
    board.shots[0].prompt = "Wide shot of the harbour; fog\nrises".to_owned();
    board.shots[1].prompt = "Close-up of the captain".to_owned();
    let (_, found) = body(&bench, profile, &board);
    assert_eq!(found["prompt"], "shot 1, 4, Wide shot of the harbour, fog rises; shot 2, 4, Close-up of the captain;");
    assert_eq!(found["settings"], json!({ "resolution": "1080p", "aspect_ratio": "16:9", "duration": 8 }));
}

/// A ready token is refused there in words that say what to do, and nothing is bought.
#[tokio::test]
async fn a_token_is_refused() {
    let bench = Bench::of(&CASE).await;
    let request = bench.simple_request().await;
    let token = SecretString::from("a.b.c".to_owned());
    match bench.adapter.submit(&token, &request).await {
        SubmitAnswer::Rejected(error) => assert!(error.to_string().contains("AK/SK"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert!(bench.sandbox.ledger().is_empty());
    accepted(bench.adapter.submit(&bench.key, &request).await);
}

/// An access key with its secret is refused here, before any request: its secret half must not travel.
#[tokio::test]
async fn a_pair_of_keys_is_never_sent() {
    let bench = Bench::of(&CASE).await;
    let request = bench.simple_request().await;
    let pair = SecretString::from("sandbox-access-key:sandbox-secret-key".to_owned());
    let says_what_to_do = |error: &ProviderError| {
        assert_eq!(error.code(), "provider-key-refused");
        assert!(error.to_string().contains("AK/SK"), "{error}");
        assert!(!error.to_string().contains("sandbox-secret-key"), "{error}");
    };
    match bench.adapter.submit(&pair, &request).await {
        SubmitAnswer::Rejected(error) => says_what_to_do(&error),
        other => panic!("{other:?}"),
    }
    says_what_to_do(&bench.adapter.account(&pair).await.expect_err("refused"));
    says_what_to_do(&bench.adapter.poll(&pair, "901930004609634393").await.expect_err("refused"));
    let question = LostRequest { path: &request.path, body: &request.body, since: 0 };
    says_what_to_do(&bench.adapter.look_up(&pair, &question).await.expect_err("refused"));
    for kind in ["submit", "balance", "poll", "list"] {
        assert_eq!(bench.sandbox.requests(kind), 0, "{kind}");
    }
}
