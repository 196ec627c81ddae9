//! Reading WaveSpeed's answers: by the envelope's code, never by the HTTP status alone.

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::Answer;
use crate::listing::{self, AccountPage, name_at};
use crate::provider::{AccountTask, Output, RemoteFailure, RemoteState, RemoteTask, SubmitAnswer};
use crate::reading::{
    self, Word, clip_among, cut, micro_dollars, moment, path_segment, speaks_of_policy, text_at, texts,
};
use serde_json::Value;
use sixshot_domain::MicroDollars;
use std::collections::HashMap;

/// Lines of a page of the list.
pub(super) const PAGE_SIZE: usize = 100;

/// The envelope, when the body is one.
struct Envelope {
    code: i64,
    message: String,
    data: Value,
}

fn envelope(answer: &Answer) -> Option<Envelope> {
    let Value::Object(mut fields) = answer.json()? else { return None };
    let code = fields.get("code").and_then(reading::whole)?;
    let message = ["message", "error", "detail"]
        .iter()
        .find_map(|name| fields.get(*name).and_then(Value::as_str))
        .map(cut)
        .unwrap_or_default();
    Some(Envelope { code, message, data: fields.remove("data").unwrap_or(Value::Null) })
}

/// The `data` of a good answer to a free question.
pub(super) fn data(answer: &Answer) -> Result<Value, ProviderError> {
    match envelope(answer) {
        Some(envelope) if envelope.code == 200 && answer.status.is_success() => Ok(envelope.data),
        Some(envelope) => Err(reading::by_status(code_of(answer, &envelope), envelope.message, answer)),
        None => Err(reading::wordless(answer)),
    }
}

/// The code that counts: the envelope's own wins over the status when it says something is wrong.
fn code_of(answer: &Answer, envelope: &Envelope) -> i64 {
    if envelope.code == 200 || envelope.code == 0 { i64::from(answer.status.as_u16()) } else { envelope.code }
}

/// One of the four answers to a purchase.
pub(super) fn classify(result: Result<Answer, ProviderError>) -> SubmitAnswer {
    reading::classify(result, |answer| {
        let Some(envelope) = envelope(answer) else { return Word::Nothing };
        let id = text_at(&envelope.data, "/id");
        if path_segment(id).is_ok() {
            // A named task exists, whatever the rest of the answer says.
            return Word::Task(id.to_owned());
        }
        let code = code_of(answer, &envelope);
        if code == 200 {
            Word::Nothing
        } else {
            Word::Refusal(code, reading::by_status(code, envelope.message, answer))
        }
    })
}

/// Where a prediction stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(data: &Value, remote_id: &str) -> Result<RemoteState, ProviderError> {
    reading::is_about(&name_at(data, "/id").unwrap_or_default(), remote_id)?;
    let status = data.get("status").and_then(Value::as_str).unwrap_or_default();
    match status {
        "completed" => match clip(data) {
            Some(link) => Ok(RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill: None }),
            None if was_withheld(data) => Ok(RemoteState::Failed(RemoteFailure {
                code: "generation-withheld",
                reason: reason_of(data, "the clip was withheld for its content"),
            })),
            None => Err(reading::without_clip()),
        },
        "failed" | "cancelled" | "timeout" | "deleted" => {
            let reason = reason_of(data, status);
            Ok(RemoteState::Failed(RemoteFailure { code: failure_code(status, &reason), reason }))
        }
        "" => Err(ProviderError::Protocol { reason: "a prediction without a state".to_owned() }),
        other => {
            if !matches!(other, "created" | "processing" | "pending") {
                reading::note_unknown_word(other);
            }
            Ok(RemoteState::Running { progress: None })
        }
    }
}

/// The clip among the outputs: one link, a list of them, or a list of objects that hold one.
fn clip(data: &Value) -> Option<&str> {
    let outputs = data.get("outputs");
    let objects = outputs.and_then(Value::as_array).into_iter().flatten();
    let inside = objects.filter_map(|output| reading::first_text(output, &["/url", "/video_url"]));
    clip_among(&texts(outputs).into_iter().chain(inside).collect::<Vec<_>>())
}

fn was_withheld(data: &Value) -> bool {
    data.get("has_nsfw_contents")
        .and_then(Value::as_array)
        .is_some_and(|flags| flags.iter().any(|flag| flag.as_bool() == Some(true)))
}

fn reason_of(data: &Value, otherwise: &str) -> String {
    let text = data.get("error").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() { otherwise.to_owned() } else { cut(text) }
}

fn failure_code(status: &str, reason: &str) -> &'static str {
    match status {
        "cancelled" => "generation-cancelled-there",
        "timeout" => "generation-timed-out",
        "deleted" => "generation-deleted-there",
        _ if speaks_of_policy(reason) => "generation-withheld",
        _ => "generation-failed",
    }
}

fn items(data: &Value) -> Result<&Vec<Value>, ProviderError> {
    reading::lines(data.get("items"))
}

/// Where those stand that were asked for and are in a list.
pub(super) fn states(data: &Value, asked: &[String]) -> Result<HashMap<String, RemoteState>, ProviderError> {
    Ok(listing::states(items(data)?, |item| name_at(item, "/id").unwrap_or_default(), asked, state))
}

fn made(item: &Value) -> Option<i64> {
    moment(text_at(item, "/created_at"))
}

/// The predictions of the catalogue's models in page `number` of the list. No input is shown there.
pub(super) fn account_tasks(
    data: &Value,
    entry: &ProviderEntry,
    number: u32,
) -> Result<AccountPage<u32>, ProviderError> {
    let read = |item: &Value| {
        let model = text_at(item, "/model");
        // Pictures and other models' clips are many, and none of them is missing here.
        let Some(sold) = listing::sold_below(entry, model).next() else { return Ok(None) };
        let remote_id = name_at(item, "/id")?;
        Ok(Some(AccountTask {
            standing: listing::standing(&state(item, &remote_id)),
            remote_id,
            model: model.to_owned(),
            sold_as: Some(sold.profile.model.clone()),
            created_at: made(item),
            prompt: None,
            seconds: None,
            ratio: None,
        }))
    };
    let items = items(data)?;
    Ok(AccountPage::of(items, made, read, Ok((items.len() >= PAGE_SIZE).then_some(number + 1))))
}

/// The lines of a page of the list of predictions, and whether it is the last.
pub(super) fn list(data: &Value) -> Result<(Vec<RemoteTask>, bool), ProviderError> {
    let items = items(data)?;
    let task = |item: &Value| {
        Ok(RemoteTask {
            remote_id: name_at(item, "/id")?,
            model: cut(text_at(item, "/model")),
            created_at: made(item),
            state: cut(text_at(item, "/status")),
            differs: false,
        })
    };
    Ok((items.iter().map(task).collect::<Result<_, _>>()?, items.len() < PAGE_SIZE))
}

/// What a purchase would cost, in dollars: the discounted price where there is one. A price that is none must not look as
/// if nothing were to be paid.
pub(super) fn price(data: &Value) -> Result<MicroDollars, ProviderError> {
    let unusable = |reason: String| ProviderError::Protocol { reason };
    match data.get("currency") {
        None | Some(Value::Null) => {}
        Some(Value::String(currency)) if currency.trim().is_empty() || currency.trim().eq_ignore_ascii_case("USD") => {}
        Some(other) => return Err(unusable(format!("the price is not in dollars: {}", cut(&other.to_string())))),
    }
    let above_nothing =
        |name: &str| data.get(name).and_then(micro_dollars).filter(|amount| *amount > MicroDollars::ZERO);
    above_nothing("discounted_price")
        .or_else(|| above_nothing("price"))
        .ok_or_else(|| unusable("a price without an amount above nothing".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(status: u16, text: &str) -> Answer {
        Answer::of(status, text)
    }

    #[test]
    fn a_purchase_has_exactly_four_answers() {
        let accepted = json!({ "code": 200, "message": "success", "data": { "id": "abc123", "status": "created" } });
        let cases = [
            (answer(200, &accepted.to_string()), "accepted"),
            (answer(500, &accepted.to_string()), "accepted"),
            (answer(200, r#"{"code":200,"data":{}}"#), "unknown"),
            (answer(200, r#"{"code":200,"da"#), "unknown"),
            (answer(200, "<html>sign in</html>"), "unknown"),
            (answer(502, "<html>bad gateway</html>"), "unknown"),
            (answer(500, r#"{"code":500,"message":"internal"}"#), "unknown"),
            (answer(302, ""), "unknown"),
            (answer(403, "<html>forbidden</html>"), "unknown"),
            (answer(400, r#"{"code":400,"message":"duration"}"#), "rejected"),
            (answer(401, r#"{"code":401,"message":"invalid authentication"}"#), "rejected"),
            (answer(200, r#"{"code":402,"message":"Insufficient balance"}"#), "rejected"),
            (answer(429, r#"{"code":429,"message":"too many"}"#), "rejected"),
            (answer(408, r#"{"code":408,"message":"timed out"}"#), "unknown"),
            (answer(409, r#"{"code":409,"message":"conflict"}"#), "unknown"),
            (answer(423, r#"{"code":423,"message":"locked"}"#), "unknown"),
            (answer(424, r#"{"code":424,"message":"failed dependency"}"#), "unknown"),
            (answer(200, r#"{"code":424,"message":"failed dependency"}"#), "unknown"),
            (answer(200, r#"{"code":200,"data":{"id":"../../balance"}}"#), "unknown"),
        ];
        for (given, expected) in cases {
            let text = given.text.clone();
            let found = match classify(Ok(given)) {
                SubmitAnswer::Accepted { .. } => "accepted",
                SubmitAnswer::Rejected(_) => "rejected",
                SubmitAnswer::NeverSent(_) => "never-sent",
                SubmitAnswer::Unknown { .. } => "unknown",
            };
            assert_eq!(found, expected, "{text}");
        }
        let refused = Err(ProviderError::Unreachable { reason: String::new() });
        assert!(matches!(classify(refused), SubmitAnswer::NeverSent(_)));
        let reset = Err(ProviderError::Unavailable { reason: String::new(), retry_after: None });
        assert!(matches!(classify(reset), SubmitAnswer::Unknown { .. }));
    }

    #[test]
    fn the_code_in_the_envelope_counts_and_not_the_status_alone() {
        let cases = [
            (answer(200, r#"{"code":429,"message":"slow down"}"#), "provider-rate-limited"),
            (answer(429, r#"{"code":429,"message":"insufficient credits"}"#), "provider-no-credit"),
            (answer(429, "busy"), "provider-rate-limited"),
            (answer(404, "<html></html>"), "provider-unavailable"),
            (answer(403, r#"{"code":403,"message":"key role may not call this"}"#), "provider-key-refused"),
            (answer(404, r#"{"code":404,"message":"no such"}"#), "provider-not-found"),
            (answer(200, "<html></html>"), "provider-unexpected-answer"),
            (answer(503, "<html></html>"), "provider-unavailable"),
        ];
        for (given, code) in cases {
            assert_eq!(data(&given).expect_err("an error").code(), code, "{}", given.text);
        }
    }

    #[test]
    fn only_documented_words_end_a_task() {
        let state = |mut data: Value| {
            data["id"] = json!("a");
            super::state(&data, "a")
        };
        for word in ["created", "processing", "pending", "thinking", "完成"] {
            let found = state(json!({ "status": word }));
            assert_eq!(found, Ok(RemoteState::Running { progress: None }), "{word}");
        }
        for (data, code) in [
            (json!({ "status": "failed", "error": "content rejected by the safety system" }), "generation-withheld"),
            (json!({ "status": "failed" }), "generation-failed"),
            (json!({ "status": "timeout" }), "generation-timed-out"),
            (json!({ "status": "completed", "has_nsfw_contents": [true] }), "generation-withheld"),
        ] {
            match state(data) {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code),
                other => panic!("{code}: {other:?}"),
            }
        }
        for outputs in [json!([]), json!(null), json!([""]), json!(["https://a/cover.png"])] {
            let found = state(json!({ "status": "completed", "outputs": outputs, "has_nsfw_contents": [false] }));
            assert_eq!(found, Err(reading::without_clip()), "it is asked for again");
        }
        for outputs in [
            json!(["https://a/b.mp4"]),
            json!("https://a/b.mp4"),
            json!([{ "url": "https://a/b.mp4" }]),
            json!(["https://a/c.png", "https://a/b.mp4"]),
        ] {
            let found = state(json!({ "status": "completed", "outputs": outputs }));
            let output = Output::Link("https://a/b.mp4".to_owned());
            assert_eq!(found, Ok(RemoteState::Succeeded { output, bill: None }));
        }
        for other in [json!({ "id": "b", "status": "failed" }), json!({ "status": "failed" })] {
            assert_eq!(super::state(&other, "a").expect_err("another's").code(), "provider-unexpected-answer");
        }
    }
}
