//! The clock of the timeline: whole seconds in a request, frames in a rehearsal.

/// Frames in one second of a rehearsal and of every Kling 3.0 clip (24, by the rehearsal's definition).
pub const FRAMES_PER_SECOND: u32 = 24;

/// The number of frames in a length of whole seconds. Negative lengths have none.
#[must_use]
pub fn frames(seconds: i64) -> u32 {
    u32::try_from(seconds.max(0)).unwrap_or(u32::MAX).saturating_mul(FRAMES_PER_SECOND)
}

/// A frame number as `seconds:frames`, two digits each: frame 300 is `12:12`.
#[must_use]
pub fn timecode(frame: u32) -> String {
    format!("{:02}:{:02}", frame / FRAMES_PER_SECOND, frame % FRAMES_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timecode_counts_to_twenty_three_and_turns() {
        assert_eq!(timecode(0), "00:00");
        assert_eq!(timecode(23), "00:23");
        assert_eq!(timecode(24), "01:00");
        assert_eq!(timecode(300), "12:12");
        assert_eq!(frames(15), 360);
        assert_eq!(frames(-4), 0);
        assert_eq!(frames(i64::MAX), u32::MAX);
    }
}
