//! Stretches of film encoded side by side and written in order.
//!
//! Each stretch begins with a key frame, so stretches do not depend on one another and any thread can take the next
//! one. Threads run at most a few stretches ahead of the file, which bounds the memory.

use super::bench::Bench;
use super::compose::Composer;
use super::mp4::{Mp4Writer, Shape};
use super::plan::{Plan, Segment};
use super::{RenderError, Rendered, Watch};
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

/// A stretch as it goes into the file.
pub(super) struct Encoded {
    pub index: usize,
    /// One for each frame, with lengths instead of start codes.
    pub samples: Vec<Vec<u8>>,
    pub sequence: Vec<u8>,
    pub picture: Vec<u8>,
}

/// What the threads share.
pub(super) struct Work<'a> {
    pub plan: &'a Plan,
    pub composer: &'a Composer<'a>,
    pub segments: Vec<Segment>,
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

    /// Fails when the work is to end.
    pub fn check(&self) -> Result<(), RenderError> {
        if self.stopped.load(Ordering::Relaxed) || self.watch.cancelled() {
            return Err(RenderError::Cancelled);
        }
        Ok(())
    }

    /// Counts a finished frame.
    pub fn count_frame(&self) {
        self.frames_done.fetch_add(1, Ordering::Relaxed);
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
