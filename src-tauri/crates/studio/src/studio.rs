//! The studio: what the program is made of, put together once.

use crate::bell::Bell;
use crate::contract::{Batch, Change, Problem, Settings, Start};
use crate::desk::Desk;
use crate::found::LastFound;
use crate::key_ring::{Environment, KeyRing};
use crate::keychain::Keychain;
use crate::opening::{self, Closing, Opening};
use crate::problem::StudioError;
use crate::purchases_here::PurchasesHere;
use crate::renderer::MediaRenderer;
use crate::settings;
use sixshot_domain::ProviderId;
use sixshot_providers::rehearsal::Rehearsal;
use sixshot_providers::{Catalogue, Provider, Registry};
use sixshot_queue::{Clock, Queue, QueueParts};
use sixshot_store::{GenerationRow, Library, StoreError};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What the studio needs from outside.
pub struct StudioParts {
    /// The folder of the library.
    pub library: PathBuf,
    /// The desktop.
    pub desk: Arc<dyn Desk>,
    /// Where keys are kept.
    pub keychain: Arc<dyn Keychain>,
    /// Reads an environment variable.
    pub environment: Environment,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Makes a new unique id.
    pub new_id: Arc<dyn Fn() -> String + Send + Sync>,
    /// Hears every batch of events.
    pub listener: Box<dyn Fn(&Batch) + Send + Sync>,
    /// Where pictures and clips are served.
    pub media_base: String,
}

/// The program without its window.
pub struct Studio {
    pub(crate) library: Arc<Library>,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) keyring: Arc<KeyRing>,
    /// Held by whoever gives, forgets or chooses a key: one after the other, however long the keychain takes.
    pub(crate) keys_at_work: tokio::sync::Mutex<()>,
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) new_id: Arc<dyn Fn() -> String + Send + Sync>,
    pub(crate) bell: Bell,
    pub(crate) media_base: String,
    /// Why nothing may be changed in this library, if so.
    pub(crate) read_only: Option<Problem>,
    /// Where thumbnails and posters lie that the library must not take.
    pub(crate) own_cache: Option<TempDir>,
    rehearsal: Arc<dyn Provider>,
    registry: Mutex<Registry>,
    settings: Mutex<Settings>,
    /// The first answer, until it is asked for.
    pub(crate) prepared: Mutex<Option<Start>>,
    /// What the last look at each provider found.
    pub(crate) last_found: LastFound,
    /// Held while the cap is checked and what it allows is added.
    pub(crate) counting: Mutex<()>,
    /// What this machine remembers of purchases with this library, where it remembers anything.
    pub(crate) purchases_here: Option<PurchasesHere>,
}

impl Studio {
    /// Opens the library and puts everything together. Nothing runs until `run`; neither the network nor the keychain
    /// is touched.
    ///
    /// # Errors
    /// When the library cannot be opened.
    pub fn open(parts: StudioParts) -> Result<Arc<Self>, StudioError> {
        Self::open_as(parts, &Opening::default())
    }

    /// The same, in another way.
    ///
    /// # Errors
    /// When the library cannot be opened.
    pub fn open_as(parts: StudioParts, opening: &Opening) -> Result<Arc<Self>, StudioError> {
        let (library, read_only) = opening::open(&parts, opening)?;
        let library = Arc::new(library);
        let purchases_here = opening.configuration.as_deref().filter(|_| read_only.is_none());
        let purchases_here = purchases_here.map(|folder| PurchasesHere::new(folder, library.id()));
        if let Some(here) = &purchases_here {
            opening::hold_back_a_copy(&library, here)?;
        }
        let own_cache = read_only.as_ref().map(|_| TempDir::new().map_err(StoreError::from)).transpose()?;
        let catalogue = Catalogue::built_in().map_err(|error| StudioError::Stopped(error.to_string()))?;
        let catalogue = Arc::new(catalogue);
        let settings = settings::read(&library)?;
        let bell = Bell::new(parts.listener);
        let keyring = Arc::new(KeyRing::new(
            parts.keychain,
            parts.environment,
            Arc::clone(&catalogue),
            settings.accounts.clone(),
        ));

        let queue_cell: Arc<OnceLock<Weak<Queue>>> = Arc::default();
        let ended = {
            let queue = Arc::clone(&queue_cell);
            Arc::new(move || {
                if let Some(queue) = queue.get().and_then(Weak::upgrade) {
                    queue.wake();
                }
            })
        };
        let renderer = Arc::new(MediaRenderer::new(library.folder().clone()));
        let rehearsal: Arc<dyn Provider> = Arc::new(Rehearsal::new(renderer, library.folder().parts(), ended));
        let (registry, addresses) = registry_of(&catalogue, &settings, &rehearsal);

        let studio_cell: Arc<OnceLock<Weak<Self>>> = Arc::default();
        let changed = {
            let studio = Arc::clone(&studio_cell);
            Arc::new(move |row: &GenerationRow| {
                if let Some(studio) = studio.get().and_then(Weak::upgrade) {
                    studio.generation_moved(row);
                }
            })
        };
        let queue = Queue::new(QueueParts {
            library: Arc::clone(&library),
            catalogue: Arc::clone(&catalogue),
            registry: registry.clone(),
            keys: Arc::clone(&keyring) as _,
            clock: Arc::clone(&parts.clock),
            changed,
            addresses,
        });
        let queue = Arc::new(queue.with_disk(Arc::clone(&opening.disk)));
        let studio = Arc::new(Self {
            library,
            catalogue,
            queue: Arc::clone(&queue),
            keyring,
            keys_at_work: tokio::sync::Mutex::default(),
            desk: parts.desk,
            clock: parts.clock,
            new_id: parts.new_id,
            bell,
            media_base: parts.media_base,
            read_only,
            own_cache,
            rehearsal,
            registry: Mutex::new(registry),
            settings: Mutex::new(settings),
            prepared: Mutex::default(),
            last_found: LastFound::default(),
            counting: Mutex::default(),
            purchases_here,
        });
        // Both cells are new and filled here only.
        if queue_cell.set(Arc::downgrade(&queue)).is_err() || studio_cell.set(Arc::downgrade(&studio)).is_err() {
            return Err(StudioError::Stopped("put together twice".to_owned()));
        }
        queue.set_limits(settings::limits_of(&studio.settings()));
        // Another window's queue is at work in a library that may only be looked at.
        if studio.read_only.is_none() {
            queue.recover()?;
            studio.remember_purchases();
        }
        Ok(studio)
    }

    /// Runs the queue and the bell until the future is dropped.
    pub async fn run(self: Arc<Self>) {
        let bell = self.bell.clone();
        if self.read_only.is_some() {
            return bell.run().await;
        }
        tokio::join!(Arc::clone(&self.queue).run(), bell.run());
    }

    /// Names the library, wherever its folder lies.
    #[must_use]
    pub fn library_id(&self) -> &str {
        self.library.id()
    }

    /// Takes nothing up any more, and waits until no purchase is on its way, at most so long: one whose answer nobody
    /// hears becomes a question.
    pub async fn rest(&self, patience: Duration) {
        self.queue.rest();
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            // A row says only from its first write on that it is being sent.
            if !self.queue.is_buying() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Lets go of the library. It is closed when whoever still uses it has ended.
    #[must_use]
    pub fn close(self: Arc<Self>) -> Closing {
        Closing(Arc::downgrade(&self.library))
    }

    /// Keeps on this machine what the library knows by now: a copy of it that knows less is told by that.
    pub(crate) fn remember_purchases(&self) {
        let remembered = self.purchases_here.as_ref().map_or(Ok(()), |here| here.remember(&self.library));
        if let Err(error) = remembered {
            tracing::warn!(%error, "what was bought here cannot be remembered");
        }
    }

    /// Tells the window that an item of the menu was chosen.
    pub fn menu(&self, item: crate::contract::MenuItem) {
        self.bell.ring(Change::Menu { item });
    }

    /// What the person set.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings_now().clone()
    }

    pub(crate) fn settings_now(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn registry(&self) -> Registry {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses the addresses of the settings from now on.
    pub(crate) fn use_addresses(&self) {
        // Held from reading to telling, or of two changes at once the earlier could stay in use.
        let mut in_use = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let (registry, addresses) = registry_of(&self.catalogue, &self.settings(), &self.rehearsal);
        in_use.clone_from(&registry);
        self.queue.set_registry(registry, addresses);
    }
}

fn registry_of(
    catalogue: &Catalogue,
    settings: &Settings,
    rehearsal: &Arc<dyn Provider>,
) -> (Registry, HashMap<ProviderId, String>) {
    let own = |id: &ProviderId| settings.base_urls.get(&id.0).filter(|url| !url.is_empty()).cloned();
    let (mut registry, errors) = Registry::of(catalogue, &own);
    for error in errors {
        tracing::warn!(%error, "a provider's address cannot be used");
    }
    registry.add(Arc::clone(rehearsal));
    let addresses = catalogue.providers.iter().filter_map(|entry| Some((entry.id.clone(), own(&entry.id)?))).collect();
    (registry, addresses)
}
