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
                    carry_out(order);
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

fn carry_out(order: Order) {
    match order {
        // Whoever asked may have given up meanwhile and was told so: nobody is asked for a password in their name.
        Order::Get(_, answer) if answer.is_closed() => {}
        Order::Get(name, answer) => {
            if answer.send(get(&name)).is_err() {
                tracing::debug!("the keychain answered too late");
            }
        }
        Order::Set(name, key, answer) => change(&name, answer, || set(&name, &key)),
        Order::Remove(name, answer) => change(&name, answer, || remove(&name)),
    }
}

/// Changes what lies under a name. What whoever asked does not hear of any more, because they were told that it failed, is
/// put back as it was.
fn change(
    name: &str,
    answer: oneshot::Sender<Result<(), KeychainError>>,
    work: impl FnOnce() -> Result<(), KeychainError>,
) {
    if answer.is_closed() {
        return;
    }
    let before = get(name);
    // What cannot be looked at is not written over.
    let done = before.as_ref().map_err(Clone::clone).and_then(|_| work());
    if answer.send(done).is_ok() {
        return;
    }
    let put_back = match before {
        Ok(Some(key)) => set(name, &key),
        Ok(None) => remove(name),
        Err(_) => Ok(()),
    };
    if let Err(problem) = put_back {
        tracing::error!(%problem, "what lay in the keychain cannot be put back");
    }
}

fn entry(name: &str) -> Result<keyring::Entry, KeychainError> {
    keyring::Entry::new(SERVICE, name).map_err(|error| unavailable(&error))
}

fn get(name: &str) -> Result<Option<SecretString>, KeychainError> {
    match entry(name)?.get_password() {
        Ok(key) => Ok(Some(SecretString::from(key))),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(unavailable(&error)),
    }
}

fn set(name: &str, key: &SecretString) -> Result<(), KeychainError> {
    let entry = entry(name)?;
    entry.set_password(key.expose_secret()).map_err(|error| unavailable(&error))?;
    // A keychain that takes a key and does not give it back is none.
    match entry.get_password() {
        Ok(found) if found == key.expose_secret() => Ok(()),
        Ok(_) => Err(KeychainError::Unavailable("it gave back another key".to_owned())),
        Err(error) => Err(unavailable(&error)),
    }
}

fn remove(name: &str) -> Result<(), KeychainError> {
    match entry(name)?.delete_credential() {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(unavailable(&error)),
    }
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
