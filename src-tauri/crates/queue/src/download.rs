//! Fetching a clip: no credentials, a checked address at every hop, a cap, a stall time-out, the whole length.

use crate::address::{self, AddressProblem};
use crate::driver::{Queue, QueueError};
use crate::links::{self, FreshLinks};
use crate::machine::{Happening, read_output};
use crate::part::Part;
use crate::policy;
use fail::fail_point;
use reqwest::{Client, StatusCode, header};
use sha2::{Digest, Sha256};
use sixshot_domain::{GenerationId, GenerationState};
use sixshot_providers::Output;
use sixshot_providers::address::is_public_host;
use sixshot_providers::http::parse_retry_after;
use sixshot_store::GenerationRow;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use url::Url;

/// Without a byte for so long, the connection is given up.
const STALL: Duration = Duration::from_secs(30);
const HOPS: usize = 3;

/// A file that is whole as far as its length tells.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub path: PathBuf,
    pub sha256: String,
    pub bytes: u64,
}

/// Why a clip did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchProblem {
    #[error("the link has ended")]
    LinkEnded,
    #[error("the clip's address is refused: {0}")]
    Address(AddressProblem),
    /// Nothing of it can be gone on with.
    #[error("{0}")]
    Broken(String),
    /// The storage asks for a pause of so many milliseconds.
    #[error("{reason}")]
    Patience { reason: String, pause: i64 },
    /// Bytes came, and the next try goes on behind them.
    #[error("{0}")]
    Interrupted(String),
    #[error("the disk is full")]
    Full,
    /// The storage does not answer as it should, and its next turn comes then, milliseconds since 1970. Nothing was
    /// asked.
    #[error("the storage is left alone for a while")]
    NotYet(i64),
}

/// A client that only ever connects to public addresses, or to this machine beside a provider on this machine.
pub(crate) fn client(local: bool, host: &str) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(STALL)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("Sixshot/", env!("CARGO_PKG_VERSION")));
    if local {
        builder.no_proxy().build()
    } else {
        builder.https_only(true).dns_resolver(Arc::new(PublicOnly(host.to_owned()))).build()
    }
}

/// Looks a name up once and drops every address inside a private network: the name's owner cannot change the answer
/// between the check and the connection.
/// Any other name is the person's own proxy, which may well stand in their own network.
struct PublicOnly(String);

impl reqwest::dns::Resolve for PublicOnly {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let checked = name.as_str().eq_ignore_ascii_case(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found = if checked { public_ones(found) } else { found };
            if found.is_empty() {
                return Err("the name leads into a private network".into());
            }
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// A name may have addresses of both kinds; only the public ones are ever connected to.
pub(crate) fn public_ones(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    found.into_iter().filter(|address| is_public_host(address.ip())).collect()
}

impl Queue {
    /// Fetches the clip of a generation and keeps it.
    pub(crate) async fn download(&self, row: GenerationRow) -> Result<(), QueueError> {
        if self.keep_published(&row).await? {
            return Ok(());
        }
        let output = row.output.as_deref().and_then(read_output);
        let fetched = match output {
            Some(Output::Link(link)) => self.fetch(&row, &link).await,
            Some(Output::File(path)) => take_over(&path).await,
            None => Err(FetchProblem::LinkEnded),
        };
        fail_point!("download-ended");
        let happening = match fetched {
            Ok(fetched) => {
                self.forget_breaks(&row.id);
                return self.keep(row, fetched).await;
            }
            Err(FetchProblem::LinkEnded) => self.fresh_link(
                &row,
                links::ENDED,
                "The storage does not give the clip out under its link.".to_owned(),
            )?,
            Err(FetchProblem::Full) => Happening::NotAnswered {
                problem: ("library-full".to_owned(), "The disk of the library is full; the clip waits.".to_owned()),
                wait: 15_000,
            },
            Err(problem @ FetchProblem::Address(_)) => self.fresh_link(&row, links::REFUSED, problem.to_string())?,
            // What came is there, and the next try goes on behind it.
            Err(FetchProblem::Interrupted(reason)) => {
                self.forget_breaks(&row.id);
                self.tries_later(&row, links::BROKEN, reason)
            }
            Err(FetchProblem::Broken(reason) | FetchProblem::Patience { reason, .. }) => {
                self.broke_off(&row, reason)?
            }
            Err(FetchProblem::NotYet(at)) => return self.put_off(&row, at),
        };
        self.make(&row, happening)?;
        Ok(())
    }

    /// A download that brings nothing time after time may have a dead link.
    fn broke_off(&self, row: &GenerationRow, reason: String) -> Result<Happening, QueueError> {
        let is_over = row.output_ends_at.is_some_and(|at| at <= self.now());
        if self.count_break(&row.id) >= links::BREAKS || is_over {
            return self.fresh_link(row, links::BROKEN, reason);
        }
        Ok(self.tries_later(row, links::BROKEN, reason))
    }

    /// Counts a download that brought nothing, and tells how many did in a row.
    fn count_break(&self, id: &GenerationId) -> u32 {
        let mut breaks = self.breaks.lock().unwrap_or_else(PoisonError::into_inner);
        let count = breaks.entry(id.clone()).or_default();
        *count = count.saturating_add(1);
        *count
    }

    pub(crate) fn forget_breaks(&self, id: &GenerationId) {
        self.breaks.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    async fn fetch(&self, row: &GenerationRow, link: &str) -> Result<Fetched, FetchProblem> {
        let part = self.library().folder().parts().join(format!("{}.mp4.part", row.id.0));
        let storage = storage_of(link);
        let asked_at = self.storage_turn(&storage, &row.id).map_err(FetchProblem::NotYet)?;
        let fetched = fetch(part, link, self.base_is_local(&row.provider), asked_at).await;
        match &fetched {
            Ok(_) | Err(FetchProblem::Interrupted(_)) => self.storage_gave(&storage, asked_at),
            Err(FetchProblem::Broken(_)) => self.storage_failed(&storage, asked_at, None),
            Err(FetchProblem::Patience { pause, .. }) => {
                let pause = policy::storage_pause(*pause, self.left_at(&storage));
                self.storage_failed(&storage, asked_at, Some(pause));
            }
            // The first link of a clip may have ended while it waited; that a fresh one has, too, is no sign of health.
            Err(FetchProblem::LinkEnded) if self.had_fresh_link(row) => self.storage_failed(&storage, asked_at, None),
            Err(_) => self.storage_is_let_go(&storage, asked_at),
        }
        fetched
    }

    /// How long the first clip to end at a storage is still kept there, in milliseconds.
    fn left_at(&self, storage: &str) -> Option<i64> {
        // What cannot be read is told by whoever writes next.
        let rows = self.library().generations_in(GenerationState::Downloading).unwrap_or_default();
        let waiting = rows.iter().filter(|row| storage_of_clip(row).as_deref() == Some(storage));
        waiting.filter_map(|row| row.output_ends_at).min().map(|at| at - self.now())
    }

    /// When the storage of a clip may be asked for it, if that is not now.
    pub(crate) fn may_be_fetched_at(&self, row: &GenerationRow, now: i64) -> Option<i64> {
        self.storage_opens(&storage_of_clip(row)?, now)
    }

    /// When a clip was last asked for. One that never was goes first, and then whoever has waited longest, or a few that
    /// fail time after time would keep the others waiting past their end.
    pub(crate) fn last_fetched_at(&self, row: &GenerationRow) -> Option<i64> {
        let storage = storage_of_clip(row)?;
        self.with_host(&storage, |host| host.asked.get(&row.id).copied())
    }

    fn had_fresh_link(&self, row: &GenerationRow) -> bool {
        // What cannot be read is told by whoever writes next.
        self.library().history(&row.id).is_ok_and(|history| FreshLinks::of(&history).asked > 0)
    }
}

/// The storage of a clip that is being fetched.
fn storage_of_clip(row: &GenerationRow) -> Option<String> {
    if row.state != GenerationState::Downloading {
        return None;
    }
    match row.output.as_deref().and_then(read_output)? {
        Output::Link(link) => Some(storage_of(&link)),
        Output::File(_) => None,
    }
}

/// The host of a link, by a name that no provider's address has.
fn storage_of(link: &str) -> String {
    let url = Url::parse(link).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    format!("storage {host}:{}", url.as_ref().and_then(Url::port_or_known_default).unwrap_or_default())
}

/// Fetches what a link leads to into a part. `local`: the provider itself is on this machine. `now`: milliseconds since
/// 1970.
pub(crate) async fn fetch(part: PathBuf, link: &str, local: bool, now: i64) -> Result<Fetched, FetchProblem> {
    let mut address = address::check(link, local).map_err(FetchProblem::Address)?;
    for _ in 0..=HOPS {
        let client = client(local, address.host_str().unwrap_or_default())
            .map_err(|error| FetchProblem::Broken(error.to_string()))?;
        let part = Part::open(part.clone()).await?;
        fail_point!("download-asking");
        let response = part.ask(client.get(address.clone())).send().await.map_err(|error| broken(&error))?;
        if response.status().is_redirection() {
            address = next_hop(&address, response.headers(), local)?;
            continue;
        }
        return match response.status() {
            StatusCode::OK => part.whole(response).await,
            StatusCode::PARTIAL_CONTENT => part.rest(response).await,
            StatusCode::RANGE_NOT_SATISFIABLE => part.nothing_left(&response).await,
            status if says_link_ended(status) => Err(FetchProblem::LinkEnded),
            status => {
                let reason = format!("HTTP {}", status.as_u16());
                Err(match pause_asked(response.headers(), now) {
                    Some(pause) => FetchProblem::Patience { reason, pause },
                    None => FetchProblem::Broken(reason),
                })
            }
        };
    }
    Err(FetchProblem::Broken("too many redirects".to_owned()))
}

/// Whether a storage refuses the link itself, each in its own number: 400, 401, 403, 404 and 410 are all in use. What
/// only asks for patience, or for another range, is not about the link.
fn says_link_ended(status: StatusCode) -> bool {
    let patience = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    status.is_client_error() && !patience.contains(&status)
}

/// The pause that a `Retry-After` asks for, in milliseconds.
fn pause_asked(headers: &header::HeaderMap, now: i64) -> Option<i64> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    let now = OffsetDateTime::from_unix_timestamp(now / 1_000).ok()?;
    i64::try_from(parse_retry_after(text, now)?.as_millis()).ok()
}

/// Where a redirect leads, by the same rules as the first address.
pub(crate) fn next_hop(from: &Url, headers: &header::HeaderMap, local: bool) -> Result<Url, FetchProblem> {
    let next = headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| from.join(text).ok())
        .ok_or_else(|| FetchProblem::Broken("a redirect to nowhere".to_owned()))?;
    address::check(next.as_str(), local).map_err(FetchProblem::Address)
}

/// A file that was made on this machine.
async fn take_over(path: &Path) -> Result<Fetched, FetchProblem> {
    let path = path.to_path_buf();
    let read = tokio::task::spawn_blocking(move || {
        let mut file = std::fs::File::open(&path)?;
        let mut hash = Sha256::new();
        let bytes = std::io::copy(&mut file, &mut hash)?;
        Ok::<_, std::io::Error>(Fetched { path, sha256: hex::encode(hash.finalize()), bytes })
    });
    match read.await {
        Ok(Ok(fetched)) => Ok(fetched),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Err(FetchProblem::LinkEnded),
        Ok(Err(error)) => Err(disk(&error)),
        Err(error) => Err(FetchProblem::Broken(error.to_string())),
    }
}

pub(crate) fn broken(error: &reqwest::Error) -> FetchProblem {
    // Signed links are secrets; the outer error carries them.
    let reason = if error.is_timeout() {
        "no data in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    FetchProblem::Broken(reason.to_owned())
}

pub(crate) fn disk(error: &std::io::Error) -> FetchProblem {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => FetchProblem::Full,
        _ => FetchProblem::Broken(error.to_string()),
    }
}
