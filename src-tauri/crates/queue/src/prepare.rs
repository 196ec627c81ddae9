//! Everything before the purchase: the key, the pictures, the exact request. All of it free and safe to repeat.

use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::ports::KeyProblem;
use crate::purchase::account_of;
use secrecy::SecretString;
use sixshot_domain::{Frame, GenerationState};
use sixshot_providers::{FrameSlot, Provider, ProviderEntry, ProviderError};
use sixshot_store::{GenerationRow, UploadRow};

/// Until a locked keychain or an unusable address is tried again, in milliseconds.
const PATIENCE: i64 = 60_000;

/// What stands in the way of preparing.
enum Obstacle {
    Provider(ProviderError),
    Happening(Happening),
}

impl Queue {
    /// Takes up a queued generation and sends it.
    pub(crate) async fn prepare(&self, row: GenerationRow) -> Result<(), QueueError> {
        let row = if row.state == GenerationState::Queued {
            match self.make(&row, Happening::TakenUp)? {
                Some(row) => row,
                None => return Ok(()),
            }
        } else {
            row
        };
        let Some(provider) = self.provider(&row.provider) else {
            let problem = ("provider-unusable".to_owned(), "The provider's address cannot be used.".to_owned());
            self.make(&row, Happening::PutBack { problem, retry_at: Some(self.now() + PATIENCE), counts: false })?;
            return Ok(());
        };
        let key = match self.key_for(&*provider).await {
            Ok(key) => key,
            Err(problem) => {
                // A keychain may be unlocked without anybody telling; a key that is not there comes with a word.
                let locked = matches!(problem, KeyProblem::Keychain { .. });
                let retry_at = locked.then(|| self.now() + PATIENCE);
                let problem = (problem.code().to_owned(), problem.to_string());
                self.make(&row, Happening::PutBack { problem, retry_at, counts: false })?;
                return Ok(());
            }
        };
        match self.compose(&row, &*provider, &key).await {
            Ok(request) => self.purchase(row, &*provider, &key, request).await,
            Err(Obstacle::Provider(error)) => {
                self.make(&row, self.obstacle(&row, &error))?;
                Ok(())
            }
            Err(Obstacle::Happening(happening)) => {
                self.make(&row, happening)?;
                Ok(())
            }
        }
    }

    async fn compose(
        &self,
        row: &GenerationRow,
        provider: &dyn Provider,
        key: &SecretString,
    ) -> Result<sixshot_providers::Composed, Obstacle> {
        let entry = self.catalogue().provider(&row.provider);
        let model = self.catalogue().model(&row.provider, &row.model);
        let (Some(entry), Some(model)) = (entry, model) else {
            let problem = ("model-gone".to_owned(), "This model is no longer in the catalogue.".to_owned());
            return Err(Obstacle::Happening(Happening::CannotBeSent { problem }));
        };
        let mut links = [String::new(), String::new()];
        if provider.needs_key() {
            for (slot, frame) in [&row.board.first_frame, &row.board.last_frame].into_iter().enumerate() {
                if let Some(frame) = frame {
                    links[slot] = self.upload(entry, provider, key, frame).await?;
                }
            }
        }
        let [first, last] = links;
        let link = move |slot: FrameSlot| match slot {
            FrameSlot::First => first.clone(),
            FrameSlot::Last => last.clone(),
        };
        provider.compose(&row.board, &model.profile, &link).map_err(Obstacle::Provider)
    }

    /// The link of a frame at the provider: of an earlier upload while that is good, or of a new one.
    async fn upload(
        &self,
        entry: &ProviderEntry,
        provider: &dyn Provider,
        key: &SecretString,
        frame: &Frame,
    ) -> Result<String, Obstacle> {
        let unreadable = |code: &str, message: String| {
            Obstacle::Happening(Happening::CannotBeSent { problem: (code.to_owned(), message) })
        };
        let account = account_of(key);
        let known = self.library().upload(&frame.id, &entry.id, &account, self.now());
        if let Some(link) = known.map_err(|error| unreadable(error.code(), error.to_string()))? {
            return Ok(link);
        }
        let path = self.library().folder().frame(&frame.id, frame.format);
        let bytes = tokio::fs::read(&path)
            .await
            .map_err(|error| unreadable("frame-missing", format!("The stored picture cannot be read: {error}")))?;
        let name = format!("{}.{}", &frame.id.0[..frame.id.0.len().min(16)], frame.format.extension());
        let uploaded = provider.upload(key, &name, frame.format, bytes).await.map_err(Obstacle::Provider)?;
        let row = UploadRow {
            frame: frame.id.clone(),
            provider: entry.id.clone(),
            account,
            link: uploaded.link.clone(),
            ends_at: self.now() + entry.upload_millis,
        };
        self.library().keep_upload(&row).map_err(|error| unreadable(error.code(), error.to_string()))?;
        Ok(uploaded.link)
    }
}
