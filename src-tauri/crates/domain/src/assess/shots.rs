//! How many shots, how long each, how long together.

use super::SHOTS_COUNTED;
use crate::board::{Board, ShotPlan};
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::Profile;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    let count = board.shots.len();
    if count == 0 {
        findings.push(Finding::new(FindingCode::ShotsNone, Severity::Error, "shots"));
        return;
    }
    if i64::try_from(count).unwrap_or(i64::MAX) > i64::from(profile.shots.max) {
        findings.push(
            Finding::new(FindingCode::ShotsTooMany, Severity::Error, "shots")
                .with("count", count)
                .with("max", profile.shots.max),
        );
    }
    if board.plan == ShotPlan::Intelligent && !profile.intelligent_plan {
        findings.push(Finding::new(FindingCode::PlanUnsupported, Severity::Error, "plan"));
    }
    for (index, shot) in board.shots.iter().enumerate().take(SHOTS_COUNTED) {
        let field = format!("shots[{index}].seconds");
        if shot.seconds <= 0 {
            findings.push(
                Finding::new(FindingCode::ShotSecondsInvalid, Severity::Error, field)
                    .with("shot", index + 1)
                    .with("seconds", shot.seconds),
            );
        } else if count > 1 && i64::from(shot.seconds) < i64::from(profile.shot_seconds_min) {
            findings.push(
                Finding::new(FindingCode::ShotTooShort, Severity::Error, field)
                    .with("shot", index + 1)
                    .with("seconds", shot.seconds)
                    .with("min", profile.shot_seconds_min),
            );
        }
    }
    let total = board.seconds();
    if total > i64::from(profile.seconds.max) {
        findings.push(
            Finding::new(FindingCode::TotalTooLong, Severity::Error, "shots")
                .with("seconds", total)
                .with("max", profile.seconds.max),
        );
    } else if total < i64::from(profile.seconds.min) {
        findings.push(
            Finding::new(FindingCode::TotalTooShort, Severity::Error, "shots")
                .with("seconds", total)
                .with("min", profile.seconds.min),
        );
    }
}
