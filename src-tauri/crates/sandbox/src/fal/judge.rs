//! What fal's models take and cost. A body is judged when it runs and not when it is sent, so a refusal is a result.

use crate::dialect::picture_at;
use crate::state::{ClipOrder, State};
use serde_json::{Value, json};
use sixshot_domain::Ratio;

use super::PROVIDER;

/// A model by its endpoint id.
#[derive(Clone, Copy)]
pub(super) struct Model {
    turbo: bool,
    lines: u32,
    from_image: bool,
}

impl Model {
    pub(super) fn of(endpoint: &str) -> Option<Self> {
        let path = endpoint.strip_prefix("fal-ai/kling-video/v3/")?;
        let (turbo, path) = path.strip_prefix("turbo/").map_or((false, path), |rest| (true, rest));
        let (tier, kind) = path.split_once('/')?;
        let lines = match tier {
            "standard" => 720,
            "pro" => 1080,
            "4k" if !turbo => 2160,
            _ => return None,
        };
        let from_image = match kind {
            "text-to-video" => false,
            "image-to-video" => true,
            _ => return None,
        };
        Some(Self { turbo, lines, from_image })
    }

    /// Millionths of a dollar, from the model pages; written here a second time on purpose, to check the first.
    pub(super) fn price(self, body: &Value) -> i64 {
        let seconds = seconds(body).map_or(5, i64::from);
        // Unless it is said, there is sound.
        let sound = body.get("generate_audio").and_then(Value::as_bool).unwrap_or(true);
        let per_second = match (self.turbo, self.lines, sound) {
            (true, 720, _) | (false, 1080, false) => 112_000,
            (true, _, _) => 140_000,
            (false, 720, false) => 84_000,
            (false, 720, true) => 126_000,
            (false, 1080, true) => 168_000,
            (false, _, _) => 420_000,
        };
        per_second * seconds
    }
}

/// What is wrong with a body, as the result will say it.
pub(super) type Findings = Vec<Value>;

fn finding(field: &str, kind: &str, words: &str) -> Findings {
    let page = format!("https://docs.fal.ai/errors/#{kind}");
    vec![json!({ "loc": ["body", field], "msg": words, "type": kind, "url": page })]
}

fn seconds(body: &Value) -> Option<u32> {
    match body.get("duration") {
        None => Some(5),
        Some(Value::String(text)) => text.parse().ok().filter(|seconds| (3..=15).contains(seconds)),
        Some(_) => None,
    }
}

/// The limits the real service enforces.
pub(super) fn judge(state: &State, model: Model, body: &Value) -> Result<ClipOrder, Findings> {
    let Some(seconds) = seconds(body) else {
        return Err(finding("duration", "literal_error", "Input should be '3', '4' and so on to '15', as text"));
    };
    judge_words(model, body, seconds)?;
    if !model.turbo {
        judge_settings(body)?;
    }
    let ratio = if model.from_image {
        judge_pictures(state, model, body)?
    } else {
        match body.get("aspect_ratio").map(Value::as_str) {
            None | Some(Some("16:9")) => Ratio::Wide,
            Some(Some("9:16")) => Ratio::Tall,
            Some(Some("1:1")) => Ratio::Square,
            Some(_) => return Err(finding("aspect_ratio", "literal_error", "Input should be '16:9', '9:16' or '1:1'")),
        }
    };
    Ok(ClipOrder { seconds, ratio, lines: state.options.lines.unwrap_or(model.lines) })
}

fn judge_words(model: Model, body: &Value, seconds: u32) -> Result<(), Findings> {
    let prompt = body.get("prompt").and_then(Value::as_str);
    match (prompt, body.get("multi_prompt").and_then(Value::as_array)) {
        (None, None) if body.get("input").is_some() => Err(finding("prompt", "missing", "Field required")),
        (None, None) => Err(finding("root", "value_error", "Either 'prompt' or 'multi_prompt' must be provided.")),
        (Some(_), Some(_)) => Err(finding("root", "value_error", "Only one of 'prompt' and 'multi_prompt' is taken.")),
        (Some(prompt), None) if prompt.chars().count() > 2_500 => {
            Err(finding("prompt", "string_too_long", "String should have at most 2500 characters"))
        }
        (Some(_), None) => Ok(()),
        (None, Some(shots)) => {
            let length = |shot: &Value| match shot.get("duration") {
                None => Some(5),
                Some(Value::String(text)) => text.parse::<u32>().ok().filter(|seconds| (1..=15).contains(seconds)),
                Some(_) => None,
            };
            let words =
                |shot: &Value| shot.get("prompt").and_then(Value::as_str).map_or(0, |text| text.chars().count());
            if shots.is_empty() || shots.len() > 6 {
                return Err(finding("multi_prompt", "sequence_too_long", "List should have 1 to 6 items"));
            }
            if shots.iter().any(|shot| length(shot).is_none() || !(1..=512).contains(&words(shot))) {
                return Err(finding("multi_prompt", "value_error", "Each shot needs words and whole seconds as text."));
            }
            if shots.iter().filter_map(length).sum::<u32>() != seconds {
                return Err(finding("multi_prompt", "value_error", "The shots' durations must add up to 'duration'."));
            }
            if !model.turbo && body.get("end_image_url").is_some() {
                return Err(finding("end_image_url", "value_error", "'multi_prompt' takes no end image."));
            }
            Ok(())
        }
    }
}

fn judge_settings(body: &Value) -> Result<(), Findings> {
    if !matches!(body.get("shot_type").map(Value::as_str), None | Some(Some("customize" | "intelligent"))) {
        return Err(finding("shot_type", "literal_error", "Input should be 'customize' or 'intelligent'"));
    }
    if body.get("generate_audio").is_some_and(|value| !value.is_boolean()) {
        return Err(finding("generate_audio", "bool_type", "Input should be a valid boolean"));
    }
    let guidance = body.get("cfg_scale").map(Value::as_f64);
    if guidance.is_some_and(|value| value.is_none_or(|value| !(0.0..=1.0).contains(&value))) {
        return Err(finding("cfg_scale", "less_than_equal", "Input should be from 0 to 1"));
    }
    Ok(())
}

fn judge_pictures(state: &State, model: Model, body: &Value) -> Result<Ratio, Findings> {
    let at = |link: &Value| link.as_str().and_then(|link| picture_at(state, PROVIDER, link));
    let first = if model.turbo { "image_url" } else { "start_image_url" };
    let Some(link) = body.get(first) else { return Err(finding(first, "missing", "Field required")) };
    let lost = |field: &str| finding(field, "file_download_error", "The picture could not be downloaded.");
    let ratio = at(link).ok_or_else(|| lost(first))?;
    if model.turbo {
        return Ok(ratio);
    }
    if body.get("end_image_url").is_some_and(|link| at(link).is_none()) {
        return Err(lost("end_image_url"));
    }
    let elements = body.get("elements").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if elements.len() > 3 {
        return Err(finding("elements", "sequence_too_long", "List should have at most 3 items"));
    }
    for element in elements {
        let references = element.get("reference_image_urls").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if !(1..=3).contains(&references.len()) {
            return Err(finding("elements", "value_error", "An element needs one to three reference images."));
        }
        let frontal = element.get("frontal_image_url").unwrap_or(&Value::Null);
        if std::iter::once(frontal).chain(references).any(|link| at(link).is_none()) {
            return Err(lost("elements"));
        }
    }
    Ok(ratio)
}
