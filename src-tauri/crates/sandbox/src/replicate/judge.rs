//! What Replicate's Kling model takes and costs.

use super::PROVIDER;
use crate::dialect::takes;
use crate::state::{ClipOrder, State};
use serde_json::{Value, json};
use sixshot_domain::Ratio;

/// Every input the model knows.
const KNOWN: [&str; 9] = [
    "prompt",
    "negative_prompt",
    "start_image",
    "end_image",
    "mode",
    "aspect_ratio",
    "duration",
    "generate_audio",
    "multi_prompt",
];

/// One field that is refused, as the service describes it.
pub(super) type Refused = Value;

fn refused(field: &str, kind: &str, words: &str) -> Refused {
    json!({ "type": kind, "field": format!("input.{field}"), "description": words })
}

fn mode(input: &Value) -> &str {
    // The dearer one, unless it is said.
    input.get("mode").and_then(Value::as_str).unwrap_or("pro")
}

/// Millionths of a dollar, from public lists; written here a second time on purpose, to check the first.
pub(super) fn price(input: &Value) -> i64 {
    let seconds = input.get("duration").and_then(Value::as_i64).unwrap_or(5);
    let sound = input.get("generate_audio").and_then(Value::as_bool).unwrap_or(false);
    let per_second = match (mode(input), sound) {
        ("standard", false) => 84_000,
        ("standard", true) => 126_000,
        (_, false) => 112_000,
        (_, true) => 168_000,
    };
    per_second * seconds
}

/// The limits the real service enforces.
pub(super) fn judge(state: &State, input: &Value) -> Result<ClipOrder, Refused> {
    let Some(fields) = input.as_object() else { return Err(refused("prompt", "required", "prompt is required")) };
    if let Some(odd) = fields.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let words = format!("Additional property {odd} is not allowed");
        return Err(refused(odd, "additional_property_not_allowed", &words));
    }
    let Some(prompt) = input.get("prompt").and_then(Value::as_str) else {
        return Err(refused("prompt", "required", "prompt is required"));
    };
    let negative = input.get("negative_prompt").map_or(Some(""), Value::as_str);
    for (field, text) in [("prompt", Some(prompt)), ("negative_prompt", negative)] {
        if text.is_none_or(|text| text.chars().count() > 2_500) {
            return Err(refused(field, "string_lte", "String length must be less than or equal to 2500"));
        }
    }
    let seconds = match input.get("duration") {
        None => 5,
        Some(value) => match value.as_u64() {
            None => return Err(refused("duration", "invalid_type", "Invalid type. Expected: integer")),
            Some(seconds) if seconds > 15 => {
                return Err(refused("duration", "number_lte", "Must be less than or equal to 15"));
            }
            Some(seconds) if seconds < 3 => {
                return Err(refused("duration", "number_gte", "Must be greater than or equal to 3"));
            }
            Some(seconds) => seconds,
        },
    };
    let lines = match mode(input) {
        "standard" => 720,
        "pro" => 1080,
        _ => return Err(refused("mode", "enum", "mode must be one of: \"standard\", \"pro\"")),
    };
    if input.get("generate_audio").is_some_and(|value| !value.is_boolean()) {
        return Err(refused("generate_audio", "invalid_type", "Invalid type. Expected: boolean"));
    }
    judge_shots(input, seconds)?;
    let written = match input.get("aspect_ratio").map(Value::as_str) {
        None | Some(Some("16:9")) => Ratio::Wide,
        Some(Some("9:16")) => Ratio::Tall,
        Some(Some("1:1")) => Ratio::Square,
        Some(_) => {
            return Err(refused("aspect_ratio", "enum", "aspect_ratio must be one of: \"16:9\", \"9:16\", \"1:1\""));
        }
    };
    let first = picture(state, input, "start_image")?;
    let last = picture(state, input, "end_image")?;
    if last.is_some() && first.is_none() {
        return Err(refused("end_image", "invalid", "end_image needs start_image"));
    }
    let seconds = u32::try_from(seconds).unwrap_or(5);
    Ok(ClipOrder { seconds, ratio: first.unwrap_or(written), lines: state.options.lines.unwrap_or(lines) })
}

/// JSON inside a text.
fn judge_shots(input: &Value, seconds: u64) -> Result<(), Refused> {
    let Some(text) = input.get("multi_prompt") else { return Ok(()) };
    let Some(text) = text.as_str() else {
        return Err(refused("multi_prompt", "invalid_type", "Invalid type. Expected: string"));
    };
    let wrong = |words: &str| Err(refused("multi_prompt", "invalid", words));
    let Ok(Value::Array(shots)) = serde_json::from_str(text) else { return wrong("multi_prompt must be a JSON array") };
    let length = |shot: &Value| shot.get("duration").and_then(Value::as_u64).unwrap_or(0);
    let spoken = |shot: &Value| shot.get("prompt").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if !(1..=6).contains(&shots.len()) {
        return wrong("multi_prompt takes 1 to 6 shots");
    }
    if shots.iter().any(|shot| length(shot) == 0 || !spoken(shot)) {
        return wrong("each shot needs a prompt and a duration of at least 1");
    }
    if shots.iter().map(length).sum::<u64>() != seconds {
        return wrong("the shots' durations must add up to duration");
    }
    Ok(())
}

fn picture(state: &State, input: &Value, field: &str) -> Result<Option<Ratio>, Refused> {
    let Some(link) = input.get(field) else { return Ok(None) };
    let base = format!("{}/{PROVIDER}/v1/files/", state.origin);
    let id = link.as_str().and_then(|link| link.strip_prefix(&base));
    let memory = state.memory();
    match id.and_then(|id| memory.uploads.get(id)).filter(|upload| takes(upload)) {
        Some(upload) => Ok(Some(upload.ratio)),
        None => Err(refused(field, "format", "Does not match format 'uri', or is no picture that can be read")),
    }
}
