//! The new standard: the version in the path, shots written into the prompt, one list of tasks.

use super::token::api_key;
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

const PROVIDER: &str = "kling";
const PROMPT_MAX: usize = 3_072;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/text-to-video/{version}", post(text))
        .route("/image-to-video/{version}", post(image))
        .route("/tasks", get(tasks).post(list))
        .route("/account/costs", get(account))
        .merge(storage())
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
}

async fn text(state: Shared<Arc<State>>, Path(version): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    submit(state, &version, false, &headers, &body).await
}

async fn image(state: Shared<Arc<State>>, Path(version): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    submit(state, &version, true, &headers, &body).await
}

async fn submit(
    Shared(state): Shared<Arc<State>>,
    version: &str,
    from_image: bool,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let fault = state.fault(Target::Submit);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_key(headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return refuse(1200, "the body is no JSON") };
    let (order, milli) = match judge(&state, version, from_image, &body) {
        Ok(found) => found,
        Err((code, message)) => return refuse(code, &message),
    };
    let client_id = name_at(&body, "/options/external_task_id");
    let taken = client_id.as_deref().is_some_and(|name| by_name(&state, &key, name).is_some());
    if taken {
        return refuse(1201, "options.external_task_id: must be unique");
    }
    let purchase = Purchase {
        provider: PROVIDER,
        key,
        model: version.to_owned(),
        micro_dollars: price(milli, order.seconds),
        order,
        body,
        client_id,
    };
    if !can_pay(&state, &purchase) {
        return refuse(1102, "Account balance not enough");
    }
    let id = new_id();
    let task = accept(&state, fault.as_ref(), purchase, id);
    let millis = created(&task);
    let data = json!({
        "id": task.id, "status": "submitted", "message": "",
        "create_time": millis, "update_time": millis, "external_id": task.client_id.clone().unwrap_or_default(),
    });
    after(fault.as_ref(), success(data)).await
}

fn name_at(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer).and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned)
}

fn created(task: &Task) -> i64 {
    i64::try_from(task.created_at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0)
}

fn by_name(state: &State, key: &str, name: &str) -> Option<Task> {
    find_task(state, PROVIDER, key, |task| task.client_id.as_deref() == Some(name))
}

/// The limits the real service enforces, and the thousandths of units a second.
fn judge(state: &State, version: &str, from_image: bool, body: &Value) -> Result<(ClipOrder, i64), Refusal> {
    let turbo = match version {
        "kling-3.0" => false,
        "kling-3.0-turbo" => true,
        _ => return Err((1203, format!("The model '{version}' does not exist"))),
    };
    let known = ["prompt", "contents", "settings", "options"];
    if let Some(name) =
        body.as_object().into_iter().flatten().map(|(name, _)| name).find(|name| !known.contains(&name.as_str()))
    {
        return Err(invalid(&format!("{name}: unknown parameter")));
    }
    let setting = |name: &str| body.pointer(&format!("/settings/{name}"));
    if turbo && (setting("audio").is_some() || setting("multi_shot").is_some()) {
        return Err(invalid("settings: unknown parameter for this model"));
    }
    let lines = match setting("resolution").map_or("720p", |value| value.as_str().unwrap_or_default()) {
        "720p" => 720,
        "1080p" => 1080,
        "4k" if !turbo => 2160,
        _ => return Err(invalid("settings.resolution")),
    };
    let seconds = setting("duration").map_or(Some(5), Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok());
    let seconds = seconds.filter(|seconds| (3..=15).contains(seconds)).ok_or_else(|| invalid("settings.duration"))?;
    let audio = match setting("audio").map_or("off", |value| value.as_str().unwrap_or_default()) {
        "native" => true,
        "off" => false,
        _ => return Err(invalid("settings.audio")),
    };
    let contents = body.get("contents").and_then(Value::as_array);
    let part =
        |kind: &str| contents.into_iter().flatten().find(|part| part.get("type").and_then(Value::as_str) == Some(kind));
    let (prompt, ratio) = if from_image {
        let first = picture(part("first_frame").and_then(|part| part.get("url")))?;
        let first = first.ok_or_else(|| invalid("contents: first_frame is required"))?;
        if let Some(last) = part("last_frame") {
            if turbo {
                return Err(invalid("contents: last_frame is not supported by this model"));
            }
            picture(last.get("url"))?;
        }
        judge_elements(contents)?;
        if setting("aspect_ratio").is_some() {
            return Err(invalid("settings.aspect_ratio: text-to-video only"));
        }
        (part("prompt").and_then(|part| part.get("text")), first)
    } else {
        (body.get("prompt"), ratio(setting("aspect_ratio"))?)
    };
    let prompt = prompt.and_then(Value::as_str).unwrap_or_default();
    if prompt.is_empty() || prompt.chars().count() > PROMPT_MAX {
        return Err(invalid("contents[0].text: size must be between 0 and 3072"));
    }
    let cuts = turbo || setting("multi_shot").and_then(Value::as_bool).unwrap_or(true);
    judge_shots(prompt, cuts, seconds)?;
    let order = ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(lines) };
    Ok((order, milli_units(turbo, lines, audio)))
}

fn judge_elements(contents: Option<&Vec<Value>>) -> Result<(), Refusal> {
    let elements = contents.into_iter().flatten();
    let elements: Vec<_> =
        elements.filter(|part| part.get("type").and_then(Value::as_str) == Some("element")).collect();
    let named = |part: &&Value| {
        part.get("element_id").is_some_and(Value::is_string) && part.get("id").is_some_and(Value::is_string)
    };
    if elements.len() > 3 || !elements.iter().all(named) {
        return Err(invalid("contents: at most three elements, each with its element_id as text"));
    }
    Ok(())
}

/// Shots as the provider writes them: `shot 1, 3, words; shot 2, 4, words;`.
fn judge_shots(prompt: &str, cuts: bool, seconds: u32) -> Result<(), Refusal> {
    if !prompt.starts_with("shot 1,") {
        return Ok(());
    }
    if !cuts {
        return Err(invalid("shots are written and multi_shot is false"));
    }
    let shots: Vec<_> = prompt.split(';').map(str::trim).filter(|shot| !shot.is_empty()).collect();
    let mut sum = 0;
    for (index, shot) in shots.iter().enumerate() {
        let mut parts = shot.splitn(3, ',').map(str::trim);
        let number = parts.next().and_then(|text| text.strip_prefix("shot ")).and_then(|text| text.parse().ok());
        let length = parts.next().and_then(|text| text.parse::<u32>().ok()).filter(|length| *length > 0);
        let words = parts.next().unwrap_or_default();
        let fits = number == Some(index + 1) && !words.is_empty() && words.chars().count() <= 512;
        let (true, Some(length)) = (fits, length) else { return Err(invalid("a shot is not written as it should be")) };
        sum += length;
    }
    if shots.len() > 6 || sum != seconds {
        return Err(invalid("at most six shots, as long together as the clip"));
    }
    Ok(())
}

fn written(state: &State, task: &Task) -> Value {
    let (status, message) = match phase(state, task) {
        Phase::Waiting => ("submitted", String::new()),
        Phase::Running | Phase::Cancelled => ("processing", String::new()),
        Phase::Done => ("succeeded", String::new()),
        Phase::Failed(reason) => ("failed", reason),
    };
    let millis = created(task);
    let mut value = json!({
        "id": task.id, "status": status, "message": message,
        "create_time": millis, "update_time": millis, "external_id": task.client_id.clone().unwrap_or_default(),
    });
    if status == "succeeded" {
        value["outputs"] = json!([{
            "type": "video", "id": format!("{}-1", task.id), "url": output_link(state, PROVIDER, task),
            "watermark_url": "", "duration": "5.041",
        }]);
        value["billing"] =
            json!([{ "charge_type": "unit", "amount": units(task.micro_dollars), "package_type": "video" }]);
    }
    value
}

async fn tasks(
    Shared(state): Shared<Arc<State>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let looked_up = query.contains_key("external_task_ids");
    let fault = state.fault(if looked_up { Target::List } else { Target::Poll });
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_key(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let names = |name: &str| query.get(name).map(|names| names.split(',').map(str::to_owned).collect::<Vec<_>>());
    let found: Vec<Value> = match (names("task_ids"), names("external_task_ids")) {
        (Some(_), Some(_)) | (None, None) => return refuse(1200, "either task_ids or external_task_ids"),
        _ if fault == Some(FaultKind::Forget) => vec![],
        (ids, external) => tasks_of(&state, PROVIDER, &key)
            .iter()
            .filter(|task| {
                ids.as_ref().is_some_and(|ids| ids.contains(&task.id))
                    || external
                        .as_ref()
                        .is_some_and(|names| task.client_id.as_ref().is_some_and(|id| names.contains(id)))
            })
            .map(|task| written(&state, task))
            .collect(),
    };
    after(fault.as_ref(), success(Value::Array(found))).await
}

/// The list of an account's tasks by time, the newest first.
async fn list(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = state.fault(Target::List);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    let key = match api_key(&headers) {
        Ok(key) => key,
        Err(response) => return *response,
    };
    let Ok(query) = serde_json::from_slice::<Value>(&body) else { return refuse(1200, "the body is no JSON") };
    let moment = |name: &str| query.get(name).and_then(Value::as_i64);
    let (Some(start), Some(end)) = (moment("start_time"), moment("end_time")) else {
        return refuse(1201, "start_time and end_time are required");
    };
    let limit = query.get("limit").and_then(Value::as_u64).unwrap_or(100);
    let cursor = query.get("cursor").and_then(Value::as_str).unwrap_or_default();
    let (Ok(from), true) =
        (if cursor.is_empty() { Ok(0) } else { cursor.parse::<usize>() }, (1..=500).contains(&limit))
    else {
        return refuse(1201, "cursor or limit");
    };
    let limit = usize::try_from(limit).unwrap_or(500);
    let all = tasks_of(&state, PROVIDER, &key);
    let within: Vec<&Task> = all.iter().filter(|task| (start..=end).contains(&created(task))).collect();
    let page: Vec<Value> = within.iter().skip(from).take(limit).map(|task| written(&state, task)).collect();
    let more = within.len() > from + limit;
    let next = if more { (from + limit).to_string() } else { String::new() };
    let data = json!({ "result": page, "count": within.len(), "next_cursor": next, "has_more": more });
    after(fault.as_ref(), success(data)).await
}

async fn account(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    costs(&state, PROVIDER, api_key(&headers), &headers).await
}
