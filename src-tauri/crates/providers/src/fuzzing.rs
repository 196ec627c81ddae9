//! Answers that come from a fuzzer instead of a network. Only in builds for fuzzing.

use crate::http::Answer;
use std::cell::RefCell;
use std::collections::VecDeque;

thread_local! {
    static ANSWERS: RefCell<Option<VecDeque<(u16, String)>>> = const { RefCell::new(None) };
}

/// From now on every request of this thread gets the next of these answers, and nothing when there is none left.
pub fn answer_with(answers: impl IntoIterator<Item = (u16, String)>) {
    ANSWERS.with_borrow_mut(|known| *known = Some(answers.into_iter().collect()));
}

pub(crate) fn next() -> Option<Answer> {
    ANSWERS.with_borrow_mut(|known| {
        let known = known.as_mut()?;
        let (status, text) = known.pop_front().unwrap_or_default();
        Some(Answer::of(status, &text))
    })
}
