//! What every dialect shares: keys, uploads, paid tasks and their clips. A dialect adds its provider's words.

use crate::control::{after, before, fate};
use crate::faults::{FaultKind, Target};
use crate::state::{ClipOrder, Fate, LedgerLine, State, Task, Upload, ending};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use serde_json::Value;
use sixshot_domain::Ratio;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;

/// What a new account holds, in millionths of a dollar.
pub(crate) const BALANCE: i64 = 250_000_000;
/// Largest body a dialect reads, in bytes: two pictures of 50 MB as base64 and some words.
pub(crate) const BODY_MAX: usize = 160 * 1024 * 1024;
/// Largest picture Kling takes anywhere, in bytes.
pub(crate) const IMAGE_MAX: usize = 10_000_000;

/// The paths every dialect has: what was uploaded, by address, and the clips.
pub(crate) fn storage() -> Router<Arc<State>> {
    Router::new()
        .route("/media/{id}", get(media))
        .route("/tickets/{id}", put(put_upload))
        .route("/outputs/{id}", get(output))
}

/// The key of a request after its word, such as `Bearer`; nothing for keys that hold `wrong`, which are nobody's.
pub(crate) fn key_of(headers: &HeaderMap, word: &str) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let key = value.strip_prefix(word)?.strip_prefix(' ')?.trim();
    (!key.is_empty() && !key.contains("wrong")).then(|| key.to_owned())
}

/// Keeps an uploaded picture and gives its name; nothing when it is none.
pub(crate) fn keep_picture(state: &State, bytes: &[u8]) -> Option<String> {
    let upload = read_picture(bytes)?;
    let id = new_id();
    state.memory().uploads.insert(id.clone(), upload);
    Some(id)
}

/// A picture as it was sent; nothing when it is none.
pub(crate) fn read_picture(bytes: &[u8]) -> Option<Upload> {
    let picture = sixshot_media::intake::take_in(bytes).ok()?;
    Some(Upload {
        bytes: bytes.to_vec(),
        media_type: picture.frame.format.media_type(),
        ratio: picture.frame.nearest_ratio(),
    })
}

/// A new name for a task or an upload.
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The address of an upload.
pub(crate) fn media_link(state: &State, provider: &str, id: &str) -> String {
    format!("{}/{provider}/media/{id}", state.origin)
}

/// The address of a clip.
pub(crate) fn output_link(state: &State, provider: &str, task: &Task) -> String {
    format!("{}/{provider}/outputs/{}.mp4", state.origin, task.id)
}

/// The shape of the picture at an address this sandbox gave; nothing when it is not there or no Kling picture.
pub(crate) fn picture_at(state: &State, provider: &str, link: &str) -> Option<Ratio> {
    let id = link.strip_prefix(&format!("{}/{provider}/media/", state.origin))?;
    let memory = state.memory();
    let upload = memory.uploads.get(id)?;
    takes(upload).then_some(upload.ratio)
}

/// Whether Kling takes a picture.
pub(crate) fn takes(upload: &Upload) -> bool {
    upload.bytes.len() <= IMAGE_MAX && matches!(upload.media_type, "image/png" | "image/jpeg")
}

/// Why a purchase was found wanting, in the provider's words.
#[derive(Debug)]
pub(crate) struct Refusal(pub String);

/// A purchase that was found in order.
pub(crate) struct Purchase {
    pub provider: &'static str,
    pub key: String,
    pub model: String,
    pub micro_dollars: i64,
    pub order: ClipOrder,
    pub body: Value,
    /// The name the buyer gave it, where the provider knows such names.
    pub client_id: Option<String>,
}

/// Whether a key has the money.
pub(crate) fn can_pay(state: &State, purchase: &Purchase) -> bool {
    !purchase.key.contains("empty") && state.spent(purchase.provider, &purchase.key) + purchase.micro_dollars <= BALANCE
}

/// Writes a purchase into the ledger and begins its task.
pub(crate) fn accept(state: &State, fault: Option<&FaultKind>, purchase: Purchase, id: String) -> Task {
    let task = Task {
        id,
        provider: purchase.provider,
        model: purchase.model.clone(),
        created_at: OffsetDateTime::now_utc(),
        since: Instant::now(),
        fate: fate(fault, purchase.order),
        key: purchase.key.clone(),
        body: purchase.body.clone(),
        client_id: purchase.client_id,
        micro_dollars: purchase.micro_dollars,
        cancelled: false,
    };
    let line = LedgerLine {
        provider: purchase.provider.to_owned(),
        task: task.id.clone(),
        model: purchase.model,
        micro_dollars: purchase.micro_dollars,
        key: ending(&purchase.key),
        body: purchase.body,
    };
    let mut memory = state.memory();
    memory.ledger.push(line);
    memory.tasks.push(task.clone());
    task
}

/// A task of a key by a test of it.
pub(crate) fn find_task(state: &State, provider: &str, key: &str, is_it: impl Fn(&Task) -> bool) -> Option<Task> {
    let memory = state.memory();
    memory.tasks.iter().find(|task| task.provider == provider && task.key == key && is_it(task)).cloned()
}

/// Every task of a key, newest first.
pub(crate) fn tasks_of(state: &State, provider: &str, key: &str) -> Vec<Task> {
    let memory = state.memory();
    memory.tasks.iter().rev().filter(|task| task.provider == provider && task.key == key).cloned().collect()
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    Running,
    Done,
    Failed(String),
    Cancelled,
}

pub(crate) fn phase(state: &State, task: &Task) -> Phase {
    let age = task.since.elapsed();
    if task.cancelled {
        Phase::Cancelled
    } else if age < state.options.waiting {
        Phase::Waiting
    } else if age < state.options.waiting + state.options.running || task.fate == Fate::Never {
        Phase::Running
    } else {
        match &task.fate {
            Fate::Failure(reason) => Phase::Failed(reason.clone()),
            _ => Phase::Done,
        }
    }
}

/// Stops a task that has not ended; whether it did.
pub(crate) fn cancel(state: &State, task: &Task) -> bool {
    if !matches!(phase(state, task), Phase::Waiting | Phase::Running) {
        return false;
    }
    let mut memory = state.memory();
    match memory.tasks.iter_mut().find(|known| known.id == task.id) {
        Some(known) => {
            known.cancelled = true;
            true
        }
        None => false,
    }
}

/// Millionths as a JSON number.
pub(crate) fn decimal(micro: i64) -> Value {
    let sign = if micro < 0 { "-" } else { "" };
    let micro = micro.unsigned_abs();
    serde_json::from_str(&format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)).unwrap_or(Value::Null)
}

async fn media(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    match state.memory().uploads.get(&id) {
        Some(upload) => ([(header::CONTENT_TYPE, upload.media_type)], upload.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The second half of an upload by ticket: the bytes under a name that was given before.
async fn put_upload(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        return (StatusCode::BAD_REQUEST, "credentials were sent to the storage").into_response();
    }
    match read_picture(&bytes) {
        Some(upload) => {
            state.memory().uploads.insert(id, upload);
            StatusCode::OK.into_response()
        }
        None => (StatusCode::BAD_REQUEST, "no picture").into_response(),
    }
}

async fn output(Shared(state): Shared<Arc<State>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let fault = state.fault(Target::Download);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if headers.contains_key(header::AUTHORIZATION) {
        // A clip's address is on another host in truth: a key must not travel there.
        return (StatusCode::BAD_REQUEST, "credentials were sent to the storage").into_response();
    }
    let id = name.strip_suffix(".mp4").unwrap_or(&name);
    let task = state.memory().tasks.iter().find(|task| task.id == id).cloned();
    let Some(Task { fate: Fate::Clip(order), .. }) = task else { return StatusCode::NOT_FOUND.into_response() };
    let Ok(path) = state.clips.file(order).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let Ok(bytes) = tokio::fs::read(path).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let response = file_answer(&headers, bytes, &format!("\"{id}\""));
    if response.status() == StatusCode::PARTIAL_CONTENT {
        *state.memory().requests.entry("rest".to_owned()).or_default() += 1;
    }
    after(fault.as_ref(), response).await
}

/// A file as a storage answers with it: whole, or from where an earlier answer broke off.
fn file_answer(headers: &HeaderMap, bytes: Vec<u8>, tag: &str) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let total = bytes.len();
    let from = text(header::RANGE)
        .filter(|_| text(header::IF_RANGE).is_none_or(|wanted| wanted == tag))
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let common = [(header::CONTENT_TYPE, "video/mp4".to_owned()), (header::ETAG, tag.to_owned())];
    match from {
        Some(from) if from < total => {
            let range = [(header::CONTENT_RANGE, format!("bytes {from}-{}/{total}", total - 1))];
            (StatusCode::PARTIAL_CONTENT, common, range, bytes[from..].to_vec()).into_response()
        }
        Some(_) => {
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{total}"))]).into_response()
        }
        None => (common, bytes).into_response(),
    }
}
