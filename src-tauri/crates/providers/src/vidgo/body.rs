//! Writing a board in Vidgo's words. What the model does not know is never sent.

use crate::catalogue::ModelEntry;
use crate::provider::{Composition, PictureSlot};
use serde_json::{Map, Value, json};
use sixshot_domain::Element;

pub(super) fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let board = composition.board;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(model.path(composition)));
    if composition.profile.callback && !board.callback.trim().is_empty() {
        body.insert("callback_url".to_owned(), json!(board.callback.trim()));
    }
    body.insert("input".to_owned(), Value::Object(input(composition)));
    Value::Object(body)
}

fn input(composition: &Composition<'_>) -> Map<String, Value> {
    let board = composition.board;
    let cuts = board.sends_shot_prompts();
    let mut input = Map::new();
    let mut put = |name: &str, value: Value| {
        input.insert(name.to_owned(), value);
    };
    // An element's `@name` is written here just as a person types it.
    if cuts {
        let shots = board.shots.iter().map(|shot| json!({ "prompt": shot.prompt, "duration": shot.seconds }));
        put("multi_prompt", Value::Array(shots.collect()));
    } else {
        put("prompt", json!(board.prompt));
    }
    put("multi_shots", json!(cuts));
    // Several shots always have sound, are billed with it, and are refused without asking for it.
    put("sound", json!(composition.audio() || (cuts && composition.profile.shots_force_audio)));
    put("duration", json!(board.seconds()));
    match composition.first() {
        Some(first) => {
            let last = composition.last().filter(|_| !cuts || composition.profile.last_frame_with_shots);
            let pictures: Vec<_> = [Some(first), last].into_iter().flatten().collect();
            put("image_urls", json!(pictures));
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    let elements = composition.elements();
    if !elements.is_empty() {
        let elements = elements.iter().enumerate().map(|(index, element)| written(composition, index, element));
        put("kling_elements", Value::Array(elements.collect()));
    }
    input
}

fn written(composition: &Composition<'_>, element: usize, of: &Element) -> Value {
    let pictures: Vec<_> = (0..of.pictures.len())
        .map(|picture| (composition.picture)(PictureSlot::Element { element, picture }))
        .collect();
    // A description is asked for, and the name says at least what it is called.
    let description = if of.description.trim().is_empty() { &of.name } else { of.description.trim() };
    json!({ "name": of.name, "description": description, "element_input_urls": pictures })
}
