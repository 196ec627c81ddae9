//! Reading foreign answers: what every adapter does the same way, whatever its provider's words are.

use crate::error::ProviderError;
use crate::http::Answer;
use crate::provider::{RemoteFailure, RemoteTask, SubmitAnswer};
use serde_json::Value;
use sixshot_domain::{MicroCredits, MicroDollars};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

/// Longest words of a provider that are kept, in characters.
const WORDS_MAX: usize = 500;
/// Statuses of refusals that do not prove that nothing was made: time-outs, conflicts, locks, failures further on,
/// replays, hang-ups.
const UNDECIDED: [i64; 6] = [408, 409, 423, 424, 425, 499];

/// Words of foreign origin: at most so many characters, on one line, and without what addresses in them may give away.
#[must_use]
pub fn cut(text: &str) -> String {
    let line = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control());
    bare_addresses(&line.collect::<String>()).chars().take(WORDS_MAX).collect()
}

/// The same words with every address cut to its host and path: names, passwords and signatures stand around those.
fn bare_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`');
        let (address, after) = after.split_at(after.find(ends).unwrap_or(after.len()));
        let (address, _) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        out.push_str(authority.rsplit('@').next().unwrap_or_default());
        out.push_str(path);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Notes a state word that is documented nowhere: the task is taken as still running.
pub fn note_unknown_word(word: &str) {
    tracing::warn!(state = cut(word), "an unknown state word is taken as still running");
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

/// Whether the words of a refusal say outright that the account has no money.
#[must_use]
pub fn says_no_money(text: &str) -> bool {
    let text = text.to_lowercase();
    let lacks = ["insufficient", "not enough", "exhausted", "out of", "no more"];
    let money = ["credit", "balance", "fund", "quota"];
    lacks.iter().any(|lack| money.iter().any(|of| text.contains(&format!("{lack} {of}"))))
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

/// A task that ended well and shows no clip that can be read. It was paid for, so it is asked for again: the clip may
/// stand in the next answer, or in a field that is not known yet.
#[must_use]
pub fn without_clip() -> ProviderError {
    ProviderError::WithoutClip
}

/// Endings of files that are clips, and of files that are certainly none.
const CLIPS: [&str; 5] = [".mp4", ".mov", ".webm", ".m4v", ".mkv"];
const NO_CLIPS: [&str; 9] = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".json", ".txt", ".html"];

/// Whether the path of a link ends as one of so many kinds of files does.
fn ends_as(link: &str, endings: &[&str]) -> bool {
    let path = Url::parse(link).map_or_else(|_| link.to_owned(), |url| url.path().to_owned()).to_ascii_lowercase();
    endings.iter().any(|ending| path.ends_with(ending))
}

/// Whether a link ends as a clip's does.
#[must_use]
pub fn is_clip(link: &str) -> bool {
    ends_as(link, &CLIPS)
}

/// The clip among links that say nothing else about themselves: the first that ends as a clip does, or else the first
/// that could be one, because signed links often end as nothing.
#[must_use]
pub fn clip_among<'a>(links: &[&'a str]) -> Option<&'a str> {
    let mut could_be = links.iter().copied().filter(|link| !link.is_empty() && !ends_as(link, &NO_CLIPS));
    links.iter().copied().find(|link| is_clip(link)).or_else(|| could_be.next())
}

/// The texts of a value that is one, or a list of them.
#[must_use]
pub fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    }
}

/// The lines of a list. Where one of them is no object, all is no list: what cannot be read must not look as if it were
/// never made.
///
/// # Errors
/// `Protocol`.
pub fn lines(list: Option<&Value>) -> Result<&Vec<Value>, ProviderError> {
    list.and_then(Value::as_array)
        .filter(|lines| lines.iter().all(Value::is_object))
        .ok_or_else(|| ProviderError::Protocol { reason: "a list that cannot be read".to_owned() })
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
/// Lists leave out or remove inputs, add what was not said, write numbers and line ends anew, and may show `addresses`
/// of their own copies, so only a different value speaks of another request.
#[must_use]
pub fn could_be(sent: &Value, shown: &Value, addresses: &[&str]) -> bool {
    let (Value::Object(sent), Value::Object(shown)) = (sent, shown) else { return true };
    sent.iter()
        .filter(|(name, _)| !addresses.contains(&name.as_str()))
        .all(|(name, value)| shown.get(name).is_none_or(|other| other.is_null() || is_same(value, other)))
}

/// Whether two values say the same, however they are written.
fn is_same(sent: &Value, shown: &Value) -> bool {
    match (sent, shown) {
        (Value::String(sent), Value::String(shown)) => one_writing(sent) == one_writing(shown),
        (Value::Number(_), _) | (_, Value::Number(_)) => {
            sent == shown || millionths(sent).is_some_and(|sent| millionths(shown) == Some(sent))
        }
        (Value::Array(sent), Value::Array(shown)) => {
            sent.len() == shown.len() && sent.iter().zip(shown).all(|(sent, shown)| is_same(sent, shown))
        }
        (Value::Object(_), Value::Object(_)) => could_be(sent, shown, &[]),
        _ => sent == shown,
    }
}

fn one_writing(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// Puts the tasks of a list in order: those whose input could be the request's first, then the newest first.
///
/// None is left out for its input. The tasks that were there before a purchase are noted with the very same question,
/// and one that is missing in that note would look new, and be taken for the purchase, as soon as the provider removes
/// its input or the one that was preferred to it. And where a provider writes inputs anew in a way that is not known
/// here, the request would look absent and be bought a second time. Two that are new are a question to the person,
/// which costs nothing.
#[must_use]
pub fn likeliest_first(mut tasks: Vec<(bool, RemoteTask)>) -> Vec<RemoteTask> {
    tasks.sort_by_key(|(could_be, task)| (!could_be, std::cmp::Reverse(task.created_at)));
    tasks.into_iter().map(|(could_be, task)| RemoteTask { differs: !could_be, ..task }).collect()
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
        Err(error) => return SubmitAnswer::Unknown { reason: error.to_string(), retry_after: None },
    };
    let retry_after = answer.retry_after;
    match read(&answer) {
        Word::Task(remote_id) => SubmitAnswer::Accepted { remote_id, raw: answer.text },
        Word::Refusal(code, error) if UNDECIDED.contains(&code) => {
            SubmitAnswer::Unknown { reason: format!("code {code}: {error}"), retry_after }
        }
        // A server's own fault does not say whether a task was made.
        Word::Refusal(_, ProviderError::Unavailable { reason, .. } | ProviderError::Protocol { reason }) => {
            SubmitAnswer::Unknown { reason, retry_after }
        }
        Word::Refusal(_, error) => SubmitAnswer::Rejected(error),
        Word::Nothing => SubmitAnswer::Unknown {
            reason: format!("HTTP {} without a word to rely on", answer.status.as_u16()),
            retry_after,
        },
    }
}

/// The error of a free question whose answer has no envelope of the provider's.
#[must_use]
pub fn wordless(answer: &Answer) -> ProviderError {
    let status = answer.status.as_u16();
    match status {
        // A page that was not found says nothing of a task: gateways and moved hosts answer so for whatever is asked.
        401 => ProviderError::Unauthenticated { reason: format!("HTTP {status}") },
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        200..=299 => ProviderError::Protocol { reason: "the answer is not what is documented".to_owned() },
        _ => ProviderError::Unavailable {
            reason: format!("HTTP {status} without a reason"),
            retry_after: answer.retry_after,
        },
    }
}

/// What a status that the provider itself uses for its errors means, where nothing else is documented.
#[must_use]
pub fn by_status(code: i64, reason: String, answer: &Answer) -> ProviderError {
    let reason = if reason.is_empty() { format!("code {code}") } else { cut(&reason) };
    match code {
        402 => ProviderError::InsufficientCredit { reason },
        // A refusal for a board's content can repeat its words: only a whole phrase about money stops everything else.
        400 | 422 if says_no_money(&reason) => ProviderError::InsufficientCredit { reason },
        403 | 429 if speaks_of_money(&reason) => ProviderError::InsufficientCredit { reason },
        401 | 403 => ProviderError::Unauthenticated { reason },
        404 => ProviderError::NotFound { reason },
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        400..=499 => ProviderError::Rejected { reason },
        _ => ProviderError::Unavailable { reason, retry_after: answer.retry_after },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_that_leaves_open_whether_something_was_made_refuses_nothing() {
        for (code, is_refused) in [(400, true), (422, true), (423, false), (424, false), (425, false), (426, true)] {
            let refused = ProviderError::Rejected { reason: String::new() };
            let answer = classify(Ok(Answer::of(200, "")), |_| Word::Refusal(code, refused));
            assert_eq!(matches!(answer, SubmitAnswer::Rejected(_)), is_refused, "{code}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_none() {
        for text in [
            "1e400",
            "18446744073709551616",
            "9223372036854775808",
            "\"NaN\"",
            "\"Infinity\"",
            "\"\"",
            "[1]",
            "\"1,5\"",
        ] {
            let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
            assert_eq!((whole(&value), micro_dollars(&value), progress(Some(&value))), (None, None, None), "{text}");
        }
        assert_eq!(micro_dollars(&json!("-0")), Some(MicroDollars(0)));
        assert_eq!(micro_credits(&json!("-0.0000001")), Some(MicroCredits(0)));
        assert_eq!((progress(Some(&json!(-1))), progress(Some(&json!(101)))), (None, None));
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
        assert_eq!(micro_credits(&json!(1_095.399_6)), Some(MicroCredits(1_095_399_600)));
    }

    #[test]
    fn a_board_that_speaks_of_money_is_no_empty_account() {
        assert!(says_no_money("Insufficient credits, please top up") && says_no_money("Not enough balance"));
        assert!(!says_no_money("prompt: a tightrope walker keeps her balance, credits roll"));
        let answer = Answer::of(422, "");
        let refused = by_status(422, "the prompt 'a question of credit' was refused".to_owned(), &answer);
        assert_eq!(refused.code(), "provider-refused");
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
            (json!({ "prompt": " a door\r\n", "duration": 5.0 }), true),
            (json!({ "prompt": "a window", "duration": "5" }), false),
            (json!({ "prompt": "a door", "duration": "6" }), false),
        ] {
            assert_eq!(could_be(&sent, &shown, &["image"]), could, "{shown}");
        }
    }

    #[test]
    fn the_same_words_may_be_written_in_another_way() {
        let sent = json!({
            "prompt": "a door\nopens", "cfg_scale": 1.0, "shots": [{ "prompt": "one", "duration": 3 }]
        });
        let shots = json!([{ "prompt": "one ", "duration": 3.0, "index": 1 }]);
        for (shown, could) in [
            (json!({ "prompt": "a door\r\nopens  ", "cfg_scale": 1 }), true),
            (json!({ "cfg_scale": 0.5 }), false),
            (json!({ "shots": shots }), true),
            (json!({ "shots": [{ "prompt": "two", "duration": 3 }] }), false),
            (json!({ "shots": [] }), false),
        ] {
            assert_eq!(could_be(&sent, &shown, &[]), could, "{shown}");
        }
    }

    #[test]
    fn another_input_comes_after_and_is_never_left_out() {
        let task = |id: &str, created_at| RemoteTask {
            remote_id: id.to_owned(),
            model: String::new(),
            created_at,
            state: String::new(),
            differs: false,
        };
        let tasks = vec![
            (false, task("other, newest", Some(3))),
            (true, task("old", Some(1))),
            (true, task("new", Some(2))),
            (false, task("other, undated", None)),
        ];
        let order: Vec<_> = likeliest_first(tasks).into_iter().map(|task| task.remote_id).collect();
        assert_eq!(order, ["new", "old", "other, newest", "other, undated"]);
    }

    #[test]
    fn foreign_words_give_nothing_away() {
        for (text, kept) in [
            ("one\ntwo\tthree\u{1b}[31m\u{0}", "one two three[31m"),
            (
                "not at https://user:secret@host.example/a/b.png?X-Signature=1,2&x=(3)#4 today",
                "not at https://host.example/a/b.png today",
            ),
            (r#"{"url":"https://host.example/a?token=1","x":1}"#, r#"{"url":"https://host.example/a","x":1}"#),
            ("s3://id:key@bucket", "s3://bucket"),
            ("what? a#b c@d", "what? a#b c@d"),
        ] {
            assert_eq!(cut(text), kept);
        }
        assert_eq!(cut(&"a".repeat(600)).len(), 500);
    }

    #[test]
    fn the_clip_is_told_from_what_lies_beside_it() {
        for (links, clip) in [
            (&["https://a/cover.png", "https://a/clip.MP4?sign=.png"][..], Some("https://a/clip.MP4?sign=.png")),
            (&["https://a/signed?file=1", "https://a/clip.webm"], Some("https://a/clip.webm")),
            (&["https://a/cover.jpg", "https://a/signed?file=1"], Some("https://a/signed?file=1")),
            (&["https://a/cover.jpg", ""], None),
            (&[], None),
        ] {
            assert_eq!(clip_among(links), clip);
        }
    }

    #[test]
    fn a_page_that_is_not_there_says_nothing_of_a_task() {
        for text in ["<html>404</html>", "", "{}"] {
            assert_eq!(wordless(&Answer::of(404, text)).code(), "provider-unavailable");
        }
    }

    #[test]
    fn moments_go_there_and_back() {
        assert_eq!(moment("2026-11-21T10:00:00.123Z"), Some(1_795_255_200_123));
        assert_eq!(moment(&written_moment(1_795_255_200_123).expect("in range")), Some(1_795_255_200_123));
        assert_eq!(moment("yesterday"), None);
    }
}
