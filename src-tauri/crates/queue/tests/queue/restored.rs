//! A database that is older than what happened since: nothing of a paid provider is sent by itself.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::{self, Bench};
use sixshot_domain::{GenerationId, GenerationState as State, MicroDollars};
use sixshot_queue::machine::{Happening, step};
use sixshot_queue::{Evidence, Verdict};
use sixshot_sandbox::{Fault, FaultKind, Target};
use sixshot_store::open::Wish;
use sixshot_store::{GenerationRow, LedgerKind, Library};
use std::fs;
use std::path::Path;

fn row(state: State, rehearsal: bool, remote_id: Option<&str>) -> GenerationRow {
    let mut row = support::generation("g", rehearsal);
    row.state = state;
    row.remote_id = remote_id.map(str::to_owned);
    row.due_at = None;
    row
}

fn evidence(row: &GenerationRow) -> Evidence {
    Evidence::read(row.evidence.as_deref().unwrap_or_default())
}

#[test]
fn what_becomes_of_each_state() {
    let table = [
        (State::Queued, None, State::Unknown),
        (State::Preparing, None, State::Unknown),
        (State::Submitting, None, State::Unknown),
        (State::Running, None, State::Unknown),
        (State::Unknown, None, State::Unknown),
        (State::Running, Some("task"), State::Running),
        (State::Downloading, Some("task"), State::Downloading),
    ];
    for (state, remote_id, becomes) in table {
        let before = row(state, false, remote_id);
        let restored = Happening::Restored { path: Some("/a/path".to_owned()), is_booked: false };
        let moved = step(&before, restored, 100).unwrap_or_else(|error| panic!("{state:?}: {error}"));
        assert_eq!((moved.row.state, moved.row.due_at), (becomes, Some(100)), "{state:?}");
        let in_doubt = becomes == State::Unknown;
        assert_eq!(evidence(&moved.row).restored, in_doubt, "{state:?}");
        // Nobody buys it again before the provider was asked.
        let again = step(&moved.row, Happening::SentAgain { price: MicroDollars(1) }, 101);
        assert!(again.is_err(), "{state:?}");
        let booked = moved.ledger.map(|entry| (entry.kind, entry.amount));
        let doubted = matches!(state, State::Queued | State::Preparing);
        assert_eq!(booked, doubted.then_some((LedgerKind::Intended, before.price)), "{state:?}");
    }
    for state in [State::Done, State::Failed, State::Cancelled, State::Expired] {
        let restored = Happening::Restored { path: None, is_booked: false };
        step(&row(state, false, None), restored, 100).expect_err("what has ended stays as it is");
    }
}

#[test]
fn money_that_is_counted_is_not_counted_again_and_a_rehearsal_begins_again() {
    for state in [State::Queued, State::Preparing, State::Submitting] {
        let restored = Happening::Restored { path: None, is_booked: true };
        assert_eq!(step(&row(state, false, None), restored, 100).expect("moved").ledger, None, "{state:?}");
    }
    for state in [State::Queued, State::Preparing, State::Submitting, State::Running] {
        let restored = Happening::Restored { path: None, is_booked: false };
        let moved = step(&row(state, true, Some("1")), restored, 100).expect("moved");
        assert_eq!((moved.row.state, moved.row.due_at, moved.ledger), (State::Queued, Some(100), None), "{state:?}");
    }
}

#[test]
fn it_is_asked_about_twice_at_most_once() {
    let restored = || Happening::Restored { path: Some("/a/path".to_owned()), is_booked: false };
    let once = step(&row(State::Queued, false, None), restored(), 100).expect("moved");
    let twice = step(&once.row, restored(), 200).expect("moved");
    assert!(twice.what.is_none() && twice.ledger.is_none(), "{:?}", twice.what);
    assert_eq!(twice.row.request_path.as_deref(), Some("/a/path"));
}

/// A library that a queue has used, as it is put back: the copy is from before the purchase.
async fn put_back_after_a_purchase(home: &Path) -> (sixshot_sandbox::Sandbox, Vec<u8>) {
    let sandbox = support::sandbox().await;
    let library = Library::open(home, 1, "library").expect("opens");
    library.add_generations(&[support::generation("one", false)]).expect("added");
    drop(library);
    let before = fs::read(home.join("library.db")).expect("read");
    (sandbox, before)
}

/// The database of an earlier moment in the place of the one that is there.
fn put_back(home: &Path, database: &[u8]) {
    for name in ["library.db-wal", "library.db-shm"] {
        let path = home.join(name);
        if path.exists() {
            fs::remove_file(path).expect("removed");
        }
    }
    fs::write(home.join("library.db"), database).expect("written");
}

#[tokio::test]
async fn an_older_copy_that_was_put_back_by_hand_sends_nothing_again() {
    let home = tempfile::tempdir().expect("a folder");
    let (sandbox, before) = put_back_after_a_purchase(home.path()).await;
    let bench = Bench::with(home.path(), sandbox);
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    let sandbox = bench.close().await;
    put_back(home.path(), &before);

    let bench = Bench::with(home.path(), sandbox);
    // The provider's list shows the one task there is; whose it is only a person can say.
    let row = bench.until("one", |row| evidence(row).verdict != Verdict::Looking).await;
    assert_eq!((row.state, evidence(&row).verdict), (State::Unknown, Verdict::Several));
    assert_eq!(evidence(&row).candidates.len(), 1);
    assert_eq!((bench.sandbox.requests("submit"), bench.sandbox.ledger().len()), (1, 1));
    assert_eq!(bench.spent(), MicroDollars(420_000));
    let task = bench.sandbox.ledger()[0].task.clone();
    bench.queue.adopt(&GenerationId("one".into()), &task).await.expect("adopted");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.requests("submit"), bench.sandbox.ledger().len()), (1, 1));
    assert_eq!(bench.spent(), MicroDollars(420_000));
}

#[tokio::test]
async fn after_a_repair_everything_that_waits_is_a_question_until_a_person_pays_again() {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open(home.path(), 1, "library").expect("opens");
    library.add_generations(&[support::generation("one", false)]).expect("added");
    library.add_generations(&[support::generation("free", true)]).expect("added");
    library.back_up("2026-11-20").expect("copied");
    drop(library);
    fs::write(home.path().join("library.db"), b"nothing that can be read").expect("written");
    drop(Library::open_or_repair(home.path(), Wish::default(), 2, "other").expect("repaired"));

    let bench = Bench::with(home.path(), support::sandbox().await);
    assert!(!bench.library.is_unsettled().expect("read"), "settled once every row was looked at");
    let row = bench.until("one", |row| evidence(row).looked_up_at.is_some()).await;
    // It may have been sent a moment before the repair, and lists are slow.
    assert_eq!((row.state, evidence(&row).verdict), (State::Unknown, Verdict::Looking));
    assert_eq!(bench.row("free").state, State::Queued);
    let early = bench.queue.send_again(&GenerationId("one".into()), MicroDollars(420_000));
    assert!(early.is_err(), "not before a fair time");
    assert_eq!(bench.sandbox.requests("submit"), 0);
    let fair = Evidence { verdict: Verdict::CannotLook, restored: true, ..Evidence::default() };
    bench.queue.happen(&row.id, Happening::LookedUp(fair)).expect("looked up");
    bench.queue.send_again(&row.id, MicroDollars(420_000)).expect("the person's word");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.requests("submit"), bench.sandbox.ledger().len()), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_sent() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    // A folder where the note belongs.
    fs::create_dir(home.path().join("sendings.log")).expect("made");
    bench.add("one");
    let row = bench.until("one", |row| row.problem.is_some()).await;
    assert_eq!(row.state, State::Queued);
    assert_eq!((bench.sandbox.requests("submit"), bench.spent()), (0, MicroDollars(0)));
    fs::remove_dir(home.path().join("sendings.log")).expect("removed");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!(bench.sandbox.ledger().len(), 1);
    let noted = bench.library.sendings().expect("read");
    assert_eq!(noted.iter().map(|sending| sending.generation.0.as_str()).collect::<Vec<_>>(), ["one"]);
}

/// The ledger knows of a purchase that was held back, and the note knows of another one: they must not be taken for the
/// same because there is one of each.
#[tokio::test]
async fn a_purchase_that_was_held_back_does_not_hide_one_that_was_sent() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    fs::create_dir(home.path().join("sendings.log")).expect("made");
    bench.add("one");
    bench.until("one", |row| row.problem.is_some() && row.state == State::Queued).await;
    let sandbox = bench.close().await;
    let before = fs::read(home.path().join("library.db")).expect("read");
    fs::remove_dir(home.path().join("sendings.log")).expect("removed");
    let bench = Bench::with(home.path(), sandbox);
    bench.until("one", |row| row.state == State::Done).await;
    let sandbox = bench.close().await;
    assert_eq!(sandbox.requests("submit"), 1);

    put_back(home.path(), &before);
    let bench = Bench::with(home.path(), sandbox);
    let row = bench.until("one", |row| evidence(row).looked_up_at.is_some()).await;
    assert_eq!((row.state, evidence(&row).restored), (State::Unknown, true));
    assert_eq!((bench.sandbox.requests("submit"), bench.spent()), (1, MicroDollars(420_000)));
}

/// What a copy says of a lost request is old news when the request was sent again since.
#[tokio::test]
async fn a_lost_request_that_was_sent_again_since_is_doubted_again() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::HangUpBefore, times: 1 });
    bench.add("one");
    let row = bench.until("one", |row| row.state == State::Unknown).await;
    let absent = Evidence { verdict: Verdict::Absent, looked_up_at: Some(1), ..Evidence::default() };
    bench.queue.happen(&row.id, Happening::LookedUp(absent)).expect("looked up");
    let sandbox = bench.close().await;
    let before = fs::read(home.path().join("library.db")).expect("read");
    let bench = Bench::with(home.path(), sandbox);
    bench.queue.send_again(&row.id, MicroDollars(420_000)).expect("the person's word");
    bench.until("one", |row| row.state == State::Done).await;
    let sandbox = bench.close().await;
    let sent = sandbox.requests("submit");

    put_back(home.path(), &before);
    let bench = Bench::with(home.path(), sandbox);
    let row = bench.until("one", |row| evidence(row).restored).await;
    assert_eq!(row.state, State::Unknown);
    assert_ne!(evidence(&row).verdict, Verdict::Absent, "the task of the second sending is there");
    let row = bench.until("one", |row| evidence(row).verdict == Verdict::Several).await;
    assert_eq!(evidence(&row).candidates.len(), 1);
    assert_eq!(bench.sandbox.requests("submit"), sent);
    assert_eq!(bench.spent(), MicroDollars(840_000), "both may have been paid");
    // Once it is known, it is a question and no new one at every start.
    let revision = |row: &GenerationRow| row.evidence.clone();
    let (sandbox, kept) = (bench.close().await, revision(&row));
    let bench = Bench::with(home.path(), sandbox);
    assert_eq!(evidence(&bench.row("one")).verdict, Verdict::Several, "{kept:?}");
    assert_eq!(bench.spent(), MicroDollars(840_000));
}

/// A generation that an older copy never knew was paid all the same: it is a question, and its money counts.
#[tokio::test]
async fn a_purchase_that_only_its_note_remembers_is_a_question() {
    let home = tempfile::tempdir().expect("a folder");
    drop(Library::open(home.path(), 1, "library").expect("opens"));
    let empty = fs::read(home.path().join("library.db")).expect("read");
    let bench = Bench::new(home.path()).await;
    bench.add("one");
    let bought = bench.until("one", |row| row.state == State::Done).await;
    let sandbox = bench.close().await;
    put_back(home.path(), &empty);

    let bench = Bench::with(home.path(), sandbox);
    let row = bench.until("one", |row| evidence(row).verdict == Verdict::Several).await;
    assert_eq!((row.state, &row.account, row.price), (State::Unknown, &bought.account, bought.price));
    assert_eq!((row.provider.0.as_str(), row.model.0.as_str()), ("wavespeed", "kling-3.0-std"));
    assert_eq!(bench.spent(), MicroDollars(420_000));
    assert_eq!(Some(&evidence(&row).candidates[0].remote_id), bought.remote_id.as_ref());
    bench.queue.adopt(&row.id, bought.remote_id.as_deref().expect("a task")).await.expect("adopted");
    bench.until("one", |row| row.state == State::Done).await;
    assert_eq!((bench.sandbox.requests("submit"), bench.spent()), (1, MicroDollars(420_000)));
}

/// After a repair it is told how many there are, those of older versions too, of which nothing else is known.
#[tokio::test]
async fn a_repair_tells_of_purchases_that_nobody_knows() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.add("one");
    bench.until("one", |row| row.state == State::Done).await;
    let sandbox = bench.close().await;
    let mut noted = fs::read(home.path().join("sendings.log")).expect("read");
    noted.extend_from_slice(b"\n17 of-an-older-version\n");
    fs::write(home.path().join("sendings.log"), noted).expect("written");
    // Nothing of it is left but the note: neither the database nor the clips.
    fs::remove_dir_all(home.path().join("takes")).expect("removed");
    fs::write(home.path().join("library.db"), b"nothing that can be read").expect("written");
    drop(Library::open_or_repair(home.path(), Wish::default(), 2, "other").expect("repaired"));

    let bench = Bench::with(home.path(), sandbox);
    let repair = bench.library.repaired().expect("read").expect("repaired");
    assert_eq!(repair.lost_purchases, 2);
    assert_eq!((bench.row("one").state, bench.spent()), (State::Unknown, MicroDollars(420_000)));
    let bench = Bench::with(home.path(), bench.close().await);
    assert_eq!(bench.library.repaired().expect("read").expect("not read yet").lost_purchases, 2, "counted once");
    assert_eq!(bench.sandbox.requests("submit"), 1);
}

/// A repair may book a purchase again at another moment than its note says: of what has a task that is one and the same.
#[tokio::test]
async fn what_has_a_task_is_not_booked_twice() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path()).await;
    bench.sandbox.add_fault(Fault { target: Target::Submit, kind: FaultKind::NeverReady, times: 1 });
    bench.add("one");
    bench.until("one", |row| row.state == State::Running).await;
    let sandbox = bench.close().await;
    fs::write(home.path().join("sendings.log"), "17 one 16 wavespeed kling-3.0-std - 420000 .\n").expect("written");
    let bench = Bench::with(home.path(), sandbox);
    assert_eq!((bench.row("one").state, bench.spent()), (State::Running, MicroDollars(420_000)));
}
