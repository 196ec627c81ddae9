//! Reading a provider's list of tasks: for many questions at once, and for what an account has that nobody here owns.

use crate::catalogue::{ModelEntry, ProviderEntry};
use crate::error::ProviderError;
use crate::provider::{AccountTask, RemoteState, Standing};
use crate::reading::{text_at, whole, without_clip};
use serde_json::Value;
use std::collections::HashMap;

/// Longest prompt that is taken over from a list, in characters: longer than any model takes.
const PROMPT_MAX: usize = 5_000;

/// Where the tasks that were `asked` for stand, as far as the lines of a list tell. `name` gives a line's own name for
/// its task, `read` is the reader of single answers: a line it cannot judge is left to a question of its own.
pub fn states(
    lines: &[Value],
    name: impl Fn(&Value) -> String,
    asked: &[String],
    read: impl Fn(&Value, &str) -> Result<RemoteState, ProviderError>,
) -> HashMap<String, RemoteState> {
    let mut found = HashMap::new();
    for line in lines {
        let name = name(line);
        if !asked.contains(&name) {
            continue;
        }
        if let Ok(state) = read(line, &name)
            && !is_removed(&state)
        {
            found.insert(name, state);
        }
    }
    found
}

/// A list may leave out what a task made; only an answer about the task itself says that it was removed.
fn is_removed(state: &RemoteState) -> bool {
    matches!(state, RemoteState::Failed(failure) if failure.code == "generation-deleted-there")
}

/// Where a line of a list says that its task stands.
pub fn standing(read: &Result<RemoteState, ProviderError>) -> Standing {
    match read {
        Ok(RemoteState::Succeeded { .. }) => Standing::Made,
        Ok(RemoteState::Failed(_)) => Standing::Failed,
        Ok(RemoteState::Running { .. }) => Standing::Running,
        // Lists may leave out the clip of what is made.
        Err(error) if *error == without_clip() => Standing::Made,
        Err(_) => Standing::Running,
    }
}

/// The models of the catalogue that are asked for below a path of the provider's.
pub fn sold_below<'a>(entry: &'a ProviderEntry, path: &'a str) -> impl Iterator<Item = &'a ModelEntry> {
    entry.models.iter().filter(move |model| model.text_path == path || model.image_path == path)
}

/// Newest first. What has no date comes last.
pub fn newest_first(mut tasks: Vec<AccountTask>) -> Vec<AccountTask> {
    tasks.sort_by_key(|task| std::cmp::Reverse(task.created_at));
    tasks
}

/// What a shown input says in the words that most services share.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The prompt, or the prompts of the shots, a line each.
    pub prompt: Option<String>,
    /// The length in seconds.
    pub seconds: Option<i64>,
    /// The shape.
    pub ratio: Option<String>,
}

/// Reads a shown input. Lists leave out or remove inputs, so each part may be missing.
#[must_use]
pub fn input(shown: &Value) -> Input {
    let text = |name: &str| Some(text_at(shown, name)).filter(|text| !text.trim().is_empty());
    let written = |text: &str| text.chars().take(PROMPT_MAX).collect::<String>();
    // Some services take the list of shots as text.
    let shots = match shown.get("multi_prompt") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        other => other.cloned().unwrap_or(Value::Null),
    };
    let lines: Vec<&str> = shots.as_array().into_iter().flatten().map(|shot| text_at(shot, "/prompt")).collect();
    let shots = Some(lines.join("\n")).filter(|lines| !lines.trim().is_empty());
    Input {
        prompt: shots.as_deref().or_else(|| text("/prompt")).map(written),
        seconds: shown.get("duration").and_then(whole).filter(|seconds| (1..=60).contains(seconds)),
        ratio: text("/aspect_ratio").filter(|ratio| ratio.len() <= 8).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{Output, RemoteFailure};
    use crate::reading;
    use serde_json::json;

    fn read(line: &Value, _: &str) -> Result<RemoteState, ProviderError> {
        match text_at(line, "/s") {
            "made" => Ok(RemoteState::Succeeded { output: Output::Link("l".into()), bill: None }),
            "bare" => Err(without_clip()),
            "removed" => {
                let reason = String::new();
                Ok(RemoteState::Failed(RemoteFailure { code: "generation-deleted-there", reason }))
            }
            "failed" => Ok(RemoteState::Failed(reading::failed("no"))),
            _ => Ok(RemoteState::Running { progress: None }),
        }
    }

    #[test]
    fn a_line_that_cannot_be_judged_is_asked_for_by_itself() {
        let names = ["runs", "made", "bare", "removed", "failed", "strange"];
        let lines: Vec<Value> = names.iter().map(|name| json!({ "id": name, "s": name })).collect();
        let asked: Vec<String> = names[..5].iter().map(|name| (*name).to_owned()).collect();
        let found = states(&lines, |line| text_at(line, "/id").to_owned(), &asked, read);
        let mut known: Vec<&str> = found.keys().map(String::as_str).collect();
        known.sort_unstable();
        assert_eq!(known, ["failed", "made", "runs"]);
        assert_eq!(standing(&read(&lines[2], "")), Standing::Made);
    }

    #[test]
    fn an_input_is_read_as_far_as_it_is_shown() {
        let whole = input(&json!({ "prompt": "a door", "duration": "5", "aspect_ratio": "9:16" }));
        let (prompt, ratio) = (Some("a door".to_owned()), Some("9:16".to_owned()));
        assert_eq!(whole, Input { prompt, seconds: Some(5), ratio });
        for shots in
            [json!([{ "prompt": "one" }, { "prompt": "two" }]), json!(r#"[{"prompt":"one"},{"prompt":"two"}]"#)]
        {
            let shown = input(&json!({ "multi_prompt": shots, "prompt": "one", "duration": 7 }));
            assert_eq!(shown, Input { prompt: Some("one\ntwo".to_owned()), seconds: Some(7), ratio: None });
        }
        for nothing in [json!(null), json!({ "prompt": 7, "duration": "long", "aspect_ratio": [] }), json!([])] {
            assert_eq!(input(&nothing), Input::default(), "{nothing}");
        }
    }
}
