//! The sandbox's own paths: its ledger, its faults. Used by tests that drive the program from outside.

use crate::faults::{Fault, FaultKind};
use crate::state::{ClipOrder, Fate, LedgerLine, State};
use axum::extract::State as Shared;
use axum::routing::get;
use axum::{Json, Router};
use sixshot_domain::Ratio;
use std::sync::Arc;
use std::time::Instant;

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/ledger", get(ledger))
        .route("/requests", get(requests))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
}

async fn ledger(Shared(state): Shared<Arc<State>>) -> Json<Vec<LedgerLine>> {
    Json(state.memory().ledger.clone())
}

async fn requests(Shared(state): Shared<Arc<State>>) -> Json<std::collections::HashMap<String, u32>> {
    Json(state.memory().requests.clone())
}

async fn faults(Shared(state): Shared<Arc<State>>) -> Json<Vec<Fault>> {
    Json(state.memory().faults.iter().cloned().collect())
}

async fn add_fault(Shared(state): Shared<Arc<State>>, Json(fault): Json<Fault>) {
    state.memory().faults.push_back(fault);
}

async fn clear_faults(Shared(state): Shared<Arc<State>>) {
    clear(&state);
}

pub(crate) fn clear(state: &State) {
    let mut memory = state.memory();
    memory.faults.clear();
    for task in memory.tasks.iter_mut().filter(|task| task.fate == Fate::Never) {
        task.fate = Fate::Clip(ClipOrder { seconds: 5, ratio: Ratio::Wide, lines: state.options.lines.unwrap_or(720) });
        task.since = Instant::now();
    }
}

/// What a fault does instead of, or after, carrying out a request.
pub(crate) fn before(fault: Option<&FaultKind>) -> Option<axum::response::Response> {
    use axum::response::IntoResponse;
    match fault? {
        FaultKind::HangUpBefore => Some(hang_up()),
        FaultKind::Status { status, body, retry_after } => {
            let status = axum::http::StatusCode::from_u16(*status).unwrap_or(axum::http::StatusCode::BAD_GATEWAY);
            let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
            let mut response = (status, [("content-type", kind)], body.clone()).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert("retry-after", (*seconds).into());
            }
            Some(response)
        }
        _ => None,
    }
}

/// What becomes of the answer to a request that was carried out.
pub(crate) async fn after(fault: Option<&FaultKind>, response: axum::response::Response) -> axum::response::Response {
    use axum::response::IntoResponse;
    use futures_util::StreamExt;
    match fault {
        Some(FaultKind::HangUpAfter) => hang_up(),
        Some(FaultKind::Delay { millis }) => {
            tokio::time::sleep(std::time::Duration::from_millis(*millis)).await;
            response
        }
        Some(FaultKind::Mangle { status, body }) => {
            let status = axum::http::StatusCode::from_u16(*status).unwrap_or(axum::http::StatusCode::OK);
            (status, body.clone()).into_response()
        }
        Some(FaultKind::OtherClip { bytes }) => {
            ([(axum::http::header::CONTENT_TYPE, "video/mp4")], bytes.clone()).into_response()
        }
        Some(FaultKind::HalfAnswer) => {
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            let half = bytes.slice(..bytes.len() / 2);
            let broken = async {
                // The half leaves this machine before the connection breaks.
                tokio::time::sleep(std::time::Duration::from_millis(40)).await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            };
            let chunks = futures_util::stream::iter([Ok(half)]).chain(futures_util::stream::once(broken));
            let mut response = axum::response::Response::from_parts(parts, axum::body::Body::from_stream(chunks));
            response.headers_mut().insert("content-length", bytes.len().into());
            response
        }
        Some(FaultKind::CutShort) => {
            let (mut parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            parts.headers.remove("content-length");
            axum::response::Response::from_parts(parts, bytes.slice(..bytes.len() / 2).into())
        }
        _ => response,
    }
}

fn hang_up() -> axum::response::Response {
    let mut response = axum::response::Response::default();
    response.extensions_mut().insert(crate::server::HangUp);
    response
}

/// Which fate a fault gives a task that is about to be accepted.
pub(crate) fn fate(fault: Option<&FaultKind>, order: ClipOrder) -> Fate {
    match fault {
        Some(FaultKind::FailTask { reason }) => Fate::Failure(reason.clone()),
        Some(FaultKind::NeverReady) => Fate::Never,
        _ => Fate::Clip(order),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Target;

    #[test]
    fn a_fault_is_written_as_tests_write_it() {
        let text = r#"{"target":"submit","kind":"hang-up-after","times":1}"#;
        let fault: Fault = serde_json::from_str(text).expect("read");
        assert_eq!(fault, Fault { target: Target::Submit, kind: FaultKind::HangUpAfter, times: 1 });
    }
}
