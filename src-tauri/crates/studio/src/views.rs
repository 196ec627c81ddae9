//! A generation as the window shows it: its state in facts, and what can be done now.

use crate::contract::{
    Billed, Candidate, Change, Doubt, Evidence, GenerationAction, GenerationView, Problem, ProviderView, TakeSummary,
    Verdict,
};
use crate::studio::Studio;
use crate::takes;
use sixshot_domain::GenerationState;
use sixshot_providers::{LookUp, ProviderEntry};
use sixshot_queue::{self as queue, policy};
use sixshot_store::GenerationRow;

/// Characters of a generation's words that the drawer shows.
const WORDS_SHOWN: usize = 120;

impl Studio {
    /// A generation as the window shows it.
    pub(crate) fn view(&self, row: &GenerationRow) -> GenerationView {
        let model = self.catalogue.model(&row.provider, &row.model);
        let provider_name = model.map_or_else(|| row.provider.0.clone(), |model| model.profile.provider_name.clone());
        let model_name = model.map_or_else(
            || row.model.0.clone(),
            |model| format!("{} {}", model.profile.model_name, model.profile.tier),
        );
        let (problem, next_try_at) = self.waits(row);
        let refunds = self.catalogue.provider(&row.provider).is_some_and(|entry| entry.refunds_failed);
        let waits_for_money = problem.as_ref().is_some_and(|(code, _)| code == "provider-no-credit");
        GenerationView {
            id: row.id.clone(),
            revision: row.revision,
            board_id: row.board.id.clone(),
            board_name: row.board.name.clone(),
            picture: row.board.frames().next().map(|(_, frame)| frame.id.clone()),
            ratio: row.board.result_ratio(model.is_none_or(|model| model.profile.frame_decides_ratio())),
            words: row.board.words_of(0).chars().take(WORDS_SHOWN).collect(),
            provider: row.provider.clone(),
            provider_name,
            model_name,
            rehearsal: row.rehearsal,
            seconds: row.board.seconds(),
            state: row.state,
            progress: row.progress,
            price: row.price,
            remote_id: row.remote_id.clone().filter(|_| !row.rehearsal),
            created_at: row.created_at,
            state_since: row.state_since,
            typical_seconds: self.typical_seconds(row),
            problem: problem.map(|(code, message)| Problem {
                code,
                message,
                hint: String::new(),
                retryable: !row.state.is_final(),
            }),
            next_try_at,
            billed: billed(row, refunds),
            actions: if self.read_only.is_some() { vec![] } else { self.actions(row, waits_for_money) },
            evidence: evidence(row, self.clock.now()),
            take_id: row.take_id.clone(),
            clip_ends_at: row.output_ends_at.filter(|_| row.state == GenerationState::Downloading),
        }
    }

    fn actions(&self, row: &GenerationRow, waits_for_money: bool) -> Vec<GenerationAction> {
        let entry = self.catalogue.provider(&row.provider);
        let cancels = entry.is_some_and(|entry| entry.cancels);
        let looks_up = entry.is_some_and(|entry| entry.looks_up != LookUp::Never);
        match row.state {
            GenerationState::Unknown => answers(row, looks_up, self.clock.now()),
            _ => possible(row, cancels, waits_for_money),
        }
    }

    /// What a generation waits for, and until when.
    fn waits(&self, row: &GenerationRow) -> (Option<(String, String)>, Option<i64>) {
        let due = row.due_at.filter(|_| !row.state.is_final());
        let is_due = due.is_some_and(|due| due <= self.clock.now());
        if !is_due {
            return (row.problem.clone(), due);
        }
        match self.queue.why_waiting(row) {
            Ok(None) => (row.problem.clone(), due),
            // The window tells by itself who holds the places.
            Ok(Some(("waits-for-place", _))) => (None, due),
            // What it met before is over; this is what it waits for now.
            Ok(Some((code, until))) => (Some((code.to_owned(), String::new())), until),
            Err(error) => {
                tracing::warn!(%error, "why a generation waits cannot be read");
                (row.problem.clone(), due)
            }
        }
    }

    /// Tells the window of a move.
    pub(crate) fn generation_moved(&self, row: &GenerationRow) {
        // Before the request leaves.
        if row.state == GenerationState::Submitting && !row.rehearsal {
            self.remember_purchases();
        }
        self.bell.ring(Change::Generation { generation: Box::new(self.view(row)) });
        if row.state == GenerationState::Done
            && let Some(take) = self.take_of(row)
        {
            self.bell.ring(Change::Take { take: Box::new(take) });
        }
        if !row.rehearsal {
            match self.spending() {
                Ok(spending) => self.bell.ring(Change::Spending { spending }),
                Err(error) => tracing::warn!(%error, "the ledger cannot be read"),
            }
        }
    }

    pub(crate) fn take_of(&self, row: &GenerationRow) -> Option<TakeSummary> {
        let id = row.take_id.as_deref()?;
        match self.library.take(id) {
            Ok(take) => take.map(takes::summary),
            Err(error) => {
                tracing::warn!(%error, "a take cannot be read");
                None
            }
        }
    }

    fn typical_seconds(&self, row: &GenerationRow) -> Option<u32> {
        if row.rehearsal || row.state != GenerationState::Running {
            return None;
        }
        let past = self.library.past_durations(&row.provider, &row.model, row.board.seconds()).ok()?;
        policy::typical(past).and_then(|millis| u32::try_from(millis / 1_000).ok())
    }
}

fn billed(row: &GenerationRow, refunds: bool) -> Billed {
    use GenerationState as State;
    if row.rehearsal {
        return Billed::No;
    }
    match row.state {
        State::Queued | State::Preparing => Billed::No,
        State::Submitting | State::Unknown => Billed::Unknown,
        State::Running | State::Downloading | State::Done | State::Expired => Billed::Yes,
        State::Failed if row.remote_id.is_none() => Billed::No,
        State::Failed if refunds && row.problem.as_ref().is_none_or(|(code, _)| queue::was_failure(code)) => Billed::No,
        State::Failed => Billed::Unknown,
        State::Cancelled if row.remote_id.is_some() => Billed::Yes,
        // Given up while nobody knew.
        State::Cancelled if row.sent_at.is_some() && row.evidence.is_some() => Billed::Unknown,
        State::Cancelled => Billed::No,
    }
}

/// What is known of a provider.
pub(crate) fn provider(entry: &ProviderEntry) -> ProviderView {
    let profile = entry.models.first().map(|model| &model.profile);
    ProviderView {
        id: entry.id.clone(),
        name: entry.name.clone(),
        base_url: entry.base_url.clone(),
        key_form: entry.key_form.clone(),
        tells_account: entry.tells_account,
        quotes: entry.quotes,
        cancels: entry.cancels,
        refunds_failed: entry.refunds_failed,
        looks_up: entry.looks_up != LookUp::Never,
        unverified: profile.is_some_and(|profile| profile.unverified),
        credit_name: profile.and_then(|profile| profile.credit_name.clone()),
        concurrent: entry.concurrent,
        per_minute: entry.per_minute,
        result_hours: u32::try_from(entry.result_millis / 3_600_000).unwrap_or(0),
        doubts: entry.doubts.clone(),
    }
}

/// What the person can do, by what the provider can.
fn possible(row: &GenerationRow, cancels: bool, waits_for_money: bool) -> Vec<GenerationAction> {
    use GenerationAction as Action;
    use GenerationState as State;
    match row.state {
        State::Queued if waits_for_money => vec![Action::GoOn, Action::Withdraw],
        State::Queued | State::Preparing => vec![Action::Withdraw],
        State::Submitting | State::Unknown => vec![],
        State::Running if row.rehearsal => vec![Action::Cancel],
        State::Running if cancels => vec![Action::Cancel, Action::StopWatching],
        State::Running | State::Downloading => vec![Action::StopWatching],
        State::Failed | State::Cancelled | State::Expired if row.remote_id.is_some() && !row.rehearsal => {
            vec![Action::FetchAgain, Action::Dismiss]
        }
        State::Done | State::Failed | State::Cancelled | State::Expired => vec![Action::Dismiss],
    }
}

/// What the person can do about a lost request. Before it was looked for to the end, nothing that pays once more.
fn answers(row: &GenerationRow, looks_up: bool, now: i64) -> Vec<GenerationAction> {
    use GenerationAction as Action;
    if queue::machine::was_looked_for(row) {
        let look = if looks_up { vec![Action::LookUp] } else { vec![] };
        return [look, vec![Action::Adopt, Action::SendAgain, Action::GiveUp]].concat();
    }
    let leave = if queue::reconcile::needs_person(row, now) { vec![Action::GiveUp] } else { vec![] };
    [vec![Action::LookUp, Action::Adopt], leave].concat()
}

fn evidence(row: &GenerationRow, now: i64) -> Option<Evidence> {
    if row.state != GenerationState::Unknown {
        return None;
    }
    let found = queue::Evidence::read(row.evidence.as_deref().unwrap_or_default());
    Some(Evidence {
        sent_at: row.sent_at.unwrap_or(row.state_since),
        looked_up_at: found.looked_up_at,
        next_look_up_at: row.due_at,
        restored: found.restored,
        needs_person: queue::reconcile::needs_person(row, now),
        candidates: found
            .candidates
            .into_iter()
            .map(|task| Candidate {
                remote_id: task.remote_id,
                created_at: task.created_at,
                state: task.state,
                differs: task.differs,
            })
            .collect(),
        verdict: match found.verdict {
            queue::Verdict::Looking => Verdict::Looking,
            queue::Verdict::Several => Verdict::Several,
            queue::Verdict::Absent => Verdict::Absent,
            queue::Verdict::NotShown => Verdict::NotShown,
            queue::Verdict::CannotLook => Verdict::CannotLook,
        },
        doubt: found.doubt.map(|doubt| match doubt {
            queue::Doubt::ListsLate => Doubt::ListsLate,
            queue::Doubt::AnotherLost => Doubt::AnotherLost,
            queue::Doubt::AnotherAccount => Doubt::AnotherAccount,
            queue::Doubt::Clock => Doubt::Clock,
            queue::Doubt::Restored => Doubt::Restored,
        }),
    })
}
