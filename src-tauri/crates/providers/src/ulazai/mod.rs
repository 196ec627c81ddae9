//! UlazAI: `POST /kling30/api/generate/`, frames by public address. Documented in part, so its answers are read with
//! tolerance: what is not understood neither makes nor ends a task.
//!
//! Facts from the provider's documentation and its own client, read 2026-11-21. It has no upload, no list of tasks and
//! no name of one's own for a request.

mod answer;
mod body;

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::Connections;
use crate::provider::{
    Account, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask, SubmitAnswer, UploadedFrame,
};
use crate::reading::{self, path_segment};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};

/// The adapter.
pub struct UlazAi {
    entry: ProviderEntry,
    connections: Connections,
}

impl UlazAi {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        Ok(Self { entry: entry.clone(), connections: Connections::new(entry.address("", own))? })
    }
}

#[async_trait]
impl Provider for UlazAi {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        let path = format!("/{}", model.path(composition));
        Ok(Composed { path, body: body::write(composition, model).to_string() })
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
        let result = self.connections.purchase(&request.path, key, &request.body).await;
        reading::classify(result, answer::word)
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = format!("/kling30/api/status/{}/", path_segment(remote_id)?);
        let answer = self.connections.ask(Method::GET, &path, key, None).await?;
        answer::state(&answer::body(&answer)?, remote_id)
    }

    async fn look_up(&self, _key: &SecretString, _request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        // The provider's own way to check a key. What the account holds is told nowhere.
        let answer = self.connections.ask(Method::GET, "/api/v1/models/image/", key, None).await?;
        answer::body(&answer)?;
        Ok(Account { balance: None, credits: None })
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}
