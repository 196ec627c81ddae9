//! What the accounts of a provider have and no generation here owns: clips that were paid for and never came.

use crate::driver::{Queue, QueueError};
use crate::policy;
use crate::ports::KeyProblem;
use sixshot_domain::{GenerationId, GenerationState, ProviderId};
use sixshot_providers::{AccountTask, ProviderError, Reach};
use sixshot_store::{GenerationRow, LedgerEntry, LedgerKind};
use std::collections::HashMap;

/// A task that nobody here owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What the provider's list shows of it.
    pub task: AccountTask,
    /// Fingerprints of the keys whose lists show it: several may be of one account.
    pub accounts: Vec<String>,
    /// Fingerprints of the keys whose lists could be read. What the others were sent for may be it as well.
    pub asked: Vec<String>,
    /// A lost request that it may be the answer to: that one is decided in the queue.
    pub may_be: Option<GenerationId>,
}

/// What was found, and what kept the other accounts from being looked through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundTasks {
    /// The newest first.
    pub tasks: Vec<Found>,
    /// One for each account that could not be asked.
    pub problems: Vec<ProviderError>,
    /// Why the key of an account could not be read, where one could not.
    pub unread: Option<KeyProblem>,
    /// How much of the lists of the others was read.
    pub reach: Reach,
}

impl Queue {
    /// Looks through the lists of every account of a provider for tasks since a moment that no generation owns. Free.
    ///
    /// # Errors
    /// When no account at all could be asked, or the library fails.
    pub async fn find_paid(&self, provider: &ProviderId, since: i64) -> Result<FoundTasks, QueueError> {
        let (adapter, keys) = self.means(provider, true).await?;
        let (mut found, mut asked, mut known) = (FoundTasks::default(), vec![], HashMap::<String, usize>::new());
        for key in keys.all() {
            let account = adapter.fingerprint(key);
            match adapter.recent(key, since).await {
                Ok(list) => {
                    asked.push(account.clone());
                    found.reach = found.reach.and(list.reach);
                    for task in list.tasks {
                        let again = known.get(&task.remote_id).and_then(|place| found.tasks.get_mut(*place));
                        if let Some(again) = again {
                            again.accounts.push(account.clone());
                        } else if self.library().generation_of_task(provider, &task.remote_id)?.is_none() {
                            known.insert(task.remote_id.clone(), found.tasks.len());
                            found.tasks.push(Found {
                                task,
                                accounts: vec![account.clone()],
                                asked: vec![],
                                may_be: None,
                            });
                        }
                    }
                }
                Err(error) => found.problems.push(error),
            }
        }
        match found.problems.first() {
            Some(error) if asked.is_empty() => Err(error.clone().into()),
            None if asked.is_empty() => Err(keys.unread().cloned().unwrap_or(KeyProblem::Missing).into()),
            _ => {
                for one in &mut found.tasks {
                    one.asked.clone_from(&asked);
                    one.may_be = self.lost_request_for(provider, one)?;
                }
                found.unread = keys.unread().cloned();
                found.tasks.sort_by_key(|found| std::cmp::Reverse(found.task.created_at));
                Ok(found)
            }
        }
    }

    /// A request that a task may be the answer to: one that was lost, or that has no answer yet.
    ///
    /// # Errors
    /// When the library fails.
    pub fn lost_request_for(&self, provider: &ProviderId, found: &Found) -> Result<Option<GenerationId>, QueueError> {
        let task = &found.task;
        let mut lost = self.library().generations_in(GenerationState::Unknown)?;
        lost.extend(self.library().generations_in(GenerationState::Submitting)?);
        let fits = |row: &GenerationRow| {
            let sent_at = row.sent_at.unwrap_or(row.state_since);
            let until = sent_at + policy::RIVALS_FOR;
            row.provider == *provider
                && row
                    .account
                    .as_ref()
                    .is_none_or(|known| found.accounts.contains(known) || !found.asked.contains(known))
                && task.created_at.is_none_or(|at| (sent_at - policy::MADE_AROUND..=until).contains(&at))
                && task.sold_as.as_ref().is_none_or(|model| *model == row.model)
        };
        Ok(lost.into_iter().find(fits).map(|row| row.id))
    }

    /// Takes a task over that was found: from now on it is fetched like any other. Nothing is sent. The row says which
    /// press of the button it is of, so that pressing twice makes one.
    ///
    /// # Errors
    /// When the task belongs to another generation by now, or the library fails.
    pub fn keep_found(&self, row: &GenerationRow) -> Result<GenerationRow, QueueError> {
        let entry = LedgerEntry {
            kind: LedgerKind::Adopted,
            amount: row.price,
            note: "found at the provider and taken over by hand; this program did not send it".to_owned(),
        };
        let row = self.library().add_adopted(row, &entry)?;
        self.tell(&row);
        self.wake();
        Ok(row)
    }
}
