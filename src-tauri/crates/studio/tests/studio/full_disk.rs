//! A library whose disk is full or cannot be written. Needs a disk of its own, so it mounts one in memory; where that
//! is not allowed the test says so and counts as skipped.

use crate::support::Bench;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let gone = Command::new("umount").args(["-l"]).arg(self.0).status().is_ok_and(|status| status.success());
        if !gone {
            eprintln!("{} stays mounted", self.0.display());
        }
    }
}

fn mount<'a>(at: &'a Path, size: &str) -> Option<Mounted<'a>> {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(at).output();
    mounted.is_ok_and(|output| output.status.success()).then_some(Mounted(at))
}

fn read_only(at: &Path, on: bool) -> bool {
    let option = if on { "remount,ro" } else { "remount,rw" };
    // A studio that was just dropped closes its files a moment later, and until then the disk is busy.
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        if Command::new("mount").args(["-o", option]).arg(at).output().is_ok_and(|output| output.status.success()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(_mounted) = mount(home.path(), "size=3m") else {
        eprintln!("SKIPPED: a_full_disk_refuses_and_loses_nothing: this machine does not let a test mount a disk");
        return;
    };
    let (bench, sandbox) = Bench::with_sandbox(home.path()).await;
    let start = bench.call("start", json!({})).await;
    let mut board = start["board"].clone();
    board["shots"] = json!([{ "id": "s1", "prompt": "", "seconds": 3, "panel": null }]);
    board["prompt"] = json!("Kept before the disk was full");
    bench.call("save_board", json!({ "board": board })).await;
    // Whatever is left is taken away.
    let filler = std::fs::File::create(home.path().join("filler")).expect("a file");
    let mut size = 4_096_u64 * 1_024;
    while size > 0 {
        let end = filler.metadata().expect("a size").len();
        if std::os::unix::fs::FileExt::write_all_at(&filler, &vec![1; usize::try_from(size).expect("fits")], end)
            .is_err()
        {
            size /= 2;
        }
    }
    let mut more = board.clone();
    more["prompt"] = json!("x".repeat(400_000));
    assert_eq!(bench.refused("save_board", json!({ "board": more })).await, "library-full");
    let total = bench.call("assess", json!({ "board": board })).await["quote"]["total"].clone();
    let press = json!({ "board": board, "confirmation": "p", "shown": total });
    assert_eq!(bench.refused("generate", press.clone()).await, "library-full");
    assert_eq!(sandbox.requests("submit"), 0, "nothing is sent from a full disk");
    drop(filler);
    std::fs::remove_file(home.path().join("filler")).expect("removed");
    let kept = bench.call("open_board", json!({ "id": board["id"] })).await;
    assert_eq!(kept["prompt"], "Kept before the disk was full");
    let rows = bench.call("start", json!({})).await["generations"].clone();
    assert_eq!(rows, json!([]), "and nothing waits to be sent");
    bench.call("save_board", json!({ "board": more })).await;
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_is_looked_at() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(mounted) = mount(home.path(), "size=8m") else {
        eprintln!("SKIPPED: a_disk_that_cannot_be_written_is_looked_at: mounting is not allowed here");
        return;
    };
    let bench = Bench::new(home.path());
    bench.call("start", json!({})).await;
    bench.close().await;
    if !read_only(mounted.0, true) {
        eprintln!("SKIPPED: a_disk_that_cannot_be_written_is_looked_at: remounting is not allowed here");
        return;
    }
    let bench = Bench::new(home.path());
    let start = bench.call("start", json!({})).await;
    assert_eq!(start["library"]["read_only"]["code"], "library-read-only", "{}", start["library"]);
    assert_eq!(start["boards"].as_array().expect("boards").len(), 1, "what is there is shown");
    assert_eq!(bench.refused("create_board", json!({})).await, "library-read-only");
    bench.close().await;
    assert!(read_only(mounted.0, false));
    Bench::new(home.path());
}
