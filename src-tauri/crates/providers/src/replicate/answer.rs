//! Reading Replicate's answers: a prediction in every good one, problem details in every other.

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::Answer;
use crate::listing::{self, AccountPage, name_at};
use crate::provider::{AccountTask, Output, RemoteFailure, RemoteState, RemoteTask, SubmitAnswer};
use crate::reading::{
    self, Word, clip_among, could_be, cut, failed, lines, moment, path_segment, text_at, texts, without_clip,
};
use serde_json::Value;
use std::collections::HashMap;
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

/// Whether a body is a problem as Replicate writes it. Services on the way say `detail` or `error` too.
fn is_its_own(body: &Value) -> bool {
    let whole = body.get("status").is_some_and(Value::is_u64) || !text_at(body, "/title").is_empty();
    whole && !text_at(body, "/detail").is_empty()
}

fn meaning(answer: &Answer, body: &Value, (code, words): (i64, String)) -> ProviderError {
    if code == 429 {
        // It speaks of credit when the limit is low for want of it, and still only asks to wait.
        let stated = body.get("retry_after").and_then(Value::as_u64).map(Duration::from_secs);
        return ProviderError::RateLimited { retry_after: answer.retry_after.or(stated) };
    }
    if code == 404 && !is_its_own(body) {
        return ProviderError::Unavailable { reason: words, retry_after: answer.retry_after };
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
        match problem(answer, &body).filter(|_| is_its_own(&body)) {
            Some(problem) => Word::Refusal(problem.0, meaning(answer, &body, problem)),
            None => Word::Nothing,
        }
    })
}

/// Where a prediction stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(prediction: &Value, remote_id: &str) -> Result<RemoteState, ProviderError> {
    reading::is_about(&name_at(prediction, "/id").unwrap_or_default(), remote_id)?;
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
        "succeeded" => match clip_among(&texts(prediction.get("output"))) {
            Some(link) => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
            None if prediction.get("data_removed").and_then(Value::as_bool) == Some(true) => {
                ended("generation-deleted-there", "Replicate has removed the clip, as it does an hour after the end")
            }
            None => Err(without_clip()),
        },
        "failed" => Ok(RemoteState::Failed(failed(&reason))),
        "canceled" => ended("generation-cancelled-there", "canceled"),
        "aborted" => ended("generation-timed-out", "it did not begin in time"),
        "" => Err(ProviderError::Protocol { reason: "a prediction without a state".to_owned() }),
        other => {
            if !matches!(other, "starting" | "processing") {
                reading::note_unknown_word(other);
            }
            Ok(RemoteState::Running { progress: None })
        }
    }
}

/// A page of the list of predictions.
pub(super) struct Page {
    /// Those of the model, each with whether its input could be the one that was asked about.
    pub tasks: Vec<(bool, RemoteTask)>,
    /// Whether any of the page says when it was made.
    pub is_dated: bool,
    /// Where the next page begins; nothing when this one is older than what is looked for.
    pub next: Option<String>,
}

/// The predictions of a page for `model` at or after `since`, told apart by `input`.
pub(super) fn page(shown: &Value, model: &str, input: &Value, since: i64) -> Result<Page, ProviderError> {
    let items = results(shown)?;
    let read = |item: &Value| {
        let remote_id = name_at(item, "/id")?;
        let (named, created_at) = (text_at(item, "/model"), made(item));
        let other = !named.is_empty() && named != model || created_at.is_some_and(|at| at < since);
        let shown = item.get("input").unwrap_or(&Value::Null);
        let task = RemoteTask {
            remote_id,
            model: cut(named),
            created_at,
            state: cut(text_at(item, "/status")),
            differs: false,
        };
        Ok((!other).then(|| (could_be(input, shown, &ADDRESSES), task)))
    };
    let tasks: Vec<_> = items.iter().map(read).collect::<Result<_, ProviderError>>()?;
    let next = next_page(shown, items, since)?;
    Ok(Page {
        tasks: tasks.into_iter().flatten().collect(),
        is_dated: items.iter().any(|item| made(item).is_some()),
        next,
    })
}

fn made(item: &Value) -> Option<i64> {
    moment(text_at(item, "/created_at"))
}

fn results(shown: &Value) -> Result<&Vec<Value>, ProviderError> {
    lines(shown.get("results"))
}

/// Where the next page begins; nothing when this one is older than `since`. A list that goes on and does not say where
/// is an error.
fn next_page(shown: &Value, items: &[Value], since: i64) -> Result<Option<String>, ProviderError> {
    // Newest first: whatever follows a page that is too old is older still. One line out of order is no end.
    let is_old = |item: &Value| made(item).is_some_and(|at| at < since);
    let enough = !items.is_empty() && items.iter().all(is_old);
    match shown.get("next") {
        _ if enough => Ok(None),
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(next)) if next.is_empty() => Ok(None),
        Some(Value::String(next)) => cursor_of(next).map(Some).ok_or_else(listing::no_way_on),
        Some(_) => Err(listing::no_way_on()),
    }
}

/// Where those stand that were asked for and are in a page of the list.
pub(super) fn states(shown: &Value, asked: &[String]) -> Result<HashMap<String, RemoteState>, ProviderError> {
    Ok(listing::states(results(shown)?, |item| name_at(item, "/id").unwrap_or_default(), asked, state))
}

/// The predictions of the catalogue's models in a page of the list at or after `since`.
pub(super) fn account_tasks(
    shown: &Value,
    entry: &ProviderEntry,
    since: i64,
) -> Result<AccountPage<String>, ProviderError> {
    let items = results(shown)?;
    let read = |item: &Value| {
        let model = text_at(item, "/model");
        let input = item.get("input").unwrap_or(&Value::Null);
        let sold: Vec<_> = listing::sold_below(entry, model).collect();
        // One name stands for several of the catalogue's models; the mode in the input tells which.
        let which = sold.iter().find(|model| model.word("mode") == text_at(input, "/mode"));
        if sold.is_empty() || made(item).is_some_and(|at| at < since) {
            return Ok(None);
        }
        let remote_id = name_at(item, "/id")?;
        let read = listing::input(input);
        Ok(Some(AccountTask {
            standing: listing::standing(&state(item, &remote_id)),
            remote_id,
            model: model.to_owned(),
            sold_as: which.map(|model| model.profile.model.clone()),
            created_at: made(item),
            prompt: read.prompt,
            seconds: read.seconds,
            ratio: read.ratio,
        }))
    };
    Ok(AccountPage::of(items, made, read, next_page(shown, items, since)))
}

/// The cursor in the address of the next page, which may be written without its host. The address itself is never asked:
/// only the own base gets the key.
fn cursor_of(address: &str) -> Option<String> {
    let list = Url::parse("https://list.invalid/v1/predictions").ok()?;
    let url = list.join(address).ok()?;
    let cursor = url.query_pairs().find(|(name, _)| name == "cursor")?.1.into_owned();
    (!cursor.is_empty()).then_some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_documented_words_end_a_prediction() {
        let state = |mut prediction: Value| {
            prediction["id"] = json!("a");
            super::state(&prediction, "a")
        };
        for word in ["starting", "processing", "booting", "完成"] {
            let found = state(json!({ "status": word }));
            assert_eq!(found, Ok(RemoteState::Running { progress: None }), "{word}");
        }
        for (prediction, code) in [
            (json!({ "status": "failed", "error": "content moderation (E005)" }), "generation-withheld"),
            (json!({ "status": "failed", "error": { "code": 7 } }), "generation-failed"),
            (json!({ "status": "failed", "error": null }), "generation-failed"),
            (json!({ "status": "canceled" }), "generation-cancelled-there"),
            (json!({ "status": "aborted" }), "generation-timed-out"),
            (json!({ "status": "succeeded", "output": null, "data_removed": true }), "generation-deleted-there"),
        ] {
            match state(prediction) {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code),
                other => panic!("{code}: {other:?}"),
            }
        }
        for output in [json!(null), json!([]), json!({}), json!("https://a/cover.png")] {
            let found = state(json!({ "status": "succeeded", "output": output }));
            assert_eq!(found, Err(without_clip()), "it is asked for again");
        }
        for output in [json!("https://a/b.mp4"), json!(["https://a/b.mp4"])] {
            let found = state(json!({ "status": "succeeded", "output": output }));
            let output = Output::Link("https://a/b.mp4".to_owned());
            assert_eq!(found, Ok(RemoteState::Succeeded { output, bill: None }));
        }
        assert!(state(json!({})).is_err());
        for other in [json!({ "id": "b", "status": "failed" }), json!({ "status": "failed" })] {
            assert_eq!(super::state(&other, "a").expect_err("another's").code(), "provider-unexpected-answer");
        }
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
            let ids: Vec<String> =
                page.tasks.into_iter().map(|(fits, task)| format!("{} {fits}", task.remote_id)).collect();
            (ids.join(", "), page.next)
        };
        let next = Some("cD0y".to_owned());
        assert_eq!(found("2026-11-21T09:30:00Z", "a door"), ("new true".to_owned(), next.clone()));
        assert_eq!(found("2026-11-21T08:30:00Z", "a door"), ("new true, old true".to_owned(), next));
        assert_eq!(found("2026-11-21T10:30:00Z", "a door"), (String::new(), None));
        // Another input is told apart and not left out.
        assert_eq!(found("2026-11-21T08:30:00Z", "a window").0, "new false, old false");
    }

    #[test]
    fn only_a_problem_as_it_is_documented_refuses() {
        for (status, body, code) in [
            (429, r#"{"detail":"throttled"}"#, "unknown"),
            (429, r#"{"error":"Too Many Requests"}"#, "unknown"),
            (400, r#"{"title":"Bad request"}"#, "unknown"),
            (403, r#"{"detail":"no","status":"failed"}"#, "unknown"),
            (429, r#"{"detail":"throttled","status":429}"#, "provider-rate-limited"),
            (403, r#"{"detail":"no","title":"Forbidden"}"#, "provider-key-refused"),
        ] {
            let found = match classify(Ok(Answer::of(status, body))) {
                SubmitAnswer::Rejected(error) => error.code(),
                SubmitAnswer::Unknown { .. } => "unknown",
                other => panic!("{body}: {other:?}"),
            };
            assert_eq!(found, code, "{body}");
        }
        for (body, code) in [
            (r#"{"detail":"The requested resource could not be found.","status":404}"#, "provider-not-found"),
            (r#"{"detail":"Not Found"}"#, "provider-unavailable"),
            ("<html>", "provider-unavailable"),
        ] {
            assert_eq!(good(&Answer::of(404, body)).expect_err("an error").code(), code, "{body}");
        }
    }
}
