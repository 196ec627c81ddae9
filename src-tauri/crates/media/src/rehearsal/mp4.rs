//! An MP4 with one video track, its tables before its pictures.
//!
//! How many samples and key frames there will be is known before the first one is encoded, so the room the tables
//! take is known too: it is left free, the samples are written as they come, and the tables are filled in at the end.
//! Nothing but the sizes is kept in memory.

use sixshot_domain::FRAMES_PER_SECOND;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

/// Units of the clock in one frame. The clock itself ticks 24 times as often, so every frame begins on a tick.
const TICKS: u32 = 512;
const TIME_SCALE: u32 = TICKS * FRAMES_PER_SECOND;
/// The unit matrix of a track that is not turned.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// What the tables need to know beforehand.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub width: u16,
    pub height: u16,
    /// All samples that will be written.
    pub samples: u32,
    /// The numbers of the key frames, counted from 0.
    pub key_frames: Vec<u32>,
    /// Sequence parameter set with its header byte.
    pub sequence: Vec<u8>,
    /// Picture parameter set with its header byte.
    pub picture: Vec<u8>,
}

/// Writes a file.
pub(super) struct Mp4Writer {
    file: BufWriter<File>,
    shape: Shape,
    sizes: Vec<u32>,
    moov_at: u64,
    samples_at: u64,
}

impl Mp4Writer {
    /// Begins a file: the type, room for the tables, and the head of the samples.
    pub fn begin(file: File, shape: Shape) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 18, file);
        let mut ftyp = Vec::new();
        part(&mut ftyp, b"ftyp", |body| {
            body.extend_from_slice(b"isom\0\0\x02\0isomiso2avc1mp41");
        });
        let room = moov(&shape, &vec![0; shape.samples as usize], 0).len();
        file.write_all(&ftyp)?;
        file.write_all(&vec![0; room])?;
        file.write_all(b"\0\0\0\0mdat")?;
        let moov_at = ftyp.len() as u64;
        let samples_at = moov_at + room as u64 + 8;
        Ok(Self { file, sizes: Vec::with_capacity(shape.samples as usize), shape, moov_at, samples_at })
    }

    /// Writes one sample.
    pub fn sample(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sizes.push(u32::try_from(bytes.len()).map_err(io::Error::other)?);
        self.file.write_all(bytes)
    }

    /// Fills in the tables and brings everything to the disk.
    pub fn finish(mut self) -> io::Result<()> {
        let length: u64 = self.sizes.iter().map(|size| u64::from(*size)).sum::<u64>() + 8;
        let length = u32::try_from(length).map_err(io::Error::other)?;
        let first = u32::try_from(self.samples_at).map_err(io::Error::other)?;
        self.file.seek(SeekFrom::Start(self.moov_at))?;
        self.file.write_all(&moov(&self.shape, &self.sizes, first))?;
        self.file.write_all(&length.to_be_bytes())?;
        self.file.flush()?;
        self.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

/// Appends a box: its length is filled in when its body is there.
fn part(out: &mut Vec<u8>, kind: &[u8; 4], body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    body(out);
    let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

fn words(out: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

fn halves(out: &mut Vec<u8>, halves: &[u16]) {
    for half in halves {
        out.extend_from_slice(&half.to_be_bytes());
    }
}

fn moov(shape: &Shape, sizes: &[u32], first_sample: u32) -> Vec<u8> {
    let duration = shape.samples * TICKS;
    let mut out = Vec::new();
    part(&mut out, b"moov", |moov| {
        part(moov, b"mvhd", |body| {
            words(body, &[0, 0, 0, TIME_SCALE, duration, 0x1_0000, 0x0100_0000, 0, 0]);
            words(body, &MATRIX);
            words(body, &[0, 0, 0, 0, 0, 0, 2]);
        });
        part(moov, b"trak", |trak| {
            part(trak, b"tkhd", |body| {
                // Enabled and in the movie; track 1; no layer, group or volume.
                words(body, &[3, 0, 0, 1, 0, duration, 0, 0, 0, 0]);
                words(body, &MATRIX);
                words(body, &[u32::from(shape.width) << 16, u32::from(shape.height) << 16]);
            });
            part(trak, b"mdia", |mdia| {
                // 0x55C4 is "no language".
                part(mdia, b"mdhd", |body| words(body, &[0, 0, 0, TIME_SCALE, duration, 0x55C4_0000]));
                part(mdia, b"hdlr", |body| {
                    words(body, &[0, 0]);
                    body.extend_from_slice(b"vide");
                    words(body, &[0, 0, 0]);
                    body.extend_from_slice(b"Rehearsal\0");
                });
                part(mdia, b"minf", |minf| {
                    part(minf, b"vmhd", |body| words(body, &[1, 0, 0]));
                    part(minf, b"dinf", |dinf| {
                        part(dinf, b"dref", |dref| {
                            words(dref, &[0, 1]);
                            part(dref, b"url ", |body| words(body, &[1]));
                        });
                    });
                    part(minf, b"stbl", |stbl| tables(stbl, shape, sizes, first_sample));
                });
            });
        });
    });
    out
}

fn tables(stbl: &mut Vec<u8>, shape: &Shape, sizes: &[u32], first_sample: u32) {
    part(stbl, b"stsd", |stsd| {
        words(stsd, &[0, 1]);
        part(stsd, b"avc1", |entry| sample_entry(entry, shape));
    });
    part(stbl, b"stts", |body| words(body, &[0, 1, shape.samples, TICKS]));
    part(stbl, b"stss", |body| {
        words(body, &[0, shape.key_frames.len() as u32]);
        for frame in &shape.key_frames {
            words(body, &[frame + 1]);
        }
    });
    // All samples lie in one piece.
    part(stbl, b"stsc", |body| words(body, &[0, 1, 1, shape.samples, 1]));
    part(stbl, b"stsz", |body| {
        words(body, &[0, 0, shape.samples]);
        words(body, sizes);
    });
    part(stbl, b"stco", |body| words(body, &[0, 1, first_sample]));
}

fn sample_entry(entry: &mut Vec<u8>, shape: &Shape) {
    halves(entry, &[0, 0, 0, 1]);
    words(entry, &[0, 0, 0, 0]);
    halves(entry, &[shape.width, shape.height]);
    // 72 dots an inch, no data size, one picture a sample.
    words(entry, &[0x48_0000, 0x48_0000, 0]);
    halves(entry, &[1]);
    entry.extend_from_slice(&[0; 32]);
    // 24 bits of colour and no palette.
    halves(entry, &[24, 0xFFFF]);
    part(entry, b"avcC", |body| {
        let claims = shape.sequence.get(1..4).unwrap_or(&[66, 0, 40]);
        body.push(1);
        body.extend_from_slice(claims);
        // Four bytes of length before each unit, one set of each kind.
        body.extend_from_slice(&[0xFF, 0xE1]);
        halves(body, &[shape.sequence.len() as u16]);
        body.extend_from_slice(&shape.sequence);
        body.push(1);
        halves(body, &[shape.picture.len() as u16]);
        body.extend_from_slice(&shape.picture);
    });
    part(entry, b"colr", |body| {
        // BT.709 primaries, transfer and matrix, limited range.
        body.extend_from_slice(b"nclx");
        halves(body, &[1, 1, 1]);
        body.push(0);
    });
    part(entry, b"pasp", |body| words(body, &[1, 1]));
}
