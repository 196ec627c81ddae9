//! How long the gallery's questions take with many takes: the first page, a deep page, searches. Also fills a library
//! for other measurements: `cargo bench -p sixshot-store -- --fill FOLDER [TAKES]`.

#![expect(clippy::expect_used, reason = "a measurement that cannot begin says so")]

use sixshot_domain::price::Quote;
use sixshot_domain::sample::sample_board;
use sixshot_domain::*;
use sixshot_store::*;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const ROUNDS: usize = 200;

fn fill(folder: &Path, takes: u32) -> Library {
    let library = Library::open(folder, 1, "measured").expect("opens");
    let board = sample_board(BoardId("board".into()), "wavespeed", "kling-3.0-pro");
    let quote = Quote {
        total: MicroDollars(1_344_000),
        per_take: MicroDollars(1_344_000),
        per_second: MicroDollars(112_000),
        seconds: 12,
        takes: 1,
        credits: None,
        reasons: vec![],
        source: String::new(),
        date: "2026-09-20".into(),
        edited: false,
    };
    let words = ["harbour", "lighthouse", "ferry", "rope", "gulls", "red door", "ice", "engine room", "dawn", "pier"];
    for number in 0..takes {
        let row = GenerationRow::queued(NewGeneration {
            id: GenerationId(format!("g{number:07}")),
            confirmation: format!("p{number}"),
            take_index: 0,
            board: board.clone(),
            provider: "wavespeed".into(),
            model: "kling-3.0-pro".into(),
            rehearsal: false,
            quote: quote.clone(),
            now: i64::from(number) * 60_000,
        });
        let row = library.add_generations(&[row]).expect("added").remove(0);
        let pick = |step: usize| words[(number as usize * step + step) % words.len()];
        let mut done = row.clone();
        done.take_id = Some(done.id.0.clone());
        (done.state, done.due_at) = (GenerationState::Done, None);
        done.dismissed = true;
        let take = TakeRow {
            number: 0,
            id: done.id.0.clone(),
            generation: done.id.clone(),
            board: board.id.clone(),
            board_name: format!("{} {number}", pick(1)),
            provider: "wavespeed".into(),
            provider_name: "WaveSpeed".into(),
            model_name: "Kling 3.0 Pro".into(),
            rehearsal: number % 10 == 0,
            prompt: format!("Wide shot of the {} with {} and {}, slow push in", pick(3), pick(7), pick(9)),
            shots: 1 + number % 6,
            ratio: ["16:9", "9:16", "1:1"][number as usize % 3].into(),
            width: 1920,
            height: 1080,
            frames: 288,
            frame_rate_millis: 24_000,
            audio: false,
            bytes: 3_000_000,
            price: quote.per_take,
            created_at: i64::from(number) * 60_000,
            file: format!("2026-11/{number}.mp4"),
            sha256: String::new(),
            damaged: false,
            rating: number % 6,
            verdict: ["none", "pick", "reject"][number as usize % 3].into(),
            trashed_at: None,
        };
        let advance = Advance { row: &done, at: 2, what: None, ledger: None, take: Some(&take) };
        library.advance(&advance).expect("written");
    }
    library.keep_board(&board, 3).expect("kept");
    library
}

fn p95(what: &str, body: &dyn Fn() -> usize) {
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(body());
            begun.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!("{what}: p50 {} us, p95 {} us", times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
}

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|argument| argument != "--bench").skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(10_000);
    if arguments.first().is_some_and(|word| word == "--fill") {
        let folder = arguments.get(1).expect("a folder");
        fill(Path::new(folder), number(2));
        return;
    }
    let takes = number(0);
    let home = tempfile::tempdir().expect("a folder");
    let library = fill(home.path(), takes);
    let page = |search: &str, after: Option<i64>| {
        let filter = TakeFilter { search: search.to_owned(), ..TakeFilter::default() };
        library.takes(&filter, after, 100).expect("a page").len()
    };
    println!("{takes} takes");
    p95("first page of 100", &|| page("", None));
    p95("page at nine tenths", &|| page("", Some(i64::from(takes / 10))));
    p95("a common word", &|| page("harbour", None));
    p95("two words", &|| page("harbour rope", None));
    p95("a rare word", &|| page("harbour 9999", None));
    p95("two letters", &|| page("ic", None));
    p95("count of all", &|| library.count_takes(&TakeFilter::default()).expect("a count") as usize);
}
