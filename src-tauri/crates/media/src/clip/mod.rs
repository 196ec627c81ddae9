//! What an MP4 file holds, read without trusting it, and single frames out of it.
//!
//! The boxes are read by an own small parser with limits: a file from the network can promise any size and any number
//! of anything, and no media framework may see it before that is settled. Only the file itself is ever opened; a track
//! that points at another file is refused. H.264 is decoded here; other codecs are described and left alone.

mod boxes;
mod decode;
mod error;
mod samples;
mod track;

pub use error::ClipError;

use crate::decode::jpeg;
use crate::thumbnail::shrink;
use decode::Shown;
use image::{DynamicImage, ImageFormat};
use std::fs::File;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;
use track::Movie;

const POSTER_QUALITY: u8 = 86;

/// What is known of a clip without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipFacts {
    /// `h264`, `hevc`, `av1`, `vp9`, or the four letters in the file.
    pub codec: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How many pictures the video track holds.
    pub frames: u32,
    /// Pictures in a thousand seconds: 24 a second is 24000.
    pub frame_rate_millis: u32,
    /// Length in milliseconds, rounded.
    pub duration_millis: u32,
    /// Whether there is a sound track with anything in it.
    pub audio: bool,
}

/// Reads what a clip is.
///
/// # Errors
/// When the file is missing, not an MP4, cut off, or promises what it cannot hold.
pub fn probe(path: &Path) -> Result<ClipFacts, ClipError> {
    Ok(open(path)?.1.facts())
}

/// Reads what a clip is, and decodes its first and last frame to see that they are there. A codec that is not decoded
/// here passes on its tables alone.
///
/// # Errors
/// As for [`probe`], and when one of the two frames cannot be decoded.
pub fn verify(path: &Path) -> Result<ClipFacts, ClipError> {
    let (mut file, movie) = open(path)?;
    if movie.is_decodable() {
        frame_at(&mut file, &movie, 0)?;
        frame_at(&mut file, &movie, u32::MAX)?;
    }
    Ok(movie.facts())
}

/// One frame as a PNG in full size, counted from 0 in the order of time. Beyond the end it is the last one.
///
/// # Errors
/// As for [`probe`], and when the codec is not decoded here or that frame cannot be decoded.
pub fn still(path: &Path, frame: u32) -> Result<Vec<u8>, ClipError> {
    let (mut file, movie) = open(path)?;
    let picture = frame_at(&mut file, &movie, frame)?;
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture.into_rgb(movie.colours()))
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| ClipError::Unreadable(error.to_string()))?;
    Ok(png.into_inner())
}

/// A JPEG for lists, its longer side at most `long_side`: the first frame within the first second that is not nearly
/// black, since many clips fade in, or else the first frame.
///
/// # Errors
/// As for [`still`].
pub fn poster(path: &Path, long_side: u32) -> Result<Vec<u8>, ClipError> {
    let (mut file, movie) = open(path)?;
    let mut first = None;
    let mut chosen = None;
    let mut left = movie.frames_in_first_second();
    decode::show_from(&mut file, &movie, 0, &mut |picture: Shown<'_>| {
        if !picture.is_nearly_black() {
            chosen = Some(picture.keep());
            return ControlFlow::Break(());
        }
        if first.is_none() {
            first = Some(picture.keep());
        }
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let picture = chosen.or(first).ok_or(ClipError::NoSuchFrame)?.into_rgb(movie.colours());
    let small = shrink(picture, long_side).map_err(|error| ClipError::Unreadable(error.to_string()))?;
    jpeg(&small, POSTER_QUALITY, None).map_err(|error| ClipError::Unreadable(error.to_string()))
}

fn open(path: &Path) -> Result<(File, Movie), ClipError> {
    let mut file = File::open(path).map_err(ClipError::from_io)?;
    let facts = file.metadata().map_err(ClipError::from_io)?;
    if !facts.is_file() {
        return Err(ClipError::NotMp4);
    }
    let movie = track::read_movie(&mut file, facts.len())?;
    Ok((file, movie))
}

/// Decodes one frame by its place in time; beyond the end is the last.
fn frame_at(file: &mut File, movie: &Movie, frame: u32) -> Result<decode::Kept, ClipError> {
    let order = movie.order_of_time();
    let last = order.len().checked_sub(1).ok_or(ClipError::NoSuchFrame)?;
    let place = usize::try_from(frame).unwrap_or(last).min(last);
    let sample = order[place];
    let start = movie.sync_before(sample);
    // Pictures come out of the decoder in the order of time, so the wanted one is found by counting those before it.
    let mut before = movie.shown_earlier(start, sample);
    let mut kept = None;
    decode::show_from(file, movie, start, &mut |picture: Shown<'_>| {
        if before == 0 {
            kept = Some(picture.keep());
            return ControlFlow::Break(());
        }
        before -= 1;
        ControlFlow::Continue(())
    })?;
    kept.ok_or(ClipError::NoSuchFrame)
}
