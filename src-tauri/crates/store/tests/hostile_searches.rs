//! The search boxes are no query language: whatever is typed is words to look for, quickly, and never an error.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use rusqlite::{Connection, params};
use sixshot_domain::sample::sample_board;
use sixshot_domain::{BoardId, GenerationId};
use sixshot_store::{Library, TakeFilter};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TAKES: usize = 2_000;
/// The bound is 50 ms in a release build; debug builds on a busy machine get more.
const LONGEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });

/// A library of two thousand takes. They are written past the program in one go; each by itself would be flushed.
fn library() -> (TempDir, Library) {
    let home = tempfile::tempdir().expect("a folder");
    let library = Library::open(home.path(), 1_000, "library-id").expect("opens");
    for number in 0..40 {
        let mut board = sample_board(BoardId(format!("b{number}")), "wavespeed", "kling-3.0-pro");
        board.name = format!("Board {number}: 100% of it_all \"quoted\" 'single'");
        library.keep_board(&board, number).expect("kept");
    }
    let mut beside = Connection::open(home.path().join("library.db")).expect("opens");
    beside.pragma_update(None, "foreign_keys", "OFF").expect("set");
    let transaction = beside.transaction().expect("begun");
    for number in 0..TAKES {
        let prompt = match number {
            7 => "a door that is 100% red, under_scored".to_owned(),
            8 => "a door that says \"NEAR\" AND: (no) {way} -out ^up * 'quoted'; DROP TABLE takes; --".to_owned(),
            9 => "e\u{301}clair, éclair, \u{202E}right to left\u{202C}, 港口的黎明, 👩‍👩‍👧 a family".to_owned(),
            _ => format!("take {number}: a red door opens slowly onto the harbour at dawn, fog over the water"),
        };
        transaction
            .execute(
                "INSERT INTO takes (id, generation_id, board_id, board_name, provider, provider_name, model_name,
                     rehearsal, prompt, shots, ratio, width, height, frames, frame_rate_millis, audio, bytes, price,
                     created_at, file, sha256, damaged, rating, verdict)
                 VALUES (?1, ?2, 'b', 'Harbour', 'wavespeed', 'WaveSpeed', 'Kling', 0, ?3, 1, '16:9', 1920, 1080, 120,
                     24000, 0, 1, 1, ?4, ?5, '', 0, 0, 'none')",
                params![
                    format!("take-{number}"),
                    GenerationId(format!("generation-{number}")).0,
                    prompt,
                    i64::try_from(number).expect("small"),
                    format!("2026-11/{number}.mp4")
                ],
            )
            .expect("inserted");
        let rowid = transaction.last_insert_rowid();
        let words = format!("Harbour\n{prompt}\nKling");
        transaction
            .execute("INSERT INTO takes_words (rowid, words) VALUES (?1, ?2)", params![rowid, words])
            .expect("inserted");
    }
    transaction.commit().expect("written");
    (home, library)
}

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "\"",
        "\"\"",
        "\"\"\"",
        "\"red",
        "red\"",
        "\"red\" \"door",
        "*",
        "**",
        "red*",
        "*red",
        "re*d",
        "^",
        "^red",
        "-",
        "-red",
        "--",
        "+red",
        "(",
        ")",
        "()",
        "(red",
        "red)",
        "((((",
        "{",
        "}",
        "{words}: red",
        "{words} : red",
        "words:red",
        "words : red",
        "takes_words:red",
        ":",
        "::",
        "NEAR",
        "NEAR(",
        "NEAR(red door)",
        "NEAR(red door, 5)",
        "NEAR/3",
        "red NEAR door",
        "AND",
        "OR",
        "NOT",
        "AND AND",
        "red AND",
        "OR red",
        "red AND door",
        "red OR door",
        "NOT red",
        "red NOT door",
        "AND OR NOT NEAR",
        "and",
        "or",
        "not",
        ",",
        ";",
        "\\",
        "/",
        "|",
        "&",
        "!",
        "@",
        "#",
        "$",
        "~",
        "`",
        "?",
        "?1",
        ":1",
        "@p",
        "$p",
        "%",
        "_",
        "%%",
        "__",
        "%red%",
        "r_d",
        "re%",
        "[a-z]",
        "red\0door",
        "\0",
        "\0\0\0\0",
        "abc\0",
        "\0abc",
        "'",
        "''",
        "'red'",
        "' OR 1=1 --",
        "'; DROP TABLE takes; --",
        "1; DELETE FROM takes",
        "\" OR 1=1 --",
        "x' UNION SELECT sql FROM sqlite_master --",
        "1 OR 1=1",
        "') OR ('1'='1",
        "/**/",
        "--",
        "/* red */",
        "; PRAGMA user_version = 99",
        "takes_words MATCH 'a'",
        "rank",
        "bm25(takes_words)",
        "\u{202E}red\u{202C}",
        "\u{200B}\u{200B}\u{200B}",
        "\u{FEFF}red",
        "e\u{301}",
        "\u{301}\u{301}\u{301}",
        "é",
        "ÉCLAIR",
        "港口",
        "港口的",
        "👩‍👩‍👧",
        "👍🏽",
        "ﷺ",
        "\u{FFFD}",
        "\u{10FFFF}",
        "a\u{300}\u{301}\u{302}\u{303}",
        " ",
        "\t\n\r",
        "\u{3000}",
        "\u{A0}\u{A0}\u{A0}",
        "a",
        "ab",
        "abc",
        "\u{7F}\u{1}\u{1B}[31m",
        "<script>",
        "${red}",
        "{{red}}",
        "%00",
        "\\0",
        "\\u0000",
        "NULL",
        "null",
        "true",
        "0x41",
        "1e400",
        "-1",
        "9999999999999999999999",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    all.extend([
        "a".repeat(100_000),
        "\"".repeat(100_000),
        "*".repeat(100_000),
        "(".repeat(100_000),
        "\0".repeat(100_000),
        "%".repeat(100_000),
        "👍".repeat(25_000),
        "e\u{301}".repeat(50_000),
        "red ".repeat(10_000),
        "re ".repeat(10_000),
        (0..10_000).map(|number| format!("word{number} ")).collect(),
        "\" OR ".repeat(10_000),
        "harbour at dawn, fog over the water ".repeat(3_000),
    ]);
    all
}

fn filter(search: &str) -> TakeFilter {
    TakeFilter { search: search.to_owned(), ..TakeFilter::default() }
}

#[test]
fn nothing_that_is_typed_is_an_error_or_slow() {
    let (_home, library) = library();
    let mut slowest = (Duration::ZERO, String::new());
    for typed in hostile() {
        let shown: String = typed.chars().take(30).collect();
        let begun = Instant::now();
        let page = library.takes(&filter(&typed), None, 200).unwrap_or_else(|error| panic!("{shown:?}: {error}"));
        let took = begun.elapsed();
        let count = library.count_takes(&filter(&typed)).unwrap_or_else(|error| panic!("{shown:?}: {error}"));
        assert_eq!(page.len(), usize::try_from(count).expect("small").min(200), "{shown:?}");
        let begun = Instant::now();
        library.boards(&typed, false).unwrap_or_else(|error| panic!("boards, {shown:?}: {error}"));
        let took = took.max(begun.elapsed());
        assert!(took < LONGEST, "{shown:?} took {took:?}");
        slowest = slowest.max((took, shown));
    }
    println!("{} searches, the slowest in {:?}: {:?}", hostile().len(), slowest.0, slowest.1);
    assert_eq!(library.count_takes(&TakeFilter::default()).expect("counted") as usize, TAKES, "nothing was dropped");
    library.check().expect("whole");
}

#[test]
fn signs_are_words_to_look_for() {
    let (_home, library) = library();
    let found = |typed: &str| {
        let page = library.takes(&filter(typed), None, 200).expect("read");
        page.into_iter().map(|take| take.id).collect::<Vec<_>>()
    };
    // Wildcards and operators stand for themselves.
    assert_eq!(found("100%"), ["take-7"]);
    assert_eq!(found("under_scored"), ["take-7"]);
    assert_eq!(found("underXscored"), [] as [&str; 0]);
    assert_eq!(found("%"), ["take-7"]);
    assert_eq!(found("_"), ["take-7"]);
    assert_eq!(found("\"NEAR\""), ["take-8"]);
    assert_eq!(found("AND:"), ["take-8"]);
    assert_eq!(found("-out"), ["take-8"]);
    assert_eq!(found("{way}"), ["take-8"]);
    assert_eq!(found("*"), ["take-8"]);
    assert_eq!(found("'quoted';"), ["take-8"]);
    assert_eq!(found("re*d"), [] as [&str; 0]);
    assert_eq!(found("words:red"), [] as [&str; 0]);
    assert_eq!(found("red NEAR"), [] as [&str; 0], "all words must be there, also this one");
    assert_eq!(found("NOT red"), [] as [&str; 0]);
    assert_eq!(found("港口的黎明"), ["take-9"]);
    assert_eq!(found("港口"), ["take-9"]);
    // What is behind a zero byte is one more word.
    assert_eq!(found("harbour\0nothing"), [] as [&str; 0]);
    assert_eq!(found("dawn").len(), 200);

    let boards = |typed: &str| library.boards(typed, false).expect("read").len();
    assert_eq!((boards("100%"), boards("it_all"), boards("itXall"), boards("\"quoted\" '")), (40, 40, 0, 40));
    assert_eq!(boards("' OR 1=1 --"), 0);
    assert_eq!(found("nowhere to be found"), [] as [&str; 0]);
}
