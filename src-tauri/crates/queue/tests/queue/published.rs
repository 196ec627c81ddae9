//! A clip that has its name in the library and is not written down: the program was killed, or the disk was full.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::Bench;
use sixshot_domain::GenerationState as State;
use sixshot_providers::Output;
use sixshot_queue::machine::{Happening, write_output};
use sixshot_sandbox::{FaultKind, Target};
use sixshot_store::{Advance, GenerationRow};
use std::fs;
use std::path::{Path, PathBuf};

/// A generation that was made, and its clip and description.
async fn made(home: &Path) -> (GenerationRow, String, PathBuf) {
    let bench = Bench::new(home, "wavespeed", 200).await;
    let runner = bench.run();
    let row = bench.generation(1);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
    runner.abort();
    let take = bench.library.take(&row.id.0).expect("read").expect("there");
    let clip = bench.library.folder().take(&take.file).expect("a name");
    (bench.library.generation(&row.id).expect("there"), take.file, clip)
}

/// Another library, which remembers that generation from the moment before its clip was written down; the storage does
/// not give the clip out any more.
async fn before_it_was_kept(home: &Path, made: &GenerationRow) -> Bench {
    let bench = Bench::new(home, "wavespeed", 200).await;
    bench.fault(Target::Download, FaultKind::Status { status: 404, body: String::new(), retry_after: None }, 10_000);
    let mut row = bench.generation(1);
    (row.created_at, row.board) = (made.created_at, made.board.clone());
    let mut row = bench.library.add_generations(&[row]).expect("added").remove(0);
    (row.state, row.remote_id, row.sent_at) = (State::Downloading, Some("purged".to_owned()), made.sent_at);
    let link = format!("{}/outputs/purged.mp4", bench.sandbox.base_url("wavespeed"));
    row.output = Some(write_output(&Output::Link(link)));
    bench.library.advance(&Advance { row: &row, at: 2, what: None, ledger: None, take: None }).expect("written");
    bench
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_that_has_its_name_is_written_down_and_not_fetched_again() {
    let first = tempfile::tempdir().expect("a folder");
    let (row, file, clip) = made(first.path()).await;
    let bytes = fs::read(&clip).expect("a clip");
    for described in [true, false] {
        let home = tempfile::tempdir().expect("a folder");
        let bench = before_it_was_kept(home.path(), &row).await;
        let there = bench.library.folder().take(&file).expect("a name");
        fs::create_dir_all(there.parent().expect("a month")).expect("made");
        fs::write(&there, &bytes).expect("written");
        if described {
            fs::copy(clip.with_extension("json"), there.with_extension("json")).expect("copied");
        }
        // The part still had its name when the program ended.
        let part = bench.library.folder().parts().join(format!("{}.mp4.part", row.id.0));
        fs::write(&part, &bytes).expect("written");
        let runner = bench.run();
        bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
        assert_eq!(bench.sandbox.requests("download"), 0, "nobody asks for what is here");
        let take = bench.library.take(&row.id.0).expect("read").expect("there");
        assert_eq!((take.file.as_str(), take.damaged), (file.as_str(), false));
        assert_eq!(fs::read(&there).expect("a clip"), bytes);
        assert!(there.with_extension("json").is_file(), "described");
        assert!(!part.exists());
        runner.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_has_the_name_is_not_taken_for_the_clip() {
    let first = tempfile::tempdir().expect("a folder");
    let (row, file, clip) = made(first.path()).await;
    let (bytes, facts) = (fs::read(&clip).expect("a clip"), fs::read(clip.with_extension("json")).expect("facts"));
    let anothers = String::from_utf8(facts.clone()).expect("text").replace("\"g01\"", "\"g02\"").into_bytes();
    let half = bytes[..bytes.len() / 2].to_vec();
    for (name, bytes, facts) in
        [("half", half.clone(), Some(facts)), ("half, bare", half, None), ("another's", bytes.clone(), Some(anothers))]
    {
        let home = tempfile::tempdir().expect("a folder");
        let bench = before_it_was_kept(home.path(), &row).await;
        let there = bench.library.folder().take(&file).expect("a name");
        fs::create_dir_all(there.parent().expect("a month")).expect("made");
        fs::write(&there, &bytes).expect("written");
        if let Some(facts) = facts {
            fs::write(there.with_extension("json"), facts).expect("written");
        }
        let runner = bench.run();
        bench.until("asked for", |bench| bench.sandbox.requests("download") > 0).await;
        assert!(bench.in_state(State::Done).is_empty(), "{name}");
        assert_eq!(fs::read(&there).expect("a file"), bytes, "{name}: it stays as it is");
        runner.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_that_came_whole_after_the_last_look_is_there_when_it_is_asked_for_again() {
    let first = tempfile::tempdir().expect("a folder");
    let (row, file, clip) = made(first.path()).await;
    let home = tempfile::tempdir().expect("a folder");
    let bench = before_it_was_kept(home.path(), &row).await;
    let there = bench.library.folder().take(&file).expect("a name");
    fs::create_dir_all(there.parent().expect("a month")).expect("made");
    fs::copy(&clip, &there).expect("copied");
    // The person stopped watching between its name and its row, and its provider no longer has it.
    bench.queue.happen(&row.id, Happening::Unwatched).expect("stopped");
    bench.fault(Target::Poll, FaultKind::Forget, 10_000);
    let runner = bench.run();
    bench.queue.happen(&row.id, Happening::FetchAgain).expect("asked for");
    bench.until("done", |bench| bench.in_state(State::Done).len() == 1).await;
    assert_eq!((bench.sandbox.requests("download"), bench.sandbox.requests("poll")), (0, 0));
    runner.abort();
}
