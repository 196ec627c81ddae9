//! The ways up: a ticket and a PUT, or a token of the storage and a POST.

use super::{PROVIDER, flat, key_of};
use crate::control::{after, before};
use crate::dialect::{self, keep_picture, media_link, new_id, read_picture};
use crate::faults::Target;
use crate::state::State;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What a token of the storage begins with: it is good for uploads only, and no key is good for those.
const TOKEN: &str = "storage-token-";

pub(super) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/storage/upload/initiate", post(initiate))
        .route("/storage/put/{id}", put(put_with_key))
        .route("/storage/auth/token", post(token))
        .route("/files/upload", post(upload))
}

async fn initiate(
    Shared(state): Shared<Arc<State>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if ["content_type", "file_name"].iter().any(|name| body.get(name).and_then(Value::as_str).is_none()) {
        return flat(422, "content_type and file_name are required", "bad_request");
    }
    let id = new_id();
    // The Python client sends its key along to the older storage, and only there.
    let older = query.get("storage_type").is_some_and(|name| name == "gcs");
    let place = if older { "storage/put" } else { "tickets" };
    let ticket = json!({
        "file_url": media_link(&state, PROVIDER, &id),
        "upload_url": format!("{}/{PROVIDER}/{place}/{id}?signature=sandbox", state.origin),
    });
    after(fault.as_ref(), Json(ticket).into_response()).await
}

async fn put_with_key(Shared(state): Shared<Arc<State>>, Path(id): Path<String>, body: Bytes) -> Response {
    match read_picture(&body) {
        Some(picture) => {
            state.memory().uploads.insert(id, picture);
            StatusCode::OK.into_response()
        }
        None => flat(400, "The sandbox keeps pictures only", "bad_request"),
    }
}

async fn token(Shared(state): Shared<Arc<State>>, headers: HeaderMap) -> Response {
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let now = OffsetDateTime::now_utc();
    let ends = now.replace_nanosecond(0).unwrap_or(now) + Duration::from_secs(3_600);
    let token = json!({
        "token": format!("{TOKEN}{}", new_id()),
        "token_type": "Bearer",
        "base_url": format!("{}/{PROVIDER}", state.origin),
        // As the service writes it: clients read it with a parser that knows no `Z` and no ninth decimal.
        "expires_at": ends.format(&Rfc3339).unwrap_or_default().replace('Z', "+00:00"),
    });
    Json(token).into_response()
}

async fn upload(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if !dialect::key_of(&headers, "Bearer").is_some_and(|token| token.starts_with(TOKEN)) {
        return flat(401, "Invalid storage token", "bad_request");
    }
    match keep_picture(&state, &body) {
        Some(id) => {
            let link = json!({ "access_url": media_link(&state, PROVIDER, &id) });
            after(fault.as_ref(), Json(link).into_response()).await
        }
        None => flat(400, "The sandbox keeps pictures only", "bad_request"),
    }
}
