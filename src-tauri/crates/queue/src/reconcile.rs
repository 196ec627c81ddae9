//! Finding a request whose answer was lost. The verdict is pure; asking is the driver's.

use crate::machine::WHY_LOST;
use crate::policy;
use serde::{Deserialize, Serialize};
use sixshot_domain::GenerationState;
use sixshot_providers::RemoteTask;
use sixshot_store::GenerationRow;

/// A host that asks for a pause: it was reached, and a pause can be an hour.
const RATE_LIMITED: &str = "provider-rate-limited";
/// Reasons for a look without an answer that may end by themselves. A page that asks to sign in, and a gateway that knows
/// nobody, can be gone a moment later.
const PASSING: [&str; 5] =
    [RATE_LIMITED, "provider-unreachable", "provider-unavailable", "provider-unexpected-answer", "provider-not-found"];
/// So many looks in a row were really tried before a long time without an answer counts.
const TRIED_IN_A_ROW: u32 = 3;
/// Where the last of them was told to wait: pauses can take an hour each.
const PAUSES_IN_A_ROW: u32 = 2;

/// What follows from looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It may still show up.
    #[default]
    Looking,
    /// Several could be it: the person chooses.
    Several,
    /// None is there after a fair time: the person decides.
    Absent,
    /// None is there, and that proves nothing: the person decides.
    NotShown,
    /// The provider has no list.
    CannotLook,
}

/// Why what a list shows, or does not show, proves nothing about a lost request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The list may show a task only when it has ended.
    ListsLate,
    /// Another request of the same kind is lost too, or was given up: either could be the one that is found.
    AnotherLost,
    /// The list is another account's.
    AnotherAccount,
    /// The clock here was set while it was on its way.
    Clock,
    /// The library was put back from an older copy.
    Restored,
}

/// A task that could be the lost request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name there.
    pub remote_id: String,
    /// When it was made.
    pub created_at: Option<i64>,
    /// The provider's word for its state.
    pub state: String,
    /// What is shown of its request is another.
    #[serde(default)]
    pub differs: bool,
}

/// What is known of a lost request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// When the provider was last asked.
    pub looked_up_at: Option<i64>,
    /// What was found.
    pub candidates: Vec<Candidate>,
    /// What follows.
    pub verdict: Verdict,
    /// Why that proves nothing.
    #[serde(default)]
    pub doubt: Option<Doubt>,
    /// For how long it has been looked for, in milliseconds that passed between two answers, whatever the clock said.
    #[serde(default)]
    pub looked_for: i64,
    /// It may still show up: looking goes on, rarely.
    #[serde(default)]
    pub again: bool,
    /// The database is older than what may have happened since: it was perhaps never sent, and perhaps long ago.
    #[serde(default)]
    pub restored: bool,
}

impl Evidence {
    /// As it is stored.
    #[must_use]
    pub fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was stored; nothing known when that cannot be read.
    #[must_use]
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// What a provider's list is judged by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Tasks that were there before sending.
    pub fence: &'a [String],
    /// Tasks that belong to other generations.
    pub owned: &'a [String],
    /// It was asked for by the purchase's own name: whatever is answered is it.
    pub named: bool,
    /// Why nothing is adopted or called absent without the person.
    pub doubt: Option<Doubt>,
    /// When it was sent, by the provider's clock; a task of another time is a question.
    pub sent_at: i64,
    /// Nothing made before this moment can be it; absent where the fence was asked for from the same moment.
    pub not_before: Option<i64>,
    /// For how long it has been looked for by now, in milliseconds.
    pub looked_for: i64,
    /// The time.
    pub now: i64,
}

/// Judges the provider's list: the one task that can be the lost request, or the evidence so far.
///
/// # Errors
/// The evidence, when there is not exactly one that can be nobody else's.
pub fn judge(tasks: Vec<RemoteTask>, known: &Known<'_>) -> Result<String, Evidence> {
    let is_old = |task: &RemoteTask| known.not_before.zip(task.created_at).is_some_and(|(from, at)| at < from);
    let mut candidates: Vec<_> = tasks
        .into_iter()
        .filter(|task| !known.fence.contains(&task.remote_id) && !known.owned.contains(&task.remote_id))
        .filter(|task| known.named || !is_old(task))
        .map(|task| Candidate {
            remote_id: task.remote_id,
            created_at: task.created_at,
            state: task.state,
            differs: task.differs,
        })
        .collect();
    // Another request's task is no reason not to see the one that fits; alone it is a question. So is one that somebody
    // may have ordered at the provider's own page while this one was looked for.
    let is_its_time = |at: i64| (at - known.sent_at).abs() <= policy::MADE_AROUND;
    let could_be = |task: &Candidate| known.named || task.created_at.is_none_or(is_its_time);
    let mut fitting = candidates.iter().enumerate().filter(|(_, task)| !task.differs);
    let certain = known.doubt.is_none_or(|doubt| doubt == Doubt::ListsLate);
    if let (true, Some((at, task)), None) = (certain, fitting.next(), fitting.next())
        && could_be(task)
    {
        return Ok(candidates.remove(at).remote_id);
    }
    let waited = known.looked_for >= policy::GRACE;
    let verdict = match (candidates.is_empty(), known.doubt) {
        (false, _) => Verdict::Several,
        (true, _) if !waited => Verdict::Looking,
        (true, None) => Verdict::Absent,
        (true, Some(_)) => Verdict::NotShown,
    };
    Err(Evidence {
        looked_up_at: Some(known.now),
        candidates,
        verdict,
        doubt: known.doubt,
        looked_for: known.looked_for,
        again: waited && verdict != Verdict::Several,
        restored: false,
    })
}

/// Whether a lost request waits for the person: the verdict is a question, or there will be none by itself, because
/// what keeps the provider from answering a look does not pass, or has not passed for long.
#[must_use]
pub fn needs_person(row: &GenerationRow, now: i64) -> bool {
    if row.state != GenerationState::Unknown {
        return false;
    }
    let evidence = Evidence::read(row.evidence.as_deref().unwrap_or_default());
    if evidence.verdict != Verdict::Looking {
        return true;
    }
    match row.problem.as_ref().map(|(code, _)| code.as_str()) {
        // No look has failed since the last answer.
        None => false,
        Some(code) if WHY_LOST.contains(&code) => false,
        Some(code) => {
            let answered_at = evidence.looked_up_at.unwrap_or(row.state_since);
            let unanswered = now - answered_at >= policy::LOOKS_UNANSWERED || answered_at - now > policy::BAD_LINE;
            // By the time of day alone a machine that slept would seem to have looked all night.
            let tried = row.attempts >= if code == RATE_LIMITED { PAUSES_IN_A_ROW } else { TRIED_IN_A_ROW };
            !PASSING.contains(&code) || (unanswered && tried)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixshot_domain::sample::empty_board;
    use sixshot_domain::{BoardId, GenerationId, MicroDollars, Quote, ShotId};
    use sixshot_store::NewGeneration;

    fn task(id: &str, created_at: i64) -> RemoteTask {
        RemoteTask {
            remote_id: id.into(),
            model: "m".into(),
            created_at: Some(created_at),
            state: "created".into(),
            differs: false,
        }
    }

    fn known(sent_at: i64) -> Known<'static> {
        Known { sent_at, not_before: Some(sent_at - policy::CLOCK_DIFFERENCE), now: sent_at, ..Known::default() }
    }

    fn looked_for(millis: i64) -> Known<'static> {
        Known { looked_for: millis, ..known(0) }
    }

    #[test]
    fn exactly_one_new_task_is_adopted() {
        let sent = 1_000_000;
        let (fence, owned) = (["old".to_owned()], ["another's".to_owned()]);
        let known = Known { fence: &fence, owned: &owned, ..known(sent) };
        let found = judge(vec![task("old", sent), task("another's", sent), task("it", sent + 5)], &known);
        assert_eq!(found, Ok("it".to_owned()));
    }

    #[test]
    fn what_could_be_anothers_is_a_question() {
        let doubt = Some(Doubt::AnotherLost);
        let found = judge(vec![task("it", 10)], &Known { doubt, ..known(10) }).expect_err("a question");
        assert_eq!(found.verdict, Verdict::Several);
        let found = judge(vec![], &Known { doubt, ..looked_for(policy::GRACE) }).expect_err("a question");
        assert_eq!((found.verdict, found.doubt), (Verdict::NotShown, doubt));
    }

    #[test]
    fn two_new_tasks_are_a_question() {
        let found = judge(vec![task("a", 10), task("b", 11)], &known(10)).expect_err("a question");
        assert_eq!((found.verdict, found.candidates.len()), (Verdict::Several, 2));
    }

    #[test]
    fn none_is_absent_only_after_it_was_looked_for_whatever_the_clock_says() {
        let day = 24 * 3_600_000;
        let early = Known { now: day, ..looked_for(policy::GRACE - 1) };
        assert_eq!(judge(vec![], &early).expect_err("nothing").verdict, Verdict::Looking);
        let late = judge(vec![], &Known { now: -day, ..looked_for(policy::GRACE) }).expect_err("nothing");
        assert_eq!((late.verdict, late.looked_for), (Verdict::Absent, policy::GRACE));
    }

    #[test]
    fn a_task_from_long_before_is_not_it() {
        let sent = 10 * policy::CLOCK_DIFFERENCE;
        let before = task("before", sent - policy::CLOCK_DIFFERENCE - 1);
        let found = judge(vec![before], &known(sent)).expect_err("nothing");
        assert_eq!(found.verdict, Verdict::Looking);
    }

    /// A clock that was a day ahead when it was sent.
    #[test]
    fn what_has_its_name_is_it_whenever_it_was_made() {
        let sent = 10 * policy::CLOCK_DIFFERENCE;
        let found = judge(vec![task("it", 1)], &Known { named: true, ..known(sent) });
        assert_eq!(found, Ok("it".to_owned()));
    }

    /// It fits by nothing but its model: somebody may have ordered it at the provider's page.
    #[test]
    fn one_that_was_made_at_another_time_is_a_question() {
        for (made, adopted) in [
            (policy::MADE_AROUND, true),
            (-policy::MADE_AROUND, true),
            (policy::MADE_AROUND + 1, false),
            (-policy::MADE_AROUND - 1, false),
        ] {
            let found = judge(vec![task("it", made)], &known(0));
            assert_eq!(found.is_ok(), adopted, "{made}");
            assert!(found.is_ok() || found.is_err_and(|evidence| evidence.verdict == Verdict::Several));
        }
    }

    #[test]
    fn another_requests_task_is_a_question_and_hides_nothing() {
        let other = RemoteTask { differs: true, ..task("other", 10) };
        let found = judge(vec![other.clone()], &known(10)).expect_err("a question");
        assert_eq!(found.verdict, Verdict::Several, "never absent while something new is there");
        let found = judge(vec![other, task("it", 11)], &known(10));
        assert_eq!(found, Ok("it".to_owned()));
    }

    #[test]
    fn a_list_that_shows_late_proves_no_absence_and_finds_all_the_same() {
        let doubt = Some(Doubt::ListsLate);
        let found = judge(vec![], &Known { doubt, ..looked_for(policy::GRACE) }).expect_err("nothing");
        assert_eq!((found.verdict, found.again, found.doubt), (Verdict::NotShown, true, doubt));
        assert_eq!(judge(vec![task("it", 1)], &Known { doubt, ..known(0) }), Ok("it".to_owned()));
    }

    /// A lost request since moment 0, with what its last look met.
    fn lost(evidence: &Evidence, problem: &str) -> GenerationRow {
        let board = empty_board(BoardId("b".into()), ShotId("s".into()), "Lost", "wavespeed", "m");
        let zero = MicroDollars::ZERO;
        let quote = Quote {
            total: zero,
            per_take: zero,
            per_second: zero,
            seconds: 5,
            takes: 1,
            credits: None,
            reasons: vec![],
            source: String::new(),
            date: String::new(),
            edited: false,
        };
        let mut row = GenerationRow::queued(NewGeneration {
            id: GenerationId("g".into()),
            confirmation: "c".into(),
            take_index: 0,
            board,
            provider: "wavespeed".into(),
            model: "m".into(),
            rehearsal: false,
            quote,
            now: 0,
        });
        (row.state, row.evidence) = (GenerationState::Unknown, Some(evidence.write()));
        row.problem = Some((problem.to_owned(), String::new()));
        row
    }

    #[test]
    fn what_keeps_looks_from_being_answered_for_good_is_the_persons_at_once() {
        let looking = Evidence::default();
        for code in
            ["key-missing", "keychain-unavailable", "provider-key-refused", "provider-unusable", "provider-refused"]
        {
            assert!(needs_person(&lost(&looking, code), 0), "{code}");
        }
        for code in PASSING.into_iter().chain(WHY_LOST) {
            assert!(!needs_person(&lost(&looking, code), policy::LOOKS_UNANSWERED - 1), "{code}");
        }
        let found = GenerationRow { state: GenerationState::Running, ..lost(&looking, "key-missing") };
        assert!(!needs_person(&found, 0), "a task with a name is not lost");
    }

    #[test]
    fn what_passes_by_itself_is_the_persons_after_an_hour_without_an_answered_look() {
        let hour = policy::LOOKS_UNANSWERED;
        for code in PASSING {
            let tried = |evidence: &Evidence| GenerationRow { attempts: TRIED_IN_A_ROW, ..lost(evidence, code) };
            assert!(needs_person(&tried(&Evidence::default()), hour), "{code}");
            let answered = Evidence { looked_up_at: Some(hour), ..Evidence::default() };
            assert!(!needs_person(&tried(&answered), 2 * hour - 1), "{code}");
            assert!(needs_person(&tried(&answered), 2 * hour), "{code}");
            assert!(needs_person(&tried(&answered), -24 * hour), "{code}: a clock that was set back");
        }
        // A machine that slept all night, and whose network is not back yet, or whose host asks for a minute.
        let waking = GenerationRow { attempts: 1, ..lost(&Evidence::default(), "provider-unreachable") };
        assert!(!needs_person(&waking, 9 * hour));
        let told = |attempts| GenerationRow { attempts, ..lost(&Evidence::default(), RATE_LIMITED) };
        assert!(!needs_person(&told(1), 9 * hour));
        assert!(needs_person(&told(2), 9 * hour));
        // A machine that slept: the next look tells.
        assert!(!needs_person(&lost(&Evidence::default(), WHY_LOST[0]), 9 * hour));
    }

    #[test]
    fn every_question_is_the_persons() {
        for verdict in [Verdict::Several, Verdict::Absent, Verdict::NotShown, Verdict::CannotLook] {
            assert!(needs_person(&lost(&Evidence { verdict, ..Evidence::default() }, WHY_LOST[0]), 0), "{verdict:?}");
        }
    }
}
