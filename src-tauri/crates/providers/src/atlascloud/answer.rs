//! Reading AtlasCloud's answers, which come with an envelope and without: by the envelope's code where there is one,
//! never by the HTTP status alone.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Output, RemoteFailure, RemoteState};
use crate::reading::{self, Word, clip_among, cut, failed, first_text, text_at, texts, whole, without_clip};
use serde_json::Value;

/// The provider's number for an input that its check of content refused (docs/errors, read 2026-11-21).
const MODERATED: i64 = 1_039;

/// A refusal in the provider's own words: `{code, msg}` of the media paths, or `{error: {type, message}}` of the
/// account's.
fn refusal(body: &Value, answer: &Answer) -> Option<(i64, ProviderError)> {
    let status = i64::from(answer.status.as_u16());
    let named = body.get("code").and_then(whole);
    let worded = body.get("error").is_some_and(Value::is_object);
    let code = named.filter(|code| !matches!(code, 0 | 200)).unwrap_or(status);
    let says_no = named.is_some() && !(200..300).contains(&code);
    if !says_no && !worded {
        return None;
    }
    let reason = first_text(body, &["/msg", "/message", "/error/message", "/error/code"]).unwrap_or_default();
    let error = match text_at(body, "/error/type") {
        "authentication_error" | "permission_error" => ProviderError::Unauthenticated { reason: cut(reason) },
        _ => reading::by_status(code, reason.to_owned(), answer),
    };
    Some((code, error))
}

/// The body of a good answer to a free question.
pub(super) fn body(answer: &Answer) -> Result<Value, ProviderError> {
    let Some(body) = answer.json().filter(Value::is_object) else { return Err(reading::wordless(answer)) };
    match refusal(&body, answer) {
        Some((_, error)) => Err(error),
        None if answer.status.is_success() => Ok(body),
        None => Err(reading::wordless(answer)),
    }
}

/// The task within an answer: under `data`, or the answer itself.
fn task(body: &Value) -> &Value {
    body.get("data").filter(|data| data.is_object()).unwrap_or(body)
}

/// What an answer says about a purchase.
pub(super) fn word(answer: &Answer) -> Word {
    let Some(body) = answer.json() else { return Word::Nothing };
    if let Ok(id) = reading::path_segment(text_at(task(&body), "/id")) {
        // A named task exists, whatever the rest of the answer says.
        return Word::Task(id.to_owned());
    }
    // The media paths refuse by code; an `error` alone is the account's shape, or a gateway's.
    match refusal(&body, answer).filter(|_| body.get("code").and_then(whole).is_some()) {
        Some((code, error)) => Word::Refusal(code, error),
        None => Word::Nothing,
    }
}

/// Where a task stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(body: &Value, remote_id: &str) -> Result<RemoteState, ProviderError> {
    let task = task(body);
    reading::is_about(text_at(task, "/id"), remote_id)?;
    match text_at(task, "/status") {
        // The documentation says the first, its samples take the second too.
        "completed" | "succeeded" => match clip(task) {
            Some(link) => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
            None => Err(without_clip()),
        },
        "failed" => Ok(RemoteState::Failed(failure(task))),
        // A task that took too long is named beside the failed ones, without its word.
        "timeout" => Ok(RemoteState::Failed(RemoteFailure { code: "generation-timed-out", ..failure(task) })),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => {
            if !matches!(word, "processing" | "starting" | "created") {
                reading::note_unknown_word(word);
            }
            Ok(RemoteState::Running { progress: None })
        }
    }
}

/// The clip among the outputs, which come in four writings.
fn clip(task: &Value) -> Option<&str> {
    let outputs = texts(task.get("outputs")).into_iter().chain(texts(task.get("output")));
    clip_among(&outputs.collect::<Vec<_>>())
}

fn failure(task: &Value) -> RemoteFailure {
    let failure = failed(text_at(task, "/error"));
    if task.get("error_code").and_then(whole) == Some(MODERATED) {
        return RemoteFailure { code: "generation-withheld", ..failure };
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::SubmitAnswer;
    use serde_json::json;

    #[test]
    fn a_purchase_is_read_in_both_shapes() {
        for text in [
            r#"{"code":200,"data":{"id":"pred_abc123","status":"processing"}}"#,
            r#"{"id":"pred_abc123","status":"processing"}"#,
            r#"{"code":200,"id":"pred_abc123","status":"processing","data":null}"#,
        ] {
            match reading::classify(Ok(Answer::of(200, text)), word) {
                SubmitAnswer::Accepted { remote_id, .. } => assert_eq!(remote_id, "pred_abc123"),
                other => panic!("{text}: {other:?}"),
            }
        }
        // A gateway's words are none of the provider's.
        for text in [r#"{"message":"Forbidden"}"#, r#"{"detail":"no"}"#, r#"{"error":{"message":"no","type":"x"}}"#] {
            let answer = reading::classify(Ok(Answer::of(403, text)), word);
            assert!(matches!(answer, SubmitAnswer::Unknown { .. }), "{text}: {answer:?}");
        }
    }

    #[test]
    fn a_clip_is_found_in_every_shape() {
        let output = Output::Link("https://a/b.mp4".to_owned());
        for body in [
            json!({ "code": 200, "data": { "id": "p", "status": "completed", "outputs": ["https://a/b.mp4"], "error": "" } }),
            json!({ "id": "p", "status": "succeeded", "outputs": ["https://a/b.mp4"] }),
            json!({ "data": { "id": "p", "status": "completed", "outputs": "https://a/b.mp4" } }),
            json!({ "data": { "id": "p", "status": "completed", "output": "https://a/b.mp4" } }),
            json!({ "data": { "id": "p", "status": "completed", "output": ["https://a/b.mp4"] } }),
            json!({ "data": { "id": "p", "status": "completed", "outputs": ["https://a/b.png", "https://a/b.mp4"] } }),
        ] {
            let found = state(&body, "p");
            assert_eq!(found, Ok(RemoteState::Succeeded { output: output.clone(), bill: None }), "{body}");
        }
    }

    #[test]
    fn failures_are_told_apart_by_the_providers_number() {
        for (task, code) in [
            (
                json!({ "id": "p", "status": "failed", "error": "input refused", "error_code": 1_039 }),
                "generation-withheld",
            ),
            (
                json!({ "id": "p", "status": "failed", "error": "the model stopped", "error_code": 1 }),
                "generation-failed",
            ),
            (json!({ "id": "p", "status": "failed" }), "generation-failed"),
            (json!({ "id": "p", "status": "timeout" }), "generation-timed-out"),
        ] {
            match state(&json!({ "code": 200, "data": task }), "p") {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code, "{task}"),
                other => panic!("{task}: {other:?}"),
            }
        }
        let bare = json!({ "data": { "id": "p", "status": "completed", "outputs": [] } });
        assert_eq!(state(&bare, "p"), Err(without_clip()), "it is asked for again");
    }

    #[test]
    fn the_accounts_errors_have_another_shape() {
        for (status, text, code) in [
            (
                401,
                r#"{"error":{"type":"authentication_error","code":"invalid_api_key","message":"m"},"request_id":"r"}"#,
                "provider-key-refused",
            ),
            (429, r#"{"error":{"type":"rate_limit_error","code":"slow","message":"m"}}"#, "provider-rate-limited"),
            (404, r#"{"code":404,"msg":"not found","data":null}"#, "provider-not-found"),
            (200, r#"{"code":402,"msg":"insufficient balance","data":null}"#, "provider-no-credit"),
            (502, "<html></html>", "provider-unavailable"),
        ] {
            assert_eq!(body(&Answer::of(status, text)).expect_err("an error").code(), code, "{text}");
        }
    }
}
