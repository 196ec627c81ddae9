//! Vidgo: `POST /api/generate/submit`, envelopes `{code, data}`, errors as `{code, error: {message, type}}`.
//!
//! Facts from the provider's documentation and, for the fields of a Kling 3.0 request, from its sibling PoYo, read
//! 2026-11-21. It has no list of tasks and no name of one's own for a request: a request whose answer is lost cannot be
//! looked for.

mod answer;
mod body;

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::{Connections, FilePart};
use crate::provider::{
    Account, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask, SubmitAnswer, UploadedFrame,
};
use crate::reading::{self, first_text, micro_credits, path_segment};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};

/// The one path of every model.
const SUBMIT: &str = "/api/generate/submit";

/// The adapter.
pub struct Vidgo {
    entry: ProviderEntry,
    connections: Connections,
}

impl Vidgo {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        Ok(Self { entry: entry.clone(), connections: Connections::new(entry.address("", own))? })
    }
}

#[async_trait]
impl Provider for Vidgo {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        Ok(Composed { path: SUBMIT.to_owned(), body: body::write(composition, model).to_string() })
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        let file = FilePart { field: "file", name: name.to_owned(), media_type: format.media_type(), bytes };
        let answer = self.connections.upload("/api/common/upload/stream", key, file, &[]).await?;
        let data = answer::data(&answer)?;
        match first_text(&data, &["/file_url", "/download_url"]) {
            Some(link) => Ok(UploadedFrame { link: link.to_owned() }),
            None => Err(ProviderError::Protocol { reason: "an upload without an address".to_owned() }),
        }
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        let result = self.connections.purchase(&request.path, key, &request.body).await;
        reading::classify(result, answer::word)
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = format!("/api/generate/status/{}", path_segment(remote_id)?);
        let answer = self.connections.ask(Method::GET, &path, key, None).await?;
        answer::state(&answer::data(&answer)?, remote_id)
    }

    async fn look_up(&self, _key: &SecretString, _request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        let answer = self.connections.ask(Method::GET, "/api/user/balance", key, None).await?;
        let credits = answer::data(&answer)?.get("credits_amount").and_then(micro_credits);
        if credits.is_none() {
            return Err(ProviderError::Protocol { reason: "a balance without an amount".to_owned() });
        }
        Ok(Account { balance: None, credits })
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}
