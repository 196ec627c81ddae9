//! The rehearsal: exact to the frame, the right picture at the right time, and no prompt that breaks it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use image::{Rgb, RgbImage};
use sixshot_domain::{Board, Ratio, Transition};
use sixshot_media::{Motion, Rendered, clip, render, render_with};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::boards::{Album, Audience, board};
use support::run_if_present;

const RED: [u8; 3] = [200, 30, 30];
const BLUE: [u8; 3] = [30, 40, 200];

struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("rehearsal.mp4")
    }

    fn render(&self, board: &Board, lines: u32, drift: bool, album: &Album) -> Rendered {
        render_with(board, lines, Motion { drift }, album, &self.path(), &Audience::default()).unwrap()
    }
}

/// A frame of a clip.
fn frame(path: &Path, number: u32) -> RgbImage {
    image::load_from_memory(&clip::still(path, number).unwrap()).unwrap().into_rgb8()
}

/// The colour in the middle of a frame, where nothing is burned in.
fn middle(path: &Path, number: u32) -> [u8; 3] {
    let picture = frame(path, number);
    picture.get_pixel(picture.width() / 2, picture.height() / 2).0
}

fn near(colour: [u8; 3], other: [u8; 3]) -> bool {
    colour.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 8)
}

#[test]
fn every_length_has_its_exact_number_of_frames() {
    let stage = Stage::new();
    let mut album = Album::default();
    let picture = album.add_colour(RED);
    for seconds in 1..=15 {
        let mut board = board(&[seconds]);
        board.first_frame = (seconds % 2 == 0).then(|| picture.clone());
        let rendered = stage.render(&board, 240, true, &album);
        assert_eq!(rendered.frames, seconds as u32 * 24);
        let facts = clip::verify(&stage.path()).unwrap();
        assert_eq!((facts.frames, facts.frame_rate_millis), (seconds as u32 * 24, 24_000));
        assert_eq!(facts.duration_millis, seconds as u32 * 1000);
        assert_eq!((facts.codec.as_str(), facts.audio), ("h264", false));
        let counted = [
            "-v",
            "error",
            "-count_frames",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_frames",
            "-of",
            "csv=p=0",
        ];
        let path = stage.path();
        let arguments: Vec<&str> = counted.into_iter().chain([path.to_str().unwrap()]).collect();
        if let Some(printed) = run_if_present("ffprobe", &arguments) {
            assert_eq!(printed.trim(), (seconds * 24).to_string());
        }
    }
}

#[test]
fn every_ratio_has_its_size_in_the_file_and_in_the_pictures() {
    let stage = Stage::new();
    for ratio in Ratio::ALL {
        for lines in [240, 358] {
            let mut board = board(&[1, 1]);
            board.ratio = ratio;
            let rendered = stage.render(&board, lines, true, &Album::default());
            let size = ratio.size(lines);
            assert_eq!((rendered.width, rendered.height), size);
            let facts = clip::probe(&stage.path()).unwrap();
            assert_eq!((facts.width, facts.height), size);
            // What the decoder makes of the sequence parameter set.
            assert_eq!(frame(&stage.path(), 30).dimensions(), size);
        }
    }
}

#[test]
fn the_first_frame_decides_the_shape_of_one_shot_and_of_several() {
    let stage = Stage::new();
    let mut album = Album::default();
    let wide = album.add_colour(RED);
    let mut single = board(&[1]);
    single.ratio = Ratio::Tall;
    single.first_frame = Some(wide.clone());
    assert_eq!(stage.render(&single, 240, true, &album).height, 240);
    let mut several = board(&[1, 1]);
    several.ratio = Ratio::Tall;
    assert_eq!(stage.render(&several, 240, true, &album).width, 240, "without a frame as it is set");
    several.first_frame = Some(wide);
    assert_eq!(stage.render(&several, 240, true, &album).height, 240);
}

#[test]
fn a_cut_is_sharp_and_falls_on_its_frame() {
    let stage = Stage::new();
    let mut album = Album::default();
    for drift in [false, true] {
        let mut board = board(&[1, 2]);
        board.shots[0].panel = Some(album.add_colour(RED));
        board.shots[1].panel = Some(album.add_colour(BLUE));
        stage.render(&board, 240, drift, &album);
        for (number, colour) in [(0, RED), (22, RED), (23, RED), (24, BLUE), (25, BLUE), (48, BLUE), (71, BLUE)] {
            let seen = middle(&stage.path(), number);
            assert!(near(seen, colour), "drift {drift}, frame {number}: {seen:?}");
        }
    }
}

#[test]
fn a_dissolve_takes_half_a_second_around_the_cut() {
    let stage = Stage::new();
    let mut album = Album::default();
    for drift in [false, true] {
        let mut board = board(&[1, 1]);
        board.transition = Transition::Dissolve;
        board.shots[0].panel = Some(album.add_colour(RED));
        board.shots[1].panel = Some(album.add_colour(BLUE));
        assert_eq!(stage.render(&board, 240, drift, &album).frames, 48);
        assert!(near(middle(&stage.path(), 17), RED));
        assert!(near(middle(&stage.path(), 30), BLUE));
        let between: Vec<u8> = (18..30).map(|number| middle(&stage.path(), number)[0]).collect();
        assert!(between.windows(2).all(|pair| pair[1] <= pair[0]), "{between:?}");
        assert!((80..160).contains(&between[6]), "{between:?}");
    }
}

#[test]
fn a_single_shot_goes_from_its_first_frame_to_its_last() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[3]);
    board.first_frame = Some(album.add_colour(RED));
    board.last_frame = Some(album.add_colour(BLUE));
    stage.render(&board, 240, true, &album);
    assert!(near(middle(&stage.path(), 0), RED));
    assert!(near(middle(&stage.path(), 23), RED));
    let half = middle(&stage.path(), 36);
    assert!(!near(half, RED) && !near(half, BLUE), "{half:?}");
    assert!(near(middle(&stage.path(), 48), BLUE));
    assert!(near(middle(&stage.path(), 71), BLUE));
}

#[test]
fn the_last_picture_is_the_last_frame_uncropped() {
    let stage = Stage::new();
    let mut album = Album::default();
    // A white border that any zoom would push out of the picture.
    let mut picture = RgbImage::from_pixel(852, 480, Rgb([20, 20, 20]));
    for x in 0..852 {
        for y in 0..4 {
            picture.put_pixel(x, y, Rgb([255; 3]));
        }
    }
    let last = album.add(&support::pictures::file(picture, image::ImageFormat::Png));
    let mut board = board(&[2]);
    board.first_frame = Some(album.add_colour(RED));
    board.last_frame = Some(last);
    stage.render(&board, 480, true, &album);
    let end = frame(&stage.path(), 47);
    assert!(end.get_pixel(426, 1).0[0] > 200, "{:?}", end.get_pixel(426, 1));
    assert!(end.get_pixel(426, 8).0[0] < 60);
}

#[test]
fn pictures_of_the_ends_stand_in_for_missing_panels() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[1, 1, 1]);
    board.first_frame = Some(album.add_colour(RED));
    board.last_frame = Some(album.add_colour(BLUE));
    stage.render(&board, 240, false, &album);
    assert!(near(middle(&stage.path(), 10), RED));
    assert!(near(middle(&stage.path(), 60), BLUE));
    // The shot in between is a slate, which is dark.
    let slate = frame(&stage.path(), 34);
    assert!(slate.get_pixel(420, 100).0.iter().all(|channel| *channel < 60));
}

#[test]
fn a_drift_moves_and_a_held_picture_does_not() {
    let stage = Stage::new();
    let mut album = Album::default();
    let picture = album.add(&support::pictures::png(640, 360));
    let mut board = board(&[1, 1]);
    board.overlay.timecode = false;
    board.shots[0].panel = Some(picture.clone());
    board.shots[1].panel = Some(picture);
    stage.render(&board, 240, true, &album);
    assert!(frame(&stage.path(), 0) != frame(&stage.path(), 20));
    stage.render(&board, 240, false, &album);
    assert!(frame(&stage.path(), 0) == frame(&stage.path(), 20));
}

#[test]
fn the_timecode_runs_on_over_a_held_picture() {
    let stage = Stage::new();
    stage.render(&board(&[2]), 360, true, &Album::default());
    let corner = |number: u32| {
        let picture = frame(&stage.path(), number);
        let (width, height) = picture.dimensions();
        image::imageops::crop_imm(&picture, width - 130, height - 50, 130, 50).to_image()
    };
    let seen: Vec<RgbImage> = (0..48).map(corner).collect();
    for pair in seen.windows(2) {
        assert!(pair[0] != pair[1], "two frames in a row show the same timecode");
    }
}

#[test]
fn each_burned_in_part_can_be_switched_off() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[1]);
    board.first_frame = Some(album.add_colour([90, 90, 90]));
    let bottom_is_plain = |stage: &Stage| {
        let picture = frame(&stage.path(), 5);
        let (width, height) = picture.dimensions();
        let strip = image::imageops::crop_imm(&picture, 0, height / 2, width, height / 2).to_image();
        strip.pixels().all(|pixel| near(pixel.0, [90; 3]))
    };
    stage.render(&board, 360, false, &album);
    assert!(!bottom_is_plain(&stage));
    (board.overlay.prompt, board.overlay.shot_number, board.overlay.timecode) = (false, false, false);
    stage.render(&board, 360, false, &album);
    assert!(bottom_is_plain(&stage));
    // The word REHEARSAL cannot be switched off.
    let label = frame(&stage.path(), 5);
    assert!(label.pixels().any(|pixel| !near(pixel.0, [90; 3])));
}

#[test]
fn no_prompt_breaks_a_rehearsal() {
    let stage = Stage::new();
    let mut album = Album::default();
    let picture = album.add_colour(BLUE);
    let long = "a very long sentence ".repeat(5_000);
    let prompts = [
        "",
        "Wide shot, the harbour wakes",
        "港口在黎明醒来，海鸥掠过平静的水面",
        "夜明けの港、カモメが静かな水面を飛ぶ",
        "الميناء يستيقظ عند الفجر، النوارس فوق الماء الساكن",
        "מים שקטים 2026 and English",
        "👩‍👩‍👧‍👦🏴‍☠️🌅 🇫🇷",
        "\0\0\u{1}\u{7f}\u{200f}\u{202e}\u{feff}",
        "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}",
        &long,
        &"x".repeat(100_000),
        &"\0".repeat(100_000),
        &"字".repeat(100_000),
        &"ﷺ".repeat(3_000),
        &"\n".repeat(10_000),
    ];
    for (index, prompt) in prompts.iter().enumerate() {
        let mut board = board(&[1]);
        board.prompt = (*prompt).to_owned();
        board.first_frame = (index % 2 == 0).then(|| picture.clone());
        board.ratio = Ratio::ALL[index % 3];
        assert_eq!(stage.render(&board, 240, true, &album).frames, 24, "prompt {index}");
    }
}

#[test]
fn a_cancel_is_obeyed_at_once_and_leaves_nothing_behind() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[15]);
    board.first_frame = Some(album.add(&support::pictures::png(1280, 720)));
    for patience in [0, 1, 2, 10, 40] {
        let audience = Audience { patience: Some(patience), ..Audience::default() };
        let begun = Instant::now();
        let error = render(&board, 360, &album, &stage.path(), &audience).unwrap_err();
        assert_eq!(error.code(), "rehearsal-cancelled");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(!stage.path().exists());
    }
}

#[test]
fn progress_rises_to_the_end() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[4]);
    board.first_frame = Some(album.add(&support::pictures::png(640, 360)));
    let audience = Audience::default();
    render(&board, 480, &album, &stage.path(), &audience).unwrap();
    let told = audience.told.into_inner().unwrap();
    assert_eq!(told.last(), Some(&(96, 96)));
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "{told:?}");
}

#[test]
fn what_cannot_be_rendered_says_why() {
    let stage = Stage::new();
    let mut album = Album::default();
    let code = |board: &Board, album: &Album, out: &Path| {
        render(board, 240, album, out, &Audience::default()).unwrap_err().code()
    };
    for seconds in [vec![], vec![0], vec![-3], vec![5, 0, 5], vec![61], vec![30, 31], vec![i32::MAX, i32::MAX]] {
        assert_eq!(code(&board(&seconds), &album, &stage.path()), "rehearsal-nothing-to-show", "{seconds:?}");
    }
    let nowhere = stage.folder.path().join("no such folder").join("a.mp4");
    assert_eq!(code(&board(&[1]), &album, &nowhere), "rehearsal-disk");
    if Path::new("/dev/full").exists() {
        let full = stage.folder.path().join("full.mp4");
        std::os::unix::fs::symlink("/dev/full", &full).unwrap();
        assert_eq!(code(&board(&[1]), &album, &full), "rehearsal-disk");
        assert!(Path::new("/dev/full").exists(), "it is everybody's");
    } else {
        eprintln!("SKIPPED: this system has no /dev/full");
    }
    let mut lost = board(&[1]);
    lost.first_frame = Some(album.add_colour(RED));
    assert_eq!(code(&lost, &Album::default(), &stage.path()), "rehearsal-picture");
    assert!(!stage.path().exists());
}

#[test]
fn two_renderings_of_a_board_are_the_same_file() {
    let stage = Stage::new();
    let mut album = Album::default();
    let mut board = board(&[2, 1]);
    board.shots[0].panel = Some(album.add(&support::pictures::png(640, 360)));
    let render = || {
        stage.render(&board, 240, true, &album);
        std::fs::read(stage.path()).unwrap()
    };
    assert!(render() == render());
}

#[test]
fn the_tables_stand_before_the_pictures_and_others_can_read_them() {
    let stage = Stage::new();
    stage.render(&board(&[2, 1]), 240, true, &Album::default());
    let bytes = std::fs::read(stage.path()).unwrap();
    let at = |kind: &[u8]| bytes.windows(4).position(|four| four == kind).unwrap();
    assert!(at(b"moov") < at(b"mdat"));
    let other = re_mp4::Mp4::read_bytes(&bytes).unwrap();
    let track = other.tracks().values().next().unwrap();
    assert_eq!(track.samples.len(), 72);
    assert_eq!(track.duration * 24, track.timescale * 72);
    // A key frame at least each second.
    let keys: Vec<usize> = (0..72).filter(|index| track.samples[*index].is_sync).collect();
    assert_eq!(keys[0], 0);
    assert!(keys.windows(2).all(|pair| pair[1] - pair[0] <= 24));
    let path = stage.path();
    let arguments = [
        "-v",
        "error",
        "-show_entries",
        "stream=color_range,color_space,color_primaries,r_frame_rate,has_b_frames",
        "-of",
        "csv=p=0",
        path.to_str().unwrap(),
    ];
    if let Some(printed) = run_if_present("ffprobe", &arguments) {
        for fact in ["tv", "bt709", "24/1"] {
            assert!(printed.contains(fact), "{printed}");
        }
    }
    // A decoder that checks everything has nothing to complain about.
    let arguments =
        ["-v", "error", "-xerror", "-err_detect", "explode", "-i", path.to_str().unwrap(), "-f", "null", "-"];
    run_if_present("ffmpeg", &arguments);
}
