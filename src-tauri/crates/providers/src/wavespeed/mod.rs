//! WaveSpeed: `POST /api/v3/{model}`, envelopes `{code, message, data}`, uploads kept a week.
//!
//! Facts from the provider's documentation and its own clients, read 2026-11-21. It has no idempotency key, so a
//! request whose answer is lost can only be looked for in the list of predictions.

mod answer;
mod body;

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::{Connections, FilePart};
use crate::listing::{self, AccountList};
use crate::provider::{
    Account, AccountTasks, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask, SubmitAnswer,
    UploadedFrame,
};
use crate::reading::{micro_dollars, path_segment, written_moment};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};
use std::collections::{BTreeSet, HashMap};

/// Where the models' paths begin.
const MODELS: &str = "/api/v3/";
/// Pages of the list that are read at most when looking for a lost request: 2000 predictions of one model.
const LIST_PAGES: u32 = 20;
const LIST: &str = "/api/v3/predictions";

/// The adapter.
pub struct WaveSpeed {
    entry: ProviderEntry,
    connections: Connections,
}

impl WaveSpeed {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        let connections = Connections::new(entry.address("", own))?;
        Ok(Self { entry: entry.clone(), connections })
    }

    async fn question(
        &self,
        method: Method,
        path: &str,
        key: &SecretString,
        body: Option<&Value>,
    ) -> Result<Value, ProviderError> {
        answer::data(&self.connections.ask(method, path, key, body).await?)
    }

    /// A page of the list of predictions.
    async fn list(&self, key: &SecretString, query: &Value) -> Result<Value, ProviderError> {
        answer::data(&self.connections.list(Method::POST, LIST, key, Some(query)).await?)
    }
}

#[async_trait]
impl Provider for WaveSpeed {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let path = self.entry.model(&composition.profile.model)?.path(composition);
        // The address to tell travels beside the request, so that it is none of the model's own fields.
        let told = match composition.board.callback.trim() {
            "" => String::new(),
            _ if !composition.profile.callback => String::new(),
            address => {
                format!("?webhook={}", url::form_urlencoded::byte_serialize(address.as_bytes()).collect::<String>())
            }
        };
        Ok(Composed { path: format!("{MODELS}{path}{told}"), body: body::write(composition).to_string() })
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        let path = "/api/v3/media/upload/binary";
        let file = FilePart { field: "file", name: name.to_owned(), media_type: format.media_type(), bytes };
        let answer = self.connections.upload(path, key, file, &[]).await?;
        let data = answer::data(&answer)?;
        let link = data.get("download_url").and_then(Value::as_str).filter(|link| !link.is_empty());
        match link {
            Some(link) => Ok(UploadedFrame { link: link.to_owned() }),
            None => Err(ProviderError::Protocol { reason: "an upload without an address".to_owned() }),
        }
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        answer::classify(self.connections.purchase(&request.path, key, &request.body).await)
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = format!("/api/v3/predictions/{}/result", path_segment(remote_id)?);
        answer::state(&self.question(Method::GET, &path, key, None).await?, remote_id)
    }

    fn time_there(&self) -> Option<i64> {
        self.connections.time_there()
    }

    fn list_of(&self, _remote_id: &str) -> Option<String> {
        Some(LIST.to_owned())
    }

    async fn poll_many(
        &self,
        key: &SecretString,
        remote_ids: &[String],
        since: i64,
    ) -> Result<HashMap<String, RemoteState>, ProviderError> {
        let query = json!({ "page": 1, "page_size": answer::PAGE_SIZE, "created_after": written_moment(since)? });
        answer::states(&self.list(key, &query).await?, remote_ids)
    }

    async fn recent(&self, key: &SecretString, since: i64) -> Result<AccountTasks, ProviderError> {
        let after = written_moment(since)?;
        let models = self.entry.models.iter();
        // Each model by itself: an account that makes thousands of pictures would hide its clips behind them.
        let paths: BTreeSet<&str> = models
            .flat_map(|model| [model.text_path.as_str(), model.image_path.as_str()])
            .filter(|path| !path.is_empty())
            .collect();
        let mut found = AccountList::default();
        for path in paths {
            let mut number = 1;
            loop {
                let query = json!({
                    "page": number, "page_size": answer::PAGE_SIZE, "model": path, "created_after": after,
                });
                let page = answer::account_tasks(&self.list(key, &query).await?, &self.entry, number)?;
                let newest = page.newest;
                match found.add(page) {
                    None => break,
                    Some(next) if next > LIST_PAGES => {
                        found.break_off(newest);
                        break;
                    }
                    Some(next) => number = next,
                }
            }
        }
        Ok(found.end(since))
    }

    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        let (model, since) = (model_of(request.path), request.since);
        let after = written_moment(since)?;
        let mut tasks = Vec::new();
        for page in 1..=LIST_PAGES {
            let query = json!({ "page": page, "page_size": answer::PAGE_SIZE, "model": model, "created_after": after });
            let (items, last) = answer::list(&self.list(key, &query).await?)?;
            // The filters are the provider's promise; a task of another model must not be adopted if it breaks it.
            tasks.extend(items.into_iter().filter(|task| {
                (task.model.is_empty() || task.model == model) && task.created_at.is_none_or(|at| at >= since)
            }));
            if last {
                return Ok(listing::each_once(tasks));
            }
        }
        Err(listing::too_long())
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        // Deleting from the history exists; whether it stops or refunds anything is documented nowhere.
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        let data = self.question(Method::GET, "/api/v3/balance", key, None).await?;
        let balance = data
            .get("balance")
            .and_then(micro_dollars)
            .ok_or_else(|| ProviderError::Protocol { reason: "a balance without an amount".to_owned() })?;
        Ok(Account { balance: Some(balance), credits: None })
    }

    async fn live_price(&self, key: &SecretString, request: &Composed) -> Result<MicroDollars, ProviderError> {
        let inputs: Value = serde_json::from_str(&request.body)
            .map_err(|_| ProviderError::Protocol { reason: "a request that is no JSON".to_owned() })?;
        let model = model_of(&request.path);
        let query = json!({ "model_id": model, "inputs": inputs });
        let data = self.question(Method::POST, "/api/v3/model/price", key, Some(&query)).await?;
        answer::price(&data)
    }
}

/// The model's id within a request path.
fn model_of(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or(path);
    path.strip_prefix(MODELS).unwrap_or(path)
}
