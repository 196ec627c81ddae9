//! fal: a queue of requests, `POST /{endpoint id}`, a status beside each and a result that repeats the model's own
//! HTTP status.
//!
//! Facts from the provider's documentation and its own clients, read 2026-11-21. It has no idempotency key, so a
//! request whose answer is lost can only be looked for in the list of requests, which shows their input.
//!
//! `X-Fal-No-Retry` is not sent: fal then gives up on a fault of its own that it would have passed over, and the
//! person would have to buy anew. What it repeats stays one request with one result and one bill, and its own faults
//! (5xx) are not billed. `X-Fal-Billable-Units` counts units of the model and no dollars, so it is not read as a bill.

mod answer;
mod body;
mod failure;

use crate::catalogue::ProviderEntry;
use crate::error::ProviderError;
use crate::http::{Answer, Connections, FilePart};
use crate::listing::{self, AccountList};
use crate::provider::{
    Account, AccountTasks, Composed, Composition, LostRequest, Provider, RemoteState, RemoteTask, SubmitAnswer,
    UploadedFrame,
};
use crate::reading::{first_text, likeliest_first, micro_dollars, written_moment};
use crate::writing::query;
use answer::Status;
use async_trait::async_trait;
use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use sixshot_domain::{ImageFormat, MicroDollars, ProviderId};
use std::collections::BTreeSet;
use url::Url;

/// Pages of the list that are read at most when looking for a lost request: 2000 requests to one endpoint.
const LIST_PAGES: u32 = 20;
const LIST_PAGE_SIZE: &str = "100";
const LIST: &str = "/v1/models/requests/by-endpoint";

/// The adapter.
pub struct Fal {
    entry: ProviderEntry,
    queue: Connections,
    files: Connections,
    platform: Connections,
    /// Addresses below which fal names its requests: the one that is asked, and the documented one, for a gateway
    /// that passes answers on as they are.
    bases: Vec<Url>,
}

impl Fal {
    /// Opens nothing yet. `own` is a person's own address for it.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(entry: &ProviderEntry, own: Option<&str>) -> Result<Self, ProviderError> {
        let open = |purpose: &str| -> Result<Connections, ProviderError> {
            Ok(Connections::new(entry.address(purpose, own))?.with_authorization(&entry.authorization))
        };
        let bases = [entry.address("", own), entry.base_url.as_str()];
        Ok(Self {
            queue: open("")?,
            files: open("files")?,
            platform: open("platform")?,
            bases: bases.iter().filter_map(|base| Url::parse(base).ok()).collect(),
            entry: entry.clone(),
        })
    }

    async fn list(&self, key: &SecretString, fields: &[(&str, &str)]) -> Result<Answer, ProviderError> {
        self.platform.list(Method::GET, &format!("{LIST}?{}", query(fields)), key, None).await
    }
}

#[async_trait]
impl Provider for Fal {
    fn id(&self) -> &ProviderId {
        &self.entry.id
    }

    fn compose(&self, composition: &Composition<'_>) -> Result<Composed, ProviderError> {
        let model = self.entry.model(&composition.profile.model)?;
        // The address to tell travels beside the request, so that it is none of the model's own fields.
        let told = match composition.board.callback.trim() {
            "" => String::new(),
            _ if !composition.profile.callback => String::new(),
            address => format!("?{}", query(&[("fal_webhook", address)])),
        };
        let body = body::write(composition, model).to_string();
        Ok(Composed { path: format!("/{}{told}", model.path(composition)), body })
    }

    /// A person copies the bare id off fal's page; the rest of the name is in the path.
    fn task_name(&self, path: &str, pasted: &str) -> String {
        if pasted.contains('/') { pasted.to_owned() } else { answer::name_of(path, pasted) }
    }

    async fn upload(
        &self,
        key: &SecretString,
        name: &str,
        format: ImageFormat,
        bytes: Vec<u8>,
    ) -> Result<UploadedFrame, ProviderError> {
        let wanted = json!({ "content_type": format.media_type(), "file_name": name });
        let path = "/storage/upload/initiate?storage_type=fal-cdn-v3";
        let ticket = self.files.ask(Method::POST, path, key, Some(&wanted)).await?;
        let body = ticket.json().filter(|_| ticket.status.is_success()).ok_or_else(|| failure::error(&ticket))?;
        let (Some(link), Some(address)) = (first_text(&body, &["/file_url"]), first_text(&body, &["/upload_url"]))
        else {
            return Err(ProviderError::Protocol { reason: "an upload without an address".to_owned() });
        };
        let file = FilePart { field: "", name: name.to_owned(), media_type: format.media_type(), bytes };
        let answer = self.files.put(address, file).await?;
        if answer.status.is_success() {
            Ok(UploadedFrame { link: link.to_owned() })
        } else {
            Err(failure::error(&answer))
        }
    }

    async fn submit(&self, key: &SecretString, request: &Composed) -> SubmitAnswer {
        let result = self.queue.purchase(&request.path, key, &request.body).await;
        answer::classify(result, &request.path, &self.bases)
    }

    fn time_there(&self) -> Option<i64> {
        self.platform.time_there()
    }

    fn lists_elsewhere(&self) -> bool {
        true
    }

    async fn poll(&self, key: &SecretString, remote_id: &str) -> Result<RemoteState, ProviderError> {
        let path = answer::task_path(remote_id)?;
        let status = self.queue.ask(Method::GET, &format!("/{path}/status?logs=0"), key, None).await?;
        match answer::status(&status)? {
            Status::Running => Ok(RemoteState::Running { progress: None }),
            Status::Completed(told) => {
                let result = self.queue.ask(Method::GET, &format!("/{path}"), key, None).await?;
                answer::outcome(&result, told.as_ref())
            }
        }
    }

    // Its list tells how a request ended and not where the clip is, on another host, and perhaps not before the end: no
    // list answers `poll_many`.
    async fn recent(&self, key: &SecretString, since: i64) -> Result<AccountTasks, ProviderError> {
        let start = written_moment(since)?;
        let models = self.entry.models.iter();
        let endpoints: BTreeSet<&str> =
            models.flat_map(|model| [model.text_path.as_str(), model.image_path.as_str()]).collect();
        let mut found = AccountList::default();
        for endpoint in endpoints.into_iter().filter(|endpoint| !endpoint.is_empty()) {
            let mut cursor = None::<String>;
            for number in 1..=LIST_PAGES {
                let mut fields = vec![
                    ("endpoint_id", endpoint),
                    ("start", &start),
                    ("expand", "payloads"),
                    ("limit", LIST_PAGE_SIZE),
                ];
                fields.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
                let page = answer::account_tasks(&self.list(key, &fields).await?, endpoint, &self.entry, since)?;
                let newest = page.newest;
                cursor = found.add(page);
                if cursor.is_none() {
                    break;
                }
                if number == LIST_PAGES {
                    found.break_off(newest);
                }
            }
        }
        Ok(found.end(since))
    }

    async fn look_up(&self, key: &SecretString, request: &LostRequest<'_>) -> Result<Vec<RemoteTask>, ProviderError> {
        let body: Value = serde_json::from_str(request.body).unwrap_or(Value::Null);
        let start = written_moment(request.since)?;
        let endpoint = answer::endpoint_of(request.path);
        let mut cursor = None::<String>;
        let mut tasks = Vec::new();
        for _ in 0..LIST_PAGES {
            let mut fields =
                vec![("endpoint_id", endpoint), ("start", &start), ("expand", "payloads"), ("limit", LIST_PAGE_SIZE)];
            fields.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = answer::page(&self.list(key, &fields).await?, request.path, &body, request.since)?;
            tasks.extend(page.tasks);
            if page.next.is_none() {
                return Ok(listing::each_once(likeliest_first(tasks)));
            }
            cursor = page.next;
        }
        Err(listing::too_long())
    }

    async fn cancel(&self, key: &SecretString, remote_id: &str) -> Result<(), ProviderError> {
        let path = format!("/{}/cancel", answer::task_path(remote_id)?);
        answer::cancelled(&self.queue.ask(Method::PUT, &path, key, None).await?)
    }

    async fn account(&self, key: &SecretString) -> Result<Account, ProviderError> {
        let billing = self.platform.ask(Method::GET, "/v1/account/billing?expand=credits", key, None).await?;
        if matches!(billing.status.as_u16(), 401 | 403) {
            // Only an admin key may read the balance. Whether this one is a key at all is told by the list.
            let endpoint = self.entry.models.first().map_or("", |model| model.text_path.as_str());
            let list = self.list(key, &[("endpoint_id", endpoint), ("limit", "1")]).await?;
            answer::page(&list, endpoint, &Value::Null, 0)?;
            return Ok(Account { balance: None, credits: None });
        }
        let body = billing.json().filter(|_| billing.status.is_success()).ok_or_else(|| failure::error(&billing))?;
        let balance = body
            .pointer("/credits/current_balance")
            .and_then(micro_dollars)
            .ok_or_else(|| ProviderError::Protocol { reason: "a balance without an amount".to_owned() })?;
        Ok(Account { balance: Some(balance), credits: None })
    }

    async fn live_price(&self, _key: &SecretString, _request: &Composed) -> Result<MicroDollars, ProviderError> {
        Err(ProviderError::NotSupported)
    }
}
