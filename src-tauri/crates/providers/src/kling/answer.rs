//! Reading Kling's answers: by the code in the envelope, never by the HTTP status. A 429 may be about speed, about
//! places, or about money.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{Bill, Output, RemoteFailure, RemoteState};
use crate::reading::{self, Word, cut, failed, micro_credits, micro_dollars, speaks_of_money, text_at, whole};
use serde_json::Value;
use sixshot_domain::{MicroCredits, MicroDollars};

/// The token's time does not fit the provider's clock.
pub(super) const CLOCK: [i64; 2] = [1003, 1004];

pub(super) struct Envelope {
    pub code: i64,
    pub message: String,
    pub data: Value,
}

pub(super) fn envelope(answer: &Answer) -> Option<Envelope> {
    let Value::Object(mut fields) = answer.json()? else { return None };
    let code = fields.get("code").and_then(whole)?;
    let message = fields.get("message").and_then(Value::as_str).map(cut).unwrap_or_default();
    Some(Envelope { code, message, data: fields.remove("data").unwrap_or(Value::Null) })
}

/// The `data` of a good answer to a free question.
pub(super) fn data(answer: &Answer) -> Result<Value, ProviderError> {
    match envelope(answer) {
        Some(envelope) if envelope.code == 0 && answer.status.is_success() => Ok(envelope.data),
        Some(envelope) => Err(refusal(envelope.code, envelope.message, answer)),
        None => Err(reading::wordless(answer)),
    }
}

/// Account answers carry a second code inside their data.
pub(super) fn inner_refusal(data: &Value) -> Result<(), ProviderError> {
    match data.get("code").and_then(whole) {
        None | Some(0) => Ok(()),
        Some(code) => Err(refusal(code, text_at(data, "/msg").to_owned(), &Answer::of(200, ""))),
    }
}

/// What a code of the provider's table means (document-api, error codes, read 2026-11-21).
pub(super) fn refusal(code: i64, message: String, answer: &Answer) -> ProviderError {
    let reason = if message.is_empty() { format!("code {code}") } else { cut(&message) };
    match code {
        1000..=1004 | 1100 | 1103 | 1304 => ProviderError::Unauthenticated { reason },
        1101 | 1102 => ProviderError::InsufficientCredit { reason },
        1302 | 1303 => ProviderError::RateLimited { retry_after: answer.retry_after },
        1202 | 1203 => ProviderError::NotFound { reason },
        1200 | 1201 | 1300 | 1301 => ProviderError::Rejected { reason },
        // A code that is not in the table says nothing about whether a task was made, unless the words do.
        1000..=1999 if speaks_of_money(&reason) => ProviderError::InsufficientCredit { reason },
        1000..=1999 => ProviderError::Rejected { reason },
        _ => ProviderError::Unavailable { reason },
    }
}

/// What an answer says about a purchase; `id` names the field that holds the task's name.
pub(super) fn word(answer: &Answer, id: &str) -> Word {
    let Some(envelope) = envelope(answer) else { return Word::Nothing };
    let name = text_at(&envelope.data, id);
    if reading::path_segment(name).is_ok() {
        return Word::Task(name.to_owned());
    }
    match envelope.code {
        0 => Word::Nothing,
        code => Word::Refusal(code, refusal(code, envelope.message, answer)),
    }
}

/// Where a task of the older generation stands.
pub(super) fn legacy_state(data: &Value) -> Result<RemoteState, ProviderError> {
    match text_at(data, "/task_status") {
        "succeed" | "succeeded" => {
            let units = data.get("final_unit_deduction").and_then(micro_credits).filter(|units| units.0 > 0);
            let cash = data.pointer("/final_balance_deduction/quota").and_then(micro_dollars);
            let bill = units.map(Bill::Credits).or(cash.filter(|cash| cash.0 > 0).map(Bill::Dollars));
            Ok(made(text_at(data, "/task_result/videos/0/url"), bill))
        }
        "failed" => Ok(RemoteState::Failed(reason(text_at(data, "/task_status_msg")))),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => Ok(runs(word)),
    }
}

/// Where a task of the new standard stands.
pub(super) fn standard_state(task: &Value) -> Result<RemoteState, ProviderError> {
    match text_at(task, "/status") {
        "succeeded" | "succeed" => {
            let outputs = task.get("outputs").and_then(Value::as_array);
            let video = outputs.into_iter().flatten().find(|output| text_at(output, "/type") == "video");
            Ok(made(video.map_or("", |video| text_at(video, "/url")), bill(task)))
        }
        "failed" => Ok(RemoteState::Failed(reason(text_at(task, "/message")))),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => Ok(runs(word)),
    }
}

fn made(link: &str, bill: Option<Bill>) -> RemoteState {
    if link.is_empty() {
        return RemoteState::Failed(reading::without_clip());
    }
    RemoteState::Succeeded { output: Output::Link(link.to_owned()), bill }
}

/// Both of Kling's known failure texts about rules and about pictures are told apart from the rest.
fn reason(words: &str) -> RemoteFailure {
    failed(words)
}

fn runs(word: &str) -> RemoteState {
    if !matches!(word, "submitted" | "processing") {
        tracing::warn!(state = word, "an unknown state word is taken as still running");
    }
    RemoteState::Running { progress: None }
}

/// The bill of a task: dollars when any line was paid in dollars, else units.
fn bill(task: &Value) -> Option<Bill> {
    let lines = task.get("billing")?.as_array()?;
    let of = |kind: &'static str| lines.iter().filter(move |line| text_at(line, "/charge_type") == kind);
    let cash: Vec<_> = of("cash")
        .filter(|line| text_at(line, "/currency") == "USD")
        .filter_map(|line| line.get("amount").and_then(micro_dollars))
        .collect();
    if !cash.is_empty() {
        return Some(Bill::Dollars(cash.into_iter().fold(MicroDollars::ZERO, MicroDollars::plus)));
    }
    let units: Vec<_> = of("unit").filter_map(|line| line.get("amount").and_then(micro_credits)).collect();
    let sum = units.iter().fold(0_i64, |sum, units| sum.saturating_add(units.0));
    (!units.is_empty()).then_some(Bill::Credits(MicroCredits(sum)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_429_is_not_one_thing() {
        for (code, expected) in [
            (1100, "provider-key-refused"),
            (1101, "provider-no-credit"),
            (1102, "provider-no-credit"),
            (1302, "provider-rate-limited"),
            (1303, "provider-rate-limited"),
            (1304, "provider-key-refused"),
        ] {
            let answer = Answer::of(429, &json!({ "code": code, "message": "words" }).to_string());
            assert_eq!(data(&answer).expect_err("refused").code(), expected, "{code}");
        }
        let as_text = Answer::of(429, r#"{"code":"1102","message":"Account balance not enough"}"#);
        assert_eq!(data(&as_text).expect_err("refused").code(), "provider-no-credit");
    }

    #[test]
    fn bills_are_read_to_the_last_digit() {
        let task = json!({ "status": "succeeded", "outputs": [{ "type": "video", "url": "https://a/b.mp4" }],
            "billing": [{ "charge_type": "unit", "amount": "3", "package_type": "video" }] });
        let output = Output::Link("https://a/b.mp4".to_owned());
        let bill = Some(Bill::Credits(MicroCredits(3_000_000)));
        assert_eq!(standard_state(&task), Ok(RemoteState::Succeeded { output, bill }));
        let cash = json!({ "billing": [{ "charge_type": "cash", "amount": "0.42", "currency": "USD" }] });
        assert_eq!(super::bill(&cash), Some(Bill::Dollars(MicroDollars(420_000))));
        let yuan = json!({ "billing": [{ "charge_type": "cash", "amount": "3", "currency": "CNY" }] });
        assert_eq!(super::bill(&yuan), None);
    }

    #[test]
    fn each_generation_says_success_in_its_own_word() {
        let legacy = json!({ "task_status": "succeed", "final_unit_deduction": "3",
            "task_result": { "videos": [{ "url": "https://a/b.mp4", "duration": "5.1" }] } });
        let output = Output::Link("https://a/b.mp4".to_owned());
        let bill = Some(Bill::Credits(MicroCredits(3_000_000)));
        assert_eq!(legacy_state(&legacy), Ok(RemoteState::Succeeded { output, bill }));
        for word in ["submitted", "processing", "queued"] {
            let running = Ok(RemoteState::Running { progress: None });
            assert_eq!(legacy_state(&json!({ "task_status": word })), running);
            assert_eq!(standard_state(&json!({ "status": word })), running);
        }
    }
}
