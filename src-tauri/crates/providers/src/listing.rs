//! Reading a provider's list of tasks: for many questions at once, and for what an account has that nobody here owns.

use crate::catalogue::{ModelEntry, ProviderEntry};
use crate::error::ProviderError;
use crate::provider::{AccountTask, AccountTasks, Reach, RemoteState, RemoteTask, Standing};
use crate::reading::{path_segment, text_at, whole, without_clip};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

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

/// The name of a task in a line: a text, or a whole number where a service writes its ids so.
///
/// # Errors
/// `Protocol` when there is none that could be asked for: what cannot be read must not look as if it were never made.
pub fn name_at(line: &Value, pointer: &str) -> Result<String, ProviderError> {
    let name = match line.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_u64() => number.to_string(),
        _ => String::new(),
    };
    match path_segment(&name) {
        Ok(_) => Ok(name),
        Err(_) => Err(ProviderError::Protocol { reason: "a line of the list without a usable name".to_owned() }),
    }
}

/// A list that goes on where nobody can follow.
pub fn no_way_on() -> ProviderError {
    ProviderError::Protocol { reason: "the list goes on and does not say where".to_owned() }
}

/// A list that was read to the bound and goes on.
pub fn too_long() -> ProviderError {
    ProviderError::Protocol { reason: "the list is longer than can be looked through".to_owned() }
}

/// Each task once: a list that grows while it is read shows some on two pages.
pub fn each_once(mut tasks: Vec<RemoteTask>) -> Vec<RemoteTask> {
    let mut seen = HashSet::new();
    tasks.retain(|task| seen.insert(task.remote_id.clone()));
    tasks
}

/// A page of an account's list.
pub struct AccountPage<Next> {
    /// Its tasks of the catalogue's models.
    pub tasks: Vec<AccountTask>,
    /// Lines have no usable name.
    pub unread: bool,
    /// When its newest line was made.
    pub newest: Option<i64>,
    /// Where the next page begins; an error where that cannot be read.
    pub next: Result<Option<Next>, ProviderError>,
}

impl<Next> AccountPage<Next> {
    /// Reads the lines of a page. `read` gives nothing for a task of other models or times.
    pub fn of(
        lines: &[Value],
        made: impl Fn(&Value) -> Option<i64>,
        read: impl Fn(&Value) -> Result<Option<AccountTask>, ProviderError>,
        next: Result<Option<Next>, ProviderError>,
    ) -> Self {
        let read: Vec<_> = lines.iter().map(read).collect();
        Self {
            unread: read.iter().any(Result::is_err),
            tasks: read.into_iter().filter_map(Result::ok).flatten().collect(),
            newest: lines.iter().filter_map(made).max(),
            next,
        }
    }
}

/// What was read of an account's list so far.
#[derive(Default)]
pub struct AccountList(AccountTasks);

impl AccountList {
    /// Adds a page and says where the next begins. Whatever cannot be read or followed is missing from then on.
    pub fn add<Next>(&mut self, page: AccountPage<Next>) -> Option<Next> {
        self.0.tasks.extend(page.tasks);
        if page.unread || page.next.is_err() {
            self.0.reach = Reach::InPart;
        }
        page.next.unwrap_or(None)
    }

    /// The list goes on behind a page that was made then, and is not read on.
    pub fn break_off(&mut self, newest: Option<i64>) {
        self.0.reach = self.0.reach.and(newest.map_or(Reach::InPart, Reach::BackTo));
    }

    /// All of it since a moment, each once and the newest first. What has no date comes last.
    pub fn end(mut self, since: i64) -> AccountTasks {
        let mut seen = HashSet::new();
        let in_time = |task: &AccountTask| task.created_at.is_none_or(|at| at >= since);
        self.0.tasks.retain(|task| in_time(task) && seen.insert(task.remote_id.clone()));
        self.0.tasks.sort_by_key(|task| std::cmp::Reverse(task.created_at));
        self.0
    }
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
    fn two_lists_reach_as_far_as_the_shorter_one() {
        let reaches = [Reach::Whole, Reach::BackTo(5), Reach::BackTo(9), Reach::InPart];
        for (at, one) in reaches.iter().enumerate() {
            for (other_at, other) in reaches.iter().enumerate() {
                assert_eq!(one.and(*other), reaches[at.max(other_at)]);
            }
        }
    }

    #[test]
    fn a_number_that_is_a_name_is_read_and_nothing_else_that_is_no_text() {
        for (id, name) in [(json!("a-1"), "a-1"), (json!(901_930_004_609_634_393_u64), "901930004609634393")] {
            assert_eq!(name_at(&json!({ "id": id }), "/id").as_deref(), Ok(name));
        }
        for id in [json!(-1), json!(1.5), json!(1e30), json!(null), json!(""), json!(["a"]), json!("../a"), json!(true)]
        {
            let error = name_at(&json!({ "id": id }), "/id").expect_err("no name");
            assert_eq!(error.code(), "provider-unexpected-answer", "{id}");
        }
        assert!(name_at(&json!({}), "/id").is_err());
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
