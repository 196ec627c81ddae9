//! WaveSpeed: `POST /api/v3/{model}`, envelopes `{code, message, data}`, uploads kept a week.
//!
//! Facts from the provider's documentation and its own clients, read 2026-11-21. It has no idempotency key, so a
//! request whose answer is lost can only be looked for in the list of predictions.

mod answer;
mod body;

use crate::catalogue::Catalogue;
use crate::error::ProviderError;
use crate::http::Connections;
use crate::provider::{Account, Composed, FrameSlot, Provider, RemoteState, RemoteTask, SubmitAnswer, UploadedFrame};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use sixshot_domain::{Board, ImageFormat, MicroDollars, Profile, ProviderId};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Where the models' paths begin.
const MODELS: &str = "/api/v3/";
/// Pages of the list that are read at most when looking for a lost request: 500 predictions.
const LIST_PAGES: u32 = 5;
const LIST_PAGE_SIZE: usize = 100;

/// The adapter.
pub struct WaveSpeed {
    id: ProviderId,
    connections: Connections,
    paths: Vec<(sixshot_domain::ModelId, String, String)>,
}

impl WaveSpeed {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(catalogue: &Catalogue, base: &str) -> Result<Self, ProviderError> {
        let id = ProviderId::from("wavespeed");
        let models = catalogue.provider(&id).map(|entry| entry.models.as_slice()).unwrap_or_default();
        let paths = models
            .iter()
            .map(|model| (model.profile.model.clone(), model.text_path.clone(), model.image_path.clone()))
            .collect();
        Ok(Self { id, connections: Connections::new(base)?, paths })
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
}

#[async_trait]
impl Provider for WaveSpeed {
    fn id(&self) -> &ProviderId {
        &self.id
    }

    fn compose(
        &self,
        board: &Board,
        profile: &Profile,
        link: &dyn Fn(FrameSlot) -> String,
    ) -> Result<Composed, ProviderError> {
        let (_, text, image) = self
            .paths
            .iter()
            .find(|(model, _, _)| *model == profile.model)
            .ok_or_else(|| ProviderError::NotFound { reason: profile.model.0.clone() })?;
        let path = if board.first_frame.is_some() { image } else { text };
        Ok(Composed { path: format!("{MODELS}{path}"), body: body::write(board, profile, link).to_string() })
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        let path = "/api/v3/media/upload/binary";
        let answer = self.connections.upload(path, key, name, format.media_type(), bytes).await?;
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
        let path = format!("/api/v3/predictions/{}/result", answer::path_segment(remote_id)?);
        answer::state(&self.question(Method::GET, &path, key, None).await?)
    }

    async fn list(&self, key: &SecretString, path: &str, since: i64) -> Result<Vec<RemoteTask>, ProviderError> {
        let model = path.strip_prefix(MODELS).unwrap_or(path);
        let after = OffsetDateTime::from_unix_timestamp_nanos(i128::from(since) * 1_000_000)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok())
            .ok_or_else(|| ProviderError::Protocol { reason: "a moment out of range".to_owned() })?;
        let mut tasks = Vec::new();
        for page in 1..=LIST_PAGES {
            let query = json!({ "page": page, "page_size": LIST_PAGE_SIZE, "model": model, "created_after": after });
            let data = self.question(Method::POST, "/api/v3/predictions", key, Some(&query)).await?;
            let items = answer::list(&data)?;
            let last = items.len() < LIST_PAGE_SIZE;
            // The filters are the provider's promise; a task of another model must not be adopted if it breaks it.
            tasks.extend(items.into_iter().filter(|task| {
                (task.model.is_empty() || task.model == model) && task.created_at.is_none_or(|at| at >= since)
            }));
            if last {
                return Ok(tasks);
            }
        }
        Err(ProviderError::Protocol { reason: "the list is longer than can be looked through".to_owned() })
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        // Deleting from the history exists; whether it stops or refunds anything is documented nowhere.
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        let data = self.question(Method::GET, "/api/v3/balance", key, None).await?;
        let balance = data
            .get("balance")
            .and_then(answer::micro_dollars)
            .ok_or_else(|| ProviderError::Protocol { reason: "a balance without an amount".to_owned() })?;
        Ok(Account { balance: Some(balance), credits: None })
    }

    async fn live_price(&self, key: &SecretString, request: &Composed) -> Result<MicroDollars, ProviderError> {
        let inputs: Value = serde_json::from_str(&request.body)
            .map_err(|_| ProviderError::Protocol { reason: "a request that is no JSON".to_owned() })?;
        let model = request.path.strip_prefix(MODELS).unwrap_or(&request.path);
        let query = json!({ "model_id": model, "inputs": inputs });
        let data = self.question(Method::POST, "/api/v3/model/price", key, Some(&query)).await?;
        data.get("discounted_price")
            .or_else(|| data.get("price"))
            .and_then(answer::micro_dollars)
            .ok_or_else(|| ProviderError::Protocol { reason: "a price without an amount".to_owned() })
    }
}
