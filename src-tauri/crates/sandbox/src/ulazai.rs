//! UlazAI's dialect, from its documentation and its own client (read 2026-11-21). What it answers about a task is
//! documented in part only: the sandbox answers in the plainest form that fits.

use crate::control::{after, before};
use crate::dialect::{
    self, BODY_MAX, Phase, Purchase, Refusal, accept, can_pay, find_task, new_id, output_link, phase, storage,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, State};
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sixshot_domain::Ratio;
use std::sync::Arc;

const PROVIDER: &str = "ulazai";
/// Millionths of a dollar for one credit: 250 credits are $2.31.
const CREDIT: i64 = 9_240;
/// Credits a second, from the documentation's one example.
const PER_SECOND: i64 = 40;
/// Credits less for a clip that may be published.
const DISCOUNT: i64 = 10;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/kling30/api/generate/", post(submit))
        .route("/kling30/api/status/{id}/", get(status))
        .route("/api/v1/models/image/", get(models))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn refuse(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({ "success": false, "error": message }))).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(401, "Invalid API key")))
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
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, "Invalid JSON") };
    let order = match judge(&state, &body) {
        Ok(order) => order,
        Err(Refusal(words)) => return refuse(400, &words),
    };
    let published = body.get("prompt_directory_optin").and_then(Value::as_bool).unwrap_or(true);
    let discount = if published { DISCOUNT } else { 0 };
    let credits = PER_SECOND * i64::from(order.seconds) - discount;
    let model = text(&body, "qualityMode").to_owned();
    let purchase =
        Purchase { provider: PROVIDER, key, model, micro_dollars: credits * CREDIT, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return refuse(402, "Insufficient credits");
    }
    let task = accept(&state, fault.as_ref(), purchase, uuid::Uuid::new_v4().to_string());
    let answer = json!({
        "success": true,
        "task_id": task.id,
        "provider_task_id": new_id(),
        "status": "processing",
        "credits_used": credits,
        "directory_discount_applied": discount,
        "estimated_time": "60-180 seconds",
    });
    after(fault.as_ref(), Json(answer).into_response()).await
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The limits the documentation names.
fn judge(state: &State, body: &Value) -> Result<ClipOrder, Refusal> {
    const KNOWN: [&str; 11] = [
        "prompt",
        "generationMode",
        "imageUrls",
        "durationSeconds",
        "qualityMode",
        "sound",
        "multiShots",
        "aspectRatio",
        "startFrameUrl",
        "endFrameUrl",
        "prompt_directory_optin",
    ];
    let invalid = |name: &str| Refusal(format!("Invalid value for {name}"));
    if let Some(name) = body.as_object().and_then(|body| body.keys().find(|name| !KNOWN.contains(&name.as_str()))) {
        return Err(invalid(name));
    }
    if !(1..=2_500).contains(&text(body, "prompt").chars().count()) {
        return Err(invalid("prompt"));
    }
    let seconds = body.get("durationSeconds").and_then(Value::as_u64).filter(|seconds| (3..=15).contains(seconds));
    let seconds = seconds.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| invalid("durationSeconds"))?;
    let lines = match text(body, "qualityMode") {
        "std" => 720,
        "pro" => 1080,
        _ => return Err(invalid("qualityMode")),
    };
    for name in ["sound", "multiShots", "prompt_directory_optin"] {
        if body.get(name).is_some_and(|value| !value.is_boolean()) {
            return Err(invalid(name));
        }
    }
    let mut frames = 0;
    for name in ["startFrameUrl", "endFrameUrl"] {
        match body.get(name).map(|address| address.as_str().unwrap_or_default()) {
            Some(address) if address.starts_with("http://") || address.starts_with("https://") => frames += 1,
            Some(_) => return Err(invalid(name)),
            None => {}
        }
    }
    let pictures = body.get("imageUrls").and_then(Value::as_array).map_or(0, Vec::len);
    match text(body, "generationMode") {
        "text_to_video" if frames == 0 => {}
        "image_to_video" if frames > 0 || pictures > 0 => {}
        _ => return Err(invalid("generationMode")),
    }
    let ratio = match body.get("aspectRatio").map(|ratio| ratio.as_str().unwrap_or_default()) {
        Some(_) if frames > 0 => return Err(Refusal("aspectRatio is not allowed with frame URLs".to_owned())),
        None | Some("16:9") => Ratio::Wide,
        Some("9:16") => Ratio::Tall,
        Some("1:1") => Ratio::Square,
        Some(_) => return Err(invalid("aspectRatio")),
    };
    Ok(ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) })
}

async fn status(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
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
        return refuse(404, "Task not found");
    };
    let mut answer = json!({ "success": true, "task_id": task.id, "status": "processing", "video_url": null });
    match phase(&state, &task) {
        Phase::Waiting | Phase::Running | Phase::Cancelled => {}
        Phase::Done => {
            answer["status"] = json!("completed");
            answer["video_url"] = json!(output_link(&state, PROVIDER, &task));
        }
        Phase::Failed(reason) => {
            answer["status"] = json!("failed");
            answer["error"] = json!(reason);
        }
    }
    after(fault.as_ref(), Json(answer).into_response()).await
}

async fn models(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let answer = json!({ "success": true, "models": [{ "id": "nano_banana_2" }] });
    after(fault.as_ref(), Json(answer).into_response()).await
}
