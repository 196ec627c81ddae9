//! fal's errors. Three shapes are live: a list of findings with a `type` each, a flat `error_type`, and bare words. What
//! comes in another shape is not about a request to a model.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::RemoteFailure;
use crate::reading::{self, cut, failed, text_at};
use serde_json::Value;

/// Statuses of a result that speak of this question, or of a passing state, and not of the clip.
const NOT_THE_CLIPS: [u16; 6] = [401, 403, 404, 408, 425, 429];

/// Which of the live shapes an error has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `detail` as a list of findings: the model's own.
    Findings,
    /// `detail` in words beside an `error_type`: the platform's, about a request.
    Flat,
    /// `detail` in words alone.
    Words,
    /// `error` or `message`: the answer to a question of the platform's own, or a gateway's.
    Other,
}

/// What an error body says.
pub(super) struct Trouble {
    pub shape: Shape,
    /// The first `type` or `error_type`; empty where there is none.
    pub kind: String,
    /// For people.
    pub words: String,
}

/// The error in a body; nothing when the body holds none of the shapes.
pub(super) fn trouble(body: &Value) -> Option<Trouble> {
    let own = text_at(body, "/error_type");
    match body.get("detail") {
        Some(Value::Array(findings)) => {
            let kind = findings.iter().map(|finding| text_at(finding, "/type")).find(|kind| !kind.is_empty());
            let words: Vec<String> = findings.iter().map(finding).filter(|words| !words.is_empty()).collect();
            let kind = kind.unwrap_or(own).to_owned();
            Some(Trouble { shape: Shape::Findings, kind, words: cut(&words.join("; ")) })
        }
        Some(Value::String(words)) => {
            let shape = if own.is_empty() { Shape::Words } else { Shape::Flat };
            Some(Trouble { shape, kind: own.to_owned(), words: cut(words) })
        }
        _ => {
            let words = reading::first_text(body, &["/error/message", "/error", "/message"])?;
            let kind = if own.is_empty() { text_at(body, "/error/type") } else { own };
            Some(Trouble { shape: Shape::Other, kind: kind.to_owned(), words: cut(words) })
        }
    }
}

/// One finding: what is wrong, after the name of the field where there is one.
fn finding(finding: &Value) -> String {
    let words = text_at(finding, "/msg");
    let place: Vec<String> = finding
        .get("loc")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
        .filter(|step| step != "body" && step != "root")
        .collect();
    if place.is_empty() { words.to_owned() } else { format!("{}: {words}", place.join(".")) }
}

/// The error of an answer to a question.
pub(super) fn error(answer: &Answer) -> ProviderError {
    match answer.json().as_ref().and_then(trouble).filter(|_| !answer.status.is_success()) {
        // Only fal's own shape says that a request is not there.
        Some(trouble) if trouble.shape == Shape::Other && answer.status.as_u16() == 404 => {
            ProviderError::Unavailable { reason: trouble.words, retry_after: answer.retry_after }
        }
        Some(trouble) => refusal(answer, trouble.words),
        None => reading::wordless(answer),
    }
}

/// What a refusal means: fal has no codes beside the HTTP status here.
pub(super) fn refusal(answer: &Answer, words: String) -> ProviderError {
    reading::by_status(i64::from(answer.status.as_u16()), words, answer)
}

/// Whether an answer was refused for the question itself: for its key, its speed or its moment, and not for the clip.
pub(super) fn is_about_the_question(answer: &Answer) -> bool {
    NOT_THE_CLIPS.contains(&answer.status.as_u16())
}

/// The failure that the result of a completed request states; nothing when it states none. `told` says that the status
/// of the request spoke of an error too.
///
/// A clip that is paid for may be behind every error of the way there, so only what is documented of a result ends it.
pub(super) fn stated(answer: &Answer, body: &Value, told: bool) -> Option<RemoteFailure> {
    if answer.status.is_success() || answer.status.is_redirection() || is_about_the_question(answer) {
        return None;
    }
    let trouble = trouble(body)?;
    let kind = trouble.kind.as_str();
    // The status that a refused input has, whether its findings have a documented kind or none.
    let refused = answer.status.as_u16() == 422;
    let ends = match trouble.shape {
        Shape::Findings => {
            !finds_in(body, &["path", "query", "header", "cookie"])
                && (MODEL_KINDS.contains(&kind) || refused && finds_in(body, &["body"]))
        }
        // The platform says the same of this very question when it does not get through.
        Shape::Flat => kind == "client_cancelled" || told && REQUEST_KINDS.contains(&kind),
        Shape::Words => refused,
        Shape::Other => false,
    };
    ends.then(|| of_kind(&trouble))
}

/// Whether any finding is about one of these parts of a request.
fn finds_in(body: &Value, parts: &[&str]) -> bool {
    let findings = body.get("detail").and_then(Value::as_array);
    findings.into_iter().flatten().any(|finding| parts.contains(&text_at(finding, "/loc/0")))
}

/// A failure by its kind; its words count only where the kind is documented nowhere.
pub(super) fn of_kind(trouble: &Trouble) -> RemoteFailure {
    let code = match trouble.kind.as_str() {
        "content_policy_violation" => "generation-withheld",
        "no_media_generated" => "generation-without-clip",
        "generation_timeout" | "request_timeout" | "startup_timeout" => "generation-timed-out",
        "client_cancelled" => "generation-cancelled-there",
        kind if MODEL_KINDS.contains(&kind) || REQUEST_KINDS.contains(&kind) => "generation-failed",
        _ => return failed(if trouble.words.is_empty() { &trouble.kind } else { &trouble.words }),
    };
    let reason = if trouble.words.is_empty() { trouble.kind.replace('_', " ") } else { trouble.words.clone() };
    RemoteFailure { code, reason }
}

/// What a model says of a request (error reference, read 2026-11-21), and two kinds of an older shape.
const MODEL_KINDS: [&str; 33] = [
    "internal_server_error",
    "generation_timeout",
    "downstream_service_error",
    "downstream_service_unavailable",
    "content_policy_violation",
    "no_media_generated",
    "image_too_small",
    "image_too_large",
    "image_load_error",
    "file_download_error",
    "face_detection_error",
    "file_too_large",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "sequence_too_short",
    "sequence_too_long",
    "one_of",
    "feature_not_supported",
    "unsupported_image_format",
    "unsupported_video_format",
    "unsupported_audio_format",
    "video_duration_too_long",
    "video_duration_too_short",
    "audio_duration_too_long",
    "audio_duration_too_short",
    "invalid_archive",
    "archive_file_count_below_minimum",
    "archive_file_count_exceeds_maximum",
    "missing",
    "value_error.missing",
];

/// What the platform says of a request, and of a question (request errors, read 2026-11-21).
const REQUEST_KINDS: [&str; 13] = [
    "request_timeout",
    "startup_timeout",
    "runner_scheduling_failure",
    "runner_connection_timeout",
    "runner_disconnected",
    "runner_connection_refused",
    "runner_connection_error",
    "runner_incomplete_response",
    "runner_server_error",
    "internal_error",
    "client_disconnected",
    "client_cancelled",
    "bad_request",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_live_shape_is_read() {
        let cases = [
            (
                json!({ "detail": [{ "loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation" }] }),
                ("content_policy_violation", "prompt: flagged"),
            ),
            (
                json!({ "detail": [
                    { "loc": ["body", "image_url"], "msg": "field required", "type": "value_error.missing" },
                    { "loc": ["body", "root"], "msg": "Either is needed.", "type": "value_error" }
                ] }),
                ("value_error.missing", "image_url: field required; Either is needed."),
            ),
            (
                json!({ "detail": "Request timed out", "error_type": "request_timeout" }),
                ("request_timeout", "Request timed out"),
            ),
            (json!({ "detail": "User is locked." }), ("", "User is locked.")),
            (
                json!({ "error": { "type": "authorization_error", "message": "no admin key" } }),
                ("authorization_error", "no admin key"),
            ),
        ];
        for (body, (kind, words)) in cases {
            let found = trouble(&body).expect("trouble");
            assert_eq!((found.kind.as_str(), found.words.as_str()), (kind, words));
        }
        for body in [json!({}), json!([]), json!({ "video": { "url": "https://a/b.mp4" } }), json!({ "detail": 7 })] {
            assert!(trouble(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn only_words_about_the_clip_end_it() {
        let in_query = json!({ "detail": [{ "loc": ["query", "logs"], "msg": "bad", "type": "missing" }] });
        let in_body = json!({ "detail": [{ "loc": ["body", "root"], "msg": "bad", "type": "value_error" }] });
        let gateway = json!({ "error": { "type": "upstream_error", "message": "bad gateway" } });
        let no_runner = json!({ "detail": "busy", "error_type": "runner_connection_error" });
        for (status, body, ends) in [
            (422, in_query, false),
            (422, in_body.clone(), true),
            (500, in_body, false),
            (502, gateway.clone(), false),
            (400, gateway.clone(), false),
            (422, gateway, false),
            (503, no_runner.clone(), false),
            (400, json!({ "detail": "odd", "error_type": "bad_request" }), false),
            (499, json!({ "detail": "gone", "error_type": "client_disconnected" }), false),
            (403, json!({ "detail": [{ "msg": "bad", "type": "one_of" }] }), false),
            (400, json!({ "detail": "The picture is odd" }), false),
            (422, json!({ "detail": [{ "msg": "bad", "type": "one_of" }] }), true),
            (500, json!({ "detail": [{ "msg": "broken", "type": "internal_server_error" }] }), true),
            (499, json!({ "detail": "cancelled", "error_type": "client_cancelled" }), true),
            (422, json!({ "detail": "The picture is odd" }), true),
            (500, json!({ "detail": "Request is still in progress" }), false),
            (502, json!({ "detail": "Bad gateway" }), false),
            (401, json!({ "detail": "no such key", "error_type": "bad_request" }), false),
            (403, json!({ "detail": "User is locked. Reason: Exhausted balance." }), false),
            (404, json!({ "detail": "Request not found" }), false),
            (429, json!({ "detail": "slow down" }), false),
            (422, json!({}), false),
        ] {
            assert_eq!(stated(&Answer::of(status, ""), &body, false).is_some(), ends, "{status} {body}");
        }
        assert!(stated(&Answer::of(503, ""), &no_runner, true).is_some(), "the request's own status said so too");
    }
}
