//! What is written: present, not too long, printable, and used.

use super::{SHOTS_COUNTED, characters};
use crate::board::Board;
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::Profile;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if board.sends_shot_prompts() {
        judge_shot_prompts(board, profile, findings);
        if !profile.free && !board.prompt.trim().is_empty() {
            findings.push(Finding::new(FindingCode::MainPromptUnused, Severity::Advice, "prompt"));
        }
    } else {
        judge_text(&board.prompt, "prompt", profile.prompt_max, FindingCode::PromptTooLong, findings);
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
        judge_text(&shot.prompt, &field, profile.shot_prompt_max, FindingCode::ShotPromptTooLong, findings);
        for finding in findings.iter_mut().skip(before) {
            finding.values.insert("shot".to_owned(), (index + 1).to_string());
        }
    }
    let together: u64 = board.shots.iter().map(|shot| u64::from(characters(&shot.prompt))).sum();
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
            judge_text(&board.negative_prompt, "negative_prompt", max, code, findings);
        }
        _ => findings.push(Finding::new(FindingCode::NegativePromptUnused, Severity::Warning, "negative_prompt")),
    }
}

fn judge_text(text: &str, field: &str, max: u32, too_long: FindingCode, findings: &mut Vec<Finding>) {
    let length = characters(text);
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
