//! What a board costs, and the sum it comes from.

use crate::board::Board;
use crate::money::{MicroCredits, MicroDollars};
use crate::profile::{ModelId, Profile, ProviderId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The price of one second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rate {
    /// With sound.
    pub audio: bool,
    /// US dollars a second.
    pub per_second: MicroDollars,
    /// The provider's own unit a second, where it has one.
    pub credits_per_second: Option<MicroCredits>,
    /// The figure the program ships with, where a person has put another in its place.
    pub shipped: Option<MicroDollars>,
}

/// The prices of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceTable {
    /// Whose price.
    pub provider: ProviderId,
    /// Of what.
    pub model: ModelId,
    /// One rate without sound, one with, or only those that are sold.
    pub rates: Vec<Rate>,
    /// Shorter clips are billed as this many seconds.
    pub minimum_seconds: u32,
    /// Where the figures stand.
    pub source: String,
    /// The day they were read, `YYYY-MM-DD`.
    pub date: String,
}

/// Why the price is not simply the seconds asked for times the rate without sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum QuoteReason {
    /// Sound was asked for.
    Audio,
    /// Several shots switch sound on, or the model always has it.
    AudioForced,
    /// The clip is shorter than the shortest that is billed.
    MinimumSeconds,
    /// More than one take.
    Takes,
    /// Costs nothing.
    Free,
}

/// The estimated price of one press of Generate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quote {
    /// All takes together.
    pub total: MicroDollars,
    /// One take.
    pub per_take: MicroDollars,
    /// The rate.
    pub per_second: MicroDollars,
    /// Seconds billed for one take.
    #[ts(type = "number")]
    pub seconds: i64,
    /// How many takes.
    #[ts(type = "number")]
    pub takes: i64,
    /// The total in the provider's own unit, where it has one.
    pub credits: Option<MicroCredits>,
    /// What made the price, most telling first.
    pub reasons: Vec<QuoteReason>,
    /// Where the rate stands.
    pub source: String,
    /// The day the rate was read.
    pub date: String,
    /// The rate is a person's own figure.
    pub edited: bool,
}

/// Prices a board. `None` when the table has no rate for it, which is shown as an unknown price and never as zero.
#[must_use]
pub fn quote(board: &Board, profile: &Profile, prices: &PriceTable) -> Option<Quote> {
    let forced = profile.audio_always || profile.shots_force_audio && board.is_multi_shot();
    let audio = profile.audio_always || profile.audio && (board.audio || forced);
    let rate = prices.rates.iter().find(|rate| rate.audio == audio)?;
    let asked = board.seconds().max(0);
    let seconds = asked.max(i64::from(prices.minimum_seconds));
    let takes = i64::from(board.takes.max(1));
    let mut reasons = Vec::new();
    if profile.free {
        reasons.push(QuoteReason::Free);
    }
    if audio {
        reasons.push(if forced && !board.audio { QuoteReason::AudioForced } else { QuoteReason::Audio });
    }
    if seconds > asked {
        reasons.push(QuoteReason::MinimumSeconds);
    }
    if takes > 1 {
        reasons.push(QuoteReason::Takes);
    }
    let per_take = rate.per_second.times(seconds);
    Some(Quote {
        total: per_take.times(takes),
        per_take,
        per_second: rate.per_second,
        seconds,
        takes,
        credits: rate.credits_per_second.map(|credits| credits.times(seconds).times(takes)),
        reasons,
        source: prices.source.clone(),
        date: prices.date.clone(),
        edited: rate.shipped.is_some(),
    })
}
