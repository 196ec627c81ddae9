//! Models, limits and prices as data, each figure beside its source.

use crate::error::ProviderError;
use crate::provider::Composition;
use serde::Deserialize;
use sixshot_domain::{
    ElementForm, ImageRules, LastFrame, MicroCredits, MicroDollars, ModelId, PriceTable, Profile, ProviderId, Rate,
    Ratio, Span,
};
use std::collections::BTreeMap;

/// The files the program ships with, in the order their providers are shown.
const BUILT_IN: [(&str, &str); 10] = [
    ("wavespeed.toml", include_str!("../catalogue/wavespeed.toml")),
    ("fal.toml", include_str!("../catalogue/fal.toml")),
    ("kling.toml", include_str!("../catalogue/kling.toml")),
    ("kling-legacy.toml", include_str!("../catalogue/kling-legacy.toml")),
    ("replicate.toml", include_str!("../catalogue/replicate.toml")),
    ("evolink.toml", include_str!("../catalogue/evolink.toml")),
    ("vidgo.toml", include_str!("../catalogue/vidgo.toml")),
    ("atlascloud.toml", include_str!("../catalogue/atlascloud.toml")),
    ("ulazai.toml", include_str!("../catalogue/ulazai.toml")),
    ("rehearsal.toml", include_str!("../catalogue/rehearsal.toml")),
];

/// Everything known about every provider.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// In the order they are shown.
    pub providers: Vec<ProviderEntry>,
}

/// How a board's pictures reach a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PictureWay {
    /// Uploaded first; the request holds a link.
    Upload,
    /// Inside the request, as base64.
    Inline,
    /// Not at all: the person gives a public address.
    Address,
}

/// How a request whose answer was lost can be found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookUp {
    /// By the name this program gave it: what is found is it.
    ClientId,
    /// In a list of tasks: what is new there can be it.
    List,
    /// Not at all.
    Never,
}

/// What is known about one provider.
#[derive(Debug, Clone)]
pub struct ProviderEntry {
    /// Who.
    pub id: ProviderId,
    /// For people.
    pub name: String,
    /// Where it answers.
    pub base_url: String,
    /// Where it answers for single purposes, such as `files`.
    pub hosts: BTreeMap<String, String>,
    /// The word before the key in the `Authorization` header.
    pub authorization: String,
    /// What a key looks like, for people, where it is more than one word of letters.
    pub key_form: String,
    /// How pictures reach it.
    pub pictures: PictureWay,
    /// How a lost request can be found.
    pub looks_up: LookUp,
    /// Its list may show a task only when that has ended: absence from it proves little.
    pub lists_late: bool,
    /// A running task can be stopped there.
    pub cancels: bool,
    /// It says what a request would cost.
    pub quotes: bool,
    /// It says what the account holds, or at least whether a key is good.
    pub tells_account: bool,
    /// What is not known for certain, one sentence each.
    pub doubts: Vec<String>,
    /// Where the protocol is described, one page with its date each.
    pub sources: Vec<String>,
    /// The environment variable its own tools read the key from.
    pub key_variable: String,
    /// Two variables that together hold a key, joined by a colon, where its tools read it so.
    pub key_pair: Option<[String; 2]>,
    /// Where a person gets a key.
    pub key_page: String,
    /// How long a result can be fetched, in milliseconds; 0 for ever.
    pub result_millis: i64,
    /// How long an upload can be used, in milliseconds.
    pub upload_millis: i64,
    /// It gives the money of failed generations back by itself.
    pub refunds_failed: bool,
    /// How many generations it makes at once for a new account.
    pub concurrent: u32,
    /// How many purchases a minute it takes from a new account.
    pub per_minute: u32,
    /// What it sells.
    pub models: Vec<ModelEntry>,
}

/// What is known about one model.
#[derive(Debug, Clone)]
pub struct ModelEntry {
    /// What it allows.
    pub profile: Profile,
    /// What it costs.
    pub prices: PriceTable,
    /// The request path without a first frame.
    pub text_path: String,
    /// The request path with one.
    pub image_path: String,
    /// What this model adds to a request, in the adapter's words.
    pub words: BTreeMap<String, String>,
}

impl ProviderEntry {
    /// The address for a purpose: a person's own for all of them, or the provider's for this one.
    #[must_use]
    pub fn address<'a>(&'a self, purpose: &str, own: Option<&'a str>) -> &'a str {
        own.unwrap_or_else(|| self.hosts.get(purpose).map_or(self.base_url.as_str(), String::as_str))
    }

    /// What is known about one of its models.
    ///
    /// # Errors
    /// `NotFound` when it sells no such model.
    pub fn model(&self, model: &ModelId) -> Result<&ModelEntry, ProviderError> {
        let found = self.models.iter().find(|entry| entry.profile.model == *model);
        found.ok_or_else(|| ProviderError::NotFound { reason: model.0.clone() })
    }
}

impl ModelEntry {
    /// What this model adds to a request under a name; nothing when the catalogue has no such word.
    #[must_use]
    pub fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }

    /// The request path for a composition: by whether it has a first frame.
    #[must_use]
    pub fn path(&self, composition: &Composition<'_>) -> &str {
        if composition.first().is_some() { &self.image_path } else { &self.text_path }
    }
}

/// A catalogue file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not written as it should be.
    #[error("{file}: {source}")]
    Unreadable {
        /// Which file.
        file: String,
        /// Where.
        source: Box<toml::de::Error>,
    },
    /// A name or a figure that does not fit.
    #[error("{file}: {reason}")]
    Inconsistent {
        /// Which file.
        file: String,
        /// What.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderFile {
    id: String,
    name: String,
    base_url: String,
    #[serde(default)]
    hosts: BTreeMap<String, String>,
    #[serde(default = "bearer")]
    authorization: String,
    key_variable: String,
    #[serde(default)]
    key_pair: Option<[String; 2]>,
    key_page: String,
    #[serde(default)]
    key_form: String,
    pictures: PictureWay,
    looks_up: LookUp,
    #[serde(default)]
    lists_late: bool,
    cancels: bool,
    quotes: bool,
    tells_account: bool,
    #[serde(default)]
    credit_name: Option<String>,
    #[serde(default)]
    unverified: bool,
    #[serde(default)]
    doubts: Vec<String>,
    sources: Vec<String>,
    result_hours: u32,
    upload_hours: u32,
    refunds_failed: bool,
    concurrent: u32,
    per_minute: u32,
    model: Vec<ModelTable>,
    limits: BTreeMap<String, Limits>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelTable {
    id: String,
    name: String,
    tier: String,
    lines: u32,
    text_path: String,
    image_path: String,
    limits: String,
    minimum_seconds: u32,
    source: String,
    date: String,
    rates: Vec<RateTable>,
    #[serde(default)]
    words: BTreeMap<String, String>,
}

fn bearer() -> String {
    "Bearer".to_owned()
}

const fn no_pictures() -> Span {
    Span { min: 0, max: 0 }
}

const fn by_id() -> ElementForm {
    ElementForm::Id
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateTable {
    audio: bool,
    usd: String,
    credits: Option<String>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Limits {
    seconds: Span,
    shots: Span,
    shot_seconds_min: u32,
    prompt_required: bool,
    prompt_max: u32,
    shot_prompt_max: u32,
    #[serde(default)]
    all_shots_prompt_max: Option<u32>,
    negative_prompt_max: Option<u32>,
    negative_prompt_with_shots: bool,
    ratios: Vec<Ratio>,
    ratio_follows_frame: bool,
    first_frame: bool,
    last_frame: LastFrame,
    last_frame_with_shots: bool,
    audio: bool,
    #[serde(default)]
    audio_always: bool,
    shots_force_audio: bool,
    guidance: bool,
    intelligent_plan: bool,
    elements_max: u32,
    elements_need_frame: bool,
    #[serde(default = "by_id")]
    element_form: ElementForm,
    #[serde(default = "no_pictures")]
    element_pictures: Span,
    #[serde(default)]
    watermark: bool,
    #[serde(default)]
    callback: bool,
    takes_max: u32,
    image: ImageRules,
}

impl Catalogue {
    /// What the program ships with.
    ///
    /// # Errors
    /// When a shipped file is wrong, which a test keeps from happening.
    pub fn built_in() -> Result<Self, CatalogueError> {
        let providers = BUILT_IN.iter().map(|(file, text)| read_provider(file, text)).collect::<Result<_, _>>()?;
        Ok(Self { providers })
    }

    /// What is known about a provider.
    #[must_use]
    pub fn provider(&self, id: &ProviderId) -> Option<&ProviderEntry> {
        self.providers.iter().find(|entry| entry.id == *id)
    }

    /// What is known about a model of a provider.
    #[must_use]
    pub fn model(&self, provider: &ProviderId, model: &ModelId) -> Option<&ModelEntry> {
        self.provider(provider)?.models.iter().find(|entry| entry.profile.model == *model)
    }

    /// Every model of every provider.
    pub fn models(&self) -> impl Iterator<Item = &ModelEntry> {
        self.providers.iter().flat_map(|provider| &provider.models)
    }
}

fn read_provider(file: &str, text: &str) -> Result<ProviderEntry, CatalogueError> {
    let unreadable = |source| CatalogueError::Unreadable { file: file.to_owned(), source: Box::new(source) };
    let table: ProviderFile = toml::from_str(text).map_err(unreadable)?;
    let mut models = Vec::new();
    for model in &table.model {
        let limits = table.limits.get(&model.limits).ok_or_else(|| {
            inconsistent(file, format!("{} names limits that are not there: {}", model.id, model.limits))
        })?;
        models.push(read_model(file, &table, model, limits)?);
    }
    Ok(ProviderEntry {
        id: ProviderId(table.id),
        name: table.name,
        base_url: table.base_url,
        hosts: table.hosts,
        authorization: table.authorization,
        key_form: table.key_form,
        pictures: table.pictures,
        looks_up: table.looks_up,
        lists_late: table.lists_late,
        cancels: table.cancels,
        quotes: table.quotes,
        tells_account: table.tells_account,
        doubts: table.doubts,
        sources: table.sources,
        key_variable: table.key_variable,
        key_pair: table.key_pair,
        key_page: table.key_page,
        result_millis: hours(table.result_hours),
        upload_millis: hours(table.upload_hours),
        refunds_failed: table.refunds_failed,
        concurrent: table.concurrent,
        per_minute: table.per_minute,
        models,
    })
}

fn hours(count: u32) -> i64 {
    i64::from(count) * 3_600_000
}

fn inconsistent(file: &str, reason: String) -> CatalogueError {
    CatalogueError::Inconsistent { file: file.to_owned(), reason }
}

fn read_rate(file: &str, model: &str, rate: &RateTable) -> Result<Rate, CatalogueError> {
    let amount = |text: &str| micro(text).ok_or_else(|| inconsistent(file, format!("{model}: no amount: {text}")));
    Ok(Rate {
        audio: rate.audio,
        per_second: MicroDollars(amount(&rate.usd)?),
        credits_per_second: rate.credits.as_deref().map(amount).transpose()?.map(MicroCredits),
        shipped: None,
    })
}

fn read_model(
    file: &str,
    table: &ProviderFile,
    model: &ModelTable,
    limits: &Limits,
) -> Result<ModelEntry, CatalogueError> {
    let free = table.id == ProviderId::REHEARSAL;
    let rates = model.rates.iter().map(|rate| read_rate(file, &model.id, rate)).collect::<Result<Vec<_>, _>>()?;
    let limits = limits.clone();
    let profile = Profile {
        provider: ProviderId(table.id.clone()),
        provider_name: table.name.clone(),
        model: ModelId(model.id.clone()),
        model_name: model.name.clone(),
        tier: model.tier.clone(),
        lines: model.lines,
        free,
        unverified: table.unverified,
        credit_name: table.credit_name.clone(),
        seconds: limits.seconds,
        shots: limits.shots,
        shot_seconds_min: limits.shot_seconds_min,
        prompt_required: limits.prompt_required,
        prompt_max: limits.prompt_max,
        shot_prompt_max: limits.shot_prompt_max,
        all_shots_prompt_max: limits.all_shots_prompt_max,
        negative_prompt_max: limits.negative_prompt_max,
        negative_prompt_with_shots: limits.negative_prompt_with_shots,
        ratios: limits.ratios,
        ratio_follows_frame: limits.ratio_follows_frame,
        first_frame: limits.first_frame,
        last_frame: limits.last_frame,
        last_frame_with_shots: limits.last_frame_with_shots,
        frames_by_address: table.pictures == PictureWay::Address,
        audio: limits.audio,
        audio_always: limits.audio_always,
        shots_force_audio: limits.shots_force_audio,
        guidance: limits.guidance,
        intelligent_plan: limits.intelligent_plan,
        elements_max: limits.elements_max,
        elements_need_frame: limits.elements_need_frame,
        element_form: limits.element_form,
        element_pictures: limits.element_pictures,
        watermark: limits.watermark,
        callback: limits.callback,
        takes_max: limits.takes_max,
        image: limits.image,
    };
    let prices = PriceTable {
        provider: profile.provider.clone(),
        model: profile.model.clone(),
        rates,
        minimum_seconds: model.minimum_seconds,
        source: model.source.clone(),
        date: model.date.clone(),
    };
    Ok(ModelEntry {
        profile,
        prices,
        text_path: model.text_path.clone(),
        image_path: model.image_path.clone(),
        words: model.words.clone(),
    })
}

/// A decimal amount in millionths, exactly; `None` for anything else or more than six decimals.
fn micro(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let fraction = if fraction.is_empty() { 0 } else { format!("{fraction:0<6}").parse::<i64>().ok()? };
    whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(micro("0.084"), Some(84_000));
        assert_eq!(micro("7.1982"), Some(7_198_200));
        assert_eq!(micro("0"), Some(0));
        assert_eq!(micro("12"), Some(12_000_000));
        for wrong in ["", ".5", "-1", "0.0000001", "1e3", "99999999999999999999"] {
            assert_eq!(micro(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_shipped_catalogue_is_whole() {
        let catalogue = Catalogue::built_in().expect("the shipped files are right");
        for entry in catalogue.models() {
            let profile = &entry.profile;
            assert!(profile.seconds.min <= profile.seconds.max, "{:?}", profile.model);
            assert!(!entry.prices.rates.is_empty() && !entry.prices.source.is_empty(), "{:?}", profile.model);
            assert_eq!(entry.prices.date.len(), 10, "{:?}", profile.model);
            assert!(profile.free || entry.prices.rates.iter().all(|rate| rate.per_second.0 > 0));
            let sold_with_audio = entry.prices.rates.iter().any(|rate| rate.audio);
            assert_eq!(sold_with_audio, profile.audio || profile.audio_always, "{:?}", profile.model);
        }
    }
}
