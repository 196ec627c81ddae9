//! How long judging takes: a full board of six shots with every field in use, thirty thousand times.

#![expect(clippy::expect_used, reason = "a measurement that cannot begin says so")]

#[path = "../tests/support/mod.rs"]
#[expect(dead_code, reason = "made for the tests; only its boards are used here")]
mod support;

use sixshot_domain::{Board, Element, assess};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 30_000;

fn full_board() -> Board {
    let mut board = support::single();
    let words = "Close on @mara's hands untying the rope, push in slowly, salt on her knuckles, breath in the cold. ";
    board.prompt = words.repeat(25);
    board.negative_prompt = "blur, watermark, text ".repeat(100);
    board.shots = (0..6)
        .map(|index| {
            let mut shot = support::shot(index, 2);
            shot.prompt = words.repeat(5);
            shot.panel = Some(support::frame(1920, 1080));
            shot
        })
        .collect();
    board.first_frame = Some(support::frame(1920, 1080));
    board.last_frame = Some(support::frame(1920, 1080));
    board.elements = ["mara", "boat", "rope"]
        .map(|name| Element {
            name: name.to_owned(),
            element_id: "1234567890123456789".to_owned(),
            description: String::new(),
            pictures: vec![],
        })
        .to_vec();
    board
}

fn main() {
    let (board, profile, prices) = (full_board(), support::profile(), support::prices());
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(assess(black_box(&board), &profile, Some(&prices)));
            begun.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    let at = |hundredths: usize| times.get(times.len() * hundredths / 100).copied().expect("a time");
    println!("assess of a full board: p50 {} us, p99 {} us (goal 200 us)", at(50) / 1_000, at(99) / 1_000);
}
