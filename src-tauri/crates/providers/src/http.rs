//! Two kinds of connections: one for questions, which may be repeated, and one for purchases, which may not.

use crate::address::is_public;
use crate::client::{LazyClient, Purpose};
use crate::error::ProviderError;
use crate::told::ToldTime;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use url::{Host, Url};

/// Largest answer about one thing that is read, in bytes.
const ANSWER_MAX: usize = 5 * 1024 * 1024;
/// Largest page of a list that is read, in bytes: 100 tasks with their inputs, into which some clients write pictures.
/// A list that cannot be read would forbid every purchase, because none is made without looking there first.
const LIST_MAX: usize = 32 * 1024 * 1024;
const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);
/// An upload may take long on a slow line: 10 MB at 20 kB/s.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);
/// A purchase waits long before it gives up, because giving up leaves a question behind. This is for the answer; the
/// request's own way up comes on top.
const PURCHASE_TIMEOUT: Duration = Duration::from_secs(150);
/// A slow line, in bytes a second: pictures inside a request have to get through it.
const SLOW_LINE: usize = 20_000;
/// Shortest part of a key that is told from ordinary words, in bytes.
const KEY_PART_MIN: usize = 8;

/// The connections to one address of a provider.
#[derive(Debug, Clone)]
pub struct Connections {
    base: Url,
    /// The word before the key.
    authorization: String,
    questions: Arc<LazyClient>,
    purchases: Arc<LazyClient>,
    told: ToldTime,
}

/// What came back: always read whole, never longer than the cap.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

/// A file on its way up.
#[derive(Debug, Clone)]
pub struct FilePart {
    /// The name of the form's field, where it travels in a form.
    pub field: &'static str,
    /// The file's name.
    pub name: String,
    /// What it is, such as `image/png`.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// An answer of nothing but a status and a body, for tests of how answers are read.
    #[must_use]
    pub fn of(status: u16, text: &str) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            retry_after: None,
            headers: HeaderMap::new(),
            text: text.to_owned(),
        }
    }

    /// A header as text; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; `None` for HTML, nothing, or half of it.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.text).ok()
    }
}

/// Whether an address of a provider may be used: encrypted, or on this machine.
#[must_use]
pub fn is_allowed_base(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_this_machine(url),
        _ => false,
    }
}

/// Whether an address names this machine itself.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Connections {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// `Rejected` for an address that is neither `https` nor on this machine.
    pub fn new(base: &str) -> Result<Self, ProviderError> {
        let base = Url::parse(base).map_err(|error| ProviderError::Rejected { reason: error.to_string() })?;
        if !is_allowed_base(&base) {
            return Err(ProviderError::Rejected {
                reason: "a provider's address must be https, or on this machine".to_owned(),
            });
        }
        let local = is_this_machine(&base);
        let client = |purpose| Arc::new(LazyClient::new(purpose, local));
        Ok(Self {
            base,
            authorization: "Bearer".to_owned(),
            questions: client(Purpose::Questions),
            purchases: client(Purpose::Purchases),
            told: ToldTime::default(),
        })
    }

    /// The same with another word before the key.
    #[must_use]
    pub fn with_authorization(self, word: &str) -> Self {
        Self { authorization: word.to_owned(), ..self }
    }

    /// The full address of a path.
    ///
    /// # Errors
    /// `Protocol` when the path does not fit.
    pub fn address(&self, path: &str) -> Result<Url, ProviderError> {
        let joined = format!("{}/{}", self.base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
        Url::parse(&joined).map_err(|error| ProviderError::Protocol { reason: error.to_string() })
    }

    /// Asks something free.
    ///
    /// # Errors
    /// `Unreachable` or `Unavailable`.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        key: &SecretString,
        body: Option<&Value>,
    ) -> Result<Answer, ProviderError> {
        let request = self.question(method, path, key, body)?;
        answered(request, key, ANSWER_MAX).await
    }

    /// Asks for a page of a list, which may be longer than any other answer.
    ///
    /// # Errors
    /// `Unreachable` or `Unavailable`.
    pub async fn list(
        &self,
        method: Method,
        path: &str,
        key: &SecretString,
        body: Option<&Value>,
    ) -> Result<Answer, ProviderError> {
        let request = self.question(method, path, key, body)?;
        let answer = answered(request, key, LIST_MAX).await?;
        self.told.hear(&answer);
        Ok(answer)
    }

    /// The provider's own time now, milliseconds since 1970, as its lists told.
    #[must_use]
    pub fn time_there(&self) -> Option<i64> {
        self.told.now()
    }

    fn question(
        &self,
        method: Method,
        path: &str,
        key: &SecretString,
        body: Option<&Value>,
    ) -> Result<RequestBuilder, ProviderError> {
        let request = self
            .questions
            .get()?
            .request(method, self.address(path)?)
            .timeout(QUESTION_TIMEOUT)
            .header(AUTHORIZATION, self.authorized(key)?);
        Ok(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Uploads one file as multipart form data, with further fields of text.
    ///
    /// # Errors
    /// `Unreachable` or `Unavailable`.
    pub async fn upload(
        &self,
        path: &str,
        key: &SecretString,
        file: FilePart,
        fields: &[(&'static str, String)],
    ) -> Result<Answer, ProviderError> {
        let part = reqwest::multipart::Part::bytes(file.bytes)
            .file_name(file.name)
            .mime_str(file.media_type)
            .map_err(|error| ProviderError::Protocol { reason: words(&error) })?;
        let form =
            fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(*name, value.clone()));
        let request = self
            .questions
            .get()?
            .post(self.address(path)?)
            .timeout(UPLOAD_TIMEOUT)
            .header(AUTHORIZATION, self.authorized(key)?)
            .multipart(form.part(file.field, part));
        answered(request, key, ANSWER_MAX).await
    }

    /// Puts a file where a ticket of the provider's says. The key does not travel there: a storage is somebody else.
    ///
    /// # Errors
    /// `Protocol` for an address that is neither an ordinary public one nor, where the provider itself is, on this
    /// machine; `Unreachable` or `Unavailable`.
    pub async fn put(&self, address: &str, file: FilePart) -> Result<Answer, ProviderError> {
        let url = Url::parse(address).map_err(|error| ProviderError::Protocol { reason: error.to_string() })?;
        let here = is_this_machine(&self.base) && is_this_machine(&url) && matches!(url.scheme(), "http" | "https");
        if !here && !is_public(&url) {
            return Err(ProviderError::Protocol { reason: "the upload was sent to an odd address".to_owned() });
        }
        let request = self
            .questions
            .get()?
            .put(url)
            .timeout(UPLOAD_TIMEOUT)
            .header(reqwest::header::CONTENT_TYPE, file.media_type)
            .body(file.bytes);
        let nobody = SecretString::from(String::new());
        answered(request, &nobody, ANSWER_MAX).await
    }

    /// Sends a purchase once.
    ///
    /// # Errors
    /// `Unreachable` proves that no byte of the request left. Any other error proves nothing.
    pub async fn purchase(&self, path: &str, key: &SecretString, body: &str) -> Result<Answer, ProviderError> {
        let never_sent = |error: ProviderError| ProviderError::Unreachable { reason: error.to_string() };
        let request = self
            .purchases
            .get()
            .map_err(never_sent)?
            .post(self.address(path).map_err(never_sent)?)
            .timeout(patience(body.len()))
            .header(AUTHORIZATION, self.authorized(key).map_err(never_sent)?)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_owned());
        answered(request, key, ANSWER_MAX).await
    }

    fn authorized(&self, key: &SecretString) -> Result<HeaderValue, ProviderError> {
        let mut value = HeaderValue::from_str(&format!("{} {}", self.authorization, key.expose_secret()))
            .map_err(|_| ProviderError::Unauthenticated { reason: "the key holds characters no key has".to_owned() })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// How long a purchase of so many bytes may take.
fn patience(length: usize) -> Duration {
    let way_up = u64::try_from(length / SLOW_LINE).unwrap_or(u64::MAX);
    PURCHASE_TIMEOUT.saturating_add(Duration::from_secs(way_up))
}

async fn answered(request: RequestBuilder, key: &SecretString, longest: usize) -> Result<Answer, ProviderError> {
    #[cfg(fuzzing)]
    if let Some(answer) = crate::fuzzing::next() {
        return Ok(answer);
    }
    read(request.send().await.map_err(|error| failure(&error))?, key, longest).await
}

async fn read(mut response: Response, key: &SecretString, longest: usize) -> Result<Answer, ProviderError> {
    let too_long = || ProviderError::Protocol { reason: "the answer is longer than any documented one".to_owned() };
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > longest)) {
        return Err(too_long());
    }
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let retry_after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| parse_retry_after(text, OffsetDateTime::now_utc()));
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unavailable(&error))? {
        if bytes.len() + chunk.len() > longest {
            return Err(too_long());
        }
        bytes.extend_from_slice(&chunk);
    }
    let text = without_key(String::from_utf8_lossy(&bytes).into_owned(), key.expose_secret());
    Ok(Answer { status, retry_after, headers, text })
}

/// A service that repeats the key in its error, or the secret half of it, must not carry it into the library or the
/// window.
fn without_key(mut text: String, key: &str) -> String {
    let parts = key.split(':').filter(|part| part.len() >= KEY_PART_MIN);
    let mut words: Vec<&str> = std::iter::once(key).filter(|key| !key.is_empty()).chain(parts).collect();
    // The longest first: a half inside the whole would leave the rest of the whole standing.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        if text.contains(word) {
            text = text.replace(word, "(key)");
        }
    }
    text
}

/// A `Retry-After`: a wait in seconds or until a date. Dates in the past are no wait.
#[must_use]
pub fn parse_retry_after(text: &str, now: OffsetDateTime) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = OffsetDateTime::parse(&text.trim().replace("GMT", "+0000"), &Rfc2822).ok()?;
    Some(Duration::from_secs(u64::try_from((date - now).whole_seconds()).unwrap_or(0)))
}

fn failure(error: &reqwest::Error) -> ProviderError {
    // With a fresh connection for each purchase, an error of connecting is an error before the first byte.
    if error.is_connect() || error.is_builder() {
        ProviderError::Unreachable { reason: words(error) }
    } else {
        unavailable(error)
    }
}

fn unavailable(error: &reqwest::Error) -> ProviderError {
    ProviderError::Unavailable {
        reason: if error.is_timeout() { "no answer in time".to_owned() } else { words(error) },
        retry_after: None,
    }
}

/// The innermost cause in words. The outer ones carry the address, which may be a signed link.
pub(crate) fn words(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    if text.contains("://") { "the request could not be made".to_owned() } else { about_certificates(text) }
}

/// What is wrong with a certificate, for people: the clock here or somebody on the way is more often the cause than the
/// provider.
fn about_certificates(text: String) -> String {
    if !text.contains("certificate") {
        return text;
    }
    let lower = text.to_lowercase();
    let cause = if lower.contains("expired") || lower.contains("notvalidyet") || lower.contains("not valid yet") {
        "the server's certificate is not valid at this time; the clock of this computer may be wrong"
    } else {
        "nobody this computer trusts vouches for the server's certificate; a proxy or a scanner may be reading along"
    };
    format!("{cause} ({text})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for (text, allowed) in [
            ("https://api.example.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:1", true),
            ("http://[::1]:9", true),
            ("http://api.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("ftp://localhost", false),
            ("file:///etc/passwd", false),
        ] {
            let url = Url::parse(text).expect("an address");
            assert_eq!(is_allowed_base(&url), allowed, "{text}");
        }
    }

    #[test]
    fn a_long_request_gets_the_time_it_needs() {
        assert_eq!(patience(0), Duration::from_secs(150));
        assert_eq!(patience(28_000_000), Duration::from_secs(150 + 1_400));
    }

    #[test]
    fn no_part_of_a_key_comes_back() {
        let redacted = |text: &str, key: &str| without_key(text.to_owned(), key);
        let pair = "key-id-0123:the-secret-half";
        assert_eq!(redacted("no such key: key-id-0123:the-secret-half", pair), "no such key: (key)");
        assert_eq!(redacted("secret the-secret-half of key-id-0123", pair), "secret (key) of (key)");
        // What is too short to be told from ordinary words stays.
        assert_eq!(redacted("the door is red", "red:the-secret-half"), "the door is red");
        assert_eq!(redacted("abc", "abc"), "(key)");
        assert_eq!(redacted("nothing", ""), "nothing");
    }

    #[test]
    fn a_wait_is_read_from_seconds_and_dates() {
        let now = OffsetDateTime::from_unix_timestamp(1_790_000_000).expect("a moment");
        assert_eq!(parse_retry_after("7", now), Some(Duration::from_secs(7)));
        let later = (now + Duration::from_secs(90)).format(&Rfc2822).expect("a date").replace("+0000", "GMT");
        assert_eq!(parse_retry_after(&later, now), Some(Duration::from_secs(90)));
        assert_eq!(parse_retry_after("soon", now), None);
    }
}
