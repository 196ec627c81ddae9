//! Kling's own API, in the two generations that it answers in side by side: the new standard, where the model's
//! version stands in the path, and the older one below `/v1/videos`, which knows the negative prompt, the guidance
//! and cuts by the model.
//!
//! Facts from the provider's documentation of 2026-09 and its clients, read 2026-11-21. Pictures travel inside the
//! request. Every request carries a name of this program's own, by which a lost answer is found again exactly.

mod answer;
mod legacy;
mod standard;
mod token;

pub use legacy::KlingLegacy;
pub use standard::Kling;

use crate::error::ProviderError;
use crate::provider::Account;
use crate::reading::micro_credits;
use serde_json::Value;
use sixshot_domain::MicroCredits;
use time::OffsetDateTime;

/// How far back the account's packs are asked for: longer than any pack is sold for.
const PACKS_DAYS: i64 = 400;

/// Where the account's packs are asked for: also the free test of a key.
fn packs_path(now: OffsetDateTime) -> String {
    let end = now.unix_timestamp() * 1_000;
    let start = end - PACKS_DAYS * 24 * 3_600_000;
    format!("/account/costs?start_time={start}&end_time={end}")
}

/// What the account's packs hold together.
fn packs(data: &Value) -> Result<Account, ProviderError> {
    answer::inner_refusal(data)?;
    let packs = data.get("resource_pack_subscribe_infos").and_then(Value::as_array);
    let open = packs.into_iter().flatten().filter(|pack| pack.get("status").and_then(Value::as_str) == Some("online"));
    let left = open.filter_map(|pack| pack.get("remaining_quantity").and_then(micro_credits));
    let left = left.fold(MicroCredits(0), |sum, units| MicroCredits(sum.0.saturating_add(units.0)));
    Ok(Account { balance: None, credits: Some(left) })
}
