//! Reading Kling's answers: by the code in the envelope, never by the HTTP status. A 429 may be about speed, about
//! places, or about money.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::listing::name_at;
use crate::provider::{Bill, Output, RemoteState};
use crate::reading::{self, Word, cut, failed, micro_credits, micro_dollars, speaks_of_money, text_at, whole};
use serde_json::Value;
use sixshot_domain::{MicroCredits, MicroDollars};

/// The token's time does not fit the provider's clock.
pub(super) const CLOCK: [i64; 2] = [1003, 1004];

/// Millionths of a dollar for one unit of a pack (pricing/base/video, read 2026-09-20).
const UNIT: i64 = 140_000;

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
        1203 => ProviderError::NotFound { reason },
        // "Method invalid" is about the address that was asked: nothing was made, and no task is missing.
        1200..=1202 | 1300 | 1301 => ProviderError::Rejected { reason },
        // A code that is not in the table says nothing about whether a task was made, unless the words do.
        1000..=1999 if speaks_of_money(&reason) => ProviderError::InsufficientCredit { reason },
        _ => ProviderError::Unavailable { reason, retry_after: answer.retry_after },
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
pub(super) fn legacy_state(data: &Value, id: &str) -> Result<RemoteState, ProviderError> {
    reading::is_about(&name_at(data, "/task_id").unwrap_or_default(), id)?;
    match text_at(data, "/task_status") {
        "succeed" | "succeeded" => {
            let videos = data.pointer("/task_result/videos").and_then(Value::as_array);
            let links = videos.into_iter().flatten().map(|video| text_at(video, "/url"));
            made(links.filter(|link| !link.is_empty()).collect(), legacy_bill(data))
        }
        "failed" => Ok(RemoteState::Failed(failed(text_at(data, "/task_status_msg")))),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => Ok(runs(word)),
    }
}

/// Where a task of the new standard stands.
pub(super) fn standard_state(task: &Value) -> Result<RemoteState, ProviderError> {
    match text_at(task, "/status") {
        "succeeded" | "succeed" => {
            let outputs = task.get("outputs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let is_video = |output: &&Value| text_at(output, "/type") == "video";
            let typed = outputs.iter().filter(is_video).map(|output| text_at(output, "/url"));
            let others = outputs.iter().map(|output| text_at(output, "/url")).filter(|link| reading::is_clip(link));
            made(typed.filter(|link| !link.is_empty()).chain(others).collect(), bill(task))
        }
        "failed" => Ok(RemoteState::Failed(failed(text_at(task, "/message")))),
        "" => Err(ProviderError::Protocol { reason: "a task without a state".to_owned() }),
        word => Ok(runs(word)),
    }
}

/// `links` are those that hold a clip, the likeliest first.
fn made(links: Vec<&str>, bill: Option<Bill>) -> Result<RemoteState, ProviderError> {
    let link = links.first().ok_or_else(reading::without_clip)?;
    Ok(RemoteState::Succeeded { output: Output::Link((*link).to_owned()), bill })
}

fn runs(word: &str) -> RemoteState {
    if !matches!(word, "submitted" | "processing") {
        reading::note_unknown_word(word);
    }
    RemoteState::Running { progress: None }
}

/// Units at what one costs, exactly.
fn in_dollars(units: MicroCredits) -> MicroDollars {
    let micro = i128::from(units.0) * i128::from(UNIT) / 1_000_000;
    MicroDollars(i64::try_from(micro).unwrap_or(i64::MAX))
}

/// The bill of a task that was paid in units, in cash, or in both: then all of it in dollars, because half a bill would
/// be a lie. Nothing where cash is in a currency that is not the dollar.
fn bill(task: &Value) -> Option<Bill> {
    let lines = task.get("billing")?.as_array()?;
    let of = |kind: &'static str| lines.iter().filter(move |line| text_at(line, "/charge_type") == kind);
    let units: Vec<_> = of("unit").filter_map(|line| line.get("amount").and_then(micro_credits)).collect();
    let sum = MicroCredits(units.iter().fold(0_i64, |sum, units| sum.saturating_add(units.0)));
    if of("cash").next().is_none() {
        return (!units.is_empty()).then_some(Bill::Credits(sum));
    }
    if of("cash").any(|line| text_at(line, "/currency") != "USD") {
        return None;
    }
    let cash = of("cash").filter_map(|line| line.get("amount").and_then(micro_dollars));
    Some(Bill::Dollars(cash.fold(in_dollars(sum), MicroDollars::plus)))
}

/// The bill of the older generation. Its `final_balance_deduction` is documented as `quota` and `list_price`, without a
/// currency, on the international site, which sells in dollars: it counts as dollars unless it names another currency.
fn legacy_bill(data: &Value) -> Option<Bill> {
    let units = data.get("final_unit_deduction").and_then(micro_credits).filter(|units| units.0 > 0);
    let cash = data.pointer("/final_balance_deduction/quota").and_then(micro_dollars).filter(|cash| cash.0 > 0);
    let currency = text_at(data, "/final_balance_deduction/currency");
    match (cash, units) {
        (Some(_), _) if !matches!(currency, "" | "USD") => None,
        (Some(cash), Some(units)) => Some(Bill::Dollars(cash.plus(in_dollars(units)))),
        (Some(cash), None) => Some(Bill::Dollars(cash)),
        (None, units) => units.map(Bill::Credits),
    }
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
        let both = json!({ "billing": [
            { "charge_type": "cash", "amount": "0.42", "currency": "USD" },
            { "charge_type": "unit", "amount": "0.6", "package_type": "video" }
        ] });
        assert_eq!(super::bill(&both), Some(Bill::Dollars(MicroDollars(420_000 + 84_000))));
        let yuan = json!({ "billing": [{ "charge_type": "cash", "amount": "3", "currency": "CNY" }] });
        assert_eq!(super::bill(&yuan), None);
        for (data, bill) in [
            (json!({ "final_unit_deduction": "3" }), Some(Bill::Credits(MicroCredits(3_000_000)))),
            (json!({ "final_balance_deduction": { "quota": "0.42" } }), Some(Bill::Dollars(MicroDollars(420_000)))),
            (
                json!({ "final_unit_deduction": "3", "final_balance_deduction": { "quota": "0.42", "currency": "USD" } }),
                Some(Bill::Dollars(MicroDollars(840_000))),
            ),
            (json!({ "final_balance_deduction": { "quota": "3", "currency": "CNY" } }), None),
            (json!({}), None),
        ] {
            assert_eq!(legacy_bill(&data), bill, "{data}");
        }
    }

    #[test]
    fn a_code_that_is_not_documented_proves_nothing() {
        for code in [1005, 1305, 1999] {
            let answer = Answer::of(400, &json!({ "code": code, "message": "odd" }).to_string());
            assert_eq!(data(&answer).expect_err("refused").code(), "provider-unavailable", "{code}");
        }
        let method = Answer::of(404, r#"{"code":1202,"message":"method invalid"}"#);
        assert_eq!(data(&method).expect_err("refused").code(), "provider-refused");
        assert_eq!(data(&Answer::of(404, "<html>")).expect_err("no page").code(), "provider-unavailable");
    }

    #[test]
    fn a_clip_that_cannot_be_read_is_asked_for_again() {
        for outputs in [json!([]), json!(null), json!([{ "type": "video" }]), json!([{ "url": "https://a/b.png" }])] {
            let task = json!({ "status": "succeeded", "outputs": outputs });
            assert_eq!(standard_state(&task), Err(reading::without_clip()), "{task}");
        }
        let bare = json!({ "task_id": "1", "task_status": "succeed", "task_result": { "videos": [{ "url": "" }] } });
        assert_eq!(legacy_state(&bare, "1"), Err(reading::without_clip()));
        let untyped = json!({ "status": "succeeded", "outputs": [
            { "type": "image", "url": "https://a/b.png" }, { "type": "file", "url": "https://a/b.mp4?sign=1" }
        ] });
        let output = Output::Link("https://a/b.mp4?sign=1".to_owned());
        assert_eq!(standard_state(&untyped), Ok(RemoteState::Succeeded { output, bill: None }));
    }

    #[test]
    fn another_task_says_nothing_of_this_one() {
        for data in [json!({ "task_id": "2", "task_status": "failed" }), json!({ "task_status": "failed" })] {
            assert_eq!(legacy_state(&data, "1").expect_err("another's").code(), "provider-unexpected-answer");
        }
    }

    #[test]
    fn each_generation_says_success_in_its_own_word() {
        let legacy = json!({ "task_id": "1", "task_status": "succeed", "final_unit_deduction": "3",
            "task_result": { "videos": [{ "url": "https://a/b.mp4", "duration": "5.1" }] } });
        let output = Output::Link("https://a/b.mp4".to_owned());
        let bill = Some(Bill::Credits(MicroCredits(3_000_000)));
        assert_eq!(legacy_state(&legacy, "1"), Ok(RemoteState::Succeeded { output, bill }));
        for word in ["submitted", "processing", "queued"] {
            let running = Ok(RemoteState::Running { progress: None });
            assert_eq!(legacy_state(&json!({ "task_id": "1", "task_status": word }), "1"), running);
            assert_eq!(standard_state(&json!({ "status": word })), running);
        }
    }
}
