//! Asking where generations stand: one question at a time for each host, many generations in one where a list tells.

use crate::accounts::{Adapter, NoMeans};
use crate::driver::{Queue, QueueError, was_failure};
use crate::links;
use crate::machine::{Happening, NO_CLIP};
use crate::moves::waits_for;
use crate::pace::{Looks, Pace, Waiting};
use crate::policy;
use fail::fail_point;
use secrecy::SecretString;
use sixshot_domain::{GenerationId, GenerationState};
use sixshot_providers::{ProviderError, RemoteState};
use sixshot_store::{GenerationRow, is_due};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Whoever is due within so long is asked about with those that are due, in milliseconds.
const SOON: i64 = 5_000;
/// Generations that are asked about at once: a page of the shortest list.
const TOGETHER: usize = 100;
/// The code of what was asked for with another key or address than it was bought with, and is not known there.
pub const OTHER_ACCOUNT: &str = "other-account";
/// The code of what is asked for with a key that is refused.
pub(crate) const KEY_REFUSED: &str = "provider-key-refused";
/// For so long what another account does not know is left alone, in milliseconds: a change of the key or the address is
/// heard of, and its own account may be back in months or never.
const OF_ANOTHER: i64 = 5 * 60_000;
/// A list that shows nobody so many times in a row is left alone as well.
const STRANGERS: u32 = 3;
/// For so long a list that could not be read is left alone, and generations are asked about singly.
const LIST_RESTS: i64 = 10 * 60_000;

/// What is known of a host, by its address.
#[derive(Debug, Default)]
pub(crate) struct Host {
    /// Somebody is asking it.
    busy: bool,
    pub(crate) pace: Pace,
    /// Those that are looked for there.
    pub(crate) looks: Looks,
    waiting: Waiting,
    /// When each generation was last asked about, so that one that spoils every answer does not keep the others waiting.
    pub(crate) asked: HashMap<GenerationId, i64>,
    /// When each was last seen running: its clip was made after that.
    seen: HashMap<GenerationId, i64>,
    /// Those that their list did not show: they are asked about singly once.
    unlisted: BTreeSet<String>,
    /// Lists that could not be read, and until when they rest.
    resting: HashMap<String, i64>,
    /// How often in a row a list that could be read showed nobody who was asked for.
    strangers: HashMap<String, u32>,
    /// Questions in a row that could not be written down.
    failures: u32,
    /// The last question about those that run had no answer.
    polls_fail: bool,
}

impl Host {
    fn rests(&self, list: &str, now: i64) -> bool {
        // A clock that was set back must not let a list rest for longer.
        self.resting.get(list).is_some_and(|until| (now..=now + LIST_RESTS).contains(until))
    }
}

pub(crate) type Hosts = HashMap<String, Host>;

/// A host that a task is asking.
struct Asking {
    queue: Arc<Queue>,
    host: String,
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.queue.with_host(&self.host, |host| host.busy = false);
        self.queue.wake();
    }
}

impl Queue {
    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn with_host<T>(&self, host: &str, change: impl FnOnce(&mut Host) -> T) -> T {
        change(self.hosts().entry(host.to_owned()).or_default())
    }

    /// A random number. Not a secret: it only keeps waits apart.
    pub(crate) fn roll(&self) -> u64 {
        // SplitMix64 over a counter.
        let mut x = self.dice.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// Starts a question to every host that has somebody due and may be asked, and tells when the next may be.
    pub(crate) fn start_questions(self: &Arc<Self>, due: &[GenerationRow], tasks: &mut JoinSet<()>) -> Option<i64> {
        let now = self.now();
        let addresses: BTreeSet<String> = due.iter().map(|row| self.address_of(&row.provider)).collect();
        let mut soonest = None::<i64>;
        for address in addresses {
            let at = self.with_host(&address, |host| {
                let at = (!host.busy).then(|| host.pace.next_beside(&host.looks, host.polls_fail, host.waiting, now));
                host.busy |= at.is_some_and(|at| at <= now);
                at
            });
            match at {
                // Its end wakes the queue.
                None => {}
                Some(at) if at > now => soonest = Some(soonest.map_or(at, |known| known.min(at))),
                Some(_) => {
                    let asking = Asking { queue: Arc::clone(self), host: address };
                    tasks.spawn(async move { asking.queue.ask_and_rest(&asking.host).await });
                }
            }
        }
        soonest
    }

    async fn ask_and_rest(&self, address: &str) {
        match self.ask_host(address).await {
            Ok(()) => self.with_host(address, |host| host.failures = 0),
            Err(error) => {
                tracing::error!(%error, "what a provider said cannot be written down");
                // What cannot be written is due at once; without a pause it would be asked for without an end.
                let failures = self.with_host(address, |host| {
                    host.failures = host.failures.saturating_add(1);
                    host.failures - 1
                });
                let pause = u64::try_from(policy::retry_delay(failures)).unwrap_or(1_000);
                self.sleep(Duration::from_millis(pause)).await;
            }
        }
    }

    /// Asks a host one question.
    async fn ask_host(&self, address: &str) -> Result<(), QueueError> {
        let now = self.now();
        let mut running = self.library().generations_in(GenerationState::Running)?;
        running.retain(|row| !row.rehearsal && !self.is_busy(&row.id) && self.address_of(&row.provider) == address);
        let is_due = |row: &&GenerationRow| row.due_at.is_some_and(|at| is_due(at, now));
        // Whoever has waited longest for an answer, or new ones would keep the others waiting for ever.
        let order = |row: &&GenerationRow| {
            let asked = self.with_host(address, |host| host.asked.get(&row.id).copied());
            (asked.unwrap_or(row.state_since), row.due_at, row.id.clone())
        };
        let Some(first) = running.iter().filter(is_due).min_by_key(order) else { return Ok(()) };
        let list = self.list_of(first);
        let waiting = match running.len() {
            0 | 1 => Waiting::One,
            _ if running.iter().any(|row| self.tells(address, row, now)) => Waiting::Listed,
            _ => Waiting::Unlisted,
        };
        let singly = self.with_host(address, |host| {
            host.waiting = waiting;
            host.asked.retain(|id, _| running.iter().any(|row| row.id == *id));
            host.seen.retain(|id, _| running.iter().any(|row| row.id == *id));
            if host.pace.next(waiting, now) > now {
                return None;
            }
            host.pace.ask(now);
            let rests = list.as_ref().is_some_and(|list| host.rests(list, now));
            Some(host.unlisted.remove(&first.id.0) || rests)
        });
        let Some(singly) = singly else { return Ok(()) };
        let mut beside: Vec<&GenerationRow> = running.iter().filter(|row| is_beside(row, first)).collect();
        beside.sort_by_key(|row| row.due_at.unwrap_or(i64::MAX));
        let soon = beside.iter().filter(|row| is_soon(row, now)).count();
        match list {
            Some(list) if soon >= 2 && !singly => {
                beside.retain(|row| self.list_of(row).as_ref() == Some(&list));
                beside.truncate(TOGETHER);
                self.ask_together(address, &list, &beside, now).await
            }
            _ => self.ask_singly(address, first, &beside, now).await,
        }
    }

    /// Whether a list tells of a generation, or would if the host were well.
    fn tells(&self, address: &str, row: &GenerationRow, now: i64) -> bool {
        self.list_of(row).is_some_and(|list| {
            self.with_host(address, |host| !(host.rests(&list, now) && host.strangers.contains_key(&list)))
        })
    }

    /// The list that tells of a generation.
    fn list_of(&self, row: &GenerationRow) -> Option<String> {
        let list = self.provider(&row.provider)?.list_of(row.remote_id.as_deref()?)?;
        // Each account has its own, and shows only what is of it.
        Some(format!("{} {list} of {}", row.provider.0, row.account.as_deref().unwrap_or_default()))
    }

    /// The adapter and the key to ask about a task with. A row without a task, which only a damaged library has, cannot
    /// be asked about.
    async fn means_to_ask(&self, row: &GenerationRow) -> Result<(Adapter, SecretString), NoMeans> {
        if row.remote_id.is_none() {
            return Err(NoMeans::Unusable);
        }
        // Its own key was refused, and may have been replaced by another one of the same account: each in turn.
        let turn = if waits_for(row, &[KEY_REFUSED]) { row.attempts as usize } else { 0 };
        self.means_in_turn(row, turn).await
    }

    /// One question about all of one account and one list.
    async fn ask_together(
        &self,
        address: &str,
        list: &str,
        rows: &[&GenerationRow],
        now: i64,
    ) -> Result<(), QueueError> {
        let Some(first) = rows.first() else { return Ok(()) };
        let soon: Vec<&GenerationRow> = rows.iter().copied().filter(|row| is_soon(row, now)).collect();
        let (provider, key) = match self.means_to_ask(first).await {
            Ok(means) => means,
            Err(problem) => {
                self.host_is_let_go(address, now);
                return self.make_of_all(&soon, &problem.happening());
            }
        };
        let ids: Vec<String> = rows.iter().filter_map(|row| row.remote_id.clone()).collect();
        let oldest = rows
            .iter()
            .map(|row| row.sent_at.unwrap_or(row.created_at))
            .min()
            .unwrap_or(now)
            .min(self.time_at(&*provider));
        let answer = provider.poll_many(&key, &ids, oldest - policy::CLOCK_DIFFERENCE).await;
        fail_point!("queue-polled");
        match answer {
            Ok(found) => {
                self.with_host(address, |host| {
                    host.pace.answered(now);
                    host.polls_fail = false;
                    // A list that knows nobody keeps everybody waiting: each by itself is quicker.
                    if !found.is_empty() {
                        host.strangers.remove(list);
                        return;
                    }
                    let strangers = host.strangers.entry(list.to_owned()).or_default();
                    *strangers += 1;
                    if *strangers >= STRANGERS {
                        host.resting.insert(list.to_owned(), now + LIST_RESTS);
                    }
                });
                for row in rows {
                    let state = row.remote_id.as_ref().and_then(|id| found.get(id));
                    if state.is_some_and(is_running) {
                        self.with_host(address, |host| host.seen.insert(row.id.clone(), now));
                    }
                    match state {
                        // Nothing is written for those whose time has not come and who only still run. What is said of a
                        // clip that could not be had is waited out: a fresh link each minute would be a storm.
                        Some(state) if !is_soon(row, now) && (is_running(state) || waits_for_clip(row)) => {}
                        Some(state) => {
                            self.with_host(address, |host| host.asked.insert(row.id.clone(), now));
                            self.hear(row, (&provider, &key), Ok(state.clone()))?;
                        }
                        None if is_soon(row, now) => {
                            self.with_host(address, |host| host.unlisted.insert(row.id.0.clone()));
                        }
                        None => {}
                    }
                }
                Ok(())
            }
            Err(error) => {
                // The list says nothing about anybody; asking singly may still work.
                if !is_about_all(&error) || matches!(error, ProviderError::Unavailable { .. }) {
                    self.with_host(address, |host| {
                        host.strangers.remove(list);
                        host.resting.insert(list.to_owned(), now + LIST_RESTS);
                    });
                }
                self.back_off(address, &soon, now, &error)
            }
        }
    }

    /// One question about one generation.
    async fn ask_singly(
        &self,
        address: &str,
        row: &GenerationRow,
        beside: &[&GenerationRow],
        now: i64,
    ) -> Result<(), QueueError> {
        self.with_host(address, |host| host.asked.insert(row.id.clone(), now));
        let (provider, key) = match self.means_to_ask(row).await {
            Ok(means) => means,
            Err(problem) => {
                self.host_is_let_go(address, now);
                let soon: Vec<_> = beside.iter().copied().filter(|row| is_soon(row, now)).collect();
                return self.make_of_all(&soon, &problem.happening());
            }
        };
        let answer = provider.poll(&key, row.remote_id.as_deref().unwrap_or_default()).await;
        fail_point!("queue-polled");
        if answer.as_ref().is_ok_and(is_running) {
            self.with_host(address, |host| host.seen.insert(row.id.clone(), now));
        }
        let is_its_own = provider.is_account_of(row, &key);
        match answer {
            // One question finds out for all of them; each by itself would be a storm.
            Err(error) if is_about_all(&error) && !is_of_another(&error, is_its_own) => {
                let soon: Vec<_> = beside.iter().copied().filter(|row| is_soon(row, now)).collect();
                self.back_off(address, &soon, now, &error)
            }
            answer => {
                let fails = matches!(answer, Err(ProviderError::Protocol { .. }));
                self.with_host(address, |host| host.polls_fail = fails);
                match &answer {
                    // It says nothing about anybody, and a page that asks to sign in is no answer of a host that is well.
                    Err(error @ ProviderError::Protocol { .. }) => self.host_failed(address, now, error),
                    _ => self.host_answered(address, now),
                }
                self.hear(row, (&provider, &key), answer)
            }
        }
    }

    /// Writes down what a task's account answered. One that knows it is its own, also by another key than before.
    fn hear(
        &self,
        row: &GenerationRow,
        (provider, key): (&Adapter, &SecretString),
        answer: Result<RemoteState, ProviderError>,
    ) -> Result<(), QueueError> {
        let mut row = row.clone();
        let is_its_own = provider.is_account_of(&row, key);
        if answer.is_ok() {
            row.account = Some(provider.fingerprint(key));
        }
        let is_late = !self.is_in_use(provider);
        let happening = match self.happening_of(&row, is_its_own, answer)? {
            // By an address that is not in use any more: the one that is may know it.
            Happening::BacksOff { problem, .. } if is_late && problem.0 == OTHER_ACCOUNT => {
                Happening::BacksOff { problem, wait: policy::retry_delay(0) }
            }
            happening => happening,
        };
        self.make(&row, happening)?;
        Ok(())
    }

    /// Asks about a rehearsal, which is on this machine and needs no pace.
    pub(crate) async fn poll(&self, row: GenerationRow) -> Result<(), QueueError> {
        let happening = match self.means_to_ask(&row).await {
            Ok((provider, key)) => {
                let answer = provider.poll(&key, row.remote_id.as_deref().unwrap_or_default()).await;
                self.happening_of(&row, true, answer)?
            }
            Err(problem) => problem.happening(),
        };
        fail_point!("queue-polled");
        self.make(&row, happening)?;
        Ok(())
    }

    fn make_of_all(&self, rows: &[&GenerationRow], happening: &Happening) -> Result<(), QueueError> {
        for row in rows {
            self.make(row, happening.clone())?;
        }
        Ok(())
    }

    /// All of them are asked about again at the same moment, which is drawn once. No verdict about any.
    fn back_off(
        &self,
        address: &str,
        rows: &[&GenerationRow],
        asked_at: i64,
        error: &ProviderError,
    ) -> Result<(), QueueError> {
        if !rows.is_empty() {
            self.with_host(address, |host| host.polls_fail = true);
            self.host_failed(address, asked_at, error);
        }
        let same = |row: &&&GenerationRow| row.problem.as_ref().is_some_and(|(code, _)| code == error.code());
        let attempts = rows.iter().filter(same).map(|row| row.attempts).max().unwrap_or(0);
        let wait = self.wait_after(error, attempts);
        let problem = (error.code().to_owned(), error.to_string());
        self.make_of_all(rows, &Happening::BacksOff { problem, wait })
    }

    /// How long after an error nobody asks, in milliseconds.
    fn wait_after(&self, error: &ProviderError, attempts: u32) -> i64 {
        match error {
            ProviderError::RateLimited { retry_after: asked @ Some(_) }
            | ProviderError::Unavailable { retry_after: asked @ Some(_), .. } => {
                policy::rate_limit_delay(*asked, attempts)
            }
            ProviderError::Unauthenticated { .. } => 30_000,
            _ => policy::jittered(policy::retry_delay(attempts.saturating_add(1)), self.roll()),
        }
    }

    /// What a question without an answer is for a generation: it waits for a time of its own.
    pub(crate) fn not_answered(&self, row: &GenerationRow, error: &ProviderError) -> Happening {
        let again = row.problem.as_ref().is_some_and(|(code, _)| code == error.code());
        let wait = self.wait_after(error, if again { row.attempts } else { 0 });
        Happening::BacksOff { problem: (error.code().to_owned(), error.to_string()), wait }
    }

    /// What is to be tried later by itself: many that broke at once do not all come back at once.
    pub(crate) fn tries_later(&self, row: &GenerationRow, code: &str, words: String) -> Happening {
        let again = row.problem.as_ref().is_some_and(|(known, _)| known == code);
        let attempts = if again { row.attempts.saturating_add(1) } else { 1 };
        let wait = policy::jittered(policy::retry_delay(attempts), self.roll());
        Happening::BacksOff { problem: (code.to_owned(), words), wait }
    }

    /// A moment before the clip was made: the provider keeps it from then on, not from when its end was noticed.
    fn made_after(&self, row: &GenerationRow) -> i64 {
        let address = self.address_of(&row.provider);
        let seen = self.with_host(&address, |host| host.seen.get(&row.id).copied());
        seen.or(row.sent_at).unwrap_or(row.state_since).min(self.now())
    }

    /// What an answer about a task is for its generation, however it was asked for; `is_its_own` when the account was
    /// asked that it was bought with.
    fn happening_of(
        &self,
        row: &GenerationRow,
        is_its_own: bool,
        answer: Result<RemoteState, ProviderError>,
    ) -> Result<Happening, QueueError> {
        let entry = self.catalogue().provider(&row.provider);
        Ok(match answer {
            Ok(RemoteState::Running { progress }) => {
                let past = self.library().past_durations(&row.provider, &row.model, row.board.seconds())?;
                Happening::Runs { progress, spread: policy::spread(past) }
            }
            Ok(RemoteState::Succeeded { output, .. }) if !output.can_be_kept() => {
                Happening::MadeWithoutClip { reason: "the clip's address is longer than any address".to_owned() }
            }
            Ok(RemoteState::Succeeded { output, bill }) => {
                let keeps = entry.map(|entry| entry.result_millis).filter(|millis| *millis > 0);
                Happening::Made { output, bill, ends_at: keeps.map(|millis| self.made_after(row) + millis) }
            }
            Ok(RemoteState::Failed(failure)) => {
                let refunded = entry.is_some_and(|entry| entry.refunds_failed) && was_failure(failure.code);
                Happening::EndedThere { failure, refunded }
            }
            // A task that was accepted and is not known a moment later is one whose news travels slowly.
            Err(ProviderError::NotFound { .. }) if row.rehearsal || (is_its_own && self.is_gone(row)) => {
                Happening::GoneThere
            }
            // It counts for itself, or it would be half of the proof once the right account is asked.
            Err(error) if is_of_another(&error, is_its_own) => match &row.problem {
                // Its own key is refused, which is what keeps it waiting.
                Some((code, words)) if code == KEY_REFUSED => self.tries_later(row, KEY_REFUSED, words.clone()),
                _ => Happening::BacksOff {
                    problem: (OTHER_ACCOUNT.to_owned(), "the account that is asked now does not know it".to_owned()),
                    wait: OF_ANOTHER,
                },
            },
            Err(error @ ProviderError::WithoutClip) => Happening::MadeWithoutClip { reason: error.to_string() },
            Err(error) => self.not_answered(row, &error),
        })
    }
}

/// Whether two are asked about with the same key of the same provider.
fn is_beside(row: &GenerationRow, other: &GenerationRow) -> bool {
    row.provider == other.provider && row.account == other.account
}

const fn is_running(state: &RemoteState) -> bool {
    matches!(state, RemoteState::Running { .. })
}

/// Whether its clip was made and could not be had: it is asked about by its own waits.
pub(crate) fn waits_for_clip(row: &GenerationRow) -> bool {
    row.problem
        .as_ref()
        .is_some_and(|(code, _)| [NO_CLIP, links::ENDED, links::BROKEN, links::REFUSED].contains(&code.as_str()))
}

/// Whether an answer says no more than that the task is not of the account that was asked.
pub(crate) fn is_of_another(error: &ProviderError, is_its_own: bool) -> bool {
    use ProviderError::{NotFound, Rejected, Unauthenticated};
    !is_its_own && matches!(error, NotFound { .. } | Unauthenticated { .. } | Rejected { .. })
}

fn is_soon(row: &GenerationRow, now: i64) -> bool {
    row.due_at.is_some_and(|at| at <= now + SOON || is_due(at, now))
}

/// Whether an error is about the host or the account, and so about everybody who waits for either.
fn is_about_all(error: &ProviderError) -> bool {
    use ProviderError as Error;
    matches!(
        error,
        Error::Unreachable { .. }
            | Error::Unavailable { .. }
            | Error::RateLimited { .. }
            | Error::Unauthenticated { .. }
            | Error::InsufficientCredit { .. }
    )
}
