//! Moves of a generation, written down in one transaction each: what the person asked for, and what happened.

use crate::driver::{Queue, QueueError, pause_after};
use crate::machine::{Happening, NotNow, step};
use crate::polling::{KEY_REFUSED, OTHER_ACCOUNT, is_of_another};
use crate::reconcile::{Doubt, Evidence};
use sixshot_domain::{GenerationId, GenerationState, MicroDollars, ProviderId};
use sixshot_store::{Advance, GenerationRow, StoreError};

impl Queue {
    /// Asks the provider to stop a running generation. Its own word ends it; until then it is still running.
    ///
    /// # Errors
    /// When it is not running, the provider cannot stop it, or the library fails.
    pub async fn cancel(&self, id: &GenerationId) -> Result<GenerationRow, QueueError> {
        let row = self.library().generation(id)?;
        let (GenerationState::Running, Some(remote_id)) = (row.state, row.remote_id.as_deref()) else {
            return Err(NotNow { state: row.state }.into());
        };
        let (provider, key) = self.means_of(&row).await?;
        let is_its_own = provider.is_account_of(&row, &key);
        match provider.cancel(&key, remote_id).await {
            Err(error) if is_of_another(&error, is_its_own) => return Err(QueueError::OtherAccount),
            answer => answer?,
        }
        let mut again = row;
        again.due_at = Some(self.now());
        let what = Some("the provider was asked to stop it");
        match self.library().advance(&Advance { row: &again, at: self.now(), what, ledger: None, take: None }) {
            Ok(row) => self.tell(&row),
            // It moved on meanwhile, and its next move sees what the provider says.
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.wake();
        Ok(self.library().generation(id)?)
    }

    /// Makes something the person asked for happen.
    ///
    /// # Errors
    /// When it does not fit the state, or the library fails.
    pub fn happen(&self, id: &GenerationId, happening: Happening) -> Result<GenerationRow, QueueError> {
        loop {
            let row = self.library().generation(id)?;
            step(&row, happening.clone(), self.now())?;
            if let Some(row) = self.make(&row, happening.clone())? {
                self.wake();
                return Ok(row);
            }
        }
    }

    /// Pays a lost request again, at the price the person saw.
    ///
    /// # Errors
    /// When it is not lost, or the library fails.
    pub fn send_again(&self, id: &GenerationId, price: MicroDollars) -> Result<GenerationRow, QueueError> {
        self.happen(id, Happening::SentAgain { price })
    }

    /// The person gave this provider another key: what the account before it was refused for does not hold.
    ///
    /// # Errors
    /// When the library fails.
    pub fn account_replaced(&self, provider: &ProviderId) -> Result<(), QueueError> {
        // What runs is asked for with its own key still, whose pause holds.
        self.refusals_end(provider, |row| row.state == GenerationState::Queued)
    }

    /// The person gave this provider another address: what the one before it refused does not hold, nor its pause for
    /// anybody.
    ///
    /// # Errors
    /// When the library fails.
    pub fn address_replaced(&self, provider: &ProviderId) -> Result<(), QueueError> {
        self.refusals_end(provider, |_| true)
    }

    fn refusals_end(&self, provider: &ProviderId, of: impl Fn(&GenerationRow) -> bool) -> Result<(), QueueError> {
        self.forget_refusals(provider);
        self.wake_waiting(provider, |row| of(row) && waits_for(row, &["provider-rate-limited"]))?;
        self.account_changed(provider)?;
        // Another account may also have money.
        self.go_on(provider)
    }

    /// A key of this provider is there: everything that waits for one goes on.
    ///
    /// # Errors
    /// When the library fails.
    pub fn account_changed(&self, provider: &ProviderId) -> Result<(), QueueError> {
        const REASONS: [&str; 5] =
            ["key-missing", "keychain-unavailable", KEY_REFUSED, "provider-unusable", OTHER_ACCOUNT];
        self.wake_waiting(provider, |row| waits_for(row, &REASONS) || asked_another_account(row))
    }

    /// Everything of a provider of which `waits` is true is due now.
    pub(crate) fn wake_waiting(
        &self,
        provider: &ProviderId,
        waits: impl Fn(&GenerationRow) -> bool,
    ) -> Result<(), QueueError> {
        for state in [GenerationState::Queued, GenerationState::Running, GenerationState::Unknown] {
            for row in self.library().generations_in(state)?.into_iter().filter(|row| row.provider == *provider) {
                if waits(&row) {
                    let mut again = row.clone();
                    again.due_at = Some(self.now());
                    let advance = Advance { row: &again, at: self.now(), what: None, ledger: None, take: None };
                    match self.library().advance(&advance) {
                        Ok(row) => self.tell(&row),
                        Err(StoreError::Conflict { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        self.wake();
        Ok(())
    }

    /// Makes a move. `None` when somebody else moved it meanwhile: the next turn sees what it has become.
    pub(crate) fn make(&self, row: &GenerationRow, happening: Happening) -> Result<Option<GenerationRow>, QueueError> {
        let moved = match step(row, happening, self.now()) {
            Ok(moved) => moved,
            Err(refused) => {
                tracing::debug!(generation = %row.id.0, %refused, "too late");
                return Ok(None);
            }
        };
        let advance = Advance {
            row: &moved.row,
            at: self.now(),
            what: moved.what.as_deref(),
            ledger: moved.ledger.as_ref(),
            take: None,
        };
        match self.library().advance(&advance) {
            Ok(row) => {
                self.tell(&row);
                Ok(Some(row))
            }
            Err(StoreError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes down the answer to a purchase, however long the disk is full: the right to buy stays held meanwhile. If
    /// the program ends before, the row still says `submitting`, which the next start takes for a lost answer.
    pub(crate) async fn make_surely(&self, row: &GenerationRow, happening: &Happening) -> Result<(), QueueError> {
        let (mut tries, mut happening) = (0, happening.clone());
        loop {
            match self.make(row, happening.clone()) {
                Ok(_) => return Ok(()),
                Err(QueueError::Store(StoreError::TaskTaken)) => {
                    let reason = "the task that was named belongs to another generation".to_owned();
                    happening = Happening::AnswerLost { reason };
                }
                Err(error) => {
                    tracing::error!(generation = %row.id.0, %error, "an answer cannot be written down yet");
                    self.sleep(pause_after(tries)).await;
                    tries += 1;
                }
            }
        }
    }
}

/// Whether a generation waits for one of these reasons.
pub(crate) fn waits_for(row: &GenerationRow, reasons: &[&str]) -> bool {
    row.problem.as_ref().is_some_and(|(code, _)| reasons.contains(&code.as_str()))
}

/// Whether a lost request was last looked for at another account than it was sent with.
fn asked_another_account(row: &GenerationRow) -> bool {
    row.state == GenerationState::Unknown
        && Evidence::read(row.evidence.as_deref().unwrap_or_default()).doubt == Some(Doubt::AnotherAccount)
}
