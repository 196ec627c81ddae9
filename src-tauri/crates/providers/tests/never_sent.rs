//! A network that fails before the first byte of a purchase: it was never sent, and sending it later is the first time.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use sixshot_providers::{Catalogue, Composed, Registry, SecretString, SubmitAnswer};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Whoever sees a word of it has seen the key.
const KEY: &str = "a-key-of-nobody-0123";
/// The part of a child process that goes through a proxy: where, and what it must find.
const CHILD: &str = "SIXSHOT_BEHIND_A_PROXY";

/// The answer of every provider's adapter to one purchase at an address, all at once.
async fn submit_everywhere(base: &str) -> Vec<(String, SubmitAnswer)> {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let (registry, errors) = Registry::of(&catalogue, &|_| Some(base.to_owned()));
    assert!(errors.is_empty(), "{errors:?}");
    let mut asked = Vec::new();
    for entry in catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty()) {
        let provider = registry.get(&entry.id).expect("an adapter");
        // The one whose catalogue names only the last part of its path.
        let before = if entry.id.0 == "kling-legacy" { "/v1/videos/" } else { "" };
        let path = format!("{before}{}", entry.models[0].text_path);
        let request = Composed { path, body: r#"{"external_task_id":"one"}"#.to_owned() };
        let key = SecretString::from(KEY.to_owned());
        let name = entry.id.0.clone();
        asked.push(tokio::spawn(async move { (name, provider.submit(&key, &request).await) }));
    }
    let mut answers = Vec::new();
    for one in asked {
        answers.push(one.await.expect("an answer"));
    }
    answers
}

/// Nothing was sent to anybody. Gives the words of each.
fn none_left(answers: Vec<(String, SubmitAnswer)>) -> Vec<String> {
    assert_eq!(answers.len(), 9);
    let never = |(provider, answer)| match answer {
        SubmitAnswer::NeverSent(error) => error.to_string(),
        other => panic!("{provider}: {other:?}"),
    };
    answers.into_iter().map(never).collect()
}

#[tokio::test]
async fn a_name_that_nobody_knows() {
    none_left(submit_everywhere("https://api.sixshot.invalid").await);
}

#[tokio::test]
async fn a_connection_that_is_refused() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    none_left(submit_everywhere(&format!("http://{free}")).await);
}

#[tokio::test]
async fn a_stranger_who_cannot_prove_who_he_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let stranger = tokio::spawn(async move {
        let mut heard = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = vec![0; 4096];
            let length = stream.read(&mut bytes).await.expect("a greeting");
            heard.extend_from_slice(&bytes[..length]);
            // The key and the request stay on this side of a handshake that does not succeed.
            assert!(!String::from_utf8_lossy(&heard).contains(KEY));
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\":\"task\"}").await);
        }
    });
    none_left(submit_everywhere(&format!("https://{address}")).await);
    assert!(!stranger.is_finished(), "nothing secret was heard");
    stranger.abort();
}

/// A server that proves itself with a certificate that nobody vouches for, or that has ended.
async fn server_with(certificate: &'static [u8]) -> (String, Arc<Mutex<Vec<u8>>>) {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(include_bytes!("never_sent/key.der").as_slice()));
    let chain = vec![CertificateDer::from(certificate)];
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("https://{}", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let (acceptor, hears) = (acceptor.clone(), Arc::clone(&hears));
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut bytes = vec![0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut bytes).await {
                    hears.lock().expect("not poisoned").extend_from_slice(&bytes[..length]);
                }
            });
        }
    });
    (base, heard)
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_or_that_has_ended() {
    let self_signed = include_bytes!("never_sent/self-signed.der").as_slice();
    let expired = include_bytes!("never_sent/expired.der").as_slice();
    for (certificate, says) in
        [(self_signed, "vouches for the server's certificate"), (expired, "is not valid at this time")]
    {
        let (base, heard) = server_with(certificate).await;
        for words in none_left(submit_everywhere(&base).await) {
            assert!(words.contains(says), "{words}");
        }
        assert!(heard.lock().expect("not poisoned").is_empty(), "nothing was said to it");
    }
}

/// What a proxy does with a wish for a connection.
#[derive(Debug, Clone, Copy)]
enum Proxy {
    Answers(&'static str),
    HangsUp,
    IsSilent,
}

/// Sends every provider's purchase through a proxy, in a process of its own: the system's proxy is read from its
/// environment. Gives what the proxy heard.
async fn through(proxy: Proxy) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = Arc::new(Mutex::new(String::new()));
    let hears = Arc::clone(&heard);
    let listening = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let hears = Arc::clone(&hears);
            tokio::spawn(async move {
                let mut bytes = vec![0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut bytes).await {
                    hears.lock().expect("not poisoned").push_str(&String::from_utf8_lossy(&bytes[..length]));
                    match proxy {
                        Proxy::Answers(answer) => drop(stream.write_all(answer.as_bytes()).await),
                        Proxy::HangsUp => return,
                        Proxy::IsSilent => {}
                    }
                }
            });
        }
    });
    let address = format!("http://{address}");
    let child = tokio::task::spawn_blocking(move || {
        let mut child = Command::new(std::env::current_exe().expect("this test"));
        for variable in ["NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "https_proxy"] {
            child.env_remove(variable);
        }
        let child = child.args(["--exact", "child", "--nocapture"]).env(CHILD, "1").env("HTTPS_PROXY", address);
        child.stdin(Stdio::null()).output().expect("a child")
    });
    let output = child.await.expect("ended");
    listening.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{proxy:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
    let heard = heard.lock().expect("not poisoned").clone();
    assert_eq!(heard.matches("CONNECT api.sixshot.invalid:443").count(), 9, "{proxy:?}: {heard}");
    heard
}

/// The child's part. Without the variable it is no test.
#[tokio::test]
async fn child() {
    if std::env::var(CHILD).is_ok() {
        none_left(submit_everywhere("https://api.sixshot.invalid").await);
    }
}

#[tokio::test]
async fn a_proxy_that_makes_no_connection() {
    let refused = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 13\r\n\r\n{\"id\":\"task\"}";
    let asks = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
    for proxy in [Proxy::Answers(refused), Proxy::Answers(asks), Proxy::HangsUp, Proxy::IsSilent] {
        let heard = through(proxy).await;
        assert!(!heard.contains(KEY) && !heard.to_lowercase().contains("\r\nauthorization:"), "{proxy:?}: {heard}");
        assert!(!heard.contains("external_task_id"), "{proxy:?}: {heard}");
    }
}

/// A proxy that says it is connected and then is somebody else: the handshake ends it.
#[tokio::test]
async fn a_proxy_that_answers_in_the_providers_place() {
    let connected = "HTTP/1.1 200 Connection established\r\n\r\n";
    let heard = through(Proxy::Answers(connected)).await;
    assert!(!heard.contains(KEY), "{heard}");
}
