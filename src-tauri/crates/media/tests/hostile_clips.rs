//! Clips that mean harm: each is refused by its code, at once, in little memory, and nothing else is opened for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sixshot_media::clip::{ClipError, poster, probe, still, verify};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use support::memory::{growth, in_a_child, is_child};
use support::movies::{Movie, ftyp, numbers, part, part_that_claims};

/// Debug builds on a busy machine; a release build takes a hundredth.
const LONGEST: Duration = Duration::from_secs(5);
/// MiB that looking at any of them may take.
const MOST_MEMORY: u64 = 128;

fn code<T>(result: Result<T, ClipError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

fn in_file<T>(bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    read(file.path())
}

/// A data reference to another place: flag 1, "in this file", is not set.
fn elsewhere(address: &str) -> Movie {
    let entry = part(b"url ", &[&numbers(&[0])[..], address.as_bytes(), b"\0"].concat());
    Movie::default().with(b"dref", [&numbers(&[0, 1])[..], &entry].concat())
}

fn nested(depth: usize, kind: &[u8; 4]) -> Vec<u8> {
    // From the outside in: each level is a head of eight bytes.
    (0..depth).flat_map(|level| part_that_claims(8 * (depth - level) as u32, kind, b"")).collect()
}

fn cases() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let movie = Movie::default;
    let file = |parts: &[&[u8]]| [&ftyp()[..], &parts.concat()].concat();
    vec![
        ("an honest one", movie().file(), "ok"),
        ("nothing", vec![], "clip-truncated"),
        ("a playlist", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".to_vec(), "clip-not-mp4"),
        ("a playlist inside", file(&[b"#EXTM3U\nhttp://127.0.0.1/\n"]), "clip-truncated"),
        ("a page", b"<!doctype html><title>Sign in</title>".to_vec(), "clip-not-mp4"),
        ("a picture", support::pictures::png(4, 4), "clip-not-mp4"),
        ("a concatenation list", b"ffconcat version 1.0\nfile /etc/passwd\n".to_vec(), "clip-not-mp4"),
        ("a file reference", elsewhere("file:///etc/passwd").file(), "clip-unreadable"),
        ("a web reference", elsewhere("http://127.0.0.1:1/a").file(), "clip-unreadable"),
        ("a UNC reference", elsewhere("\\\\host\\share\\a").file(), "clip-unreadable"),
        (
            "a reference without flags",
            movie().with(b"dref", [&numbers(&[0, 1])[..], &part(b"url ", b"")].concat()).file(),
            "clip-truncated",
        ),
        (
            "references by the million",
            movie()
                .with(b"dref", [&numbers(&[0, 9])[..], &part(b"url ", &numbers(&[1])).repeat(1_000_000)].concat())
                .file(),
            "clip-unreadable",
        ),
        (
            "a box of size 0 in the middle",
            file(&[&part_that_claims(0, b"free", b""), &movie().moov()]),
            "clip-truncated",
        ),
        ("a box of size 1 without its length", file(&[&part_that_claims(1, b"mdat", b"")]), "clip-truncated"),
        ("a box of 2^64-1 bytes", file(&[b"\0\0\0\x01mdat", &[0xFF; 8]]), "clip-truncated"),
        ("a box of 2^63 bytes", file(&[b"\0\0\0\x01mdat\x80\0\0\0\0\0\0\0"]), "clip-truncated"),
        ("a long box of no bytes", file(&[b"\0\0\0\x01mdat", &[0; 8]]), "clip-truncated"),
        ("a box of 7 bytes", file(&[&part_that_claims(7, b"mdat", b"aaaa")]), "clip-unreadable"),
        ("a box beyond the file", file(&[&part_that_claims(1_000, b"mdat", b"a")]), "clip-truncated"),
        ("a million boxes", file(&[&part(b"free", b"").repeat(1_000_000)]), "clip-unreadable"),
        ("a million boxes inside", file(&[&part(b"moov", &part(b"free", b"").repeat(1_000_000))]), "clip-unreadable"),
        ("ten thousand levels", file(&[&nested(10_000, b"moov")]), "clip-unreadable"),
        ("ten thousand tracks deep", file(&[&part(b"moov", &nested(10_000, b"trak"))]), "clip-unreadable"),
        ("tables of 2 GB, claimed", file(&[&part_that_claims(0x8000_0000, b"moov", &[0; 64])]), "clip-truncated"),
        ("four billion times", movie().with(b"stts", numbers(&[0, u32::MAX, 3, 1])).file(), "clip-unreadable"),
        ("a run of four billion", movie().with(b"stts", numbers(&[0, 1, u32::MAX, 1_000])).file(), "ok"),
        ("times for fewer pictures", movie().with(b"stts", numbers(&[0, 1, 1, 1_000])).file(), "clip-unreadable"),
        ("four billion sizes", movie().with(b"stsz", numbers(&[0, 0, u32::MAX])).file(), "clip-unreadable"),
        ("four billion alike", movie().with(b"stsz", numbers(&[0, 1, u32::MAX])).file(), "clip-unreadable"),
        (
            "200,000 that share their bytes",
            movie()
                .with(b"stsz", numbers(&[0, 12, 200_000]))
                .with(b"stco", [&numbers(&[0, 200_000])[..], &numbers(&[28]).repeat(200_000)].concat())
                .with(b"stsc", numbers(&[0, 1, 1, 1, 1]))
                .with(b"stts", numbers(&[0, 1, 200_000, 1]))
                .file(),
            "clip-unreadable",
        ),
        ("four billion chunks", movie().with(b"stco", numbers(&[0, u32::MAX, 28])).file(), "clip-unreadable"),
        (
            "four billion long offsets",
            movie().without(b"stco").with(b"co64", numbers(&[0, u32::MAX, 0, 28])).file(),
            "clip-unreadable",
        ),
        ("no offsets", movie().without(b"stco").file(), "clip-unreadable"),
        (
            "four billion runs of chunks",
            movie().with(b"stsc", numbers(&[0, u32::MAX, 1, 3, 1])).file(),
            "clip-unreadable",
        ),
        ("four billion in a chunk", movie().with(b"stsc", numbers(&[0, 1, 1, u32::MAX, 1])).file(), "ok"),
        ("none in a chunk", movie().with(b"stsc", numbers(&[0, 1, 1, 0, 1])).file(), "clip-unreadable"),
        ("an offset outside", movie().with(b"stco", numbers(&[0, 1, 0x7FFF_FFFF])).file(), "clip-truncated"),
        (
            "an offset of 2^64-1",
            movie().without(b"stco").with(b"co64", numbers(&[0, 1, u32::MAX, u32::MAX])).file(),
            "clip-truncated",
        ),
        ("four billion delays", movie().with(b"ctts", numbers(&[0, u32::MAX, 1, 1])).file(), "clip-unreadable"),
        ("a delay of -2^31", movie().with(b"ctts", numbers(&[0, 1, 3, 0x8000_0000])).file(), "ok"),
        ("a starting picture of number 0", movie().with(b"stss", numbers(&[0, 2, 0, u32::MAX])).file(), "ok"),
        (
            "a clock that stands still",
            movie().with(b"mdhd", numbers(&[0, 0, 0, 0, 3_000, 0])).file(),
            "clip-unreadable",
        ),
        ("pictures of no length", movie().with(b"stts", numbers(&[0, 1, 3, 0])).file(), "ok"),
        (
            "pictures of 2^32-1 units",
            movie().with(b"stts", numbers(&[0, 1, 3, u32::MAX])).with(b"mdhd", numbers(&[0, 0, 0, 1, 1, 0])).file(),
            "ok",
        ),
        (
            "no pictures",
            movie().with(b"stsz", numbers(&[0, 0, 0])).with(b"stts", numbers(&[0, 0])).file(),
            "clip-unreadable",
        ),
        (
            "no size",
            movie().with(b"stsd", [&numbers(&[0, 1])[..], &part(b"hvc1", &[0; 78])].concat()).file(),
            "clip-unreadable",
        ),
        ("no description", movie().with(b"stsd", numbers(&[0, 0])).file(), "clip-unreadable"),
        ("sound only", movie().with(b"hdlr", [&[0; 8][..], b"soun", &[0; 13]].concat()).file(), "clip-unreadable"),
        ("no tracks", file(&[&part(b"moov", b"")]), "clip-unreadable"),
        ("no tables", file(&[&part(b"mdat", &[0; 100])]), "clip-truncated"),
        ("fragments", file(&[&movie().moov(), &part(b"moof", b""), &part(b"mdat", b"aaaa")]), "clip-unreadable"),
        ("compressed tables", file(&[&part(b"moov", &part(b"cmov", &[0x78, 0x9C, 1, 2, 3]))]), "clip-unreadable"),
    ]
}

#[test]
fn each_is_refused_by_its_code_at_once() {
    let mut slowest = (Duration::ZERO, "");
    for (name, bytes, expected) in cases() {
        let begun = Instant::now();
        assert_eq!(in_file(&bytes, |path| code(verify(path))), expected, "{name}");
        let facts = in_file(&bytes, probe);
        assert!(facts.is_err() || expected == "ok", "{name}");
        // What is described and not decoded has no pictures to show.
        let shown = if expected == "ok" { "clip-unsupported-codec" } else { expected };
        assert_eq!(in_file(&bytes, |path| code(poster(path, 640))), shown, "{name}");
        assert_eq!(in_file(&bytes, |path| code(still(path, u32::MAX))), shown, "{name}");
        assert!(begun.elapsed() < LONGEST, "{name} took {:?}", begun.elapsed());
        slowest = slowest.max((begun.elapsed(), name));
    }
    println!("{} clips, the slowest in {:?}: {}", cases().len(), slowest.0, slowest.1);
}

#[test]
fn cut_anywhere_it_is_refused() {
    let whole = Movie::default().file();
    for length in 0..whole.len() {
        let found = in_file(&whole[..length], |path| code(verify(path)));
        assert!(["clip-truncated", "clip-not-mp4", "clip-unreadable"].contains(&found), "{length}: {found}");
    }
}

#[test]
fn a_length_of_terabytes_without_bytes_is_no_work() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), [ftyp(), b"\0\0\0\0mdat".to_vec()].concat()).unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let begun = Instant::now();
    assert_eq!(code(verify(file.path())), "clip-truncated");
    // Zeros all the way: the second box has no size.
    std::fs::write(file.path(), ftyp()).unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    assert_eq!(code(verify(file.path())), "clip-truncated");
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
}

#[test]
fn measured() {
    if !is_child("measured") {
        return;
    }
    let mut most = (0, "");
    for (name, bytes, _) in cases() {
        let (_, grown) = in_file(&bytes, |path| growth(|| code(verify(path))));
        let Some(grown) = grown else {
            println!("SKIPPED: memory: this system does not tell");
            return;
        };
        assert!(grown < MOST_MEMORY, "{name} took {grown} MiB");
        most = most.max((grown, name));
    }
    println!("most memory: {} MiB for {}", most.0, most.1);
}

#[test]
fn none_takes_much_memory() {
    let said = in_a_child("measured");
    let line = said.lines().find(|line| line.contains("most memory") || line.contains("SKIPPED"));
    println!("{}", line.unwrap());
}

/// Looks at clips that point elsewhere, for whoever watches this process.
#[test]
fn watched() {
    let Ok(folder) = std::env::var("SIXSHOT_WATCHED") else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "mp4") {
            assert_ne!(code(verify(&path)), "ok");
            assert_ne!(code(poster(&path, 640)), "ok");
        }
    }
}

#[test]
fn nothing_else_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let secret = folder.path().join("secret.txt");
    std::fs::write(&secret, "nobody reads this").unwrap();
    let web = format!("http://{}/a.mp4", listener.local_addr().unwrap());
    let playlist = format!("#EXTM3U\n#EXTINF:1,\nfile://{}\n#EXTINF:1,\n{web}\n", secret.display());
    let clips = [
        ("reference", elsewhere(&format!("file://{}", secret.display())).file()),
        ("path", elsewhere(&secret.display().to_string()).file()),
        ("web", elsewhere(&web).file()),
        ("playlist", playlist.clone().into_bytes()),
        ("inside", [ftyp(), playlist.into_bytes()].concat()),
    ];
    for (name, bytes) in clips {
        std::fs::write(folder.path().join(format!("{name}.mp4")), bytes).unwrap();
    }
    let log = folder.path().join("calls.log");
    let traced = Command::new("strace")
        .args(["-f", "-e", "trace=open,openat,openat2,socket,connect,execve", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "watched", "--nocapture"])
        .env("SIXSHOT_WATCHED", folder.path())
        .output();
    match traced {
        Ok(output) if output.status.success() => {
            let calls = std::fs::read_to_string(&log).unwrap();
            assert_eq!(calls.matches(".mp4\"").count(), 10, "each clip twice:\n{calls}");
            assert!(!calls.contains("secret"), "{calls}");
            assert!(!calls.contains("connect(") && !calls.contains("socket("), "{calls}");
            assert_eq!(calls.matches("execve(").count(), 1, "{calls}");
        }
        other => {
            println!("SKIPPED: strace cannot watch here ({other:?})");
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                drop(verify(&entry.unwrap().path()));
            }
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "somebody came");
}
