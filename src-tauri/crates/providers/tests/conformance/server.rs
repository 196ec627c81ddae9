//! A server of no provider's: it answers by the path that is asked, and keeps what came.

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is answered: a status, further headers, and a body.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The body comes again and again, without a length, up to so many bytes.
    pub repeated: usize,
}

impl Reply {
    pub fn of(status: u16, body: &str) -> Self {
        Self { status, headers: vec![], body: body.as_bytes().to_vec(), repeated: 0 }
    }
}

/// It listens until the test ends.
pub struct Server {
    pub base: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request by its head.
    pub async fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&heads), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                tokio::spawn(async move {
                    let head = head_of(stream, |head| answer(head)).await;
                    kept.lock().expect("not poisoned").extend(head);
                });
            }
        });
        Self { base, heads }
    }

    /// How many requests came and were answered.
    pub fn requests(&self) -> usize {
        self.heads.lock().expect("not poisoned").len()
    }
}

/// Reads a request, answers it, and gives its head; nothing for a connection without one.
async fn head_of(mut stream: TcpStream, answer: impl Fn(&str) -> Reply) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4_096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    while bytes.len() < end + 4 + length.unwrap_or(0_usize) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
    let reply = answer(&head);
    let mut text = format!("HTTP/1.1 {} Answer\r\nconnection: close\r\n", reply.status);
    if reply.repeated == 0 && !reply.headers.iter().any(|(name, _)| *name == "content-length") {
        write!(text, "content-length: {}\r\n", reply.body.len()).expect("a string");
    }
    for (name, value) in &reply.headers {
        write!(text, "{name}: {value}\r\n").expect("a string");
    }
    // Whoever asked may have gone, which is its own affair.
    let whole = [format!("{text}\r\n").as_bytes(), &reply.body].concat();
    let mut sent = stream.write_all(&whole).await;
    let mut length = reply.body.len();
    while sent.is_ok() && length < reply.repeated {
        sent = stream.write_all(&reply.body).await;
        length += reply.body.len();
    }
    (sent.is_ok() || reply.repeated > 0).then_some(head)
}
