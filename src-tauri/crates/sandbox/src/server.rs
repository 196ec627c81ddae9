//! Listening, and hanging up when asked to.

use crate::clips::Clips;
use crate::dialect::{Phase, phase};
use crate::faults::Fault;
use crate::state::{Arrival, LedgerLine, Options, State, Traffic};
use crate::{atlascloud, control, evolink, fal, kling, replicate, ulazai, vidgo, wavespeed};
use axum::Router;
use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;

/// Marks an answer that shall never be sent: the connection closes instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HangUp;

/// A running sandbox. It ends when this is dropped.
pub struct Sandbox {
    state: Arc<State>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sandbox {
    /// Starts listening on this machine.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(options: Options) -> io::Result<Self> {
        Self::start_with(options, Arc::new(Clips::new()?)).await
    }

    /// Another one with a ledger of its own, which gives out the same rendered clips.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start_beside(&self, options: Options) -> io::Result<Self> {
        Self::start_with(options, Arc::clone(&self.state.clips)).await
    }

    async fn start_with(options: Options, clips: Arc<Clips>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(options, format!("http://{address}"), clips));
        let router = Router::new()
            .nest("/fal", fal::router())
            .nest("/kling", kling::standard::router())
            .nest("/kling-legacy", kling::legacy::router())
            .nest("/replicate", replicate::router())
            .nest("/wavespeed", wavespeed::router())
            .nest("/evolink", evolink::router())
            .nest("/vidgo", vidgo::router())
            .nest("/atlascloud", atlascloud::router())
            .nest("/ulazai", ulazai::router())
            .nest("/sandbox", control::router())
            .with_state(Arc::clone(&state));
        let task = tokio::spawn(listen(listener, router, Arc::clone(&state)));
        Ok(Self { state, address, task })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of a dialect.
    #[must_use]
    pub fn base_url(&self, provider: &str) -> String {
        format!("http://{}/{provider}", self.address)
    }

    /// Every paid task that was accepted.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerLine> {
        self.state.memory().ledger.clone()
    }

    /// How many tasks of a dialect hold a place now.
    #[must_use]
    pub fn under_way(&self, provider: &str) -> usize {
        let tasks: Vec<_> =
            self.state.memory().tasks.iter().filter(|task| task.provider == provider).cloned().collect();
        tasks.iter().filter(|task| matches!(phase(&self.state, task), Phase::Waiting | Phase::Running)).count()
    }

    /// How many requests of a kind came, such as `submit`.
    #[must_use]
    pub fn requests(&self, kind: &str) -> u32 {
        self.state.memory().requests.get(kind).copied().unwrap_or(0)
    }

    /// Every request that was looked at, in the order in which they came.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.state.memory().arrivals.clone()
    }

    /// What came over the network to a dialect itself, its storage left out.
    #[must_use]
    pub fn traffic(&self, provider: &str) -> Traffic {
        self.state.memory().traffic.get(provider).copied().unwrap_or_default()
    }

    /// Misbehaves from now on.
    pub fn add_fault(&self, fault: Fault) {
        self.state.memory().faults.push_back(fault);
    }

    /// Behaves again. Tasks that were never to be ready become ready.
    pub fn clear_faults(&self) {
        control::clear(&self.state);
    }

    /// The owner of a key replaces it by another one of the same account: what the old one bought is known to the new one, and
    /// the old one is refused.
    pub fn replace_key(&self, old: &str, new: &str) {
        let mut memory = self.state.memory();
        for task in memory.tasks.iter_mut().filter(|task| task.key == old) {
            new.clone_into(&mut task.key);
        }
        memory.taken_for.insert(old.to_owned(), "wrong".to_owned());
    }

    /// Another key of the same account, beside the first.
    pub fn add_key(&self, of: &str, another: &str) {
        self.state.memory().taken_for.insert(another.to_owned(), of.to_owned());
    }

    /// Waits until it is stopped, which it never is by itself.
    pub async fn wait(&mut self) {
        if (&mut self.task).await.is_err() {
            tracing::warn!("the sandbox was stopped");
        }
    }
}

/// The dialect that a path belongs to; nothing for its storage, which is another host in truth.
fn dialect_of(path: &str) -> Option<&str> {
    let mut steps = path.trim_start_matches('/').split('/');
    let (dialect, next) = (steps.next()?, steps.next().unwrap_or_default());
    (!matches!(next, "media" | "tickets" | "outputs")).then_some(dialect)
}

/// Each dialect sees the key that another one stands for. One that was taken back is nobody's, which each refuses in its
/// own words.
fn exchange_key(state: &State, headers: &mut HeaderMap) {
    let Some((word, key)) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' ')) else {
        return;
    };
    let taken_for = state.memory().taken_for.get(key).cloned();
    if let Some(taken_for) = taken_for
        && let Ok(exchanged) = HeaderValue::try_from(format!("{word} {taken_for}"))
    {
        headers.insert(AUTHORIZATION, exchanged);
    }
}

async fn listen(listener: TcpListener, router: Router, state: Arc<State>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (router, state) = (router.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            let known: Mutex<HashSet<String>> = Mutex::default();
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let (router, state) = (router.clone(), Arc::clone(&state));
                let dialect = dialect_of(request.uri().path()).map(str::to_owned);
                if let Some(dialect) = &dialect {
                    let first = known.lock().unwrap_or_else(PoisonError::into_inner).insert(dialect.clone());
                    state.count(dialect, first);
                }
                async move {
                    let mut request = request.map(Body::new);
                    exchange_key(&state, request.headers_mut());
                    let response: Response = match router.oneshot(request).await {
                        Ok(response) => response,
                        Err(never) => match never {},
                    };
                    if let (Some(dialect), Some(bytes)) = (&dialect, response.body().size_hint().exact()) {
                        state.count_bytes(dialect, bytes);
                    }
                    if response.extensions().get::<HangUp>().is_some() {
                        return Err(io::Error::from(io::ErrorKind::ConnectionReset));
                    }
                    Ok(response)
                }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
}
