//! Pictures and clips for the window, over HTTP on this machine: WebKitGTK plays video from nowhere else.
//!
//! Listens on the loopback address only, on a port and under a token of this run; knows ids and no paths; answers GET
//! and HEAD to exactly the host it gave out, so that neither another program's page nor a rebound name gets anything.

use crate::range::{Part, part_of};
use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use sixshot_studio::Studio;
use sixshot_studio::media_files::Served;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

/// The origins of the program's own page: Linux and macOS, Windows, and the UI's development server.
const ORIGINS: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "http://localhost:5173"];
const CHUNK: usize = 128 * 1024;
const PAUSE: Duration = Duration::from_millis(50);

type Body = BoxBody<Bytes, io::Error>;

/// The address for pictures and clips.
pub struct MediaServer {
    address: SocketAddr,
    token: Arc<str>,
    listener: Mutex<Option<TcpListener>>,
    studio: Arc<Mutex<Option<Arc<Studio>>>>,
}

impl MediaServer {
    /// Takes a free port. Nothing is answered before `serve`.
    ///
    /// # Errors
    /// When there is none.
    pub fn bind() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        Ok(Self {
            address: listener.local_addr()?,
            token: token.into(),
            listener: Mutex::new(Some(listener)),
            studio: Arc::default(),
        })
    }

    /// Where the addresses begin.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/{}", self.address, self.token)
    }

    /// Answers from a studio until another one comes or it is let go.
    pub fn serve(&self, studio: Arc<Studio>) {
        *self.studio.lock().unwrap_or_else(PoisonError::into_inner) = Some(studio);
        let studio = Arc::clone(&self.studio);
        let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let door = Arc::new(Door { host: self.address.to_string(), token: Arc::clone(&self.token), studio });
        tauri::async_runtime::spawn(async move {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => listen(listener, door).await,
                Err(error) => tracing::error!(%error, "pictures and clips cannot be served"),
            }
        });
    }

    /// Answers nothing any more until the next studio comes.
    pub fn let_go(&self) {
        self.studio.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

struct Door {
    host: String,
    token: Arc<str>,
    studio: Arc<Mutex<Option<Arc<Studio>>>>,
}

async fn listen(listener: tokio::net::TcpListener, door: Arc<Door>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of handles, most likely: asking again at once would only burn the processor.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let door = Arc::clone(&door);
                async move { Ok::<_, io::Error>(door.answer(request).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // Players hang up in the middle whenever somebody seeks.
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a player hung up");
            }
        });
    }
}

impl Door {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let mut response = self.found(request).await;
        let kept = HeaderValue::from_static(kept(response.status()));
        response.headers_mut().insert(header::CACHE_CONTROL, kept);
        response
    }

    async fn found(&self, request: Request<Incoming>) -> Response<Body> {
        let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        if text(header::HOST) != Some(self.host.as_str()) {
            return empty(StatusCode::FORBIDDEN);
        }
        let mut parts = request.uri().path().trim_start_matches('/').splitn(3, '/');
        let (token, kind, id) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if token != Some(&*self.token) {
            return empty(StatusCode::FORBIDDEN);
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        let studio = self.studio.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(studio) = studio else { return empty(StatusCode::SERVICE_UNAVAILABLE) };
        let served = match studio.served(kind, id).await {
            Ok(served) => served,
            Err(error) => {
                tracing::debug!(%error, kind, "cannot be served");
                return empty(StatusCode::NOT_FOUND);
            }
        };
        let head_only = request.method() == Method::HEAD;
        let mut response = match file(&served, text(header::RANGE), head_only).await {
            Ok(response) => response,
            Err(_) => empty(StatusCode::NOT_FOUND),
        };
        let origin = text(header::ORIGIN).filter(|origin| ORIGINS.contains(origin));
        let headers = response.headers_mut();
        if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        let fixed = [
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
            ("vary", "origin"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// How long the page may keep an answer. An id never comes to mean another picture or clip; that one is not there, or not yet
/// whole, can be otherwise the next moment.
fn kept(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => "private, max-age=31536000, immutable",
        _ => "no-store",
    }
}

async fn file(served: &Served, range: Option<&str>, head_only: bool) -> io::Result<Response<Body>> {
    let mut file = File::open(&served.path).await?;
    let length = file.metadata().await?.len();
    let (status, first, count) = match part_of(range, length) {
        Part::Whole => (StatusCode::OK, 0, length),
        Part::Bytes { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Beyond => {
            let mut response = empty(StatusCode::RANGE_NOT_SATISFIABLE);
            response.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes */{length}")));
            return Ok(response);
        }
    };
    file.seek(SeekFrom::Start(first)).await?;
    let body = if head_only { full(Bytes::new()) } else { streamed(file, count) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(served.media_type));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, count.into());
    if status == StatusCode::PARTIAL_CONTENT {
        headers.insert(header::CONTENT_RANGE, value(&format!("bytes {first}-{}/{length}", first + count - 1)));
    }
    Ok(response)
}

/// A part of a file in pieces, so that no clip is ever in memory whole.
fn streamed(file: File, count: u64) -> Body {
    let pieces = stream::unfold((file, count), |(mut file, left)| async move {
        if left == 0 {
            return None;
        }
        let mut piece = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some((Ok(Frame::data(Bytes::from(piece))), (file, left - read as u64)))
            }
            Err(error) => Some((Err(error), (file, 0))),
        }
    });
    BodyExt::boxed(StreamBody::new(pieces))
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(full(Bytes::new()));
    *response.status_mut() = status;
    response
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_port_that_somebody_has_is_never_taken() {
        let first = MediaServer::bind().expect("a free port");
        let second = MediaServer::bind().expect("another free port");
        assert_ne!(first.address, second.address);
        assert_ne!(first.token, second.token);
    }

    #[test]
    fn only_what_was_served_is_kept() {
        for status in [StatusCode::OK, StatusCode::PARTIAL_CONTENT] {
            assert!(kept(status).contains("immutable"), "{status}");
        }
        for status in [
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED,
            StatusCode::RANGE_NOT_SATISFIABLE,
            StatusCode::SERVICE_UNAVAILABLE,
        ] {
            assert_eq!(kept(status), "no-store", "{status}");
        }
    }

    #[test]
    fn an_answer_without_a_picture_says_that_it_is_not_to_be_kept() {
        let server = MediaServer::bind().expect("a free port");
        let listener = server.listener.lock().expect("whole").take().expect("a listener");
        let (host, token) = (server.address.to_string(), Arc::clone(&server.token));
        let door = Arc::new(Door { host: host.clone(), token, studio: Arc::clone(&server.studio) });
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.spawn(async move {
            listen(tokio::net::TcpListener::from_std(listener).expect("a listener"), door).await;
        });
        for (path, status) in [("/odd/clip/1".to_owned(), "403"), (format!("/{}/clip/1", server.token), "503")] {
            let mut asking = std::net::TcpStream::connect(server.address).expect("an answer");
            write!(asking, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("asked");
            let mut answer = String::new();
            asking.read_to_string(&mut answer).expect("text");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(answer.contains("cache-control: no-store\r\n") && !answer.contains("immutable"), "{answer}");
        }
    }
}
