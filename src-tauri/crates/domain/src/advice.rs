//! Advice from what these models are known to do badly. It never blocks anything.
//!
//! The words are English because the models are asked in English far more than in any other language; a prompt in
//! another language simply gets no advice.

use crate::board::Board;
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::Profile;

/// A sign of a weak spot: any of these words, in any case, as whole words.
struct WeakSpot {
    code: FindingCode,
    words: &'static [&'static str],
}

/// Known weak spots of Kling 3.0, as its resellers' own guides name them (read 2026-11-21): legible text, counting,
/// spatial logic, several similar people.
const WEAK_SPOTS: &[WeakSpot] = &[
    WeakSpot {
        code: FindingCode::AdviceWrittenWords,
        words: &[
            "sign reads",
            "sign says",
            "reads",
            "says the sign",
            "text",
            "caption",
            "subtitle",
            "subtitles",
            "logo",
            "lettering",
            "written",
            "label",
            "headline",
            "painted on",
            "neon sign",
            "the word",
            "the words",
            "title",
        ],
    },
    WeakSpot {
        code: FindingCode::AdviceCounting,
        words: &[
            "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "exactly", "twenty", "hundred",
        ],
    },
    WeakSpot {
        code: FindingCode::AdvicePlaces,
        words: &[
            "to the left of",
            "to the right of",
            "left of",
            "right of",
            "clockwise",
            "counterclockwise",
            "mirror image",
            "upside down",
            "swaps places",
            "in front of the other",
            "behind the other",
        ],
    },
    WeakSpot {
        code: FindingCode::AdviceAlikePeople,
        words: &["twins", "triplets", "identical", "lookalike", "lookalikes", "clones", "same face", "crowd of"],
    },
];

/// Longest prompt that is searched; what lies behind is over every limit anyway.
const SEARCHED_BYTES: usize = 16_384;

pub(crate) fn advise(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if profile.free {
        return;
    }
    if board.sends_shot_prompts() {
        for (index, shot) in board.shots.iter().enumerate().take(usize::try_from(profile.shots.max).unwrap_or(0)) {
            advise_text(&shot.prompt, &format!("shots[{index}].prompt"), findings);
        }
    } else {
        advise_text(&board.prompt, "prompt", findings);
    }
}

fn advise_text(text: &str, field: &str, findings: &mut Vec<Finding>) {
    let end = text.floor_char_boundary(SEARCHED_BYTES.min(text.len()));
    let text = text[..end].to_ascii_lowercase();
    for spot in WEAK_SPOTS {
        if let Some(word) = spot.words.iter().find(|word| contains_word(&text, word)) {
            findings.push(Finding::new(spot.code, Severity::Advice, field).with("word", word));
        }
    }
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count() {
        assert!(contains_word("the sign reads hope", "sign reads"));
        assert!(contains_word("six", "six"));
        assert!(!contains_word("sixty", "six"));
        assert!(!contains_word("context", "text"));
        assert!(contains_word("text-like", "text"));
    }
}
