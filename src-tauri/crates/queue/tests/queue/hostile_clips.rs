//! What a provider's storage may send instead of a clip that is paid for: fetched once more, then kept as it came and
//! marked; never lost, never bought again.

#![expect(clippy::expect_used, reason = "a broken test says so by panicking")]

use crate::support::fast::Bench;
use sha2::{Digest, Sha256};
use sixshot_domain::GenerationState as State;
use sixshot_sandbox::{FaultKind, Target};
use sixshot_store::TakeFilter;

fn part(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).expect("small").to_be_bytes();
    [&size[..], kind, body].concat()
}

fn clips() -> Vec<(&'static str, Vec<u8>)> {
    let ftyp = part(b"ftyp", b"isom\0\0\0\0isom");
    vec![
        ("a playlist", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".to_vec()),
        ("a page that calls itself a video", b"<!doctype html><title>Sign in</title>".to_vec()),
        ("a box of 2^64-1 bytes", [&ftyp[..], b"\0\0\0\x01mdat", &[0xFF; 8]].concat()),
        ("a million boxes", [ftyp.clone(), part(b"free", b"").repeat(1_000_000)].concat()),
        ("no tables", [ftyp.clone(), part(b"mdat", &[7; 5_000])].concat()),
        ("fragments", [ftyp.clone(), part(b"moov", b""), part(b"moof", b"")].concat()),
        ("one byte", vec![0]),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_clip_is_fetched_once_more_and_then_kept_and_marked() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    for (number, (name, bytes)) in clips().into_iter().enumerate() {
        let before = bench.sandbox.requests("download");
        bench.fault(Target::Download, FaultKind::OtherClip { bytes: bytes.clone() }, 2);
        let row = bench.generation(number);
        bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
        bench.queue.wake();
        bench.until(name, |bench| bench.library.generation(&row.id).expect("there").state == State::Done).await;

        assert_eq!(bench.sandbox.requests("download") - before, 2, "{name}");
        let row = bench.library.generation(&row.id).expect("there");
        let take = bench.library.take(row.take_id.as_deref().expect("a take")).expect("read").expect("there");
        assert!(take.damaged, "{name}");
        assert_eq!((take.width, take.frames), (0, 0), "{name}");
        let file = bench.library.folder().take(&take.file).expect("a name");
        assert_eq!(std::fs::read(&file).expect("kept"), bytes, "{name}: as it came");
        assert_eq!(take.sha256, hex::encode(Sha256::digest(&bytes)), "{name}");
        assert!(file.with_extension("json").is_file(), "{name}: what it is stands beside it");
    }
    let count = clips().len();
    assert_eq!((bench.sandbox.ledger().len(), bench.sandbox.requests("submit") as usize), (count, count));
    let page = bench.library.takes(&TakeFilter::default(), None, 50).expect("the gallery opens");
    assert_eq!((page.len(), page.iter().filter(|take| take.damaged).count()), (count, count));
    assert_eq!(std::fs::read_dir(bench.library.folder().parts()).expect("a folder").count(), 0);
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_that_is_wrong_in_another_way_each_time_is_not_asked_for_ever() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    // No tables, then a playlist, then fragments: cut off, no MP4, unreadable.
    for index in [4, 0, 5] {
        bench.fault(Target::Download, FaultKind::OtherClip { bytes: clips()[index].1.clone() }, 1);
    }
    let row = bench.generation(0);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    bench.until("kept", |bench| bench.library.generation(&row.id).expect("there").state == State::Done).await;
    assert_eq!((bench.sandbox.requests("download"), bench.sandbox.ledger().len()), (2, 1));
    runner.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_answer_is_forgotten_when_the_next_is_good() {
    let home = tempfile::tempdir().expect("a folder");
    let bench = Bench::new(home.path(), "wavespeed", 100).await;
    let runner = bench.run();
    bench.fault(Target::Download, FaultKind::OtherClip { bytes: clips()[4].1.clone() }, 1);
    let row = bench.generation(0);
    bench.library.add_generations(std::slice::from_ref(&row)).expect("added");
    bench.queue.wake();
    bench.until("kept", |bench| bench.library.generation(&row.id).expect("there").state == State::Done).await;
    let take = bench.library.takes(&TakeFilter::default(), None, 5).expect("read").remove(0);
    assert_eq!((take.damaged, take.frames), (false, 120));
    assert_eq!((bench.sandbox.requests("download"), bench.sandbox.ledger().len()), (2, 1));
    runner.abort();
}
