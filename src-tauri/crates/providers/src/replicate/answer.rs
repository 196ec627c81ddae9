//! Reading Replicate's answers: a prediction in every good one, problem details in every other.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Output, RemoteFailure, RemoteState, RemoteTask, SubmitAnswer};
use crate::reading::{self, Word, could_be, cut, failed, moment, path_segment, text_at, without_clip};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Fields of an input that are addresses: a service may show its own copy's address in its list.
const ADDRESSES: [&str; 2] = ["start_image", "end_image"];

/// The problem an answer states: its status and words; nothing when it states none.
fn problem(answer: &Answer, body: &Value) -> Option<(i64, String)> {
    if answer.status.is_success() || answer.status.is_redirection() {
        return None;
    }
    let words = reading::first_text(body, &["/detail", "/title", "/error"])?;
    Some((i64::from(answer.status.as_u16()), cut(words.trim())))
}

fn meaning(answer: &Answer, body: &Value, (code, words): (i64, String)) -> ProviderError {
    if code == 429 {
        // It speaks of credit when the limit is low for want of it, and still only asks to wait.
        let stated = body.get("retry_after").and_then(Value::as_u64).map(Duration::from_secs);
        return ProviderError::RateLimited { retry_after: answer.retry_after.or(stated) };
    }
    reading::by_status(code, words, answer)
}

/// The body of a good answer to a free question.
pub(super) fn good(answer: &Answer) -> Result<Value, ProviderError> {
    match answer.json() {
        Some(body) if answer.status.is_success() => Ok(body),
        Some(body) => match problem(answer, &body) {
            Some(problem) => Err(meaning(answer, &body, problem)),
            None => Err(reading::wordless(answer)),
        },
        None => Err(reading::wordless(answer)),
    }
}

/// One of the four answers to a purchase.
pub(super) fn classify(result: Result<Answer, ProviderError>) -> SubmitAnswer {
    reading::classify(result, |answer| {
        let Some(body) = answer.json() else { return Word::Nothing };
        let id = text_at(&body, "/id");
        if path_segment(id).is_ok() {
            // A named prediction exists, whatever the rest of the answer says.
            return Word::Task(id.to_owned());
        }
        match problem(answer, &body) {
            Some(problem) => Word::Refusal(problem.0, meaning(answer, &body, problem)),
            None => Word::Nothing,
        }
    })
}

/// Where a prediction stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(prediction: &Value) -> Result<RemoteState, ProviderError> {
    let reason = match prediction.get("error") {
        Some(Value::String(words)) => words.trim().to_owned(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    };
    let ended = |code, otherwise: &str| {
        let reason = if reason.is_empty() { otherwise.to_owned() } else { cut(&reason) };
        Ok(RemoteState::Failed(RemoteFailure { code, reason }))
    };
    match text_at(prediction, "/status") {
        "succeeded" => match output(prediction) {
            Some(link) => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
            None if prediction.get("data_removed").and_then(Value::as_bool) == Some(true) => {
                ended("generation-deleted-there", "Replicate has removed the clip, as it does an hour after the end")
            }
            None => Ok(RemoteState::Failed(without_clip())),
        },
        "failed" => Ok(RemoteState::Failed(failed(&reason))),
        "canceled" => ended("generation-cancelled-there", "canceled"),
        "aborted" => ended("generation-timed-out", "it did not begin in time"),
        "" => Err(ProviderError::Protocol { reason: "a prediction without a state".to_owned() }),
        other => {
            if !matches!(other, "starting" | "processing") {
                tracing::warn!(state = other, "an unknown state word is taken as still running");
            }
            Ok(RemoteState::Running { progress: None })
        }
    }
}

/// One address, or a list of one.
fn output(prediction: &Value) -> Option<&str> {
    let output = prediction.get("output")?;
    let first = output.as_array().map_or(Some(output), |list| list.first())?;
    first.as_str().filter(|link| !link.is_empty())
}

/// A page of the list of predictions.
pub(super) struct Page {
    /// Those that could be the request.
    pub tasks: Vec<RemoteTask>,
    /// Where the next page begins; nothing when this one reaches back far enough.
    pub next: Option<String>,
}

/// The predictions of a page that could be a request for `model` with `input` at or after `since`.
pub(super) fn page(shown: &Value, model: &str, input: &Value, since: i64) -> Result<Page, ProviderError> {
    let items = shown
        .get("results")
        .and_then(Value::as_array)
        .ok_or_else(|| ProviderError::Protocol { reason: "a list without results".to_owned() })?;
    let made = |item: &Value| moment(text_at(item, "/created_at"));
    let tasks = items.iter().filter_map(|item| {
        let id = path_segment(text_at(item, "/id")).ok()?;
        let (named, created_at) = (text_at(item, "/model"), made(item));
        let other = !named.is_empty() && named != model || created_at.is_some_and(|at| at < since);
        let shown = item.get("input").unwrap_or(&Value::Null);
        (!other && could_be(input, shown, &ADDRESSES)).then(|| RemoteTask {
            remote_id: id.to_owned(),
            model: named.to_owned(),
            created_at,
            state: text_at(item, "/status").to_owned(),
        })
    });
    // Newest first: whatever follows one that is too old is older still.
    let enough = items.last().and_then(made).is_some_and(|at| at < since);
    let next = cursor_of(text_at(shown, "/next")).filter(|_| !enough);
    Ok(Page { tasks: tasks.collect(), next })
}

/// The cursor in the address of the next page. The address itself is never asked: only the own base gets the key.
fn cursor_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let cursor = url.query_pairs().find(|(name, _)| name == "cursor")?.1.into_owned();
    (!cursor.is_empty()).then_some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_documented_words_end_a_prediction() {
        for word in ["starting", "processing", "booting", "完成"] {
            let found = state(&json!({ "id": "a", "status": word }));
            assert_eq!(found, Ok(RemoteState::Running { progress: None }), "{word}");
        }
        for (prediction, code) in [
            (json!({ "status": "failed", "error": "content moderation (E005)" }), "generation-withheld"),
            (json!({ "status": "failed", "error": { "code": 7 } }), "generation-failed"),
            (json!({ "status": "failed", "error": null }), "generation-failed"),
            (json!({ "status": "canceled" }), "generation-cancelled-there"),
            (json!({ "status": "aborted" }), "generation-timed-out"),
            (json!({ "status": "succeeded", "output": null }), "generation-without-clip"),
            (json!({ "status": "succeeded", "output": null, "data_removed": true }), "generation-deleted-there"),
        ] {
            match state(&prediction) {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code),
                other => panic!("{prediction}: {other:?}"),
            }
        }
        for output in [json!("https://a/b.mp4"), json!(["https://a/b.mp4"])] {
            let found = state(&json!({ "status": "succeeded", "output": output }));
            let output = Output::Link("https://a/b.mp4".to_owned());
            assert_eq!(found, Ok(RemoteState::Succeeded { output, bill: None }));
        }
        assert!(state(&json!({ "id": "a" })).is_err());
    }

    #[test]
    fn a_low_limit_asks_to_wait_and_is_no_want_of_money() {
        let body = r#"{"detail":"Request was throttled. Less than $5.0 in credit. Resets in ~8s.","status":429,"retry_after":8}"#;
        let wait = ProviderError::RateLimited { retry_after: Some(Duration::from_secs(8)) };
        assert_eq!(classify(Ok(Answer::of(429, body))), SubmitAnswer::Rejected(wait));
    }

    #[test]
    fn a_page_ends_where_it_is_old_enough() {
        let item = |id: &str, at: &str| {
            json!({ "id": id, "model": "kwaivgi/kling-v3-video", "status": "processing", "created_at": at,
                    "input": { "prompt": "a door" } })
        };
        let next = "https://api.replicate.com/v1/predictions?cursor=cD0y";
        let shown = json!({ "next": next, "results": [
            item("new", "2026-11-21T10:00:00Z"), item("old", "2026-11-21T09:00:00Z")
        ] });
        let found = |since: &str, prompt: &str| {
            let since = moment(since).expect("a moment");
            let page = page(&shown, "kwaivgi/kling-v3-video", &json!({ "prompt": prompt }), since).expect("a page");
            let ids: Vec<String> = page.tasks.into_iter().map(|task| task.remote_id).collect();
            (ids.join(" "), page.next)
        };
        assert_eq!(found("2026-11-21T09:30:00Z", "a door"), ("new".to_owned(), None));
        assert_eq!(found("2026-11-21T08:30:00Z", "a door"), ("new old".to_owned(), Some("cD0y".to_owned())));
        assert_eq!(found("2026-11-21T08:30:00Z", "a window").0, "");
    }
}
