//! Reading fal's answers. `COMPLETED` alone is no success: the result's own status and body say how it ended.

use super::failure::{self, Shape, Trouble, is_about_the_question, of_kind, refusal};
use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::Answer;
use crate::listing::{self, AccountPage, name_at};
use crate::provider::{AccountTask, Output, RemoteState, RemoteTask, Standing, SubmitAnswer};
use crate::reading::{self, Word, could_be, cut, moment, path_segment, text_at, without_clip};
use serde_json::Value;
use url::Url;

/// Fields of an input that are addresses: a service may write its own copy's address into its list.
const ADDRESSES: [&str; 4] = ["start_image_url", "end_image_url", "image_url", "elements"];

/// A task's name: the path `owner/app/requests/id` that all of its addresses begin with.
///
/// # Errors
/// `NotFound` for anything else.
pub(super) fn task_path(name: &str) -> Result<&str, ProviderError> {
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        [owner, app, "requests", id] => {
            for part in [owner, app, id] {
                path_segment(part)?;
            }
            Ok(name)
        }
        _ => Err(ProviderError::NotFound { reason: "that is no task's name".to_owned() }),
    }
}

/// The name of a request by the path it was sent to: whatever follows `owner/app` there is not part of it.
pub(super) fn name_of(path: &str, id: &str) -> String {
    let mut steps = path.split('?').next().unwrap_or(path).trim_start_matches('/').split('/');
    let (owner, app) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    format!("{owner}/{app}/requests/{id}")
}

/// One of the four answers to a purchase sent to `path`. `bases` are the addresses fal may name as its own.
pub(super) fn classify(result: Result<Answer, ProviderError>, path: &str, bases: &[Url]) -> SubmitAnswer {
    reading::classify(result, |answer| {
        let Some(body) = answer.json() else { return Word::Nothing };
        let id = text_at(&body, "/request_id");
        if path_segment(id).is_ok() {
            // A named request exists, whatever the rest of the answer says.
            let stated = named_by_address(text_at(&body, "/response_url"), id, bases);
            return Word::Task(stated.unwrap_or_else(|| name_of(path, id)));
        }
        match failure::trouble(&body) {
            // Words in any other shape are those of a gateway on the way.
            Some(trouble) if !answer.status.is_success() && trouble.shape != Shape::Other => {
                Word::Refusal(i64::from(answer.status.as_u16()), refusal(answer, trouble.words))
            }
            _ => Word::Nothing,
        }
    })
}

/// The name in an address that fal gave: only below an address of its own, and only for the request that was named.
fn named_by_address(address: &str, id: &str, bases: &[Url]) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let base = bases.iter().find(|base| base.origin() == url.origin())?;
    let path = url.path().strip_prefix(base.path().trim_end_matches('/'))?.trim_start_matches('/');
    let named = task_path(path).is_ok() && path.ends_with(&format!("/requests/{id}"));
    named.then(|| path.to_owned())
}

/// What the status of a request says.
pub(super) enum Status {
    /// It waits or runs.
    Running,
    /// It ended; how is in its result, and perhaps here.
    Completed(Option<Trouble>),
}

/// Where a request stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn status(answer: &Answer) -> Result<Status, ProviderError> {
    let body = answer.json().filter(|_| answer.status.is_success()).ok_or_else(|| failure::error(answer))?;
    match text_at(&body, "/status") {
        "COMPLETED" => {
            let words = cut(text_at(&body, "/error"));
            let kind = text_at(&body, "/error_type").to_owned();
            let troubled = !(words.is_empty() && kind.is_empty());
            Ok(Status::Completed(troubled.then_some(Trouble { shape: Shape::Flat, kind, words })))
        }
        "" => Err(ProviderError::Protocol { reason: "a request without a state".to_owned() }),
        other => {
            if !matches!(other, "IN_QUEUE" | "IN_PROGRESS") {
                reading::note_unknown_word(other);
            }
            Ok(Status::Running)
        }
    }
}

/// How a completed request ended: its result, then what its status said.
pub(super) fn outcome(answer: &Answer, told: Option<&Trouble>) -> Result<RemoteState, ProviderError> {
    let otherwise = |error| match told.filter(|_| !is_about_the_question(answer)) {
        Some(trouble) => Ok(RemoteState::Failed(of_kind(trouble))),
        None => Err(error),
    };
    let Some(body) = answer.json() else { return otherwise(reading::wordless(answer)) };
    // The one place where words decide: the status of a result that is asked for too early is documented nowhere.
    if !answer.status.is_success() && text_at(&body, "/detail").contains("still in progress") {
        return Ok(RemoteState::Running { progress: None });
    }
    if let Some(failure) = failure::stated(answer, &body, told.is_some()) {
        return Ok(RemoteState::Failed(failure));
    }
    if !answer.status.is_success() {
        return otherwise(failure::error(answer));
    }
    match text_at(&body, "/video/url") {
        "" => otherwise(without_clip()),
        link => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
    }
}

/// Whether a request to stop was heard. One that has ended already needs no stopping.
pub(super) fn cancelled(answer: &Answer) -> Result<(), ProviderError> {
    let body = answer.json().unwrap_or(Value::Null);
    match text_at(&body, "/status") {
        "CANCELLATION_REQUESTED" | "OK" | "ALREADY_COMPLETED" => Ok(()),
        "NOT_FOUND" => Err(ProviderError::NotFound { reason: "fal knows no such request".to_owned() }),
        _ => Err(failure::error(answer)),
    }
}

/// A page of the list of requests, and where the next begins.
pub(super) struct Page {
    /// Those of the endpoint, each with whether its input could be the one that was asked about.
    pub tasks: Vec<(bool, RemoteTask)>,
    pub next: Option<String>,
}

/// The requests of a page to the endpoint of `path` at or after `since`, told apart by `body`.
pub(super) fn page(answer: &Answer, path: &str, body: &Value, since: i64) -> Result<Page, ProviderError> {
    let shown = list(answer)?;
    let items = items(&shown)?;
    let endpoint = endpoint_of(path);
    let read = |item: &Value| {
        let id = name_at(item, "/request_id")?;
        let model = text_at(item, "/endpoint_id");
        let created_at = made(item);
        let other = !model.is_empty() && model != endpoint || created_at.is_some_and(|at| at < since);
        let input = item.get("json_input").unwrap_or(&Value::Null);
        let task = RemoteTask {
            remote_id: name_of(path, &id),
            model: cut(model),
            created_at,
            state: item.get("status_code").map_or_else(|| "running".to_owned(), |code| cut(&format!("HTTP {code}"))),
            differs: false,
        };
        Ok((!other).then(|| (could_be(body, input, &ADDRESSES), task)))
    };
    let tasks: Vec<_> = items.iter().map(read).collect::<Result<_, ProviderError>>()?;
    Ok(Page { tasks: tasks.into_iter().flatten().collect(), next: next_page(&shown)? })
}

fn list(answer: &Answer) -> Result<Value, ProviderError> {
    answer.json().filter(|_| answer.status.is_success()).ok_or_else(|| failure::error(answer))
}

fn items(shown: &Value) -> Result<&Vec<Value>, ProviderError> {
    reading::lines(shown.get("items"))
}

fn made(item: &Value) -> Option<i64> {
    reading::first_text(item, &["/sent_at", "/started_at"]).and_then(moment)
}

/// Where the next page begins. A list that goes on and does not say where is an error.
fn next_page(shown: &Value) -> Result<Option<String>, ProviderError> {
    let more = match shown.get("has_more") {
        None | Some(Value::Null) => None,
        Some(Value::Bool(more)) => Some(*more),
        Some(_) => return Err(listing::no_way_on()),
    };
    match (more, shown.get("next_cursor")) {
        (Some(false), _) => Ok(None),
        (_, Some(Value::String(next))) if !next.is_empty() => Ok(Some(next.clone())),
        (None, None | Some(Value::Null)) => Ok(None),
        (None, Some(Value::String(_))) => Ok(None),
        _ => Err(listing::no_way_on()),
    }
}

/// The requests of a page to an endpoint at or after `since`.
pub(super) fn account_tasks(
    answer: &Answer,
    endpoint: &str,
    entry: &ProviderEntry,
    since: i64,
) -> Result<AccountPage<String>, ProviderError> {
    let shown = list(answer)?;
    let read = |item: &Value| {
        let named = text_at(item, "/endpoint_id");
        if !named.is_empty() && named != endpoint || made(item).is_some_and(|at| at < since) {
            return Ok(None);
        }
        let id = name_at(item, "/request_id")?;
        let read = listing::input(item.get("json_input").unwrap_or(&Value::Null));
        Ok(Some(AccountTask {
            remote_id: name_of(endpoint, &id),
            model: endpoint.to_owned(),
            sold_as: listing::sold_below(entry, endpoint).next().map(|model| model.profile.model.clone()),
            created_at: made(item),
            standing: match item.get("status_code").and_then(reading::whole) {
                None => Standing::Running,
                Some(200..=299) => Standing::Made,
                Some(_) => Standing::Failed,
            },
            prompt: read.prompt,
            seconds: read.seconds,
            ratio: read.ratio,
        }))
    };
    Ok(AccountPage::of(items(&shown)?, made, read, next_page(&shown)))
}

/// The id of the endpoint within a request path.
pub(super) fn endpoint_of(path: &str) -> &str {
    path.split('?').next().unwrap_or(path).trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::RemoteFailure;
    use serde_json::json;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn a_request_is_named_by_its_own_address_or_by_where_it_was_sent() {
        let bases = [url("http://127.0.0.1:9/fal"), url("https://queue.fal.run")];
        let named = |response_url: &str| {
            let body = json!({ "request_id": "764c-b", "response_url": response_url }).to_string();
            match classify(Ok(Answer::of(200, &body)), "/fal-ai/kling-video/v3/pro/text-to-video?x=1", &bases) {
                SubmitAnswer::Accepted { remote_id, .. } => remote_id,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(named("https://queue.fal.run/fal-ai/kling/requests/764c-b"), "fal-ai/kling/requests/764c-b");
        assert_eq!(named("http://127.0.0.1:9/fal/fal-ai/kling/requests/764c-b"), "fal-ai/kling/requests/764c-b");
        for odd in [
            "",
            "https://queue.fal.run.example.com/fal-ai/kling/requests/764c-b",
            "https://queue.fal.run/fal-ai/kling/requests/other",
            "https://queue.fal.run/../requests/764c-b",
            "http://127.0.0.1:9/else/fal-ai/kling/requests/764c-b",
        ] {
            assert_eq!(named(odd), "fal-ai/kling-video/requests/764c-b", "{odd}");
        }
    }

    #[test]
    fn a_name_has_four_parts() {
        assert!(task_path("fal-ai/kling-video/requests/764c-b").is_ok());
        for name in
            ["", "764c-b", "a/b/requests/", "a/b/c/d", "a/../requests/x", "a/b/requests/x/status", "a/b/requests/x?y"]
        {
            assert!(task_path(name).is_err(), "{name}");
        }
    }

    #[test]
    fn completed_is_what_the_result_says() {
        let (kind, words) = ("startup_timeout".to_owned(), "no machine in time".to_owned());
        let told = Trouble { shape: Shape::Flat, kind, words };
        let clip = json!({ "video": { "url": "https://v3b.fal.media/files/b/x/output.mp4" } }).to_string();
        let made = RemoteState::Succeeded {
            output: Output::Link("https://v3b.fal.media/files/b/x/output.mp4".to_owned()),
            bill: None,
        };
        assert_eq!(outcome(&Answer::of(200, &clip), None), Ok(made.clone()));
        assert_eq!(outcome(&Answer::of(200, &clip), Some(&told)), Ok(made));
        let timed_out = RemoteFailure { code: "generation-timed-out", reason: "no machine in time".to_owned() };
        assert_eq!(outcome(&Answer::of(504, "<html>"), Some(&told)), Ok(RemoteState::Failed(timed_out)));
        for text in [r#"{"video":null}"#, r#"{"video":{"url":""}}"#, "{}"] {
            assert_eq!(outcome(&Answer::of(200, text), None), Err(without_clip()), "{text}");
        }
        // Whatever the status says, a question that was refused for itself is asked again.
        for status in [401, 403, 404, 429] {
            assert!(outcome(&Answer::of(status, r#"{"detail":"no"}"#), Some(&told)).is_err(), "{status}");
            assert!(outcome(&Answer::of(status, "<html>"), Some(&told)).is_err(), "{status}");
        }
        let early = Answer::of(400, r#"{"detail":"Request is still in progress"}"#);
        assert_eq!(outcome(&early, None), Ok(RemoteState::Running { progress: None }));
        for (status, text) in [(200, "{}"), (200, "<html>"), (502, "{}"), (500, r#"{"detail":"oh"}"#), (404, "{}")] {
            assert!(outcome(&Answer::of(status, text), None).is_err(), "{status} {text}");
        }
    }
}
