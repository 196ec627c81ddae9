//! Writing requests: what several adapters write the same way.

use serde_json::Value;
use sixshot_domain::{Element, Shot};

/// Hundredths as the decimal a provider reads. The only fraction in a request, and none of it is money or time.
#[must_use]
pub fn hundredths(value: i32) -> Value {
    serde_json::from_str(&format!("{}.{:02}", value / 100, value % 100)).unwrap_or(Value::Null)
}

/// Fields as the query of an address.
#[must_use]
pub fn query(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Shots in the notation that Kling reads inside a prompt, such as `shot 1, 3, words; shot 2, 4, words;`. `word` is what
/// a shot is called there, `marked` writes the names of elements.
#[must_use]
pub fn shots_in_prompt(shots: &[Shot], word: &str, marked: impl Fn(&str) -> String) -> String {
    let shots = shots.iter().enumerate().map(|(index, shot)| {
        // A semicolon ends a shot in this notation, so it cannot stand inside one.
        let words = marked(&shot.prompt).replace([';', '；'], ",").replace(['\n', '\r'], " ");
        format!("{word} {}, {}, {};", index + 1, shot.seconds, words.trim())
    });
    shots.collect::<Vec<_>>().join(" ")
}

/// Bytes as base64, for pictures that travel inside a request.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Replaces each `@name` of an element by what the provider writes for it; `mark` gets its place in the list, from 1.
/// Other words after `@` stay as they are.
#[must_use]
pub fn with_marks(text: &str, elements: &[Element], mark: impl Fn(usize) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        out.push_str(before);
        let starts_word = !before.chars().next_back().or(out.chars().next_back()).is_some_and(char::is_alphanumeric);
        let end = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(after.len());
        let place = elements.iter().position(|element| starts_word && element.name == after[..end]);
        match place {
            Some(index) => out.push_str(&mark(index + 1)),
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
        let element = |name: &str| Element {
            name: name.to_owned(),
            element_id: "1".to_owned(),
            description: String::new(),
            pictures: vec![],
        };
        let elements = [element("mara"), element("boat")];
        assert_eq!(
            with_marks("@mara steps on the @boat, me@mara.example, @other", &elements, |n| format!("<<<{n}>>>")),
            "<<<1>>> steps on the <<<2>>>, me@mara.example, @other"
        );
        assert_eq!(with_marks("@", &elements, |_| String::new()), "@");
    }

    #[test]
    fn guidance_is_written_in_hundredths() {
        assert_eq!(hundredths(50).to_string(), "0.5");
        assert_eq!(hundredths(7).to_string(), "0.07");
        assert_eq!(hundredths(100).to_string(), "1.0");
    }
}
