//! The video track of a movie and what it is made of.

use super::ClipFacts;
use super::boxes::{Part, child, need, parts, read_moov, u16_at, u32_at};
use super::error::ClipError;
use super::samples::{self, Sample};
use std::fs::File;

/// Longest side that is decoded.
const MAX_SIDE: u16 = 8192;
/// Bytes of a visual sample entry before the boxes in it.
const VISUAL_ENTRY_BYTES: usize = 78;

/// How luma and chroma become red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    /// BT.601 instead of BT.709.
    pub standard_definition: bool,
    /// 0 to 255 instead of 16 to 235.
    pub full_range: bool,
}

/// What a decoder needs before the first picture.
#[derive(Debug, Clone, Default)]
pub(super) struct ParameterSets {
    /// Sequence and picture parameter sets with start codes.
    pub annex_b: Vec<u8>,
    /// Bytes of the length before each unit, 1 to 4.
    pub length_bytes: usize,
    /// The profile the encoder claims.
    pub profile: u8,
}

/// The parts of a movie that matter here.
#[derive(Debug)]
pub(super) struct Movie {
    codec: String,
    width: u16,
    height: u16,
    time_scale: u32,
    /// In units of the track.
    length: u64,
    audio: bool,
    colours: Colours,
    pub samples: Vec<Sample>,
    pub parameters: Option<ParameterSets>,
}

/// Reads the movie's tables.
pub(super) fn read_movie(file: &mut File, file_length: u64) -> Result<Movie, ClipError> {
    let moov = read_moov(file, file_length)?;
    let mut video = None;
    let mut audio = false;
    for trak in parts(&moov)?.into_iter().filter(|part| part.kind == *b"trak") {
        let mdia = need(trak.body, b"mdia")?;
        let minf = need(mdia, b"minf")?;
        check_references(minf)?;
        match need(mdia, b"hdlr")?.get(8..12) {
            Some(b"vide") if video.is_none() => video = Some(read_video(mdia, minf, file_length)?),
            Some(b"soun") => audio |= u32_at(need(need(minf, b"stbl")?, b"stsz")?, 8)? > 0,
            _ => {}
        }
    }
    let mut movie = video.ok_or_else(|| ClipError::damaged("it has no video track"))?;
    movie.audio = audio;
    Ok(movie)
}

/// A data reference may name another file. Flag 1 says "in this one", and nothing else is followed.
fn check_references(minf: &[u8]) -> Result<(), ClipError> {
    let Some(dinf) = child(minf, b"dinf")? else { return Ok(()) };
    let Some(dref) = child(dinf, b"dref")? else { return Ok(()) };
    for entry in parts(dref.get(8..).unwrap_or_default())? {
        if u32_at(entry.body, 0)? & 1 == 0 {
            return Err(ClipError::damaged("it points at another file"));
        }
    }
    Ok(())
}

fn read_video(mdia: &[u8], minf: &[u8], file_length: u64) -> Result<Movie, ClipError> {
    let stbl = need(minf, b"stbl")?;
    let stsd = need(stbl, b"stsd")?;
    let entries = parts(stsd.get(8..).unwrap_or_default())?;
    let entry = *entries.first().ok_or_else(|| ClipError::damaged("it does not say how it is compressed"))?;
    let (width, height) = (u16_at(entry.body, 24)?, u16_at(entry.body, 26)?);
    let (samples, length) = samples::read(stbl, file_length)?;
    if samples.is_empty() || width == 0 || height == 0 {
        return Err(ClipError::damaged("it has no pictures"));
    }
    let inner = parts(entry.body.get(VISUAL_ENTRY_BYTES..).unwrap_or_default()).unwrap_or_default();
    let find = |kind: &[u8; 4]| inner.iter().find(|part| part.kind == *kind).map(|part| part.body);
    let codec = codec_name(entry);
    let parameters = if codec == "h264" { find(b"avcC").map(parameter_sets).transpose()? } else { None };
    Ok(Movie {
        codec,
        width,
        height,
        time_scale: samples::time_scale(need(mdia, b"mdhd")?)?,
        length,
        audio: false,
        colours: colours(find(b"colr"), height.min(width)),
        samples,
        parameters,
    })
}

fn codec_name(entry: Part<'_>) -> String {
    match &entry.kind {
        b"avc1" | b"avc3" => "h264".to_owned(),
        b"hvc1" | b"hev1" => "hevc".to_owned(),
        b"av01" => "av1".to_owned(),
        b"vp09" => "vp9".to_owned(),
        b"vp08" => "vp8".to_owned(),
        other => other.escape_ascii().to_string(),
    }
}

/// What the file says of its colours, or else what players take for granted by its size.
fn colours(colr: Option<&[u8]>, short_side: u16) -> Colours {
    let guess = Colours { standard_definition: short_side < 720, full_range: false };
    let Some(colr) = colr else { return guess };
    if !matches!(colr.get(..4), Some(b"nclx" | b"nclc")) {
        return guess;
    }
    let standard_definition = match u16_at(colr, 8) {
        Ok(1) => false,
        Ok(5 | 6) => true,
        _ => guess.standard_definition,
    };
    let full_range = colr.starts_with(b"nclx") && colr.get(10).is_some_and(|flags| flags & 0x80 != 0);
    Colours { standard_definition, full_range }
}

/// The parameter sets of an `avcC` box, each with its start code.
fn parameter_sets(avcc: &[u8]) -> Result<ParameterSets, ClipError> {
    let byte = |at: usize| avcc.get(at).copied().ok_or(ClipError::Truncated);
    let mut sets =
        ParameterSets { annex_b: Vec::new(), length_bytes: usize::from(byte(4)? & 3) + 1, profile: byte(1)? };
    let mut at = 5;
    for mask in [0x1F, 0xFF] {
        let count = byte(at)? & mask;
        at += 1;
        for _ in 0..count {
            let length = usize::from(u16_at(avcc, at)?);
            let unit = avcc.get(at + 2..at + 2 + length).ok_or(ClipError::Truncated)?;
            sets.annex_b.extend_from_slice(&[0, 0, 0, 1]);
            sets.annex_b.extend_from_slice(unit);
            at += 2 + length;
        }
    }
    Ok(sets)
}

impl Movie {
    /// For those who do not decode.
    pub fn facts(&self) -> ClipFacts {
        let (scale, length) = (u128::from(self.time_scale), u128::from(self.length.max(1)));
        let count = self.samples.len() as u128;
        let small = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
        ClipFacts {
            codec: self.codec.clone(),
            width: u32::from(self.width),
            height: u32::from(self.height),
            frames: small(count),
            frame_rate_millis: small((count * scale * 1000 + length / 2) / length),
            duration_millis: small((u128::from(self.length) * 1000 + scale / 2) / scale),
            audio: self.audio,
        }
    }

    /// Whether its pictures can be decoded here: H.264 with eight bits and half chroma.
    pub fn is_decodable(&self) -> bool {
        let plain = |sets: &ParameterSets| matches!(sets.profile, 66 | 77 | 88 | 100);
        self.width <= MAX_SIDE && self.height <= MAX_SIDE && self.parameters.as_ref().is_some_and(plain)
    }

    /// For the error when they cannot.
    pub fn codec(&self) -> &str {
        &self.codec
    }

    pub fn colours(&self) -> Colours {
        self.colours
    }

    /// The largest picture the decoder may hand over, in pixels a side.
    pub const fn max_side() -> u16 {
        MAX_SIDE
    }

    /// The samples' numbers in the order they are shown.
    pub fn order_of_time(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.samples.len()).collect();
        order.sort_by_key(|index| self.samples[*index].shown);
        order
    }

    /// Where decoding must begin to reach a sample.
    pub fn sync_before(&self, sample: usize) -> usize {
        self.samples.iter().take(sample + 1).rposition(|sample| sample.sync).unwrap_or(0)
    }

    /// How many samples from `start` on are shown before `sample`.
    pub fn shown_earlier(&self, start: usize, sample: usize) -> usize {
        let shown = self.samples[sample].shown;
        self.samples.iter().skip(start).filter(|other| other.shown < shown).count()
    }

    /// How many pictures the first second shows, at least one.
    pub fn frames_in_first_second(&self) -> usize {
        let first = self.samples.iter().map(|sample| sample.shown).min().unwrap_or(0);
        let end = first.saturating_add(i64::from(self.time_scale));
        self.samples.iter().filter(|sample| sample.shown < end).count().max(1)
    }
}
