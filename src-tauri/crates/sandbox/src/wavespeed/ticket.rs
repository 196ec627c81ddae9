//! WaveSpeed's newer way up, which its own clients take: a ticket, and a PUT to where it says.

use super::{PROVIDER, key_of, refuse, success};
use crate::control::{after, before};
use crate::dialect::{media_link, new_id};
use crate::faults::Target;
use crate::state::State;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn ticket(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = state.fault(Target::Upload);
    if let Some(response) = before(fault.as_ref()) {
        return response;
    }
    if let Err(response) = key_of(&headers) {
        return *response;
    }
    let wish: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (Some(name), Some(size)) = (wish.get("filename").and_then(Value::as_str), wish.get("size")) else {
        return refuse(400, "filename and size are required");
    };
    let id = new_id();
    let media_type = wish.get("content_type").and_then(Value::as_str).unwrap_or("application/octet-stream");
    let data = json!({
        "type": "image",
        "download_url": media_link(&state, PROVIDER, &id),
        "filename": name,
        "size": size,
        "upload": {
            "method": "PUT",
            "url": format!("{}/{PROVIDER}/tickets/{id}", state.origin),
            "headers": { "Content-Type": media_type, "If-None-Match": "*" },
        },
    });
    after(fault.as_ref(), success(data)).await
}
