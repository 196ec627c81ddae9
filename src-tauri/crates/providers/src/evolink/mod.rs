//! EvoLink: `POST /v1/videos/generations`, bare tasks, errors as `{error: {code, message, type}}`, and a host of its
//! own for files.
//!
//! Facts from the provider's documentation and its own client, read 2026-11-21. It has no list of tasks and no name of
//! one's own for a request: a request whose answer is lost cannot be looked for.

mod answer;
mod body;

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::{Connections, FilePart};
use crate::provider::{
    Account, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask, SubmitAnswer, UploadedFrame,
};
use crate::reading::{self, micro_credits, path_segment, text_at};
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};

/// The one path of every model.
const GENERATIONS: &str = "/v1/videos/generations";

/// The adapter.
pub struct EvoLink {
    entry: ProviderEntry,
    connections: Connections,
    files: Connections,
}

impl EvoLink {
    /// Opens nothing yet. `own` is a person's own address for it, which then also takes the files.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        let connections = Connections::new(entry.address("", own))?;
        let files = Connections::new(entry.address("files", own))?;
        Ok(Self { entry: entry.clone(), connections, files })
    }
}

#[async_trait]
impl Provider for EvoLink {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        Ok(Composed { path: GENERATIONS.to_owned(), body: body::write(composition, model).to_string() })
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        // A file of the same name takes the place of the one before, so the name is made from what is inside.
        let unique = format!("{}.{}", hex::encode(Sha256::digest(&bytes)), format.extension());
        let file = FilePart { field: "file", name: name.to_owned(), media_type: format.media_type(), bytes };
        let path = "/api/v1/files/upload/stream";
        let answer = self.files.upload(path, key, file, &[("file_name", unique)]).await?;
        match text_at(&answer::file(&answer)?, "/file_url") {
            "" => Err(ProviderError::Protocol { reason: "an upload without an address".to_owned() }),
            link => Ok(UploadedFrame { link: link.to_owned() }),
        }
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        let result = self.connections.purchase(&request.path, key, &request.body).await;
        reading::classify(result, answer::word)
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = format!("/v1/tasks/{}", path_segment(remote_id)?);
        answer::state(&self.connections.ask(Method::GET, &path, key, None).await?, remote_id)
    }

    async fn look_up(&self, _key: &SecretString, _request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        Err(ProviderError::NotSupported)
    }

    async fn cancel(&self, _key: &SecretString, _remote_id: &str) -> Result<(), ProviderError> {
        // Tasks say whether they can be cancelled, and no page says how.
        Err(ProviderError::NotSupported)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        let answer = self.connections.ask(Method::GET, "/v1/credits", key, None).await?;
        // The account's own figure; the one beside it is the limit of this key.
        let credits = answer::body(&answer)?.pointer("/data/user/remaining_credits").and_then(micro_credits);
        if credits.is_none() {
            return Err(ProviderError::Protocol { reason: "a balance without an amount".to_owned() });
        }
        Ok(Account { balance: None, credits })
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}
