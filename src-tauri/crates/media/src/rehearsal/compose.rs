//! One frame of film from pictures, camera and captions.

use super::camera::{self, Window};
use super::held::Blocks;
use super::overlay::Overlays;
use super::plan::{Content, Plan, Strip};
use super::planes::Planes;
use super::{Pictures, RenderError, Watch, slate, source};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Everything a frame is made from. Shared by the threads that draw.
pub(super) struct Composer<'a> {
    plan: &'a Plan,
    /// One for each strip of the plan.
    sources: Vec<Planes>,
    overlays: Overlays,
}

/// Room for drawing, one for each thread.
pub(super) struct Sketch {
    /// The frame.
    pub film: Planes,
    other: Planes,
}

impl<'a> Composer<'a> {
    /// Prepares pictures, slates and captions.
    pub fn new(plan: &'a Plan, pictures: &dyn Pictures, watch: &dyn Watch) -> Result<Self, RenderError> {
        let sources = prepare_all(plan, pictures, watch)?;
        Ok(Self { plan, sources, overlays: Overlays::new(plan) })
    }

    /// Room for drawing in the film's size.
    pub fn sketch(&self) -> Sketch {
        let film = Planes::new(self.plan.width as usize, self.plan.height as usize);
        Sketch { other: film.clone(), film }
    }

    /// Draws all of a frame but the clock.
    pub fn draw_still(&self, frame: u32, sketch: &mut Sketch) {
        let mut seen = self.plan.seen(frame);
        if let Some((index, strip)) = seen.next() {
            self.draw_strip(index, strip, frame, &mut sketch.film);
            for (index, incoming) in seen {
                self.draw_strip(index, incoming, frame, &mut sketch.other);
                sketch.film.mix(&sketch.other, dissolve_weight(strip, incoming, frame));
            }
        }
        self.overlays.lay_still(self.plan.caption_at(frame), &mut sketch.film);
    }

    /// Draws the clock.
    pub fn draw_clock(&self, frame: u32, film: &mut Planes) {
        self.overlays.lay_clock(frame, film);
    }

    /// The macroblocks the clock can change.
    pub fn clock_blocks(&self) -> Option<Blocks> {
        self.overlays.clock_blocks()
    }

    fn draw_strip(&self, index: usize, strip: &Strip, frame: u32, film: &mut Planes) {
        let Some(picture) = self.sources.get(index) else { return };
        let whole = strip.is_still() && strip.from == camera::View::FULL;
        if whole && (picture.width(), picture.height()) == (film.width(), film.height()) {
            film.copy_from(picture);
            return;
        }
        let (step, last_step) = (frame - strip.frames.start, strip.frames.end - strip.frames.start - 1);
        let window = Window::at(strip.from, strip.to, step, last_step, picture.width(), picture.height());
        camera::look(picture, window, film);
    }
}

/// How much of the incoming strip is seen, in 256ths: gently at both ends of the overlap.
fn dissolve_weight(outgoing: &Strip, incoming: &Strip, frame: u32) -> u16 {
    let overlap = outgoing.frames.end - incoming.frames.start;
    let step = frame - incoming.frames.start + 1;
    let part = step * 1024 / (overlap + 1);
    let eased = u64::from(part) * u64::from(part) * u64::from(3 * 1024 - 2 * part) / (1024 * 1024);
    u16::try_from(eased / 4).unwrap_or(256).min(256)
}

/// Decoding is the slow part, so pictures are prepared side by side.
fn prepare_all(plan: &Plan, pictures: &dyn Pictures, watch: &dyn Watch) -> Result<Vec<Planes>, RenderError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<Planes, RenderError>>>> =
        Mutex::new(plan.strips.iter().map(|_| None).collect());
    let threads = thread::available_parallelism().map_or(1, usize::from).min(plan.strips.len()).min(2);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(strip) = plan.strips.get(index) else { break };
                    let prepared = prepare(plan, strip, pictures, watch);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    results[index] = Some(prepared);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|result| result.unwrap_or(Err(RenderError::Cancelled))).collect()
}

fn prepare(plan: &Plan, strip: &Strip, pictures: &dyn Pictures, watch: &dyn Watch) -> Result<Planes, RenderError> {
    if watch.cancelled() {
        return Err(RenderError::Cancelled);
    }
    match &strip.content {
        Content::Picture(id) => source::prepare(pictures, id, plan.width, plan.height, !strip.is_still()),
        Content::Slate(shot) => match plan.captions.get(*shot) {
            Some(caption) => Ok(slate::draw(plan, caption)),
            None => Ok(Planes::new(plan.width as usize, plan.height as usize)),
        },
    }
}
