//! The older generation: `POST /v1/videos/{text2video,image2video}`, flat bodies, words for switches.
//!
//! A task is asked for below the path it was made by, so its name here is `text2video/867…`.

use super::{answer, packs, packs_path, token};
use crate::catalogue::{ModelEntry, ProviderEntry};
use crate::error::ProviderError;
use crate::http::{Answer, Connections};
use crate::listing::{self, AccountList, AccountPage, name_at};
use crate::provider::{
    Account, AccountTask, AccountTasks, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask,
    SubmitAnswer, UploadedFrame,
};
use crate::reading::{self, Word, path_segment, text_at};
use crate::writing::{hundredths, with_marks};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId, ShotPlan};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

const VIDEOS: &str = "/v1/videos/";
/// Tasks of a kind that its list shows at once, the newest first.
const LIST_PAGE_SIZE: usize = 500;
/// Pages of a list that are read at most when looking for what an account has: 5000 tasks of a kind.
const LIST_PAGES: u32 = 10;
/// A difference of clocks below this is the network's, in seconds.
const SKEW_NOTICED: i64 = 3;

/// The adapter.
pub struct KlingLegacy {
    entry: ProviderEntry,
    connections: Connections,
    /// Seconds that the provider's clock is ahead of this machine's, as its answers say.
    skew: AtomicI64,
}

impl KlingLegacy {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        let connections = Connections::new(entry.address("", own))?;
        Ok(Self { entry: entry.clone(), connections, skew: AtomicI64::new(0) })
    }

    fn skew(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// The time by the provider's clock.
    fn now(&self) -> OffsetDateTime {
        by_clock(self.skew())
    }

    /// Learns the provider's clock from an answer that refused a token for its time; whether a token that is signed now
    /// is another one. `signed_with` is the difference of clocks that the refused token was signed with: another
    /// request may have learned the clock meanwhile, and this one's token was wrong all the same.
    fn learn_clock(&self, answer: &Answer, signed_with: i64) -> bool {
        let Ok(there) = OffsetDateTime::parse(&answer.header("date").replace("GMT", "+0000"), &Rfc2822) else {
            return false;
        };
        let ahead = (there - OffsetDateTime::now_utc()).whole_seconds();
        self.skew.store(ahead, Ordering::Relaxed);
        (ahead - signed_with).abs() >= SKEW_NOTICED
    }

    async fn question(&self, key: &SecretString, path: &str) -> Result<Value, ProviderError> {
        let skew = self.skew();
        let answer = self.ask(key, path, skew).await?;
        let refused = answer::envelope(&answer).is_some_and(|envelope| answer::CLOCK.contains(&envelope.code));
        if refused && token::is_pair(key) && self.learn_clock(&answer, skew) {
            return answer::data(&self.ask(key, path, self.skew()).await?);
        }
        answer::data(&answer)
    }

    async fn ask(&self, key: &SecretString, path: &str, skew: i64) -> Result<Answer, ProviderError> {
        let token = token_of(key, skew)?;
        if path.contains("?pageNum=") {
            self.connections.list(Method::GET, path, &token, None).await
        } else {
            self.connections.ask(Method::GET, path, &token, None).await
        }
    }

    /// A page of the list of a kind of tasks.
    async fn list(&self, key: &SecretString, kind: &str, page: u32) -> Result<Vec<Value>, ProviderError> {
        let path = format!("{VIDEOS}{}?pageNum={page}&pageSize={LIST_PAGE_SIZE}", path_segment(kind)?);
        let tasks = self.question(key, &path).await?;
        reading::lines(Some(&tasks)).cloned()
    }

    /// What an answer says about a purchase. A token refused for its time is signed anew by the provider's clock the
    /// next time, which is the first time that it counts.
    fn word(&self, key: &SecretString, answer: &Answer, signed_with: i64) -> Word {
        match answer::word(answer, "/task_id") {
            Word::Refusal(code, _)
                if answer::CLOCK.contains(&code) && token::is_pair(key) && self.learn_clock(answer, signed_with) =>
            {
                let wait = Some(Duration::from_secs(1));
                Word::Refusal(code, ProviderError::RateLimited { retry_after: wait })
            }
            word => word,
        }
    }
}

/// The time by a clock that is so many seconds ahead of this machine's.
fn by_clock(skew: i64) -> OffsetDateTime {
    OffsetDateTime::now_utc() + time::Duration::seconds(skew)
}

fn token_of(key: &SecretString, skew: i64) -> Result<SecretString, ProviderError> {
    token::of(key, by_clock(skew).unix_timestamp())
}

fn write(composition: &Composition<'_>, model: &ModelEntry) -> Value {
    let (board, profile) = (composition.board, composition.profile);
    let elements = composition.elements();
    let words = |text: &str| with_marks(text, elements, |place| format!("<<<element_{place}>>>"));
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("model_name", json!(model.word("model_name")));
    put("mode", json!(model.word("mode")));
    put("sound", json!(if composition.audio() { "on" } else { "off" }));
    put("duration", json!(board.seconds().to_string()));
    if board.sends_shot_prompts() {
        put("multi_shot", json!(true));
        put("shot_type", json!("customize"));
        let shots = board.shots.iter().enumerate().map(|(index, shot)| {
            json!({ "index": index + 1, "prompt": words(&shot.prompt), "duration": shot.seconds.to_string() })
        });
        put("multi_prompt", Value::Array(shots.collect()));
    } else {
        put("prompt", json!(words(&board.prompt)));
        if board.plan == ShotPlan::Intelligent && profile.intelligent_plan {
            put("multi_shot", json!(true));
            put("shot_type", json!("intelligence"));
        }
    }
    if let Some(negative) = composition.negative_prompt() {
        put("negative_prompt", json!(negative));
    }
    match composition.first() {
        Some(first) => {
            put("image", json!(first));
            if let Some(last) = composition.last() {
                put("image_tail", json!(last));
            }
            // Bare whole numbers of 64 bits: text here is refused, and a fraction would lose the last digits.
            let ids = elements.iter().filter_map(|element| element.element_id.trim().parse::<u64>().ok());
            let ids: Vec<_> = ids.map(|id| json!({ "element_id": id })).collect();
            if !ids.is_empty() {
                put("element_list", Value::Array(ids));
            }
        }
        None => put("aspect_ratio", json!(board.ratio.as_str())),
    }
    if let Some(guidance) = board.guidance.filter(|_| profile.guidance) {
        put("cfg_scale", hundredths(guidance));
    }
    if profile.watermark {
        put("watermark_info", json!({ "enabled": board.watermark }));
    }
    if profile.callback && !board.callback.trim().is_empty() {
        put("callback_url", json!(board.callback.trim()));
    }
    put("external_task_id", json!(composition.client_id));
    Value::Object(body)
}

/// The kind of a task within a request path, such as `text2video`.
fn kind_of(path: &str) -> Result<&str, ProviderError> {
    path_segment(path.strip_prefix(VIDEOS).unwrap_or_default())
}

/// A task as a list shows it: nothing there names the model or repeats the input.
fn account_task(kind: &str, task: &Value) -> Result<Option<AccountTask>, ProviderError> {
    let id = name_at(task, "/task_id")?;
    Ok(Some(AccountTask {
        remote_id: format!("{kind}/{id}"),
        model: kind.to_owned(),
        sold_as: None,
        created_at: made(task),
        standing: listing::standing(&answer::legacy_state(task, &id)),
        prompt: None,
        seconds: None,
        ratio: None,
    }))
}

fn made(task: &Value) -> Option<i64> {
    task.get("created_at").and_then(reading::whole)
}

#[async_trait]
impl Provider for KlingLegacy {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        let path = format!("{VIDEOS}{}", model.path(composition));
        Ok(Composed { path, body: write(composition, model).to_string() })
    }

    fn task_name(&self, path: &str, pasted: &str) -> String {
        match kind_of(path) {
            Ok(kind) if !pasted.contains('/') => format!("{kind}/{pasted}"),
            _ => pasted.to_owned(),
        }
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
        let skew = self.skew();
        let (kind, token) = match (kind_of(&request.path), token_of(key, skew)) {
            (Ok(kind), Ok(token)) => (kind, token),
            (Err(error), _) | (_, Err(error)) => return SubmitAnswer::Rejected(error),
        };
        let result = self.connections.purchase(&request.path, &token, &request.body).await;
        reading::classify(result, |answer| match self.word(key, answer, skew) {
            Word::Task(id) => Word::Task(format!("{kind}/{id}")),
            word => word,
        })
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let (kind, id) = remote_id.split_once('/').unwrap_or_default();
        let path = format!("{VIDEOS}{}/{}", path_segment(kind)?, path_segment(id)?);
        answer::legacy_state(&self.question(key, &path).await?, id)
    }

    /// Each kind of task has a list of its own.
    fn list_of(&self, remote_id: &str) -> Option<String> {
        remote_id.split_once('/').map(|(kind, _)| kind.to_owned())
    }

    async fn poll_many(
        &self,
        key: &SecretString,
        remote_ids: &[String],
        _since: i64,
    ) -> Result<HashMap<String, RemoteState>, ProviderError> {
        let kind = remote_ids.first().and_then(|id| self.list_of(id)).ok_or(ProviderError::NotSupported)?;
        let tasks = self.list(key, &kind, 1).await?;
        let name = |task: &Value| format!("{kind}/{}", name_at(task, "/task_id").unwrap_or_default());
        let read = |task: &Value, name: &str| answer::legacy_state(task, name.split_once('/').unwrap_or_default().1);
        Ok(listing::states(&tasks, name, remote_ids, read))
    }

    async fn recent(&self, key: &SecretString, since: i64) -> Result<AccountTasks, ProviderError> {
        let models = self.entry.models.iter();
        let kinds: BTreeSet<&str> =
            models.flat_map(|model| [model.text_path.as_str(), model.image_path.as_str()]).collect();
        let mut found = AccountList::default();
        for kind in kinds {
            for number in 1..=LIST_PAGES {
                let lines = self.list(key, kind, number).await?;
                let is_old = |line: &Value| made(line).is_some_and(|at| at < since);
                let enough = lines.len() < LIST_PAGE_SIZE || lines.iter().all(is_old);
                let next = (!enough).then_some(number + 1);
                let page = AccountPage::of(&lines, made, |line| account_task(kind, line), Ok(next));
                let newest = page.newest;
                match found.add(page) {
                    None => break,
                    Some(_) if number == LIST_PAGES => found.break_off(newest),
                    Some(_) => {}
                }
            }
        }
        Ok(found.end(since))
    }

    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        let body: Value = serde_json::from_str(request.body).unwrap_or_default();
        let name = path_segment(text_at(&body, "/external_task_id"))?;
        let kind = kind_of(request.path)?;
        let task = match self.question(key, &format!("{VIDEOS}{kind}/{name}")).await {
            Ok(task) => task,
            Err(ProviderError::NotFound { .. }) => return Ok(vec![]),
            Err(error) => return Err(error),
        };
        // The path takes the provider's own ids too, so another name is another's task. A failed one shows no name.
        let named = text_at(&task, "/task_info/external_task_id");
        if !named.is_empty() && named != name {
            return Err(ProviderError::Protocol { reason: "another task was answered".to_owned() });
        }
        let id = name_at(&task, "/task_id")?;
        Ok(vec![RemoteTask {
            remote_id: format!("{kind}/{id}"),
            model: text_at(&body, "/model_name").to_owned(),
            created_at: made(&task),
            state: reading::cut(text_at(&task, "/task_status")),
            differs: false,
        }])
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        packs(&self.question(key, &packs_path(self.now())).await?)
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_token_of_the_old_clock_is_signed_anew() {
        let catalogue = Catalogue::built_in().expect("the shipped catalogue");
        let entry = catalogue.provider(&"kling-legacy".into()).expect("an entry");
        let kling = KlingLegacy::new(entry, None).expect("its own address");
        let there = (OffsetDateTime::now_utc() + Duration::from_secs(3_600)).format(&Rfc2822).expect("a date");
        let mut refused = Answer::of(401, r#"{"code":1003,"message":"not yet valid"}"#);
        refused.headers.insert("date", there.replace("+0000", "GMT").parse().expect("a header"));
        // Two requests were on their way when the first answer taught the clock.
        assert!(kling.learn_clock(&refused, 0));
        assert!(kling.learn_clock(&refused, 0));
        assert!(!kling.learn_clock(&refused, kling.skew()), "nothing new");
        assert!((kling.skew() - 3_600).abs() <= 1);
    }
}
