//! Money as whole numbers: a price that was shown and the price that is paid are compared for equality, which
//! binary fractions cannot promise.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// An amount in millionths of a US dollar. `0.0750 $` is `75_000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct MicroDollars(#[ts(type = "number")] pub i64);

impl MicroDollars {
    /// No money at all.
    pub const ZERO: Self = Self(0);

    /// Multiplies by a count of seconds or takes; stops at the largest amount instead of wrapping round.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Adds two amounts; stops at the largest amount instead of wrapping round.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for MicroDollars {
    /// Writes at least two and at most six decimals, never a rounded figure: `$1.68`, `$2.016`, `$0.0005`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}${}.{}", self.0.unsigned_abs() / 1_000_000, decimals(self.0, 2))
    }
}

/// The decimals of millionths, never rounded, at least so many.
fn decimals(micro: i64, at_least: usize) -> String {
    let mut decimals = format!("{:06}", micro.unsigned_abs() % 1_000_000);
    while decimals.len() > at_least && decimals.ends_with('0') {
        decimals.pop();
    }
    decimals
}

/// A provider's own unit in millionths. EvoLink's `7.1982` credits are `7_198_200`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct MicroCredits(#[ts(type = "number")] pub i64);

impl fmt::Display for MicroCredits {
    /// Writes a whole number or as many decimals as there are, never a rounded figure: `42`, `7.1982`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, decimals) = (self.0.unsigned_abs() / 1_000_000, decimals(self.0, 0));
        let point = if decimals.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{decimals}")
    }
}

impl MicroCredits {
    /// Multiplies by a count of seconds or takes; stops at the largest amount instead of wrapping round.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_exactly() {
        for (micro, text) in [
            (0, "$0.00"),
            (75_000, "$0.075"),
            (1_680_000, "$1.68"),
            (2_016_000, "$2.016"),
            (1, "$0.000001"),
            (-500_000, "-$0.50"),
            (12_400_000, "$12.40"),
            (i64::MIN, "-$9223372036854.775808"),
        ] {
            assert_eq!(MicroDollars(micro).to_string(), text);
        }
    }

    #[test]
    fn credits_are_written_exactly() {
        for (micro, text) in [(0, "0"), (42_000_000, "42"), (7_198_200, "7.1982"), (-500_000, "-0.5")] {
            assert_eq!(MicroCredits(micro).to_string(), text);
        }
    }

    #[test]
    fn a_hostile_count_does_not_wrap_round() {
        assert_eq!(MicroDollars(i64::MAX).times(i64::MAX), MicroDollars(i64::MAX));
        assert_eq!(MicroDollars(i64::MAX).plus(MicroDollars(1)), MicroDollars(i64::MAX));
    }
}
