//! The commands about keys: in once, never out again.

use crate::contract::{AccountArgs, Accounts, Change, KeyArgs, KeyPlace, KeyState, KeyTest, ProviderArgs};
use crate::key_ring::{Known, keychain_name};
use crate::keychain::KeychainError;
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::ProviderId;
use sixshot_providers::{ExposeSecret, ProviderEntry, SecretString};
use sixshot_queue::Keys;
use std::collections::BTreeMap;

/// Longest key that is taken.
const KEY_MAX: usize = 4_096;
/// Longest name of an account, in characters.
const ACCOUNT_MAX: usize = 40;

/// A key that another one takes the place of, and where it was.
struct OldKey {
    key: SecretString,
    place: KeyPlace,
}

impl OldKey {
    /// What it is called as an account of its own.
    fn name(&self) -> String {
        let letters = self.key.expose_secret().chars().count();
        let end: String = self.key.expose_secret().chars().skip(letters.saturating_sub(4)).collect();
        format!("Earlier key {}", if letters >= 12 { end } else { "in use".to_owned() })
    }
}

/// A name, and the same with a number as often as anybody may want it.
fn numbered(name: &str) -> impl Iterator<Item = String> {
    let more = (2..100).map(move |number| format!("{name} ({number})"));
    std::iter::once(name.to_owned()).chain(more)
}

fn too_many() -> StudioError {
    StudioError::Setting("There are too many earlier keys; forget those that are not needed.".to_owned())
}

/// What a new key takes the place of, and why the keychain could not say.
struct OldKeys {
    keys: Vec<OldKey>,
    unread: Option<KeychainError>,
}

/// Adds the name of an account, where it has one and is new.
fn add_name(accounts: &mut BTreeMap<String, Accounts>, provider: &ProviderId, account: &str) {
    let of = accounts.entry(provider.0.clone()).or_default();
    if !account.is_empty() && !of.names.iter().any(|name| name == account) {
        of.names.push(account.to_owned());
    }
}

impl Studio {
    pub(crate) async fn set_key(&self, args: KeyArgs) -> Result<KeyState, StudioError> {
        let _alone = self.keys_at_work.lock().await;
        let entry = self.provider_entry(&args.provider)?;
        let paid = self.paying(entry);
        let replaced = self.replace_key(entry, &args).await;
        // The keychain may have been opened for that, and another key than before pays from now on.
        if replaced.is_err() && self.paying(entry) != paid {
            self.key_was_changed(entry).await?;
        }
        replaced?;
        self.key_was_changed(entry).await
    }

    /// Where the key is that pays, as far as that is known.
    fn paying(&self, entry: &ProviderEntry) -> Option<KeyPlace> {
        let chosen = self.keyring.accounts_of(&entry.id).chosen;
        self.keyring.remembered(&entry.id, &chosen).map(|known| known.place)
    }

    async fn replace_key(&self, entry: &ProviderEntry, args: &KeyArgs) -> Result<(), StudioError> {
        let key = args.key.trim();
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > KEY_MAX || !printable {
            return Err(StudioError::Setting(
                "That is not a key: it is empty, too long, or holds odd characters.".into(),
            ));
        }
        let account = args.account.trim();
        if account.chars().count() > ACCOUNT_MAX || account.chars().any(|c| c.is_control() || c == '/') {
            return Err(StudioError::Setting("An account's name is short and holds no slash.".into()));
        }
        let key = SecretString::from(key.to_owned());
        let old = self.old_keys(entry, account, &key, args.session_only).await?;
        let mut kept = vec![];
        for one in &old.keys {
            kept.push(match self.keep_if_needed(entry, account, one).await {
                // Nothing is written over then.
                Err(error) if args.session_only => self.keep_for_now(entry, account, one, &error)?,
                kept => kept?,
            });
        }
        let (place, problem) = if args.session_only {
            // The keychain may hold another one all the same.
            (KeyPlace::Session, old.unread)
        } else {
            self.keyring.keychain.set(&keychain_name(&entry.id, account), key.clone()).await?;
            (KeyPlace::Keychain, None)
        };
        self.keyring.give(&entry.id, account, Known { problem, ..Known::of(key, place) });
        // The keychain may have taken a while, and something may have been bought meanwhile. From here on nothing is.
        for (one, _) in old.keys.iter().zip(kept).filter(|(_, kept)| !kept) {
            if let Err(error) = self.keep_if_needed(entry, account, one).await {
                self.keep_for_now(entry, account, one, &error)?;
            }
        }
        self.use_account(&entry.id, account)
    }

    /// Keeps a key until the program ends that the keychain does not take, under a name that no other key has. True.
    fn keep_for_now(
        &self,
        entry: &ProviderEntry,
        account: &str,
        old: &OldKey,
        error: &StudioError,
    ) -> Result<bool, StudioError> {
        tracing::warn!(%error, "a key that is needed is kept for this session only");
        let taken = self.keyring.accounts_of(&entry.id).names;
        let is_free = |name: &String| name != account && !taken.contains(name);
        let name = numbered(&old.name()).find(is_free).ok_or_else(too_many)?;
        self.remember_old(entry, old, &name, KeyPlace::Session)?;
        Ok(true)
    }

    /// The keys that a new one takes the place of.
    async fn old_keys(
        &self,
        entry: &ProviderEntry,
        account: &str,
        new: &SecretString,
        session_only: bool,
    ) -> Result<OldKeys, StudioError> {
        let before = self.keyring.find_anew(entry, account).await;
        let mut unread = before.problem;
        let place = match before.place {
            KeyPlace::HeldInKeychain => KeyPlace::Keychain,
            KeyPlace::HeldInEnvironment => KeyPlace::Environment,
            place => place,
        };
        // The environment's stays where it is, and is asked for there.
        let key = before.key.or(before.held).filter(|_| place != KeyPlace::Environment);
        let mut keys: Vec<_> = key.map(|key| OldKey { key, place }).into_iter().collect();
        // Behind a key for this session the keychain may hold another one.
        if before.place == KeyPlace::Session {
            match self.keyring.keychain.get(&keychain_name(&entry.id, account)).await {
                Ok(key) => {
                    unread = None;
                    keys.extend(key.map(|key| OldKey { key, place: KeyPlace::Keychain }));
                }
                Err(problem) => unread = Some(problem),
            }
        }
        // What cannot be looked at must not be written over.
        if let Some(problem) = unread.clone().filter(|_| !session_only) {
            return Err(problem.into());
        }
        keys.retain(|old| old.key.expose_secret() != new.expose_secret());
        Ok(OldKeys { keys, unread })
    }

    /// Keeps a key that is replaced while something that was bought with it may need it, as an account of its own: with
    /// another account's key it could never be fetched. Tells whether it did.
    async fn keep_if_needed(&self, entry: &ProviderEntry, account: &str, old: &OldKey) -> Result<bool, StudioError> {
        if !self.queue.is_needed(&entry.id, &old.key).await? {
            return Ok(false);
        }
        let name = self.free_name(entry, account, old).await?;
        if old.place == KeyPlace::Keychain {
            self.keyring.keychain.set(&keychain_name(&entry.id, &name), old.key.clone()).await?;
        }
        self.remember_old(entry, old, &name, old.place)?;
        Ok(true)
    }

    fn remember_old(
        &self,
        entry: &ProviderEntry,
        old: &OldKey,
        name: &str,
        place: KeyPlace,
    ) -> Result<(), StudioError> {
        self.keyring.give(&entry.id, name, Known::of(old.key.clone(), place));
        self.change_accounts(|accounts| add_name(accounts, &entry.id, name))
    }

    /// The name itself, or with a number when another key has it or is about to get it.
    async fn free_name(&self, entry: &ProviderEntry, taken: &str, old: &OldKey) -> Result<String, StudioError> {
        for free in numbered(&old.name()) {
            let found = self.keyring.find(entry, &free).await;
            // What cannot be looked at must not be written over.
            if let Some(problem) = found.problem.filter(|_| old.place == KeyPlace::Keychain) {
                return Err(problem.into());
            }
            let is_its_own = found.key.or(found.held).is_none_or(|it| it.expose_secret() == old.key.expose_secret());
            if free != taken && is_its_own {
                return Ok(free);
            }
        }
        Err(too_many())
    }

    pub(crate) async fn forget_key(&self, args: ProviderArgs) -> Result<KeyState, StudioError> {
        let _alone = self.keys_at_work.lock().await;
        let entry = self.provider_entry(&args.provider)?;
        let account = self.keyring.accounts_of(&entry.id).chosen;
        let remembered = self.keyring.remembered(&entry.id, &account);
        if !remembered.is_some_and(|known| known.place == KeyPlace::Session) {
            self.keyring.keychain.remove(&keychain_name(&entry.id, &account)).await?;
        }
        self.keyring.forget(&entry.id, &account);
        // It stays in use without a key, and keeps its name until another is chosen: nobody chose that another account pays.
        self.key_was_changed(entry).await
    }

    pub(crate) async fn choose_account(&self, args: AccountArgs) -> Result<KeyState, StudioError> {
        let _alone = self.keys_at_work.lock().await;
        let entry = self.provider_entry(&args.provider)?;
        let accounts = self.keyring.accounts_of(&entry.id);
        if !args.account.is_empty() && !accounts.names.contains(&args.account) {
            return Err(StudioError::Missing("account"));
        }
        self.use_account(&entry.id, &args.account)?;
        // That is the word that a key may pay which was held back.
        self.keyring.use_held(entry, &args.account).await;
        let before = self.keyring.find(entry, &accounts.chosen).await;
        let has_none = before.key.is_none() && before.held.is_none() && before.problem.is_none();
        if accounts.chosen != args.account && has_none {
            self.change_accounts(|of| {
                if let Some(of) = of.get_mut(&entry.id.0) {
                    of.names.retain(|name| *name != accounts.chosen);
                }
            })?;
        }
        self.key_was_changed(entry).await
    }

    /// Uses an account from now on, and keeps its name.
    fn use_account(&self, provider: &ProviderId, account: &str) -> Result<(), StudioError> {
        self.change_accounts(|accounts| {
            add_name(accounts, provider, account);
            account.clone_into(&mut accounts.entry(provider.0.clone()).or_default().chosen);
        })
    }

    fn change_accounts(&self, change: impl FnOnce(&mut BTreeMap<String, Accounts>)) -> Result<(), StudioError> {
        self.change_settings(|settings| {
            change(&mut settings.accounts);
            settings.accounts.retain(|_, of| !of.names.is_empty() || !of.chosen.is_empty());
        })?;
        self.keyring.set_accounts(self.settings().accounts);
        Ok(())
    }

    pub(crate) async fn test_key(&self, args: ProviderArgs) -> Result<KeyTest, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let provider = self.registry().get(&entry.id).ok_or(StudioError::Missing("provider"))?;
        self.look_anew(entry).await?;
        let key = self.keyring.key(&entry.id).await?;
        let account = provider.account(&key).await?;
        Ok(KeyTest { balance: account.balance, credits: account.credits })
    }

    /// A keychain that is open by now may hold another key than paid so far.
    async fn look_anew(&self, entry: &ProviderEntry) -> Result<(), StudioError> {
        let _alone = self.keys_at_work.lock().await;
        let before = self.paying(entry);
        let now = self.keyring.find_anew(entry, &self.keyring.accounts_of(&entry.id).chosen).await.place;
        if before.unwrap_or(KeyPlace::None) != now {
            self.key_was_changed(entry).await?;
        }
        Ok(())
    }

    async fn key_was_changed(&self, entry: &ProviderEntry) -> Result<KeyState, StudioError> {
        let state = self.keyring.state(entry).await;
        self.bell.ring(Change::Key { key: state.clone() });
        if self.read_only.is_none() {
            self.queue.account_replaced(&entry.id)?;
        }
        Ok(state)
    }

    /// Asks the keychain for every key.
    pub(crate) async fn look_for_keys(&self) {
        for entry in self.asked_providers() {
            let key = self.keyring.state(entry).await;
            let found = key.last_four.is_some() || key.place != KeyPlace::None;
            self.bell.ring(Change::Key { key });
            if found {
                self.go_on_with(&entry.id);
            }
        }
    }

    /// A key was found: what waits for one goes on.
    fn go_on_with(&self, provider: &ProviderId) {
        if self.read_only.is_none()
            && let Err(error) = self.queue.account_changed(provider)
        {
            tracing::warn!(%error, "what waits for an account cannot go on");
        }
    }

    /// A provider is asked at another address from now on, where other accounts are.
    pub(crate) fn address_was_changed(&self, provider: &ProviderId) {
        if let Err(error) = self.queue.address_replaced(provider) {
            tracing::warn!(%error, "what waits for an account cannot go on");
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
