//! From a board to a generation, and what a person can do with one.

use crate::contract::{
    Adopt, Change, Confirmation, EndArgs, Ending, GenerationArgs, GenerationView, Nothing, ProviderArgs, SendAgain,
    Spending, WholeBoard,
};
use crate::frames::beside;
use crate::problem::StudioError;
use crate::studio::Studio;
use sha2::{Digest, Sha256};
use sixshot_domain::{
    Board, ElementForm, FrameId, GenerationId, GenerationState, MicroDollars, ProviderId, Quote, Severity, assess,
};
use sixshot_providers::ModelEntry;
use sixshot_queue::machine::Happening;
use sixshot_queue::{Evidence, Verdict};
use sixshot_store::{GenerationRow, NewGeneration, StoreError};
use std::collections::HashSet;
use std::path::Path;
use std::sync::PoisonError;
use time::{OffsetDateTime, Time};

/// The rehearsal's model.
const ANIMATIC: &str = "animatic";

impl Studio {
    pub(crate) async fn rehearse(&self, args: WholeBoard) -> Result<GenerationView, StudioError> {
        let mut board = args.board;
        board.takes = 1;
        let id = ProviderId::from(ProviderId::REHEARSAL);
        let model = self.catalogue.model(&id, &ANIMATIC.into()).ok_or(StudioError::Missing("model"))?;
        let quote = self.quote_when_ready(&board, model)?;
        self.frames_are_whole(&board, |field| !field.starts_with("elements[")).await?;
        self.queue.has_room_for_rehearsal()?;
        let confirmation = (self.new_id)();
        let rows = self.add(&board, model, &quote, &confirmation)?;
        let row = rows.into_iter().next().ok_or(StudioError::Missing("generation"))?;
        Ok(self.view(&row))
    }

    /// Buys a board: judged and priced once more, and refused when the price is not the one that was shown.
    pub(crate) async fn generate(&self, args: Confirmation) -> Result<Vec<GenerationView>, StudioError> {
        let Confirmation { mut board, confirmation, shown } = args;
        if confirmation.trim().is_empty() || confirmation.len() > 100 {
            return Err(StudioError::Contract("a confirmation without an id".to_owned()));
        }
        let model = self.model_of(&board)?;
        if model.profile.free {
            return Err(StudioError::Missing("model"));
        }
        self.restore_facts(&mut board)?;
        let quote = self.quote_when_ready(&board, model)?;
        if quote.total != shown {
            return Err(StudioError::PriceDiffers { shown, now: quote.total });
        }
        let with_elements = model.profile.element_form == ElementForm::Pictures;
        let is_sent = |field: &str| match field {
            "first_frame" | "last_frame" => true,
            _ => with_elements && field.starts_with("elements["),
        };
        self.frames_are_whole(&board, is_sent).await?;
        let takes = u32::try_from(quote.takes).unwrap_or(1);
        self.queue.has_room_beside(self.library.clips_to_come()?.saturating_add(takes.saturating_sub(1)))?;
        // Refused before anything is written when there is no key at all; the queue asks again when it sends.
        sixshot_queue::Keys::key(&*self.keyring, &board.provider).await?;
        // A draft that is kept may be newer than the one that was confirmed; the generation freezes its own.
        if self.library.board(&board.id)?.is_none() {
            self.keep(&board)?;
        }
        let rows = {
            // Two presses at once must not both see the room that only one of them fits into.
            let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
            self.stays_under_cap(quote.total)?;
            self.queue.heed_confirmation(&board.provider)?;
            self.add(&board, model, &quote, &confirmation)?
        };
        Ok(rows.iter().map(|row| self.view(row)).collect())
    }

    pub(crate) async fn end_generation(&self, args: EndArgs) -> Result<GenerationView, StudioError> {
        let row = match args.ending {
            Ending::Withdraw => self.queue.happen(&args.id, Happening::Withdrawn)?,
            Ending::Cancel => self.queue.cancel(&args.id).await?,
            Ending::GiveUp => self.queue.happen(&args.id, Happening::GivenUp)?,
            Ending::StopWatching => self.queue.happen(&args.id, Happening::Unwatched)?,
        };
        Ok(self.view(&row))
    }

    pub(crate) async fn go_on(&self, args: ProviderArgs) -> Result<Nothing, StudioError> {
        self.queue.go_on(&self.provider_entry(&args.provider)?.id)?;
        Ok(Nothing {})
    }

    pub(crate) async fn look_up_generation(&self, args: GenerationArgs) -> Result<GenerationView, StudioError> {
        let row = self.library.generation(&args.id)?;
        if row.state == GenerationState::Unknown {
            self.queue.look_up(&row).await?;
        }
        Ok(self.view(&self.library.generation(&args.id)?))
    }

    pub(crate) async fn adopt_generation(&self, args: Adopt) -> Result<GenerationView, StudioError> {
        let row = self.library.generation(&args.id)?;
        let provider = self.registry().get(&row.provider).ok_or(StudioError::Missing("provider"))?;
        let remote_id = provider.task_name(row.request_path.as_deref().unwrap_or_default(), args.remote_id.trim());
        if let Some(owner) = self.library.generation_of_task(&row.provider, &remote_id)?
            && owner != args.id
        {
            return Err(StudioError::Setting("That task already belongs to another generation.".to_owned()));
        }
        Ok(self.view(&self.queue.adopt(&args.id, &remote_id).await?))
    }

    pub(crate) async fn send_again(&self, args: SendAgain) -> Result<GenerationView, StudioError> {
        let row = self.library.generation(&args.id)?;
        let model = self.catalogue.model(&row.provider, &row.model).ok_or(StudioError::Missing("model"))?;
        let mut single = row.board.clone();
        single.takes = 1;
        let quote = self.quote_when_ready(&single, model)?;
        if quote.total != args.shown {
            return Err(StudioError::PriceDiffers { shown: args.shown, now: quote.total });
        }
        // It is itself among those that may still bring a clip.
        self.queue.has_room_beside(self.library.clips_to_come()?.saturating_sub(1))?;
        // The state makes it safe: a second press of the button finds a generation that is no longer lost.
        tracing::info!(generation = %args.id.0, confirmation = %args.confirmation, "confirmed to be sent again");
        let row = {
            // Two presses at once must not both see the room that only one of them fits into.
            let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
            // Only what is proved absent gives its money back; otherwise this comes on top of it.
            let row = self.library.generation(&args.id)?;
            let evidence = Evidence::read(row.evidence.as_deref().unwrap_or_default());
            let given_back = if evidence.verdict == Verdict::Absent { row.price } else { MicroDollars::ZERO };
            self.stays_under_cap(MicroDollars(quote.total.0.saturating_sub(given_back.0)))?;
            self.queue.send_again(&args.id, quote.total)?
        };
        Ok(self.view(&row))
    }

    pub(crate) async fn fetch_again(&self, args: GenerationArgs) -> Result<GenerationView, StudioError> {
        Ok(self.view(&self.queue.happen(&args.id, Happening::FetchAgain)?))
    }

    pub(crate) async fn dismiss_generation(&self, args: GenerationArgs) -> Result<Nothing, StudioError> {
        self.queue.happen(&args.id, Happening::Dismissed)?;
        self.bell.ring(Change::GenerationGone { id: args.id.0 });
        Ok(Nothing {})
    }

    /// Money since the first of the month.
    pub(crate) fn spending(&self) -> Result<Spending, StudioError> {
        let now = OffsetDateTime::from_unix_timestamp(self.clock.now() / 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let first = now.replace_day(1).unwrap_or(now).replace_time(Time::MIDNIGHT);
        let month = self.library.spent(first.unix_timestamp() * 1_000)?;
        Ok(Spending { month, cap: self.settings_now().monthly_cap })
    }

    /// The quote of a board that can be sent.
    fn quote_when_ready(&self, board: &Board, model: &ModelEntry) -> Result<Quote, StudioError> {
        let assessment = assess(board, &model.profile, Some(&self.prices_of(model)));
        if let Some(finding) = assessment.findings.iter().find(|finding| finding.severity == Severity::Error) {
            let code = serde_json::to_value(finding.code).ok();
            let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or("finding").to_owned();
            return Err(StudioError::NotReady(format!("{code} at {}", finding.field)));
        }
        assessment.quote.ok_or_else(|| StudioError::NotReady("price-unknown at model".to_owned()))
    }

    /// The facts of a board's frames as the library knows them: what a message claims of a picture is not believed.
    fn restore_facts(&self, board: &mut Board) -> Result<(), StudioError> {
        let elements = board.elements.iter_mut().flat_map(|element| &mut element.pictures);
        let wells = [&mut board.first_frame, &mut board.last_frame].into_iter().flatten();
        for frame in wells.chain(elements) {
            *frame = self.library.frame(&frame.id)?.ok_or(StudioError::Missing("picture"))?;
        }
        Ok(())
    }

    /// Every picture that is wanted is on the disk as it was stored, before anything is sent: what was emptied or overwritten
    /// there would be paid for and not be what the person saw.
    async fn frames_are_whole(&self, board: &Board, is_wanted: impl Fn(&str) -> bool) -> Result<(), StudioError> {
        let mut stored = Vec::new();
        for (field, frame) in board.frames().filter(|(field, _)| is_wanted(field)) {
            let path = self.library.frame_file(&frame.id)?.ok_or(StudioError::Missing("picture"))?;
            stored.push((field, frame.id.clone(), path));
        }
        beside(move || {
            // Shots often share a picture: each is read once.
            let mut whole = HashSet::new();
            for (field, id, path) in stored {
                if !whole.contains(&id) {
                    if !is_whole(&id, &path) {
                        return Err(StudioError::PictureDamaged(place_of(&field)));
                    }
                    whole.insert(id);
                }
            }
            Ok(())
        })
        .await?
    }

    fn stays_under_cap(&self, more: MicroDollars) -> Result<(), StudioError> {
        // What waits in the queue is confirmed and not yet in the ledger. Read first: a generation that moves on between
        // the two readings is then counted twice, and never not at all.
        let waiting: MicroDollars = [GenerationState::Queued, GenerationState::Preparing]
            .into_iter()
            .map(|state| self.library.generations_in(state))
            .collect::<Result<Vec<_>, StoreError>>()?
            .into_iter()
            .flatten()
            .fold(MicroDollars::ZERO, |sum, row| sum.plus(row.price));
        let Spending { month, cap } = self.spending()?;
        let would = month.plus(waiting).plus(more);
        match cap {
            Some(cap) if would > cap => Err(StudioError::OverCap { would, cap }),
            _ => Ok(()),
        }
    }

    fn add(
        &self,
        board: &Board,
        model: &ModelEntry,
        quote: &Quote,
        confirmation: &str,
    ) -> Result<Vec<GenerationRow>, StudioError> {
        let now = self.clock.now();
        let rows: Vec<GenerationRow> = (0..u32::try_from(quote.takes).unwrap_or(1))
            .map(|take_index| {
                GenerationRow::queued(NewGeneration {
                    id: GenerationId((self.new_id)()),
                    confirmation: confirmation.to_owned(),
                    take_index,
                    board: board.clone(),
                    provider: model.profile.provider.clone(),
                    model: model.profile.model.clone(),
                    rehearsal: model.profile.free,
                    quote: quote.clone(),
                    now,
                })
            })
            .collect();
        let rows = self.library.add_generations(&rows)?;
        for row in &rows {
            self.bell.ring(Change::Generation { generation: Box::new(self.view(row)) });
        }
        self.queue.wake();
        Ok(rows)
    }
}

/// How a person calls the place of a picture, by its field.
fn place_of(field: &str) -> String {
    let numbers = field.split(|sign: char| !sign.is_ascii_digit()).filter_map(|digits| digits.parse::<usize>().ok());
    match (field, numbers.collect::<Vec<_>>().as_slice()) {
        ("first_frame", _) => "the first frame".to_owned(),
        ("last_frame", _) => "the last frame".to_owned(),
        (_, [shot]) => format!("the panel of shot {}", shot + 1),
        (_, [element, picture]) => format!("picture {} of element {}", picture + 1, element + 1),
        _ => field.to_owned(),
    }
}

/// Whether a stored picture still has the content it is named after.
fn is_whole(id: &FrameId, path: &Path) -> bool {
    match std::fs::read(path) {
        Ok(bytes) => hex::encode(Sha256::digest(&bytes)) == id.0,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a stored picture cannot be read");
            false
        }
    }
}
