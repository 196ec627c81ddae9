//! Kling's words in the older generation.

use crate::boards::{frame, single};
use crate::kling::{FAILURES, REFUSALS};
use crate::suite::{Bench, Case, accepted};
use serde_json::{Value, json};
use sixshot_domain::{Element, Profile, Shot, ShotId};
use sixshot_providers::{
    Bill, Composition, LostRequest, PictureSlot, ProviderError, RemoteState, SecretString, SubmitAnswer,
};
use sixshot_sandbox::{Fault, FaultKind, Target};

crate::keeps_every_promise!(CASE);

pub const CASE: Case = Case {
    provider: "kling-legacy",
    key: "api-key-kling-0123456789",
    refusals: REFUSALS,
    failures: FAILURES,
    named_beside_an_error: (
        504,
        r#"{"code":5002,"message":"timeout","data":{"task_id":"867283"}}"#,
        "text2video/867283",
    ),
    senseless: &[
        (200, r#"{"code":0,"message":"SUCCEED","data":{"task_id":"a","task_status":"dreaming"}}"#),
        (200, r#"{"code":0,"message":"SUCCEED","data":{"task_id":1,"task_status":["failed"]}}"#),
        (200, r#"{"code":0,"message":"SUCCEED","data":{"task_id":"another","task_status":"failed"}}"#),
        (200, r#"{"code":0,"message":"SUCCEED","data":{"task_status":"failed"}}"#),
        (404, r#"{"code":1202,"message":"method invalid"}"#),
        (500, r#"{"code":5000,"message":"internal"}"#),
        (504, r#"{"code":5002,"message":"timeout"}"#),
    ],
};

fn body(bench: &Bench, profile: &Profile, board: &sixshot_domain::Board) -> (String, Value, String) {
    let picture = |slot| match slot {
        PictureSlot::First => "https://example.com/start.png".to_owned(),
        _ => "iVBORw0KGgoAAAANSUhEUg".to_owned(),
    };
    let composition = Composition { board, profile, picture: &picture, client_id: "job-0001" };
    let request = bench.adapter.compose(&composition).expect("composed");
    (request.path, serde_json::from_str(&request.body).expect("JSON"), request.body)
}

/// The documented bodies, typed as data; an element's number keeps all its digits.
#[tokio::test]
async fn writes_the_documented_bodies() {
    let bench = Bench::of(&CASE).await;
    let std = &bench.entry.model(&"kling-v3-std".into()).expect("sold").profile;
    let mut board = single(std);
    board.prompt = "A paper boat drifts through a rainy street at dusk".to_owned();
    board.negative_prompt = "text, watermark".to_owned();
    board.guidance = Some(50);
    let (path, found, _) = body(&bench, std, &board);
    assert_eq!(path, "/v1/videos/text2video");
    assert_eq!(
        found,
        json!({
            "model_name": "kling-v3", "prompt": "A paper boat drifts through a rainy street at dusk",
            "negative_prompt": "text, watermark", "mode": "std", "sound": "off",
            "aspect_ratio": "16:9", "duration": "5", "cfg_scale": 0.5,
            "external_task_id": "job-0001", "watermark_info": { "enabled": false }
        })
    );

    let pro = &bench.entry.model(&"kling-v3-pro".into()).expect("sold").profile;
    let mut board = single(pro);
    let shot = |id: &str, prompt: &str, seconds| Shot {
        id: ShotId(id.to_owned()),
        prompt: prompt.to_owned(),
        seconds,
        panel: None,
    };
    board.shots =
        vec![shot("1", "Wide shot of the harbour at dawn", 3), shot("2", "Close-up, the captain looks up", 4)];
    board.audio = true;
    let (_, found, _) = body(&bench, pro, &board);
    assert_eq!(
        found,
        json!({
            "model_name": "kling-v3", "mode": "pro", "sound": "on", "aspect_ratio": "16:9", "duration": "7",
            "multi_shot": true, "shot_type": "customize",
            "multi_prompt": [
                { "index": 1, "prompt": "Wide shot of the harbour at dawn", "duration": "3" },
                { "index": 2, "prompt": "Close-up, the captain looks up", "duration": "4" }
            ],
            "external_task_id": "job-0001", "watermark_info": { "enabled": false }
        })
    );

    let mut board = single(pro);
    board.prompt = "@mara turns to the camera".to_owned();
    (board.first_frame, board.last_frame) = (Some(frame()), Some(frame()));
    board.elements = vec![Element {
        name: "mara".to_owned(),
        element_id: "829836802793406551".to_owned(),
        description: String::new(),
        pictures: vec![],
    }];
    let (path, found, text) = body(&bench, pro, &board);
    assert_eq!(path, "/v1/videos/image2video");
    assert!(text.contains(r#""element_id":829836802793406551"#), "{text}");
    assert_eq!(
        found,
        json!({
            "model_name": "kling-v3", "mode": "pro", "duration": "5", "sound": "off",
            "image": "https://example.com/start.png", "image_tail": "iVBORw0KGgoAAAANSUhEUg",
            "prompt": "<<<element_1>>> turns to the camera",
            "element_list": [{ "element_id": 829_836_802_793_406_551_u64 }],
            "external_task_id": "job-0001", "watermark_info": { "enabled": false }
        })
    );
}

/// An access key and its secret sign each request; a wrong secret buys nothing.
#[tokio::test]
async fn a_pair_of_keys_buys() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let pair = SecretString::from("sandbox-access-key:sandbox-secret-key".to_owned());
    let request = bench.request(&single(profile), profile).await;
    let remote_id = accepted(bench.adapter.submit(&pair, &request).await);
    assert!(remote_id.starts_with("text2video/"), "{remote_id}");
    bench.adapter.poll(&pair, &remote_id).await.expect("its own task");
    bench.adapter.account(&pair).await.expect("an account");
    let wrong = SecretString::from("sandbox-access-key:another-secret".to_owned());
    let answer = bench.adapter.submit(&wrong, &request).await;
    assert!(matches!(answer, SubmitAnswer::Rejected(ProviderError::Unauthenticated { .. })), "{answer:?}");
    assert_eq!(bench.sandbox.ledger().len(), 1);
}

/// A clock that is wrong here is told from a wrong key: the same key is good a moment later.
#[tokio::test]
async fn a_wrong_clock_is_no_wrong_key() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let pair = SecretString::from("sandbox-access-key:sandbox-secret-key".to_owned());
    let request = bench.request(&single(profile), profile).await;
    let body = r#"{"code":1004,"message":"Authorization has expired"}"#.to_owned();
    let kind = FaultKind::Status { status: 401, body, retry_after: None };
    bench.sandbox.add_fault(Fault { target: Target::Submit, kind, times: 1 });
    // The sandbox's clock is this machine's, so nothing is learned from its date and the refusal stands.
    let answer = bench.adapter.submit(&pair, &request).await;
    assert!(matches!(answer, SubmitAnswer::Rejected(ProviderError::Unauthenticated { .. })), "{answer:?}");
    accepted(bench.adapter.submit(&pair, &request).await);
}

/// A lost request that has failed meanwhile is answered without the name it was given, and is found all the same.
#[tokio::test]
async fn a_failed_request_is_found_without_its_name() {
    let bench = Bench::of(&CASE).await;
    let request = bench.simple_request().await;
    bench.fault(Target::Submit, FaultKind::FailTask { reason: "Failure to pass the risk control system".to_owned() });
    let remote_id = accepted(bench.adapter.submit(&bench.key, &request).await);
    bench.until_ended(&remote_id).await;
    let question = LostRequest { path: &request.path, body: &request.body, since: 0 };
    let found = bench.adapter.look_up(&bench.key, &question).await.expect("an answer");
    assert_eq!(found.iter().map(|task| task.remote_id.as_str()).collect::<Vec<_>>(), [remote_id.as_str()]);
    let other = json!({ "code": 0, "message": "SUCCEED", "data": {
        "task_id": "867283741759111202", "task_status": "processing", "task_info": { "external_task_id": "another" }
    } });
    bench.answers_next(Target::List, &other);
    let error = bench.adapter.look_up(&bench.key, &question).await.expect_err("another's");
    assert_eq!(error.code(), "provider-unexpected-answer");
}

/// What a person copies off the provider's page is completed by the kind of the request.
#[tokio::test]
async fn a_pasted_name_gets_its_kind() {
    let bench = Bench::of(&CASE).await;
    assert_eq!(
        bench.adapter.task_name("/v1/videos/image2video", "867283741759111202"),
        "image2video/867283741759111202"
    );
    assert_eq!(bench.adapter.task_name("/v1/videos/image2video", "text2video/1"), "text2video/1");
}

/// The units that were taken stand in the answer.
#[tokio::test]
async fn the_bill_is_read() {
    let bench = Bench::of(&CASE).await;
    let profile = &bench.entry.models[0].profile;
    let request = bench.request(&single(profile), profile).await;
    let remote_id = accepted(bench.adapter.submit(&bench.key, &request).await);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let bill = loop {
        match bench.adapter.poll(&bench.key, &remote_id).await.expect("an answer") {
            RemoteState::Succeeded { bill, .. } => break bill,
            RemoteState::Running { .. } if std::time::Instant::now() < deadline => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(bill, Some(Bill::Credits(sixshot_domain::MicroCredits(3_000_000))));
}
