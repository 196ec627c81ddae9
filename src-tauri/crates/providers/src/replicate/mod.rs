//! Replicate: `POST /v1/models/{owner}/{name}/predictions` with everything under `input`, problem details as errors,
//! uploads kept a day and results an hour.
//!
//! Facts from the provider's documentation and its own clients, read 2026-11-21. It has no idempotency key, so a
//! request whose answer is lost can only be looked for in the list of predictions, which shows their input.

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
use crate::reading::{first_text, likeliest_first, path_segment};
use crate::writing::query;
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::Value;
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};
use std::collections::HashMap;

/// Pages of the list that are read at most when looking for a lost request: 5000 predictions. The list cannot be asked
/// for one model or for a time, so a busy account's other work is read too.
const LIST_PAGES: u32 = 50;
const LIST: &str = "/v1/predictions";

/// The adapter.
pub struct Replicate {
    entry: ProviderEntry,
    connections: Connections,
}

impl Replicate {
    /// Opens nothing yet. `own` is a person's own address for it, without `/v1`.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        let connections = Connections::new(entry.address("", own))?.with_authorization(&entry.authorization);
        Ok(Self { entry: entry.clone(), connections })
    }

    async fn question(&self, method: Method, path: &str, key: &SecretString) -> Result<Value, ProviderError> {
        answer::good(&self.connections.ask(method, path, key, None).await?)
    }

    /// A page of the list of predictions.
    async fn list(&self, key: &SecretString, path: &str) -> Result<Value, ProviderError> {
        answer::good(&self.connections.list(Method::GET, path, key, None).await?)
    }
}

#[async_trait]
impl Provider for Replicate {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        Ok(Composed {
            path: format!("/v1/models/{}/predictions", model.path(composition)),
            body: body::write(composition, model).to_string(),
        })
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        let file = FilePart { field: "content", name: name.to_owned(), media_type: format.media_type(), bytes };
        let body = answer::good(&self.connections.upload("/v1/files", key, file, &[]).await?)?;
        match first_text(&body, &["/urls/get"]) {
            Some(link) => Ok(UploadedFrame { link: link.to_owned() }),
            None => Err(ProviderError::Protocol { reason: "an upload without an address".to_owned() }),
        }
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        answer::classify(self.connections.purchase(&request.path, key, &request.body).await)
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = format!("/v1/predictions/{}", path_segment(remote_id)?);
        answer::state(&self.question(Method::GET, &path, key).await?, remote_id)
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
        _since: i64,
    ) -> Result<HashMap<String, RemoteState>, ProviderError> {
        // The newest page only: the list takes no filter, and what a busy account has pushed off it is asked singly.
        answer::states(&self.list(key, LIST).await?, remote_ids)
    }

    async fn recent(&self, key: &SecretString, since: i64) -> Result<AccountTasks, ProviderError> {
        let mut path = LIST.to_owned();
        let mut found = AccountList::default();
        for number in 1..=LIST_PAGES {
            let page = answer::account_tasks(&self.list(key, &path).await?, &self.entry, since)?;
            let newest = page.newest;
            match found.add(page) {
                Some(_) if number == LIST_PAGES => found.break_off(newest),
                Some(cursor) => path = following(&cursor),
                None => break,
            }
        }
        Ok(found.end(since))
    }

    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        let body: Value = serde_json::from_str(request.body).unwrap_or(Value::Null);
        let input = body.get("input").unwrap_or(&Value::Null);
        let mut path = LIST.to_owned();
        let mut tasks = Vec::new();
        let mut is_dated = false;
        for _ in 0..LIST_PAGES {
            let list = self.list(key, &path).await?;
            let page = answer::page(&list, model_of(request.path), input, request.since)?;
            tasks.extend(page.tasks);
            is_dated |= page.is_dated;
            match page.next {
                None => return Ok(listing::each_once(likeliest_first(tasks))),
                Some(cursor) => path = following(&cursor),
            }
        }
        // An account that makes more than this in the time that is looked through must still be able to buy. What was
        // there before a purchase and is older than these pages cannot turn up in as many pages later, so the note of
        // it stays true. Without a single date, though, nothing says that the newest come first.
        if is_dated {
            tracing::warn!("the list of predictions does not reach back far enough");
            return Ok(listing::each_once(likeliest_first(tasks)));
        }
        Err(listing::too_long())
    }

    async fn cancel(&self, key: &SecretString, remote_id: &str) -> Result<(), ProviderError> {
        let path = format!("/v1/predictions/{}/cancel", path_segment(remote_id)?);
        self.question(Method::POST, &path, key).await.map(|_| ())
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        // Names the account and says nothing of its money: still the free test of a key.
        let account = self.question(Method::GET, "/v1/account", key).await?;
        match first_text(&account, &["/username"]) {
            Some(_) => Ok(Account { balance: None, credits: None }),
            None => Err(ProviderError::Protocol { reason: "an account without a name".to_owned() }),
        }
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}

/// The path of the page that begins at a cursor.
fn following(cursor: &str) -> String {
    format!("{LIST}?{}", query(&[("cursor", cursor)]))
}

/// The model's name within a request path.
fn model_of(path: &str) -> &str {
    let path = path.strip_prefix("/v1/models/").unwrap_or(path);
    path.strip_suffix("/predictions").unwrap_or(path)
}
