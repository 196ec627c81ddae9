//! Prices: the shipped figures, and a person's own in their place. An update of the program changes the former only.

use crate::contract::{Change, PriceArgs};
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::{MicroDollars, ModelId, PriceTable, ProviderId};
use sixshot_providers::ModelEntry;

/// Dearest second that is taken for meant, in millionths of a dollar: a hundred times the dearest on sale.
const DEAREST: MicroDollars = MicroDollars(50_000_000);

impl Studio {
    /// The prices of a model as they count now.
    pub(crate) fn prices_of(&self, model: &ModelEntry) -> PriceTable {
        let mut prices = model.prices.clone();
        let settings = self.settings_now();
        for rate in &mut prices.rates {
            let name = name_of(&prices.provider, &prices.model, rate.audio);
            if let Some(own) = settings.prices.get(&name).filter(|own| **own != rate.per_second) {
                rate.shipped = Some(std::mem::replace(&mut rate.per_second, *own));
            }
        }
        prices
    }

    /// Every price.
    pub(crate) fn all_prices(&self) -> Vec<PriceTable> {
        self.catalogue.models().map(|model| self.prices_of(model)).collect()
    }

    pub(crate) async fn set_price(&self, args: PriceArgs) -> Result<Vec<PriceTable>, StudioError> {
        let model = self.catalogue.model(&args.provider, &args.model).ok_or(StudioError::Missing("model"))?;
        if model.profile.free || !model.prices.rates.iter().any(|rate| rate.audio == args.audio) {
            return Err(StudioError::Missing("price"));
        }
        if args.per_second.is_some_and(|price| price <= MicroDollars::ZERO || price > DEAREST) {
            return Err(StudioError::Setting("A price for a second lies above $0 and at most at $50.".to_owned()));
        }
        let name = name_of(&args.provider, &args.model, args.audio);
        self.change_settings(|settings| {
            match args.per_second {
                Some(price) => settings.prices.insert(name, price),
                None => settings.prices.remove(&name),
            };
        })?;
        let prices = self.all_prices();
        self.bell.ring(Change::Prices { prices: prices.clone() });
        Ok(prices)
    }
}

/// The name of a rate among a person's own figures.
fn name_of(provider: &ProviderId, model: &ModelId, audio: bool) -> String {
    format!("{}/{}/{}", provider.0, model.0, if audio { "sound" } else { "silent" })
}
