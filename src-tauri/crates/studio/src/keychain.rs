//! The system's keychain, asked by one thread of its own: a locked keychain can keep its caller waiting for ever,
//! and that caller must be neither the window nor the runtime, which would wait for it at the end.

use async_trait::async_trait;
use sixshot_providers::{ExposeSecret, SecretString};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

/// The name under which the system lists the keys.
const SERVICE: &str = "Sixshot";
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why the keychain could not be asked. Holds no key: the library's own errors can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainError {
    /// There is none, or it is locked.
    #[error("the system keychain is not available: {0}")]
    Unavailable(String),
    /// It does not answer.
    #[error("the system keychain does not answer; it may be waiting for its password")]
    Silent,
}

/// Where keys are kept.
#[async_trait]
pub trait Keychain: Send + Sync {
    /// The key under a name; nothing when there is none.
    async fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError>;

    /// Keeps a key under a name.
    async fn set(&self, name: &str, key: SecretString) -> Result<(), KeychainError>;

    /// Forgets the key under a name.
    async fn remove(&self, name: &str) -> Result<(), KeychainError>;
}

enum Order {
    Get(String, oneshot::Sender<Result<Option<SecretString>, KeychainError>>),
    Set(String, SecretString, oneshot::Sender<Result<(), KeychainError>>),
    Remove(String, oneshot::Sender<Result<(), KeychainError>>),
}

/// The keychain of the operating system.
pub struct SystemKeychain {
    orders: mpsc::Sender<Order>,
}

impl SystemKeychain {
    /// Starts the thread; the keychain is not touched yet.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start() -> Result<Self, KeychainError> {
        let (orders, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                while let Ok(order) = inbox.recv() {
                    carry_out(&SystemEntries, order);
                }
            })
            .map_err(|error| KeychainError::Unavailable(error.to_string()))?;
        Ok(Self { orders })
    }

    async fn ask<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, KeychainError>>) -> Order,
    ) -> Result<T, KeychainError> {
        let (answer, answered) = oneshot::channel();
        self.orders.send(order(answer)).map_err(|_| KeychainError::Silent)?;
        match tokio::time::timeout(TIMEOUT, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => Err(KeychainError::Silent),
        }
    }
}

#[async_trait]
impl Keychain for SystemKeychain {
    async fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        self.ask(|answer| Order::Get(name.to_owned(), answer)).await
    }

    async fn set(&self, name: &str, key: SecretString) -> Result<(), KeychainError> {
        self.ask(|answer| Order::Set(name.to_owned(), key, answer)).await
    }

    async fn remove(&self, name: &str) -> Result<(), KeychainError> {
        self.ask(|answer| Order::Remove(name.to_owned(), answer)).await
    }
}

/// What lies under names, for whoever can wait.
trait Entries {
    fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError>;
    fn set(&self, name: &str, key: &SecretString) -> Result<(), KeychainError>;
    fn remove(&self, name: &str) -> Result<(), KeychainError>;
}

fn carry_out(entries: &impl Entries, order: Order) {
    match order {
        // Whoever asked may have given up meanwhile and was told so: nobody is asked for a password in their name.
        Order::Get(_, answer) if answer.is_closed() => {}
        Order::Get(name, answer) => {
            if answer.send(entries.get(&name)).is_err() {
                tracing::debug!("the keychain answered too late");
            }
        }
        Order::Set(name, key, answer) => change(entries, &name, answer, || entries.set(&name, &key)),
        Order::Remove(name, answer) => change(entries, &name, answer, || entries.remove(&name)),
    }
}

/// Changes what lies under a name. What failed, and what whoever asked does not hear of any more and was told that it
/// failed, is put back as it was.
fn change(
    entries: &impl Entries,
    name: &str,
    answer: oneshot::Sender<Result<(), KeychainError>>,
    work: impl FnOnce() -> Result<(), KeychainError>,
) {
    if answer.is_closed() {
        return;
    }
    let before = entries.get(name);
    // A keychain that had to be unlocked may have taken minutes.
    if answer.is_closed() {
        return;
    }
    // What cannot be looked at is not written over.
    let done = before.as_ref().map_err(Clone::clone).and_then(|_| work());
    let is_done = done.is_ok();
    let is_heard = answer.send(done).is_ok();
    // What failed may have happened all the same, as when only the look at it failed.
    if is_heard && is_done {
        return;
    }
    let letters = |key: &Option<SecretString>| key.as_ref().map(|key| key.expose_secret().to_owned());
    let put_back = match (before, entries.get(name)) {
        // Whoever refused the keychain's question is not asked again.
        (Ok(before), Ok(now)) if letters(&before) == letters(&now) => Ok(()),
        (Ok(Some(key)), _) => entries.set(name, &key),
        (Ok(None), _) => entries.remove(name),
        (Err(_), _) => Ok(()),
    };
    if let Err(problem) = put_back {
        tracing::error!(%problem, "what lay in the keychain cannot be put back");
    }
}

/// Those of the operating system.
struct SystemEntries;

impl Entries for SystemEntries {
    fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
        match entry(name)?.get_password() {
            Ok(key) => Ok(Some(SecretString::from(key))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn set(&self, name: &str, key: &SecretString) -> Result<(), KeychainError> {
        let entry = entry(name)?;
        entry.set_password(key.expose_secret()).map_err(|error| unavailable(&error))?;
        // A keychain that takes a key and does not give it back is none.
        match entry.get_password() {
            Ok(found) if found == key.expose_secret() => Ok(()),
            Ok(_) => Err(KeychainError::Unavailable("it gave back another key".to_owned())),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn remove(&self, name: &str) -> Result<(), KeychainError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeychainError> {
    keyring::Entry::new(SERVICE, name).map_err(|error| unavailable(&error))
}

/// Says what is wrong by kind only: some of these errors carry the bytes of the key.
fn unavailable(error: &keyring::Error) -> KeychainError {
    let reason = match error {
        keyring::Error::NoDefaultStore => "none is running",
        keyring::Error::NoStorageAccess(_) => "it is locked or refuses access",
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => "what it holds is no text",
        _ => "it does not work",
    };
    KeychainError::Unavailable(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::collections::HashMap;

    type Answered = oneshot::Receiver<Result<(), KeychainError>>;

    /// Entries in memory; whoever waits for a change gives up while it is made.
    #[derive(Default)]
    struct Slow {
        held: RefCell<HashMap<String, String>>,
        waits: RefCell<Option<Answered>>,
        locked: Cell<bool>,
        /// Says that a change failed which it made.
        lies: Cell<bool>,
        changes: Cell<u32>,
    }

    impl Slow {
        fn holding(key: Option<&str>) -> Self {
            let held = key.map(|key| ("fal".to_owned(), key.to_owned())).into_iter().collect();
            Self { held: RefCell::new(held), ..Self::default() }
        }

        fn held(&self) -> Option<String> {
            self.held.borrow().get("fal").cloned()
        }

        fn carry_out(&self, order: impl FnOnce(oneshot::Sender<Result<(), KeychainError>>) -> Order, gives_up: bool) {
            let (answer, waits) = oneshot::channel();
            *self.waits.borrow_mut() = Some(waits);
            if gives_up {
                self.give_up();
            }
            carry_out(self, order(answer));
        }

        fn give_up(&self) {
            drop(self.waits.borrow_mut().take());
        }

        fn said(&self) -> Result<(), KeychainError> {
            self.changes.set(self.changes.get() + 1);
            if self.lies.get() {
                return Err(KeychainError::Unavailable("it is locked".to_owned()));
            }
            self.give_up();
            Ok(())
        }

        fn answer(&self) -> Result<(), KeychainError> {
            let waits = self.waits.borrow_mut().take();
            waits.expect("nobody gave up").try_recv().expect("an answer")
        }
    }

    impl Entries for Slow {
        fn get(&self, name: &str) -> Result<Option<SecretString>, KeychainError> {
            if self.locked.get() {
                return Err(KeychainError::Unavailable("it is locked".to_owned()));
            }
            Ok(self.held.borrow().get(name).cloned().map(SecretString::from))
        }

        fn set(&self, name: &str, key: &SecretString) -> Result<(), KeychainError> {
            self.held.borrow_mut().insert(name.to_owned(), key.expose_secret().to_owned());
            self.said()
        }

        fn remove(&self, name: &str) -> Result<(), KeychainError> {
            self.held.borrow_mut().remove(name);
            self.said()
        }
    }

    fn new_key(answer: oneshot::Sender<Result<(), KeychainError>>) -> Order {
        Order::Set("fal".to_owned(), SecretString::from("new"), answer)
    }

    fn none_any_more(answer: oneshot::Sender<Result<(), KeychainError>>) -> Order {
        Order::Remove("fal".to_owned(), answer)
    }

    #[test]
    fn a_change_that_nobody_waited_for_to_the_end_is_taken_back() {
        for before in [Some("old"), None] {
            let entries = Slow::holding(before);
            entries.carry_out(new_key, false);
            assert_eq!(entries.held().as_deref(), before);
            entries.carry_out(none_any_more, false);
            assert_eq!(entries.held().as_deref(), before);
            // Where nothing was, there was nothing to put back of what was removed.
            let made = if before.is_some() { 4 } else { 3 };
            assert_eq!(entries.changes.get(), made, "each was made and taken back");
        }
    }

    #[test]
    fn a_change_that_nobody_waits_for_any_more_is_not_begun() {
        let entries = Slow::holding(Some("old"));
        entries.carry_out(new_key, true);
        entries.carry_out(none_any_more, true);
        assert_eq!(entries.changes.get(), 0);
    }

    #[test]
    fn a_change_that_failed_has_changed_nothing() {
        for before in [Some("old"), None] {
            for order in [new_key, none_any_more] {
                let entries = Slow::holding(before);
                entries.lies.set(true);
                entries.carry_out(order, false);
                assert_eq!(entries.held().as_deref(), before);
                entries.answer().expect_err("it failed");
            }
        }
    }

    #[test]
    fn what_cannot_be_looked_at_is_neither_written_over_nor_removed() {
        let entries = Slow::holding(Some("old"));
        entries.locked.set(true);
        for order in [new_key, none_any_more] {
            entries.carry_out(order, false);
            let answer = entries.answer();
            assert!(matches!(answer, Err(KeychainError::Unavailable(_))), "{answer:?}");
        }
        assert_eq!(entries.changes.get(), 0);
    }
}
