//! The gates of the providers: asked before anything is taken up, taught by answers, kept over restarts.

use crate::driver::{Queue, QueueError};
use crate::limits::{Gate, Limits, Turn, UnderWay, WINDOW};
use crate::moves::waits_for;
use crate::pace::Waiting;
use crate::polling::{KEY_REFUSED, OTHER_ACCOUNT, waits_for_clip};
use crate::reconcile;
use sixshot_domain::{GenerationState, ProviderId};
use sixshot_providers::ProviderError;
use sixshot_store::GenerationRow;
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

/// Under which name the gates are kept.
const NAME: &str = "gates";
/// Where the address is on this machine, minutes are not counted: whoever answers there says so itself.
const UNCOUNTED: u32 = 10_000;

pub(crate) type Gates = HashMap<ProviderId, Gate>;

impl Queue {
    /// Reads what earlier runs learned. What cannot be read is learned again.
    pub(crate) fn read_gates(&self) -> Result<(), QueueError> {
        let text = self.library().setting(NAME)?.unwrap_or_default();
        *self.gates() = serde_json::from_str(&text).unwrap_or_default();
        Ok(())
    }

    fn gates(&self) -> MutexGuard<'_, Gates> {
        self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known for this run only.
    pub(crate) fn with_gate<T>(&self, provider: &ProviderId, change: impl FnOnce(&mut Gate) -> T) -> T {
        change(self.gates().entry(provider.clone()).or_default())
    }

    fn change_gate(&self, provider: &ProviderId, change: impl FnOnce(&mut Gate)) {
        let text = {
            let mut gates = self.gates();
            change(gates.entry(provider.clone()).or_default());
            serde_json::to_string(&*gates).unwrap_or_default()
        };
        if let Err(error) = self.library().set_setting(NAME, &text) {
            // It holds for this run all the same.
            tracing::warn!(%error, "what was learned of a provider cannot be kept");
        }
    }

    /// Uses a person's own figures for providers from now on.
    pub fn set_limits(&self, limits: HashMap<ProviderId, Limits>) {
        *self.own_limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
        self.wake();
    }

    fn limits_of(&self, provider: &ProviderId) -> Limits {
        let own = self.own_limits.lock().unwrap_or_else(PoisonError::into_inner).get(provider).copied();
        let known = || {
            let entry = self.catalogue().provider(provider);
            let per_minute = entry.map_or(1, |entry| entry.per_minute);
            let per_minute = if self.base_is_local(provider) { UNCOUNTED } else { per_minute };
            Limits { concurrent: entry.map_or(1, |entry| entry.concurrent), per_minute }
        };
        own.unwrap_or_else(known)
    }

    /// Whether one more may be bought of a provider with so much under way.
    pub(crate) fn turn(&self, provider: &ProviderId, under_way: &UnderWay) -> Turn {
        let limits = self.limits_of(provider);
        let now = self.now();
        let gate = self.gates().get(provider).cloned().unwrap_or_default();
        match gate.turn(limits, under_way, now) {
            // While it is ill, whoever asks it for anything shares its patience.
            Turn::Now if gate.failures > 0 => {
                let at = self.with_host(&self.address_of(provider), |host| host.pace.next(Waiting::One, now));
                if at > now { Turn::At(at) } else { Turn::Now }
            }
            // Who asked to be left alone is left alone, whoever was told so.
            Turn::Now => {
                self.with_host(&self.address_of(provider), |host| host.pace.closed(now)).map_or(Turn::Now, Turn::At)
            }
            turn => turn,
        }
    }

    /// What is under way at every provider.
    pub(crate) fn under_way(&self) -> Result<HashMap<ProviderId, UnderWay>, QueueError> {
        use GenerationState as State;
        let mut all: HashMap<ProviderId, UnderWay> = HashMap::new();
        for state in [State::Queued, State::Preparing, State::Submitting, State::Running, State::Unknown] {
            for row in self.library().generations_in(state)? {
                let taken_up = matches!(state, State::Queued | State::Preparing);
                let holds = match state {
                    // One that a task has taken up holds its place before its row says so; one whose preparing was
                    // broken off takes its place again like any that waits.
                    State::Queued | State::Preparing => self.is_busy(&row.id),
                    // One that waits for the person holds no place, or a lost answer would stop everything behind it.
                    State::Unknown => row.due_at.is_some() && !reconcile::needs_person(&row, self.now()),
                    // One that is made holds no place there, however long its clip is waited for.
                    // Neither does one of another account, which may be asked for again in months or never, or one whose
                    // key is refused: nothing is bought with that.
                    State::Running => {
                        row.output_ends_at.is_none()
                            && !waits_for_clip(&row)
                            && !waits_for(&row, &[OTHER_ACCOUNT, KEY_REFUSED])
                    }
                    _ => true,
                };
                if holds {
                    let of = all.entry(row.provider).or_default();
                    of.held += 1;
                    of.reserved += u32::from(taken_up);
                }
            }
        }
        let (now, passed) = (self.now(), self.passed());
        for (provider, at) in self.library().purchases_since(now - WINDOW)? {
            // What a clock that was set back has left in the future says nothing about the last minute.
            if at <= now {
                all.entry(provider).or_default().sent.push(at);
            }
        }
        // What this run sent is known by the time that passed, whatever was done to the clock.
        for (provider, sent) in self.sent.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let recent: Vec<i64> =
                sent.iter().map(|at| passed - at).filter(|ago| *ago < WINDOW).map(|ago| now - ago).collect();
            let of = all.entry(provider.clone()).or_default();
            if recent.len() > of.sent.len() {
                of.sent = recent;
            }
        }
        Ok(all)
    }

    /// A purchase is being sent.
    pub(crate) fn note_sent(&self, provider: &ProviderId) {
        let passed = self.passed();
        let mut all = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = all.entry(provider.clone()).or_default();
        sent.retain(|at| passed - at < WINDOW);
        sent.push(passed);
    }

    /// Learns from an answer of a provider to a purchase, or to a question on the way to one.
    pub(crate) fn learn(&self, row: &GenerationRow, answer: Result<(), &ProviderError>) {
        if let Err(error) = self.learn_from(row, answer) {
            tracing::warn!(%error, "nothing is learned from an answer");
        }
    }

    fn learn_from(&self, row: &GenerationRow, answer: Result<(), &ProviderError>) -> Result<(), QueueError> {
        match answer {
            Ok(()) => {
                let now = self.now();
                let changed = self.gates().get_mut(&row.provider).is_some_and(|gate| gate.accepted(now));
                if changed {
                    self.change_gate(&row.provider, |_| {});
                }
            }
            Err(ProviderError::RateLimited { retry_after }) => {
                let mut under_way = self.under_way()?.remove(&row.provider).unwrap_or_default();
                // The refused one itself holds no place there and was not taken.
                under_way.held = under_way.held.saturating_sub(1);
                under_way.sent.pop();
                let (limits, now) = (self.limits_of(&row.provider), self.now());
                self.change_gate(&row.provider, |gate| gate.refused(limits, &under_way, *retry_after, now));
            }
            Err(ProviderError::InsufficientCredit { .. }) => {
                self.change_gate(&row.provider, |gate| gate.no_credit = true);
                self.tell_waiting(&row.provider)?;
            }
            Err(_) => {}
        }
        Ok(())
    }

    /// The person says that there is money again: everything that waits for it goes on.
    ///
    /// # Errors
    /// When the library fails.
    pub fn go_on(&self, provider: &ProviderId) -> Result<(), QueueError> {
        let stopped = self.gates().get(provider).is_some_and(|gate| gate.no_credit);
        if stopped {
            self.change_gate(provider, |gate| gate.no_credit = false);
        }
        self.wake_waiting(provider, |row| waits_for(row, &["provider-no-credit"]))?;
        if stopped {
            self.tell_waiting(provider)?;
        }
        Ok(())
    }

    /// A purchase is being confirmed. Where nothing waits for money any more, because all of it was withdrawn, that is the
    /// word that there is some.
    ///
    /// # Errors
    /// When the library fails.
    pub fn heed_confirmation(&self, provider: &ProviderId) -> Result<(), QueueError> {
        let queued = self.library().generations_in(GenerationState::Queued)?;
        if queued.iter().any(|row| row.provider == *provider) { Ok(()) } else { self.go_on(provider) }
    }

    /// Why a generation that is due is not taken up, by code, and until when.
    ///
    /// # Errors
    /// When the library fails.
    pub fn why_waiting(&self, row: &GenerationRow) -> Result<Option<(&'static str, Option<i64>)>, QueueError> {
        if row.state != GenerationState::Queued || row.rehearsal {
            return Ok(None);
        }
        let under_way = self.under_way()?.remove(&row.provider).unwrap_or_default();
        let now = self.now();
        let told = self.with_host(&self.address_of(&row.provider), |host| host.pace.closed(now));
        let (closed, ill) =
            self.with_gate(&row.provider, |gate| (gate.closed(now).or(told).is_some(), gate.failures > 0));
        let well_or = |code| if ill { "provider-unavailable" } else { code };
        Ok(match self.turn(&row.provider, &under_way) {
            Turn::OnWord => Some(("provider-no-credit", None)),
            Turn::At(at) if closed => Some(("provider-rate-limited", Some(at))),
            Turn::At(at) => Some((well_or("waits-for-turn"), Some(at))),
            Turn::WhenFree => Some((well_or("waits-for-place"), None)),
            Turn::Now => None,
        })
    }

    /// Forgets what the refusals of an account taught: another one is asked from now on.
    pub(crate) fn forget_refusals(&self, provider: &ProviderId) {
        if self.gates().get(provider).is_some_and(Gate::was_refused) {
            self.change_gate(provider, Gate::forget_refusals);
        }
        self.with_host(&self.address_of(provider), |host| host.pace.open());
    }

    fn tell_waiting(&self, provider: &ProviderId) -> Result<(), QueueError> {
        for row in self.library().generations_in(GenerationState::Queued)? {
            if row.provider == *provider {
                self.tell(&row);
            }
        }
        Ok(())
    }
}
