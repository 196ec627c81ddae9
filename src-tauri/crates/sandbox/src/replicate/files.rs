//! Uploads: laid down as a form, described as JSON, and given back as they came.

use super::{PROVIDER, key_of, problem};
use crate::control::{after, before};
use crate::dialect::keep_picture;
use crate::faults::Target;
use crate::state::State;
use axum::extract::{Multipart, Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub(super) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/v1/files", post(create))
        .route("/v1/files/{id}", get(describe).delete(remove))
        .route("/v1/files/{id}/download", get(download))
}

async fn create(Shared(state): Shared<Arc<State>>, headers: HeaderMap, mut form: Multipart) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let mut content = None;
    // Read to its end: a client that still sends a further part must not find the connection closed.
    while let Ok(Some(field)) = form.next_field().await {
        let (is_content, name) = (field.name() == Some("content"), field.file_name().unwrap_or("file").to_owned());
        match field.bytes().await {
            Ok(bytes) if is_content => content = Some((name, bytes)),
            Ok(_) => {}
            Err(_) => return problem(400, "Bad request", "The body is broken"),
        }
    }
    let Some((name, bytes)) = content else { return problem(400, "Bad request", "Missing content") };
    let Some(id) = keep_picture(&state, &bytes) else {
        return problem(400, "Bad request", "The sandbox keeps pictures only");
    };
    let body = (StatusCode::CREATED, Json(description(&state, &id, &name))).into_response();
    after(fault.as_ref(), body).await
}

fn description(state: &State, id: &str, name: &str) -> Value {
    let (size, media_type) = match state.memory().uploads.get(id) {
        Some(upload) => (upload.bytes.len(), upload.media_type),
        None => (0, "application/octet-stream"),
    };
    let now = OffsetDateTime::now_utc();
    let written = |moment: OffsetDateTime| moment.format(&Rfc3339).unwrap_or_default();
    json!({
        "id": id, "name": name, "content_type": media_type, "size": size, "etag": id,
        "checksums": {}, "metadata": {},
        "created_at": written(now),
        "expires_at": written(now + Duration::from_secs(86_400)),
        "urls": { "get": format!("{}/{PROVIDER}/v1/files/{id}", state.origin) },
    })
}

async fn describe(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    if !state.memory().uploads.contains_key(&id) {
        return super::not_found();
    }
    Json(description(&state, &id, "file")).into_response()
}

async fn remove(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let known = state.memory().uploads.remove(&id).is_some();
    if known { StatusCode::NO_CONTENT.into_response() } else { super::not_found() }
}

async fn download(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    match state.memory().uploads.get(&id) {
        Some(upload) => ([(header::CONTENT_TYPE, upload.media_type)], upload.bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
