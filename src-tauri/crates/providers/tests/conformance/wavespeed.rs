//! WaveSpeed's words: refusals by the envelope's code, failures in the data of a good answer.

use crate::boards::{frame, single};
use crate::suite::{Bench, Case};
use serde_json::{Value, json};
use sixshot_domain::MicroDollars;
use sixshot_providers::{Composition, LostRequest, ProviderError};
use sixshot_sandbox::Target;

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "wavespeed",
    key: "sandbox-key-0123456789",
    refusals: &[
        (500, r#"{"code":500,"message":"internal"}"#, "unknown"),
        (408, r#"{"code":408,"message":"timed out"}"#, "unknown"),
        (429, r#"{"code":429,"message":"slow down"}"#, "provider-rate-limited"),
        (200, r#"{"code":429,"message":"slow down"}"#, "provider-rate-limited"),
        (402, r#"{"code":402,"message":"Insufficient credits"}"#, "provider-no-credit"),
        (401, r#"{"code":401,"message":"invalid authentication"}"#, "provider-key-refused"),
        (400, r#"{"code":400,"message":"duration"}"#, "provider-refused"),
        (404, r#"{"code":404,"message":"no such model"}"#, "provider-not-found"),
    ],
    failures: &[
        ("content rejected by the safety system", "generation-withheld"),
        ("the model stopped", "generation-failed"),
    ],
    named_beside_an_error: (500, r#"{"code":500,"message":"later","data":{"id":"t-1"}}"#, "t-1"),
    senseless: &[
        (200, r#"{"code":200,"data":{"id":"a","status":"dreaming"}}"#),
        (200, r#"{"code":200,"data":{"id":7,"status":["completed"]}}"#),
        (200, r#"{"code":200,"data":{"id":"another","status":"failed","error":"m"}}"#),
        (200, r#"{"code":200,"data":{"status":"failed","error":"m"}}"#),
    ],
};

/// The documented body, typed as data.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let model = bench.entry.models.iter().find(|model| model.profile.model.0 == "kling-3.0-pro").expect("sold");
    let mut board = single(&model.profile);
    board.prompt = "Slow push-in, curtains move in the wind".to_owned();
    board.negative_prompt = "blur, watermark".to_owned();
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    board.guidance = Some(50);
    let picture = |slot| match slot {
        sixshot_providers::PictureSlot::First => "https://media.example/abc/first.png".to_owned(),
        _ => "https://media.example/abc/last.png".to_owned(),
    };
    let composition = Composition { board: &board, profile: &model.profile, picture: &picture, client_id: "unused" };
    let request = bench.adapter.compose(&composition).expect("composed");
    assert_eq!(request.path, "/api/v3/kwaivgi/kling-v3.0-pro/image-to-video");
    let body: serde_json::Value = serde_json::from_str(&request.body).expect("JSON");
    assert_eq!(
        body,
        json!({
            "image": "https://media.example/abc/first.png",
            "end_image": "https://media.example/abc/last.png",
            "prompt": "Slow push-in, curtains move in the wind",
            "negative_prompt": "blur, watermark",
            "duration": 5,
            "cfg_scale": 0.5,
            "sound": false
        })
    );
}

/// The list is filtered by model: another model's tasks are none of this request's.
#[tokio::test]
async fn another_models_tasks_are_not_found() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    bench.adapter.submit(&bench.key, &request).await;
    let other = LostRequest { path: "/api/v3/kwaivgi/kling-v3.0-pro/text-to-video", body: &request.body, since: 0 };
    assert_eq!(bench.adapter.look_up(&bench.key, &other).await, Ok(vec![]));
}

/// Where a model tells nobody, an address to tell is not sent.
#[tokio::test]
async fn an_address_to_tell_travels_only_where_the_model_knows_it() {
    let bench = Bench::of(&CASE).await;
    let mut profile = bench.entry.models[0].profile.clone();
    let mut board = single(&profile);
    board.callback = "https://hooks.example.com/ready".to_owned();
    assert!(bench.request(&board, &profile).await.path.contains("?webhook="));
    profile.callback = false;
    assert!(!bench.request(&board, &profile).await.path.contains('?'));
}

/// Only an amount above nothing, in dollars, is a price: nothing and less would switch off the question about a dearer
/// purchase, and another currency is another amount.
#[tokio::test]
async fn a_price_is_an_amount_of_dollars_above_nothing() {
    let bench = Bench::of(&CASE).await;
    let request = bench.simple_request().await;
    let price = async |data: Value| -> Result<MicroDollars, ProviderError> {
        bench.answers_next(Target::Price, &json!({ "code": 200, "message": "success", "data": data }));
        bench.adapter.live_price(&bench.key, &request).await
    };
    for (data, micro) in [
        (json!({ "price": 0.42, "discounted_price": null }), 420_000),
        (json!({ "price": 0.42, "discounted_price": 0 }), 420_000),
        (json!({ "price": 0.42, "discounted_price": -1 }), 420_000),
        (json!({ "price": 0.42 }), 420_000),
        (json!({ "price": 0.42, "discounted_price": 0.4, "currency": "USD" }), 400_000),
        (json!({ "price": null, "discounted_price": "0.4", "currency": "usd" }), 400_000),
        (json!({ "price": 0.42, "currency": null }), 420_000),
    ] {
        assert_eq!(price(data.clone()).await, Ok(MicroDollars(micro)), "{data}");
    }
    for (data, says) in [
        (json!({ "price": 3.1, "discounted_price": 3.0, "currency": "CNY" }), "not in dollars"),
        (json!({ "price": 0.42, "currency": 7 }), "not in dollars"),
        (json!({ "price": 0, "discounted_price": 0 }), "above nothing"),
        (json!({ "price": -1, "discounted_price": null }), "above nothing"),
        (json!({}), "above nothing"),
    ] {
        let error = price(data.clone()).await.expect_err("no price");
        assert!(error.to_string().contains(says), "{data}: {error}");
    }
}
