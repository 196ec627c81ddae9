//! Vidgo's dialect, from its documentation and its sibling's (read 2026-11-21).

use crate::control::{after, before};
use crate::dialect::{
    self, BALANCE, BODY_MAX, Phase, Purchase, Refusal, accept, can_pay, find_task, keep_picture, media_link, new_id,
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
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const PROVIDER: &str = "vidgo";
/// Millionths of a dollar for one credit.
const CREDIT: i64 = 5_000;
/// Uploads a minute for one key.
const UPLOADS: usize = 5;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/api/common/upload/stream", post(upload))
        .route("/api/generate/submit", post(submit))
        .route("/api/generate/status/{id}", get(status))
        .route("/api/user/balance", get(balance))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn refuse(status: u16, message: &str) -> Response {
    let kind = match status {
        401 => "authentication_error",
        402 => "insufficient_credits_error",
        429 => "rate_limit_error",
        _ => "invalid_request_error",
    };
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({ "code": status, "error": { "message": message, "type": kind } }))).into_response()
}

fn success(data: Value) -> Response {
    Json(json!({ "code": 200, "data": data })).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer").ok_or_else(|| Box::new(refuse(401, "Invalid API key")))
}

/// Whether a key may upload once more now. Only keys that hold `limited` are counted, so that a test of anything else
/// need not wait for a minute to pass.
fn may_upload(state: &State, key: &str) -> bool {
    if !key.contains("limited") {
        return true;
    }
    let mut memory = state.memory();
    let times = memory.uploaded.entry(format!("{PROVIDER} {key}")).or_default();
    times.retain(|at| at.elapsed() < Duration::from_secs(60));
    let may = times.len() < UPLOADS;
    if may {
        times.push(Instant::now());
    }
    may
}

async fn upload(Shared(state): Shared<Arc<State>>, headers: HeaderMap, mut form: Multipart) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    if !may_upload(&state, &key) {
        return refuse(429, "Too many requests: at most 5 uploads per minute");
    }
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let Ok(bytes) = field.bytes().await else { return refuse(400, "broken body") };
        let Some(id) = keep_picture(&state, &bytes) else { return refuse(400, "Unsupported file type") };
        let link = media_link(&state, PROVIDER, &id);
        let now = OffsetDateTime::now_utc();
        let data = json!({
            "file_id": id,
            "file_name": name,
            "original_name": name,
            "file_size": bytes.len(),
            "mime_type": "image/png",
            "upload_path": "temp",
            "file_url": link,
            "download_url": link,
            "upload_time": now.format(&Rfc3339).unwrap_or_default(),
            "expires_at": (now + time::Duration::hours(72)).format(&Rfc3339).unwrap_or_default(),
        });
        let answer = json!({ "success": true, "code": 200, "msg": "File uploaded successfully", "data": data });
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
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(400, "Invalid JSON body") };
    let (order, credits) = match judge(&state, &body) {
        Ok(found) => found,
        Err(Refusal(words)) => return refuse(400, &words),
    };
    let model = text(&body, "model").to_owned();
    let purchase =
        Purchase { provider: PROVIDER, key, model, micro_dollars: credits * CREDIT, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return refuse(402, "Insufficient credits");
    }
    let short: String = new_id().chars().take(8).collect();
    let id = format!("task-unified-{}-{short}", OffsetDateTime::now_utc().unix_timestamp());
    let task = accept(&state, fault.as_ref(), purchase, id);
    let data = json!({ "task_id": task.id, "status": "not_started", "created_time": created(&task) });
    after(fault.as_ref(), success(data)).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn created(task: &Task) -> String {
    let text = task.created_at.format(&Rfc3339).unwrap_or_default();
    text.split('.').next().unwrap_or_default().to_owned()
}

fn invalid(parameter: &str) -> Refusal {
    Refusal(format!("Invalid parameter: {parameter}"))
}

/// The limits the real service enforces, and the price in credits.
fn judge(state: &State, body: &Value) -> Result<(ClipOrder, i64), Refusal> {
    let pro = match text(body, "model") {
        "kling-3.0/standard" => false,
        "kling-3.0/pro" => true,
        _ => return Err(invalid("model")),
    };
    let address = text(body, "callback_url");
    if body.get("callback_url").is_some() && (!address.starts_with("https://") || address.len() > 2_048) {
        return Err(invalid("callback_url"));
    }
    let input = body.get("input").filter(|input| input.is_object()).ok_or_else(|| invalid("input"))?;
    judge_names(input)?;
    let flag = |name: &str| input.get(name).and_then(Value::as_bool).ok_or_else(|| invalid(name));
    let (cuts, sound) = (flag("multi_shots")?, flag("sound")?);
    let seconds = input.get("duration").and_then(Value::as_u64).filter(|seconds| (3..=15).contains(seconds));
    let seconds = seconds.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| invalid("duration"))?;
    if cuts {
        judge_shots(list(input, "multi_prompt"), seconds)?;
        if !sound {
            return Err(Refusal("sound must be true when multi_shots is true".to_owned()));
        }
    } else if !(1..=2_500).contains(&text(input, "prompt").chars().count()) {
        return Err(invalid("prompt"));
    }
    let ratio = judge_pictures(state, input, cuts)?;
    let lines = if pro { 1080 } else { 720 };
    let order = ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) };
    Ok((order, per_second(pro, sound) * i64::from(seconds)))
}

fn judge_names(input: &Value) -> Result<(), Refusal> {
    const KNOWN: [&str; 8] =
        ["prompt", "multi_shots", "sound", "duration", "aspect_ratio", "image_urls", "multi_prompt", "kling_elements"];
    let unknown = input.as_object().and_then(|fields| fields.keys().find(|name| !KNOWN.contains(&name.as_str())));
    unknown.map_or(Ok(()), |name| Err(invalid(name)))
}

fn judge_shots(shots: &[Value], seconds: u32) -> Result<(), Refusal> {
    let length = |shot: &Value| shot.get("duration").and_then(Value::as_u64).unwrap_or(0);
    let fits = |shot: &Value| (1..=500).contains(&text(shot, "prompt").chars().count()) && length(shot) > 0;
    let sum: u64 = shots.iter().map(length).sum();
    let good = (1..=6).contains(&shots.len()) && shots.iter().all(fits) && sum == u64::from(seconds);
    if good { Ok(()) } else { Err(invalid("multi_prompt")) }
}

fn judge_pictures(state: &State, input: &Value, cuts: bool) -> Result<Ratio, Refusal> {
    let shape = |link: &Value| link.as_str().and_then(|link| picture_at(state, PROVIDER, link));
    let frames: Option<Vec<_>> = list(input, "image_urls").iter().map(shape).collect();
    let frames = frames.filter(|frames| frames.len() <= if cuts { 1 } else { 2 });
    let frames = frames.ok_or_else(|| invalid("image_urls"))?;
    let elements = list(input, "kling_elements");
    let whole = |element: &Value| {
        let pictures = list(element, "element_input_urls");
        !text(element, "name").is_empty()
            && !text(element, "description").is_empty()
            && (2..=4).contains(&pictures.len())
            && pictures.iter().all(|link| shape(link).is_some())
    };
    if elements.len() > 3 || !elements.iter().all(whole) || (!elements.is_empty() && frames.is_empty()) {
        return Err(invalid("kling_elements"));
    }
    match (frames.first(), input.get("aspect_ratio").map(|ratio| ratio.as_str().unwrap_or_default())) {
        (Some(ratio), None) => Ok(*ratio),
        (None, None | Some("16:9")) => Ok(Ratio::Wide),
        (None, Some("9:16")) => Ok(Ratio::Tall),
        (None, Some("1:1")) => Ok(Ratio::Square),
        _ => Err(invalid("aspect_ratio")),
    }
}

/// Credits, from the models page; written here a second time on purpose, to check the first.
fn per_second(pro: bool, sound: bool) -> i64 {
    match (pro, sound) {
        (false, false) => 27,
        (false, true) | (true, false) => 39,
        (true, true) => 49,
    }
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
    let (status, progress, files, error) = match phase(&state, &task) {
        Phase::Waiting => ("not_started", 0, json!([]), Value::Null),
        Phase::Running | Phase::Cancelled => ("running", 40, json!([]), Value::Null),
        Phase::Done => {
            let file = json!({ "file_url": output_link(&state, PROVIDER, &task), "file_type": "video" });
            ("finished", 100, json!([file]), Value::Null)
        }
        Phase::Failed(reason) => ("failed", 0, json!([]), json!(reason)),
    };
    let data = json!({
        "task_id": task.id, "status": status, "files": files, "created_time": created(&task), "progress": progress,
        "error_message": error,
    });
    after(fault.as_ref(), success(data)).await
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
    let data = json!({ "email": "user@example.com", "credits_amount": left / CREDIT });
    after(fault.as_ref(), success(data)).await
}
