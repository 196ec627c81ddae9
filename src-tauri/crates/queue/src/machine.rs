//! The moves of a generation, as a pure function: what it was, what happened, what it becomes.
//!
//! No move is made anywhere else. A happening that does not fit the state is refused, so that a late answer can
//! neither revive an ended generation nor send one twice.

pub use crate::happening::Happening;
use crate::links::{self, FreshLinks, WORDS_AGAIN};
use crate::policy;
use crate::reconcile::{Evidence, Verdict};
use sixshot_domain::{GenerationState, MicroDollars};
use sixshot_providers::{Bill, Output, ProviderError};
use sixshot_store::{GenerationRow, LedgerEntry, LedgerKind};

/// A bill above a million dollars is none: a few of them would be more than a sum can hold.
const BILL_MAX: MicroDollars = MicroDollars(1_000_000_000_000);

/// The problem of a generation that is made and whose clip no answer shows.
pub const NO_CLIP: &str = "provider-without-clip";

/// The problem of a lost request, and its words when nothing more is known of it.
const ANSWER_LOST: (&str, &str) = ("answer-lost", "The answer to the purchase did not arrive.");
/// The problem of a request that may have been sent by a run of which nothing else is left.
const RESTORED: (&str, &str) = ("library-restored", "The library was repaired, and it may have been sent before.");
/// Problems of a lost request that say why it is looked for, and nothing of the looks.
pub(crate) const WHY_LOST: [&str; 2] = [ANSWER_LOST.0, RESTORED.0];

/// A move: the row as it shall be, and what is written with it.
#[derive(Debug, Clone)]
pub struct Step {
    /// The generation after the move.
    pub row: GenerationRow,
    /// A line for its history; absent for mere progress.
    pub what: Option<String>,
    /// A line for the ledger.
    pub ledger: Option<LedgerEntry>,
}

/// The happening does not fit the state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a generation that is {} cannot do that", state.as_str())]
pub struct NotNow {
    /// The state it is in.
    pub state: GenerationState,
}

/// Decides a move.
///
/// # Errors
/// When the happening does not fit the state.
pub fn step(row: &GenerationRow, happening: Happening, now: i64) -> Result<Step, NotNow> {
    use GenerationState as State;
    let mut change = Change { row: row.clone(), now, what: None, ledger: None };
    match (row.state, happening) {
        (State::Queued, Happening::TakenUp) => {
            change.enter(State::Preparing, "taken up");
            // If the program ends here, nothing is lost by doing it again at once.
            change.row.due_at = Some(now);
        }
        (State::Queued | State::Preparing, Happening::PutBack { problem, retry_at, counts }) => {
            change.say(&format!("waits: {}", problem.0));
            change.row.problem = Some(problem);
            change.return_to_queue(retry_at, counts);
        }
        (State::Queued | State::Preparing, Happening::CannotBeSent { problem }) => change.fail(problem),
        (State::Preparing, Happening::AboutToSend { path, body, sha256, account, fence }) => {
            change.enter(State::Submitting, "sending");
            let row = &mut change.row;
            (row.request_path, row.request_body, row.request_sha256) = (Some(path), Some(body), Some(sha256));
            (row.account, row.fence) = (Some(account), fence);
            row.sent_at = Some(now);
            row.due_at = None;
            row.problem = None;
            change.book(LedgerKind::Intended, "confirmed by the person");
        }
        (State::Submitting, Happening::Accepted { remote_id }) => {
            change.run(remote_id, "accepted by the provider");
            change.book(LedgerKind::Accepted, "task accepted");
        }
        (State::Submitting, Happening::Refused(error)) => change.refuse(&error),
        (State::Submitting, Happening::NeverSent(error)) => {
            change.say("never sent");
            change.row.problem = Some((error.code().to_owned(), error.to_string()));
            let delay = policy::retry_delay(row.attempts);
            change.return_to_queue(Some(now + delay), true);
            change.release("no byte was sent");
        }
        (State::Submitting, Happening::AnswerLost { reason }) => change.lose(&reason),
        (State::Submitting, Happening::HeldBack { problem }) => {
            change.say("not sent: it could not be noted");
            change.row.problem = Some(problem);
            change.return_to_queue(Some(now + policy::retry_delay(row.attempts)), true);
            change.release("no byte was sent");
        }
        // A rehearsal costs nothing and is gone with the program: it simply begins again.
        (
            State::Queued | State::Preparing | State::Submitting | State::Running,
            Happening::Restarted | Happening::Restored { .. },
        ) if row.rehearsal => {
            if row.state != State::Queued {
                change.say("begins again after a restart");
            }
            change.return_to_queue(Some(now), false);
        }
        (State::Queued | State::Preparing | State::Submitting, Happening::Restored { path, is_booked }) => {
            change.doubt(path, is_booked);
        }
        (State::Running, Happening::Restored { path, is_booked }) if row.remote_id.is_none() => {
            change.doubt(path, is_booked);
        }
        // Its task has a name, so nothing about it is in doubt.
        (State::Running | State::Downloading, Happening::Restored { .. }) => {
            change.say("found again after a repair");
            change.row.due_at = Some(now);
        }
        (State::Unknown, Happening::Restored { path, .. }) => change.doubt_again(path),
        (State::Submitting, Happening::Restarted) => change.lose("the program ended before an answer came"),
        (State::Preparing, Happening::Restarted) => {
            change.say("found again after a restart; nothing had been sent");
            change.return_to_queue(Some(now), false);
        }
        (State::Running | State::Downloading, Happening::Restarted) => {
            change.say("found again after a restart");
            change.row.due_at = Some(now);
        }
        // What waited for a key or an address may have them now.
        (State::Queued, Happening::Restarted) => change.row.due_at = Some(now),
        (State::Unknown, Happening::Restarted) => change.row.due_at = row.due_at.map(|_| now),
        (State::Unknown, Happening::LookedUp(evidence)) => change.look(&evidence),
        (State::Unknown, Happening::Adopted { remote_id, account }) => {
            change.row.account = account.or(change.row.account);
            change.run(remote_id, "the lost request was found at the provider");
            change.book(LedgerKind::Accepted, "task adopted");
        }
        // While it may still show up, buying again could pay twice, whatever button was pressed.
        (State::Unknown, Happening::SentAgain { price }) if was_looked_for(row) => {
            change.say("the person pays for it again");
            // Otherwise the first purchase stays in the ledger: nobody has proved that it was not taken.
            if Evidence::read(row.evidence.as_deref().unwrap_or_default()).verdict == Verdict::Absent {
                change.release("not found at the provider; the person pays again");
            }
            change.forget_request();
            change.row.price = price;
            change.return_to_queue(Some(now), false);
        }
        (State::Unknown, Happening::GivenUp) => {
            change.enter(State::Cancelled, "given up by the person; it may have been paid");
            change.row.due_at = None;
        }
        (State::Running, Happening::Runs { progress, spread }) => {
            change.row.progress = progress.or(row.progress);
            change.settle();
            let elapsed = now - row.sent_at.unwrap_or(row.state_since);
            change.row.due_at = Some(now + policy::poll_delay(elapsed, spread, row.rehearsal));
        }
        (State::Running | State::Downloading | State::Unknown, Happening::NotAnswered { problem, wait }) => {
            change.wait(problem, policy::retry_delay(row.attempts).max(wait));
        }
        (State::Running | State::Downloading | State::Unknown, Happening::BacksOff { problem, wait }) => {
            change.wait(problem, wait)
        }
        (State::Running, Happening::MadeWithoutClip { reason }) => change.miss_clip(reason),
        (State::Running, Happening::Made { output, bill, ends_at }) => {
            change.enter(State::Downloading, "made; the clip is being fetched");
            change.row.progress = Some(100);
            change.row.output = Some(write_output(&output));
            // A fresh link to the same clip does not make the provider keep it for longer.
            change.row.output_ends_at = row.output_ends_at.into_iter().chain(ends_at).min();
            change.bill(bill);
            change.settle();
            change.row.due_at = Some(now);
        }
        (State::Running, Happening::EndedThere { failure, refunded }) => {
            if row.rehearsal && failure.code == "rehearsal-cancelled" {
                change.enter(State::Cancelled, "stopped");
                change.row.due_at = None;
            } else {
                change.fail((failure.code.to_owned(), failure.reason));
                if refunded {
                    change.release("the provider gives failed requests back");
                }
            }
        }
        (State::Running, Happening::GoneThere) if row.rehearsal => {
            change.say("begins again");
            change.forget_request();
            change.return_to_queue(Some(now), false);
        }
        (State::Running | State::Downloading, Happening::GoneThere) => change.expire(),
        (State::Downloading, Happening::LinkEnded { problem, before }) => change.ask_for_fresh_link(problem, before),
        (State::Downloading, Happening::Kept { take_id }) => {
            change.enter(State::Done, "in the library");
            change.row.take_id = Some(take_id);
            change.row.problem = None;
            change.row.due_at = None;
        }
        (State::Queued | State::Preparing, Happening::Withdrawn) => {
            change.enter(State::Cancelled, "taken out of the queue; nothing was sent");
            change.row.due_at = None;
            change.row.problem = None;
        }
        (State::Running | State::Downloading, Happening::Unwatched) => {
            change.enter(State::Cancelled, "no longer watched; it stays paid");
            change.row.due_at = None;
        }
        (State::Cancelled | State::Expired | State::Failed, Happening::FetchAgain)
            if row.remote_id.is_some() && !row.rehearsal =>
        {
            // What has come of it is gone on with, and may be all of it.
            let state = if row.output.is_some() { State::Downloading } else { State::Running };
            change.enter(state, WORDS_AGAIN);
            change.row.attempts = 0;
            change.row.problem = None;
            change.row.due_at = Some(now);
            change.row.dismissed = false;
        }
        (state, Happening::Dismissed) if state.is_final() => change.row.dismissed = true,
        // Everything that is final, or not of this state, stays as it is.
        (state, _) => return Err(NotNow { state }),
    }
    Ok(Step { row: change.row, what: change.what, ledger: change.ledger })
}

/// Whether the provider was asked long enough to leave the rest to the person.
#[must_use]
pub fn was_looked_for(row: &GenerationRow) -> bool {
    Evidence::read(row.evidence.as_deref().unwrap_or_default()).verdict != Verdict::Looking
}

/// Where a clip can be had, as it is stored.
#[must_use]
pub fn write_output(output: &Output) -> String {
    match output {
        Output::Link(link) => serde_json::json!({ "link": link }).to_string(),
        Output::File(path) => serde_json::json!({ "file": path }).to_string(),
    }
}

/// Where a clip can be had, as it was stored.
#[must_use]
pub fn read_output(text: &str) -> Option<Output> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    field("link").map(Output::Link).or_else(|| field("file").map(|path| Output::File(path.into())))
}

struct Change {
    row: GenerationRow,
    now: i64,
    what: Option<String>,
    ledger: Option<LedgerEntry>,
}

impl Change {
    fn enter(&mut self, state: GenerationState, what: &str) {
        self.row.state = state;
        self.row.state_since = self.now;
        self.say(what);
    }

    fn say(&mut self, what: &str) {
        self.what = Some(what.to_owned());
    }

    fn book(&mut self, kind: LedgerKind, note: &str) {
        if !self.row.rehearsal {
            self.ledger = Some(LedgerEntry { kind, amount: self.row.price, note: note.to_owned() });
        }
    }

    /// Books the provider's own figure. A link that is asked for again brings the same bill again, which the ledger
    /// counts once.
    fn bill(&mut self, bill: Option<Bill>) {
        let (amount, note) = match bill {
            Some(Bill::Dollars(dollars)) => (dollars, "the provider's own figure".to_owned()),
            // What a unit is worth is what the quote took it for.
            Some(Bill::Credits(credits)) => {
                let note = format!("the provider's own figure: {credits}");
                let quote = &self.row.quote;
                let worth = quote.credits.filter(|quoted| quoted.0 > 0).and_then(|quoted| {
                    i64::try_from(i128::from(quote.total.0) * i128::from(credits.0) / i128::from(quoted.0)).ok()
                });
                (worth.map_or(self.row.price, MicroDollars), note)
            }
            None => return,
        };
        if !(MicroDollars::ZERO..=BILL_MAX).contains(&amount) {
            tracing::warn!(generation = %self.row.id.0, %amount, "a bill that cannot be true is not believed");
            return;
        }
        if !self.row.rehearsal {
            self.ledger = Some(LedgerEntry { kind: LedgerKind::Billed, amount, note });
        }
    }

    fn release(&mut self, note: &str) {
        self.book(LedgerKind::Released, note);
    }

    fn return_to_queue(&mut self, retry_at: Option<i64>, counts: bool) {
        if self.row.state != GenerationState::Queued {
            self.row.state = GenerationState::Queued;
            self.row.state_since = self.now;
        }
        self.row.progress = None;
        self.row.due_at = retry_at;
        if counts {
            self.row.attempts = self.row.attempts.saturating_add(1);
        }
    }

    /// Asked again later. Each reason is counted by itself: an hour without a network says nothing about a task.
    fn wait(&mut self, problem: (String, String), wait: i64) {
        let same = self.row.problem.as_ref().is_some_and(|known| known.0 == problem.0);
        // Of a lost request every look without an answer counts, whatever kept it from being answered.
        let looked = self.row.state == GenerationState::Unknown
            && self.row.problem.as_ref().is_some_and(|known| !WHY_LOST.contains(&known.0.as_str()));
        let again = same || looked;
        if !same {
            self.say(&format!("no answer: {}", problem.0));
        }
        self.row.problem = Some(problem);
        self.row.attempts = if again { self.row.attempts.saturating_add(1) } else { 1 };
        self.row.due_at = Some(self.now + wait);
    }

    /// Made, and no clip in the answer: the next may show it, but nobody asks for ever. It was paid for, so it ends
    /// where it can be fetched again.
    fn miss_clip(&mut self, reason: String) {
        let again = self.row.problem.as_ref().is_some_and(|known| known.0 == NO_CLIP);
        let answers = if again { self.row.attempts.saturating_add(1) } else { 1 };
        let since = self.now - self.row.sent_at.unwrap_or(self.row.state_since);
        self.row.problem = Some((NO_CLIP.to_owned(), reason));
        self.row.attempts = answers;
        if answers >= policy::NO_CLIP_ANSWERS && since >= policy::NO_CLIP_NOT_BEFORE {
            self.enter(GenerationState::Expired, "made, and the provider shows no clip; it stays paid");
            self.row.due_at = None;
            return;
        }
        if !again {
            self.say("made, and no clip can be read in the answer");
        }
        self.row.due_at = Some(self.now + policy::no_clip_delay(answers));
    }

    fn fail(&mut self, problem: (String, String)) {
        self.enter(GenerationState::Failed, &format!("failed: {}", problem.0));
        self.row.problem = Some(problem);
        self.row.due_at = None;
    }

    fn run(&mut self, remote_id: String, what: &str) {
        self.enter(GenerationState::Running, what);
        self.row.remote_id = Some(remote_id);
        self.row.problem = None;
        self.row.evidence = None;
        self.row.attempts = 0;
        self.row.due_at = Some(self.now + policy::poll_delay(0, None, self.row.rehearsal));
    }

    fn lose(&mut self, reason: &str) {
        self.enter(GenerationState::Unknown, "the answer was lost");
        self.row.problem = Some((ANSWER_LOST.0.to_owned(), reason.to_owned()));
        self.row.attempts = 0;
        self.row.due_at = Some(self.now + policy::FIRST_LOOK);
        self.row.evidence = Some(Evidence::default().write());
    }

    /// It may have been sent after its row was written: a lost request, though nothing was lost on the way.
    fn doubt(&mut self, path: Option<String>, is_booked: bool) {
        // Whatever was on its way was booked when it left.
        if !is_booked && matches!(self.row.state, GenerationState::Queued | GenerationState::Preparing) {
            self.book(LedgerKind::Intended, "may have been sent before the library was repaired");
        }
        self.enter(GenerationState::Unknown, "it may have been sent after this was written; the library was repaired");
        self.row.problem = Some((RESTORED.0.to_owned(), RESTORED.1.to_owned()));
        self.row.progress = None;
        self.ask_anew(path);
    }

    /// Lost before the database was written, and whatever the person said of it since is forgotten.
    fn doubt_again(&mut self, path: Option<String>) {
        if !Evidence::read(self.row.evidence.as_deref().unwrap_or_default()).restored {
            self.say("the library was repaired; it is looked for again");
        }
        self.ask_anew(path);
    }

    fn ask_anew(&mut self, path: Option<String>) {
        self.row.request_path = self.row.request_path.take().or(path);
        self.row.attempts = 0;
        self.row.due_at = Some(self.now);
        self.row.evidence = Some(Evidence { restored: true, ..Evidence::default() }.write());
    }

    fn look(&mut self, evidence: &Evidence) {
        let before = self.row.evidence.replace(evidence.write());
        self.settle_why_lost(evidence);
        self.row.attempts = self.row.attempts.saturating_add(1);
        self.row.due_at = match evidence.verdict {
            // Of several, another generation may soon turn out to own all but one.
            Verdict::Looking | Verdict::Several => Some(self.now + policy::look_delay(self.row.attempts)),
            // What a list shows late is still found; until then the person may decide.
            Verdict::Absent | Verdict::NotShown | Verdict::CannotLook if evidence.again => {
                let (wait, until) = policy::LATE_LOOKS;
                let sent_at = self.row.sent_at.unwrap_or(self.row.state_since);
                (self.now - sent_at < until).then_some(self.now + wait)
            }
            Verdict::Absent | Verdict::NotShown | Verdict::CannotLook => None,
        };
        let before = Evidence::read(before.as_deref().unwrap_or_default()).verdict;
        if evidence.verdict != Verdict::Looking && evidence.verdict != before {
            self.say("the person is asked");
        }
    }

    /// What kept the provider from being asked is over; why it is looked for is not.
    fn settle_why_lost(&mut self, evidence: &Evidence) {
        let why = self.row.problem.as_ref().map(|(code, _)| code.as_str());
        if why.is_some_and(|why| WHY_LOST.contains(&why)) {
            return;
        }
        let (code, words) = if evidence.restored { RESTORED } else { ANSWER_LOST };
        self.row.problem = Some((code.to_owned(), words.to_owned()));
    }

    fn refuse(&mut self, error: &ProviderError) {
        self.release("refused by the provider");
        let problem = (error.code().to_owned(), error.to_string());
        match error {
            ProviderError::RateLimited { retry_after } => {
                self.say("the provider asks to wait");
                let wait = policy::rate_limit_delay(*retry_after, self.row.attempts);
                self.row.problem = Some(problem);
                self.return_to_queue(Some(self.now + wait), false);
                // The next wait is longer when the provider does not say how long.
                self.row.attempts = self.row.attempts.saturating_add(1);
            }
            // Nothing was made, and nothing of this provider is asked until the person says that there is money.
            ProviderError::InsufficientCredit { .. } => {
                self.say("the account has no credit");
                self.row.problem = Some(problem);
                self.return_to_queue(None, false);
            }
            // A new key or address makes it due again.
            ProviderError::Unauthenticated { .. } => {
                self.say("the key was refused");
                self.row.problem = Some(problem);
                self.return_to_queue(None, false);
            }
            _ => self.fail(problem),
        }
    }

    /// All is well again.
    fn settle(&mut self) {
        self.row.problem = None;
        self.row.attempts = 0;
    }

    /// What the provider keeps it still keeps: asking it for another link is free, so nobody stops asking by itself before
    /// the clip's own time is over.
    fn ask_for_fresh_link(&mut self, problem: (String, String), before: FreshLinks) {
        if before.are_enough(&problem.0, &self.row, self.now) {
            self.expire();
            return;
        }
        self.enter(GenerationState::Running, FreshLinks::words(&problem.0));
        let left = self.row.output_ends_at.map(|at| at - self.now);
        let asked = before.asked.saturating_add(1);
        let wait = policy::fresh_link_delay(asked, left);
        // It may be the line here that is bad, and that comes back without a word.
        let wait = if problem.0 == links::BROKEN { wait.min(policy::BAD_LINE) } else { wait };
        (self.row.problem, self.row.attempts, self.row.output) = (Some(problem), asked, None);
        self.row.due_at = Some(self.now + wait);
    }

    fn expire(&mut self) {
        self.enter(GenerationState::Expired, "the provider no longer has it");
        self.row.due_at = None;
        self.row.problem = Some(("generation-expired".to_owned(), "The provider no longer has the clip.".to_owned()));
    }

    fn forget_request(&mut self) {
        let row = &mut self.row;
        (row.request_path, row.request_body, row.request_sha256) = (None, None, None);
        (row.account, row.sent_at, row.fence, row.evidence, row.remote_id) = (None, None, None, None, None);
        (row.output, row.output_ends_at, row.problem, row.attempts) = (None, None, None, 0);
    }
}
