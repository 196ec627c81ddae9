//! A network that fails before the first byte of a purchase: it was never sent, and sending it later is the first time.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use sixshot_providers::{Catalogue, Composed, Registry, SecretString, SubmitAnswer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The answer of every provider's adapter to one purchase at an address.
async fn submit_everywhere(base: &str) -> Vec<(String, SubmitAnswer)> {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let (registry, errors) = Registry::of(&catalogue, &|_| Some(base.to_owned()));
    assert!(errors.is_empty(), "{errors:?}");
    let mut answers = Vec::new();
    for entry in catalogue.providers.iter().filter(|entry| !entry.key_variable.is_empty()) {
        let provider = registry.get(&entry.id).expect("an adapter");
        // The one whose catalogue names only the last part of its path.
        let before = if entry.id.0 == "kling-legacy" { "/v1/videos/" } else { "" };
        let path = format!("{before}{}", entry.models[0].text_path);
        let request = Composed { path, body: r#"{"external_task_id":"one"}"#.to_owned() };
        let key = SecretString::from("a-key-of-nobody-0123".to_owned());
        answers.push((entry.id.0.clone(), provider.submit(&key, &request).await));
    }
    answers
}

fn none_left(answers: Vec<(String, SubmitAnswer)>) {
    assert_eq!(answers.len(), 9);
    for (provider, answer) in answers {
        assert!(matches!(answer, SubmitAnswer::NeverSent(_)), "{provider}: {answer:?}");
    }
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
            assert!(!String::from_utf8_lossy(&heard).contains("a-key-of-nobody"));
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\":\"task\"}").await);
        }
    });
    none_left(submit_everywhere(&format!("https://{address}")).await);
    assert!(!stranger.is_finished(), "nothing secret was heard");
    stranger.abort();
}
