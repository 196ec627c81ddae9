//! Clips that were paid for and that no generation here owns: found in the provider's list and fetched by hand.

use crate::contract::{FoundPaid, FoundStanding, FoundTask, GenerationView, KeepFound, ProviderArgs};
use crate::problem::StudioError;
use crate::studio::Studio;
use sixshot_domain::price::quote;
use sixshot_domain::sample::empty_board;
use sixshot_domain::{Board, BoardId, GenerationId, GenerationState, MicroDollars, ProviderId, Quote, Ratio, ShotId};
use sixshot_providers::{ModelEntry, ProviderEntry, Reach, Standing};
use sixshot_queue::Found;
use sixshot_store::{GenerationRow, NewGeneration};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How far back is looked, in days: as long as any provider of the catalogue keeps its clips.
const DAYS: u32 = 30;
const DAY: i64 = 24 * 3_600_000;
/// Characters of a prompt that name a board.
const NAME_MAX: usize = 40;
/// Characters of a prompt that travel to the window.
const PROMPT_SHOWN: usize = 400;

/// What the last look at each provider found, by task: the window names a task and tells nothing about it.
pub(crate) type LastFound = Mutex<HashMap<(ProviderId, String), Found>>;

impl Studio {
    pub(crate) async fn find_paid(&self, args: ProviderArgs) -> Result<FoundPaid, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let since = self.clock.now() - i64::from(DAYS) * DAY;
        let found = self.queue.find_paid(&entry.id, since).await?;
        let views = found.tasks.iter().map(|found| self.found_view(entry, found)).collect::<Result<_, _>>()?;
        let mut last = self.last_found.lock().unwrap_or_else(PoisonError::into_inner);
        last.retain(|(provider, _), _| *provider != entry.id);
        last.extend(found.tasks.into_iter().map(|found| ((entry.id.clone(), found.task.remote_id.clone()), found)));
        let whole = found.reach == Reach::Whole && found.problems.is_empty() && found.unread.is_none();
        let back_to = match found.reach {
            Reach::BackTo(moment) => Some(moment),
            Reach::Whole | Reach::InPart => None,
        };
        let errors = found.problems.into_iter().map(StudioError::Provider);
        let problems = errors.chain(found.unread.map(StudioError::Key)).map(|error| error.problem()).collect();
        Ok(FoundPaid { tasks: views, problems, days: DAYS, whole, back_to })
    }

    pub(crate) async fn keep_found(&self, args: KeepFound) -> Result<GenerationView, StudioError> {
        let entry = self.provider_entry(&args.provider)?;
        let name = (entry.id.clone(), args.remote_id);
        let found = self.last_found.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        let found =
            found.filter(|found| found.accounts.contains(&args.account)).ok_or(StudioError::Missing("clip there"))?;
        // Since the look a request may have lost its answer.
        if let Some(request) = self.queue.lost_request_for(&entry.id, &found)? {
            let words = match self.library.generation(&request)?.state {
                GenerationState::Submitting => "It may be the answer to a request that is on its way: look again.",
                _ => "It may be the answer to a lost request: decide that in the queue.",
            };
            return Err(StudioError::Setting(words.to_owned()));
        }
        let row = self.row_of(entry, &found)?;
        Ok(self.view(&self.queue.keep_found(&row)?))
    }

    fn found_view(&self, entry: &ProviderEntry, found: &Found) -> Result<FoundTask, StudioError> {
        let task = &found.task;
        let sold = task.sold_as.as_ref().and_then(|model| self.catalogue.model(&entry.id, model));
        let lost = found.may_be.as_ref().map(|id| self.library.generation(id)).transpose()?;
        Ok(FoundTask {
            provider: entry.id.clone(),
            account: found.accounts.first().cloned().unwrap_or_default(),
            remote_id: task.remote_id.clone(),
            made_at: task.created_at,
            model_name: sold.map_or_else(String::new, model_name),
            prompt: task.prompt.as_deref().unwrap_or_default().chars().take(PROMPT_SHOWN).collect(),
            seconds: task.seconds,
            standing: match task.standing {
                Standing::Running => FoundStanding::Running,
                Standing::Made => FoundStanding::Made,
                Standing::Failed => FoundStanding::Failed,
            },
            may_be: lost.map(|row| row.board.name),
        })
    }

    /// The generation that a found task becomes: it runs, and its price is nothing until the provider names its own.
    fn row_of(&self, entry: &ProviderEntry, found: &Found) -> Result<GenerationRow, StudioError> {
        let task = &found.task;
        let sold = task.sold_as.as_ref().and_then(|model| self.catalogue.model(&entry.id, model));
        let model = sold.or(entry.models.first()).ok_or(StudioError::Missing("model"))?;
        let board = self.board_of(entry, model, found);
        let now = self.clock.now();
        let mut row = GenerationRow::queued(NewGeneration {
            id: GenerationId((self.new_id)()),
            confirmation: format!("found {} {}", entry.id.0, task.remote_id),
            take_index: 0,
            provider: entry.id.clone(),
            model: model.profile.model.clone(),
            rehearsal: false,
            // What the rate says of such a board only tells what a unit of the provider's own is worth.
            quote: quote(&board, &model.profile, &model.prices).unwrap_or_else(|| unknown_price(&board)),
            board,
            now,
        });
        row.state = GenerationState::Running;
        row.price = MicroDollars::ZERO;
        row.remote_id = Some(task.remote_id.clone());
        row.account = found.accounts.first().cloned();
        // Its provider keeps it since it was made, not since it was found.
        if task.standing == Standing::Made && entry.result_millis > 0 {
            row.output_ends_at = task.created_at.map(|at| at + entry.result_millis);
        }
        Ok(row)
    }

    /// The board of a found task, as far as the provider's list shows its input.
    fn board_of(&self, entry: &ProviderEntry, model: &ModelEntry, found: &Found) -> Board {
        let task = &found.task;
        let prompt = task.prompt.clone().unwrap_or_default();
        let words = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = match words.chars().count() {
            0 => format!("Found at {}: {}", entry.name, short(&task.remote_id)),
            1..=NAME_MAX => words,
            _ => format!("{}…", words.chars().take(NAME_MAX).collect::<String>().trim_end()),
        };
        let (id, shot) = (BoardId((self.new_id)()), ShotId((self.new_id)()));
        let mut board = empty_board(id, shot, &name, &entry.id.0, &model.profile.model.0);
        board.prompt = prompt;
        if let (Some(shot), Some(seconds)) = (board.shots.first_mut(), task.seconds) {
            shot.seconds = i32::try_from(seconds).unwrap_or(shot.seconds);
        }
        let shape = |ratio: &Ratio| task.ratio.as_deref() == Some(ratio.as_str());
        board.ratio = Ratio::ALL.into_iter().find(shape).unwrap_or(board.ratio);
        board
    }
}

/// A model's name for people.
fn model_name(model: &ModelEntry) -> String {
    format!("{} {}", model.profile.model_name, model.profile.tier).trim().to_owned()
}

/// The end of a task's name, which is where such names differ.
fn short(remote_id: &str) -> String {
    let letters = remote_id.chars().count();
    remote_id.chars().skip(letters.saturating_sub(8)).collect()
}

fn unknown_price(board: &Board) -> Quote {
    Quote {
        total: MicroDollars::ZERO,
        per_take: MicroDollars::ZERO,
        per_second: MicroDollars::ZERO,
        seconds: board.seconds(),
        takes: 1,
        credits: None,
        reasons: vec![],
        source: String::new(),
        date: String::new(),
        edited: false,
    }
}
