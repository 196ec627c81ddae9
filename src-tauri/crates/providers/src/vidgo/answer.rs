//! Reading Vidgo's answers: by the envelope's code, never by the HTTP status alone.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Output, RemoteState};
use crate::reading::{self, Word, failed, first_text, text_at, whole, without_clip};
use serde_json::Value;

/// Where the words of a refusal stand, the documented place first.
const REASONS: [&str; 5] = ["/error/message", "/error", "/detail", "/msg", "/message"];

/// The code that counts: the envelope's own wins over the status when it says something is wrong.
fn code(body: &Value, answer: &Answer) -> Option<i64> {
    let code = body.get("code").and_then(whole)?;
    Some(if code == 200 { i64::from(answer.status.as_u16()) } else { code })
}

fn refusal(code: i64, body: &Value, answer: &Answer) -> ProviderError {
    reading::by_status(code, first_text(body, &REASONS).unwrap_or_default().to_owned(), answer)
}

/// The `data` of a good answer to a free question.
pub(super) fn data(answer: &Answer) -> Result<Value, ProviderError> {
    let body = answer.json().unwrap_or_default();
    let Some(code) = code(&body, answer) else { return Err(reading::wordless(answer)) };
    let denied = body.get("success").and_then(Value::as_bool) == Some(false);
    if !(200..300).contains(&code) || denied {
        return Err(refusal(code, &body, answer));
    }
    Ok(body.get("data").cloned().unwrap_or_default())
}

/// What an answer says about a purchase.
pub(super) fn word(answer: &Answer) -> Word {
    let body = answer.json().unwrap_or_default();
    let Some(code) = code(&body, answer) else { return Word::Nothing };
    let id = text_at(&body, "/data/task_id");
    if reading::path_segment(id).is_ok() {
        return Word::Task(id.to_owned());
    }
    if (200..300).contains(&code) { Word::Nothing } else { Word::Refusal(code, refusal(code, &body, answer)) }
}

fn link(file: &Value) -> &str {
    text_at(file, "/file_url")
}

/// Where a task stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(task: &Value, remote_id: &str) -> Result<RemoteState, ProviderError> {
    reading::is_about(text_at(task, "/task_id"), remote_id)?;
    match text_at(task, "/status") {
        "finished" => {
            let files = task.get("files").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let is_video = |file: &&Value| text_at(file, "/file_type") == "video" && !link(file).is_empty();
            // The documented type first; some other word for it beside a link that ends as a clip does is one too.
            let clip = files.iter().find(is_video).or_else(|| files.iter().find(|file| reading::is_clip(link(file))));
            let output = Output::Link(clip.map(link).ok_or_else(without_clip)?.to_owned());
            Ok(RemoteState::Succeeded { output, bill: None })
        }
        "failed" => Ok(RemoteState::Failed(failed(text_at(task, "/error_message")))),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => {
            if !matches!(word, "not_started" | "running") {
                reading::note_unknown_word(word);
            }
            Ok(RemoteState::Running { progress: reading::progress(task.get("progress")) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_code_in_the_envelope_counts_and_not_the_status_alone() {
        for (status, text, code) in [
            (200, r#"{"code":429,"error":{"message":"Too many requests"}}"#, "provider-rate-limited"),
            (400, r#"{"code":400,"error":{"message":"Not enough credits"}}"#, "provider-no-credit"),
            (422, r#"{"code":422,"error":"duration"}"#, "provider-refused"),
            (403, r#"{"code":403,"detail":"another user's task"}"#, "provider-key-refused"),
            (200, r#"{"code":500,"msg":"later"}"#, "provider-unavailable"),
            (404, r#"{"code":404,"error":{"message":"no task"}}"#, "provider-not-found"),
            (404, "nothing", "provider-unavailable"),
            (200, "<html></html>", "provider-unexpected-answer"),
        ] {
            assert_eq!(data(&Answer::of(status, text)).expect_err("an error").code(), code, "{text}");
        }
    }

    #[test]
    fn the_first_video_is_the_clip() {
        let task = json!({ "task_id": "t", "status": "finished", "files": [
            { "file_url": "https://a/cover.png", "file_type": "image" },
            { "file_url": "https://a/clip.mp4", "file_type": "video" }
        ] });
        let output = Output::Link("https://a/clip.mp4".to_owned());
        assert_eq!(state(&task, "t"), Ok(RemoteState::Succeeded { output, bill: None }));
        for (file_type, ends) in [("mp4", "clip.mp4"), ("", "clip.mp4?sign=1")] {
            let link = format!("https://a/{ends}");
            let files = json!([{ "file_url": link, "file_type": file_type }]);
            let found = state(&json!({ "task_id": "t", "status": "finished", "files": files }), "t");
            assert_eq!(found, Ok(RemoteState::Succeeded { output: Output::Link(link), bill: None }));
        }
        for files in [json!([]), json!(null), json!([{ "file_url": "https://a/b.png", "file_type": "image" }])] {
            let bare = json!({ "task_id": "t", "status": "finished", "files": files });
            assert_eq!(state(&bare, "t"), Err(without_clip()), "it is asked for again");
        }
    }
}
