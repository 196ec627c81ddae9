//! HTTP clients that are made when they are first used: each reads the system's certificates, and two for every
//! provider would hold up the window.

use crate::error::ProviderError;
use crate::http::words;
use reqwest::Client;
use std::sync::OnceLock;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a client is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Whatever may be repeated.
    Questions,
    /// What may not.
    Purchases,
}

/// A client, as soon as somebody needs it.
#[derive(Debug)]
pub(crate) struct LazyClient {
    purpose: Purpose,
    /// The provider's address is on this machine.
    local: bool,
    made: OnceLock<Client>,
}

impl LazyClient {
    /// Makes nothing yet.
    pub const fn new(purpose: Purpose, local: bool) -> Self {
        Self { purpose, local, made: OnceLock::new() }
    }

    /// The client.
    ///
    /// # Errors
    /// `Unreachable` when the system has no usable TLS: nothing can be sent at all.
    pub fn get(&self) -> Result<&Client, ProviderError> {
        // What stood in the way may be gone the next time, so only a client is kept and no failure.
        match self.made.get() {
            Some(client) => Ok(client),
            None => self.make().map(|client| self.made.get_or_init(|| client)),
        }
    }

    fn make(&self) -> Result<Client, ProviderError> {
        let builder = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .https_only(!self.local)
            .user_agent(concat!("Sixshot/", env!("CARGO_PKG_VERSION")));
        let builder = if self.local { builder.no_proxy() } else { builder };
        let builder = match self.purpose {
            Purpose::Questions => builder,
            // A connection from the pool may have died unnoticed, and the layer below would then send again.
            Purpose::Purchases => builder.pool_max_idle_per_host(0).http1_only(),
        };
        builder.build().map_err(|error| ProviderError::Unreachable { reason: words(&error) })
    }
}
