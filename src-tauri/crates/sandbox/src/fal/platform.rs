//! The platform's own questions: the list of requests, and what the account holds.

use super::{PROVIDER, result_status};
use crate::control::{after, before};
use crate::dialect::{self, BALANCE, Phase, decimal, phase, tasks_of};
use crate::faults::Target;
use crate::state::{State, Task};
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) fn router() -> Router<Arc<State>> {
    Router::new().route("/v1/models/requests/by-endpoint", get(list)).route("/v1/account/billing", get(billing))
}

fn refuse(status: u16, kind: &str, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (code, Json(json!({ "error": { "type": kind, "message": message } }))).into_response()
}

fn key_of(headers: &HeaderMap) -> Result<String, Box<Response>> {
    dialect::key_of(headers, "Key")
        .ok_or_else(|| Box::new(refuse(401, "authorization_error", "Authentication required")))
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
    let Some(endpoints) = query.get("endpoint_id").filter(|text| !text.is_empty()) else {
        return refuse(400, "validation_error", "endpoint_id is required");
    };
    let number = |name: &str| query.get(name).map(|text| text.parse::<usize>());
    let (Ok(limit), Ok(page)) = (number("limit").unwrap_or(Ok(50)), number("cursor").unwrap_or(Ok(1))) else {
        return refuse(400, "validation_error", "limit and cursor are whole numbers");
    };
    if !(1..=100).contains(&limit) || page == 0 {
        return refuse(400, "validation_error", "limit is from 1 to 100");
    }
    let since = match query.get("start").map(|text| OffsetDateTime::parse(text, &Rfc3339)) {
        None => OffsetDateTime::now_utc() - Duration::from_secs(86_400),
        Some(Ok(since)) => since,
        Some(Err(_)) => return refuse(400, "validation_error", "start is no moment"),
    };
    let payloads = query.get("expand").is_some_and(|text| text.split(',').any(|word| word == "payloads"));
    let tasks: Vec<Task> = tasks_of(&state, PROVIDER, &key)
        .into_iter()
        .filter(|task| endpoints.split(',').any(|endpoint| endpoint == task.model) && task.created_at >= since)
        .collect();
    let more = tasks.len() > page * limit;
    let items: Vec<Value> =
        tasks.iter().skip((page - 1) * limit).take(limit).map(|task| line(&state, task, payloads)).collect();
    let next = if more { json!((page + 1).to_string()) } else { Value::Null };
    let body = json!({ "items": items, "next_cursor": next, "has_more": more });
    after(fault.as_ref(), Json(body).into_response()).await
}

fn line(state: &State, task: &Task, payloads: bool) -> Value {
    let written = |moment: OffsetDateTime| moment.format(&Rfc3339).unwrap_or_default();
    let mut line = json!({
        "request_id": task.id,
        "endpoint_id": task.model,
        "sent_at": written(task.created_at),
        "started_at": written(task.created_at + state.options.waiting),
    });
    if !matches!(phase(state, task), Phase::Waiting | Phase::Running) {
        line["ended_at"] = json!(written(task.created_at + state.options.waiting + state.options.running));
        line["status_code"] = json!(result_status(state, task));
    }
    if payloads {
        line["json_input"] = task.body.clone();
    }
    line
}

async fn billing(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let fault = state.fault(Target::Balance);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match key_of(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    if key.contains("api-scope") {
        return refuse(403, "authorization_error", "This endpoint requires an admin API key");
    }
    let left = if key.contains("empty") { 0 } else { BALANCE - state.spent(PROVIDER, &key) };
    let mut body = json!({ "username": "sandbox" });
    if query.get("expand").is_some_and(|text| text == "credits") {
        body["credits"] = json!({ "current_balance": decimal(left), "currency": "USD" });
    }
    after(fault.as_ref(), Json(body).into_response()).await
}
