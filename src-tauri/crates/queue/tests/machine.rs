//! The state machine's promises under any order of happenings.

mod support;

use proptest::prelude::*;
use sixshot_domain::{GenerationState as State, MicroDollars};
use sixshot_providers::{Output, ProviderError, RemoteFailure};
use sixshot_queue::machine::{Happening, step};
use sixshot_queue::{Evidence, Verdict};
use sixshot_store::LedgerKind;
use std::time::Duration;

fn happenings() -> Vec<Happening> {
    let problem = || ("a-code".to_owned(), "words".to_owned());
    let reason = || "words".to_owned();
    let looked =
        |verdict| Happening::LookedUp(Evidence { looked_up_at: Some(1), candidates: vec![], verdict, again: false });
    vec![
        Happening::TakenUp,
        Happening::PutBack { problem: problem(), retry_at: Some(9), counts: true },
        Happening::PutBack { problem: problem(), retry_at: None, counts: false },
        Happening::CannotBeSent { problem: problem() },
        Happening::AboutToSend {
            path: "/p".into(),
            body: "{}".into(),
            sha256: String::new(),
            account: String::new(),
            fence: None,
        },
        Happening::Accepted { remote_id: "task".into() },
        Happening::Refused(ProviderError::Rejected { reason: reason() }),
        Happening::Refused(ProviderError::InsufficientCredit { reason: reason() }),
        Happening::Refused(ProviderError::Unauthenticated { reason: reason() }),
        Happening::Refused(ProviderError::RateLimited { retry_after: Some(Duration::from_secs(3)) }),
        Happening::NeverSent(ProviderError::Unreachable { reason: reason() }),
        Happening::AnswerLost { reason: reason() },
        looked(Verdict::Looking),
        looked(Verdict::Several),
        looked(Verdict::Absent),
        looked(Verdict::CannotLook),
        Happening::Adopted { remote_id: "found".into(), account: None },
        Happening::SentAgain { price: MicroDollars(7) },
        Happening::Runs { progress: Some(3), typical: None },
        Happening::NotAnswered { problem: problem(), wait: 5 },
        Happening::Made { output: Output::Link("https://a.example/b.mp4".into()), bill: None, ends_at: Some(99) },
        Happening::EndedThere {
            failure: RemoteFailure { code: "generation-failed", reason: reason() },
            refunded: true,
        },
        Happening::LinkEnded,
        Happening::GoneThere,
        Happening::Kept { take_id: "take".into() },
        Happening::Withdrawn,
        Happening::Unwatched,
        Happening::GivenUp,
        Happening::FetchAgain,
        Happening::Restarted,
        Happening::Dismissed,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_happenings_buys_twice(order in prop::collection::vec(0usize..31, 1..60), rehearsal in any::<bool>()) {
        let all = happenings();
        prop_assert_eq!(all.len(), 31);
        let mut row = support::generation("g", rehearsal);
        let (mut intended, mut released, mut said_again) = (0, 0, 0);
        for (now, index) in (10i64..).zip(order) {
            let happening = all[index].clone();
            let before = row.state;
            let Ok(moved) = step(&row, happening.clone(), now) else { continue };
            if matches!(happening, Happening::SentAgain { .. }) {
                said_again += 1;
            }
            if let Some(entry) = &moved.ledger {
                prop_assert!(!rehearsal, "a rehearsal has no money");
                match entry.kind {
                    LedgerKind::Intended => intended += 1,
                    LedgerKind::Released => released += 1,
                    _ => {}
                }
            }
            if moved.row.state == State::Submitting && before != State::Submitting {
                prop_assert_eq!(before, State::Preparing, "sent from {:?}", before);
                prop_assert!(moved.row.request_body.is_some() && moved.row.sent_at == Some(now), "the intent is written");
                prop_assert!(moved.row.due_at.is_none(), "nothing touches it while it is on its way");
            }
            if before.is_final() {
                let kept = moved.row.state == before && matches!(happening, Happening::Dismissed);
                let fetched = moved.row.state == State::Running && matches!(happening, Happening::FetchAgain);
                prop_assert!(kept || fetched, "{:?} left by {:?}", before, happening);
            }
            if before == State::Unknown {
                let back = matches!(moved.row.state, State::Queued | State::Preparing);
                prop_assert!(!back || matches!(happening, Happening::SentAgain { .. }), "sent again by {:?}", happening);
            }
            row = moved.row;
        }
        // Every purchase after the first stands on a release: refused, never sent, or the person's own word.
        prop_assert!(intended <= 1 + released + said_again, "{} intended, {} released, {} said again", intended, released, said_again);
    }

    #[test]
    fn whatever_is_not_final_has_a_next_action(order in prop::collection::vec(0usize..31, 1..60)) {
        let all = happenings();
        let mut row = support::generation("g", false);
        for (now, index) in (10i64..).zip(order) {
            if let Ok(moved) = step(&row, all[index].clone(), now) {
                row = moved.row;
            }
        }
        let restarted = step(&row, Happening::Restarted, 1_000).map_or(row.clone(), |moved| moved.row);
        let asked = restarted.state == State::Unknown || restarted.problem.is_some();
        prop_assert!(restarted.state.is_final() || restarted.due_at.is_some() || asked, "stuck: {:?}", restarted);
        prop_assert!(restarted.state != State::Submitting, "nothing is on its way after a restart");
    }
}

#[test]
fn the_one_call_that_pays_stands_in_one_place() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for part in ["queue/src", "studio/src", "../src"] {
        let mut folders = vec![folder.join(part)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if std::fs::read_to_string(&entry).expect("text").contains(".submit(") {
                    found.push(entry.file_name().expect("a name").to_string_lossy().into_owned());
                }
            }
        }
    }
    assert_eq!(found, ["purchase.rs"]);
}
