//! What time it is at a provider, as its answers tell: the clock of this machine may be wrong by days, and a list that
//! is asked for from a moment that has not come there yet shows nothing.

use crate::http::Answer;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The time that an answer told last, and when it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct ToldTime(Arc<Mutex<Option<(i64, Instant)>>>);

impl ToldTime {
    /// Reads the moment of an answer. One without any changes nothing.
    pub fn hear(&self, answer: &Answer) {
        let Ok(told) = OffsetDateTime::parse(&answer.header("date").replace("GMT", "+0000"), &Rfc2822) else { return };
        let told = told.unix_timestamp().saturating_mul(1_000);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((told, Instant::now()));
    }

    /// The time there now, milliseconds since 1970; nothing before an answer told it.
    pub fn now(&self) -> Option<i64> {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.map(|(told, heard)| told.saturating_add(i64::try_from(heard.elapsed().as_millis()).unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{DATE, HeaderValue};

    #[test]
    fn the_time_is_what_the_last_answer_told() {
        let (told, mut answer) = (ToldTime::default(), Answer::of(200, ""));
        told.hear(&answer);
        assert_eq!(told.now(), None);
        answer.headers.insert(DATE, HeaderValue::from_static("Sat, 21 Nov 2026 14:02:03 GMT"));
        told.hear(&answer);
        let now = told.now().expect("told");
        assert!((1_795_269_723_000..1_795_269_783_000).contains(&now), "{now}");
        answer.headers.insert(DATE, HeaderValue::from_static("yesterday"));
        told.hear(&answer);
        assert!(told.now().expect("told before") >= now);
    }
}
