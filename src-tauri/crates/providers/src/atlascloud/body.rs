//! Writing a board in AtlasCloud's words. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::Composition;
use crate::writing::hundredths;
use serde_json::{Map, Value, json};

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("model", json!(model.path(composition)));
    put("prompt", json!(board.prompt));
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
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    if let Some(guidance) = board.guidance.filter(|_| profile.guidance) {
        put("cfg_scale", hundredths(guidance));
    }
    if profile.audio {
        put("sound", json!(composition.audio()));
    }
    if profile.callback && !board.callback.trim().is_empty() {
        put("webhook_url", json!(board.callback.trim()));
    }
    Value::Object(body)
}
