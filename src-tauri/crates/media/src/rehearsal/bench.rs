//! One thread's place of work: it draws frames and has them encoded.

use super::RenderError;
use super::compose::Sketch;
use super::encode::{Encoded, Work};
use super::held::{MACROBLOCK, SliceShape};
use super::plan::Segment;
use super::planes::Planes;
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode,
    UsageType, VuiConfig,
};
use sixshot_domain::FRAMES_PER_SECOND;

/// Fine enough that a dark gradient shows no steps.
const QUANTISER: u8 = 20;

const UNIT_KIND_SEQUENCE: u8 = 7;
const UNIT_KIND_PICTURE: u8 = 8;

/// One thread's encoder and drawing room.
pub(super) struct Bench<'a> {
    work: &'a Work<'a>,
    /// A new one for each stretch: an old one counts its key frames, and the file would depend on which thread took
    /// which stretch.
    encoder: Encoder,
    sketch: Sketch,
}

impl<'a> Bench<'a> {
    pub fn new(work: &'a Work<'a>) -> Result<Self, RenderError> {
        Ok(Self { work, encoder: new_encoder()?, sketch: work.composer.sketch() })
    }

    /// Encodes one stretch.
    pub fn encode(&mut self, index: usize) -> Result<Encoded, RenderError> {
        let segment = self.work.segments[index].clone();
        let mut encoded = Encoded { index, samples: Vec::new(), sequence: Vec::new(), picture: Vec::new() };
        let first = segment.frames.start;
        self.work.check()?;
        self.work.composer.draw_still(first, &mut self.sketch);
        // A held stretch keeps the picture without the clock, to put the next clock on.
        let ground = segment.held.then(|| self.sketch.film.clone());
        self.work.composer.draw_clock(first, &mut self.sketch.film);
        self.encoder = new_encoder()?;
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
            self.work.check()?;
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
        ground: &Planes,
        encoded: &mut Encoded,
    ) -> Result<(), RenderError> {
        let blocks = self.work.composer.clock_blocks();
        let count = |side: u32| side.div_ceil(MACROBLOCK as u32);
        let macroblocks = count(self.work.plan.width) * count(self.work.plan.height);
        let film = &mut self.sketch.film;
        let mut before = blocks.as_ref().map(|blocks| blocks.patches(film)).unwrap_or_default();
        for frame in segment.frames.start + 1..segment.frames.end {
            self.work.check()?;
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
            self.work.count_frame();
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
        self.work.count_frame();
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

/// One constant quality, so that encoders on different threads agree and no frame is ever dropped: rate control is on
/// only because the quantiser cannot be chosen without it, and its range leaves it no choice. Everything that looks for
/// camera noise or talking heads is off: there is none in a rehearsal.
fn settings() -> EncoderConfig {
    EncoderConfig::new()
        .rate_control_mode(RateControlMode::Bufferbased)
        .qp(QpRange::new(QUANTISER, QUANTISER))
        .bitrate(BitRate::from_bps(60_000_000))
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

fn new_encoder() -> Result<Encoder, RenderError> {
    Encoder::with_api_config(OpenH264API::from_source(), settings()).map_err(fault)
}

fn fault(error: openh264::Error) -> RenderError {
    RenderError::Encoder(error.to_string())
}
