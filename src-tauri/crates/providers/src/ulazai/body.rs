//! Writing a board in UlazAI's words. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::Composition;
use serde_json::{Map, Value, json};
use sixshot_domain::ShotPlan;

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let first = composition.first();
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("prompt", json!(board.prompt));
    put("generationMode", json!(if first.is_some() { "image_to_video" } else { "text_to_video" }));
    put("durationSeconds", json!(board.seconds()));
    put("qualityMode", json!(model.word("quality")));
    put("sound", json!(composition.audio()));
    put("multiShots", json!(board.plan == ShotPlan::Intelligent && profile.intelligent_plan));
    match first {
        Some(first) => {
            put("startFrameUrl", json!(first));
            if let Some(last) = composition.last() {
                put("endFrameUrl", json!(last));
            }
        }
        None => put("aspectRatio", json!(board.ratio.as_str())),
    }
    // True would publish the clip in the provider's public directory. Left out, elsewhere it means true.
    put("prompt_directory_optin", json!(false));
    Value::Object(body)
}
