//! What is written: present, not too long, printable, and used.

use super::settings::mentions;
use super::{SHOTS_COUNTED, characters};
use crate::board::Board;
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::{ElementForm, Profile};

/// Characters of `<<<element_1>>>`, the longest that any provider writes for a name.
const LONGEST_MARK: u32 = 15;
/// Characters of `@Element1`.
const LONGEST_NAME_OF_PICTURES: u32 = 9;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if board.sends_shot_prompts() {
        judge_shot_prompts(board, profile, findings);
        if !profile.free && !board.prompt.trim().is_empty() {
            findings.push(Finding::new(FindingCode::MainPromptUnused, Severity::Advice, "prompt"));
        }
    } else {
        let length = written_characters(&board.prompt, board, profile);
        judge_text(&board.prompt, length, "prompt", profile.prompt_max, FindingCode::PromptTooLong, findings);
        if profile.prompt_required && board.prompt.trim().is_empty() {
            findings.push(Finding::new(FindingCode::PromptEmpty, Severity::Error, "prompt"));
        }
    }
    judge_negative_prompt(board, profile, findings);
}

fn judge_shot_prompts(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    for (index, shot) in board.shots.iter().enumerate().take(SHOTS_COUNTED) {
        let field = format!("shots[{index}].prompt");
        if profile.prompt_required && shot.prompt.trim().is_empty() {
            findings.push(Finding::new(FindingCode::ShotPromptEmpty, Severity::Error, &*field).with("shot", index + 1));
        }
        let before = findings.len();
        let length = written_characters(&shot.prompt, board, profile);
        judge_text(&shot.prompt, length, &field, profile.shot_prompt_max, FindingCode::ShotPromptTooLong, findings);
        for finding in findings.iter_mut().skip(before) {
            finding.values.insert("shot".to_owned(), (index + 1).to_string());
        }
    }
    let together: u64 =
        board.shots.iter().map(|shot| u64::from(written_characters(&shot.prompt, board, profile))).sum();
    if let Some(max) = profile.all_shots_prompt_max.filter(|max| together > u64::from(*max)) {
        findings.push(
            Finding::new(FindingCode::AllShotsPromptTooLong, Severity::Error, "shots")
                .with("length", together)
                .with("max", max)
                .with("over", together - u64::from(max)),
        );
    }
}

fn judge_negative_prompt(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if board.negative_prompt.trim().is_empty() || profile.free {
        return;
    }
    let used = profile.negative_prompt_with_shots || !board.is_multi_shot();
    match profile.negative_prompt_max {
        Some(max) if used => {
            let code = FindingCode::NegativePromptTooLong;
            let length = characters(&board.negative_prompt);
            judge_text(&board.negative_prompt, length, "negative_prompt", max, code, findings);
        }
        _ => findings.push(Finding::new(FindingCode::NegativePromptUnused, Severity::Warning, "negative_prompt")),
    }
}

/// Characters as the provider counts them: each name of an element becomes what the provider writes for it, which is
/// longer than most names.
fn written_characters(text: &str, board: &Board, profile: &Profile) -> u32 {
    let mark = match profile.element_form {
        // Nothing is written for a name where nothing is sent.
        _ if profile.free || profile.elements_max == 0 || board.elements.is_empty() => return characters(text),
        ElementForm::Id | ElementForm::Number => LONGEST_MARK,
        ElementForm::Pictures => LONGEST_NAME_OF_PICTURES,
    };
    let named = mentions(text).filter(|name| board.elements.iter().any(|element| element.name == *name));
    let longer = named.map(|name| mark.saturating_sub(characters(name) + 1)).fold(0_u32, u32::saturating_add);
    characters(text).saturating_add(longer)
}

fn judge_text(text: &str, length: u32, field: &str, max: u32, too_long: FindingCode, findings: &mut Vec<Finding>) {
    if length > max {
        findings.push(
            Finding::new(too_long, Severity::Error, field)
                .with("length", length)
                .with("max", max)
                .with("over", length - max),
        );
    }
    // Line ends and tabs are writing; NUL and its kin are an accident that some services cut the text at.
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        findings.push(Finding::new(FindingCode::PromptControlCharacter, Severity::Error, field));
    }
}
