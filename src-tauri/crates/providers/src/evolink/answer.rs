//! Reading EvoLink's answers: tasks by their state, refusals by the type in the error and never by the status alone.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Output, RemoteFailure, RemoteState};
use crate::reading::{self, Word, clip_among, cut, failed, first_text, text_at, texts, whole, without_clip};
use serde_json::Value;

/// A refusal in the provider's own words: the code that counts, and what it means.
fn refusal(body: &Value, answer: &Answer) -> Option<(i64, ProviderError)> {
    // Each of its errors has a code, a type or both; a gateway's has words alone.
    let error = body.get("error").filter(|error| error.get("code").is_some() || error.get("type").is_some())?;
    let status = i64::from(answer.status.as_u16());
    let code = error.get("code").and_then(whole).filter(|code| *code >= 400).unwrap_or(status);
    let (kind, word) = (text_at(error, "/type"), text_at(error, "/code"));
    let reason = first_text(error, &["/message", "/type", "/code"]).map_or_else(|| format!("code {code}"), cut);
    let meaning = match (kind, word) {
        ("insufficient_quota_error" | "insufficient_quota", _) => ProviderError::InsufficientCredit { reason },
        ("authentication_error" | "permission_error", _) => ProviderError::Unauthenticated { reason },
        ("rate_limit_error", _) => ProviderError::RateLimited { retry_after: answer.retry_after },
        ("not_found_error", _) | (_, "resource_not_found") => ProviderError::NotFound { reason },
        ("invalid_request_error" | "request_too_large_error", _)
        | (
            _,
            "content_policy_violation" | "invalid_parameters" | "image_processing_error" | "image_dimension_mismatch",
        ) => ProviderError::Rejected { reason },
        ("internal_server_error" | "upstream_error" | "service_unavailable_error", _) => {
            ProviderError::Unavailable { reason, retry_after: answer.retry_after }
        }
        (_, "quota_exceeded" | "rate_limited") => ProviderError::RateLimited { retry_after: answer.retry_after },
        _ => reading::by_status(code, reason, answer),
    };
    Some((code, meaning))
}

/// The body of a good answer to a free question.
pub(super) fn body(answer: &Answer) -> Result<Value, ProviderError> {
    let Some(body) = answer.json().filter(Value::is_object) else { return Err(reading::wordless(answer)) };
    match refusal(&body, answer) {
        // A failed task carries its failure under the same name.
        Some((_, error)) if text_at(&body, "/status").is_empty() => Err(error),
        _ if answer.status.is_success() => Ok(body),
        _ => Err(reading::wordless(answer)),
    }
}

/// What an answer says about a purchase.
pub(super) fn word(answer: &Answer) -> Word {
    let Some(body) = answer.json() else { return Word::Nothing };
    if let Ok(id) = reading::path_segment(text_at(&body, "/id")) {
        // A named task exists, whatever the rest of the answer says.
        return Word::Task(id.to_owned());
    }
    match refusal(&body, answer) {
        Some((code, error)) => Word::Refusal(code, error),
        None => Word::Nothing,
    }
}

/// Where a task stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(answer: &Answer, remote_id: &str) -> Result<RemoteState, ProviderError> {
    let task = body(answer)?;
    reading::is_about(text_at(&task, "/id"), remote_id)?;
    match text_at(&task, "/status") {
        "completed" => match clip(&task) {
            Some(link) => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
            None => Err(without_clip()),
        },
        "failed" => Ok(RemoteState::Failed(failure(&task))),
        word @ ("cancelled" | "canceled") => Ok(RemoteState::Failed(RemoteFailure {
            code: "generation-cancelled-there",
            reason: first_text(&task, &["/error/message"]).map_or_else(|| word.to_owned(), cut),
        })),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => {
            if !matches!(word, "pending" | "processing") {
                reading::note_unknown_word(word);
            }
            Ok(RemoteState::Running { progress: reading::progress(task.get("progress")) })
        }
    }
}

/// The clip among the results, or where another page of the documentation has it.
fn clip(task: &Value) -> Option<&str> {
    let elsewhere = || first_text(task, &["/result_data/0/video_url"]);
    clip_among(&texts(task.get("results"))).or_else(elsewhere)
}

/// Why a task failed, by the provider's table of codes (get-task-detail, error codes, read 2026-11-21). The error may
/// be absent.
fn failure(task: &Value) -> RemoteFailure {
    let word = text_at(task, "/error/code");
    let reason = first_text(task, &["/error/message", "/error/code"]).unwrap_or_default();
    let failure = failed(reason);
    let code = match word {
        "content_policy_violation" => "generation-withheld",
        "request_cancelled" => "generation-cancelled-there",
        "generation_timeout" => "generation-timed-out",
        "generation_failed_no_content" => "generation-without-clip",
        _ => failure.code,
    };
    RemoteFailure { code, ..failure }
}

/// The `data` of the file service's answer. When `success` is false its code counts, whatever the status says.
pub(super) fn file(answer: &Answer) -> Result<Value, ProviderError> {
    let Some(mut body) = answer.json().filter(Value::is_object) else { return Err(reading::wordless(answer)) };
    if let Some((_, error)) = refusal(&body, answer) {
        return Err(error);
    }
    let good = body.get("success").and_then(Value::as_bool).unwrap_or(true);
    if good && answer.status.is_success() {
        return Ok(body.get_mut("data").map(Value::take).unwrap_or_default());
    }
    let status = i64::from(answer.status.as_u16());
    let code = body.get("code").and_then(whole).filter(|code| *code >= 400).unwrap_or(status);
    let reason = first_text(&body, &["/msg", "/message"]).unwrap_or_default().to_owned();
    match code {
        // Too large, not a picture, or as many files as the account may keep.
        40_001..=40_003 => Err(ProviderError::Rejected { reason: cut(&reason) }),
        40_004 | 50_001 => Err(ProviderError::Unavailable { reason: cut(&reason), retry_after: answer.retry_after }),
        code => Err(reading::by_status(code, reason, answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_type_in_the_error_counts_and_not_the_status_alone() {
        for (status, text, code) in [
            (402, r#"{"error":{"code":402,"message":"m","type":"insufficient_quota_error"}}"#, "provider-no-credit"),
            (403, r#"{"error":{"code":403,"message":"m","type":"insufficient_quota"}}"#, "provider-no-credit"),
            (401, r#"{"error":{"code":401,"message":"m","type":"authentication_error"}}"#, "provider-key-refused"),
            (
                429,
                r#"{"error":{"code":429,"message":"quota of requests","type":"rate_limit_error"}}"#,
                "provider-rate-limited",
            ),
            (400, r#"{"error":{"code":"invalid_parameters","message":"task_id"}}"#, "provider-refused"),
            (404, r#"{"error":{"code":"resource_not_found","message":"no"}}"#, "provider-not-found"),
            (200, r#"{"error":{"code":404,"message":"no","type":"not_found_error"}}"#, "provider-not-found"),
            (200, r#"{"error":{"code":"402","message":"Insufficient credits"}}"#, "provider-no-credit"),
            (413, r#"{"error":{"code":413,"message":"m","type":"request_too_large_error"}}"#, "provider-refused"),
            (503, r#"{"error":{"code":503,"message":"m","type":"service_unavailable_error"}}"#, "provider-unavailable"),
            (503, "<html></html>", "provider-unavailable"),
            (404, r#"{"error":{"message":"no route"}}"#, "provider-unavailable"),
            (200, "<html></html>", "provider-unexpected-answer"),
        ] {
            assert_eq!(body(&Answer::of(status, text)).expect_err("an error").code(), code, "{text}");
        }
    }

    #[test]
    fn a_file_is_refused_by_its_own_code() {
        for (status, text, code) in [
            (200, r#"{"success":false,"code":40001,"msg":"File too large"}"#, "provider-refused"),
            (200, r#"{"success":false,"code":40003,"msg":"File quota exceeded"}"#, "provider-refused"),
            (200, r#"{"success":false,"code":50001,"msg":"storage"}"#, "provider-unavailable"),
            (200, r#"{"success":false,"code":401,"msg":"key"}"#, "provider-key-refused"),
            (500, r#"{"success":false,"msg":"oops"}"#, "provider-unavailable"),
        ] {
            assert_eq!(file(&Answer::of(status, text)).expect_err("an error").code(), code, "{text}");
        }
    }

    #[test]
    fn results_are_found_in_both_documented_places() {
        let link = Output::Link("https://cdn.example/videos/1.mp4".to_owned());
        for task in [
            json!({ "id": "t", "status": "completed", "results": ["https://cdn.example/videos/1.mp4"] }),
            json!({ "id": "t", "status": "completed", "result_data": [{ "video_url": "https://cdn.example/videos/1.mp4" }] }),
        ] {
            let found = state(&Answer::of(200, &task.to_string()), "t");
            assert_eq!(found, Ok(RemoteState::Succeeded { output: link.clone(), bill: None }), "{task}");
        }
        for results in [json!([]), json!(null), json!(["https://a/b.png"])] {
            let task = json!({ "id": "t", "status": "completed", "results": results }).to_string();
            assert_eq!(state(&Answer::of(200, &task), "t"), Err(without_clip()), "{task}");
        }
    }

    #[test]
    fn a_failure_without_an_error_is_a_failure() {
        let found = state(&Answer::of(200, r#"{"id":"t","status":"failed"}"#), "t");
        assert!(matches!(found, Ok(RemoteState::Failed(RemoteFailure { code: "generation-failed", .. }))), "{found:?}");
    }
}
