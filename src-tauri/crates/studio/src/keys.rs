//! The commands about keys: in once, never out again.

use crate::contract::{AccountArgs, Accounts, Change, KeyArgs, KeyPlace, KeyState, KeyTest, ProviderArgs};
use crate::key_ring::{Known, keychain_name};
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
        let account = args.account.trim();
        if account.chars().count() > ACCOUNT_MAX || account.chars().any(|c| c.is_control() || c == '/') {
            return Err(StudioError::Setting("An account's name is short and holds no slash.".into()));
        }
        let key = SecretString::from(key.to_owned());
        self.keep_key_in_use(entry, account, &key).await?;
        let place = if args.session_only {
            KeyPlace::Session
        } else {
            self.keyring.keychain.set(&keychain_name(&entry.id, account), key.clone()).await?;
            KeyPlace::Keychain
        };
        let known = Known { key: Some(key), place, problem: None };
        self.keyring.change(&entry.id, account, Some(known));
        self.use_account(&entry.id, account)?;
        self.key_was_changed(entry).await
    }

    /// Keeps a key that is about to be replaced while something that was bought with it is not finished, as an account
    /// of its own: with another account's key it could never be fetched.
    async fn keep_key_in_use(
        &self,
        entry: &ProviderEntry,
        account: &str,
        new: &SecretString,
    ) -> Result<(), StudioError> {
        let known = self.keyring.find(entry, account).await;
        let Some(old) = known.key.filter(|old| old.expose_secret() != new.expose_secret()) else { return Ok(()) };
        // The environment's stays where it is, and is asked for there.
        if known.place == KeyPlace::Environment || !self.queue.has_unfinished(&entry.id, &old).await? {
            return Ok(());
        }
        let letters = old.expose_secret().chars().count();
        let end: String = old.expose_secret().chars().skip(letters.saturating_sub(4)).collect();
        let name = format!("Earlier key {}", if letters >= 12 { end } else { "in use".to_owned() });
        let name = self.free_name(entry, account, (&old, known.place), name).await?;
        if known.place == KeyPlace::Keychain {
            self.keyring.keychain.set(&keychain_name(&entry.id, &name), old.clone()).await?;
        }
        self.keyring.change(&entry.id, &name, Some(Known { key: Some(old), place: known.place, problem: None }));
        self.use_account(&entry.id, &name)
    }

    /// The name itself, or with a number when another key has it or is about to get it.
    async fn free_name(
        &self,
        entry: &ProviderEntry,
        taken: &str,
        (key, place): (&SecretString, KeyPlace),
        name: String,
    ) -> Result<String, StudioError> {
        let mut free = name.clone();
        for number in 2..100 {
            let found = self.keyring.find(entry, &free).await;
            // What cannot be looked at must not be written over.
            if let Some(problem) = found.problem.filter(|_| place == KeyPlace::Keychain) {
                return Err(problem.into());
            }
            let is_its_own = found.key.is_none_or(|it| it.expose_secret() == key.expose_secret());
            if free != taken && is_its_own {
                return Ok(free);
            }
            free = format!("{name} ({number})");
        }
        Err(StudioError::Setting("There are too many earlier keys; forget those that are not needed.".to_owned()))
    }

    pub(crate) async fn forget_key(&self, args: ProviderArgs) -> Result<KeyState, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let account = self.keyring.accounts_of(&entry.id).chosen;
        let remembered = self.keyring.remembered(&entry.id, &account);
        if !remembered.is_some_and(|known| known.place == KeyPlace::Session) {
            self.keyring.keychain.remove(&keychain_name(&entry.id, &account)).await?;
        }
        self.keyring.change(&entry.id, &account, None);
        self.change_accounts(|accounts| {
            if let Some(of) = accounts.get_mut(&entry.id.0) {
                of.names.retain(|name| *name != account);
                of.chosen.clear();
            }
        })?;
        self.key_was_changed(entry).await
    }

    pub(crate) async fn choose_account(&self, args: AccountArgs) -> Result<KeyState, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        if !args.account.is_empty() && !self.keyring.accounts_of(&entry.id).names.contains(&args.account) {
            return Err(StudioError::Missing("account"));
        }
        self.use_account(&entry.id, &args.account)?;
        self.key_was_changed(entry).await
    }

    /// Uses an account from now on, and keeps its name.
    fn use_account(&self, provider: &ProviderId, account: &str) -> Result<(), StudioError> {
        self.change_accounts(|accounts| {
            let of = accounts.entry(provider.0.clone()).or_default();
            if !account.is_empty() && !of.names.iter().any(|name| name == account) {
                of.names.push(account.to_owned());
            }
            account.clone_into(&mut of.chosen);
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
        let key = self.keyring.key(&entry.id).await?;
        let account = provider.account(&key).await?;
        Ok(KeyTest { balance: account.balance, credits: account.credits })
    }

    async fn key_was_changed(&self, entry: &ProviderEntry) -> Result<KeyState, StudioError> {
        let state = self.keyring.state(entry).await;
        self.bell.ring(Change::Key { key: state.clone() });
        self.queue.account_changed(&entry.id)?;
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

    /// Another account of a provider may be in use: what waits for one goes on.
    pub(crate) fn go_on_with(&self, provider: &ProviderId) {
        if self.read_only.is_none()
            && let Err(error) = self.queue.account_changed(provider)
        {
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
