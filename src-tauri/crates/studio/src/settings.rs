//! What a person set.

use crate::contract::{Change, Settings, SettingsArgs};
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::BoardId;
use sixshot_providers::http::Connections;
use sixshot_store::Library;

const NAME: &str = "settings";

/// What was set; the defaults for anything that cannot be read, such as a word of a newer version.
pub(crate) fn read(library: &Library) -> Result<Settings, StudioError> {
    let text = library.setting(NAME)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
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
        // Which board is open is the core's own knowledge, from the commands that open one.
        new.open_board = self.settings().open_board;
        self.keep_settings(&new)?;
        let before = std::mem::replace(&mut *self.settings_now(), new.clone());
        if before.base_urls != new.base_urls {
            self.use_addresses();
        }
        if before.monthly_cap != new.monthly_cap {
            self.bell.ring(Change::Spending { spending: self.spending()? });
        }
        Ok(new)
    }

    /// The next start opens this board.
    pub(crate) fn remember_open(&self, id: &BoardId) -> Result<(), StudioError> {
        let mut settings = self.settings();
        if settings.open_board.as_ref() != Some(id) {
            settings.open_board = Some(id.clone());
            self.keep_settings(&settings)?;
            *self.settings_now() = settings;
        }
        Ok(())
    }

    fn keep_settings(&self, settings: &Settings) -> Result<(), StudioError> {
        let text = serde_json::to_string(settings).map_err(|error| StudioError::Contract(error.to_string()))?;
        Ok(self.library.set_setting(NAME, &text)?)
    }
}
