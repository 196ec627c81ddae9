//! AtlasCloud's dialect, from its documentation and its own clients (read 2026-11-21).

use crate::control::{after, before};
use crate::dialect::{
    self, BALANCE, BODY_MAX, Phase, Purchase, accept, can_pay, find_task, keep_picture, media_link, new_id,
    output_link, phase, picture_at, storage,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, State};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sixshot_domain::Ratio;
use std::sync::Arc;

const PROVIDER: &str = "atlascloud";

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/v1/model/uploadMedia", post(upload))
        .route("/api/v1/model/generateVideo", post(submit))
        .route("/api/v1/model/prediction/{id}", get(prediction))
        .route("/public/v1/balance", get(balance))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn refuse(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({ "code": status, "msg": message, "request_id": new_id(), "data": null }))).into_response()
}

fn success(data: Value) -> Response {
    Json(json!({ "code": 200, "data": data })).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(401, "unauthorized")))
}

async fn upload(Shared(state): Shared<Arc<State>>, headers: HeaderMap, mut form: Multipart) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let Ok(bytes) = field.bytes().await else { return refuse(400, "broken body") };
        let Some(id) = keep_picture(&state, &bytes) else { return refuse(400, "unsupported media type") };
        let link = media_link(&state, PROVIDER, &id);
        let data = json!({ "type": "image", "download_url": link, "filename": name, "size": bytes.len() });
        let answer = json!({ "code": 200, "message": "success", "data": data });
        return after(fault.as_ref(), Json(answer).into_response()).await;
    }
    refuse(400, "file is required")
}

async fn submit(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = state.fault(Target::Submit);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, "unparseable body") };
    let (order, micro_dollars) = match judge(&state, &body) {
        Ok(found) => found,
        Err((status, reason)) => return refuse(status, &reason),
    };
    let model = text(&body, "model").to_owned();
    let purchase = Purchase { provider: PROVIDER, key, model, micro_dollars, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return refuse(402, "insufficient balance");
    }
    let task = accept(&state, fault.as_ref(), purchase, new_id());
    after(fault.as_ref(), success(json!({ "id": task.id, "status": "processing" }))).await
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn invalid(reason: &str) -> (u16, String) {
    (400, format!("invalid parameter: {reason}"))
}

/// The limits the real service enforces, and the price in millionths of a dollar.
fn judge(state: &State, body: &Value) -> Result<(ClipOrder, i64), (u16, String)> {
    let (lines, from_image) = match text(body, "model") {
        "" => return Err((400, "model is required".to_owned())),
        "kwaivgi/kling-v3.0-std/text-to-video" => (720, false),
        "kwaivgi/kling-v3.0-std/image-to-video" => (720, true),
        "kwaivgi/kling-v3.0-pro/text-to-video" => (1080, false),
        "kwaivgi/kling-v3.0-pro/image-to-video" => (1080, true),
        _ => return Err((404, "model not found".to_owned())),
    };
    let common = ["model", "prompt", "negative_prompt", "duration", "cfg_scale", "sound", "webhook_url"];
    let known = |name: &str| {
        common.contains(&name)
            || (from_image && matches!(name, "image" | "end_image"))
            || (!from_image && name == "aspect_ratio")
    };
    if let Some(name) = body.as_object().and_then(|fields| fields.keys().find(|name| !known(name))) {
        return Err(invalid(name));
    }
    if !(1..=2_500).contains(&text(body, "prompt").chars().count()) {
        return Err(invalid("prompt"));
    }
    let seconds = body.get("duration").map_or(Some(5), |value| value.as_u64().filter(|n| (3..=15).contains(n)));
    let seconds = seconds.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| invalid("duration"))?;
    let sound = body.get("sound").map_or(Some(false), Value::as_bool).ok_or_else(|| invalid("sound"))?;
    let is_fraction = |value: &Value| value.as_f64().is_some_and(|scale| (0.0..=1.0).contains(&scale));
    if !body.get("cfg_scale").is_none_or(is_fraction) {
        return Err(invalid("cfg_scale"));
    }
    if body.get("webhook_url").is_some_and(|address| !address.as_str().is_some_and(|text| text.starts_with("https://")))
    {
        return Err((400, "invalid webhook_url".to_owned()));
    }
    let ratio = if from_image { frames(state, body)? } else { ratio(body)? };
    let order = ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) };
    Ok((order, per_second(lines, sound) * i64::from(seconds)))
}

fn frames(state: &State, body: &Value) -> Result<Ratio, (u16, String)> {
    let shape =
        |name: &str| body.get(name).map(|link| link.as_str().and_then(|link| picture_at(state, PROVIDER, link)));
    match (shape("image"), shape("end_image")) {
        (Some(Some(ratio)), None | Some(Some(_))) => Ok(ratio),
        (_, Some(None)) => Err(invalid("end_image")),
        _ => Err(invalid("image")),
    }
}

fn ratio(body: &Value) -> Result<Ratio, (u16, String)> {
    match body.get("aspect_ratio").map_or("16:9", |value| value.as_str().unwrap_or_default()) {
        "16:9" => Ok(Ratio::Wide),
        "9:16" => Ok(Ratio::Tall),
        "1:1" => Ok(Ratio::Square),
        _ => Err(invalid("aspect_ratio")),
    }
}

/// Millionths of a dollar; written here a second time on purpose, to check the first. Kling's list price less 15
/// percent as the model pages have it; with sound, which they do not price, the list price.
fn per_second(lines: u32, sound: bool) -> i64 {
    match (lines, sound) {
        (720, false) => 71_400,
        (720, true) => 126_000,
        (_, false) => 95_200,
        (_, true) => 168_000,
    }
}

async fn prediction(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Poll);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let known = find_task(&state, PROVIDER, &key, |task| task.id == id);
    let Some(task) = known.filter(|_| fault != Some(FaultKind::Forget)) else {
        return refuse(404, "prediction not found");
    };
    let mut data = json!({ "id": task.id, "outputs": [], "error": "" });
    data["status"] = match phase(&state, &task) {
        Phase::Waiting | Phase::Running | Phase::Cancelled => json!("processing"),
        Phase::Done => {
            data["outputs"] = json!([output_link(&state, PROVIDER, &task)]);
            json!("completed")
        }
        Phase::Failed(reason) => {
            // The provider's own number stands before the words.
            let (number, words) = reason.split_once(": ").unwrap_or(("1000", &reason));
            data["error"] = json!(words);
            data["error_code"] = json!(number.parse().unwrap_or(1_000));
            json!("failed")
        }
    };
    after(fault.as_ref(), success(data)).await
}

async fn balance(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    // The account's paths word their refusals otherwise.
    let Some(key) = dialect::key_of(&headers, "Bearer") else {
        let error = json!({
            "type": "authentication_error", "code": "invalid_api_key", "message": "Invalid API key", "param": "",
        });
        let answer = Json(json!({ "error": error, "request_id": new_id() }));
        return (StatusCode::UNAUTHORIZED, answer).into_response();
    };
    let left = if key.contains("empty") { 0 } else { BALANCE - state.spent(PROVIDER, &key) };
    let amount =
        |micro: i64| json!({ "value": format!("{}.{:06}", micro / 1_000_000, micro % 1_000_000), "currency": "usd" });
    let answer = json!({
        "object": "balance",
        "scope": "account",
        "account": { "id": "acc_123", "name": "Production", "type": "team" },
        "available": amount(left),
        "cash": amount(left),
        "bonus": amount(0),
        "frozen": amount(0),
        "request_id": "req_123",
    });
    after(fault.as_ref(), Json(answer).into_response()).await
}
