//! Addresses a person gives: for a callback, and for frames where the provider takes no uploads.

use crate::board::Board;
use crate::finding::{Finding, FindingCode, Severity};
use crate::profile::Profile;

/// Longest address that providers document.
const ADDRESS_MAX: usize = 2_048;

pub(super) fn judge(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if profile.free {
        return;
    }
    judge_callback(board, profile, findings);
    let wells = [
        ("first_frame", board.first_frame.is_some(), &board.first_frame_address),
        ("last_frame", board.last_frame.is_some(), &board.last_frame_address),
    ];
    if !profile.frames_by_address {
        // A frame that is known by its address only would be left out, and another clip be bought than was meant.
        for (field, has_picture, address) in wells {
            if !has_picture && !address.trim().is_empty() {
                findings.push(Finding::new(FindingCode::FrameAddressUnused, Severity::Error, field));
            }
        }
        return;
    }
    for (field, has_picture, address) in wells {
        if address.trim().is_empty() {
            if has_picture {
                findings.push(Finding::new(FindingCode::FrameNeedsAddress, Severity::Error, field));
            }
        } else if !is_public_address(address) {
            findings.push(Finding::new(FindingCode::FrameAddressInvalid, Severity::Error, field));
        }
    }
}

fn judge_callback(board: &Board, profile: &Profile, findings: &mut Vec<Finding>) {
    if board.callback.trim().is_empty() {
        return;
    }
    if !profile.callback {
        findings.push(Finding::new(FindingCode::CallbackUnsupported, Severity::Warning, "callback"));
    } else if !is_public_address(&board.callback) {
        findings.push(Finding::new(FindingCode::CallbackInvalid, Severity::Error, "callback"));
    }
}

/// Whether a provider could reach an address: encrypted, without a login, on a host that has a public name.
///
/// A name that leads to a private address cannot be told from here; the provider refuses that one itself.
#[must_use]
pub(crate) fn is_public_address(text: &str) -> bool {
    let text = text.trim();
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_name = name.contains('.')
        && name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-')
        })
        // The last label of a name holds letters; that of an address in digits does not.
        && name.rsplit('.').next().is_some_and(|label| label.chars().any(char::is_alphabetic));
    let is_private = [".local", ".internal", ".localhost", ".lan", ".home.arpa"].iter().any(|end| name.ends_with(end));
    text.len() <= ADDRESS_MAX && !text.contains(char::is_whitespace) && is_name && !is_private
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_provider_can_reach_is_an_address() {
        for (text, reachable) in [
            ("https://example.com/start.png", true),
            ("https://cdn.example.com:8443/a?b=c#d", true),
            ("http://example.com/start.png", false),
            ("https://localhost/start.png", false),
            ("https://printer.local/a.png", false),
            ("https://10.0.0.1/a.png", false),
            ("https://[::1]/a.png", false),
            ("https://user:word@example.com/a.png", false),
            ("https://example.com/a b.png", false),
            ("https://", false),
            ("", false),
        ] {
            assert_eq!(is_public_address(text), reachable, "{text}");
        }
        assert!(!is_public_address(&format!("https://example.com/{}", "a".repeat(3_000))));
    }
}
