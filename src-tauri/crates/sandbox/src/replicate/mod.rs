//! Replicate's dialect, from its documentation and its own clients (read 2026-11-21).

mod files;
mod judge;

use crate::control::{after, before};
use crate::dialect::{
    self, BODY_MAX, Phase, Purchase, accept, can_pay, cancel, find_task, new_id, output_link, phase, storage, tasks_of,
};
use crate::faults::{FaultKind, Target};
use crate::state::{State, Task};
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const PROVIDER: &str = "replicate";
const MODEL: &str = "kwaivgi/kling-v3-video";
const PAGE: usize = 100;
/// Longest that an answer waits for a prediction, in seconds.
const WAIT_MAX: u64 = 60;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/v1/account", get(account))
        .route("/v1/models/{owner}/{name}/predictions", post(submit_model))
        .route("/v1/predictions", get(list).post(submit_version))
        .route("/v1/predictions/{id}", get(read))
        .route("/v1/predictions/{id}/cancel", post(stop))
        .merge(files::router())
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn problem(code: u16, title: &str, detail: &str) -> Response {
    problem_of(code, &json!({ "title": title, "detail": detail, "status": code }))
}

fn problem_of(code: u16, body: &Value) -> Response {
    (status(code), [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

fn not_found() -> Response {
    problem(404, "Not found", "The requested resource could not be found.")
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Bearer")
        .ok_or_else(|| Box::new(problem(401, "Unauthenticated", "You did not pass a valid authentication token")))
}

async fn submit_model(
    state: Shared<Arc<State>>,
    Path((owner, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    submit(state.0, Some(format!("{owner}/{name}")), headers, body).await
}

async fn submit_version(state: Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    submit(state.0, None, headers, body).await
}

async fn submit(state: Arc<State>, model: Option<String>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = state.fault(Target::Submit);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        return problem(400, "Bad request", "The body is no JSON");
    };
    let named = body.get("version").and_then(Value::as_str).map(str::to_owned);
    if model.or(named).as_deref() != Some(MODEL) {
        return not_found();
    }
    let input = body.get("input").cloned().unwrap_or_default();
    let order = match judge::judge(&state, &input) {
        Ok(order) => order,
        Err(refused) => return invalid(&refused),
    };
    let price = judge::price(&input);
    let purchase = Purchase {
        provider: PROVIDER,
        key,
        model: MODEL.to_owned(),
        micro_dollars: price,
        order,
        body,
        client_id: None,
    };
    if !can_pay(&state, &purchase) {
        let words = "You have insufficient credit to run this model. Go to \
                     https://replicate.com/account/billing#billing to purchase credit.";
        return problem(402, "Insufficient credit", words);
    }
    let task = accept(&state, fault.as_ref(), purchase, new_id());
    wait(&state, &headers).await;
    after(fault.as_ref(), (StatusCode::CREATED, Json(prediction(&state, &task))).into_response()).await
}

/// Holds the answer until the prediction ends, where `Prefer: wait` asks for it.
async fn wait(state: &State, headers: &HeaderMap) {
    let wish = headers.get("prefer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(wish) = wish.strip_prefix("wait") else { return };
    let seconds = wish.strip_prefix('=').and_then(|text| text.parse().ok()).unwrap_or(WAIT_MAX).clamp(1, WAIT_MAX);
    let ended = state.options.waiting + state.options.running;
    tokio::time::sleep(ended.min(Duration::from_secs(seconds))).await;
}

fn invalid(refused: &Value) -> Response {
    let text = |name: &str| refused.get(name).and_then(Value::as_str).unwrap_or_default();
    problem_of(
        422,
        &json!({
            "title": "Input validation failed",
            "detail": format!("- {}: {}\n", text("field"), text("description")),
            "status": 422,
            "invalid_fields": [refused],
        }),
    )
}

fn prediction(state: &State, task: &Task) -> Value {
    let written = |moment: OffsetDateTime| moment.format(&Rfc3339).unwrap_or_default();
    let base = format!("{}/{PROVIDER}/v1/predictions/{}", state.origin, task.id);
    let mut body = json!({
        "id": task.id,
        "model": task.model,
        "version": "hidden",
        "input": task.body.get("input").cloned().unwrap_or_default(),
        "logs": "",
        "output": null,
        "data_removed": false,
        "error": null,
        "status": "starting",
        "source": "api",
        "created_at": written(task.created_at),
        "urls": { "get": base, "cancel": format!("{base}/cancel"), "web": format!("{}/p/{}", state.origin, task.id) },
    });
    let phase = phase(state, task);
    if phase != Phase::Waiting {
        body["started_at"] = json!(written(task.created_at + state.options.waiting));
    }
    if !matches!(phase, Phase::Waiting | Phase::Running) {
        body["completed_at"] = json!(written(task.created_at + state.options.waiting + state.options.running));
        body["metrics"] = json!({ "predict_time": 92.1, "total_time": 93.0 });
    }
    body["status"] = json!(match &phase {
        Phase::Waiting => "starting",
        Phase::Running => "processing",
        Phase::Done => "succeeded",
        Phase::Failed(reason) if reason == "aborted" => "aborted",
        Phase::Failed(_) => "failed",
        Phase::Cancelled => "canceled",
    });
    match &phase {
        Phase::Done => body["output"] = json!(output_link(state, PROVIDER, task)),
        Phase::Failed(reason) if reason != "aborted" => body["error"] = json!(reason),
        _ => {}
    }
    body
}

async fn read(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Poll);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let known = find_task(&state, PROVIDER, &key, |task| task.id == id);
    let Some(task) = known.filter(|_| fault != Some(FaultKind::Forget)) else { return not_found() };
    after(fault.as_ref(), Json(prediction(&state, &task)).into_response()).await
}

async fn stop(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Some(task) = find_task(&state, PROVIDER, &key, |task| task.id == id) else { return not_found() };
    cancel(&state, &task);
    match find_task(&state, PROVIDER, &key, |task| task.id == id) {
        Some(task) => Json(prediction(&state, &task)).into_response(),
        None => not_found(),
    }
}

async fn list(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let fault = state.fault(Target::List);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let page = match query.get("cursor").map(|text| text.parse::<usize>()) {
        None => 0,
        Some(Ok(page)) => page,
        Some(Err(_)) => return problem(400, "Bad request", "Invalid cursor"),
    };
    let tasks = tasks_of(&state, PROVIDER, &key);
    let address = |page: usize| json!(format!("{}/{PROVIDER}/v1/predictions?cursor={page}", state.origin));
    let next = if tasks.len() > (page + 1) * PAGE { address(page + 1) } else { Value::Null };
    let previous = page.checked_sub(1).map_or(Value::Null, address);
    let results: Vec<Value> = tasks.iter().skip(page * PAGE).take(PAGE).map(|task| prediction(&state, task)).collect();
    let body = json!({ "previous": previous, "next": next, "results": results });
    after(fault.as_ref(), Json(body).into_response()).await
}

async fn account(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let body = json!({
        "type": "organization", "username": "sandbox", "name": "Sandbox", "github_url": "https://github.com/sandbox",
    });
    after(fault.as_ref(), Json(body).into_response()).await
}
