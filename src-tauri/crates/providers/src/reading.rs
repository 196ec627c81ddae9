//! Reading foreign answers: what every adapter does the same way, whatever its provider's words are.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{RemoteFailure, SubmitAnswer};
use serde_json::Value;
use sixshot_domain::{MicroCredits, MicroDollars};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Longest words of a provider that are kept, in characters.
const WORDS_MAX: usize = 500;
/// Statuses of refusals that do not prove that nothing was made: time-outs, conflicts, replays, hang-ups.
const UNDECIDED: [i64; 4] = [408, 409, 425, 499];

/// Words of foreign origin, at most so many characters.
#[must_use]
pub fn cut(text: &str) -> String {
    text.chars().take(WORDS_MAX).collect()
}

/// The text at a JSON pointer; empty when there is none.
#[must_use]
pub fn text_at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The first text at any of the pointers that is not empty.
#[must_use]
pub fn first_text<'a>(value: &'a Value, pointers: &[&str]) -> Option<&'a str> {
    pointers.iter().map(|pointer| text_at(value, pointer)).find(|text| !text.is_empty())
}

/// A whole number that some services write as text.
#[must_use]
pub fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether the words of a refusal speak of money.
#[must_use]
pub fn speaks_of_money(text: &str) -> bool {
    let text = text.to_lowercase();
    ["insufficient", "balance", "credit", "top up", "top-up", "arrears", "quota"].iter().any(|word| text.contains(word))
}

/// Whether the words of a failure speak of rules about content.
#[must_use]
pub fn speaks_of_policy(text: &str) -> bool {
    let text = text.to_lowercase();
    ["safety", "policy", "sensitive", "nsfw", "moderation", "risk control", "content check", "flagged"]
        .iter()
        .any(|word| text.contains(word))
}

/// A failed task in the provider's words.
#[must_use]
pub fn failed(reason: &str) -> RemoteFailure {
    let reason = if reason.trim().is_empty() { "the provider gives no reason".to_owned() } else { cut(reason) };
    let code = if speaks_of_policy(&reason) { "generation-withheld" } else { "generation-failed" };
    RemoteFailure { code, reason }
}

/// How far a task is, in hundredths, where an answer says so in whole numbers.
#[must_use]
pub fn progress(value: Option<&Value>) -> Option<u32> {
    value.and_then(whole).and_then(|hundredths| u32::try_from(hundredths).ok()).filter(|hundredths| *hundredths <= 100)
}

/// Whether a task in an answer is the one that was asked for. An answer about another says nothing about this one.
///
/// # Errors
/// `Protocol`.
pub fn is_about(named: &str, remote_id: &str) -> Result<(), ProviderError> {
    if named == remote_id {
        return Ok(());
    }
    let reason = if named.is_empty() { "a task without a name" } else { "another task was answered" };
    Err(ProviderError::Protocol { reason: reason.to_owned() })
}

/// A task that ended well and has no clip.
#[must_use]
pub fn without_clip() -> RemoteFailure {
    RemoteFailure { code: "generation-without-clip", reason: "completed without a clip".to_owned() }
}

/// A moment written as in RFC 3339, in milliseconds since 1970.
#[must_use]
pub fn moment(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

/// A moment as RFC 3339 writes it.
///
/// # Errors
/// `Protocol` when it is out of range.
pub fn written_moment(millis: i64) -> Result<String, ProviderError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .ok_or_else(|| ProviderError::Protocol { reason: "a moment out of range".to_owned() })
}

/// A task's name as part of a path: whatever could leave the path makes it no name.
///
/// # Errors
/// `NotFound`.
pub fn path_segment(name: &str) -> Result<&str, ProviderError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if name.is_empty() || name.len() > 200 || !name.chars().all(plain) || name.chars().all(|c| c == '.') {
        return Err(ProviderError::NotFound { reason: "that is no task's name".to_owned() });
    }
    Ok(name)
}

/// Whether an input that a provider shows in a list could be the one that was sent: no field of both says otherwise.
/// Lists leave out or remove inputs, add what was not said, and may show `addresses` of their own copies, so only a
/// different word is a proof of another request.
#[must_use]
pub fn could_be(sent: &Value, shown: &Value, addresses: &[&str]) -> bool {
    let (Value::Object(sent), Value::Object(shown)) = (sent, shown) else { return true };
    sent.iter()
        .filter(|(name, _)| !addresses.contains(&name.as_str()))
        .all(|(name, value)| shown.get(name).is_none_or(|other| other == value || other.is_null()))
}

/// A decimal number in millionths, exactly as it was written; more than six decimals are cut.
fn millionths(value: &Value) -> Option<i64> {
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
    Some(sign * micro)
}

/// An amount of dollars.
#[must_use]
pub fn micro_dollars(value: &Value) -> Option<MicroDollars> {
    millionths(value).map(MicroDollars)
}

/// An amount of a provider's own unit.
#[must_use]
pub fn micro_credits(value: &Value) -> Option<MicroCredits> {
    millionths(value).map(MicroCredits)
}

/// What a provider's own words say about a purchase.
#[derive(Debug)]
pub enum Word {
    /// A task exists and has this name.
    Task(String),
    /// An error envelope: the code that counts (the provider's, as an HTTP status where it has none of its own), and
    /// what it means.
    Refusal(i64, ProviderError),
    /// Nothing that can be understood.
    Nothing,
}

/// One of the four answers to a purchase. Only a provider's own words can accept or refuse; everything else is open.
pub fn classify(result: Result<Answer, ProviderError>, read: impl FnOnce(&Answer) -> Word) -> SubmitAnswer {
    let answer = match result {
        Ok(answer) => answer,
        Err(error @ (ProviderError::Unreachable { .. } | ProviderError::Unauthenticated { .. })) => {
            return SubmitAnswer::NeverSent(error);
        }
        Err(error) => return SubmitAnswer::Unknown { reason: error.to_string() },
    };
    match read(&answer) {
        Word::Task(remote_id) => SubmitAnswer::Accepted { remote_id, raw: answer.text },
        Word::Refusal(code, error) if UNDECIDED.contains(&code) => {
            SubmitAnswer::Unknown { reason: format!("code {code}: {error}") }
        }
        // A server's own fault does not say whether a task was made.
        Word::Refusal(_, ProviderError::Unavailable { reason } | ProviderError::Protocol { reason }) => {
            SubmitAnswer::Unknown { reason }
        }
        Word::Refusal(_, error) => SubmitAnswer::Rejected(error),
        Word::Nothing => {
            SubmitAnswer::Unknown { reason: format!("HTTP {} without a word to rely on", answer.status.as_u16()) }
        }
    }
}

/// The error of a free question whose answer has no envelope of the provider's.
#[must_use]
pub fn wordless(answer: &Answer) -> ProviderError {
    let status = answer.status.as_u16();
    match status {
        401 => ProviderError::Unauthenticated { reason: format!("HTTP {status}") },
        404 => ProviderError::NotFound { reason: format!("HTTP {status}") },
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        200..=299 => ProviderError::Protocol { reason: "the answer is not what is documented".to_owned() },
        _ => ProviderError::Unavailable { reason: format!("HTTP {status} without a reason") },
    }
}

/// What a status that the provider itself uses for its errors means, where nothing else is documented.
#[must_use]
pub fn by_status(code: i64, reason: String, answer: &Answer) -> ProviderError {
    let reason = if reason.is_empty() { format!("code {code}") } else { cut(&reason) };
    match code {
        402 => ProviderError::InsufficientCredit { reason },
        400 | 403 | 422 | 429 if speaks_of_money(&reason) => ProviderError::InsufficientCredit { reason },
        401 | 403 => ProviderError::Unauthenticated { reason },
        404 => ProviderError::NotFound { reason },
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        400..=499 => ProviderError::Rejected { reason },
        _ => ProviderError::Unavailable { reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn money_is_read_as_it_was_written() {
        for (value, micro) in
            [(json!(12.34), 12_340_000), (json!(0.42), 420_000), (json!("1.5"), 1_500_000), (json!(3), 3_000_000)]
        {
            assert_eq!(micro_dollars(&value), Some(MicroDollars(micro)), "{value}");
        }
        assert_eq!(micro_dollars(&json!(1e-9)), None);
        assert_eq!(micro_dollars(&json!(null)), None);
        assert_eq!(micro_credits(&json!(1_095.399_6)), Some(MicroCredits(1_095_399_600)));
    }

    #[test]
    fn a_name_cannot_leave_its_path() {
        for name in ["task-unified-1757_a", "867283741759111202", "a.b:c"] {
            assert_eq!(path_segment(name), Ok(name));
        }
        for name in ["", "..", "a/b", "a?b", "a b", "a%2fb", "ä"] {
            assert!(path_segment(name).is_err(), "{name}");
        }
    }

    #[test]
    fn only_a_different_word_makes_another_request() {
        let sent = json!({ "prompt": "a door", "duration": "5", "image": "https://a/1.png" });
        for (shown, could) in [
            (json!({ "prompt": "a door", "duration": "5", "image": "https://b/2.png", "seed": 7 }), true),
            (json!({ "prompt": "a door" }), true),
            (json!({}), true),
            (json!(null), true),
            (json!({ "prompt": "a window", "duration": "5" }), false),
            (json!({ "prompt": "a door", "duration": "6" }), false),
        ] {
            assert_eq!(could_be(&sent, &shown, &["image"]), could, "{shown}");
        }
    }

    #[test]
    fn moments_go_there_and_back() {
        assert_eq!(moment("2026-11-21T10:00:00.123Z"), Some(1_795_255_200_123));
        assert_eq!(moment(&written_moment(1_795_255_200_123).expect("in range")), Some(1_795_255_200_123));
        assert_eq!(moment("yesterday"), None);
    }
}
