//! Which adapter speaks for which entry of the catalogue.

use crate::atlascloud::AtlasCloud;
use crate::catalogue::{Catalogue, ProviderEntry};
use crate::error::ProviderError;
use crate::evolink::EvoLink;
use crate::fal::Fal;
use crate::kling::{Kling, KlingLegacy};
use crate::provider::Provider;
use crate::replicate::Replicate;
use crate::ulazai::UlazAi;
use crate::vidgo::Vidgo;
use crate::wavespeed::WaveSpeed;
use sixshot_domain::ProviderId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every provider the program can ask.
#[derive(Clone, Default)]
pub struct Registry {
    adapters: BTreeMap<ProviderId, Arc<dyn Provider>>,
}

impl Registry {
    /// Adapters for every entry of the catalogue that is asked over the network. `base_url` gives a person's own
    /// address for a provider. The rehearsal is added by whoever can render.
    ///
    /// # Errors
    /// When an address cannot be used; the registry then holds the others, and the errors name the rest.
    #[must_use]
    pub fn of(catalogue: &Catalogue, base_url: &dyn Fn(&ProviderId) -> Option<String>) -> (Self, Vec<AddressError>) {
        let mut registry = Self::default();
        let mut errors = Vec::new();
        for entry in &catalogue.providers {
            match adapter(entry, base_url(&entry.id).as_deref()) {
                Some(Ok(adapter)) => registry.add(adapter),
                Some(Err(cause)) => errors.push(AddressError { provider: entry.id.clone(), cause }),
                None => {}
            }
        }
        (registry, errors)
    }

    /// Adds or replaces an adapter.
    pub fn add(&mut self, adapter: Arc<dyn Provider>) {
        self.adapters.insert(adapter.id().clone(), adapter);
    }

    /// The adapter of a provider.
    #[must_use]
    pub fn get(&self, id: &ProviderId) -> Option<Arc<dyn Provider>> {
        self.adapters.get(id).cloned()
    }
}

/// A provider whose address cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", provider.0)]
pub struct AddressError {
    /// Whose.
    pub provider: ProviderId,
    /// Why.
    pub cause: ProviderError,
}

/// An adapter, or why its address cannot be used; nothing for an entry that is not asked over the network.
type Opened = Option<Result<Arc<dyn Provider>, ProviderError>>;

/// One line for each adapter: a further provider is a further line here.
fn adapter(entry: &ProviderEntry, own: Option<&str>) -> Opened {
    match entry.id.0.as_str() {
        "atlascloud" => opened(AtlasCloud::new(entry, own)),
        "evolink" => opened(EvoLink::new(entry, own)),
        "fal" => opened(Fal::new(entry, own)),
        "kling" => opened(Kling::new(entry, own)),
        "kling-legacy" => opened(KlingLegacy::new(entry, own)),
        "replicate" => opened(Replicate::new(entry, own)),
        "ulazai" => opened(UlazAi::new(entry, own)),
        "vidgo" => opened(Vidgo::new(entry, own)),
        "wavespeed" => opened(WaveSpeed::new(entry, own)),
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "keeps each adapter to one line above")]
fn opened<P: Provider + 'static>(adapter: Result<P, ProviderError>) -> Opened {
    Some(adapter.map(|adapter| Arc::new(adapter) as Arc<dyn Provider>))
}
