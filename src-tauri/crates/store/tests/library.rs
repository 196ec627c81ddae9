//! The library's promises, on a real database in a folder of its own.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use sixshot_domain::price::Quote;
use sixshot_domain::sample::sample_board;
use sixshot_domain::*;
use sixshot_store::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tempfile::TempDir;

fn library() -> (TempDir, Library) {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open(home.path(), 1_000, "library-id").expect("opens");
    (home, library)
}

fn board(id: &str) -> Board {
    sample_board(BoardId(id.to_owned()), "wavespeed", "kling-3.0-pro")
}

fn generation(id: &str, confirmation: &str, take_index: u32) -> GenerationRow {
    GenerationRow::queued(NewGeneration {
        id: GenerationId(id.to_owned()),
        confirmation: confirmation.to_owned(),
        take_index,
        board: board("b"),
        provider: "wavespeed".into(),
        model: "kling-3.0-pro".into(),
        rehearsal: false,
        quote: Quote {
            total: MicroDollars(1_344_000),
            per_take: MicroDollars(1_344_000),
            per_second: MicroDollars(112_000),
            seconds: 12,
            takes: 1,
            credits: None,
            reasons: vec![],
            source: "a page".to_owned(),
            date: "2026-09-20".to_owned(),
            edited: false,
        },
        now: 5,
    })
}

fn take(number: u32, prompt: &str) -> TakeRow {
    TakeRow {
        number: 0,
        id: format!("take-{number}"),
        generation: GenerationId(format!("generation-{number}")),
        board: BoardId("b".to_owned()),
        board_name: "Harbour at dawn".to_owned(),
        provider: "wavespeed".into(),
        provider_name: "WaveSpeed".to_owned(),
        model_name: "Kling 3.0 Pro".to_owned(),
        rehearsal: false,
        prompt: prompt.to_owned(),
        shots: 1,
        ratio: "16:9".to_owned(),
        width: 1920,
        height: 1080,
        frames: 120,
        frame_rate_millis: 24_000,
        audio: false,
        bytes: 1,
        price: MicroDollars(1),
        created_at: i64::from(number),
        file: format!("2026-11/{number}.mp4"),
        sha256: String::new(),
        damaged: false,
        rating: 0,
        verdict: "none".to_owned(),
        trashed_at: None,
    }
}

fn add_take(library: &Library, number: u32, prompt: &str) {
    let row = generation(&format!("generation-{number}"), &format!("press-{number}"), 0);
    let rows = library.add_generations(&[row]).expect("added");
    let take = take(number, prompt);
    let advance = Advance { row: &rows[0], at: 9, what: Some("done"), ledger: None, take: Some(&take) };
    library.advance(&advance).expect("advanced");
}

#[test]
fn a_board_survives_the_program() {
    let (home, library) = library();
    let mut board = board("one");
    board.name = "Ünïcödé 港 العربية 🎬\u{0}".to_owned();
    library.keep_board(&board, 7).expect("kept");
    drop(library);
    let library = Library::open(home.path(), 8, "other").expect("opens again");
    assert_eq!(library.board(&board.id).expect("read"), Some(board.clone()));
    assert_eq!(library.boards("港", false).expect("found").len(), 1);
    library.trash_board(&board.id, Some(9)).expect("trashed");
    assert!(library.boards("", false).expect("listed").is_empty());
    assert_eq!(library.boards("", true).expect("listed").len(), 1);
}

#[test]
fn a_board_that_is_renamed_while_it_is_saved_keeps_both() {
    let (_home, library) = library();
    let mut board = board("one");
    library.keep_board(&board, 1).expect("kept");
    let saving = AtomicBool::new(true);
    let renames = thread::scope(|scope| {
        let renaming = scope.spawn(|| {
            let mut renames = 0;
            while saving.load(Ordering::Relaxed) || renames == 0 {
                let row = library.rename_board(&board.id, "Night ferry", 2).expect("renamed");
                assert_eq!(row.name, "Night ferry");
                renames += 1;
            }
            renames
        });
        let mut saved = board.clone();
        for number in 0..60 {
            saved.prompt = format!("The {number}th thought");
            library.keep_board(&saved, 3).expect("kept");
            let kept = library.board(&saved.id).expect("read").expect("a board");
            assert_eq!(kept.prompt, saved.prompt, "a rename brought back what was there before");
        }
        saving.store(false, Ordering::Relaxed);
        renaming.join().expect("no panic")
    });
    assert!(renames > 0);
    board.name = "Night ferry".to_owned();
    board.prompt = "The 59th thought".to_owned();
    library.rename_board(&board.id, "Night ferry", 4).expect("renamed");
    assert_eq!(library.board(&board.id).expect("read"), Some(board.clone()));
    assert_eq!(library.boards("night", false).expect("found").len(), 1);
    let nobody = library.rename_board(&BoardId("two".to_owned()), "Nobody", 5).expect_err("refused");
    assert_eq!(nobody.code(), "library-missing");
}

#[test]
fn the_same_press_of_the_button_is_one_purchase() {
    let (_home, library) = library();
    let first = library.add_generations(&[generation("a", "press", 0), generation("b", "press", 1)]).expect("added");
    let again = library.add_generations(&[generation("c", "press", 0), generation("d", "press", 1)]).expect("known");
    assert_eq!(first, again);
    assert_eq!(library.shown_generations(10).expect("listed").len(), 2);
}

#[test]
fn an_older_reading_cannot_undo_a_newer_write() {
    let (_home, library) = library();
    let row = library.add_generations(&[generation("a", "press", 0)]).expect("added").remove(0);
    let mut moved = row.clone();
    moved.state = GenerationState::Submitting;
    let intent = LedgerEntry { kind: LedgerKind::Intended, amount: row.price, note: String::new() };
    let advance = Advance { row: &moved, at: 6, what: Some("sending"), ledger: Some(&intent), take: None };
    let moved = library.advance(&advance).expect("moved");
    assert_eq!(moved.revision, 1);

    let mut stale = row;
    stale.state = GenerationState::Cancelled;
    let refused = library.advance(&Advance { row: &stale, at: 7, what: Some("cancel"), ledger: None, take: None });
    assert_eq!(refused.expect_err("refused").code(), "library-conflict");
    assert_eq!(library.generation(&moved.id).expect("read").state, GenerationState::Submitting);
    let words: Vec<_> = library.history(&moved.id).expect("read").into_iter().map(|row| row.what).collect();
    assert_eq!(words, ["confirmed", "sending"]);
    assert_eq!(library.spent(0).expect("read"), MicroDollars(1_344_000));
}

#[test]
fn the_ledger_cannot_be_rewritten() {
    let (home, library) = library();
    let row = library.add_generations(&[generation("a", "press", 0)]).expect("added").remove(0);
    let entry = LedgerEntry { kind: LedgerKind::Intended, amount: row.price, note: String::new() };
    library.advance(&Advance { row: &row, at: 6, what: None, ledger: Some(&entry), take: None }).expect("moved");
    let other = rusqlite::Connection::open(home.path().join("library.db")).expect("opens");
    for sql in ["UPDATE ledger SET amount = 0", "DELETE FROM ledger"] {
        let error = other.execute(sql, []).expect_err("refused");
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(library.ledger(0).expect("read").len(), 1);
}

#[test]
fn takes_are_found_by_words_in_any_script() {
    let (_home, library) = library();
    add_take(&library, 1, "A harbour at dawn, gulls");
    add_take(&library, 2, "港の夜明け、カモメ");
    add_take(&library, 3, "فجر الميناء");
    add_take(&library, 4, "100% \"quoted\" OR NOT - * ( )");
    for (search, found) in [
        ("harbour gulls", vec!["take-1"]),
        ("arbo", vec!["take-4", "take-3", "take-2", "take-1"]),
        ("夜明け", vec!["take-2"]),
        ("夜", vec!["take-2"]),
        ("الميناء", vec!["take-3"]),
        ("\"quoted\"", vec!["take-4"]),
        ("NOT", vec!["take-4"]),
        ("(", vec!["take-4"]),
        ("nothing like it", vec![]),
    ] {
        let filter = TakeFilter { search: search.to_owned(), ..TakeFilter::default() };
        let ids: Vec<_> = library.takes(&filter, None, 50).expect(search).into_iter().map(|take| take.id).collect();
        assert_eq!(ids, found, "{search}");
        assert_eq!(library.count_takes(&filter).expect(search) as usize, found.len(), "{search}");
    }
}

#[test]
fn pages_follow_one_another_without_a_gap() {
    let (_home, library) = library();
    for number in 0..25 {
        add_take(&library, number, "a prompt");
    }
    library.trash_take("take-7", Some(1)).expect("trashed");
    library.review_take("take-8", 4, "pick").expect("reviewed");
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = library.takes(&TakeFilter::default(), after, 10).expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.number);
        seen.extend(page.into_iter().map(|take| take.created_at));
    }
    let expected: Vec<i64> = (0..25).rev().filter(|number| *number != 7).collect();
    assert_eq!(seen, expected);
    let picks = TakeFilter { verdict: Some("pick".to_owned()), rating_at_least: 4, ..TakeFilter::default() };
    assert_eq!(library.count_takes(&picks).expect("counted"), 1);
}

#[test]
fn a_library_that_cannot_be_used_says_why() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("a-file");
    std::fs::write(&file, b"x").expect("written");
    assert_eq!(Library::open(&file, 0, "x").err().expect("refused").code(), "library-file");

    let newer = home.path().join("newer");
    drop(Library::open(&newer, 0, "x").expect("opens"));
    rusqlite::Connection::open(newer.join("library.db"))
        .and_then(|connection| connection.pragma_update(None, "user_version", 999))
        .expect("changed");
    assert_eq!(Library::open(&newer, 0, "x").err().expect("refused").code(), "library-newer");

    let damaged = home.path().join("damaged");
    std::fs::create_dir_all(&damaged).expect("made");
    std::fs::write(damaged.join("library.db"), vec![0x5a; 8192]).expect("written");
    assert_eq!(Library::open(&damaged, 0, "x").err().expect("refused").code(), "library-damaged");
}

#[test]
fn a_copy_a_day_is_whole_and_the_newest_seven_stay() {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open(home.path(), 1, "library").expect("opens");
    library.add_generations(&[generation("one", "press", 0)]).expect("added");
    for day in 1..=9 {
        assert!(library.back_up(&format!("2026-11-{day:02}")).expect("copied"));
    }
    assert!(!library.back_up("2026-11-09").expect("there"), "once a day");
    let copies = sixshot_store::backup::backups(&library.folder().backups()).expect("read");
    assert_eq!(copies.len(), 7);
    assert!(copies[0].ends_with("library-2026-11-03.db"));
    drop(library);
    // A copy is a library like any other.
    let other = tempfile::tempdir().expect("a folder");
    std::fs::copy(&copies[6], other.path().join("library.db")).expect("copied");
    let restored = Library::open(other.path(), 2, "unused").expect("opens");
    restored.check().expect("whole");
    assert_eq!(restored.generation(&GenerationId("one".into())).expect("there").confirmation, "press");
}

/// A clock that was wrong for a while names copies of days to come: they are neither the newest nor worth more.
#[test]
fn copies_go_by_what_is_inside_and_not_by_their_names() {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open_or_repair(home.path(), open::Wish::default(), 1, "library").expect("opens");
    for day in 1..=7 {
        assert!(library.back_up(&format!("2036-01-{day:02}")).expect("copied"));
    }
    library.add_generations(&[generation("one", "press", 0)]).expect("added");
    assert!(library.back_up("2026-11-21").expect("copied"));
    let backups = library.folder().backups();
    let copies = sixshot_store::backup::backups(&backups).expect("read");
    assert_eq!((copies.len(), copies[0].ends_with("library-2026-11-21.db")), (7, true), "{copies:?}");
    assert!(std::fs::read_dir(&backups).expect("read").count() == 7, "nothing is left beside them");
    drop(library);

    std::fs::write(home.path().join("library.db"), b"nothing that can be read").expect("written");
    let library = Library::open_or_repair(home.path(), open::Wish::default(), 2, "other").expect("repaired");
    assert_eq!(library.generation(&GenerationId("one".into())).expect("kept").confirmation, "press");
    let repair = library.repaired().expect("read").expect("a report");
    assert_eq!(repair.copy_day.as_deref(), Some("2026-11-21"));
}

#[test]
fn a_whole_library_is_never_called_damaged() {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open_or_repair(home.path(), open::Wish::default(), 1, "library").expect("opens");
    for number in 0..60 {
        add_take(&library, number, "words that are found again");
        let filter = TakeFilter { search: "found again".to_owned(), ..TakeFilter::default() };
        assert_eq!(library.count_takes(&filter).expect("counted"), number + 1);
        library.check().unwrap_or_else(|error| panic!("after {number}: {error}"));
    }
    library.back_up("2026-11-20").expect("copied");
    drop(library);
    let again = Library::open_or_repair(home.path(), open::Wish::default(), 2, "library").expect("opens");
    assert_eq!(again.repaired().expect("read"), None);
}

#[test]
fn adding_a_picture_again_heals_what_is_stored_of_it() {
    let (_home, library) = library();
    let frame = Frame {
        id: FrameId("c".repeat(64)),
        format: ImageFormat::Png,
        width: 1280,
        height: 720,
        bytes: 7,
        traits: vec![],
    };
    library.keep_frame(&frame, b"picture", 1).expect("kept");
    let file = library.frame_file(&frame.id).expect("read").expect("known");
    for damage in [&b""[..], b"PICTURE"] {
        std::fs::write(&file, damage).expect("damaged");
        library.keep_frame(&frame, b"picture", 2).expect("kept again");
        assert_eq!(std::fs::read(&file).expect("there"), b"picture");
    }
}
