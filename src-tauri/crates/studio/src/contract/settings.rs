//! What a person can set.

use serde::{Deserialize, Serialize};
use sixshot_domain::{BoardId, MicroDollars};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// How the window is drawn. Takes effect at the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Renderer {
    /// By what is found at start.
    #[default]
    Automatic,
    /// The graphics card.
    Accelerated,
    /// The processor, for drivers that misbehave.
    Compatible,
}

/// The views of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum View {
    #[default]
    Compose,
    Gallery,
    Settings,
}

/// How much a provider takes from this person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnLimits {
    /// Generations at once, 1 to 1000.
    pub concurrent: u32,
    /// Purchases in any minute, 1 to 1000.
    pub per_minute: u32,
}

/// The accounts of one provider that have names. Every provider also has one without.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Accounts {
    /// Their names, in the order they were added.
    pub names: Vec<String>,
    /// The one in use; empty for the one without a name.
    pub chosen: String,
}

/// Everything a person can set, and where they were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// How the window is drawn.
    pub renderer: Renderer,
    /// A person's own address for a provider: a gateway, a proxy, a test. `https`, or `http` on this machine.
    pub base_urls: BTreeMap<String, String>,
    /// A person's further accounts at a provider, by provider. Kept by `set_key` and `choose_account`.
    pub accounts: BTreeMap<String, Accounts>,
    /// A person's own figures for prices, by `provider/model/sound` or `provider/model/silent`, in millionths of a dollar
    /// a second. Kept by `set_price`.
    pub prices: BTreeMap<String, MicroDollars>,
    /// A person's own figures of how much a provider takes, by provider: an account can be allowed more.
    pub limits: BTreeMap<String, OwnLimits>,
    /// Most money in one calendar month; Generate refuses beyond it.
    pub monthly_cap: Option<MicroDollars>,
    /// A single press of Generate above this asks once more.
    pub ask_above: Option<MicroDollars>,
    /// The view that was open.
    pub view: View,
    /// The board that was open.
    pub open_board: Option<BoardId>,
}
