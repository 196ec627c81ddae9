//! What the sandbox cannot play: another clock, lists without an end, answers that are too long, foreign storages.

use crate::server::{Reply, Server};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};
use sixshot_providers::http::{Connections, FilePart};
use sixshot_providers::{Catalogue, LostRequest, Provider, Registry, SecretString};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

fn adapter(provider: &str, base: &str) -> Arc<dyn Provider> {
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let base = base.to_owned();
    let (registry, errors) = Registry::of(&catalogue, &move |_| Some(base.clone()));
    assert!(errors.is_empty(), "{errors:?}");
    registry.get(&provider.into()).expect("an adapter for the entry")
}

fn key() -> SecretString {
    SecretString::from("key-id-0123456789:the-secret-half".to_owned())
}

/// A page that is no provider's is no word about a task, and no proof that a request was never made.
#[tokio::test]
async fn a_page_that_was_not_found_proves_nothing() {
    for (provider, id) in [
        ("wavespeed", "1"),
        ("fal", "fal-ai/kling-video/requests/1"),
        ("kling", "1"),
        ("kling-legacy", "text2video/1"),
        ("replicate", "1"),
        ("evolink", "1"),
        ("vidgo", "1"),
        ("atlascloud", "1"),
        ("ulazai", "1"),
    ] {
        let server = Server::start(|_| Reply::of(404, "<html>nginx 404</html>")).await;
        let adapter = adapter(provider, &server.base);
        let plain = SecretString::from("key-0123456789".to_owned());
        let error = adapter.poll(&plain, id).await.expect_err("no answer");
        assert_eq!(error.code(), "provider-unavailable", "{provider}");
        let body = r#"{"external_task_id":"n-1","options":{"external_task_id":"n-1"}}"#;
        let question = LostRequest { path: "/v1/videos/text2video", body, since: 0 };
        assert!(adapter.look_up(&plain, &question).await.is_err(), "{provider}");
    }
}

/// The balance is asked for by the provider's clock too: a wrong clock here is no wrong key there.
#[tokio::test]
async fn a_clock_is_learned_by_whatever_is_asked_first() {
    let refusals = Arc::new(AtomicU32::new(0));
    let refused = Arc::clone(&refusals);
    let server = Server::start(move |head| {
        let there = OffsetDateTime::now_utc() + Duration::from_secs(7_200);
        let date = there.format(&Rfc2822).expect("a date").replace("+0000", "GMT");
        let bearer = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or_default();
        let claims = URL_SAFE_NO_PAD.decode(bearer.split('.').nth(1).unwrap_or_default()).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
        let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or(0);
        let (status, body) = if expires < there.unix_timestamp() {
            refused.fetch_add(1, Ordering::Relaxed);
            (401, json!({ "code": 1004, "message": "Authorization has expired" }))
        } else {
            (200, json!({ "code": 0, "data": { "code": 0, "resource_pack_subscribe_infos": [] } }))
        };
        Reply { headers: vec![("date", date)], ..Reply::of(status, &body.to_string()) }
    })
    .await;
    let legacy = adapter("kling-legacy", &server.base);
    legacy.account(&key()).await.expect("the clock is learned and the question asked again");
    assert_eq!((refusals.load(Ordering::Relaxed), server.requests()), (1, 2));
}

/// A page of Replicate's list, made at `created_at`, with a further page behind it.
fn page(created_at: &Value) -> Reply {
    let item = json!({
        "id": "gm3q", "model": "kwaivgi/kling-v3-video", "status": "processing", "created_at": created_at, "input": {}
    });
    let next = "https://api.replicate.com/v1/predictions?cursor=cD0y";
    Reply::of(200, &json!({ "next": next, "results": [item] }).to_string())
}

/// A list without an end is read to a bound, and an account that has one can still buy.
#[tokio::test]
async fn a_list_is_read_until_it_is_old_or_long_enough() {
    let since = 1_795_255_200_000;
    let question = LostRequest {
        path: "/v1/models/kwaivgi/kling-v3-video/predictions",
        body: r#"{"input":{"prompt":"a door"}}"#,
        since,
    };
    for (created_at, requests, code) in [
        (json!("2026-11-21T10:00:01Z"), 50, "1 of it"),
        (json!("2026-11-21T09:59:59Z"), 1, "0 of it"),
        (Value::Null, 50, "provider-unexpected-answer"),
    ] {
        let shown = created_at.clone();
        let server = Server::start(move |_| page(&shown)).await;
        let found = adapter("replicate", &server.base).look_up(&key(), &question).await;
        let found = found.map_or_else(|error| error.code().to_owned(), |tasks| format!("{} of it", tasks.len()));
        assert_eq!((found.as_str(), server.requests()), (code, requests), "{created_at}");
    }
}

/// A list may be longer than any other answer, and neither is read without an end.
#[tokio::test]
async fn answers_have_a_longest_size() {
    const MEGABYTE: usize = 1024 * 1024;
    let words = |length: usize| format!("\"{}\"", "a".repeat(length));
    let server = Server::start(move |head| match head.split_whitespace().nth(1) {
        Some("/six") => Reply::of(200, &words(6 * MEGABYTE)),
        Some("/forty") => Reply::of(200, &words(40 * MEGABYTE)),
        // Nothing of it comes: its length alone is enough to refuse it.
        _ => Reply { headers: vec![("content-length", (40 * MEGABYTE).to_string())], ..Reply::of(200, "") },
    })
    .await;
    let connections = Connections::new(&server.base).expect("an address");
    let code = |answer: Result<_, sixshot_providers::ProviderError>| match answer {
        Ok(_) => "read",
        Err(error) => error.code(),
    };
    for (path, asked, listed) in [
        ("/six", "provider-unexpected-answer", "read"),
        ("/forty", "provider-unexpected-answer", "provider-unexpected-answer"),
        ("/said", "provider-unexpected-answer", "provider-unexpected-answer"),
    ] {
        assert_eq!(code(connections.ask(Method::GET, path, &key(), None).await), asked, "{path}");
        assert_eq!(code(connections.list(Method::GET, path, &key(), None).await), listed, "{path}");
    }
}

/// What a service repeats of a key is taken out, each half by itself too.
#[tokio::test]
async fn no_half_of_a_key_comes_back() {
    let server =
        Server::start(|_| Reply::of(403, r#"{"detail":"the-secret-half does not fit key-id-0123456789"}"#)).await;
    let error = adapter("fal", &server.base).account(&key()).await.expect_err("refused");
    let words = format!("{error} {error:?}");
    assert!(words.contains("(key) does not fit (key)"), "{words}");
    assert!(!words.contains("the-secret-half") && !words.contains("key-id-0123456789"), "{words}");
}

/// A ticket that leads into a private network is not followed, and one to this machine only where the provider is here.
#[tokio::test]
async fn a_picture_goes_to_no_private_place() {
    let server = Server::start(|_| Reply::of(200, "")).await;
    let file = || FilePart { field: "", name: "a.png".to_owned(), media_type: "image/png", bytes: vec![1] };
    let here = Connections::new(&server.base).expect("an address");
    let there = Connections::new("https://api.example.com").expect("an address");
    let ticket = format!("{}/tickets/1", server.base);
    assert!(here.put(&ticket, file()).await.is_ok());
    for address in [
        ticket.as_str(),
        "https://127.0.0.1/a",
        "https://10.0.0.1/a",
        "https://192.168.1.1/a",
        "https://169.254.169.254/a",
        "https://100.64.0.1/a",
        "https://[fd12::1]/a",
        "https://[::ffff:10.0.0.1]/a",
        "http://storage.example.com/a",
    ] {
        let error = there.put(address, file()).await.expect_err("refused");
        assert_eq!(error.code(), "provider-unexpected-answer", "{address}");
    }
    let error = here.put("https://10.0.0.1/a", file()).await.expect_err("refused");
    assert_eq!(error.code(), "provider-unexpected-answer");
    assert_eq!(server.requests(), 1);
}
