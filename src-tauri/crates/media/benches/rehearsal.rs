//! How long a rehearsal of fifteen seconds at 1080p takes, beside `ffmpeg -c:v libx264 -preset ultrafast` given the
//! same frames as raw pictures, in turn in the same run. Without ffmpeg only our own figures are printed.

#![expect(clippy::expect_used, reason = "a measurement that cannot begin says so")]

use sixshot_domain::sample::sample_board;
use sixshot_domain::{Board, BoardId, FrameId};
use sixshot_media::{Motion, Pictures, Watch, render_with, sample_pictures, take_in};
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
const SECONDS: u32 = 15;

struct Known(HashMap<FrameId, Vec<u8>>);

impl Pictures for Known {
    fn load(&self, id: &FrameId) -> io::Result<Vec<u8>> {
        self.0.get(id).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _done: u32, _total: u32) {}

    fn cancelled(&self) -> bool {
        false
    }
}

fn boards() -> (Board, Board, Known) {
    let mut known = HashMap::new();
    let mut frames = Vec::new();
    for bytes in sample_pictures() {
        let picture = take_in(&bytes).expect("a picture");
        known.insert(picture.frame.id.clone(), picture.bytes);
        frames.push(picture.frame);
    }
    let mut panels = sample_board(BoardId("b".into()), "wavespeed", "kling-3.0-pro");
    for (shot, frame) in panels.shots.iter_mut().zip(&frames) {
        (shot.panel, shot.seconds) = (Some(frame.clone()), 5);
    }
    let mut moving = panels.clone();
    moving.shots.truncate(1);
    moving.shots[0].seconds = 15;
    moving.prompt = moving.shots[0].prompt.clone();
    (moving.first_frame, moving.last_frame) = (Some(frames[0].clone()), Some(frames[2].clone()));
    (moving, panels, Known(known))
}

fn ours(board: &Board, drift: bool, known: &Known, out: &Path) -> Duration {
    let begun = Instant::now();
    render_with(board, 1080, Motion { drift }, known, out, &Unwatched).expect("rendered");
    begun.elapsed()
}

fn ffmpeg(arguments: &[&str]) -> bool {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]).args(arguments).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let (moving, panels, known) = boards();
    for (what, board, drift, goal) in [
        ("first to last frame, moving", &moving, true, 2),
        ("three panels, drifting", &panels, true, 2),
        ("three panels, held", &panels, false, 10),
    ] {
        let out = path("ours.mp4");
        ours(board, drift, &known, &out);
        // The peer gets the very frames, decoded: it has no drawing to do, and an easier picture than ours had.
        let raw = path("frames.yuv");
        let (from, to) = (out.to_str().expect("text"), raw.to_str().expect("text"));
        let peer = ffmpeg(&["-i", from, "-f", "rawvideo", "-pix_fmt", "yuv420p", to]);
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            own.push(ours(board, drift, &known, &out));
            if peer {
                let begun = Instant::now();
                let theirs = path("theirs.mp4");
                let input = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "1920x1080", "-r", "24", "-i", to];
                let output = ["-c:v", "libx264", "-preset", "ultrafast", theirs.to_str().expect("text")];
                assert!(ffmpeg(&[&input[..], &output[..]].concat()), "ffmpeg");
                others.push(begun.elapsed());
            }
        }
        let own = middle(own);
        let real_time = Duration::from_secs(u64::from(SECONDS)).as_millis() / own.as_millis().max(1);
        print!("{what}: {} ms, {real_time} times real time (goal {goal})", own.as_millis());
        if peer {
            let theirs = middle(others).as_millis().max(1);
            let hundredths = own.as_millis() * 100 / theirs;
            print!("; ffmpeg ultrafast {theirs} ms, ratio {}.{:02}", hundredths / 100, hundredths % 100);
        }
        println!();
    }
}
