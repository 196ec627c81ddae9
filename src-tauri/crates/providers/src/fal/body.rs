//! Writing a board in fal's words: flat, whole seconds as text. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::{Composition, PictureSlot};
use crate::writing::{hundredths, with_marks};
use serde_json::{Map, Value, json};
use sixshot_domain::ShotPlan;

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let marked = |text: &str| with_marks(text, elements, |place| format!("@Element{place}"));
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    if board.sends_shot_prompts() {
        let shots = board.shots.iter();
        let shots = shots.map(|shot| json!({ "prompt": marked(&shot.prompt), "duration": shot.seconds.to_string() }));
        put("multi_prompt", Value::Array(shots.collect()));
        if profile.intelligent_plan {
            put("shot_type", json!("customize"));
        }
    } else {
        put("prompt", json!(marked(&board.prompt)));
        if board.plan == ShotPlan::Intelligent && profile.intelligent_plan {
            put("shot_type", json!("intelligent"));
        }
    }
    if let Some(negative) = composition.negative_prompt() {
        put("negative_prompt", json!(negative));
    }
    put("duration", json!(board.seconds().to_string()));
    match composition.first() {
        Some(first) => {
            put(model.word("first_frame"), json!(first));
            if let Some(last) = composition.last() {
                put("end_image_url", json!(last));
            }
            if !elements.is_empty() {
                put("elements", (0..elements.len()).map(|place| element(composition, place)).collect());
            }
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    if let Some(guidance) = board.guidance.filter(|_| profile.guidance) {
        put("cfg_scale", hundredths(guidance));
    }
    if profile.audio {
        // Always said: fal's own choice would be sound, which costs half as much again.
        put("generate_audio", json!(composition.audio()));
    }
    Value::Object(body)
}

/// One element by its pictures: the first is the frontal one.
fn element(composition: &Composition<'_>, place: usize) -> Value {
    let count = composition.elements().get(place).map_or(0, |element| element.pictures.len());
    let picture = |picture| (composition.picture)(PictureSlot::Element { element: place, picture });
    let references: Vec<String> = (1..count).map(picture).collect();
    json!({ "frontal_image_url": picture(0), "reference_image_urls": references })
}
