//! One host's patience is one for all who ask it: questions about what runs, looks for what was lost, and everything on
//! the way to a purchase. While it does not answer, one probe at a time finds out when it does. A storage of clips has a
//! patience of its own.

use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::pace::{WINDOW, Waiting};
use crate::policy;
use sixshot_domain::{GenerationId, ProviderId};
use sixshot_providers::ProviderError;
use sixshot_store::{Advance, GenerationRow, StoreError};
use std::time::Duration;

/// Between two looks for lost requests at one host, in milliseconds; and while it does not answer.
const LOOKS_APART: (i64, i64) = (5_050, policy::LOOKS_APART);

/// A pause for so long is told, and counts as a look without an answer, in milliseconds.
const LONG_PAUSE: i64 = 10 * 60_000;
/// Furthest moment that a row is put off to, in milliseconds from now.
const PUT_OFF_MAX: i64 = 60 * 60_000;
/// How long it is remembered when a clip was last asked for at its storage, in milliseconds.
const REMEMBERED: i64 = 2 * 60 * 60_000;

impl Queue {
    /// Looks for a lost request when its host's turn for such looks has come.
    pub(crate) async fn look_in_turn(&self, row: &GenerationRow) -> Result<(), QueueError> {
        let turn = self.look_turn(row);
        let _turn = turn.lock().await;
        // Only now: the wait may have been long, and the host's health another one.
        let now = self.now();
        let at = self.look_slot(row, now);
        if at <= now {
            self.look(row, now).await?;
            return Ok(());
        }
        let closed = self.with_host(&self.look_address(&row.provider), |host| host.pace.closed(now));
        if closed.is_none() || at - now < LONG_PAUSE {
            // It waits for the others that are looked for there.
            return self.put_off(row, at);
        }
        // The person hears why it is not looked for.
        let error = ProviderError::RateLimited { retry_after: None };
        let problem = (error.code().to_owned(), error.to_string());
        let wait = at.min(now + PUT_OFF_MAX) - now;
        self.make(row, Happening::BacksOff { problem, wait })?;
        Ok(())
    }

    /// Makes a generation due at another moment; nothing was asked.
    pub(crate) fn put_off(&self, row: &GenerationRow, at: i64) -> Result<(), QueueError> {
        let mut later = row.clone();
        // A row that is due later than that is taken for one of a clock that was set back, and due at once.
        later.due_at = Some(at.min(self.now() + PUT_OFF_MAX));
        match self.library().advance(&Advance { row: &later, at: self.now(), what: None, ledger: None, take: None }) {
            Ok(row) => self.tell(&row),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// When a lost request is looked for: each has a moment of its own.
    fn look_slot(&self, row: &GenerationRow, now: i64) -> i64 {
        self.with_host(&self.look_address(&row.provider), |host| {
            let apart = if host.pace.fails() { LOOKS_APART.1 } else { LOOKS_APART.0 };
            // Whose moment has come waits for the host's health only, and not behind every question of the others.
            let waiting = if host.looks.has_come(&row.id, now) { Waiting::One } else { Waiting::Listed };
            let next = host.pace.next(waiting, now);
            let at = host.looks.slot(&row.id, next, apart, host.pace.closed(now).is_some(), now);
            if at <= now {
                host.pace.ask(now);
            }
            at
        })
    }

    /// When a storage may be asked, if that is not now.
    pub(crate) fn storage_opens(&self, storage: &str, now: i64) -> Option<i64> {
        Some(self.with_host(storage, |host| host.pace.next(Waiting::One, now))).filter(|next| *next > now)
    }

    /// The turn of a clip at its storage: the moment at which it is asked, which is now, or when it may be.
    pub(crate) fn storage_turn(&self, storage: &str, id: &GenerationId) -> Result<i64, i64> {
        let now = self.now();
        self.with_host(storage, |host| {
            let next = host.pace.next(Waiting::One, now);
            if next > now {
                return Err(next);
            }
            host.pace.ask(now);
            host.asked.retain(|_, at| (now - REMEMBERED..=now).contains(at));
            host.asked.insert(id.clone(), now);
            Ok(now)
        })
    }

    /// The storage gave out a clip, or some of it.
    pub(crate) fn storage_gave(&self, storage: &str, asked_at: i64) {
        self.with_host(storage, |host| host.pace.answered(asked_at));
    }

    /// How it ended says nothing of the storage.
    pub(crate) fn storage_is_let_go(&self, storage: &str, asked_at: i64) {
        self.with_host(storage, |host| host.pace.let_go(asked_at));
    }

    /// What was asked of the storage at that moment brought nothing, and perhaps it asks for a pause of so many
    /// milliseconds.
    pub(crate) fn storage_failed(&self, storage: &str, asked_at: i64, pause: Option<i64>) {
        let now = self.now();
        self.with_host(storage, |host| {
            host.pace.fail(asked_at, now);
            if let Some(pause) = pause {
                host.pace.close(now + pause, now);
            }
        });
    }

    /// A question is asked of a host.
    pub(crate) fn host_is_asked(&self, address: &str, now: i64) {
        self.with_host(address, |host| host.pace.ask(now));
    }

    /// The host answered the question of that moment.
    pub(crate) fn host_answered(&self, address: &str, asked_at: i64) {
        self.with_host(address, |host| host.pace.answered(asked_at));
    }

    /// The question of that moment was not asked after all.
    pub(crate) fn host_is_let_go(&self, address: &str, asked_at: i64) {
        self.with_host(address, |host| host.pace.let_go(asked_at));
    }

    /// The question of that moment had no usable answer, or one that asks for patience.
    pub(crate) fn host_failed(&self, address: &str, asked_at: i64, error: &ProviderError) {
        let now = self.now();
        let until = patience_asked(error).map(|wait| now + wait);
        self.with_host(address, |host| {
            host.pace.fail(asked_at, now);
            if let Some(until) = until {
                host.pace.close(until, now);
            }
        });
    }

    /// Something on the way to a purchase had no usable answer. Until the provider takes or refuses one, one is tried at a
    /// time. Tells when.
    pub(crate) fn way_failed(&self, provider: &ProviderId, pause: Option<Duration>) -> i64 {
        let asked_at = self.way_asked_at(provider);
        let now = self.now();
        let failures = self.with_gate(provider, |gate| {
            gate.failures = gate.failures.saturating_add(1);
            gate.failures
        });
        let drawn = now + policy::jittered(policy::retry_delay(failures), self.roll());
        let free = self.with_host(&self.address_of(provider), |host| {
            host.pace.fail(asked_at, now);
            host.pace.next(Waiting::One, now)
        });
        let until = drawn.max(free);
        // Whoever asks for a pause on the way, perhaps a storage for pictures, says nothing about what runs already.
        let pause = pause.map(|_| now + policy::rate_limit_delay(pause, 0));
        self.with_gate(provider, |gate| {
            gate.ill_until = Some(until);
            gate.closed_until = gate.closed(now).max(pause);
        });
        until.max(pause.unwrap_or(until))
    }

    /// The moment by which the host's patience counts what was asked on the way to a purchase.
    pub(crate) fn way_asked_at(&self, provider: &ProviderId) -> i64 {
        let now = self.now();
        // A probe that ended without a word about the host is none of this question's.
        let probe = self.with_gate(provider, |gate| gate.probe_at.take());
        if let Some(at) = probe.filter(|at| (now - WINDOW..=now).contains(at)) {
            return at;
        }
        // While all was well nobody counted it.
        self.host_is_asked(&self.address_of(provider), now);
        now
    }

    /// What a purchase becomes when somebody was asked for a pause meanwhile.
    pub(crate) fn waits_for_pause(&self, provider: &ProviderId) -> Option<Happening> {
        let now = self.now();
        let told = self.with_host(&self.address_of(provider), |host| host.pace.closed(now));
        let until = self.with_gate(provider, |gate| gate.closed(now)).max(told)?;
        let error = ProviderError::RateLimited { retry_after: None };
        let problem = (error.code().to_owned(), error.to_string());
        Some(Happening::PutBack { problem, retry_at: Some(until), counts: false })
    }

    /// What a purchase that waited for its turn becomes when somebody was asked for a pause meanwhile, or the one before it
    /// found the provider ill.
    pub(crate) fn waits_for_health(&self, provider: &ProviderId) -> Option<Happening> {
        if let Some(pause) = self.waits_for_pause(provider) {
            return Some(pause);
        }
        let now = self.now();
        let (ill, failures) = self.with_gate(provider, |gate| (gate.is_ill(now), gate.failures));
        // It begins now, and counts before it is known how it ends; others may have used the host's patience up meanwhile.
        let spent = self.with_host(&self.address_of(provider), |host| {
            let next = host.pace.next(Waiting::One, now);
            let begins = failures > 0 && ill.is_none() && next <= now;
            if begins {
                host.pace.ask(now);
            }
            (failures > 0 && next > now).then_some(next)
        });
        let until = ill.or(spent);
        if until.is_none() {
            let before =
                self.with_gate(provider, |gate| std::mem::replace(&mut gate.probe_at, (failures > 0).then_some(now)));
            self.let_probe_go(provider, before);
        }
        let until = until?;
        let words = "The provider does not answer; one generation at a time tries.".to_owned();
        let problem = ("provider-unavailable".to_owned(), words);
        Some(Happening::PutBack { problem, retry_at: Some(until), counts: false })
    }

    /// The present probe, if there is one.
    pub(crate) fn probe(&self, provider: &ProviderId) -> Option<i64> {
        self.with_gate(provider, |gate| gate.probe_at)
    }

    /// A purchase has ended. If it was a probe and nothing was heard of the host, it is none any more.
    pub(crate) fn end_probe(&self, provider: &ProviderId, probe: Option<i64>) {
        if self.with_gate(provider, |gate| gate.probe_at.take_if(|at| Some(*at) == probe)).is_some() {
            self.let_probe_go(provider, probe);
        }
    }

    fn let_probe_go(&self, provider: &ProviderId, probe: Option<i64>) {
        if let Some(asked_at) = probe {
            self.host_is_let_go(&self.address_of(provider), asked_at);
        }
    }

    /// The provider took or refused a purchase: it is well.
    pub(crate) fn way_is_clear(&self, provider: &ProviderId) {
        let probe = self.with_gate(provider, |gate| {
            (gate.failures, gate.ill_until) = (0, None);
            gate.probe_at.take()
        });
        self.with_host(&self.address_of(provider), |host| match probe {
            Some(asked_at) => host.pace.answered(asked_at),
            None => host.pace.is_well(),
        });
    }
}

/// How long an answer asks everybody to wait, in milliseconds.
fn patience_asked(error: &ProviderError) -> Option<i64> {
    match error {
        ProviderError::RateLimited { retry_after: asked @ Some(_) }
        | ProviderError::Unavailable { retry_after: asked @ Some(_), .. } => Some(policy::rate_limit_delay(*asked, 0)),
        _ => None,
    }
}
