//! fal's dialect, from its documentation and its own clients (read 2026-11-21).

mod judge;
mod platform;
mod upload;

use crate::control::{after, before};
use crate::dialect::{
    self, BODY_MAX, Phase, Purchase, accept, can_pay, cancel, find_task, output_link, phase, storage,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, Fate, State, Task};
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use judge::Model;
use serde_json::{Value, json};
use sixshot_domain::Ratio;
use std::collections::HashMap;
use std::sync::Arc;

const PROVIDER: &str = "fal";

/// Failures that the model states, with their HTTP status.
const MODEL_ERRORS: [(&str, u16); 9] = [
    ("internal_server_error", 500),
    ("generation_timeout", 504),
    ("downstream_service_error", 400),
    ("downstream_service_unavailable", 500),
    ("content_policy_violation", 422),
    ("no_media_generated", 422),
    ("image_load_error", 422),
    ("file_download_error", 422),
    ("face_detection_error", 422),
];
/// Failures that the platform states, with their HTTP status.
const REQUEST_ERRORS: [(&str, u16); 12] = [
    ("request_timeout", 504),
    ("startup_timeout", 504),
    ("runner_scheduling_failure", 503),
    ("runner_connection_timeout", 503),
    ("runner_disconnected", 503),
    ("runner_connection_refused", 503),
    ("runner_connection_error", 503),
    ("runner_incomplete_response", 502),
    ("runner_server_error", 500),
    ("internal_error", 500),
    ("client_disconnected", 499),
    ("client_cancelled", 499),
];

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .merge(upload::router())
        .merge(platform::router())
        // A request is asked for below `owner/app`, while models have further steps: one route for all of them.
        .route("/{*path}", get(read).post(submit).put(stop))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// An error of the platform.
fn flat(code: u16, words: &str, kind: &str) -> Response {
    let body = Json(json!({ "detail": words, "error_type": kind }));
    let mut response = (status(code), body).into_response();
    if let Ok(value) = HeaderValue::from_str(kind) {
        response.headers_mut().insert("x-fal-error-type", value);
    }
    response
}

/// An error without a kind.
fn plain(code: u16, words: &str) -> Response {
    (status(code), Json(json!({ "detail": words }))).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Key")
        .ok_or_else(|| Box::new(plain(401, "Cannot access application. Authentication is required.")))
}

async fn submit(
    Shared(state): Shared<Arc<State>>,
    Path(endpoint): Path<String>,
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
    let Some(model) = Model::of(&endpoint) else { return plain(404, &format!("Application '{endpoint}' not found")) };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return flat(400, "The body is no JSON", "bad_request");
    };
    // A body that the model refuses is taken into the queue all the same, and costs nothing.
    let (order, price, fault) = match judge::judge(&state, model, &body) {
        Ok(order) => (order, model.price(&body), fault),
        Err(findings) => {
            let order = ClipOrder { seconds: 3, ratio: Ratio::Wide, lines: 240 };
            (order, 0, Some(FaultKind::FailTask { reason: Value::Array(findings).to_string() }))
        }
    };
    let purchase =
        Purchase { provider: PROVIDER, key, model: endpoint, micro_dollars: price, order, body, client_id: None };
    if !can_pay(&state, &purchase) {
        return plain(
            403,
            "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.",
        );
    }
    let task = accept(&state, fault.as_ref(), purchase, uuid::Uuid::new_v4().to_string());
    after(fault.as_ref(), Json(standing(&state, &task, "IN_QUEUE", false)).into_response()).await
}

/// The path below which a request is asked for: `owner/app` of its model, whatever follows there.
fn place(task: &Task) -> String {
    let app: Vec<&str> = task.model.split('/').take(2).collect();
    format!("{}/requests/{}", app.join("/"), task.id)
}

fn standing(state: &State, task: &Task, word: &str, logs: bool) -> Value {
    let base = format!("{}/{PROVIDER}/{}", state.origin, place(task));
    let mut body = json!({
        "status": word,
        "request_id": task.id,
        "response_url": base,
        "status_url": format!("{base}/status"),
        "cancel_url": format!("{base}/cancel"),
    });
    if word == "IN_QUEUE" {
        body["queue_position"] = json!(0);
    } else {
        let line = json!({ "message": "starting", "level": "INFO", "source": "USER", "timestamp": "2026-11-21T10:00:03.120Z" });
        body["logs"] = if logs { json!([line]) } else { Value::Null };
    }
    if word == "COMPLETED" {
        body["metrics"] = json!({ "inference_time": 92.4 });
        if let (_, _, Some((words, kind))) = failure(state, task) {
            body["error"] = json!(words);
            body["error_type"] = json!(kind);
        }
    }
    body
}

/// How a request ended badly: the status and body of its result, and what its status says beside `COMPLETED`.
fn failure(state: &State, task: &Task) -> (u16, Value, Option<(String, String)>) {
    let reason = match phase(state, task) {
        Phase::Cancelled => "client_cancelled: Request was cancelled".to_owned(),
        Phase::Failed(reason) => reason,
        Phase::Waiting | Phase::Running | Phase::Done => return (200, Value::Null, None),
    };
    if let Ok(Value::Array(findings)) = serde_json::from_str(&reason) {
        return (422, json!({ "detail": findings }), None);
    }
    let (kind, words) = reason.split_once(": ").unwrap_or(("", &reason));
    let named = |table: &[(&str, u16)]| table.iter().find(|(name, _)| *name == kind).map(|(_, code)| *code);
    if let Some(code) = named(&MODEL_ERRORS) {
        let page = format!("https://docs.fal.ai/errors/#{kind}");
        let finding = json!({ "loc": ["body", "prompt"], "msg": words, "type": kind, "url": page });
        return (code, json!({ "detail": [finding] }), None);
    }
    if let Some(code) = named(&REQUEST_ERRORS) {
        let told = (words.to_owned(), kind.to_owned());
        return (code, json!({ "detail": words, "error_type": kind }), Some(told));
    }
    (422, json!({ "detail": reason }), None)
}

/// The HTTP status of a request's result.
fn result_status(state: &State, task: &Task) -> u16 {
    failure(state, task).0
}

/// The request a path speaks of, and what follows its name there.
fn asked(state: &State, key: &str, path: &str) -> Option<(Task, String)> {
    let (app, rest) = path.split_once("/requests/")?;
    let (id, step) = rest.split_once('/').unwrap_or((rest, ""));
    let task = find_task(state, PROVIDER, key, |task| task.id == id)?;
    task.model.starts_with(&format!("{app}/")).then(|| (task, step.to_owned()))
}

async fn read(
    Shared(state): Shared<Arc<State>>,
    Path(path): Path<String>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let fault = state.fault(Target::Poll);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let known = asked(&state, &key, &path).filter(|_| fault != Some(FaultKind::Forget));
    let Some((task, step)) = known else { return plain(404, "Request not found") };
    let logs = query.get("logs").is_some_and(|word| word == "1" || word == "true");
    let response = match (step.as_str(), phase(&state, &task)) {
        ("status", Phase::Waiting) => told(202, standing(&state, &task, "IN_QUEUE", logs)),
        ("status", Phase::Running) => told(202, standing(&state, &task, "IN_PROGRESS", logs)),
        ("status", _) => told(200, standing(&state, &task, "COMPLETED", logs)),
        ("", Phase::Waiting | Phase::Running) => plain(400, "Request is still in progress"),
        ("", _) => result(&state, &task),
        _ => plain(404, "Not Found"),
    };
    after(fault.as_ref(), response).await
}

fn told(code: u16, body: Value) -> Response {
    (status(code), Json(body)).into_response()
}

/// The model's own answer.
fn result(state: &State, task: &Task) -> Response {
    let (code, body, flat) = failure(state, task);
    let mut response = if code == 200 {
        let clip = json!({ "url": output_link(state, PROVIDER, task), "content_type": "video/mp4", "file_name": "output.mp4" });
        told(200, json!({ "video": clip }))
    } else {
        told(code, body)
    };
    let mut say = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    say("x-fal-request-id", &task.id);
    match flat {
        Some((_, kind)) => say("x-fal-error-type", &kind),
        None if code == 200 => {
            let seconds = if let Fate::Clip(order) = &task.fate { order.seconds } else { 0 };
            say("x-fal-billable-units", &seconds.to_string());
        }
        None => say("x-fal-retryable", "false"),
    }
    response
}

async fn stop(Shared(state): Shared<Arc<State>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    match asked(&state, &key, &path) {
        Some((task, step)) if step == "cancel" => {
            if cancel(&state, &task) {
                told(202, json!({ "status": "CANCELLATION_REQUESTED" }))
            } else {
                told(400, json!({ "status": "ALREADY_COMPLETED" }))
            }
        }
        _ => told(404, json!({ "status": "NOT_FOUND" })),
    }
}
