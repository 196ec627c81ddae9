//! The state machine's promises under any order of happenings.

use crate::support;
use proptest::prelude::*;
use sixshot_domain::{GenerationState as State, MicroCredits, MicroDollars};
use sixshot_providers::{Bill, Output, ProviderError, RemoteFailure};
use sixshot_queue::links::FreshLinks;
use sixshot_queue::machine::{Happening, NO_CLIP, step};
use sixshot_queue::{Evidence, Verdict};
use sixshot_store::LedgerKind;
use std::time::Duration;

fn happenings() -> Vec<Happening> {
    let problem = || ("a-code".to_owned(), "words".to_owned());
    let reason = || "words".to_owned();
    let looked = |verdict| {
        Happening::LookedUp(Evidence { looked_up_at: Some(1), candidates: vec![], verdict, ..Evidence::default() })
    };
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
        Happening::Runs { progress: Some(3), spread: None },
        Happening::NotAnswered { problem: problem(), wait: 5 },
        Happening::BacksOff { problem: problem(), wait: 5 },
        Happening::MadeWithoutClip { reason: reason() },
        Happening::Made { output: Output::Link("https://a.example/b.mp4".into()), bill: None, ends_at: Some(99) },
        Happening::EndedThere {
            failure: RemoteFailure { code: "generation-failed", reason: reason() },
            refunded: true,
        },
        Happening::LinkEnded { problem: problem(), before: FreshLinks::default() },
        Happening::GoneThere,
        Happening::Kept { take_id: "take".into() },
        Happening::Withdrawn,
        Happening::Unwatched,
        Happening::GivenUp,
        Happening::FetchAgain,
        Happening::Restarted,
        Happening::Restored { path: None, is_booked: false },
        Happening::Restored { path: Some("/p".into()), is_booked: true },
        Happening::HeldBack { problem: problem() },
        Happening::Dismissed,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_happenings_buys_twice(order in prop::collection::vec(0usize..36, 1..60), rehearsal in any::<bool>()) {
        let all = happenings();
        prop_assert_eq!(all.len(), 36);
        let mut row = support::generation("g", rehearsal);
        let (mut intended, mut released, mut said_again) = (0, 0, 0);
        for (now, index) in (10i64..).zip(order) {
            let mut happening = all[index].clone();
            if let Happening::Restored { is_booked, .. } = &mut happening {
                *is_booked = intended > released;
            }
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
                let fetches = matches!(moved.row.state, State::Running | State::Downloading);
                let fetched = fetches && matches!(happening, Happening::FetchAgain);
                prop_assert!(kept || fetched, "{:?} left by {:?}", before, happening);
            }
            if before == State::Unknown {
                let back = matches!(moved.row.state, State::Queued | State::Preparing);
                prop_assert!(!back || matches!(happening, Happening::SentAgain { .. }), "sent again by {:?}", happening);
            }
            if matches!(happening, Happening::Restored { .. }) {
                let waits = matches!(moved.row.state, State::Queued | State::Preparing | State::Submitting);
                prop_assert!(rehearsal || !waits, "{:?} may be sent by itself", before);
            }
            row = moved.row;
        }
        // Every purchase after the first stands on a release: refused, never sent, or the person's own word.
        prop_assert!(intended <= 1 + released + said_again, "{} intended, {} released, {} said again", intended, released, said_again);
    }

    #[test]
    fn whatever_is_not_final_has_a_next_action(order in prop::collection::vec(0usize..36, 1..60)) {
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

/// Eight answers, and two hours since it was sent: before both are there it is asked for again.
#[test]
fn a_clip_that_no_answer_shows_ends_after_eight_answers_and_two_hours() {
    let hour = 3_600_000;
    for (answers, hours, expected) in [
        (1, 9, State::Running),
        (7, 9, State::Running),
        (8, 1, State::Running),
        (8, 2, State::Expired),
        (30, 1, State::Running),
    ] {
        let mut row = support::generation("g", false);
        (row.state, row.sent_at, row.remote_id) = (State::Running, Some(0), Some("task".to_owned()));
        let now = hours * hour;
        for _ in 0..answers {
            let happening = Happening::MadeWithoutClip { reason: "no clip".to_owned() };
            let moved = step(&row, happening, now).expect("it runs");
            assert!(moved.ledger.is_none(), "it stays paid as it was");
            row = moved.row;
        }
        assert_eq!(row.state, expected, "{answers} answers, {hours} hours");
        assert_eq!(row.remote_id.as_deref(), Some("task"), "its name is kept");
        assert_eq!(row.problem.as_ref().map(|(code, _)| code.as_str()), Some(NO_CLIP));
        match expected {
            State::Expired => {
                assert_eq!(row.due_at, None);
                let again = step(&row, Happening::FetchAgain, now).expect("it can be fetched again");
                assert_eq!((again.row.state, again.row.due_at, again.row.attempts), (State::Running, Some(now), 0));
                assert!(again.ledger.is_none(), "never paid again");
            }
            _ => assert!(row.due_at.is_some_and(|due| due > now && due <= now + hour)),
        }
    }
}

/// Another answer in between begins the count anew: the task runs again, or nobody could be asked.
#[test]
fn answers_without_a_clip_are_counted_in_a_row() {
    let mut row = support::generation("g", false);
    (row.state, row.sent_at, row.remote_id) = (State::Running, Some(0), Some("task".to_owned()));
    let now = 9 * 3_600_000;
    for round in 0..40 {
        let happening = match round % 7 {
            0 => Happening::Runs { progress: None, spread: None },
            _ => Happening::MadeWithoutClip { reason: "no clip".to_owned() },
        };
        row = step(&row, happening, now).expect("it runs").row;
        assert_eq!(row.state, State::Running);
    }
}

/// All who back off together are due at the very moment that was drawn.
#[test]
fn those_who_back_off_are_due_at_the_moment_that_was_drawn() {
    for attempts in [0, 3, 90] {
        let mut row = support::generation("g", false);
        (row.state, row.attempts, row.remote_id) = (State::Running, attempts, Some("task".to_owned()));
        let happening = Happening::BacksOff { problem: ("a-code".to_owned(), "words".to_owned()), wait: 1_234 };
        let moved = step(&row, happening, 10).expect("it runs");
        assert_eq!((moved.row.state, moved.row.due_at), (State::Running, Some(1_244)));
    }
}

#[test]
fn a_look_that_is_answered_ends_the_trouble_with_asking() {
    let looked = |restored| Happening::LookedUp(Evidence { restored, ..Evidence::default() });
    let no_key = || Happening::NotAnswered { problem: ("no-key".to_owned(), "words".to_owned()), wait: 5 };
    let code = |row: &sixshot_store::GenerationRow| row.problem.as_ref().map(|(code, _)| code.clone());
    for (restored, why) in [(false, "answer-lost"), (true, "library-restored")] {
        let mut row = support::generation("g", false);
        row.state = State::Unknown;
        let row = step(&row, no_key(), 10).expect("fits").row;
        assert_eq!(code(&row).as_deref(), Some("no-key"));
        let row = step(&row, looked(restored), 20).expect("fits").row;
        assert_eq!(code(&row).as_deref(), Some(why));
        let mut told = row.clone();
        told.problem = Some((why.to_owned(), "the line was cut".to_owned()));
        let again = step(&told, looked(restored), 30).expect("fits").row;
        assert_eq!(again.problem, told.problem, "what is known of it stays");
    }
}

/// What comes late, again or in the wrong order changes nothing of what has gone further.
#[test]
fn news_that_goes_backwards_changes_nothing() {
    let news = || {
        vec![
            Happening::Runs { progress: Some(1), spread: None },
            Happening::MadeWithoutClip { reason: "no clip".to_owned() },
            Happening::Accepted { remote_id: "another".to_owned() },
            Happening::AnswerLost { reason: "late".to_owned() },
            Happening::Adopted { remote_id: "another".to_owned(), account: None },
            Happening::Made {
                output: Output::Link("https://cdn.example.com/b.mp4".to_owned()),
                bill: None,
                ends_at: None,
            },
        ]
    };
    for state in [State::Downloading, State::Done, State::Failed, State::Expired, State::Cancelled] {
        for happening in news() {
            let mut row = support::generation("g", false);
            (row.state, row.remote_id, row.sent_at) = (state, Some("task".to_owned()), Some(0));
            assert!(step(&row, happening.clone(), 10).is_err(), "{state:?}: {happening:?}");
        }
    }
    // A task that runs is not renamed by a second answer to its purchase.
    let mut row = support::generation("g", false);
    (row.state, row.remote_id) = (State::Running, Some("task".to_owned()));
    assert!(step(&row, Happening::Accepted { remote_id: "another".to_owned() }, 10).is_err());
    assert!(step(&row, Happening::Adopted { remote_id: "another".to_owned(), account: None }, 10).is_err());
    // Progress may fall; it is only shown.
    let fell = step(&row, Happening::Runs { progress: Some(5), spread: None }, 10).expect("it runs");
    assert_eq!((fell.row.state, fell.row.remote_id.as_deref()), (State::Running, Some("task")));
}

/// A bill below nothing, or above all money, would spoil the sum that the cap is held against.
#[test]
fn a_bill_that_cannot_be_true_is_not_believed() {
    let dollars = |micro| Some(Bill::Dollars(MicroDollars(micro)));
    let credits = |micro| Some(Bill::Credits(MicroCredits(micro)));
    for (bill, believed) in [
        (dollars(252_000), true),
        (dollars(0), true),
        (dollars(-1), false),
        (dollars(i64::MAX), false),
        (dollars(i64::MIN), false),
        (credits(1_000_000), true),
    ] {
        let mut row = support::generation("g", false);
        (row.state, row.remote_id) = (State::Running, Some("task".to_owned()));
        let output = Output::Link("https://cdn.example.com/a.mp4".to_owned());
        let made = step(&row, Happening::Made { output, bill, ends_at: None }, 10).expect("it runs");
        assert_eq!(made.row.state, State::Downloading, "the clip is made all the same: {bill:?}");
        assert_eq!(made.ledger.is_some(), believed, "{bill:?}");
    }
}
