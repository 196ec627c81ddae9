//! Which pictures go where, and whether the provider reads them.

use crate::board::{Board, Ratio};
use crate::finding::{Finding, FindingCode, Mend, Severity};
use crate::frame::{Frame, FrameTrait, ImageRules};
use crate::profile::{ElementForm, LastFrame, Profile};

use super::SHOTS_COUNTED;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    judge_places(board, profile, findings);
    if profile.free {
        return;
    }
    // A shot's panel is never sent, so only the two wells answer to the provider's rules.
    for (field, frame) in [("first_frame", &board.first_frame), ("last_frame", &board.last_frame)] {
        if let Some(frame) = frame {
            judge_picture(frame, field, board.ratio, profile, findings);
        }
    }
    if profile.element_form == ElementForm::Pictures && profile.elements_max > 0 {
        for (index, element) in board.elements.iter().enumerate().take(SHOTS_COUNTED) {
            for (place, frame) in element.pictures.iter().enumerate().take(SHOTS_COUNTED) {
                let field = format!("elements[{index}].pictures[{place}]");
                judge_picture(frame, &field, board.ratio, profile, findings);
            }
        }
    }
}

fn judge_places(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    // Where nothing is uploaded, an address stands for a picture.
    let has = |picture: &Option<Frame>, address: &str| {
        picture.is_some() || profile.frames_by_address && !address.trim().is_empty()
    };
    let has_first = has(&board.first_frame, &board.first_frame_address);
    if has_first && !profile.first_frame {
        findings.push(Finding::new(FindingCode::FirstFrameUnsupported, Severity::Error, "first_frame"));
    }
    if !has(&board.last_frame, &board.last_frame_address) {
        return;
    }
    match profile.last_frame {
        LastFrame::Refused => {
            findings.push(Finding::new(FindingCode::LastFrameUnsupported, Severity::Error, "last_frame"));
        }
        LastFrame::WithFirst if !has_first => {
            findings.push(Finding::new(FindingCode::LastFrameNeedsFirst, Severity::Error, "last_frame"));
        }
        _ => {}
    }
    if board.is_multi_shot() && !profile.last_frame_with_shots && profile.last_frame != LastFrame::Refused {
        findings.push(Finding::new(FindingCode::LastFrameWithShots, Severity::Error, "last_frame"));
    }
    if let (Some(first), Some(last)) = (&board.first_frame, &board.last_frame)
        && first.nearest_ratio() != last.nearest_ratio()
    {
        let ratio = first.nearest_ratio();
        let mut finding = Finding::new(FindingCode::FramesDiffer, Severity::Warning, "last_frame")
            .with("first", shape(first))
            .with("last", shape(last));
        // A warning must not be mended into an error.
        finding.mend = crop_fits(last, ratio, &profile.image).then_some(Mend::Crop { ratio });
        findings.push(finding);
    }
}

fn judge_picture(frame: &Frame, field: &str, wanted: Ratio, profile: &Profile, findings: &mut Vec<Finding>) {
    let rules = &profile.image;
    let error = |code| Finding::new(code, Severity::Error, field);
    if !rules.formats.contains(&frame.format) {
        findings.push(
            error(FindingCode::FrameFormat)
                .with("format", frame.format.as_str())
                .with("formats", rules.formats.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", "))
                .mended_by(Mend::Convert),
        );
    }
    if frame.bytes > rules.max_bytes {
        findings.push(
            error(FindingCode::FrameTooHeavy)
                .with("megabytes", tenths_of_megabytes(frame.bytes))
                .with("max", tenths_of_megabytes(rules.max_bytes))
                .mended_by(Mend::Reencode { max_bytes: rules.max_bytes }),
        );
    }
    let (width, height) = (u64::from(frame.width), u64::from(frame.height));
    if width.min(height) < u64::from(rules.min_side) {
        findings.push(
            error(FindingCode::FrameTooSmall).with("width", width).with("height", height).with("min", rules.min_side),
        );
    }
    if is_too_stretched(frame.width, frame.height, rules) {
        let offered = crop_that_fits(frame, wanted, profile);
        let mut finding = error(FindingCode::FrameTooStretched)
            .with("shape", shape(frame))
            .with("ratio", offered.unwrap_or(wanted).as_str());
        finding.mend = offered.map(|ratio| Mend::Crop { ratio });
        findings.push(finding);
    }
    for &kind in &frame.traits {
        let (code, severity) = match kind {
            FrameTrait::Animated => (FindingCode::FrameAnimated, Severity::Error),
            FrameTrait::Cmyk => (FindingCode::FrameCmyk, Severity::Error),
            FrameTrait::DeepColour => (FindingCode::FrameDeepColour, Severity::Warning),
            FrameTrait::Transparent => (FindingCode::FrameTransparent, Severity::Warning),
        };
        findings.push(Finding::new(code, severity, field).mended_by(Mend::Convert));
    }
}

/// The wanted ratio where the provider takes what a crop to it leaves, otherwise the one it makes that is nearest: the
/// one that cuts least away.
fn crop_that_fits(frame: &Frame, wanted: Ratio, profile: &Profile) -> Option<Ratio> {
    if crop_fits(frame, wanted, &profile.image) {
        return Some(wanted);
    }
    let left = |ratio: Ratio| {
        let (width, height) = ratio.largest_part(frame.width, frame.height);
        u64::from(width) * u64::from(height)
    };
    let ratios = profile.ratios.iter().copied();
    ratios.filter(|ratio| crop_fits(frame, *ratio, &profile.image)).max_by_key(|ratio| left(*ratio))
}

/// Whether what a crop leaves keeps the provider's sides and shapes.
fn crop_fits(frame: &Frame, ratio: Ratio, rules: &ImageRules) -> bool {
    let (width, height) = ratio.largest_part(frame.width, frame.height);
    width.min(height) >= rules.min_side && !is_too_stretched(width, height, rules)
}

fn is_too_stretched(width: u32, height: u32, rules: &ImageRules) -> bool {
    let (long, short) = (u64::from(width.max(height)), u64::from(width.min(height)));
    long * 10 > short * u64::from(rules.max_stretch_tenths)
}

/// `2.9:1` or `1:2.9`, the long side in tenths rounded to the nearest.
fn shape(frame: &Frame) -> String {
    let (width, height) = (u64::from(frame.width.max(1)), u64::from(frame.height.max(1)));
    let (long, short) = (width.max(height), width.min(height));
    let tenths = (long * 10 + short / 2) / short;
    let long = if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
    if width >= height { format!("{long}:1") } else { format!("1:{long}") }
}

/// Megabytes of ten to the sixth, one decimal, rounded up so that "over 10 MB" never reads "10.0 MB".
fn tenths_of_megabytes(bytes: u32) -> String {
    let tenths = bytes.div_ceil(100_000);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{FrameId, ImageFormat};

    #[test]
    fn shapes_and_weights_are_written_as_people_say_them() {
        let mut frame = Frame {
            id: FrameId(String::new()),
            format: ImageFormat::Png,
            width: 2900,
            height: 1000,
            bytes: 1,
            traits: vec![],
        };
        assert_eq!(shape(&frame), "2.9:1");
        (frame.width, frame.height) = (1000, 3000);
        assert_eq!(shape(&frame), "1:3");
        (frame.width, frame.height) = (0, 0);
        assert_eq!(shape(&frame), "1:1");
        assert_eq!(tenths_of_megabytes(10_000_000), "10");
        assert_eq!(tenths_of_megabytes(10_000_001), "10.1");
    }
}
