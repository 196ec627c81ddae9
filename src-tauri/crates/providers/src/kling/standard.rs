//! The new standard: `POST /{text,image}-to-video/{version}`, one list of tasks, shots written into the prompt.

use super::{answer, packs, packs_path, token};
use crate::catalogue::{ModelEntry, ProviderEntry};
use crate::error::ProviderError;
use crate::http::Connections;
use crate::listing::{self, AccountList, AccountPage, name_at};
use crate::provider::{
    Account, AccountTask, AccountTasks, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask,
    SubmitAnswer, UploadedFrame,
};
use crate::reading::{self, path_segment, text_at};
use crate::writing::{shots_in_prompt, with_marks};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};
use std::collections::HashMap;
use time::OffsetDateTime;

/// Tasks that are asked for by name at once: each is a part of one address.
const NAMES: usize = 50;
/// Pages of the list that are read at most when looking for what an account has: 5000 tasks.
const LIST_PAGES: u32 = 10;
const LIST_PAGE_SIZE: u32 = 500;
const LIST: &str = "/tasks";

/// The adapter.
pub struct Kling {
    entry: ProviderEntry,
    connections: Connections,
}

impl Kling {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        Ok(Self { entry: entry.clone(), connections: Connections::new(entry.address("", own))? })
    }

    async fn question(&self, key: &SecretString, path: &str) -> Result<Value, ProviderError> {
        takes(key)?;
        answer::data(&self.connections.ask(Method::GET, path, key, None).await?)
    }

    async fn tasks(&self, key: &SecretString, query: &str) -> Result<Vec<Value>, ProviderError> {
        let tasks = self.question(key, &format!("/tasks?{query}")).await?;
        reading::lines(Some(&tasks)).cloned()
    }
}

/// Whether a key is one that the new standard takes. A pair would travel as it is, its secret half included.
fn takes(key: &SecretString) -> Result<(), ProviderError> {
    if !token::is_pair(key) {
        return Ok(());
    }
    let reason = "this is an access key with its secret (AK/SK), which only Kling's older generation takes; make an API \
                  key in Kling's console, or choose the older generation";
    Err(ProviderError::Unauthenticated { reason: reason.to_owned() })
}

fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let words = |text: &str| with_marks(text, elements, |place| format!("@element_{place}"));
    let prompt =
        if board.sends_shot_prompts() { shots_in_prompt(&board.shots, "shot", words) } else { words(&board.prompt) };
    let mut settings = Map::new();
    // A model that always cuts and sounds by its prompt has no switches for either.
    if model.word("switches") != "none" {
        // Several shots are the provider's default: without a word, one shot would come out as several.
        settings.insert("multi_shot".to_owned(), json!(board.sends_shot_prompts()));
        settings.insert("audio".to_owned(), json!(if composition.audio() { "native" } else { "off" }));
    }
    settings.insert("resolution".to_owned(), json!(model.word("resolution")));
    settings.insert("duration".to_owned(), json!(board.seconds()));
    let mut options = Map::new();
    options.insert("external_task_id".to_owned(), json!(composition.client_id));
    if profile.watermark {
        options.insert("watermark_info".to_owned(), json!({ "enabled": board.watermark }));
    }
    if profile.callback && !board.callback.trim().is_empty() {
        options.insert("callback_url".to_owned(), json!(board.callback.trim()));
    }
    let mut body = Map::new();
    match composition.first() {
        Some(first) => {
            let mut contents = vec![json!({ "type": "prompt", "text": prompt })];
            contents.push(json!({ "type": "first_frame", "url": first }));
            contents.extend(composition.last().map(|last| json!({ "type": "last_frame", "url": last })));
            contents.extend(elements.iter().enumerate().map(|(index, element)| {
                json!({ "type": "element", "element_id": element.element_id.trim(), "id": format!("element_{}", index + 1) })
            }));
            body.insert("contents".to_owned(), Value::Array(contents));
        }
        None => {
            body.insert("prompt".to_owned(), json!(prompt));
            settings.insert("aspect_ratio".to_owned(), json!(board.ratio.as_str()));
        }
    }
    body.insert("settings".to_owned(), Value::Object(settings));
    body.insert("options".to_owned(), Value::Object(options));
    Value::Object(body)
}

/// A task as the list shows it: nothing there names the model or repeats the input.
fn account_task(task: &Value) -> Result<Option<AccountTask>, ProviderError> {
    Ok(Some(AccountTask {
        remote_id: name_at(task, "/id")?,
        model: String::new(),
        sold_as: None,
        created_at: made(task),
        standing: listing::standing(&answer::standard_state(task)),
        prompt: None,
        seconds: None,
        ratio: None,
    }))
}

fn made(task: &Value) -> Option<i64> {
    task.get("create_time").and_then(reading::whole)
}

/// Where the next page begins. A list that goes on and does not say where is an error.
fn next_page(page: &Value) -> Result<Option<String>, ProviderError> {
    match (page.get("has_more"), page.get("next_cursor")) {
        (Some(Value::Bool(false)), _) => Ok(None),
        (_, Some(Value::String(next))) if !next.is_empty() => Ok(Some(next.clone())),
        (None | Some(Value::Null), None | Some(Value::Null | Value::String(_))) => Ok(None),
        _ => Err(listing::no_way_on()),
    }
}

/// Whether a task is the one that was sent under a name of ours.
fn is_named(task: &Value, name: &str) -> bool {
    ["/external_id", "/external_task_id", "/task_info/external_task_id"].iter().any(|at| text_at(task, at) == name)
}

#[async_trait]
impl Provider for Kling {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        let path = format!("/{}", model.path(composition));
        Ok(Composed { path, body: write(composition, model).to_string() })
    }

    async fn upload(
        &self,
        _key: &SecretString,
        _name: &str,
        _format: ImageFormat,
        _bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        if let Err(error) = takes(key) {
            return SubmitAnswer::Rejected(error);
        }
        let result = self.connections.purchase(&request.path, key, &request.body).await;
        reading::classify(result, |answer| answer::word(answer, "/id"))
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let tasks = self.tasks(key, &format!("task_ids={}", path_segment(remote_id)?)).await?;
        match tasks.iter().find(|task| name_at(task, "/id").is_ok_and(|name| name == remote_id)) {
            Some(task) => answer::standard_state(task),
            None if tasks.is_empty() => Err(ProviderError::NotFound { reason: "no such task".to_owned() }),
            None => Err(ProviderError::Protocol { reason: "another task was answered".to_owned() }),
        }
    }

    fn list_of(&self, _remote_id: &str) -> Option<String> {
        Some(LIST.to_owned())
    }

    async fn poll_many(
        &self,
        key: &SecretString,
        remote_ids: &[String],
        _since: i64,
    ) -> Result<HashMap<String, RemoteState>, ProviderError> {
        let names: Vec<&str> = remote_ids.iter().filter_map(|id| path_segment(id).ok()).take(NAMES).collect();
        let tasks = self.tasks(key, &format!("task_ids={}", names.join(","))).await?;
        let name = |task: &Value| name_at(task, "/id").unwrap_or_default();
        Ok(listing::states(&tasks, name, remote_ids, |task, _| answer::standard_state(task)))
    }

    async fn recent(&self, key: &SecretString, since: i64) -> Result<AccountTasks, ProviderError> {
        takes(key)?;
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let (mut cursor, mut found) = (String::new(), AccountList::default());
        for number in 1..=LIST_PAGES {
            let query = json!({
                "start_time": since, "end_time": now, "cursor": cursor, "limit": LIST_PAGE_SIZE, "filters": [],
            });
            let page = answer::data(&self.connections.list(Method::POST, LIST, key, Some(&query)).await?)?;
            let lines = reading::lines(page.get("result"))?;
            let page = AccountPage::of(lines, made, account_task, next_page(&page));
            let newest = page.newest;
            match found.add(page) {
                Some(_) if number == LIST_PAGES => found.break_off(newest),
                Some(next) => cursor = next,
                None => break,
            }
        }
        Ok(found.end(since))
    }

    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        let body: Value = serde_json::from_str(request.body).unwrap_or_default();
        let name = path_segment(text_at(&body, "/options/external_task_id"))?;
        let tasks = self.tasks(key, &format!("external_task_ids={name}")).await?;
        // The filter is the provider's promise; a task of another name must not be adopted if it breaks it.
        let its_own: Vec<_> = tasks.iter().filter(|task| is_named(task, name)).collect();
        if its_own.is_empty() && !tasks.is_empty() {
            // Something was answered to our name: whatever it is, it is no proof that the request is absent.
            return Err(ProviderError::Protocol { reason: "tasks without the name that was asked for".to_owned() });
        }
        let read = |task: &Value| {
            Ok(RemoteTask {
                remote_id: name_at(task, "/id")?,
                model: request.path.to_owned(),
                created_at: made(task),
                state: reading::cut(text_at(task, "/status")),
                differs: false,
            })
        };
        its_own.into_iter().map(read).collect::<Result<_, _>>().map(listing::each_once)
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        packs(&self.question(key, &packs_path(OffsetDateTime::now_utc())).await?)
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}
