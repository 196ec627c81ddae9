//! What a person set.

use crate::contract::{Change, OwnLimits, Settings, SettingsArgs};
use crate::problem::StudioError;
use crate::studio::Studio;
use serde_json::Value;
use sixshot_domain::{BoardId, ProviderId};
use sixshot_providers::http::Connections;
use sixshot_queue::Limits;
use sixshot_store::Library;
use std::collections::HashMap;

const NAME: &str = "settings";

/// What was set, field by field: a word of a newer version must not take the cap along with it.
pub(crate) fn read(library: &Library) -> Result<Settings, StudioError> {
    let text = library.setting(NAME)?.unwrap_or_default();
    Ok(read_fields(&text))
}

/// A person's own limits as the queue takes them.
pub(crate) fn limits_of(settings: &Settings) -> HashMap<ProviderId, Limits> {
    let of = |own: &OwnLimits| Limits { concurrent: own.concurrent, per_minute: own.per_minute };
    settings.limits.iter().map(|(provider, own)| (ProviderId(provider.clone()), of(own))).collect()
}

fn read_fields(text: &str) -> Settings {
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return Settings::default() };
    let mut known = serde_json::Map::new();
    for (name, value) in fields {
        let mut with = known.clone();
        with.insert(name.clone(), value);
        match serde_json::from_value::<Settings>(Value::Object(with.clone())) {
            Ok(_) => known = with,
            Err(error) => tracing::warn!(setting = name, %error, "a setting cannot be read"),
        }
    }
    serde_json::from_value(Value::Object(known)).unwrap_or_default()
}

impl Studio {
    pub(crate) async fn save_settings(&self, args: SettingsArgs) -> Result<Settings, StudioError> {
        let mut new = args.settings;
        new.base_urls.retain(|_, url| !url.trim().is_empty());
        for url in new.base_urls.values() {
            Connections::new(url).map_err(|error| StudioError::Setting(format!("{url}: {error}")))?;
        }
        for amount in [new.monthly_cap, new.ask_above].into_iter().flatten() {
            if amount.0 < 0 {
                return Err(StudioError::Setting("An amount of money cannot be negative.".to_owned()));
            }
        }
        if new.limits.values().any(|of| !(1..=1_000).contains(&of.concurrent) || !(1..=1_000).contains(&of.per_minute))
        {
            return Err(StudioError::Setting("A limit lies between 1 and 1000.".to_owned()));
        }
        // Which board is open is the core's own knowledge, from the commands that open one.
        let before = {
            let mut current = self.settings_now();
            new.open_board.clone_from(&current.open_board);
            // Prices and accounts have commands of their own, which check them.
            new.prices.clone_from(&current.prices);
            new.accounts.clone_from(&current.accounts);
            self.keep_settings(&new)?;
            std::mem::replace(&mut *current, new.clone())
        };
        if before.base_urls != new.base_urls {
            self.use_addresses();
            for entry in self.asked_providers() {
                let address =
                    |of: &Settings| of.base_urls.get(&entry.id.0).map(|url| url.trim_end_matches('/').to_owned());
                if address(&before) != address(&new) {
                    self.address_was_changed(&entry.id);
                }
            }
        }
        if before.limits != new.limits {
            self.queue.set_limits(limits_of(&new));
        }
        if before.monthly_cap != new.monthly_cap {
            self.bell.ring(Change::Spending { spending: self.spending()? });
        }
        Ok(new)
    }

    /// The next start opens this board.
    pub(crate) fn remember_open(&self, id: &BoardId) -> Result<(), StudioError> {
        self.change_settings(|settings| settings.open_board = Some(id.clone()))
    }

    /// Changes what is set and keeps it; nothing changes when it cannot be kept.
    pub(crate) fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<(), StudioError> {
        let mut current = self.settings_now();
        let mut settings = current.clone();
        change(&mut settings);
        if settings != *current {
            // What was open is remembered for this run only where nothing may be written.
            if self.read_only.is_none() {
                self.keep_settings(&settings)?;
            }
            *current = settings;
        }
        Ok(())
    }

    fn keep_settings(&self, settings: &Settings) -> Result<(), StudioError> {
        let text = serde_json::to_string(settings).map_err(|error| StudioError::Contract(error.to_string()))?;
        Ok(self.library.set_setting(NAME, &text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Theme;
    use sixshot_domain::MicroDollars;

    #[test]
    fn an_unknown_word_takes_nothing_else_along() {
        let text = r#"{"theme":"sepia","monthly_cap":5000000,"view":"gallery","from_the_future":{"a":1}}"#;
        let settings = read_fields(text);
        assert_eq!((settings.theme, settings.monthly_cap), (Theme::System, Some(MicroDollars(5_000_000))));
        assert_eq!(read_fields("not json"), Settings::default());
    }
}
