//! A clip on its way into the library: begun, broken off, gone on with, whole.
//!
//! What is there already is gone on with only by our own record of it: the storage's strong tag and the whole length,
//! written down before the first byte. A file's name or size alone prove nothing.

use crate::download::{FetchProblem, Fetched, broken, disk};
use crate::ranges;
use fail::fail_point;
use futures_util::StreamExt;
use reqwest::{RequestBuilder, Response, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sixshot_store::folder::remove_if_there;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

/// Largest clip that is fetched: fifteen seconds of 4K are far below it.
const CLIP_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// What is known of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// The storage's strong tag: another file has another one.
    tag: String,
    /// Length of the whole file in bytes.
    total: u64,
}

/// An unfinished file and what is known of it.
pub(crate) struct Part {
    path: PathBuf,
    /// What the bytes that are there belong to; nothing when they are to be thrown away.
    record: Option<Record>,
    /// How many bytes are there.
    have: u64,
}

impl Part {
    /// Finds what an earlier try left. Without a record of it that fits, it counts for nothing.
    pub async fn open(path: PathBuf) -> Result<Self, FetchProblem> {
        let have = match tokio::fs::metadata(&path).await {
            Ok(facts) => facts.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(disk(&error)),
        };
        let record = match tokio::fs::read(record_file(&path)).await {
            Ok(text) => serde_json::from_slice::<Record>(&text).ok(),
            Err(_) => None,
        };
        let record = record.filter(|record| have > 0 && have <= record.total);
        let have = if record.is_some() { have } else { 0 };
        Ok(Self { path, record, have })
    }

    /// Asks for what is missing, if the file is still the same.
    pub fn ask(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.record {
            Some(record) => request
                .header(header::RANGE, format!("bytes={}-", self.have))
                .header(header::IF_RANGE, record.tag.as_str()),
            None => request,
        }
    }

    /// The whole file from its beginning.
    pub async fn whole(self, response: Response) -> Result<Fetched, FetchProblem> {
        if is_text(&response) {
            // A sign-in page of the network, or a note of the storage's: it says nothing about the link.
            return Err(FetchProblem::Broken("a page came instead of the clip".to_owned()));
        }
        let expected = response.content_length();
        if expected.is_some_and(|length| length > CLIP_MAX) {
            return Err(too_large());
        }
        self.forget()?;
        let record = strong_tag(&response).zip(expected).map(|(tag, total)| Record { tag, total });
        if let Some(record) = &record {
            write_record(&self.path, record).await?;
            fail_point!("download-recorded");
        }
        let file = File::create(&self.path).await.map_err(|error| disk(&error))?;
        let begun = Self { record, have: 0, ..self };
        begun.stream(response, file, Sha256::new(), expected).await
    }

    /// The rest of the file, if it is the rest of the same one.
    pub async fn rest(self, response: Response) -> Result<Fetched, FetchProblem> {
        let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let begins = range.and_then(ranges::rest);
        let total = self.record.as_ref().map(|record| record.total);
        let same_tag =
            strong_tag(&response).is_none_or(|tag| self.record.as_ref().is_some_and(|known| known.tag == tag));
        if is_text(&response)
            || !same_tag
            || begins.map(|(from, _)| from) != Some(self.have)
            || begins.map(|(_, of)| of) != total
        {
            // Whatever this is, it does not continue what is there. The next try begins anew.
            self.forget()?;
            return Err(FetchProblem::Broken("the rest of the clip does not fit its beginning".to_owned()));
        }
        let (hash, path) = hash_of(self.path.clone(), self.have).await?;
        let file = OpenOptions::new().append(true).open(&path).await.map_err(|error| disk(&error))?;
        self.stream(response, file, hash, total).await
    }

    /// The storage says that nothing follows: either all is there, or what is there is something else.
    pub async fn nothing_left(self, response: &Response) -> Result<Fetched, FetchProblem> {
        let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
        let total = range.and_then(ranges::whole);
        if total.is_some() && total == self.record.as_ref().map(|record| record.total) && total == Some(self.have) {
            let (hash, path) = hash_of(self.path.clone(), self.have).await?;
            remove_if_there(&record_file(&path)).map_err(|error| FetchProblem::Broken(error.to_string()))?;
            return Ok(Fetched { path, sha256: hex::encode(hash.finalize()), bytes: self.have });
        }
        self.forget()?;
        Err(FetchProblem::Broken("the storage has another clip than before".to_owned()))
    }

    async fn stream(
        self,
        response: Response,
        mut file: File,
        mut hash: Sha256,
        expected: Option<u64>,
    ) -> Result<Fetched, FetchProblem> {
        let mut bytes = self.have;
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            fail_point!("download-chunk");
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    // What came is kept where it can be gone on with.
                    file.flush().await.map_err(|error| disk(&error))?;
                    if self.record.is_none() {
                        self.forget()?;
                    } else if bytes > self.have {
                        return Err(FetchProblem::Interrupted(broken(&error).to_string()));
                    }
                    return Err(broken(&error));
                }
            };
            bytes += chunk.len() as u64;
            if bytes > CLIP_MAX || expected.is_some_and(|length| bytes > length) {
                self.forget()?;
                return Err(too_large());
            }
            hash.update(&chunk);
            if let Err(error) = file.write_all(&chunk).await {
                self.forget()?;
                return Err(disk(&error));
            }
        }
        file.flush().await.map_err(|error| disk(&error))?;
        file.sync_all().await.map_err(|error| disk(&error))?;
        fail_point!("download-synced");
        if expected.is_some_and(|length| length != bytes) || bytes == 0 {
            if self.record.is_none() || bytes == 0 {
                self.forget()?;
            }
            return Err(FetchProblem::Broken("the clip ended early".to_owned()));
        }
        remove_if_there(&record_file(&self.path)).map_err(|error| FetchProblem::Broken(error.to_string()))?;
        Ok(Fetched { path: self.path, sha256: hex::encode(hash.finalize()), bytes })
    }

    /// Throws away what is there: the record first, so that bytes without one are never gone on with.
    fn forget(&self) -> Result<(), FetchProblem> {
        let removed = remove_if_there(&record_file(&self.path)).and_then(|()| remove_if_there(&self.path));
        removed.map_err(|error| FetchProblem::Broken(error.to_string()))
    }
}

/// Where the record of a part lies.
pub(crate) fn record_file(part: &Path) -> PathBuf {
    part.with_extension("part.json")
}

async fn write_record(part: &Path, record: &Record) -> Result<(), FetchProblem> {
    let text = serde_json::to_vec(record).map_err(|error| FetchProblem::Broken(error.to_string()))?;
    tokio::fs::write(record_file(part), text).await.map_err(|error| disk(&error))
}

/// The hash so far of the first bytes of a part, which is cut to them.
async fn hash_of(path: PathBuf, have: u64) -> Result<(Sha256, PathBuf), FetchProblem> {
    let hashed = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::OpenOptions::new().read(true).write(true).open(&path)?;
        file.set_len(have)?;
        let mut hash = Sha256::new();
        io::copy(&mut file, &mut hash)?;
        Ok::<_, io::Error>((hash, path))
    });
    match hashed.await {
        Ok(Ok(hashed)) => Ok(hashed),
        Ok(Err(error)) => Err(disk(&error)),
        Err(error) => Err(FetchProblem::Broken(error.to_string())),
    }
}

fn strong_tag(response: &Response) -> Option<String> {
    let tag = response.headers().get(header::ETAG)?.to_str().ok()?;
    ranges::is_strong(tag).then(|| tag.to_owned())
}

fn is_text(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/"))
}

fn too_large() -> FetchProblem {
    FetchProblem::Broken("the clip is larger than any clip".to_owned())
}
