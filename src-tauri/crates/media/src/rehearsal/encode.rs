//! Stretches of film encoded side by side and written in order.
//!
//! Each stretch begins with a key frame, so stretches do not depend on one another and any thread can take the next
//! one. Threads run at most a few stretches ahead of the file, which bounds the memory.

use super::compose::{Composer, Sketch};
use super::held::{MACROBLOCK, SliceShape};
use super::mp4::{Mp4Writer, Shape};
use super::plan::{Plan, Segment};
use super::{RenderError, Rendered, Watch};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, RateControlMode, UsageType,
    VuiConfig,
};
use sixshot_domain::FRAMES_PER_SECOND;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// More threads than this gain little and cost memory.
const MOST_THREADS: usize = 8;
/// Progress is told every so many frames.
const FRAMES_BETWEEN_REPORTS: u32 = 6;
/// How often the writer looks up while it waits.
const PATIENCE: Duration = Duration::from_millis(20);

const UNIT_KIND_SEQUENCE: u8 = 7;
const UNIT_KIND_PICTURE: u8 = 8;

/// A stretch as it goes into the file.
struct Encoded {
    index: usize,
    /// One for each frame, with lengths instead of start codes.
    samples: Vec<Vec<u8>>,
    sequence: Vec<u8>,
    picture: Vec<u8>,
}

/// What the threads share.
struct Work<'a> {
    plan: &'a Plan,
    composer: &'a Composer<'a>,
    segments: Vec<Segment>,
    watch: &'a dyn Watch,
    stopped: AtomicBool,
    frames_done: AtomicU32,
    line: Mutex<Line>,
    moved: Condvar,
    most_ahead: usize,
}

/// How far the work is.
struct Line {
    next: usize,
    written: usize,
}

/// Encodes the whole plan into a file.
pub(super) fn encode(
    plan: &Plan,
    composer: &Composer<'_>,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Rendered, RenderError> {
    let file = File::create(out).map_err(RenderError::Disk)?;
    let segments = plan.segments();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(segments.len()).min(MOST_THREADS);
    let work = Work {
        plan,
        composer,
        segments,
        watch,
        stopped: AtomicBool::new(false),
        frames_done: AtomicU32::new(0),
        line: Mutex::new(Line { next: 0, written: 0 }),
        moved: Condvar::new(),
        most_ahead: threads * 2,
    };
    let written = thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..threads {
            let (work, sender) = (&work, sender.clone());
            scope.spawn(move || work.run(&sender));
        }
        drop(sender);
        let written = work.write(file, &receiver);
        // Whatever the reason for ending, the threads must not wait for the file any more.
        work.stop();
        written
    });
    written?;
    Ok(Rendered { width: plan.width, height: plan.height, frames: plan.frames })
}

impl Work<'_> {
    /// Takes stretches until there are none left.
    fn run(&self, sender: &Sender<Result<Encoded, RenderError>>) {
        let mut bench = match Bench::new(self) {
            Ok(bench) => bench,
            Err(error) => {
                self.send(sender, Err(error));
                return;
            }
        };
        while let Some(index) = self.take() {
            let encoded = bench.encode(index);
            let failed = encoded.is_err();
            self.send(sender, encoded);
            if failed {
                return;
            }
        }
    }

    fn send(&self, sender: &Sender<Result<Encoded, RenderError>>, encoded: Result<Encoded, RenderError>) {
        // The writer has gone when it failed, and it has told why itself.
        if sender.send(encoded).is_err() {
            self.stop();
        }
    }

    /// The next stretch, as soon as the file is not too far behind.
    fn take(&self) -> Option<usize> {
        let mut line = self.line();
        loop {
            if self.stopped.load(Ordering::Relaxed) || line.next >= self.segments.len() {
                return None;
            }
            if line.next < line.written + self.most_ahead {
                line.next += 1;
                return Some(line.next - 1);
            }
            line = self.moved.wait(line).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Under the lock, so that a thread between its look and its wait cannot miss it.
        let line = self.line();
        self.moved.notify_all();
        drop(line);
    }

    /// Writes stretches in order as they come, tells the progress, and stops on request.
    fn write(&self, file: File, receiver: &Receiver<Result<Encoded, RenderError>>) -> Result<(), RenderError> {
        let mut early: Vec<Option<Encoded>> = self.segments.iter().map(|_| None).collect();
        let mut writer = Writer { work: self, file: Some(file), mp4: None, sets: None };
        let mut told = 0;
        for index in 0..self.segments.len() {
            let encoded = loop {
                if let Some(encoded) = early[index].take() {
                    break encoded;
                }
                if self.watch.cancelled() {
                    return Err(RenderError::Cancelled);
                }
                match receiver.recv_timeout(PATIENCE) {
                    Ok(encoded) => {
                        let encoded = encoded?;
                        let place = encoded.index;
                        early[place] = Some(encoded);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(RenderError::Encoder("a worker ended early".to_owned()));
                    }
                }
                let done = self.frames_done.load(Ordering::Relaxed);
                if done >= told + FRAMES_BETWEEN_REPORTS && done < self.plan.frames {
                    told = done;
                    self.watch.progress(done, self.plan.frames);
                }
            };
            writer.write(&encoded)?;
            self.line().written = index + 1;
            self.moved.notify_all();
        }
        writer.finish()?;
        self.watch.progress(self.plan.frames, self.plan.frames);
        Ok(())
    }
}

/// The file, begun when the first stretch brings the parameter sets.
struct Writer<'a> {
    work: &'a Work<'a>,
    file: Option<File>,
    mp4: Option<Mp4Writer>,
    sets: Option<(Vec<u8>, Vec<u8>)>,
}

impl Writer<'_> {
    fn write(&mut self, encoded: &Encoded) -> Result<(), RenderError> {
        match &self.sets {
            Some((sequence, picture)) if *sequence != encoded.sequence || *picture != encoded.picture => {
                return Err(RenderError::Encoder("two encoders disagree".to_owned()));
            }
            Some(_) => {}
            None => self.begin(encoded)?,
        }
        if let Some(mp4) = &mut self.mp4 {
            for sample in &encoded.samples {
                mp4.sample(sample).map_err(RenderError::Disk)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self, encoded: &Encoded) -> Result<(), RenderError> {
        let plan = self.work.plan;
        let side = |side: u32| u16::try_from(side).map_err(|error| RenderError::Encoder(error.to_string()));
        let shape = Shape {
            width: side(plan.width)?,
            height: side(plan.height)?,
            samples: plan.frames,
            key_frames: self.work.segments.iter().map(|segment| segment.frames.start).collect(),
            sequence: encoded.sequence.clone(),
            picture: encoded.picture.clone(),
        };
        if let Some(file) = self.file.take() {
            self.mp4 = Some(Mp4Writer::begin(file, shape).map_err(RenderError::Disk)?);
        }
        self.sets = Some((encoded.sequence.clone(), encoded.picture.clone()));
        Ok(())
    }

    fn finish(self) -> Result<(), RenderError> {
        let mp4 = self.mp4.ok_or(RenderError::NothingToShow)?;
        mp4.finish().map_err(RenderError::Disk)
    }
}

/// One thread's encoder and drawing room.
struct Bench<'a> {
    work: &'a Work<'a>,
    encoder: Encoder,
    sketch: Sketch,
    /// The encoder makes its first frame a key frame by itself.
    fresh: bool,
}

impl<'a> Bench<'a> {
    fn new(work: &'a Work<'a>) -> Result<Self, RenderError> {
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), settings()).map_err(fault)?;
        Ok(Self { work, encoder, sketch: work.composer.sketch(), fresh: true })
    }

    fn encode(&mut self, index: usize) -> Result<Encoded, RenderError> {
        let segment = self.work.segments[index].clone();
        let mut encoded = Encoded { index, samples: Vec::new(), sequence: Vec::new(), picture: Vec::new() };
        let first = segment.frames.start;
        self.check_cancel()?;
        self.work.composer.draw_still(first, &mut self.sketch);
        // A held stretch keeps the picture without the clock, to put the next clock on.
        let ground = segment.held.then(|| self.sketch.film.clone());
        self.work.composer.draw_clock(first, &mut self.sketch.film);
        if !self.fresh {
            self.encoder.force_intra_frame();
        }
        self.fresh = false;
        self.encode_frame(true, &mut encoded)?;
        let shape = SliceShape::read(&encoded.sequence, &encoded.picture);
        match (ground, shape) {
            (Some(ground), Some(shape)) => self.hold(&segment, shape, &ground, &mut encoded)?,
            _ => self.go_on(&segment, &mut encoded)?,
        }
        Ok(encoded)
    }

    /// The rest of a stretch in which something moves.
    fn go_on(&mut self, segment: &Segment, encoded: &mut Encoded) -> Result<(), RenderError> {
        for frame in segment.frames.start + 1..segment.frames.end {
            self.check_cancel()?;
            self.work.composer.draw_still(frame, &mut self.sketch);
            self.work.composer.draw_clock(frame, &mut self.sketch.film);
            self.encode_frame(false, encoded)?;
        }
        Ok(())
    }

    /// The rest of a stretch in which only the clock changes: written without the encoder.
    fn hold(
        &mut self,
        segment: &Segment,
        shape: SliceShape,
        ground: &super::planes::Planes,
        encoded: &mut Encoded,
    ) -> Result<(), RenderError> {
        let blocks = self.work.composer.clock_blocks();
        let count = |side: u32| side.div_ceil(MACROBLOCK as u32);
        let macroblocks = count(self.work.plan.width) * count(self.work.plan.height);
        let film = &mut self.sketch.film;
        let mut before = blocks.as_ref().map(|blocks| blocks.patches(film)).unwrap_or_default();
        for frame in segment.frames.start + 1..segment.frames.end {
            if self.work.watch.cancelled() {
                return Err(RenderError::Cancelled);
            }
            let mut changed = Vec::new();
            if let Some(blocks) = &blocks {
                blocks.copy(ground, film);
                self.work.composer.draw_clock(frame, film);
                let now = blocks.patches(film);
                changed =
                    now.iter().zip(&before).filter(|(now, before)| now != before).map(|(now, _)| now.clone()).collect();
                before = now;
            }
            let unit = shape.frame(frame - segment.frames.start, macroblocks, &changed);
            let mut sample = Vec::with_capacity(unit.len() + 4);
            append_unit(&unit, &mut sample)?;
            encoded.samples.push(sample);
            self.work.frames_done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn check_cancel(&self) -> Result<(), RenderError> {
        if self.work.stopped.load(Ordering::Relaxed) || self.work.watch.cancelled() {
            return Err(RenderError::Cancelled);
        }
        Ok(())
    }

    /// Encodes the frame in the sketch and adds it as a sample.
    fn encode_frame(&mut self, key: bool, encoded: &mut Encoded) -> Result<(), RenderError> {
        let stream = self.encoder.encode(&self.sketch.film).map_err(fault)?;
        let kind = stream.frame_type();
        if (kind == FrameType::IDR) != key || kind == FrameType::Skip {
            return Err(RenderError::Encoder(format!("a frame came out as {kind:?}")));
        }
        let mut sample = Vec::new();
        for layer in (0..stream.num_layers()).filter_map(|index| stream.layer(index)) {
            for unit in (0..layer.nal_count()).filter_map(|index| layer.nal_unit(index)) {
                let unit = without_start_code(unit);
                match unit.first().map(|header| header & 0x1F) {
                    Some(UNIT_KIND_SEQUENCE) => encoded.sequence = unit.to_vec(),
                    Some(UNIT_KIND_PICTURE) => encoded.picture = unit.to_vec(),
                    Some(_) => append_unit(unit, &mut sample)?,
                    None => {}
                }
            }
        }
        if sample.is_empty() {
            return Err(RenderError::Encoder("a frame came out empty".to_owned()));
        }
        encoded.samples.push(sample);
        self.work.frames_done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn without_start_code(unit: &[u8]) -> &[u8] {
    let zeros = unit.iter().take_while(|byte| **byte == 0).count();
    unit.get(zeros + 1..).unwrap_or_default()
}

fn append_unit(unit: &[u8], sample: &mut Vec<u8>) -> Result<(), RenderError> {
    let length = u32::try_from(unit.len()).map_err(|error| RenderError::Encoder(error.to_string()))?;
    sample.extend_from_slice(&length.to_be_bytes());
    sample.extend_from_slice(unit);
    Ok(())
}

/// One constant quality, so that encoders on different threads agree and no frame is ever dropped. Everything that
/// looks for camera noise or talking heads is off: there is none in a rehearsal.
fn settings() -> EncoderConfig {
    EncoderConfig::new()
        .rate_control_mode(RateControlMode::Off)
        .bitrate(BitRate::from_bps(20_000_000))
        .max_frame_rate(FrameRate::from_hz(FRAMES_PER_SECOND as f32))
        .intra_frame_period(IntraFramePeriod::from_num_frames(0))
        .usage_type(UsageType::CameraVideoRealTime)
        .complexity(Complexity::Low)
        .skip_frames(false)
        .scene_change_detect(false)
        .adaptive_quantization(false)
        .background_detection(false)
        .num_threads(1)
        .vui(VuiConfig::bt709())
}

fn fault(error: openh264::Error) -> RenderError {
    RenderError::Encoder(error.to_string())
}
