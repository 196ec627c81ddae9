//! EvoLink's dialect, from its documentation and its own client (read 2026-11-21).

use crate::control::{after, before};
use crate::dialect::{
    self, BALANCE, BODY_MAX, Phase, Purchase, accept, can_pay, decimal, find_task, keep_picture, media_link, new_id,
    output_link, phase, picture_at, storage,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, State, Task};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sixshot_domain::Ratio;
use std::sync::Arc;

const PROVIDER: &str = "evolink";
/// Credits for a dollar by the pricing table: 5.4 credits are $0.075.
const CREDITS: i64 = 72;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/v1/files/upload/stream", post(upload))
        .route("/v1/videos/generations", post(submit))
        .route("/v1/tasks/{id}", get(task))
        .route("/v1/credits", get(credits))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn refuse(status: u16, message: &str) -> Response {
    let kind = match status {
        401 => "authentication_error",
        402 => "insufficient_quota_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        _ => "invalid_request_error",
    };
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let error = json!({ "code": status, "message": message, "type": kind, "param": "", "fallback_suggestion": "" });
    (code, Json(json!({ "error": error }))).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(401, "Invalid API key")))
}

/// The file service words its refusals otherwise, and answers 200 for those that it has codes of its own for.
fn refuse_file(code: i64, message: &str) -> Response {
    let status = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    (status, Json(json!({ "success": false, "code": code, "msg": message }))).into_response()
}

async fn upload(Shared(state): Shared<Arc<State>>, headers: HeaderMap, mut form: Multipart) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if key_of(&headers).is_err() {
        return refuse_file(401, "Invalid API key");
    }
    let (mut picture, mut name) = (None, String::new());
    while let Ok(Some(field)) = form.next_field().await {
        match field.name() {
            Some("file") => picture = field.bytes().await.ok(),
            Some("file_name" | "fileName") => name = field.text().await.unwrap_or_default(),
            _ => {}
        }
    }
    let Some(bytes) = picture else { return refuse_file(400, "file is required") };
    if bytes.len() > 100_000_000 {
        return refuse_file(40_001, "File too large");
    }
    let Some(id) = keep_picture(&state, &bytes) else { return refuse_file(40_002, "File type not allowed") };
    let link = media_link(&state, PROVIDER, &id);
    let data = json!({
        "file_id": format!("file_{id}"),
        "file_name": name,
        "original_name": "first.png",
        "file_size": bytes.len(),
        "mime_type": "image/png",
        "upload_path": "images",
        "file_url": link,
        "download_url": link,
        "upload_time": "2026-04-01T00:00:00+08:00",
        "expires_at": "2026-04-04T00:00:00+08:00",
    });
    let answer = json!({ "success": true, "code": 200, "msg": "File uploaded successfully", "data": data });
    after(fault.as_ref(), Json(answer).into_response()).await
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
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, "Invalid JSON body") };
    let (order, micro_dollars) = match judge(&state, &body) {
        Ok(found) => found,
        Err((status, reason)) => return refuse(status, &reason),
    };
    let model = text(&body, "model").to_owned();
    let purchase = Purchase { provider: PROVIDER, key, model, micro_dollars, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return refuse(402, "Insufficient credits");
    }
    let short: String = new_id().chars().take(8).collect();
    let id = format!("task-unified-{}-{short}", time::OffsetDateTime::now_utc().unix_timestamp());
    let task = accept(&state, fault.as_ref(), purchase, id);
    let mut answer = written(&state, &task, &Phase::Waiting);
    answer["task_info"] = json!({ "can_cancel": true, "estimated_time": 300, "video_duration": order.seconds });
    // The unit of this figure is documented nowhere; the provider's example is ten thousand times the credits.
    let reserved = micro_dollars * CREDITS / 100;
    answer["usage"] = json!({ "billing_rule": "per_second", "credits_reserved": reserved, "user_group": "default" });
    after(fault.as_ref(), Json(answer).into_response()).await
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn invalid(reason: &str) -> (u16, String) {
    (400, reason.to_owned())
}

/// The limits the real service enforces, and the price in millionths of a dollar.
fn judge(state: &State, body: &Value) -> Result<(ClipOrder, i64), (u16, String)> {
    let (turbo, from_image) = match text(body, "model") {
        "kling-v3-text-to-video" => (false, false),
        "kling-v3-image-to-video" => (false, true),
        "kling-v3-turbo-text-to-video" => (true, false),
        "kling-v3-turbo-image-to-video" => (true, true),
        _ => return Err((404, "model not found".to_owned())),
    };
    judge_names(body, turbo, from_image)?;
    let seconds = body.get("duration").map_or(Some(5), |value| value.as_u64().filter(|n| (3..=15).contains(n)));
    let seconds = seconds.and_then(|n| u32::try_from(n).ok());
    let seconds = seconds.ok_or_else(|| invalid("duration must be an integer between 3 and 15"))?;
    let lines = match body.get("quality").map_or("720p", |value| value.as_str().unwrap_or_default()) {
        "720p" => 720,
        "1080p" => 1080,
        _ => return Err(invalid("quality must be 720p or 1080p")),
    };
    let sound = match body.get("sound").map_or("off", |value| value.as_str().unwrap_or_default()) {
        "on" => true,
        "off" => false,
        _ => return Err(invalid("sound must be on or off")),
    };
    for name in ["prompt", "negative_prompt"] {
        if text(body, name).chars().count() > 2_500 {
            return Err(invalid(&format!("{name} exceeds 2500 characters")));
        }
    }
    if turbo {
        judge_written_shots(text(body, "prompt"), seconds)?;
    } else {
        judge_parameters(body, seconds, from_image)?;
    }
    if text(body, "callback_url").starts_with("http://") {
        return Err(invalid("callback_url must be https"));
    }
    let ratio = if from_image { frames(state, body)? } else { ratio(body)? };
    let order = ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) };
    Ok((order, per_second(turbo, lines, sound) * i64::from(seconds)))
}

/// Each model has its own fields: another's field is a mistake.
fn judge_names(body: &Value, turbo: bool, from_image: bool) -> Result<(), (u16, String)> {
    let common = ["model", "prompt", "duration", "quality", "callback_url"];
    let known = |name: &str| {
        common.contains(&name)
            || (!turbo && matches!(name, "negative_prompt" | "sound" | "model_params" | "aspect_ratio"))
            || (!turbo && from_image && name == "image_end")
            || (turbo && !from_image && name == "aspect_ratio")
            || (from_image && name == "image_start")
    };
    let unknown = body.as_object().and_then(|fields| fields.keys().find(|name| !known(name)));
    unknown.map_or(Ok(()), |name| Err(invalid(&format!("unknown parameter: {name}"))))
}

fn judge_parameters(body: &Value, seconds: u32, from_image: bool) -> Result<(), (u16, String)> {
    let of = |name: &str| body.pointer(&format!("/model_params/{name}"));
    let cuts = of("multi_shot").and_then(Value::as_bool).unwrap_or(false);
    let customized = of("shot_type").and_then(Value::as_str) == Some("customize");
    if cuts && customized {
        judge_shots(of("multi_prompt").and_then(Value::as_array), seconds)?;
        if body.get("image_end").is_some() {
            return Err(invalid("image_end is not supported with multi_shot"));
        }
    } else if cuts && of("shot_type").and_then(Value::as_str) != Some("intelligence") {
        return Err(invalid("shot_type is required when multi_shot is true"));
    } else if text(body, "prompt").is_empty() && (cuts || !from_image) {
        return Err(invalid("prompt is required"));
    }
    let elements = of("element_list").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    // A number that a fraction has been through is none of a 64-bit id any more.
    if elements.len() > 3 || elements.iter().any(|one| !one.get("element_id").is_some_and(Value::is_u64)) {
        return Err(invalid("element_list: at most 3, each with an integer element_id"));
    }
    if of("watermark_info").is_some_and(|info| !info.get("enabled").is_some_and(Value::is_boolean)) {
        return Err(invalid("watermark_info.enabled must be a boolean"));
    }
    Ok(())
}

fn judge_shots(shots: Option<&Vec<Value>>, seconds: u32) -> Result<(), (u16, String)> {
    let shots = shots.filter(|shots| (1..=6).contains(&shots.len()));
    let shots = shots.ok_or_else(|| invalid("multi_prompt must hold 1 to 6 shots"))?;
    let mut sum = 0;
    for (index, shot) in shots.iter().enumerate() {
        let numbered = shot.get("index").and_then(Value::as_u64) == u64::try_from(index + 1).ok();
        // Seconds are text here and a number at the top.
        let length = text(shot, "duration").parse::<u32>().ok().filter(|length| *length > 0);
        let words = (1..=512).contains(&text(shot, "prompt").chars().count());
        let (true, true, Some(length)) = (numbered, words, length) else {
            return Err(invalid("multi_prompt: index from 1, a prompt of 1 to 512 characters, duration as a string"));
        };
        sum += length;
    }
    if sum == seconds { Ok(()) } else { Err(invalid("shot durations must add up to duration")) }
}

/// Turbo's shots, written into the prompt: `镜头 1, 3, words; 镜头 2, 4, words;`.
fn judge_written_shots(prompt: &str, seconds: u32) -> Result<(), (u16, String)> {
    if !prompt.starts_with("镜头 1,") {
        return Ok(());
    }
    let shots: Vec<_> = prompt.split(';').map(str::trim).filter(|shot| !shot.is_empty()).collect();
    let mut sum = 0;
    for (index, shot) in shots.iter().enumerate() {
        let mut parts = shot.splitn(3, ',').map(str::trim);
        let number = parts.next().and_then(|text| text.strip_prefix("镜头 ")).and_then(|text| text.parse().ok());
        let length = parts.next().and_then(|text| text.parse::<u32>().ok()).filter(|length| *length > 0);
        let words = parts.next().is_some_and(|words| (1..=512).contains(&words.chars().count()));
        let (true, true, Some(length)) = (number == Some(index + 1), words, length) else {
            return Err(invalid("prompt: a shot is not written as it should be"));
        };
        sum += length;
    }
    if shots.len() <= 6 && sum == seconds {
        Ok(())
    } else {
        Err(invalid("prompt: at most 6 shots, summing to duration"))
    }
}

fn frames(state: &State, body: &Value) -> Result<Ratio, (u16, String)> {
    let shape =
        |name: &str| body.get(name).map(|link| link.as_str().and_then(|link| picture_at(state, PROVIDER, link)));
    let Some(Some(ratio)) = shape("image_start") else {
        return Err(invalid("image_start is required and must be directly accessible"));
    };
    if shape("image_end") == Some(None) {
        return Err(invalid("image_end must be directly accessible"));
    }
    Ok(ratio)
}

fn ratio(body: &Value) -> Result<Ratio, (u16, String)> {
    match body.get("aspect_ratio").map_or("16:9", |value| value.as_str().unwrap_or_default()) {
        "16:9" => Ok(Ratio::Wide),
        "9:16" => Ok(Ratio::Tall),
        "1:1" => Ok(Ratio::Square),
        _ => Err(invalid("aspect_ratio")),
    }
}

/// Millionths of a dollar, from the pricing tables; written here a second time on purpose, to check the first.
fn per_second(turbo: bool, lines: u32, sound: bool) -> i64 {
    match (turbo, lines, sound) {
        (false, 720, false) => 75_000,
        (false, 720, true) => 112_500,
        (false, _, false) => 100_000,
        (false, _, true) => 150_000,
        (true, 720, _) => 106_000,
        (true, _, _) => 132_000,
    }
}

fn written(state: &State, task: &Task, phase: &Phase) -> Value {
    let (status, progress) = match phase {
        Phase::Waiting => ("pending", 0),
        Phase::Running | Phase::Cancelled => ("processing", 45),
        Phase::Done => ("completed", 100),
        Phase::Failed(_) => ("failed", 0),
    };
    let mut value = json!({
        "created": task.created_at.unix_timestamp(),
        "id": task.id,
        "model": task.model,
        "object": "video.generation.task",
        "progress": progress,
        "status": status,
        "task_info": { "can_cancel": false },
        "type": "video",
    });
    if let Phase::Failed(reason) = phase {
        let (code, message) = reason.split_once(": ").unwrap_or(("unknown_error", reason));
        value["error"] = json!({ "code": code, "message": message });
    }
    if *phase == Phase::Done {
        value["results"] = json!([output_link(state, PROVIDER, task)]);
    }
    value
}

async fn task(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
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
    let answer = written(&state, &task, &phase(&state, &task));
    after(fault.as_ref(), Json(answer).into_response()).await
}

async fn credits(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let spent = state.spent(PROVIDER, &key);
    let left = if key.contains("empty") { 0 } else { BALANCE - spent };
    let answer = json!({
        "success": true,
        "message": "",
        "data": {
            "token": { "remaining_credits": 99_416.442_9, "used_credits": 583.557_1, "unlimited_credits": false },
            "user": { "remaining_credits": decimal(left * CREDITS), "used_credits": decimal(spent * CREDITS) },
        },
    });
    after(fault.as_ref(), Json(answer).into_response()).await
}
