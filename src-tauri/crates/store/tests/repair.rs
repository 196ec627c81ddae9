//! Damaged databases: the program opens, what any source still has is back, and the damaged file is kept.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use rusqlite::Connection;
use sixshot_domain::price::Quote;
use sixshot_domain::sample::sample_board;
use sixshot_domain::*;
use sixshot_store::open::Wish;
use sixshot_store::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

const DAY: i64 = 86_400_000;
const NOW: i64 = 20_000 * DAY;
const PAGE: usize = 4_096;

/// What becomes of the bytes of a database.
type Damage = fn(&mut Vec<u8>);

fn board(number: u32) -> Board {
    let mut board = sample_board(BoardId(format!("board-{number}")), "wavespeed", "kling-3.0-pro");
    board.name = format!("Board {number}");
    board.prompt = format!("The words of board {number} ").repeat(40);
    board
}

fn generation(id: &str, board_number: u32, state: GenerationState) -> GenerationRow {
    let price = MicroDollars(1_344_000);
    let mut row = GenerationRow::queued(NewGeneration {
        id: GenerationId(id.to_owned()),
        confirmation: format!("press-{id}"),
        take_index: 0,
        board: board(board_number),
        provider: "wavespeed".into(),
        model: "kling-3.0-pro".into(),
        rehearsal: false,
        quote: Quote {
            total: price,
            per_take: price,
            per_second: MicroDollars(112_000),
            seconds: 12,
            takes: 1,
            credits: None,
            reasons: vec![],
            source: "a page".to_owned(),
            date: "2026-09-20".to_owned(),
            edited: false,
        },
        now: NOW,
    });
    row.state = state;
    row
}

fn take(row: &GenerationRow) -> TakeRow {
    TakeRow {
        number: 0,
        id: row.id.0.clone(),
        generation: row.id.clone(),
        board: row.board.id.clone(),
        board_name: row.board.name.clone(),
        provider: row.provider.clone(),
        provider_name: "WaveSpeed".to_owned(),
        model_name: "Kling 3.0 Pro".to_owned(),
        rehearsal: false,
        prompt: row.board.prompt.clone(),
        shots: 3,
        ratio: "16:9".to_owned(),
        width: 1920,
        height: 1080,
        frames: 288,
        frame_rate_millis: 24_000,
        audio: true,
        bytes: 4,
        price: row.price,
        created_at: NOW + 60_000,
        file: format!("2026-11/{}.mp4", row.id.0),
        sha256: "00".to_owned(),
        damaged: false,
        rating: 0,
        verdict: "none".to_owned(),
        trashed_at: None,
    }
}

/// A finished generation with its clip and what lies beside it.
fn finish(library: &Library, number: u32) {
    let id = format!("done-{number}");
    let row = library.add_generations(&[generation(&id, number, GenerationState::Queued)]).expect("added").remove(0);
    let intent = LedgerEntry { kind: LedgerKind::Intended, amount: row.price, note: String::new() };
    let mut sent = row;
    sent.remote_id = Some(format!("task-{number}"));
    sent.state = GenerationState::Running;
    let advance = Advance { row: &sent, at: NOW, what: Some("sent"), ledger: Some(&intent), take: None };
    let mut done = library.advance(&advance).expect("sent");
    done.state = GenerationState::Done;
    done.due_at = None;
    done.take_id = Some(id);
    let take = take(&done);
    let clip = library.folder().take(&take.file).expect("a name");
    fs::create_dir_all(clip.parent().expect("a folder")).expect("made");
    fs::write(&clip, b"clip").expect("written");
    Sidecar::of(&done, &take).keep(library.folder()).expect("kept");
    library
        .advance(&Advance { row: &done, at: NOW, what: Some("done"), ledger: None, take: Some(&take) })
        .expect("done");
}

/// Forty boards, thirty takes, one running, three waiting; a copy from when there were twenty boards and ten takes.
fn full(home: &Path) {
    static ONCE: OnceLock<TempDir> = OnceLock::new();
    let made = ONCE.get_or_init(|| {
        let made = tempfile::tempdir().expect("a folder");
        fill(made.path());
        made
    });
    copy_all(made.path(), home);
}

fn fill(home: &Path) {
    let library = Library::open(home, 1, "the-library").expect("opens");
    for number in 0..40 {
        library.keep_board(&board(number), NOW + i64::from(number)).expect("kept");
        if number < 10 {
            finish(&library, number);
        }
        if number == 19 {
            library.add_generations(&[generation("waits-in-copy", 1, GenerationState::Queued)]).expect("added");
            library.back_up("2026-11-20").expect("copied");
        }
    }
    for number in 10..30 {
        finish(&library, number);
    }
    library.review_take("done-3", 5, "pick").expect("reviewed");
    let mut running = generation("running", 2, GenerationState::Queued);
    running = library.add_generations(&[running]).expect("added").remove(0);
    let intent = LedgerEntry { kind: LedgerKind::Intended, amount: running.price, note: String::new() };
    running.state = GenerationState::Running;
    running.remote_id = Some("task-running".to_owned());
    library
        .advance(&Advance { row: &running, at: NOW, what: Some("accepted"), ledger: Some(&intent), take: None })
        .expect("runs");
    for id in ["waits-1", "waits-2"] {
        library.add_generations(&[generation(id, 3, GenerationState::Queued)]).expect("added");
    }
    library.set_setting("settings", r#"{"theme":"dark"}"#).expect("set");
}

fn open(home: &Path) -> Library {
    Library::open_or_repair(home, Wish::default(), NOW + DAY, "another-id").expect("opens")
}

fn database(home: &Path) -> PathBuf {
    home.join("library.db")
}

fn board_names(library: &Library) -> BTreeSet<String> {
    library.boards("", false).expect("listed").into_iter().map(|row| row.name).collect()
}

fn take_ids(library: &Library) -> BTreeSet<String> {
    let all = library.takes(&TakeFilter::default(), None, 200).expect("listed");
    all.into_iter().map(|row| row.id).collect()
}

fn change(path: &Path, with: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("read");
    with(&mut bytes);
    fs::write(path, bytes).expect("written");
}

/// What holds after every repair, whatever was damaged.
fn holds(home: &Path, library: &Library, what: &str) -> Repair {
    library.check().unwrap_or_else(|error| panic!("{what}: {error}"));
    let repair = library.repaired().expect("read").unwrap_or_else(|| panic!("{what}: nothing was repaired"));
    assert!(library.is_unsettled().expect("read"), "{what}");
    assert_eq!(library.id(), "the-library", "{what}");
    assert_eq!(repair.copy_day.as_deref(), Some("2026-11-20"), "{what}");
    // The copy has twenty boards, and a frozen one lies beside each of thirty clips; every clip is a take again.
    let names = board_names(library);
    assert!((0..30).all(|number| names.contains(&format!("Board {number}"))), "{what}: {names:?}");
    assert_eq!(take_ids(library).len(), 30, "{what}");
    assert_eq!((repair.boards as usize, repair.takes), (names.len(), 30), "{what}");
    let words = TakeFilter { search: "board 27".to_owned(), ..TakeFilter::default() };
    assert_eq!(library.count_takes(&words).expect("found"), 1, "{what}");
    // Every take was bought, and every purchase stands there once.
    let ledger = library.ledger(0).expect("read");
    let mut bought: Vec<_> = ledger.iter().filter(|row| row.kind == "intended").map(|row| &row.generation.0).collect();
    bought.sort();
    let all = bought.len();
    bought.dedup();
    assert_eq!(bought.len(), all, "{what}");
    assert!(take_ids(library).iter().all(|id| bought.contains(&id)), "{what}: {bought:?}");
    assert!(home.join(&repair.quarantine).is_dir(), "{what}");
    assert!(!home.join("library.repaired.db").exists() && !home.join(".parts/repair").exists(), "{what}");
    repair
}

#[test]
fn a_damaged_library_opens_with_everything_that_any_source_has() {
    let cases: [(&str, Damage); 9] = [
        ("not a database", |bytes| *bytes = b"<html>not found</html>".repeat(1_000)),
        ("zeroed", |bytes| bytes.fill(0)),
        ("no byte left", Vec::clear),
        ("the first page zeroed", |bytes| bytes[..PAGE].fill(0)),
        ("every fourth page zeroed, the first too", |bytes| {
            bytes.chunks_mut(PAGE).step_by(4).for_each(|page| page.fill(0));
        }),
        ("every fourth page zeroed, not the first", |bytes| {
            bytes.chunks_mut(PAGE).skip(3).step_by(4).for_each(|page| page.fill(0));
        }),
        ("half of it cut off", |bytes| bytes.truncate(bytes.len() / 2)),
        ("cut off within a page", |bytes| bytes.truncate(bytes.len() - 1_000)),
        ("bits flipped all over", |bytes| {
            (PAGE + 3..bytes.len()).step_by(997).for_each(|at| bytes[at] ^= 0x55);
        }),
    ];
    for (what, damage) in cases {
        let home = tempfile::tempdir().expect("a folder");
        full(home.path());
        change(&database(home.path()), damage);
        let damaged = fs::read(database(home.path())).expect("read");
        let library = open(home.path());
        let repair = holds(home.path(), &library, what);
        let aside = fs::read(home.path().join(&repair.quarantine).join("library.db")).expect("kept");
        assert_eq!(aside, damaged, "{what}: kept as it was");
        drop(library);
        // The next start finds a whole library and says the same until it was read.
        let library = open(home.path());
        assert_eq!(library.repaired().expect("read").as_ref(), Some(&repair), "{what}");
        library.forget_repair().expect("forgotten");
        library.settle().expect("settled");
        assert_eq!((library.repaired().expect("read"), library.is_unsettled().expect("read")), (None, false));
        assert_eq!(fs::read_dir(home.path().join("quarantine")).expect("a folder").count(), 1, "{what}");
    }
}

#[test]
fn what_can_be_read_of_the_damaged_one_is_newer_than_the_copy() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    // Only the search's own pages are damaged, so everything else can be read.
    let words = Connection::open(database(home.path())).expect("opens");
    let root: u32 = words
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'takes_words_data'", [], |row| row.get(0))
        .expect("a page");
    let root = root as usize;
    drop(words);
    change(&database(home.path()), |bytes| bytes[(root - 1) * PAGE..root * PAGE].fill(0xff));
    let library = open(home.path());
    let repair = holds(home.path(), &library, "a page of the search");
    assert_eq!((repair.boards, repair.takes_beside), (40, 0));
    for id in ["running", "waits-1", "waits-2", "waits-in-copy"] {
        library.generation(&GenerationId(id.to_owned())).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    let reviewed = library.take("done-3").expect("read").expect("there");
    assert_eq!((reviewed.rating, reviewed.verdict.as_str()), (5, "pick"));
    assert_eq!(library.setting("settings").expect("read").as_deref(), Some(r#"{"theme":"dark"}"#));
    let words: Vec<_> = library.history(&GenerationId("running".into())).expect("read");
    assert_eq!(words.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["confirmed", "accepted"]);
}

#[test]
fn rows_behind_a_page_that_is_gone_are_found() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    fs::remove_dir_all(home.path().join("backups")).expect("removed");
    fs::remove_dir_all(home.path().join("takes")).expect("removed");
    // The third leaf of the boards: what lies before and behind it can still be read.
    let page = leaf_of(&database(home.path()), "boards", 2);
    change(&database(home.path()), |bytes| bytes[page * PAGE..(page + 1) * PAGE].fill(0));
    let library = open(home.path());
    let repair = library.repaired().expect("read").expect("repaired");
    assert_eq!((repair.copy_day, repair.takes_beside), (None, 0));
    let names = board_names(&library);
    assert!(names.contains("Board 0") && names.contains("Board 39") && names.len() >= 35, "{names:?}");
    assert_eq!(take_ids(&library).len(), 30);
}

/// The page of a table's leaf, counted from 0, of a table whose root has leaves below it.
fn leaf_of(database: &Path, table: &str, leaf: usize) -> usize {
    let open = Connection::open(database).expect("opens");
    let root: u32 = open
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .expect("a page");
    let root = root as usize;
    let bytes = fs::read(database).expect("read");
    let page = &bytes[(root - 1) * PAGE..root * PAGE];
    assert_eq!(page[0], 5, "the table has several pages");
    let cell = usize::from(u16::from_be_bytes([page[12 + 2 * leaf], page[13 + 2 * leaf]]));
    u32::from_be_bytes([page[cell], page[cell + 1], page[cell + 2], page[cell + 3]]) as usize - 1
}

#[test]
fn without_copy_or_database_the_clips_alone_bring_their_takes_back() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    fs::remove_dir_all(home.path().join("backups")).expect("removed");
    fs::remove_file(database(home.path())).expect("removed");
    let month = home.path().join("takes/2026-11");
    fs::write(month.join("done-1.json"), "half a").expect("written");
    fs::remove_file(month.join("done-2.mp4")).expect("removed");
    let library = open(home.path());
    let repair = library.repaired().expect("read").expect("repaired");
    assert_eq!((repair.takes, repair.takes_beside, repair.boards), (28, 28, 28));
    let row = library.generation(&GenerationId("done-7".into())).expect("there");
    assert_eq!((row.state, row.remote_id.as_deref(), row.due_at), (GenerationState::Done, Some("task-7"), None));
    assert_eq!(library.spent(0).expect("read"), MicroDollars(28 * 1_344_000));
    assert_eq!(library.id(), "the-library");
}

#[test]
fn a_copy_that_is_damaged_too_gives_way_to_an_older_one() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    let newer = home.path().join("backups/library-2026-11-21.db");
    fs::write(&newer, vec![0x33; 20_000]).expect("written");
    change(&database(home.path()), |bytes| bytes.fill(0));
    let library = open(home.path());
    holds(home.path(), &library, "a damaged copy");
    assert_eq!(fs::read(&newer).expect("kept").len(), 20_000);
}

#[test]
fn changes_that_vanished_beside_the_database_are_noticed() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    // As a kill leaves it: the newest changes lie in the file beside the database.
    let copy = tempfile::tempdir().expect("a folder");
    let library = Library::open(home.path(), NOW, "unused").expect("opens");
    library.keep_board(&board(77), NOW + DAY).expect("kept");
    copy_all(home.path(), copy.path());
    drop(library);
    assert!(copy.path().join("library.db-wal").metadata().expect("there").len() > 0);
    let untouched = tempfile::tempdir().expect("a folder");
    copy_all(copy.path(), untouched.path());
    let library = open(untouched.path());
    assert_eq!(library.repaired().expect("read"), None, "a kill alone damages nothing");
    assert!(board_names(&library).contains("Board 77"));

    fs::remove_file(copy.path().join("library.db-wal")).expect("removed");
    let library = open(copy.path());
    let repair = holds(copy.path(), &library, "the changes deleted");
    assert!(repair.reason.contains("newest changes"), "{}", repair.reason);
    assert_eq!(repair.boards, 40);
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let to = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            fs::create_dir_all(&to).expect("made");
            copy_all(&entry, &to);
        } else {
            fs::copy(&entry, &to).expect("copied");
        }
    }
}

#[test]
fn a_repair_that_is_broken_off_goes_on() {
    let home = tempfile::tempdir().expect("a folder");
    full(home.path());
    change(&database(home.path()), |bytes| bytes.fill(0));
    let damaged = fs::read(database(home.path())).expect("read");
    let library = open(home.path());
    let repair = holds(home.path(), &library, "before");
    drop(library);
    let new = fs::read(database(home.path())).expect("read");
    let aside = home.path().join(&repair.quarantine);
    let finished = home.path().join("library.repaired.db");
    // The new one is finished and the old one still in its place; then the old one is aside and its place empty.
    for old_in_place in [true, false] {
        fs::write(&finished, &new).expect("written");
        if old_in_place {
            fs::remove_file(aside.join("library.db")).expect("removed");
            fs::write(database(home.path()), &damaged).expect("written");
        } else {
            fs::remove_file(database(home.path())).expect("removed");
        }
        drop(open(home.path()));
        assert_eq!(fs::read(aside.join("library.db")).expect("kept"), damaged);
        let library = open(home.path());
        assert_eq!(holds(home.path(), &library, "after"), repair);
    }
    // Broken off earlier, what was begun is cleared away and begun again.
    fs::create_dir_all(home.path().join(".parts/repair")).expect("made");
    fs::write(home.path().join(".parts/repair/repaired.db"), b"half").expect("written");
    change(&database(home.path()), |bytes| bytes.fill(0));
    let library = open(home.path());
    assert_ne!(holds(home.path(), &library, "again").quarantine, repair.quarantine);
    assert_eq!(fs::read(aside.join("library.db")).expect("still kept"), damaged);
}

#[test]
fn a_new_folder_is_no_damage() {
    let home = tempfile::tempdir().expect("a folder");
    assert_eq!(open(home.path()).repaired().expect("read"), None);
    let empty = tempfile::tempdir().expect("a folder");
    fs::write(database(empty.path()), b"").expect("written");
    assert_eq!(open(empty.path()).repaired().expect("read"), None);
    assert!(!empty.path().join("quarantine").exists());
}

#[test]
fn every_sending_is_noted_outside_the_database_too() {
    let home = tempfile::tempdir().expect("a folder");
    let library = open(home.path());
    let (one, two) = (GenerationId("one".into()), GenerationId("two".into()));
    let count = |id: &GenerationId| {
        library.sendings().expect("read").into_iter().filter(|sending| sending.generation == *id).count()
    };
    assert_eq!(count(&one), 0);
    library.note_sending(&one, 1).expect("noted");
    library.note_sending(&two, 2).expect("noted");
    library.note_sending(&one, 3).expect("noted");
    assert_eq!((count(&one), count(&two)), (2, 1));
    // A line that was cut off takes no other along.
    let file = home.path().join("sendings.log");
    change(&file, |bytes| bytes.truncate(bytes.len() - 3));
    library.note_sending(&two, 4).expect("noted");
    assert_eq!(count(&two), 2);
}

/// A clip that was taken over by hand keeps what it cost, whatever kinds of lines a ledger learns.
#[test]
fn a_repair_keeps_every_kind_of_line_of_the_ledger() {
    let home = tempfile::tempdir().expect("a folder");
    let library = open(home.path());
    let mut row = generation("found", 1, GenerationState::Running);
    row.price = MicroDollars::ZERO;
    let adopted = LedgerEntry { kind: LedgerKind::Adopted, amount: row.price, note: String::new() };
    let row = library.add_adopted(&row, &adopted).expect("added");
    let billed = LedgerEntry { kind: LedgerKind::Billed, amount: MicroDollars(420_000), note: String::new() };
    library.advance(&Advance { row: &row, at: NOW, what: None, ledger: Some(&billed), take: None }).expect("billed");
    assert_eq!(library.spent(0).expect("a sum"), MicroDollars(420_000));
    drop(library);
    // Without a copy, everything comes from what can still be read of the damaged one.
    drop(
        Library::open_or_repair(home.path(), Wish { repair: true, ..Wish::default() }, NOW, "other").expect("repaired"),
    );
    let library = open(home.path());
    let kinds: Vec<String> = library.ledger(0).expect("read").into_iter().map(|line| line.kind).collect();
    assert_eq!(kinds, ["adopted", "billed"]);
    assert_eq!(library.spent(0).expect("a sum"), MicroDollars(420_000));
}
