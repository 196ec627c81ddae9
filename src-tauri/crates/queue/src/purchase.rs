//! The only place that can pay.
//!
//! Before the first byte leaves, the intent is in the library: the exact request, its hash, the price, the account.
//! After it, the answer is in the library before anything else happens. A test counts the call sites of `submit`.

use crate::accounts::Adapter;
use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::policy;
use fail::fail_point;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sixshot_domain::{GenerationState, ProviderId};
use sixshot_providers::{Composed, LookUp, ProviderError, SubmitAnswer};
use sixshot_store::GenerationRow;
use std::sync::atomic::{AtomicUsize, Ordering};

impl Queue {
    /// Buys one prepared generation, once.
    pub(crate) async fn purchase(
        &self,
        row: GenerationRow,
        provider: &Adapter,
        key: &SecretString,
        request: Prepared,
    ) -> Result<(), QueueError> {
        let Prepared { request, kept } = request;
        // One purchase at a time for a model: whatever is new in the provider's list afterwards is then this one.
        let turn = self.purchase_turn(&row.provider, &request.path);
        let _turn = turn.lock().await;
        // The wait may have been long, and another account may be in use by now: it is prepared anew for that one.
        if !self.is_still_the_account(provider, key).await {
            return self.put_back_for_account(&row);
        }

        // One before it may have found out for all meanwhile.
        if let Some(waits) = self.waits_for_health(&row.provider) {
            self.make(&row, waits)?;
            return Ok(());
        }
        let (of, probe) = (row.provider.clone(), self.probe(&row.provider));
        let ended = self.purchase_in_turn(row, provider, key, Prepared { request, kept }).await;
        self.end_probe(&of, probe);
        ended
    }

    /// The same, when it is the only one of its kind on its way.
    async fn purchase_in_turn(
        &self,
        row: GenerationRow,
        provider: &Adapter,
        key: &SecretString,
        request: Prepared,
    ) -> Result<(), QueueError> {
        let Prepared { request, kept } = request;
        let row = match self.price_still_holds(row, provider, key, &request).await? {
            Some(row) => row,
            None => return Ok(()),
        };
        fail_point!("purchase-priced");
        let fence = match self.fence(&row, provider, key, &request).await? {
            Fence::Known(fence) => fence,
            Fence::PutBack => return Ok(()),
        };
        // The questions on the way may have taken minutes.
        if !self.is_still_the_account(provider, key).await {
            return self.put_back_for_account(&row);
        }
        if let Some(waits) = self.waits_for_pause(&row.provider) {
            self.make(&row, waits)?;
            return Ok(());
        }
        // Counted first: whoever lets the queue rest and then sees nobody buying has seen them all.
        let _buying = Buying::begin(&self.buying);
        // Nothing was sent yet: the next start takes it up again.
        if self.is_resting() {
            return Ok(());
        }
        fail_point!("purchase-ready");
        let intent = Happening::AboutToSend {
            path: request.path.clone(),
            sha256: hex::encode(Sha256::digest(request.body.as_bytes())),
            body: kept,
            account: provider.fingerprint(key),
            fence,
        };
        let Some(row) = self.make(&row, intent)? else { return Ok(()) };
        if row.state != GenerationState::Submitting {
            return Ok(());
        }
        // The second note, which an older copy of the database cannot take back. Without it nothing is sent.
        if let Err(error) = self.library().note_sending(&row.id, self.now()) {
            let problem = (error.code().to_owned(), error.to_string());
            return self.make_surely(&row, &Happening::HeldBack { problem }).await;
        }
        self.note_sent(&row.provider);
        fail_point!("purchase-intended");
        let answer = provider.submit(key, &request).await;
        fail_point!("purchase-answered");
        let lesson = match &answer {
            SubmitAnswer::Accepted { .. } => Some(Ok(())),
            SubmitAnswer::Rejected(error) => Some(Err(error.clone())),
            SubmitAnswer::NeverSent(_) | SubmitAnswer::Unknown { .. } => None,
        };
        let is_answered = lesson.is_some();
        let pause = match &answer {
            SubmitAnswer::Unknown { retry_after, .. } => *retry_after,
            _ => None,
        };
        let happening = match answer {
            SubmitAnswer::Accepted { remote_id, .. } => Happening::Accepted { remote_id },
            SubmitAnswer::Rejected(error) => Happening::Refused(error),
            SubmitAnswer::NeverSent(error) => Happening::NeverSent(error),
            SubmitAnswer::Unknown { reason, .. } => Happening::AnswerLost { reason },
        };
        self.make_surely(&row, &happening).await?;
        fail_point!("purchase-answer-kept");
        // Only now: nothing may stand between an answer and its being written down. What an account said that is not
        // in use any more teaches nothing about the next.
        if self.is_still_the_account(provider, key).await {
            if is_answered {
                self.way_is_clear(&row.provider);
            } else {
                self.way_failed(&row.provider, pause);
            }
            if let Some(lesson) = &lesson {
                self.learn(&row, lesson.as_ref().copied());
            }
        }
        match lesson {
            Some(Err(error)) => self.hear_late_change(&row.provider, provider, key, &error).await,
            _ => Ok(()),
        }
    }

    pub(crate) async fn is_still_the_account(&self, provider: &Adapter, key: &SecretString) -> bool {
        let is_still_the_key =
            self.key_for(&**provider).await.is_ok_and(|now| now.expose_secret() == key.expose_secret());
        is_still_the_key && self.is_in_use(provider)
    }

    /// Prepared anew, for the account that is in use now.
    pub(crate) fn put_back_for_account(&self, row: &GenerationRow) -> Result<(), QueueError> {
        let problem = ("account-changed".to_owned(), "The key or the address was changed meanwhile.".to_owned());
        self.make(row, Happening::PutBack { problem, retry_at: Some(self.now()), counts: false })?;
        Ok(())
    }

    /// Asks the provider what it would charge now. More than the person confirmed is not paid.
    async fn price_still_holds(
        &self,
        row: GenerationRow,
        provider: &Adapter,
        key: &SecretString,
        request: &Composed,
    ) -> Result<Option<GenerationRow>, QueueError> {
        match provider.live_price(key, request).await {
            // Not every provider says. One that does and cannot now is asked again before anything is paid.
            Err(ProviderError::NotSupported) => return Ok(Some(row)),
            Ok(price) if price <= row.price => return Ok(Some(row)),
            Ok(_) if !self.is_still_the_account(provider, key).await => self.put_back_for_account(&row)?,
            Ok(price) => {
                let message = format!("The provider now asks {price}; {} was confirmed.", row.price);
                self.make(&row, Happening::CannotBeSent { problem: ("price-rose".to_owned(), message) })?;
            }
            Err(error) => self.meet_obstacle(&row, provider, key, &error).await?,
        }
        Ok(None)
    }

    /// The tasks of the same model that are at the provider already.
    async fn fence(
        &self,
        row: &GenerationRow,
        provider: &Adapter,
        key: &SecretString,
        request: &Composed,
    ) -> Result<Fence, QueueError> {
        // What is found by its own name needs no fence.
        if self.looks_up(&row.provider) != LookUp::List {
            return Ok(Fence::Known(None));
        }
        match self.note_tasks(&**provider, key, request).await {
            Ok(fence) => Ok(Fence::Known(fence.write())),
            Err(ProviderError::NotSupported) => Ok(Fence::Known(None)),
            // Without the fence a lost answer could not be found again, so nothing is sent now.
            Err(error) => {
                self.meet_obstacle(row, provider, key, &error).await?;
                Ok(Fence::PutBack)
            }
        }
    }

    /// Writes down what an error of a free question means. What one account answers is nothing to the next.
    pub(crate) async fn meet_obstacle(
        &self,
        row: &GenerationRow,
        provider: &Adapter,
        key: &SecretString,
        error: &ProviderError,
    ) -> Result<(), QueueError> {
        if !self.is_still_the_account(provider, key).await {
            return self.put_back_for_account(row);
        }
        self.make(row, self.obstacle(row, error))?;
        self.hear_late_change(&row.provider, provider, key, error).await
    }

    /// Refused by an account that is not in use any more: the change was told before this row waited for it.
    async fn hear_late_change(
        &self,
        of: &ProviderId,
        provider: &Adapter,
        key: &SecretString,
        error: &ProviderError,
    ) -> Result<(), QueueError> {
        use ProviderError::{InsufficientCredit, RateLimited, Unauthenticated};
        let is_about_the_account =
            matches!(error, Unauthenticated { .. } | InsufficientCredit { .. } | RateLimited { .. });
        if is_about_the_account && !self.is_still_the_account(provider, key).await {
            self.account_replaced(of)?;
        }
        Ok(())
    }

    /// What an error of a free question means for a generation that was not sent yet.
    fn obstacle(&self, row: &GenerationRow, error: &ProviderError) -> Happening {
        let problem = (error.code().to_owned(), error.to_string());
        self.learn(row, Err(error));
        match error {
            ProviderError::RateLimited { retry_after } => {
                let asked_at = self.way_asked_at(&row.provider);
                // Until when nobody buys was learned above. Perhaps it was a storage for pictures that asked for it: what runs
                // already is asked about all the same.
                let asks = ProviderError::RateLimited { retry_after: None };
                self.host_failed(&self.address_of(&row.provider), asked_at, &asks);
                let wait = policy::rate_limit_delay(*retry_after, row.attempts);
                Happening::PutBack { problem, retry_at: Some(self.now() + wait), counts: true }
            }
            ProviderError::Unauthenticated { .. } | ProviderError::InsufficientCredit { .. } => {
                Happening::PutBack { problem, retry_at: None, counts: false }
            }
            // What failed for one fails for all that wait: together they try one at a time.
            error if error.is_passing() => {
                let pause = match error {
                    ProviderError::Unavailable { retry_after, .. } => *retry_after,
                    _ => None,
                };
                let until = self.way_failed(&row.provider, pause);
                Happening::PutBack { problem, retry_at: Some(until), counts: true }
            }
            _ => Happening::CannotBeSent { problem },
        }
    }
}

/// A request that is ready to be sent.
pub(crate) struct Prepared {
    /// Byte for byte.
    pub request: Composed,
    /// Its body as the library keeps it: pictures inside it are named there and not repeated.
    pub kept: String,
}

/// A purchase that cannot be held back any more, until its answer is written down.
struct Buying<'a>(&'a AtomicUsize);

impl<'a> Buying<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Buying<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

enum Fence {
    Known(Option<String>),
    PutBack,
}

/// A fingerprint of a key at an address.
pub(crate) fn account_of(key: &SecretString, address: &str) -> String {
    let digest = Sha256::digest(format!("sixshot account {address} {}", key.expose_secret()).as_bytes());
    hex::encode(&digest[..8])
}
