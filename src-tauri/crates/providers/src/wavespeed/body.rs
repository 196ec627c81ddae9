//! Writing a board in WaveSpeed's words. What the model does not know is never sent.

use crate::provider::Composition;
use crate::writing::{hundredths, with_marks};
use serde_json::{Map, Value, json};
use sixshot_domain::ShotPlan;

pub(super) fn write(composition: &Composition<'_>) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let marked = |text: &str| with_marks(text, elements, |place| format!("<<<element_{place}>>>"));
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    if board.sends_shot_prompts() {
        let shots = board.shots.iter();
        let shots = shots.map(|shot| json!({ "prompt": marked(&shot.prompt), "duration": shot.seconds }));
        put("multi_prompt", Value::Array(shots.collect()));
        if profile.intelligent_plan {
            put("shot_type", json!("customize"));
        }
    } else {
        put("prompt", json!(marked(&board.prompt)));
        if board.plan == ShotPlan::Intelligent && profile.intelligent_plan {
            put("shot_type", json!("intelligence"));
        }
    }
    if let Some(negative) = composition.negative_prompt() {
        put("negative_prompt", json!(negative));
    }
    put("duration", json!(board.seconds()));
    match composition.first() {
        Some(first) => {
            put("image", json!(first));
            if let Some(last) = composition.last() {
                put("end_image", json!(last));
            }
            if !elements.is_empty() {
                let ids = elements.iter().map(|element| json!({ "element_id": element.element_id.trim() }));
                put("element_list", Value::Array(ids.collect()));
            }
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    if let Some(guidance) = board.guidance.filter(|_| profile.guidance) {
        put("cfg_scale", hundredths(guidance));
    }
    if profile.audio {
        put("sound", json!(board.audio));
    }
    Value::Object(body)
}
