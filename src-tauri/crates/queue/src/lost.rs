//! Looking for a request whose answer was lost. What follows from the provider's list is decided in `reconcile`.

use crate::driver::{PurchaseTurn, Queue, QueueError, without_query};
use crate::fence::Fence;
use crate::machine::Happening;
use crate::policy;
use crate::reconcile::{self, Doubt, Evidence, Known, Verdict};
use crate::restored;
use fail::fail_point;
use sixshot_domain::GenerationState;
use sixshot_providers::{LookUp, LostRequest, ProviderError};
use sixshot_store::GenerationRow;
use std::sync::PoisonError;

impl Queue {
    /// Looks for a lost request at the provider.
    ///
    /// # Errors
    /// When the library fails.
    pub async fn look_up(&self, row: &GenerationRow) -> Result<Option<GenerationRow>, QueueError> {
        let turn = self.look_turn(row);
        let _turn = turn.lock().await;
        let asked_at = self.now();
        self.host_is_asked(&self.look_address(&row.provider), asked_at);
        self.look(row, asked_at).await
    }

    /// Whoever looks for it holds this: nobody buys of its kind meanwhile, because a task that has just been made belongs
    /// to who is waiting for its name.
    pub(crate) fn look_turn(&self, row: &GenerationRow) -> PurchaseTurn {
        self.purchase_turn(&row.provider, row.request_path.as_deref().unwrap_or_default())
    }

    /// Looks for it; the caller holds its turn, and the host's patience counts the question already.
    pub(crate) async fn look(&self, row: &GenerationRow, asked_at: i64) -> Result<Option<GenerationRow>, QueueError> {
        let path = row.request_path.as_deref().unwrap_or_default();
        let address = self.look_address(&row.provider);
        let (provider, key) = match self.means_of(row).await {
            Ok(means) => means,
            Err(problem) => {
                self.host_is_let_go(&address, asked_at);
                return self.make(row, problem.happening());
            }
        };
        let in_doubt = Evidence::read(row.evidence.as_deref().unwrap_or_default()).restored;
        if in_doubt && self.lost_its_name(row) {
            self.host_is_let_go(&address, asked_at);
            return self.make(row, Happening::LookedUp(self.cannot_look(in_doubt)));
        }
        let sent_at = row.sent_at.unwrap_or(if in_doubt { row.created_at } else { row.state_since });
        let would_be = if in_doubt { self.would_be_request(row, &*provider) } else { None };
        let would_be = would_be.as_ref().map(|request| request.body.as_str());
        let body = row.request_body.as_deref().or(would_be).unwrap_or_default();
        let fence = Fence::read(row.fence.as_deref());
        // The question that the note answered, once more. Without one: from before it was sent by any clock.
        let earliest = sent_at.min(self.now()).min(self.time_at(&*provider)) - policy::CLOCK_DIFFERENCE;
        let request = LostRequest { path, body, since: fence.since.unwrap_or(earliest) };
        let happening = match provider.look_up(&key, &request).await {
            Ok(tasks) => {
                self.host_answered(&address, asked_at);
                let is_its_account = provider.is_account_of(row, &key);
                let looked_for = self.count_look(row, is_its_account);
                let mut owned = Vec::new();
                for task in &tasks {
                    if self.library().generation_of_task(&row.provider, &task.remote_id)?.is_some() {
                        owned.push(task.remote_id.clone());
                    }
                }
                let named = self.looks_up(&row.provider) == LookUp::ClientId;
                // The note does not reach as far as this question, or nobody told what time it is there.
                let is_wider = fence.since.is_none() && earliest < sent_at - 2 * policy::CLOCK_DIFFERENCE;
                let is_wider = is_wider || provider.time_there().is_none();
                let known = Known {
                    fence: &fence.tasks,
                    owned: &owned,
                    named,
                    doubt: self.doubt_about(row, is_its_account, named, is_wider)?,
                    sent_at: sent_at - fence.ahead,
                    not_before: if fence.since.is_some() { None } else { Some(earliest) },
                    looked_for,
                    now: self.now(),
                };
                match reconcile::judge(tasks, &known) {
                    Ok(remote_id) => Happening::Adopted { remote_id, account: None },
                    Err(evidence) if in_doubt => {
                        Happening::LookedUp(restored::judge(evidence, row.state_since, self.now()))
                    }
                    Err(evidence) => Happening::LookedUp(evidence),
                }
            }
            Err(ProviderError::NotSupported) => {
                self.host_is_let_go(&address, asked_at);
                Happening::LookedUp(self.cannot_look(in_doubt))
            }
            Err(error) => {
                self.host_failed(&address, asked_at, &error);
                self.not_looked(row, &error)?
            }
        };
        fail_point!("look-up-answered");
        self.make(row, happening)
    }

    /// Why what the list shows of a lost request proves nothing by itself.
    fn doubt_about(
        &self,
        row: &GenerationRow,
        is_its_account: bool,
        named: bool,
        is_wider: bool,
    ) -> Result<Option<Doubt>, QueueError> {
        let late = || self.catalogue().provider(&row.provider).is_some_and(|entry| entry.lists_late);
        Ok(if !is_its_account {
            Some(Doubt::AnotherAccount)
        } else if Evidence::read(row.evidence.as_deref().unwrap_or_default()).restored {
            Some(Doubt::Restored)
        } else if !named && self.has_rivals(row)? {
            Some(Doubt::AnotherLost)
        } else if !named && is_wider {
            Some(Doubt::Clock)
        } else {
            late().then_some(Doubt::ListsLate)
        })
    }

    /// Counts an answered look, and tells for how long it has been looked for. What its own account answered counts for
    /// itself, and so does what another one did.
    fn count_look(&self, row: &GenerationRow, is_its_account: bool) -> i64 {
        let passed = self.passed();
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        let before = looks.insert(row.id.clone(), passed).map_or(0, |at| passed - at);
        let so_far = Evidence::read(row.evidence.as_deref().unwrap_or_default());
        // What was found out about an earlier purchase of the same generation counts for nothing.
        let was_its_account = so_far.doubt != Some(Doubt::AnotherAccount);
        if so_far.looked_up_at.is_none() || was_its_account != is_its_account {
            return 0;
        }
        so_far.looked_for.saturating_add(before.clamp(0, policy::LOOKED_BETWEEN))
    }

    /// What a look that had no answer is: all who are looked for there together ask six times a minute at most.
    fn not_looked(&self, row: &GenerationRow, error: &ProviderError) -> Result<Happening, QueueError> {
        let lost = self.library().generations_in(GenerationState::Unknown)?;
        let beside = lost.iter().filter(|other| other.provider == row.provider && other.due_at.is_some()).count();
        let least = policy::LOOKS_APART.saturating_mul(i64::try_from(beside).unwrap_or(1).max(1));
        Ok(match self.not_answered(row, error) {
            Happening::BacksOff { problem, wait } => Happening::BacksOff { problem, wait: wait.max(least) },
            other => other,
        })
    }

    fn cannot_look(&self, restored: bool) -> Evidence {
        Evidence {
            looked_up_at: Some(self.now()),
            candidates: vec![],
            verdict: Verdict::CannotLook,
            restored,
            ..Evidence::default()
        }
    }

    /// Whether the task that is found could be another request's: one that is lost too, one that was given up, or an
    /// earlier purchase of this generation.
    fn has_rivals(&self, row: &GenerationRow) -> Result<bool, QueueError> {
        let model = |row: &GenerationRow| row.request_path.as_deref().map(without_query).map(str::to_owned);
        let since = self.now() - policy::RIVALS_FOR;
        let mut others = self.library().generations_in(GenerationState::Unknown)?;
        let given_up = self.library().generations_in(GenerationState::Cancelled)?.into_iter();
        others
            .extend(given_up.filter(|other| other.remote_id.is_none() && other.sent_at.is_some_and(|at| at >= since)));
        let rivals = others
            .iter()
            .any(|other| other.id != row.id && other.provider == row.provider && model(other) == model(row));
        Ok(rivals || self.library().purchases_of(&row.id, since)? > 1)
    }
}
