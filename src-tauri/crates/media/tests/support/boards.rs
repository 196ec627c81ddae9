//! Boards and those who watch them being rendered.

use super::pictures;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{Board, BoardId, Frame, FrameId, Shot, ShotId};
use sixshot_media::{Pictures, Watch, take_in};
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// A board of shots with these seconds, without pictures.
pub fn board(seconds: &[i32]) -> Board {
    let mut board = empty_board(BoardId("board".to_owned()), ShotId("shot-0".to_owned()), "Test", "evolink", "model");
    board.prompt = "The whole clip in one sentence".to_owned();
    let shot = |(index, seconds): (usize, &i32)| Shot {
        id: ShotId(format!("shot-{index}")),
        prompt: format!("What happens in shot {index}"),
        seconds: *seconds,
        panel: None,
    };
    board.shots = seconds.iter().enumerate().map(shot).collect();
    board
}

/// Pictures in memory.
#[derive(Default)]
pub struct Album(BTreeMap<FrameId, Vec<u8>>);

impl Album {
    pub fn add(&mut self, bytes: &[u8]) -> Frame {
        let picture = take_in(bytes).unwrap();
        self.0.insert(picture.frame.id.clone(), picture.bytes);
        picture.frame
    }

    /// A picture of one colour.
    pub fn add_colour(&mut self, colour: [u8; 3]) -> Frame {
        self.add(&pictures::file(image::RgbImage::from_pixel(320, 180, image::Rgb(colour)), image::ImageFormat::Png))
    }
}

impl Pictures for Album {
    fn load(&self, id: &FrameId) -> io::Result<Vec<u8>> {
        self.0.get(id).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Remembers what it was told, and can call a halt after some progress.
#[derive(Default)]
pub struct Audience {
    pub told: Mutex<Vec<(u32, u32)>>,
    pub asked: AtomicU32,
    /// Stop after being asked so many times.
    pub patience: Option<u32>,
}

impl Watch for Audience {
    fn progress(&self, done: u32, total: u32) {
        self.told.lock().unwrap().push((done, total));
    }

    fn cancelled(&self) -> bool {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        self.patience.is_some_and(|patience| asked >= patience)
    }
}
