//! Ratio, sound, guidance, elements and the number of takes.

use super::{AudioState, SHOTS_COUNTED, audio_of};
use crate::board::{Board, Element};
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::{ElementForm, Profile};

/// Guidance in hundredths: 0 to 1 on every provider that knows it.
const GUIDANCE_MAX: i32 = 100;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    judge_ratio(board, profile, findings);
    match audio_of(board, profile) {
        AudioState::Unsupported if board.audio && !profile.free => {
            findings.push(Finding::new(FindingCode::AudioUnsupported, Severity::Warning, "audio"));
        }
        AudioState::Forced if !board.audio => {
            findings.push(Finding::new(FindingCode::AudioForced, Severity::Warning, "audio"));
        }
        AudioState::Always if !board.audio => {
            findings.push(Finding::new(FindingCode::AudioAlways, Severity::Advice, "audio"));
        }
        _ => {}
    }
    if let Some(guidance) = board.guidance {
        if !profile.guidance && !profile.free {
            findings.push(Finding::new(FindingCode::GuidanceUnsupported, Severity::Warning, "guidance"));
        } else if !(0..=GUIDANCE_MAX).contains(&guidance) {
            findings.push(
                Finding::new(FindingCode::GuidanceOutOfRange, Severity::Error, "guidance").with("value", guidance),
            );
        }
    }
    if !profile.free {
        judge_elements(board, profile, findings);
        if board.watermark && !profile.watermark {
            findings.push(Finding::new(FindingCode::WatermarkUnsupported, Severity::Warning, "watermark"));
        }
    }
    if board.takes < 1 || i64::from(board.takes) > i64::from(profile.takes_max) {
        findings.push(
            Finding::new(FindingCode::TakesOutOfRange, Severity::Error, "takes")
                .with("takes", board.takes)
                .with("max", profile.takes_max),
        );
    }
}

fn judge_ratio(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if !profile.ratios.contains(&board.ratio) {
        findings.push(
            Finding::new(FindingCode::RatioUnsupported, Severity::Error, "ratio").with("ratio", board.ratio.as_str()),
        );
    }
    let result = board.result_ratio(profile.frame_decides_ratio());
    if result != board.ratio {
        findings.push(
            Finding::new(FindingCode::RatioFollowsFrame, Severity::Advice, "ratio")
                .with("ratio", board.ratio.as_str())
                .with("frame", result.as_str()),
        );
    }
}

fn judge_elements(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    let by_address = profile.frames_by_address && !board.first_frame_address.trim().is_empty();
    let count = board.elements.len();
    if i64::try_from(count).unwrap_or(i64::MAX) > i64::from(profile.elements_max) {
        findings.push(
            Finding::new(FindingCode::ElementsTooMany, Severity::Error, "elements")
                .with("count", count)
                .with("max", profile.elements_max),
        );
    }
    if count > 0 && profile.elements_need_frame && board.first_frame.is_none() && !by_address {
        findings.push(Finding::new(FindingCode::ElementsNeedFrame, Severity::Error, "elements"));
    }
    for (index, element) in board.elements.iter().enumerate().take(SHOTS_COUNTED) {
        let field = format!("elements[{index}]");
        if !is_element_name(&element.name) {
            findings.push(
                Finding::new(FindingCode::ElementNameInvalid, Severity::Error, &*field).with("name", &element.name),
            );
        }
        judge_element(element, &field, profile, findings);
    }
    if count == 0 {
        return;
    }
    let mut judge_mentions = |text: &str, field: String| {
        if let Some(name) = mentions(text).find(|name| board.elements.iter().all(|element| element.name != *name)) {
            findings.push(Finding::new(FindingCode::ElementUnknown, Severity::Warning, field).with("name", name));
        }
    };
    if board.sends_shot_prompts() {
        for (index, shot) in board.shots.iter().enumerate().take(SHOTS_COUNTED) {
            judge_mentions(&shot.prompt, format!("shots[{index}].prompt"));
        }
    } else {
        judge_mentions(&board.prompt, "prompt".to_owned());
    }
}

fn judge_element(element: &Element, field: &str, profile: &Profile, findings: &mut Vec<Finding>) {
    let error = |code| Finding::new(code, Severity::Error, field).with("name", &element.name);
    let id = element.element_id.trim();
    match profile.element_form {
        // A model without elements has said so already.
        _ if profile.elements_max == 0 => {}
        ElementForm::Id | ElementForm::Number if id.is_empty() => {
            findings.push(error(FindingCode::ElementIdMissing));
        }
        ElementForm::Number if id.parse::<u64>().is_err() => findings.push(error(FindingCode::ElementIdNoNumber)),
        ElementForm::Pictures
            if !profile.element_pictures.contains(i64::try_from(element.pictures.len()).unwrap_or(i64::MAX)) =>
        {
            findings.push(
                error(FindingCode::ElementPicturesCount)
                    .with("count", element.pictures.len())
                    .with("min", profile.element_pictures.min)
                    .with("max", profile.element_pictures.max),
            );
        }
        _ => {}
    }
}

/// Whether a word can stand after `@`.
#[must_use]
pub(crate) fn is_element_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= 20 && name.chars().all(is_name_character)
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The names after each `@` that starts a word.
pub(crate) fn mentions(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('@').filter_map(|(at, _)| {
        let starts_word = text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_name_character(c)).unwrap_or(rest.len());
        (starts_word && end > 0).then(|| &rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_starts_a_word_and_an_address_is_none() {
        let text = "@mara and (@der_alte), mail me@example.org, @@x, 漁師@海 @海 @";
        assert_eq!(mentions(text).collect::<Vec<_>>(), ["mara", "der_alte", "x", "海"]);
    }
}
