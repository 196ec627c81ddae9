//! What a provider's list of tasks tells: where many stand by one question, and what an account has.

use crate::server::{Reply, Server};
use crate::suite::{Bench, Case};
use serde_json::{Value, json};
use sixshot_providers::{
    AccountTasks, Catalogue, LookUp, LostRequest, Provider, ProviderError, Reach, Registry, RemoteState, SecretString,
    Standing,
};
use sixshot_sandbox::{FaultKind, Target};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Providers whose documents say that a list carries the state and the clip.
const TELL_MANY: [&str; 4] = ["wavespeed", "kling", "kling-legacy", "replicate"];
/// Providers whose documents say how the tasks of an account are listed.
const LIST_ALL: [&str; 5] = ["wavespeed", "kling", "kling-legacy", "replicate", "fal"];

/// Buys a task that runs for ever, one that fails and one that is made; waits for the ends.
async fn three(bench: &Bench, case: &Case) -> [String; 3] {
    bench.fault(Target::Submit, FaultKind::NeverReady);
    let running = bench.buy().await;
    let (reason, _) = case.failures.first().expect("a documented failure");
    bench.fault(Target::Submit, FaultKind::FailTask { reason: (*reason).to_owned() });
    let failed = bench.buy().await;
    bench.until_ended(&failed).await;
    let made = bench.buy().await;
    bench.until_ended(&made).await;
    [running, failed, made]
}

/// One request tells of every task what the question about it alone tells; what is not in the list is left out.
#[tokio::test]
async fn one_question_tells_what_single_ones_tell() {
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        let mut ids = three(&bench, &case).await.to_vec();
        let listed = bench.adapter.list_of(&ids[0]);
        assert_eq!(listed.is_some(), TELL_MANY.contains(&case.provider), "{}", case.provider);
        let Some(listed) = listed else {
            let answer = bench.adapter.poll_many(&bench.key, &ids, 0).await;
            assert_eq!(answer, Err(ProviderError::NotSupported), "{}", case.provider);
            continue;
        };
        assert!(ids.iter().all(|id| bench.adapter.list_of(id).as_ref() == Some(&listed)), "{}", case.provider);
        let request = bench.simple_request().await;
        ids.push(bench.adapter.task_name(&request.path, "nobody-0123456789"));
        let before = bench.sandbox.traffic(case.provider).requests;
        let found = bench.adapter.poll_many(&bench.key, &ids, 0).await.expect("an answer");
        assert_eq!(bench.sandbox.traffic(case.provider).requests, before + 1, "{}: one request", case.provider);
        assert_eq!(found.len(), 3, "{}: {found:?}", case.provider);
        for id in &ids[..3] {
            let single = bench.adapter.poll(&bench.key, id).await.expect("an answer");
            assert_eq!(found.get(id), Some(&single), "{}", case.provider);
        }
        assert!(matches!(found[&ids[2]], RemoteState::Succeeded { .. }), "{}: {found:?}", case.provider);
    }
}

/// An answer that is no list is an error and says nothing about any task.
#[tokio::test]
async fn no_list_ends_nothing() {
    for case in crate::cases().into_iter().filter(|case| TELL_MANY.contains(&case.provider)) {
        let bench = Bench::of(&case).await;
        bench.fault(Target::Submit, FaultKind::NeverReady);
        let ids = [bench.buy().await];
        for (status, body) in [(200, "<html>sign in</html>"), (200, "{}"), (404, "{}"), (502, ""), (200, "null")] {
            for target in [Target::List, Target::Poll] {
                bench.fault(target, FaultKind::Mangle { status, body: body.into() });
            }
            let found = bench.adapter.poll_many(&bench.key, &ids, 0).await;
            assert!(found.is_err(), "{}: {status} {body}: {found:?}", case.provider);
            bench.sandbox.clear_faults();
        }
    }
}

/// Questions use one connection that is kept, whether they are about one task or many.
#[tokio::test]
async fn questions_share_one_connection() {
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        bench.fault(Target::Submit, FaultKind::NeverReady);
        let id = bench.buy().await;
        bench.adapter.poll(&bench.key, &id).await.expect("an answer");
        let before = bench.sandbox.traffic(case.provider);
        for _ in 0..20 {
            bench.adapter.poll(&bench.key, &id).await.expect("an answer");
            if bench.adapter.list_of(&id).is_some() {
                bench.adapter.poll_many(&bench.key, std::slice::from_ref(&id), 0).await.expect("an answer");
            }
        }
        let after = bench.sandbox.traffic(case.provider);
        assert!(after.requests >= before.requests + 20);
        assert_eq!(after.connections, before.connections, "{}: the connection is kept", case.provider);
        // A purchase still has a connection of its own.
        bench.buy().await;
        let bought = bench.sandbox.traffic(case.provider).connections;
        assert!(bought > after.connections, "{}: {bought}", case.provider);
    }
}

/// What an account has is shown, also what was ordered elsewhere; what is older than the question is not.
#[tokio::test]
async fn shows_what_the_account_has() {
    for case in crate::cases() {
        let bench = Bench::of(&case).await;
        let lists = LIST_ALL.contains(&case.provider);
        assert_eq!(lists, bench.entry.looks_up != LookUp::Never, "{}: the window offers it by this", case.provider);
        if !lists {
            let answer = bench.adapter.recent(&bench.key, 0).await;
            assert_eq!(answer, Err(ProviderError::NotSupported), "{}", case.provider);
            continue;
        }
        let since = 1_700_000_000_000;
        assert_eq!(bench.adapter.recent(&bench.key, since).await, Ok(AccountTasks::default()), "{}", case.provider);
        let ids = three(&bench, &case).await;
        let AccountTasks { tasks: found, reach } = bench.adapter.recent(&bench.key, since).await.expect("an answer");
        assert_eq!(reach, Reach::Whole, "{}", case.provider);
        let names: Vec<&str> = found.iter().map(|task| task.remote_id.as_str()).collect();
        assert_eq!(names, [&*ids[2], &*ids[1], &*ids[0]], "{}: the newest first", case.provider);
        let standings: Vec<Standing> = found.iter().map(|task| task.standing).collect();
        assert_eq!(standings, [Standing::Made, Standing::Failed, Standing::Running], "{}", case.provider);
        assert!(found.iter().all(|task| task.created_at.is_some_and(|at| at >= since)), "{}", case.provider);
        let first = &bench.entry.models[0].profile.model;
        match case.provider {
            "fal" | "replicate" => {
                assert_eq!(found[0].sold_as.as_ref(), Some(first), "{}", case.provider);
                assert_eq!(found[0].seconds, Some(5), "{}", case.provider);
                assert_eq!(found[0].ratio.as_deref(), Some("16:9"), "{}", case.provider);
                assert!(found[0].prompt.as_ref().is_some_and(|prompt| !prompt.is_empty()), "{}", case.provider);
            }
            "wavespeed" => assert_eq!(found[0].sold_as.as_ref(), Some(first)),
            _ => assert_eq!(found[0].sold_as, None, "{}: its list names no model", case.provider),
        }
        let later = 4_000_000_000_000;
        assert_eq!(bench.adapter.recent(&bench.key, later).await, Ok(AccountTasks::default()), "{}", case.provider);
        bench.fault(Target::List, FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() });
        bench.adapter.recent(&bench.key, since).await.expect_err("no list");
    }
}

/// A request of each provider that lists, as it was kept.
fn lost(provider: &str) -> LostRequest<'static> {
    let (path, body) = match provider {
        "wavespeed" => ("/api/v3/kwaivgi/kling-v3.0-std/text-to-video", "{}"),
        "fal" => ("/fal-ai/kling-video/v3/pro/text-to-video", "{}"),
        "replicate" => ("/v1/models/kwaivgi/kling-v3-video/predictions", "{}"),
        _ => ("/text-to-video/kling-3.0", r#"{"options":{"external_task_id":"one"}}"#),
    };
    LostRequest { path, body, since: 0 }
}

/// An adapter, and a server that answers one page after the other, the last one again and again.
async fn paged(provider: &str, pages: Vec<Value>) -> (Arc<dyn Provider>, Server) {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let number = asked.fetch_add(1, Ordering::Relaxed).min(pages.len() - 1);
        Reply::of(200, &pages[number].to_string())
    })
    .await;
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let base = server.base.clone();
    let (registry, errors) = Registry::of(&catalogue, &move |_| Some(base.clone()));
    assert!(errors.is_empty(), "{errors:?}");
    (registry.get(&provider.into()).expect("an adapter"), server)
}

fn key() -> SecretString {
    SecretString::from("a-key-of-nobody-0123".to_owned())
}

fn wavespeed(ids: impl Iterator<Item = String>) -> Value {
    let line = |id| json!({ "id": id, "model": "kwaivgi/kling-v3.0-std/text-to-video", "status": "created" });
    json!({ "code": 200, "message": "success", "data": { "items": ids.map(line).collect::<Vec<_>>() } })
}

/// What a list that cannot be read whole leaves out is no proof that a request is absent.
#[tokio::test]
async fn a_list_that_is_not_whole_proves_no_absence() {
    let kling = |line: Value| json!({ "code": 0, "data": [line] });
    for (provider, page) in [
        ("fal", json!({ "items": [], "has_more": true, "next_cursor": null })),
        ("fal", json!({ "items": [], "has_more": true })),
        ("fal", json!({ "items": [], "has_more": true, "next_cursor": "" })),
        ("fal", json!({ "items": [], "next_cursor": 5 })),
        ("fal", json!({ "items": [], "has_more": "yes", "next_cursor": "a" })),
        ("replicate", json!({ "results": [], "next": 7 })),
        ("replicate", json!({ "results": [], "next": "/v1/predictions?page=2" })),
        ("replicate", json!({ "results": [], "next": "https://api.replicate.com/v1/predictions?cursor=" })),
        ("kling", kling(json!({ "id": "901", "external_id": "another" }))),
        ("kling", kling(json!({ "id": "901", "status": "failed" }))),
        ("kling", kling(json!({ "external_id": "one" }))),
    ] {
        let (adapter, _server) = paged(provider, vec![page.clone()]).await;
        let error = adapter.look_up(&key(), &lost(provider)).await.expect_err(provider);
        assert_eq!(error.code(), "provider-unexpected-answer", "{provider}: {page}");
    }
    for (line, id) in [
        (json!({ "id": 901_930_004_609_634_393_u64, "external_id": "one" }), "901930004609634393"),
        (json!({ "id": "901", "external_task_id": "one" }), "901"),
    ] {
        let (adapter, _server) = paged("kling", vec![kling(line)]).await;
        let found = adapter.look_up(&key(), &lost("kling")).await.expect("found by its name");
        assert_eq!(found.iter().map(|task| task.remote_id.as_str()).collect::<Vec<_>>(), [id]);
    }
}

/// A list is followed to its end, also where its next page is named without a host, and shows each task once.
#[tokio::test]
async fn a_list_is_followed_and_shows_each_task_once() {
    let found = async |provider: &str, pages: Vec<Value>| {
        let (adapter, server) = paged(provider, pages).await;
        let tasks = adapter.look_up(&key(), &lost(provider)).await.expect("a list");
        let names: Vec<String> = tasks.into_iter().map(|task| task.remote_id).collect();
        (names, server.requests())
    };
    let line = |id: &str| json!({ "id": id, "status": "starting" });
    for next in ["/v1/predictions?cursor=abc", "?cursor=abc", "https://api.replicate.com/v1/predictions?cursor=abc"] {
        let pages = vec![
            json!({ "results": [line("a"), line("b")], "next": next }),
            json!({ "results": [line("b"), line("c")], "next": null }),
        ];
        assert_eq!(found("replicate", pages).await, (vec!["a".into(), "b".into(), "c".into()], 2), "{next}");
    }
    let pages = vec![
        json!({ "items": [{ "request_id": "a" }], "has_more": true, "next_cursor": "n" }),
        json!({ "items": [{ "request_id": "a" }, { "request_id": "b" }], "has_more": false, "next_cursor": null }),
    ];
    let name = |id: &str| format!("fal-ai/kling-video/requests/{id}");
    assert_eq!(found("fal", pages).await, (vec![name("a"), name("b")], 2));
    // The last of the first page is the first of the second, because something was made meanwhile.
    let pages = vec![
        wavespeed((0..100).map(|number| format!("t-{number}"))),
        wavespeed((99..102).map(|number| format!("t-{number}"))),
    ];
    let (names, requests) = found("wavespeed", pages).await;
    assert_eq!((names.len(), requests), (102, 2));
}

/// How far an account's list was read is said: clips behind it are not missing, they were not looked at.
#[tokio::test]
async fn an_accounts_list_says_how_far_it_was_read() {
    let at = |hour: u32| format!("2026-11-21T{hour:02}:00:00Z");
    let recent = async |provider: &str, pages: Vec<Value>| {
        let (adapter, _server) = paged(provider, pages).await;
        adapter.recent(&key(), 0).await.expect("an answer")
    };
    let prediction = json!({ "id": "a", "model": "kwaivgi/kling-v3-video", "created_at": at(9) });
    let endless = json!({ "results": [prediction], "next": "?cursor=abc" });
    let found = recent("replicate", vec![endless]).await;
    assert_eq!((found.tasks.len(), found.reach), (1, Reach::BackTo(1_795_251_600_000)));
    let nowhere = json!({ "results": [prediction, { "id": 1.5, "model": "kwaivgi/kling-v3-video" }], "next": null });
    let found = recent("replicate", vec![nowhere]).await;
    assert_eq!((found.tasks.len(), found.reach), (1, Reach::InPart));
    let kling = json!({ "code": 0, "data": { "result": [], "has_more": true, "next_cursor": "" } });
    assert_eq!(recent("kling", vec![kling]).await.reach, Reach::InPart);
    let fal = json!({ "items": [], "has_more": true, "next_cursor": null });
    assert_eq!(recent("fal", vec![fal]).await.reach, Reach::InPart);
    let full = wavespeed((0..100).map(|number| format!("t-{number}")));
    let found = recent("wavespeed", vec![full]).await;
    assert_eq!((found.tasks.len(), found.reach), (100, Reach::InPart), "nothing there says when it was made");
}

/// Pictures and other clips of an account do not stand before those that are looked for.
#[tokio::test]
async fn a_busy_account_hides_no_clip() {
    let server = Server::start(|_| Reply::of(200, &wavespeed(std::iter::empty()).to_string())).await;
    let catalogue = Catalogue::built_in().expect("the shipped catalogue");
    let base = server.base.clone();
    let (registry, _) = Registry::of(&catalogue, &move |_| Some(base.clone()));
    let entry = catalogue.provider(&"wavespeed".into()).expect("an entry");
    let paths = entry.models.iter().flat_map(|model| [&model.text_path, &model.image_path]);
    let paths: std::collections::BTreeSet<&String> = paths.filter(|path| !path.is_empty()).collect();
    let found = registry.get(&entry.id).expect("an adapter").recent(&key(), 0).await;
    assert_eq!(found, Ok(AccountTasks::default()));
    assert_eq!(server.requests(), paths.len(), "each model is asked for by itself");
}
