//! Listening, and hanging up when asked to.

use crate::clips::Clips;
use crate::faults::Fault;
use crate::state::{LedgerLine, Options, State};
use crate::{atlascloud, control, evolink, fal, kling, replicate, ulazai, vidgo, wavespeed};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
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
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::new(options, format!("http://{address}"), Clips::new()?));
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
        let task = tokio::spawn(listen(listener, router));
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

    /// How many requests of a kind came, such as `submit`.
    #[must_use]
    pub fn requests(&self, kind: &str) -> u32 {
        self.state.memory().requests.get(kind).copied().unwrap_or(0)
    }

    /// Misbehaves from now on.
    pub fn add_fault(&self, fault: Fault) {
        self.state.memory().faults.push_back(fault);
    }

    /// Behaves again. Tasks that were never to be ready become ready.
    pub fn clear_faults(&self) {
        control::clear(&self.state);
    }

    /// Waits until it is stopped, which it never is by itself.
    pub async fn wait(&mut self) {
        if (&mut self.task).await.is_err() {
            tracing::warn!("the sandbox was stopped");
        }
    }
}

async fn listen(listener: TcpListener, router: Router) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let router = router.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request: hyper::Request<Incoming>| {
                let router = router.clone();
                async move {
                    let response: Response = match router.oneshot(request.map(Body::new)).await {
                        Ok(response) => response,
                        Err(never) => match never {},
                    };
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
