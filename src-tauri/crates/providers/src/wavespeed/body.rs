//! Writing a board in WaveSpeed's words. What the model does not know is never sent.

use crate::provider::FrameSlot;
use serde_json::{Map, Value, json};
use sixshot_domain::{Board, Element, Profile, ShotPlan};

pub(super) fn write(board: &Board, profile: &Profile, link: &dyn Fn(FrameSlot) -> String) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    if board.sends_shot_prompts() {
        let shots = board.shots.iter().map(
            |shot| json!({ "prompt": with_element_marks(&shot.prompt, &board.elements), "duration": shot.seconds }),
        );
        put("multi_prompt", Value::Array(shots.collect()));
        if profile.intelligent_plan {
            put("shot_type", json!("customize"));
        }
    } else {
        put("prompt", json!(with_element_marks(&board.prompt, &board.elements)));
        if board.plan == ShotPlan::Intelligent && profile.intelligent_plan {
            put("shot_type", json!("intelligence"));
        }
    }
    if profile.negative_prompt_max.is_some() && !board.negative_prompt.trim().is_empty() {
        put("negative_prompt", json!(board.negative_prompt));
    }
    put("duration", json!(board.seconds()));
    if board.first_frame.is_some() {
        put("image", json!(link(FrameSlot::First)));
        if board.last_frame.is_some() {
            put("end_image", json!(link(FrameSlot::Last)));
        }
        if !board.elements.is_empty() && profile.elements_max > 0 {
            let elements = board.elements.iter().map(|element| json!({ "element_id": element.element_id }));
            put("element_list", Value::Array(elements.collect()));
        }
    } else {
        put("aspect_ratio", json!(board.ratio.as_str()));
    }
    if let Some(guidance) = board.guidance.filter(|_| profile.guidance) {
        put("cfg_scale", hundredths(guidance));
    }
    if profile.audio {
        put("sound", json!(board.audio));
    }
    Value::Object(body)
}

/// Hundredths as the decimal a provider reads. The only fraction in a request, and none of it is money or time.
fn hundredths(value: i32) -> Value {
    serde_json::from_str(&format!("{}.{:02}", value / 100, value % 100)).unwrap_or(Value::Null)
}

/// `@name` becomes the mark of the element at its place in the list; other words after `@` stay as they are.
fn with_element_marks(text: &str, elements: &[Element]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        out.push_str(before);
        let starts_word = !before.chars().next_back().or(out.chars().next_back()).is_some_and(char::is_alphanumeric);
        let end = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(after.len());
        let place = elements.iter().position(|element| starts_word && element.name == after[..end]);
        match place {
            Some(index) => out.push_str(&format!("<<<element_{}>>>", index + 1)),
            None => out.push_str(&rest[at..at + 1 + end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_elements_are_marked() {
        let element = |name: &str| Element { name: name.to_owned(), element_id: "1".to_owned() };
        let elements = [element("mara"), element("boat")];
        assert_eq!(
            with_element_marks("@mara steps on the @boat, me@mara.example, @other", &elements),
            "<<<element_1>>> steps on the <<<element_2>>>, me@mara.example, @other"
        );
        assert_eq!(with_element_marks("@", &elements), "@");
    }

    #[test]
    fn guidance_is_written_in_hundredths() {
        assert_eq!(hundredths(50).to_string(), "0.5");
        assert_eq!(hundredths(7).to_string(), "0.07");
        assert_eq!(hundredths(100).to_string(), "1.0");
    }
}
