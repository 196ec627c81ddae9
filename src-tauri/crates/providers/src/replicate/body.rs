//! Writing a board as the input of Replicate's model. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::Composition;
use serde_json::{Map, Value, json};

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let mut input = Map::new();
    let mut put = |name: &str, value: Value| {
        input.insert(name.to_owned(), value);
    };
    if board.sends_shot_prompts() {
        let shots = board.shots.iter().map(|shot| json!({ "prompt": shot.prompt, "duration": shot.seconds }));
        put("multi_prompt", json!(Value::Array(shots.collect()).to_string()));
    }
    // Required beside the shots' own words too, where the first of them says nothing that is not wanted.
    put("prompt", json!(board.words_of(0)));
    if let Some(negative) = composition.negative_prompt() {
        put("negative_prompt", json!(negative));
    }
    put("duration", json!(board.seconds()));
    match composition.first() {
        Some(first) => {
            put("start_image", json!(first));
            if let Some(last) = composition.last() {
                put("end_image", json!(last));
            }
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    if profile.audio {
        put("generate_audio", json!(composition.audio()));
    }
    // Always said: the service's own choice would be the dearer one.
    if !model.word("mode").is_empty() {
        put("mode", json!(model.word("mode")));
    }
    let mut body = json!({ "input": input });
    let callback = board.callback.trim();
    if profile.callback && !callback.is_empty() {
        body["webhook"] = json!(callback);
        body["webhook_events_filter"] = json!(["completed"]);
    }
    body
}
