//! Whose money it is: a task belongs to the account it was bought with, whichever key and address are in use by now.

use crate::driver::{GONE_AFTER, Queue, QueueError, is_local};
use crate::machine::Happening;
use crate::policy;
use crate::ports::KeyProblem;
use crate::purchase::account_of;
use secrecy::SecretString;
use sixshot_domain::{GenerationId, GenerationState, ProviderId};
use sixshot_providers::{Provider, ProviderError};
use sixshot_store::GenerationRow;
use std::sync::PoisonError;

impl Queue {
    pub(crate) fn base_is_local(&self, id: &ProviderId) -> bool {
        is_local(&self.address_of(id))
    }

    /// Where a provider is asked now.
    pub(crate) fn address_of(&self, id: &ProviderId) -> String {
        let own = self.registry.read().unwrap_or_else(PoisonError::into_inner).1.get(id).cloned();
        own.unwrap_or_else(|| self.catalogue().provider(id).map(|entry| entry.base_url.clone()).unwrap_or_default())
    }

    /// Where lost requests of a provider are looked for, as a host with a patience of its own: some list their tasks at
    /// another address than they make them. At a person's own address there is only that one.
    pub(crate) fn look_address(&self, id: &ProviderId) -> String {
        let is_own = self.registry.read().unwrap_or_else(PoisonError::into_inner).1.contains_key(id);
        let elsewhere = self.provider(id).is_some_and(|provider| provider.lists_elsewhere());
        if elsewhere && !is_own { format!("lists of {}", self.address_of(id)) } else { self.address_of(id) }
    }

    /// A fingerprint that tells accounts apart, also the same key at another address, and gives no key away.
    pub(crate) fn account_of(&self, provider: &ProviderId, key: &SecretString) -> String {
        let address = self.address_of(provider);
        account_of(key, address.trim_end_matches('/'))
    }

    /// Whether a key is of the account that a request was sent with. Another account says nothing about it.
    pub(crate) fn is_same_account(&self, row: &GenerationRow, key: &SecretString) -> bool {
        row.account.as_deref().is_none_or(|account| account == self.account_of(&row.provider, key))
    }

    /// Whether a task is believed to be gone: its own account has said so several times in a row, long after it was
    /// sent. What was accepted a moment ago and is not known yet is not gone, and neither is it while a service is ill.
    pub(crate) fn is_gone(&self, row: &GenerationRow, key: &SecretString) -> bool {
        let said_before = row.problem.as_ref().is_some_and(|(code, _)| code == "provider-not-found");
        let old = self.now() - row.sent_at.unwrap_or(row.state_since) >= policy::GONE_NOT_BEFORE;
        said_before && old && row.attempts >= GONE_AFTER && self.is_same_account(row, key)
    }

    pub(crate) async fn key_for(&self, provider: &dyn Provider) -> Result<SecretString, KeyProblem> {
        if provider.needs_key() { self.keys.key(provider.id()).await } else { Ok(SecretString::from(String::new())) }
    }

    /// The key of the account that a generation was bought with; the one in use when that account has none any more.
    pub(crate) async fn key_of(
        &self,
        provider: &dyn Provider,
        row: &GenerationRow,
    ) -> Result<SecretString, KeyProblem> {
        if !provider.needs_key() || row.account.is_none() {
            return self.key_for(provider).await;
        }
        let keys = self.keys.keys(provider.id()).await?;
        let its_own = keys.iter().find(|key| self.is_same_account(row, key)).or(keys.first());
        its_own.cloned().ok_or(KeyProblem::Missing)
    }

    /// Whether something that was bought with a key is not finished: without that key it would be lost.
    ///
    /// # Errors
    /// When the library fails.
    pub fn has_unfinished(&self, provider: &ProviderId, key: &SecretString) -> Result<bool, QueueError> {
        use GenerationState as State;
        let account = self.account_of(provider, key);
        for state in [State::Submitting, State::Running, State::Downloading, State::Unknown] {
            let rows = self.library().generations_in(state)?;
            if rows.iter().any(|row| row.provider == *provider && row.account.as_deref() == Some(&account)) {
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
        let provider = self.provider(&row.provider).ok_or(ProviderError::NotSupported)?;
        let mut keys = self.keys.keys(&row.provider).await?;
        keys.sort_by_key(|key| !self.is_same_account(&row, key));
        let mut refusal = ProviderError::NotFound { reason: "no account knows it".to_owned() };
        for key in keys {
            match provider.poll(&key, remote_id).await {
                Ok(_) => {
                    let account = Some(self.account_of(&row.provider, &key));
                    return self.happen(id, Happening::Adopted { remote_id: remote_id.to_owned(), account });
                }
                Err(error) => refusal = error,
            }
        }
        Err(refusal.into())
    }
}
