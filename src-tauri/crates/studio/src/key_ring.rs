//! Which key is whose: the keychain first, the environment second, memory when there is no keychain.

use crate::contract::{Accounts, KeyPlace, KeyState};
use crate::keychain::{Keychain, KeychainError};
use crate::problem::StudioError;
use async_trait::async_trait;
use sixshot_domain::ProviderId;
use sixshot_providers::{Catalogue, ExposeSecret, ProviderEntry, SecretString};
use sixshot_queue::{AccountKeys, KeyProblem, Keys};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shorter keys show no part of themselves.
const SHOWN_FROM: usize = 12;

/// Reads an environment variable; tests bring their own environment.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// An account: whose, and its name, which is empty for the first.
type Account = (ProviderId, String);

/// Everything known about keys in this run.
pub(crate) struct KeyRing {
    pub(crate) keychain: Arc<dyn Keychain>,
    environment: Environment,
    catalogue: Arc<Catalogue>,
    /// What was found, so that the keychain is asked once for each account.
    known: Mutex<HashMap<Account, Known>>,
    /// The accounts that have names, by provider.
    accounts: Mutex<BTreeMap<String, Accounts>>,
    /// The accounts whose keys were forgotten in this run: what is found in their place pays for nothing, because nobody
    /// chose it.
    forgotten: Mutex<HashSet<Account>>,
    /// Counts the keys that were given and forgotten: an answer of the keychain from before one of them is stale.
    changes: AtomicU64,
}

/// What is known of one account's key.
#[derive(Clone)]
pub(crate) struct Known {
    pub key: Option<SecretString>,
    pub place: KeyPlace,
    /// Why the keychain could not say; the key is the environment's then, if there is one.
    pub problem: Option<KeychainError>,
    /// A key that took the place of one that was forgotten. It pays for nothing until a person says so.
    pub held: Option<SecretString>,
}

impl Known {
    pub fn of(key: SecretString, place: KeyPlace) -> Self {
        Self { key: Some(key), place, problem: None, held: None }
    }

    fn none(problem: Option<KeychainError>) -> Self {
        Self { key: None, place: KeyPlace::None, problem, held: None }
    }

    /// The same, and its key pays for nothing.
    fn held_back(mut self) -> Self {
        if let Some(key) = self.key.take() {
            let is_own = self.place == KeyPlace::Environment;
            self.place = if is_own { KeyPlace::HeldInEnvironment } else { KeyPlace::HeldInKeychain };
            self.held = Some(key);
        }
        self
    }

    fn into_key(self) -> Result<SecretString, KeyProblem> {
        self.key.ok_or(self.problem.map_or(KeyProblem::Missing, unavailable))
    }
}

impl KeyRing {
    pub fn new(
        keychain: Arc<dyn Keychain>,
        environment: Environment,
        catalogue: Arc<Catalogue>,
        accounts: BTreeMap<String, Accounts>,
    ) -> Self {
        let (known, forgotten) = (Mutex::default(), Mutex::default());
        let accounts = Mutex::new(accounts);
        Self { keychain, environment, catalogue, known, accounts, forgotten, changes: AtomicU64::new(0) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Account, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The accounts of a provider that have names, and which is in use.
    pub fn accounts_of(&self, provider: &ProviderId) -> Accounts {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).get(&provider.0).cloned().unwrap_or_default()
    }

    /// Uses these accounts from now on.
    pub fn set_accounts(&self, accounts: BTreeMap<String, Accounts>) {
        *self.accounts.lock().unwrap_or_else(PoisonError::into_inner) = accounts;
    }

    pub async fn find(&self, entry: &ProviderEntry, account: &str) -> Known {
        let name = (entry.id.clone(), account.to_owned());
        if let Some(known) = self.known().get(&name) {
            return known.clone();
        }
        loop {
            let before = self.changes.load(Ordering::SeqCst);
            let found = self.look(entry, account).await;
            let is_forgotten = self.forgotten().contains(&name);
            let found = if is_forgotten { found.held_back() } else { found };
            let mut known = self.known();
            // A slow keychain must neither overwrite a key that was given meanwhile nor bring one back that was forgotten.
            if let Some(known) = known.get(&name) {
                return known.clone();
            }
            // A keychain that was locked may be open the next time.
            if found.key.is_none() && found.held.is_none() && found.problem.is_some() {
                return found;
            }
            if self.changes.load(Ordering::SeqCst) == before {
                return known.entry(name).or_insert(found).clone();
            }
        }
    }

    /// The same, and the keychain is asked anew where it could not say.
    pub async fn find_anew(&self, entry: &ProviderEntry, account: &str) -> Known {
        // A key for this session is what it is, whatever the keychain holds.
        let is_known = |known: &Known| known.problem.is_none() || known.place == KeyPlace::Session;
        self.known().retain(|(provider, of), known| is_known(known) || *provider != entry.id || of != account);
        self.find(entry, account).await
    }

    /// Looks without remembering.
    async fn look(&self, entry: &ProviderEntry, account: &str) -> Known {
        match self.keychain.get(&keychain_name(&entry.id, account)).await {
            Ok(Some(key)) => Known::of(key, KeyPlace::Keychain),
            // The environment knows of one account only.
            Ok(None) if !account.is_empty() => Known::none(None),
            Err(problem) if !account.is_empty() => Known::none(Some(problem)),
            Ok(None) => self.look_in_environment(entry, None),
            Err(problem) => self.look_in_environment(entry, Some(problem)),
        }
    }

    /// Forgets a key. What stands in its place then pays for nothing: nobody chose it.
    pub fn forget(&self, provider: &ProviderId, account: &str) {
        self.forgotten().insert((provider.clone(), account.to_owned()));
        self.change(provider, account, None);
    }

    /// Lets a key pay that stands in the place of a forgotten one. Another one than the person saw is held back as well.
    pub async fn use_held(&self, entry: &ProviderEntry, account: &str) {
        let Some(seen) = self.remembered(&entry.id, account).and_then(|known| known.held) else { return };
        let found = self.look(entry, account).await;
        let is_seen = found.key.as_ref().is_some_and(|key| key.expose_secret() == seen.expose_secret());
        if is_seen {
            self.give(&entry.id, account, found);
        } else {
            self.change(&entry.id, account, Some(found.held_back()).filter(|found| found.held.is_some()));
        }
    }

    /// Remembers a key that a person gave or chose.
    pub fn give(&self, provider: &ProviderId, account: &str, key: Known) {
        self.change(provider, account, Some(key));
        self.forgotten().remove(&(provider.clone(), account.to_owned()));
    }

    fn forgotten(&self) -> MutexGuard<'_, HashSet<Account>> {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered of an account.
    pub fn remembered(&self, provider: &ProviderId, account: &str) -> Option<Known> {
        self.known().get(&(provider.clone(), account.to_owned())).cloned()
    }

    /// Remembers something else of an account from now on; nothing, so that it is looked for when it is asked for.
    fn change(&self, provider: &ProviderId, account: &str, key: Option<Known>) {
        let mut known = self.known();
        self.changes.fetch_add(1, Ordering::SeqCst);
        let name = (provider.clone(), account.to_owned());
        match key {
            Some(key) => known.insert(name, key),
            None => known.remove(&name),
        };
    }

    fn look_in_environment(&self, entry: &ProviderEntry, problem: Option<KeychainError>) -> Known {
        let read = |name: &str| (self.environment)(name).filter(|key| !key.trim().is_empty());
        let pair = || {
            let [first, second] = entry.key_pair.as_ref()?;
            Some(format!("{}:{}", read(first)?.trim(), read(second)?.trim()))
        };
        let key = read(&entry.key_variable).or_else(pair).map(|key| SecretString::from(key.trim().to_owned()));
        match key {
            Some(key) => Known { problem, ..Known::of(key, KeyPlace::Environment) },
            None => Known::none(problem),
        }
    }

    /// What is known of the account in use.
    pub async fn state(&self, entry: &ProviderEntry) -> KeyState {
        let accounts = self.accounts_of(&entry.id);
        let known = self.find(entry, &accounts.chosen).await;
        state_of(entry, &known, accounts)
    }

    /// What is known without asking anybody: for the first picture of the window.
    pub fn state_now(&self, entry: &ProviderEntry) -> KeyState {
        let asking = Known { place: KeyPlace::Asking, ..Known::none(None) };
        let accounts = self.accounts_of(&entry.id);
        let known = self.remembered(&entry.id, &accounts.chosen).unwrap_or(asking);
        state_of(entry, &known, accounts)
    }
}

/// The name under which an account's key lies in the keychain.
pub(crate) fn keychain_name(provider: &ProviderId, account: &str) -> String {
    if account.is_empty() { provider.0.clone() } else { format!("{}/{account}", provider.0) }
}

fn state_of(entry: &ProviderEntry, known: &Known, accounts: Accounts) -> KeyState {
    let last_four = known.key.as_ref().or(known.held.as_ref()).map(ExposeSecret::expose_secret).and_then(|key| {
        let letters = key.chars().count();
        (letters >= SHOWN_FROM).then(|| key.chars().skip(letters - 4).collect())
    });
    KeyState {
        provider: entry.id.clone(),
        provider_name: entry.name.clone(),
        account: accounts.chosen,
        accounts: accounts.names,
        place: known.place,
        last_four,
        variable: entry.key_variable.clone(),
        key_page: entry.key_page.clone(),
        // A key from elsewhere is as good as one from the keychain; nothing is wrong then.
        problem: known
            .problem
            .clone()
            .filter(|_| known.key.is_none() && known.held.is_none())
            .map(|problem| StudioError::from(problem).problem()),
    }
}

#[async_trait]
impl Keys for KeyRing {
    async fn key(&self, provider: &ProviderId) -> Result<SecretString, KeyProblem> {
        let entry = self.catalogue.provider(provider).ok_or(KeyProblem::Missing)?;
        self.find(entry, &self.accounts_of(provider).chosen).await.into_key()
    }

    async fn keys(&self, provider: &ProviderId) -> AccountKeys {
        self.every_key(provider, false).await
    }

    async fn keys_anew(&self, provider: &ProviderId) -> AccountKeys {
        self.every_key(provider, true).await
    }
}

impl KeyRing {
    /// Every key of a provider. `anew`: the keychain is asked once more where it could not say, and what it holds there is
    /// not in use for that.
    async fn every_key(&self, provider: &ProviderId, anew: bool) -> AccountKeys {
        let Some(entry) = self.catalogue.provider(provider) else {
            return AccountKeys { in_use: Err(KeyProblem::Missing), others: vec![], unread: None };
        };
        let accounts = self.accounts_of(provider);
        let in_use = self.find(entry, &accounts.chosen).await;
        let (mut others, mut unread) = (vec![], None);
        let rest = accounts.names.iter().map(String::as_str).chain([""]).filter(|name| *name != accounts.chosen);
        let mut found = vec![(accounts.chosen.as_str(), in_use.clone())];
        for account in rest {
            found.push((account, self.find(entry, account).await));
        }
        for (account, known) in found {
            let is_in_use = account == accounts.chosen;
            others.extend(known.key.filter(|_| !is_in_use));
            others.extend(known.held);
            let Some(mut problem) = known.problem else { continue };
            if anew {
                match self.keychain.get(&keychain_name(&entry.id, account)).await {
                    Ok(key) => {
                        others.extend(key);
                        continue;
                    }
                    Err(still) => problem = still,
                }
            }
            unread = unread.or(Some(problem));
        }
        let in_use = in_use.into_key();
        // A key that was given in the window takes the place of the environment's, which may have bought something before.
        let own = self.look_in_environment(entry, None).key;
        let is_known =
            |own: &SecretString| in_use.iter().chain(&others).any(|key| key.expose_secret() == own.expose_secret());
        let own = own.filter(|own| !is_known(own));
        others.extend(own);
        AccountKeys { in_use, others, unread: unread.map(unavailable) }
    }
}

fn unavailable(problem: KeychainError) -> KeyProblem {
    KeyProblem::Keychain { reason: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{OnceLock, Weak};

    /// A keychain that holds one key.
    struct One(&'static str);

    #[async_trait]
    impl Keychain for One {
        async fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
            Ok((name == "wavespeed").then(|| SecretString::from(self.0.to_owned())))
        }

        async fn set(&self, _name: &str, _key: SecretString) -> Result<(), KeychainError> {
            Ok(())
        }

        async fn remove(&self, _name: &str) -> Result<(), KeychainError> {
            Ok(())
        }
    }

    /// What was bought with the environment's key is fetched with it, also after a start with another key in use.
    #[tokio::test]
    async fn the_environments_key_is_among_those_a_task_can_be_asked_for_with() {
        let catalogue = Arc::new(Catalogue::built_in().expect("the shipped catalogue"));
        let keys = async |kept: &'static str| -> Vec<String> {
            let variable: Environment =
                Arc::new(|name| (name == "WAVESPEED_API_KEY").then(|| "from-the-environment".to_owned()));
            let ring = KeyRing::new(Arc::new(One(kept)), variable, Arc::clone(&catalogue), BTreeMap::new());
            let keys = ring.keys(&"wavespeed".into()).await;
            keys.all().map(|key| key.expose_secret().to_owned()).collect()
        };
        assert_eq!(keys("given-in-the-window").await, ["given-in-the-window", "from-the-environment"]);
        assert_eq!(keys("from-the-environment").await, ["from-the-environment"]);
    }

    /// A keychain that is locked, or during whose first answer another provider's key is given.
    #[derive(Default)]
    struct Odd {
        locked: bool,
        ring: OnceLock<Weak<KeyRing>>,
        asked: AtomicU64,
    }

    #[async_trait]
    impl Keychain for Odd {
        async fn get(&self, _name: &str) -> Result<Option<SecretString>, KeychainError> {
            let ring = self.ring.get().and_then(Weak::upgrade);
            if let Some(ring) = ring.filter(|_| self.asked.fetch_add(1, Ordering::SeqCst) == 0) {
                ring.change(&"fal".into(), "", None);
            }
            if self.locked { Err(KeychainError::Silent) } else { Ok(Some(SecretString::from("kept".to_owned()))) }
        }

        async fn set(&self, _name: &str, _key: SecretString) -> Result<(), KeychainError> {
            Ok(())
        }

        async fn remove(&self, _name: &str) -> Result<(), KeychainError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_key_that_is_given_for_one_provider_says_nothing_about_anothers() {
        let catalogue = Arc::new(Catalogue::built_in().expect("the shipped catalogue"));
        let keychain = Arc::new(Odd::default());
        let ring = KeyRing::new(Arc::clone(&keychain) as _, Arc::new(|_| None), catalogue, BTreeMap::new());
        let ring = Arc::new(ring);
        keychain.ring.set(Arc::downgrade(&ring)).expect("once");
        let key = ring.key(&"wavespeed".into()).await.expect("a key");
        assert_eq!(key.expose_secret(), "kept");
        assert_eq!(keychain.asked.load(Ordering::SeqCst), 2, "it was asked again");
    }

    /// The environment's key pays then, and what another one bought is not asked for with it.
    #[tokio::test]
    async fn behind_a_locked_keychain_there_may_be_another_key() {
        let catalogue = Arc::new(Catalogue::built_in().expect("the shipped catalogue"));
        let variable: Environment = Arc::new(|name| (name == "WAVESPEED_API_KEY").then(|| "environment's".to_owned()));
        let keychain = Odd { locked: true, ..Odd::default() };
        let ring = KeyRing::new(Arc::new(keychain), variable, catalogue, BTreeMap::new());
        let keys = ring.keys(&"wavespeed".into()).await;
        assert_eq!(keys.in_use.as_ref().expect("a key").expose_secret(), "environment's");
        assert!(matches!(keys.unread(), Some(KeyProblem::Keychain { .. })));
        assert!(matches!(ring.keys(&"fal".into()).await.in_use, Err(KeyProblem::Keychain { .. })));
        // It is the first account's, and pays for no other that was chosen.
        let studio = Accounts { chosen: "Studio".to_owned(), names: vec!["Studio".to_owned()] };
        ring.set_accounts(BTreeMap::from([("wavespeed".to_owned(), studio)]));
        assert!(matches!(ring.key(&"wavespeed".into()).await, Err(KeyProblem::Keychain { .. })));
    }
}
