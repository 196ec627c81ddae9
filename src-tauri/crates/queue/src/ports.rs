//! What the queue needs from outside: the time, the keys, somebody to tell.

use async_trait::async_trait;
use secrecy::SecretString;
use sixshot_domain::ProviderId;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time of day.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn now(&self) -> i64;

    /// Milliseconds that passed since some moment of this run, whatever is done to the time of day meanwhile.
    fn passed(&self) -> i64 {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        i64::try_from(BEGAN.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Waits for so long by this clock.
    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// None was given.
    #[error("there is no key for this provider")]
    Missing,
    /// The keychain is locked, absent or slow.
    #[error("the system keychain cannot be asked: {reason}")]
    Keychain {
        /// What it said.
        reason: String,
    },
}

impl KeyProblem {
    /// A stable code for the window and for tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "key-missing",
            Self::Keychain { .. } => "keychain-unavailable",
        }
    }
}

/// Every key of a provider.
#[derive(Debug, Clone)]
pub struct AccountKeys {
    /// The key in use, or why there is none.
    pub in_use: Result<SecretString, KeyProblem>,
    /// Those of the other accounts that could be read.
    pub others: Vec<SecretString>,
    /// Why the key of another account could not be read, where one could not.
    pub unread: Option<KeyProblem>,
}

impl AccountKeys {
    /// Those that could be read, the one in use first.
    pub fn all(&self) -> impl Iterator<Item = &SecretString> {
        self.in_use.iter().chain(&self.others)
    }

    /// Why a key that is missing here may be there all the same.
    #[must_use]
    pub fn unread(&self) -> Option<&KeyProblem> {
        let in_use = self.in_use.as_ref().err().filter(|problem| matches!(problem, KeyProblem::Keychain { .. }));
        in_use.or(self.unread.as_ref())
    }
}

/// Whoever holds the keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// The key of a provider.
    ///
    /// # Errors
    /// When there is none, or the keychain does not answer.
    async fn key(&self, provider: &ProviderId) -> Result<SecretString, KeyProblem>;

    /// Every key of a provider, one for each account: a task is asked for with the key it was bought with, whichever is in
    /// use by now.
    async fn keys(&self, provider: &ProviderId) -> AccountKeys {
        AccountKeys { in_use: self.key(provider).await, others: vec![], unread: None }
    }

    /// The same, with another look at what could not be read before. The key in use stays what it was.
    async fn keys_anew(&self, provider: &ProviderId) -> AccountKeys {
        self.keys(provider).await
    }
}
