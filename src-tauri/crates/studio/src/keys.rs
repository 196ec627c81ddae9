//! Keys: in once, never out again. The keychain first, the environment second, memory when there is no keychain.

use crate::contract::{Change, KeyArgs, KeyPlace, KeyState, KeyTest, ProviderArgs};
use crate::keychain::{Keychain, KeychainError};
use crate::problem::StudioError;
use crate::studio::Studio;
use async_trait::async_trait;
use sixshot_domain::ProviderId;
use sixshot_providers::{Catalogue, ExposeSecret, ProviderEntry, SecretString};
use sixshot_queue::{KeyProblem, Keys};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest key that is taken.
const KEY_MAX: usize = 4_096;
/// Shorter keys show no part of themselves.
const SHOWN_FROM: usize = 12;

/// Reads an environment variable; tests bring their own environment.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Everything known about keys in this run.
pub(crate) struct KeyRing {
    keychain: Arc<dyn Keychain>,
    environment: Environment,
    catalogue: Arc<Catalogue>,
    /// What was found, so that the keychain is asked once for each provider.
    known: Mutex<HashMap<ProviderId, Known>>,
    /// Counts the keys that were given and forgotten: an answer of the keychain from before one of them is stale.
    changes: AtomicU64,
}

#[derive(Clone)]
struct Known {
    key: Option<SecretString>,
    place: KeyPlace,
    problem: Option<KeychainError>,
}

impl KeyRing {
    pub fn new(keychain: Arc<dyn Keychain>, environment: Environment, catalogue: Arc<Catalogue>) -> Self {
        Self { keychain, environment, catalogue, known: Mutex::default(), changes: AtomicU64::new(0) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ProviderId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn find(&self, entry: &ProviderEntry) -> Known {
        if let Some(known) = self.known().get(&entry.id) {
            return known.clone();
        }
        let before = self.changes.load(Ordering::SeqCst);
        let found = match self.keychain.get(&entry.id.0).await {
            Ok(Some(key)) => Known { key: Some(key), place: KeyPlace::Keychain, problem: None },
            Ok(None) => self.look_in_environment(entry, None),
            Err(problem) => self.look_in_environment(entry, Some(problem)),
        };
        // A keychain that was locked may be open the next time.
        if found.problem.is_some() {
            return found;
        }
        // A slow keychain must neither overwrite a key that was given meanwhile nor bring one back that was forgotten.
        let mut known = self.known();
        if self.changes.load(Ordering::SeqCst) == before {
            return known.entry(entry.id.clone()).or_insert(found).clone();
        }
        let gone = Known { key: None, place: KeyPlace::None, problem: None };
        known.get(&entry.id).cloned().unwrap_or(gone)
    }

    /// Remembers a key that was given, or that there is none any more.
    fn change(&self, provider: &ProviderId, key: Option<Known>) {
        let mut known = self.known();
        self.changes.fetch_add(1, Ordering::SeqCst);
        match key {
            Some(key) => known.insert(provider.clone(), key),
            None => known.remove(provider),
        };
    }

    fn look_in_environment(&self, entry: &ProviderEntry, problem: Option<KeychainError>) -> Known {
        let read = |name: &str| (self.environment)(name).filter(|key| !key.trim().is_empty());
        let pair = || {
            let [first, second] = entry.key_pair.as_ref()?;
            Some(format!("{}:{}", read(first)?.trim(), read(second)?.trim()))
        };
        let key = read(&entry.key_variable).or_else(pair);
        let place = if key.is_some() { KeyPlace::Environment } else { KeyPlace::None };
        // A key from elsewhere is as good as one from the keychain; nothing is wrong then.
        let problem = problem.filter(|_| key.is_none());
        Known { key: key.map(|key| SecretString::from(key.trim().to_owned())), place, problem }
    }

    pub async fn state(&self, entry: &ProviderEntry) -> KeyState {
        let known = self.find(entry).await;
        state_of(entry, &known)
    }

    /// What is known without asking anybody: for the first picture of the window.
    pub fn state_now(&self, entry: &ProviderEntry) -> KeyState {
        let asking = Known { key: None, place: KeyPlace::Asking, problem: None };
        let known = self.known().get(&entry.id).cloned().unwrap_or(asking);
        state_of(entry, &known)
    }
}

fn state_of(entry: &ProviderEntry, known: &Known) -> KeyState {
    let last_four = known.key.as_ref().map(ExposeSecret::expose_secret).and_then(|key| {
        let letters = key.chars().count();
        (letters >= SHOWN_FROM).then(|| key.chars().skip(letters - 4).collect())
    });
    KeyState {
        provider: entry.id.clone(),
        provider_name: entry.name.clone(),
        place: known.place,
        last_four,
        variable: entry.key_variable.clone(),
        key_page: entry.key_page.clone(),
        problem: known.problem.clone().map(|problem| StudioError::from(problem).problem()),
    }
}

#[async_trait]
impl Keys for KeyRing {
    async fn key(&self, provider: &ProviderId) -> Result<SecretString, KeyProblem> {
        let entry = self.catalogue.provider(provider).ok_or(KeyProblem::Missing)?;
        let known = self.find(entry).await;
        match (known.key, known.problem) {
            (Some(key), _) => Ok(key),
            (None, Some(problem)) => Err(KeyProblem::Keychain { reason: problem.to_string() }),
            (None, None) => Err(KeyProblem::Missing),
        }
    }
}

impl Studio {
    pub(crate) async fn set_key(&self, args: KeyArgs) -> Result<KeyState, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let key = args.key.trim();
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > KEY_MAX || !printable {
            return Err(StudioError::Setting(
                "That is not a key: it is empty, too long, or holds odd characters.".into(),
            ));
        }
        let key = SecretString::from(key.to_owned());
        let place = if args.session_only {
            KeyPlace::Session
        } else {
            self.keyring.keychain.set(&entry.id.0, key.clone()).await?;
            KeyPlace::Keychain
        };
        let known = Known { key: Some(key), place, problem: None };
        self.keyring.change(&entry.id, Some(known));
        self.key_was_changed(entry).await
    }

    pub(crate) async fn forget_key(&self, args: ProviderArgs) -> Result<KeyState, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let in_session = matches!(self.keyring.known().get(&entry.id), Some(known) if known.place == KeyPlace::Session);
        if !in_session {
            self.keyring.keychain.remove(&entry.id.0).await?;
        }
        self.keyring.change(&entry.id, None);
        self.key_was_changed(entry).await
    }

    pub(crate) async fn test_key(&self, args: ProviderArgs) -> Result<KeyTest, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let provider = self.registry().get(&entry.id).ok_or(StudioError::Missing("provider"))?;
        let key = self.keyring.key(&entry.id).await?;
        let account = provider.account(&key).await?;
        Ok(KeyTest { balance: account.balance, credits: account.credits })
    }

    async fn key_was_changed(&self, entry: &ProviderEntry) -> Result<KeyState, StudioError> {
        let state = self.keyring.state(entry).await;
        self.bell.ring(Change::Key { key: state.clone() });
        self.queue.key_changed(&entry.id)?;
        Ok(state)
    }

    /// Asks the keychain for every key.
    pub(crate) async fn look_for_keys(&self) {
        for entry in self.asked_providers() {
            let key = self.keyring.state(entry).await;
            let found = key.last_four.is_some() || key.place != KeyPlace::None;
            self.bell.ring(Change::Key { key });
            if found && let Err(error) = self.queue.key_changed(&entry.id) {
                tracing::warn!(%error, "what waits for a key cannot go on");
            }
        }
    }

    /// Everybody who is asked over the network.
    pub(crate) fn asked_providers(&self) -> impl Iterator<Item = &ProviderEntry> {
        self.catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty())
    }

    pub(crate) fn provider_entry(&self, id: &ProviderId) -> Result<&ProviderEntry, StudioError> {
        let entry = self.catalogue.provider(id).filter(|entry| !entry.key_variable.is_empty());
        entry.ok_or(StudioError::Missing("provider"))
    }
}
