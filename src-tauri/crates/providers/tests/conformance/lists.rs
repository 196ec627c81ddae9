//! What a provider's list of tasks tells: where many stand by one question, and what an account has.

use crate::suite::{Bench, Case};
use sixshot_providers::{LookUp, ProviderError, RemoteState, Standing};
use sixshot_sandbox::{FaultKind, Target};

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
        assert_eq!(bench.adapter.recent(&bench.key, since).await, Ok(vec![]), "{}", case.provider);
        let ids = three(&bench, &case).await;
        let found = bench.adapter.recent(&bench.key, since).await.expect("an answer");
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
        assert_eq!(bench.adapter.recent(&bench.key, later).await, Ok(vec![]), "{}", case.provider);
        bench.fault(Target::List, FaultKind::Mangle { status: 200, body: "<html>sign in</html>".into() });
        bench.adapter.recent(&bench.key, since).await.expect_err("no list");
    }
}
