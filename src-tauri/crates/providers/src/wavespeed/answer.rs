//! Reading WaveSpeed's answers: by the envelope's code, never by the HTTP status alone.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Output, RemoteFailure, RemoteState, RemoteTask, SubmitAnswer};
use serde_json::Value;
use sixshot_domain::MicroDollars;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Codes of refusals that do not prove that nothing was made: time-outs, conflicts, replays, hang-ups.
const UNDECIDED: [i64; 4] = [408, 409, 425, 499];
/// Longest words of a provider that are kept.
const WORDS_MAX: usize = 500;

/// The envelope, when the body is one.
struct Envelope {
    code: i64,
    message: String,
    data: Value,
}

fn envelope(answer: &Answer) -> Option<Envelope> {
    let Value::Object(mut fields) = answer.json()? else { return None };
    let code = fields.get("code").and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok()))?;
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
        Some(envelope) => Err(refusal(answer, &envelope)),
        None if answer.status.as_u16() == 429 => Err(ProviderError::RateLimited { retry_after: answer.retry_after }),
        None if answer.status.is_success() => Err(ProviderError::Protocol { reason: "no JSON envelope".to_owned() }),
        None => Err(ProviderError::Unavailable { reason: format!("HTTP {} without a reason", answer.status.as_u16()) }),
    }
}

/// What an error envelope means. The envelope's own code wins over the status when it says something is wrong.
fn refusal(answer: &Answer, envelope: &Envelope) -> ProviderError {
    let status = i64::from(answer.status.as_u16());
    let code = if envelope.code == 200 || envelope.code == 0 { status } else { envelope.code };
    let reason = if envelope.message.is_empty() { format!("code {code}") } else { envelope.message.clone() };
    let speaks_of_money = {
        let text = reason.to_lowercase();
        ["insufficient", "balance", "credit", "top up", "top-up"].iter().any(|word| text.contains(word))
    };
    match code {
        402 => ProviderError::InsufficientCredit { reason },
        400 | 403 | 422 | 429 if speaks_of_money => ProviderError::InsufficientCredit { reason },
        401 | 403 => ProviderError::Unauthenticated { reason },
        404 => ProviderError::NotFound { reason },
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        400..=499 => ProviderError::Rejected { reason },
        _ => ProviderError::Unavailable { reason },
    }
}

/// One of the four answers to a purchase.
pub(super) fn classify(result: Result<Answer, ProviderError>) -> SubmitAnswer {
    let answer = match result {
        Ok(answer) => answer,
        Err(error @ ProviderError::Unreachable { .. }) => return SubmitAnswer::NeverSent(error),
        Err(error) => return SubmitAnswer::Unknown { reason: error.to_string() },
    };
    let Some(envelope) = envelope(&answer) else {
        return SubmitAnswer::Unknown { reason: format!("HTTP {} without an envelope", answer.status.as_u16()) };
    };
    let id = envelope.data.get("id").and_then(Value::as_str).filter(|id| path_segment(id).is_ok());
    if let Some(id) = id {
        // A named task exists, whatever the rest of the answer says.
        return SubmitAnswer::Accepted { remote_id: id.to_owned(), raw: answer.text };
    }
    if answer.status.is_success() && envelope.code == 200 {
        return SubmitAnswer::Unknown { reason: "accepted without naming the task".to_owned() };
    }
    let code = if envelope.code == 200 { i64::from(answer.status.as_u16()) } else { envelope.code };
    if UNDECIDED.contains(&code) {
        return SubmitAnswer::Unknown { reason: format!("code {code}: {}", envelope.message) };
    }
    match refusal(&answer, &envelope) {
        // An envelope with a server's fault does not say whether a task was made.
        ProviderError::Unavailable { reason } | ProviderError::Protocol { reason } => SubmitAnswer::Unknown { reason },
        error => SubmitAnswer::Rejected(error),
    }
}

/// Where a prediction stands. An unknown word means that it still runs: a word alone never ends a paid task.
pub(super) fn state(data: &Value) -> Result<RemoteState, ProviderError> {
    let status = data.get("status").and_then(Value::as_str).unwrap_or_default();
    match status {
        "completed" => match first_output(data) {
            Some(link) => Ok(RemoteState::Succeeded(Output::Link(link))),
            None => Ok(RemoteState::Failed(RemoteFailure {
                code: if was_withheld(data) { "generation-withheld" } else { "generation-without-clip" },
                reason: reason_of(data, "completed without a clip"),
            })),
        },
        "failed" | "cancelled" | "timeout" | "deleted" => {
            let reason = reason_of(data, status);
            Ok(RemoteState::Failed(RemoteFailure { code: failure_code(status, &reason), reason }))
        }
        "" if data.get("id").is_none() => {
            Err(ProviderError::Protocol { reason: "a prediction without a state".to_owned() })
        }
        other => {
            if !matches!(other, "created" | "processing" | "pending") {
                tracing::warn!(state = other, "an unknown state word is taken as still running");
            }
            Ok(RemoteState::Running { progress: None })
        }
    }
}

fn first_output(data: &Value) -> Option<String> {
    let outputs = data.get("outputs")?;
    let first = outputs.as_array().map_or(Some(outputs), |list| list.first())?;
    let link = first.as_str().or_else(|| first.get("url").or_else(|| first.get("video_url"))?.as_str())?;
    (!link.is_empty()).then(|| link.to_owned())
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

/// Words of foreign origin, at most so many letters.
fn cut(text: &str) -> String {
    text.chars().take(WORDS_MAX).collect()
}

fn failure_code(status: &str, reason: &str) -> &'static str {
    let reason = reason.to_lowercase();
    match status {
        "cancelled" => "generation-cancelled-there",
        "timeout" => "generation-timed-out",
        "deleted" => "generation-deleted-there",
        _ if ["safety", "policy", "sensitive", "nsfw", "moderation"].iter().any(|word| reason.contains(word)) => {
            "generation-withheld"
        }
        _ => "generation-failed",
    }
}

/// The lines of a list of predictions.
pub(super) fn list(data: &Value) -> Result<Vec<RemoteTask>, ProviderError> {
    let items = data
        .get("items")
        .and_then(Value::as_array)
        .ok_or_else(|| ProviderError::Protocol { reason: "a list without items".to_owned() })?;
    let text = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(items
        .iter()
        .filter(|item| !text(item, "id").is_empty())
        .map(|item| RemoteTask {
            remote_id: text(item, "id"),
            model: text(item, "model"),
            created_at: OffsetDateTime::parse(&text(item, "created_at"), &Rfc3339)
                .ok()
                .and_then(|moment| i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()),
            state: text(item, "status"),
        })
        .collect())
}

/// A JSON number of dollars, exactly as it was written; more than six decimals are cut.
pub(super) fn micro_dollars(value: &Value) -> Option<MicroDollars> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let (sign, text) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let micro = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(fraction.parse().ok()?)?;
    Some(MicroDollars(sign * micro))
}

/// A task's name as part of a path. A name with other characters never came from this provider.
pub(super) fn path_segment(remote_id: &str) -> Result<&str, ProviderError> {
    let fits = !remote_id.is_empty()
        && remote_id.len() <= 128
        && remote_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if fits { Ok(remote_id) } else { Err(ProviderError::NotFound { reason: "no such task name".to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::StatusCode;
    use serde_json::json;

    fn answer(status: u16, text: &str) -> Answer {
        Answer { status: StatusCode::from_u16(status).expect("a status"), retry_after: None, text: text.to_owned() }
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
        let reset = Err(ProviderError::Unavailable { reason: String::new() });
        assert!(matches!(classify(reset), SubmitAnswer::Unknown { .. }));
    }

    #[test]
    fn the_code_in_the_envelope_counts_and_not_the_status_alone() {
        let cases = [
            (answer(200, r#"{"code":429,"message":"slow down"}"#), "provider-rate-limited"),
            (answer(429, r#"{"code":429,"message":"insufficient credits"}"#), "provider-no-credit"),
            (answer(429, "busy"), "provider-rate-limited"),
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
        for word in ["created", "processing", "pending", "thinking", "完成"] {
            let found = state(&json!({ "id": "a", "status": word }));
            assert_eq!(found, Ok(RemoteState::Running { progress: None }), "{word}");
        }
        for (data, code) in [
            (json!({ "status": "failed", "error": "content rejected by the safety system" }), "generation-withheld"),
            (json!({ "status": "failed" }), "generation-failed"),
            (json!({ "status": "timeout" }), "generation-timed-out"),
            (json!({ "status": "completed", "outputs": [] }), "generation-without-clip"),
            (json!({ "status": "completed", "has_nsfw_contents": [true] }), "generation-withheld"),
        ] {
            match state(&data) {
                Ok(RemoteState::Failed(failure)) => assert_eq!(failure.code, code),
                other => panic!("{data}: {other:?}"),
            }
        }
        for outputs in [json!(["https://a/b.mp4"]), json!("https://a/b.mp4"), json!([{ "url": "https://a/b.mp4" }])] {
            let found = state(&json!({ "status": "completed", "outputs": outputs }));
            assert_eq!(found, Ok(RemoteState::Succeeded(Output::Link("https://a/b.mp4".to_owned()))));
        }
    }

    #[test]
    fn money_is_read_as_it_was_written() {
        for (value, micro) in
            [(json!(12.34), 12_340_000), (json!(0.42), 420_000), (json!("1.5"), 1_500_000), (json!(3), 3_000_000)]
        {
            assert_eq!(micro_dollars(&value), Some(MicroDollars(micro)), "{value}");
        }
        assert_eq!(micro_dollars(&json!(1e-9)), None);
        assert_eq!(micro_dollars(&json!(null)), None);
    }
}
