//! The older generation: flat bodies below `/v1/videos`, a task asked for below the path it was made by.

use super::token::api_or_access_key;
use super::{Refusal, costs, invalid, milli_units, picture, price, ratio, refuse, success, units};
use crate::control::{after, before};
use crate::dialect::{
    BODY_MAX, Phase, Purchase, accept, can_pay, find_task, new_id, output_link, phase, storage, tasks_of,
};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, State, Task};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

const PROVIDER: &str = "kling-legacy";

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/v1/videos/{kind}", post(submit).get(list))
        .route("/v1/videos/{kind}/{id}", get(task))
        .route("/account/costs", get(account))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

async fn submit(
    Shared(state): Shared<Arc<State>>,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = state.fault(Target::Submit);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_or_access_key(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else { return refuse(1200, "the body is no JSON") };
    let (order, milli) = match judge(&state, &kind, &body) {
        Ok(found) => found,
        Err((code, message)) => return refuse(code, &message),
    };
    let client_id =
        body.get("external_task_id").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
    let taken = find_task(&state, PROVIDER, &key, |task| client_id.is_some() && task.client_id == client_id);
    if taken.is_some() {
        return refuse(1201, "external_task_id: must be unique");
    }
    let purchase = Purchase {
        provider: PROVIDER,
        key,
        model: kind,
        micro_dollars: price(milli, order.seconds),
        order,
        body,
        client_id,
    };
    if !can_pay(&state, &purchase) {
        return refuse(1102, "Account balance not enough");
    }
    let task = accept(&state, fault.as_ref(), purchase, new_id());
    let millis = created(&task);
    let data = json!({
        "task_id": task.id, "task_status": "submitted", "task_info": { "external_task_id": task.client_id },
        "created_at": millis, "updated_at": millis,
    });
    after(fault.as_ref(), success(data)).await
}

fn created(task: &Task) -> i64 {
    i64::try_from(task.created_at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

/// The limits the real service enforces, and the thousandths of units a second.
fn judge(state: &State, kind: &str, body: &Value) -> Result<(ClipOrder, i64), Refusal> {
    let text = |name: &str| body.get(name).map(|value| value.as_str().unwrap_or("\0"));
    let from_image = match kind {
        "text2video" => false,
        "image2video" => true,
        _ => return Err((1202, "no such method".to_owned())),
    };
    if text("model_name") != Some("kling-v3") {
        // Without a name the service takes a model that it has retired.
        return Err((1203, "The model 'kling-v1' has been discontinued and is no longer available.".to_owned()));
    }
    let lines = match text("mode") {
        None | Some("std") => 720,
        Some("pro") => 1080,
        Some("4k") => 2160,
        _ => return Err(invalid("mode")),
    };
    let audio = match text("sound") {
        None | Some("off") => false,
        Some("on") => true,
        _ => return Err(invalid("sound")),
    };
    let seconds = text("duration").map_or(Some(5), |text| text.parse::<u32>().ok());
    let seconds = seconds.filter(|seconds| (3..=15).contains(seconds)).ok_or_else(|| invalid("duration"))?;
    let long = |name: &str| text(name).is_some_and(|text| text.chars().count() > 2_500);
    if long("prompt") || long("negative_prompt") {
        return Err(invalid("prompt: at most 2500 characters"));
    }
    judge_shots(body, seconds)?;
    let first = picture(body.get("image"))?;
    let last = picture(body.get("image_tail"))?;
    if from_image != first.is_some() || last.is_some() && first.is_none() {
        return Err(invalid("image: the first frame is what image2video is made from"));
    }
    let elements = body.get("element_list").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_number = |element: &Value| element.get("element_id").is_some_and(Value::is_u64);
    if elements.len() > 3 || !elements.iter().all(is_number) {
        return Err(invalid("element_list: at most three, each a whole number"));
    }
    if from_image && body.get("aspect_ratio").is_some() {
        return Err(invalid("aspect_ratio: text2video only"));
    }
    let ratio = match first {
        Some(ratio) => ratio,
        None => ratio(body.get("aspect_ratio"))?,
    };
    Ok((ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) }, milli_units(false, lines, audio)))
}

fn judge_shots(body: &Value, seconds: u32) -> Result<(), Refusal> {
    let prompt = body.get("prompt").and_then(Value::as_str).unwrap_or_default();
    let multi = body.get("multi_shot").and_then(Value::as_bool).unwrap_or(false);
    match body.get("shot_type").and_then(Value::as_str) {
        Some("customize") if multi => {}
        Some("intelligence") | None if !prompt.is_empty() => return Ok(()),
        Some("intelligence" | "customize") | None => return Err(invalid("prompt is required")),
        Some(_) => return Err(invalid("shot_type")),
    }
    let shots = body.get("multi_prompt").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let length = |shot: &Value| shot.get("duration").and_then(Value::as_str).and_then(|text| text.parse::<u32>().ok());
    let fits = |(index, shot): (usize, &Value)| {
        let words = shot.get("prompt").and_then(Value::as_str).map_or(0, |text| text.chars().count());
        shot.get("index").and_then(Value::as_u64) == u64::try_from(index + 1).ok()
            && (1..=512).contains(&words)
            && length(shot).is_some_and(|length| length > 0)
    };
    let sum: u32 = shots.iter().filter_map(length).sum();
    if !(1..=6).contains(&shots.len()) || !shots.iter().enumerate().all(fits) || sum != seconds {
        return Err(invalid("multi_prompt: one to six shots, as long together as the clip"));
    }
    Ok(())
}

fn written(state: &State, task: &Task) -> Value {
    let (status, message) = match phase(state, task) {
        Phase::Waiting => ("submitted", String::new()),
        Phase::Running | Phase::Cancelled => ("processing", String::new()),
        Phase::Done => ("succeed", String::new()),
        Phase::Failed(reason) => ("failed", reason),
    };
    let millis = created(task);
    // A failed task is answered without the name it was given.
    let info = if status == "failed" { json!({}) } else { json!({ "external_task_id": task.client_id }) };
    let mut value = json!({
        "task_id": task.id, "task_status": status, "task_status_msg": message,
        "task_info": info,
        "created_at": millis, "updated_at": millis,
    });
    if status == "succeed" {
        value["task_result"] = json!({ "videos": [{
            "id": format!("{}-1", task.id), "url": output_link(state, PROVIDER, task),
            "watermark_url": "", "duration": "5.1",
        }] });
        value["watermark_info"] = json!({ "enabled": false });
        value["final_unit_deduction"] = json!(units(task.micro_dollars));
    }
    value
}

async fn task(
    Shared(state): Shared<Arc<State>>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let known = |state: &State, key: &str| {
        find_task(state, PROVIDER, key, |task| {
            task.model == kind && (task.id == id || task.client_id.as_deref() == Some(&id))
        })
    };
    let by_name = state.memory().tasks.iter().all(|task| task.id != id);
    let fault = state.fault(if by_name { Target::List } else { Target::Poll });
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_or_access_key(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    match known(&state, &key).filter(|_| fault != Some(FaultKind::Forget)) {
        Some(task) => after(fault.as_ref(), success(written(&state, &task))).await,
        None => after(fault.as_ref(), refuse(1203, "task not found")).await,
    }
}

async fn list(
    Shared(state): Shared<Arc<State>>,
    Path(kind): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let fault = state.fault(Target::List);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_or_access_key(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let number = |name: &str, otherwise: usize| query.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (page, size) = (number("pageNum", 1).clamp(1, 1_000), number("pageSize", 30).clamp(1, 500));
    let tasks = tasks_of(&state, PROVIDER, &key);
    let tasks = tasks.iter().filter(|task| task.model == kind).skip((page - 1) * size).take(size);
    let tasks: Vec<Value> = tasks.map(|task| written(&state, task)).collect();
    after(fault.as_ref(), success(Value::Array(tasks))).await
}

async fn account(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    costs(&state, PROVIDER, api_or_access_key(&headers), &headers).await
}
