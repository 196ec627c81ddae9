//! Reading UlazAI's answers, of which the documentation shows a part: with tolerance where that costs nothing, and
//! strictly where a word would make or end a paid task.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Bill, Output, RemoteFailure, RemoteState};
use crate::reading::{self, Word, clip_among, cut, failed, first_text, micro_credits, text_at};
use serde_json::Value;

/// Where the provider's own client looks for a task within an answer, the innermost first.
const PARTS: [&str; 4] = ["/data", "/job", "/generation", "/task"];
/// Where the words of a refusal or a failure may stand.
const REASONS: [&str; 6] = ["/error/message", "/error", "/error_message", "/failure_reason", "/message", "/detail"];
/// Fields that may hold the clip's address, or something that holds it; the most telling first.
const LINKS: [&str; 22] = [
    "video_url",
    "videoUrl",
    "video_urls",
    "videoUrls",
    "output_url",
    "outputUrl",
    "result_url",
    "resultUrl",
    "result_urls",
    "resultUrls",
    "download_url",
    "video",
    "videos",
    "output",
    "outputs",
    "result",
    "results",
    "data",
    "job",
    "generation",
    "task",
    "url",
];
/// How deep an address is looked for.
const DEPTH: u32 = 5;

fn parts(body: &Value) -> impl Iterator<Item = &Value> {
    PARTS.into_iter().filter_map(|part| body.pointer(part)).filter(|part| part.is_object()).chain([body])
}

fn denied(body: &Value) -> bool {
    body.get("success").and_then(Value::as_bool) == Some(false)
}

/// What an answer with a bad status says, where it says it in words. Only its own shape, `success: false`, says that a
/// task is not there.
fn refusal(body: &Value, answer: &Answer) -> Option<(i64, ProviderError)> {
    let reason = first_text(body, &REASONS);
    if answer.status.is_success() || (reason.is_none() && !denied(body)) {
        return None;
    }
    let code = i64::from(answer.status.as_u16());
    let reason = reason.unwrap_or_default();
    if code == 404 && !denied(body) {
        return Some((code, ProviderError::Unavailable { reason: cut(reason), retry_after: answer.retry_after }));
    }
    Some((code, reading::by_status(code, reason.to_owned(), answer)))
}

/// The body of a good answer to a free question.
pub(super) fn body(answer: &Answer) -> Result<Value, ProviderError> {
    let Some(body) = answer.json().filter(|body| body.is_object() || body.is_array()) else {
        return Err(reading::wordless(answer));
    };
    match refusal(&body, answer) {
        Some((_, error)) => Err(error),
        None if answer.status.is_success() => Ok(body),
        None => Err(reading::wordless(answer)),
    }
}

/// What an answer says about a purchase. A good status with `success: false` proves nothing, and neither does a bad one
/// whose words are not in the provider's own shape.
pub(super) fn word(answer: &Answer) -> Word {
    let Some(body) = answer.json() else { return Word::Nothing };
    let id = first_text(&body, &["/task_id", "/data/task_id"]);
    if let Some(Ok(id)) = id.map(reading::path_segment) {
        // A named task exists, whatever the rest of the answer says.
        return Word::Task(id.to_owned());
    }
    let in_its_words = denied(&body) && first_text(&body, &["/error/message", "/error", "/message"]).is_some();
    match refusal(&body, answer).filter(|_| in_its_words) {
        Some((code, error)) => Word::Refusal(code, error),
        None => Word::Nothing,
    }
}

/// Where a task stands. Only words that clearly mean an end are one.
pub(super) fn state(body: &Value, remote_id: &str) -> Result<RemoteState, ProviderError> {
    let names: Vec<_> = parts(body).map(|part| text_at(part, "/task_id")).filter(|name| !name.is_empty()).collect();
    if let Some(other) = names.first().filter(|_| !names.contains(&remote_id)) {
        reading::is_about(other, remote_id)?;
    }
    // A word that ends a paid task has to stand beside its name: many services say it of the question.
    let is_named = parts(body).any(|part| text_at(part, "/task_id") == remote_id || text_at(part, "/id") == remote_id);
    let word = parts(body).find_map(|part| first_text(part, &["/status", "/state"])).unwrap_or_default();
    let word = word.trim().to_lowercase();
    match word.as_str() {
        "completed" | "complete" | "succeeded" | "success" | "finished" | "done" => match clip(body) {
            Some(link) => {
                let credits = parts(body).find_map(|part| part.get("credits_used").and_then(micro_credits));
                let bill = credits.filter(|credits| credits.0 > 0).map(Bill::Credits);
                Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill })
            }
            // The field is documented nowhere, so a clip that is not found may still be there.
            None => {
                Err(ProviderError::Protocol { reason: "completed, and no field holds the clip's address".to_owned() })
            }
        },
        "failed" | "failure" | "cancelled" | "canceled" | "rejected" | "timeout" | "timed_out" | "error" => {
            if is_named {
                return Ok(RemoteState::Failed(failure(body, &word)));
            }
            let reason = first_text(body, &REASONS).unwrap_or("an end without a task's name");
            Err(ProviderError::Protocol { reason: cut(reason) })
        }
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => {
            if !matches!(word, "processing" | "pending" | "queued") {
                reading::note_unknown_word(word);
            }
            let progress = parts(body).find_map(|part| reading::progress(part.get("progress")));
            Ok(RemoteState::Running { progress })
        }
    }
}

fn failure(body: &Value, word: &str) -> RemoteFailure {
    let failure = failed(parts(body).find_map(|part| first_text(part, &REASONS)).unwrap_or_default());
    let code = match word {
        "cancelled" | "canceled" => "generation-cancelled-there",
        "timeout" | "timed_out" => "generation-timed-out",
        _ => failure.code,
    };
    RemoteFailure { code, ..failure }
}

/// The clip among the addresses in the likely fields.
fn clip(body: &Value) -> Option<&str> {
    let mut links = Vec::new();
    collect_links(body, DEPTH, &mut links);
    clip_among(&links)
}

fn collect_links<'a>(value: &'a Value, depth: u32, links: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.starts_with("https://") || text.starts_with("http://") => links.push(text),
        Value::Array(items) if depth > 0 => items.iter().for_each(|item| collect_links(item, depth - 1, links)),
        Value::Object(fields) if depth > 0 => {
            LINKS.iter().filter_map(|name| fields.get(*name)).for_each(|value| collect_links(value, depth - 1, links))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::SubmitAnswer;
    use serde_json::json;
    use sixshot_domain::MicroCredits;

    #[test]
    fn a_clip_is_found_in_likely_fields() {
        let clip = "https://cdn.example/clip.mp4";
        for body in [
            json!({ "success": true, "task_id": "t", "status": "completed", "video_url": clip }),
            json!({ "success": true, "status": "COMPLETED", "data": { "videoUrl": clip } }),
            json!({ "data": { "task_id": "t", "status": "success", "output": { "url": clip } } }),
            json!({ "job": { "status": "done", "result_urls": [clip] } }),
            json!({ "status": "completed", "result": { "videos": [{ "url": clip }] }, "thumbnail_url": "https://a/b.png" }),
            json!({ "status": "finished", "url": clip }),
            json!({ "status": "finished", "video_url": "https://ulazai.com/v/cover.png", "download_url": clip }),
            json!({ "status": "finished", "result": "https://ulazai.com/v/page", "outputs": [clip] }),
        ] {
            let output = Output::Link(clip.to_owned());
            assert_eq!(state(&body, "t"), Ok(RemoteState::Succeeded { output, bill: None }), "{body}");
        }
        let billed = json!({ "status": "completed", "video_url": clip, "credits_used": 310 });
        match state(&billed, "t") {
            Ok(RemoteState::Succeeded { bill, .. }) => {
                assert_eq!(bill, Some(Bill::Credits(MicroCredits(310_000_000))));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_but_a_clear_word_ends_a_task() {
        for word in ["processing", "pending", "queued", "dreaming", "moderating", "retrying"] {
            let found = state(&json!({ "task_id": "t", "status": word }), "t");
            assert_eq!(found, Ok(RemoteState::Running { progress: None }), "{word}");
        }
        for (body, code) in [
            (json!({ "task_id": "t", "status": "failed", "error": "content policy" }), "generation-withheld"),
            (json!({ "data": { "id": "t", "status": "Failed" } }), "generation-failed"),
            (json!({ "task_id": "t", "status": "error", "message": "no" }), "generation-failed"),
            (json!({ "task_id": "t", "status": "cancelled" }), "generation-cancelled-there"),
            (json!({ "task_id": "t", "status": "timeout" }), "generation-timed-out"),
        ] {
            match state(&body, "t") {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code, "{body}"),
                other => panic!("{body}: {other:?}"),
            }
        }
        for body in [
            json!({ "status": "error", "message": "try later" }),
            json!({ "success": false, "status": "failed", "message": "Rate limit, try later" }),
            json!({ "status": "cancelled" }),
            json!({ "status": "timeout" }),
            json!({ "status": "rejected" }),
            json!({ "id": "u", "status": "failed" }),
            json!({ "status": "completed" }),
            json!({ "status": "completed", "video_url": null, "page": "https://ulazai.com/v/1" }),
            json!({ "success": false, "error": "Task not found" }),
            json!({ "task_id": "another", "status": "failed" }),
            json!({}),
        ] {
            assert_eq!(state(&body, "t").expect_err("says nothing").code(), "provider-unexpected-answer", "{body}");
        }
    }

    #[test]
    fn a_purchase_is_read_in_both_shapes() {
        for text in [
            r#"{"success":true,"task_id":"7f8c","provider_task_id":"281e","status":"processing","credits_used":310}"#,
            r#"{"success":true,"data":{"task_id":"7f8c","status":"processing"}}"#,
            r#"{"success":false,"task_id":"7f8c","error":"upstream busy"}"#,
        ] {
            for status in [200, 201, 429] {
                match reading::classify(Ok(Answer::of(status, text)), word) {
                    SubmitAnswer::Accepted { remote_id, .. } => assert_eq!(remote_id, "7f8c"),
                    other => panic!("{text}: {other:?}"),
                }
            }
        }
        for (status, text) in [
            (200, r#"{"success":false,"error":"Insufficient credits"}"#),
            (401, r#"{"detail":"Authentication credentials were not provided."}"#),
            (429, r#"{"detail":"throttled"}"#),
            (429, r#"{"success":false}"#),
            (400, r#"{"prompt":["This field is required."]}"#),
            (403, "<html>sign in</html>"),
        ] {
            let answer = reading::classify(Ok(Answer::of(status, text)), word);
            assert!(matches!(answer, SubmitAnswer::Unknown { .. }), "{text}: {answer:?}");
        }
    }
}
