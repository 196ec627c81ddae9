//! Everything before the purchase: the key, the pictures, the exact request. All of it free and safe to repeat.

use crate::accounts::Adapter;
use crate::driver::{Queue, QueueError};
use crate::machine::Happening;
use crate::ports::KeyProblem;
use crate::purchase::Prepared;
use fail::fail_point;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use sixshot_domain::{Board, ElementForm, Frame, GenerationState, Profile};
use sixshot_providers::{Composition, PictureSlot, PictureWay, ProviderEntry, ProviderError, base64};
use sixshot_store::{GenerationRow, UploadRow};
use std::collections::HashMap;

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
        if let Some(waits) = self.waits_for_room(&row) {
            self.make(&row, waits)?;
            return Ok(());
        }
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
                // A key that came between the question and this line was told to a row that did not wait yet.
                if self.key_for(&*provider).await.is_ok() {
                    self.account_changed(&row.provider)?;
                }
                return Ok(());
            }
        };
        // A keychain that had to be unlocked may have taken minutes, and one address's key is not for another.
        if !self.is_in_use(&provider) {
            return self.put_back_for_account(&row);
        }
        match self.compose(&row, &provider, &key).await {
            Ok(request) => {
                fail_point!("prepare-composed");
                self.purchase(row, &provider, &key, request).await
            }
            Err(Obstacle::Provider(error)) => self.meet_obstacle(&row, &provider, &key, &error).await,
            Err(Obstacle::Happening(happening)) => {
                self.make(&row, happening)?;
                Ok(())
            }
        }
    }

    async fn compose(&self, row: &GenerationRow, provider: &Adapter, key: &SecretString) -> Result<Prepared, Obstacle> {
        let entry = self.catalogue().provider(&row.provider);
        let model = self.catalogue().model(&row.provider, &row.model);
        let (Some(entry), Some(model)) = (entry, model) else {
            let problem = ("model-gone".to_owned(), "This model is no longer in the catalogue.".to_owned());
            return Err(Obstacle::Happening(Happening::CannotBeSent { problem }));
        };
        let mut pictures = HashMap::new();
        let mut names = HashMap::new();
        if provider.needs_key() {
            for (slot, frame) in pictures_of(&row.board, &model.profile) {
                let sent = match entry.pictures {
                    PictureWay::Upload => self.upload(entry, provider, key, frame).await?,
                    PictureWay::Inline => base64(&self.picture(frame).await?),
                    PictureWay::Address => continue,
                };
                let name = if entry.pictures == PictureWay::Inline {
                    format!("{{picture:{}}}", frame.id.0)
                } else {
                    sent.clone()
                };
                pictures.insert(slot, sent);
                names.insert(slot, name);
            }
            if entry.pictures == PictureWay::Address {
                let board = &row.board;
                let given =
                    [(PictureSlot::First, &board.first_frame_address), (PictureSlot::Last, &board.last_frame_address)];
                for (slot, address) in given {
                    pictures.insert(slot, address.trim().to_owned());
                    names.insert(slot, address.trim().to_owned());
                }
            }
        }
        // Each purchase has a name of its own, also when the same generation is bought a second time.
        let client_id = format!("{}-{}", row.id.0, self.now());
        let write = |words: &HashMap<PictureSlot, String>| {
            let picture = |slot: PictureSlot| words.get(&slot).cloned().unwrap_or_default();
            let composition =
                Composition { board: &row.board, profile: &model.profile, picture: &picture, client_id: &client_id };
            provider.compose(&composition).map_err(Obstacle::Provider)
        };
        Ok(Prepared { request: write(&pictures)?, kept: write(&names)?.body })
    }

    /// The bytes of a stored picture, which are those it is named after: what was damaged since is not paid for.
    async fn picture(&self, frame: &Frame) -> Result<Vec<u8>, Obstacle> {
        let path = self.library().folder().frame(&frame.id, frame.format);
        let missing = |message: String| {
            Obstacle::Happening(Happening::CannotBeSent { problem: ("frame-missing".to_owned(), message) })
        };
        let read = tokio::fs::read(&path).await;
        let bytes = read.map_err(|error| {
            tracing::warn!(%error, path = %path.display(), "a stored picture cannot be read");
            missing("A stored picture of this clip is gone".to_owned())
        })?;
        if hex::encode(Sha256::digest(&bytes)) == frame.id.0 {
            Ok(bytes)
        } else {
            Err(missing("A stored picture of this clip is damaged".to_owned()))
        }
    }

    /// The link of a frame at the provider: of an earlier upload while that is good, or of a new one.
    async fn upload(
        &self,
        entry: &ProviderEntry,
        provider: &Adapter,
        key: &SecretString,
        frame: &Frame,
    ) -> Result<String, Obstacle> {
        let unreadable = |code: &str, message: String| {
            Obstacle::Happening(Happening::CannotBeSent { problem: (code.to_owned(), message) })
        };
        let account = provider.fingerprint(key);
        let known = self.library().upload(&frame.id, &entry.id, &account, self.now());
        if let Some(link) = known.map_err(|error| unreadable(error.code(), error.to_string()))? {
            return Ok(link);
        }
        let bytes = self.picture(frame).await?;
        fail_point!("prepare-uploading");
        let name = format!("{}.{}", &frame.id.0[..frame.id.0.len().min(16)], frame.format.extension());
        let uploaded = provider.upload(key, &name, frame.format, bytes).await.map_err(Obstacle::Provider)?;
        fail_point!("prepare-uploaded");
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

/// The pictures that a request of this model holds.
fn pictures_of<'a>(board: &'a Board, profile: &Profile) -> Vec<(PictureSlot, &'a Frame)> {
    let first = board.first_frame.iter().map(|frame| (PictureSlot::First, frame));
    let last = board.last_frame.iter().map(|frame| (PictureSlot::Last, frame));
    let mut pictures: Vec<_> = first.chain(last).collect();
    if profile.element_form == ElementForm::Pictures {
        for (element, of) in board.elements.iter().enumerate() {
            let slot = |picture| PictureSlot::Element { element, picture };
            pictures.extend(of.pictures.iter().enumerate().map(|(picture, frame)| (slot(picture), frame)));
        }
    }
    pictures
}
