//! WaveSpeed's dialect, from its documentation and its own clients (read 2026-11-21).

mod ticket;

use crate::control::{after, before};
use crate::dialect::{
    self, BALANCE, BODY_MAX, Phase, Purchase, accept, can_pay, decimal, find_task, keep_picture, media_link, new_id,
    output_link, phase, picture_at, storage, tasks_of,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, Fate, State, Task};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sixshot_domain::Ratio;
use std::sync::Arc;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const PROVIDER: &str = "wavespeed";

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/v3/media/upload/binary", post(upload))
        .route("/api/v3/media/uploads", post(ticket::ticket))
        .route("/api/v3/predictions", post(list))
        .route("/api/v3/predictions/{id}/result", get(result))
        .route("/api/v3/balance", get(balance))
        .route("/api/v3/model/price", post(price))
        .route("/api/v3/{*model}", post(submit))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn refuse(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({ "code": status, "message": message }))).into_response()
}

fn success(data: Value) -> Response {
    Json(json!({ "code": 200, "message": "success", "data": data })).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(401, "invalid authentication")))
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
        let Ok(bytes) = field.bytes().await else { return refuse(400, "Upload failed: broken body") };
        let Some(id) = keep_picture(&state, &bytes) else {
            return refuse(500, "Upload failed: invalid file type");
        };
        let link = media_link(&state, PROVIDER, &id);
        let data = json!({ "type": "image", "download_url": link, "filename": name, "size": bytes.len() });
        return after(fault.as_ref(), success(data)).await;
    }
    refuse(400, "Upload failed: no file")
}

async fn submit(
    Shared(state): Shared<Arc<State>>,
    Path(model): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = state.fault(Target::Submit);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, "body is not JSON") };
    let order = match judge(&state, &model, &body) {
        Ok(order) => order,
        Err((status, reason)) => return refuse(status, &reason),
    };
    let Some(price) = price_of(&model, &body) else { return refuse(404, "model not found") };
    let purchase = Purchase { provider: PROVIDER, key, model, micro_dollars: price, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return refuse(402, "Insufficient credits, please top up");
    }
    let task = accept(&state, fault.as_ref(), purchase, new_id());
    after(fault.as_ref(), success(prediction(&state, &task, "created"))).await
}

/// The limits the real service enforces.
fn judge(state: &State, model: &str, body: &Value) -> Result<ClipOrder, (u16, String)> {
    let wrong = |reason: &str| Err((400, reason.to_owned()));
    let lines = match model.split('/').nth(1) {
        Some("kling-v3.0-std" | "kling-v3-turbo-std") => 720,
        Some("kling-v3.0-pro" | "kling-v3-turbo-pro") => 1080,
        Some("kling-v3.0-4k") => 2160,
        _ => return Err((404, "model not found".to_owned())),
    };
    let from_image = match model.split('/').nth(2) {
        Some("text-to-video") => false,
        Some("image-to-video") => true,
        _ => return Err((404, "model not found".to_owned())),
    };
    let seconds = match body.get("duration") {
        None => 5,
        Some(value) => value.as_u64().filter(|seconds| (3..=15).contains(seconds)).unwrap_or(0),
    };
    let Ok(seconds) = u32::try_from(seconds) else { return wrong("duration") };
    if seconds == 0 {
        return wrong("duration must be an integer from 3 to 15");
    }
    let prompt = body.get("prompt").and_then(Value::as_str).unwrap_or_default();
    let shots = body.get("multi_prompt").and_then(Value::as_array);
    if prompt.is_empty() == shots.is_none() {
        return wrong("either prompt or multi_prompt must be provided, but not both");
    }
    if prompt.chars().count() > 2_500 {
        return wrong("prompt is too long");
    }
    if let Some(shots) = shots {
        let of = |shot: &Value| shot.get("duration").and_then(Value::as_u64).unwrap_or(0);
        let words = |shot: &Value| shot.get("prompt").and_then(Value::as_str).map_or(0, |text| text.chars().count());
        if shots.is_empty() || shots.len() > 6 {
            return wrong("multi_prompt must hold 1 to 6 shots");
        }
        if shots.iter().any(|shot| of(shot) < 3 || !(1..=512).contains(&words(shot))) {
            return wrong("each shot needs a prompt of at most 512 characters and at least 3 seconds");
        }
        if shots.iter().map(of).sum::<u64>() != u64::from(seconds) {
            return wrong("shot durations must add up to duration");
        }
        if body.get("end_image").is_some() {
            return wrong("multi_shot is not supported with end image");
        }
    }
    let ratio = if from_image {
        let Some(ratio) = body.get("image").and_then(Value::as_str).and_then(|link| picture_at(state, PROVIDER, link))
        else {
            return wrong("image is required and must be reachable");
        };
        if body
            .get("end_image")
            .is_some_and(|link| link.as_str().and_then(|link| picture_at(state, PROVIDER, link)).is_none())
        {
            return wrong("end_image must be reachable");
        }
        ratio
    } else {
        match body.get("aspect_ratio").and_then(Value::as_str) {
            None | Some("16:9") => Ratio::Wide,
            Some("9:16") => Ratio::Tall,
            Some("1:1") => Ratio::Square,
            Some(_) => return wrong("aspect_ratio"),
        }
    };
    Ok(ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) })
}

/// Millionths of a dollar, from the model pages; written here a second time on purpose, to check the first.
fn price_of(model: &str, body: &Value) -> Option<i64> {
    let seconds = body.get("duration").and_then(Value::as_i64).unwrap_or(5);
    let sound = body.get("sound").and_then(Value::as_bool).unwrap_or(false);
    let per_second = match (model.split('/').nth(1)?, sound) {
        ("kling-v3.0-std", false) => 84_000,
        ("kling-v3.0-std", true) => 126_000,
        ("kling-v3.0-pro", false) => 112_000,
        ("kling-v3.0-pro", true) => 168_000,
        ("kling-v3.0-4k", _) => 420_000,
        ("kling-v3-turbo-std", _) => 112_000,
        ("kling-v3-turbo-pro", _) => 140_000,
        _ => return None,
    };
    Some(per_second * seconds)
}

fn prediction(state: &State, task: &Task, status: &str) -> Value {
    let outputs = if status == "completed" { json!([output_link(state, PROVIDER, task)]) } else { json!([]) };
    let error = match (&task.fate, status) {
        (Fate::Failure(reason), "failed") => reason.as_str(),
        _ => "",
    };
    json!({
        "id": task.id,
        "model": task.model,
        "outputs": outputs,
        "urls": { "get": format!("{}/wavespeed/api/v3/predictions/{}/result", state.origin, task.id) },
        "has_nsfw_contents": if status == "completed" { json!([false]) } else { json!([]) },
        "status": status,
        "created_at": task.created_at.format(&Rfc3339).unwrap_or_default(),
        "error": error,
        "timings": { "inference": 0 },
    })
}

fn status_of(state: &State, task: &Task) -> &'static str {
    match phase(state, task) {
        Phase::Waiting => "created",
        Phase::Running => "processing",
        Phase::Done => "completed",
        Phase::Failed(_) => "failed",
        Phase::Cancelled => "cancelled",
    }
}

async fn result(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
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
        return after(fault.as_ref(), refuse(404, "prediction not found")).await;
    };
    let status = status_of(&state, &task);
    after(fault.as_ref(), success(prediction(&state, &task, status))).await
}

async fn list(Shared(state): Shared<Arc<State>>, headers: HeaderMap, Json(query): Json<Value>) -> Response {
    let fault = state.fault(Target::List);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let number = |name: &str, otherwise: u64| query.get(name).and_then(Value::as_u64).unwrap_or(otherwise);
    let (page, size) = (number("page", 1).max(1), number("page_size", 20).clamp(1, 100));
    let after_moment =
        query.get("created_after").and_then(Value::as_str).and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    let model = query.get("model").and_then(Value::as_str);
    let tasks: Vec<Task> = tasks_of(&state, PROVIDER, &key)
        .into_iter()
        .filter(|task| model.is_none_or(|model| task.model == model))
        .filter(|task| after_moment.is_none_or(|after| task.created_at >= after))
        .collect();
    let skipped = usize::try_from((page - 1) * size).unwrap_or(usize::MAX);
    let items: Vec<Value> = tasks
        .iter()
        .skip(skipped)
        .take(usize::try_from(size).unwrap_or(20))
        .map(|task| prediction(&state, task, status_of(&state, task)))
        .collect();
    after(fault.as_ref(), success(json!({ "page": page, "items": items }))).await
}

async fn balance(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let left = if key.contains("empty") { 0 } else { BALANCE - state.spent(PROVIDER, &key) };
    after(fault.as_ref(), success(json!({ "balance": decimal(left) }))).await
}

async fn price(Shared(state): Shared<Arc<State>>, headers: HeaderMap, Json(query): Json<Value>) -> Response {
    let fault = state.fault(Target::Price);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let model = query.get("model_id").and_then(Value::as_str).unwrap_or_default();
    let inputs = query.get("inputs").cloned().unwrap_or_default();
    let Some(price) = price_of(model, &inputs) else { return refuse(404, "model not found") };
    let data =
        json!({ "model_id": model, "price": decimal(price), "discounted_price": decimal(price), "currency": "USD" });
    after(fault.as_ref(), success(data)).await
}
