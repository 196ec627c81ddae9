//! Writing a board in EvoLink's words. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::Composition;
use crate::writing::{shots_in_prompt, with_marks};
use serde_json::{Map, Value, json};
use sixshot_domain::ShotPlan;

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let marked = |text: &str| with_marks(text, elements, |place| format!("<<<element_{place}>>>"));
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("model", json!(model.path(composition)));
    let prompt = match (board.sends_shot_prompts(), model.word("shots_in_prompt")) {
        (false, _) => marked(&board.prompt),
        // Each shot has its own words, and the main prompt stays empty.
        (true, "") => String::new(),
        (true, word) => shots_in_prompt(&board.shots, word, marked),
    };
    put("prompt", json!(prompt));
    if let Some(negative) = composition.negative_prompt() {
        put("negative_prompt", json!(negative));
    }
    match composition.first() {
        Some(first) => {
            put("image_start", json!(first));
            if let Some(last) = composition.last() {
                put("image_end", json!(last));
            }
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    put("duration", json!(board.seconds()));
    put("quality", json!(model.word("quality")));
    if profile.audio {
        put("sound", json!(if composition.audio() { "on" } else { "off" }));
    }
    if profile.callback && !board.callback.trim().is_empty() {
        put("callback_url", json!(board.callback.trim()));
    }
    let parameters = parameters(composition, model);
    if !parameters.is_empty() {
        put("model_params", Value::Object(parameters));
    }
    Value::Object(body)
}

fn parameters(composition: &Composition<'_>, model: &ModelEntry) -> Map<String, Value> {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let mut parameters = Map::new();
    let mut put = |name: &str, value: Value| {
        parameters.insert(name.to_owned(), value);
    };
    if board.sends_shot_prompts() && model.word("shots_in_prompt").is_empty() {
        put("multi_shot", json!(true));
        put("shot_type", json!("customize"));
        let shots = board.shots.iter().enumerate().map(|(index, shot)| {
            let words = with_marks(&shot.prompt, elements, |place| format!("<<<element_{place}>>>"));
            json!({ "index": index + 1, "prompt": words, "duration": shot.seconds.to_string() })
        });
        put("multi_prompt", Value::Array(shots.collect()));
    } else if board.plan == ShotPlan::Intelligent && profile.intelligent_plan {
        put("multi_shot", json!(true));
        put("shot_type", json!("intelligence"));
    }
    // Bare whole numbers of 64 bits: a fraction would lose the last digits.
    let ids = elements.iter().filter_map(|element| element.element_id.trim().parse::<u64>().ok());
    let ids: Vec<_> = ids.map(|id| json!({ "element_id": id })).collect();
    if !ids.is_empty() {
        put("element_list", Value::Array(ids));
    }
    if profile.watermark && board.watermark {
        put("watermark_info", json!({ "enabled": true }));
    }
    parameters
}
