//! Whose money it is: a task belongs to the account it was bought with, whichever key and address are in use by now.

use crate::driver::{GONE_AFTER, Queue, QueueError, is_local};
use crate::machine::Happening;
use crate::policy;
use crate::polling::is_of_another;
use crate::ports::{AccountKeys, KeyProblem};
use crate::purchase::account_of;
use secrecy::SecretString;
use sixshot_domain::{GenerationId, GenerationState, ProviderId};
use sixshot_providers::{Provider, ProviderError};
use sixshot_store::GenerationRow;
use std::ops::Deref;
use std::sync::{Arc, PoisonError};

/// An adapter and the address it asks. What it says is of the accounts there, also when another address is in use by the
/// time it answers.
pub(crate) struct Adapter {
    provider: Arc<dyn Provider>,
    address: String,
}

impl Deref for Adapter {
    type Target = dyn Provider;

    fn deref(&self) -> &Self::Target {
        &*self.provider
    }
}

impl Adapter {
    /// A fingerprint that tells accounts apart, also the same key at another address, and gives no key away.
    pub(crate) fn fingerprint(&self, key: &SecretString) -> String {
        account_of(key, self.address.trim_end_matches('/'))
    }

    /// Whether a key is of the account that a request was sent with. Another account says nothing about it.
    pub(crate) fn is_account_of(&self, row: &GenerationRow, key: &SecretString) -> bool {
        row.account.as_deref().is_none_or(|account| account == self.fingerprint(key))
    }
}

/// Why a provider cannot be asked for anything.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoMeans {
    #[error("The provider's address cannot be used.")]
    Unusable,
    #[error(transparent)]
    Key(#[from] KeyProblem),
}

impl From<NoMeans> for QueueError {
    fn from(problem: NoMeans) -> Self {
        match problem {
            NoMeans::Unusable => ProviderError::NotSupported.into(),
            NoMeans::Key(problem) => problem.into(),
        }
    }
}

impl NoMeans {
    /// What it is for a generation that is to be asked about: it is tried again after a while.
    pub(crate) fn happening(&self) -> Happening {
        let (code, wait) = match self {
            Self::Unusable => ("provider-unusable", 60_000),
            Self::Key(problem) => (problem.code(), 15_000),
        };
        Happening::NotAnswered { problem: (code.to_owned(), self.to_string()), wait }
    }
}

impl Queue {
    /// The adapter of a provider at the address that is in use now.
    pub(crate) fn provider(&self, id: &ProviderId) -> Option<Adapter> {
        let in_use = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        let provider = in_use.0.get(id)?;
        Some(Adapter { provider, address: in_use.1.get(id).cloned().unwrap_or_else(|| self.shipped_address(id)) })
    }

    /// Whether an adapter asks where its provider is asked now.
    pub(crate) fn is_in_use(&self, adapter: &Adapter) -> bool {
        self.address_of(adapter.id()).trim_end_matches('/') == adapter.address.trim_end_matches('/')
    }

    fn shipped_address(&self, id: &ProviderId) -> String {
        self.catalogue().provider(id).map(|entry| entry.base_url.clone()).unwrap_or_default()
    }

    pub(crate) fn base_is_local(&self, id: &ProviderId) -> bool {
        is_local(&self.address_of(id))
    }

    /// Where a provider is asked now.
    pub(crate) fn address_of(&self, id: &ProviderId) -> String {
        let own = self.registry.read().unwrap_or_else(PoisonError::into_inner).1.get(id).cloned();
        own.unwrap_or_else(|| self.shipped_address(id))
    }

    /// Where lost requests of a provider are looked for, as a host with a patience of its own: some list their tasks at
    /// another address than they make them. At a person's own address there is only that one.
    pub(crate) fn look_address(&self, id: &ProviderId) -> String {
        let is_own = self.registry.read().unwrap_or_else(PoisonError::into_inner).1.contains_key(id);
        let elsewhere = self.provider(id).is_some_and(|provider| provider.lists_elsewhere());
        if elsewhere && !is_own { format!("lists of {}", self.address_of(id)) } else { self.address_of(id) }
    }

    /// Whether a task is believed to be gone when its own account says so: it has said so several times in a row, long
    /// after it was sent. What was accepted a moment ago and is not known yet is not gone, and neither is it while a
    /// service is ill.
    pub(crate) fn is_gone(&self, row: &GenerationRow) -> bool {
        let said_before = row.problem.as_ref().is_some_and(|(code, _)| code == "provider-not-found");
        let old = self.now() - row.sent_at.unwrap_or(row.state_since) >= policy::GONE_NOT_BEFORE;
        said_before && old && row.attempts >= GONE_AFTER
    }

    pub(crate) async fn key_for(&self, provider: &dyn Provider) -> Result<SecretString, KeyProblem> {
        if provider.needs_key() { self.keys.key(provider.id()).await } else { Ok(SecretString::from(String::new())) }
    }

    /// The adapter of a provider and its keys, both of the same moment: a keychain that has to be unlocked may take
    /// minutes, and one address's keys are not for another. `anew`: what could not be read is looked at once more.
    pub(crate) async fn means(&self, id: &ProviderId, anew: bool) -> Result<(Adapter, AccountKeys), NoMeans> {
        loop {
            let provider = self.provider(id).ok_or(NoMeans::Unusable)?;
            let keys = match (provider.needs_key(), anew) {
                (false, _) => AccountKeys { in_use: self.key_for(&*provider).await, others: vec![], unread: None },
                (true, false) => self.keys.keys(id).await,
                (true, true) => self.keys.keys_anew(id).await,
            };
            if self.is_in_use(&provider) {
                return Ok((provider, keys));
            }
        }
    }

    /// The adapter and the key to ask about a generation with: that of the account it was bought with, or the one in use
    /// when that account has none any more.
    pub(crate) async fn means_of(&self, row: &GenerationRow) -> Result<(Adapter, SecretString), NoMeans> {
        self.means_in_turn(row, 0).await
    }

    /// The same; at a later turn another key, as if the first ones were not there.
    pub(crate) async fn means_in_turn(
        &self,
        row: &GenerationRow,
        turn: usize,
    ) -> Result<(Adapter, SecretString), NoMeans> {
        let (mut provider, mut keys) = self.means(&row.provider, false).await?;
        if row.account.is_none() {
            return Ok((provider, keys.in_use?));
        }
        if keys.unread().is_some() && !keys.all().any(|key| provider.is_account_of(row, key)) {
            (provider, keys) = self.means(&row.provider, true).await?;
        }
        let (mut candidates, others): (Vec<_>, Vec<_>) = keys.all().partition(|key| provider.is_account_of(row, key));
        if candidates.is_empty()
            && let Some(problem) = keys.unread()
        {
            return Err(problem.clone().into());
        }
        candidates.extend(others);
        let key = candidates.get(turn % candidates.len().max(1)).copied().cloned().ok_or(KeyProblem::Missing)?;
        Ok((provider, key))
    }

    /// Whether a key may still be needed for something that was bought with it, also at an address that is not in use any
    /// more: without it that would be lost.
    ///
    /// # Errors
    /// When the library fails.
    pub async fn is_needed(&self, provider: &ProviderId, key: &SecretString) -> Result<bool, QueueError> {
        use GenerationState as State;
        let address = self.address_of(provider);
        let account = |key: &SecretString| account_of(key, address.trim_end_matches('/'));
        let keys = self.keys.keys(provider).await;
        let (its_own, others): (_, Vec<_>) = (account(key), keys.all().map(account).collect());
        let is_of_another = |account: &String| *account != its_own && others.contains(account);
        // The clip of what ended without one may still be fetched, and what was given up may have been paid.
        for state in [
            State::Preparing,
            State::Submitting,
            State::Running,
            State::Downloading,
            State::Unknown,
            State::Cancelled,
            State::Expired,
            State::Failed,
        ] {
            let may_be_fetched = |row: &GenerationRow| {
                !state.is_final() || (!row.dismissed && (row.remote_id.is_some() || row.sent_at.is_some()))
            };
            let rows = self.library().generations_in(state)?;
            if rows.iter().any(|row| {
                row.provider == *provider
                    && may_be_fetched(row)
                    // A restored one does not say whose it is.
                    && !row.account.as_ref().is_some_and(is_of_another)
            }) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Names the task that a lost request became. Only a task that an account of the person's knows can be it.
    ///
    /// # Errors
    /// When no account knows it, or it does not fit the state.
    pub async fn adopt(&self, id: &GenerationId, remote_id: &str) -> Result<GenerationRow, QueueError> {
        let row = self.library().generation(id)?;
        let (provider, keys) = self.means(&row.provider, true).await?;
        let mut in_turn: Vec<_> = keys.all().collect();
        in_turn.sort_by_key(|key| !provider.is_account_of(&row, key));
        let mut refusal = None;
        for key in in_turn {
            match provider.poll(key, remote_id).await {
                Ok(_) => {
                    let account = Some(provider.fingerprint(key));
                    return self.happen(id, Happening::Adopted { remote_id: remote_id.to_owned(), account });
                }
                // The first is its own account's, whose word counts.
                Err(error) => {
                    let is_its_own = provider.is_account_of(&row, key);
                    refusal.get_or_insert(if is_of_another(&error, is_its_own) {
                        QueueError::OtherAccount
                    } else {
                        QueueError::Provider(error)
                    });
                }
            }
        }
        // That of an account that could not be asked may be the one that knows it.
        let has_its_own = keys.all().any(|key| provider.is_account_of(&row, key));
        let unread = keys.unread().filter(|_| !has_its_own).map(|problem| QueueError::Key(problem.clone()));
        Err(unread.or(refusal).unwrap_or(QueueError::Key(KeyProblem::Missing)))
    }
}
