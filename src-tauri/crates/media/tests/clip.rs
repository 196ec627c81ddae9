//! Reading clips: our own, those of other encoders, and files that mean harm.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use sixshot_media::clip::{ClipError, poster, probe, still, verify};
use sixshot_media::{Motion, render_with};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::boards::{Album, Audience, board};
use support::run_if_present;

/// One second of our own, rendered once.
fn own_clip() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.mp4");
        let mut album = Album::default();
        let mut board = board(&[1]);
        board.first_frame = Some(album.add(&support::pictures::png(320, 180)));
        render_with(&board, 240, Motion { drift: true }, &album, &path, &Audience::default()).unwrap();
        std::fs::read(&path).unwrap()
    })
}

fn with_bytes<T>(bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    read(file.path())
}

fn code<T>(result: Result<T, ClipError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

fn rgb(bytes: &[u8]) -> image::RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

/// How far two pictures are apart on average, in levels.
fn apart(one: &image::RgbImage, other: &image::RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / one.as_raw().len() as f64
}

/// A clip by another encoder, in a folder that lives as long as the test. `None` when there is none on this machine.
fn foreign(folder: &Path, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    let path = folder.join(name);
    let out = path.to_str().unwrap();
    let mut all = vec!["-v", "error", "-y"];
    all.extend(arguments);
    all.push(out);
    run_if_present("ffmpeg", &all)?;
    Some(path)
}

#[test]
fn our_own_clips_are_read() {
    with_bytes(own_clip(), |path| {
        let facts = verify(path).unwrap();
        assert_eq!((facts.width, facts.height, facts.frames), (426, 240, 24));
        assert_eq!(rgb(&still(path, 0).unwrap()).dimensions(), (426, 240));
        // Beyond the end is the last one.
        assert_eq!(still(path, 23).unwrap(), still(path, 9_999).unwrap());
        assert_ne!(still(path, 0).unwrap(), still(path, 23).unwrap());
        assert_eq!(rgb(&poster(path, 100).unwrap()).dimensions(), (100, 56));
        assert_eq!(rgb(&poster(path, 5000).unwrap()).dimensions(), (426, 240));
    });
}

#[test]
fn clips_with_frames_out_of_order_and_sound_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=640x360:r=24:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
        "-c:v",
        "libx264",
        "-profile:v",
        "high",
        "-bf",
        "3",
        "-g",
        "30",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-shortest",
    ];
    let Some(path) = foreign(folder.path(), "b.mp4", &arguments) else { return };
    let facts = verify(&path).unwrap();
    assert_eq!((facts.codec.as_str(), facts.frames, facts.audio), ("h264", 72, true));
    assert_eq!((facts.frame_rate_millis, facts.duration_millis), (24_000, 3_000));
    for number in [0, 1, 2, 29, 30, 31, 45, 70, 71] {
        let expected = folder.path().join("expected.png");
        let select = format!("select=eq(n\\,{number}),scale=in_color_matrix=bt601:out_color_matrix=bt601");
        let (from, to) = (path.to_str().unwrap(), expected.to_str().unwrap());
        run_if_present("ffmpeg", &["-v", "error", "-y", "-i", from, "-vf", &select, "-frames:v", "1", to]).unwrap();
        let far = apart(&rgb(&still(&path, number).unwrap()), &rgb(&std::fs::read(&expected).unwrap()));
        assert!(far < 2.5, "frame {number} is {far} levels off");
    }
}

#[test]
fn a_poster_looks_past_a_black_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let filter = "color=black:s=320x180:r=24:d=0.5[a];testsrc2=s=320x180:r=24:d=1[b];[a][b]concat";
    let arguments = ["-f", "lavfi", "-i", filter, "-c:v", "libx264", "-pix_fmt", "yuv420p"];
    let Some(path) = foreign(folder.path(), "black.mp4", &arguments) else { return };
    assert!(rgb(&poster(&path, 320).unwrap()).pixels().any(|pixel| pixel.0[0] > 100));
    let arguments = ["-f", "lavfi", "-i", "color=black:s=320x180:r=24:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p"];
    let path = foreign(folder.path(), "night.mp4", &arguments).unwrap();
    assert!(rgb(&poster(&path, 320).unwrap()).pixels().all(|pixel| pixel.0[0] < 30));
}

#[test]
fn other_codecs_are_described_and_not_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=1"];
    let ten_bits = [&source[..], &["-c:v", "libx264", "-pix_fmt", "yuv420p10le"]].concat();
    let mpeg4 = [&source[..], &["-c:v", "mpeg4"]].concat();
    for (name, arguments, codec) in [("ten.mp4", ten_bits, "h264"), ("old.mp4", mpeg4, "mp4v")] {
        let Some(path) = foreign(folder.path(), name, &arguments) else { return };
        assert_eq!(verify(&path).unwrap().codec, codec);
        assert_eq!(code(still(&path, 0)), "clip-unsupported-codec");
        assert_eq!(code(poster(&path, 100)), "clip-unsupported-codec");
    }
    let sound = ["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"];
    let path = foreign(folder.path(), "sound.mp4", &sound).unwrap();
    assert_eq!(code(probe(&path)), "clip-unreadable");
}

fn part(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

#[test]
fn files_that_mean_harm_are_refused() {
    let own = own_clip();
    let ftyp = part(b"ftyp", b"isom\0\0\0\0isom");
    let at = |kind: &[u8]| own.windows(4).position(|four| four == kind).unwrap();
    let changed = |place: usize, bytes: &[u8]| {
        let mut copy = own.to_vec();
        copy[place..place + bytes.len()].copy_from_slice(bytes);
        copy
    };
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("nothing", vec![], &["clip-truncated"]),
        ("a playlist renamed", b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\nfile:///etc/passwd\n".to_vec(), &["clip-not-mp4"]),
        ("a page", b"<html>expired</html>".to_vec(), &["clip-not-mp4"]),
        ("a part of 2^64 bytes", [&ftyp[..], b"\0\0\0\x01mdat", &[0xFF; 8]].concat(), &["clip-truncated"]),
        ("a part smaller than its head", [&ftyp[..], b"\0\0\0\x04mdat"].concat(), &["clip-unreadable"]),
        ("a million parts", [ftyp.clone(), part(b"free", b"").repeat(1_000_000)].concat(), &["clip-unreadable"]),
        (
            "a million parts inside",
            [ftyp.clone(), part(b"moov", &part(b"free", b"").repeat(1_000_000))].concat(),
            &["clip-unreadable"],
        ),
        ("tables of 20 MB", [ftyp.clone(), part(b"moov", &vec![0; 20 << 20])].concat(), &["clip-unreadable"]),
        ("no tables", [ftyp.clone(), part(b"mdat", &[0; 100])].concat(), &["clip-truncated"]),
        ("cut in half", own[..own.len() / 2].to_vec(), &["clip-truncated"]),
        ("without its last byte", own[..own.len() - 1].to_vec(), &["clip-truncated"]),
        // The flag "in this file" taken away from the data reference.
        ("pointing at another file", changed(at(b"url ") + 4, &[0; 4]), &["clip-unreadable"]),
        (
            "four billion samples of one byte",
            changed(at(b"stsz") + 8, &[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]),
            &["clip-unreadable"],
        ),
        ("a table longer than its box", changed(at(b"stts") + 8, &[0xFF; 4]), &["clip-unreadable"]),
        ("samples beyond the end", changed(at(b"stco") + 12, &[0x7F; 4]), &["clip-truncated"]),
        ("a clock that stands still", changed(at(b"mdhd") + 16, &[0; 4]), &["clip-unreadable"]),
    ];
    for (name, bytes, codes) in cases {
        let begun = std::time::Instant::now();
        let found = with_bytes(&bytes, |path| code(verify(path)));
        assert!(codes.contains(&found), "{name}: {found}");
        assert!(begun.elapsed().as_secs() < 5, "{name} took {:?}", begun.elapsed());
    }
    assert_eq!(code(probe(Path::new("no such clip.mp4"))), "clip-missing");
    assert_eq!(code(probe(tempfile::tempdir().unwrap().path())), "clip-not-mp4");
}

#[test]
fn a_clip_whose_last_picture_is_gone_does_not_pass() {
    let own = own_clip();
    let mut copy = own.to_vec();
    let length = copy.len();
    // The tables still hold, the bytes of the pictures do not.
    let pictures = own.windows(4).position(|four| four == b"mdat").unwrap() + 4;
    copy[pictures..length].fill(0x5A);
    assert_eq!(with_bytes(&copy, |path| code(probe(path))), "ok");
    assert_eq!(with_bytes(&copy, |path| code(verify(path))), "clip-unreadable");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_change_to_the_tables_makes_it_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = own_clip().to_vec();
        let tables = bytes.windows(4).position(|four| four == b"mdat").unwrap();
        for (place, value) in changes {
            let place = place.index(tables);
            bytes[place] = value;
        }
        // Only the tables: what a decoder makes of changed pictures is not decided here.
        with_bytes(&bytes, |path| drop(probe(path)));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [&part(b"ftyp", b"isom\0\0\0\0isom")[..], &bytes].concat();
        with_bytes(&bytes, |path| drop(probe(path)));
    }
}
