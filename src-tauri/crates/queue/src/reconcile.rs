//! Finding a request whose answer was lost. The verdict is pure; asking is the driver's.

use crate::policy;
use serde::{Deserialize, Serialize};
use sixshot_providers::RemoteTask;

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
    /// The provider has no list.
    CannotLook,
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

/// Judges the provider's list: the one task that can be the lost request, or the evidence so far.
///
/// `fence` names the tasks that were there before sending; `owned` names those that belong to other generations.
/// `late` says that the list may show a task only when it has ended, so that its absence proves little.
/// `certain` is false when another lost request of the same kind could be the one that is found, or when the list is
/// another account's: then nothing is adopted or called absent without the person.
///
/// # Errors
/// The evidence, when there is not exactly one.
pub fn judge(
    tasks: Vec<RemoteTask>,
    fence: &[String],
    owned: &[String],
    certain: bool,
    late: bool,
    sent_at: i64,
    now: i64,
) -> Result<String, Evidence> {
    let mut candidates: Vec<_> = tasks
        .into_iter()
        .filter(|task| !fence.contains(&task.remote_id) && !owned.contains(&task.remote_id))
        .filter(|task| task.created_at.is_none_or(|at| at >= sent_at - policy::CLOCK_DIFFERENCE))
        .map(|task| Candidate {
            remote_id: task.remote_id,
            created_at: task.created_at,
            state: task.state,
            differs: task.differs,
        })
        .collect();
    // Another request's task is no reason not to see the one that fits; alone it is a question.
    let fitting = candidates.iter().filter(|task| !task.differs).count();
    if let (true, 1, Some(at)) = (certain, fitting, candidates.iter().position(|task| !task.differs)) {
        return Ok(candidates.remove(at).remote_id);
    }
    let waited = now - sent_at >= policy::GRACE;
    let verdict = match (candidates.is_empty(), certain && !late) {
        (false, _) => Verdict::Several,
        (true, _) if !waited => Verdict::Looking,
        (true, true) => Verdict::Absent,
        (true, false) => Verdict::CannotLook,
    };
    let again = waited && verdict != Verdict::Several;
    Err(Evidence { looked_up_at: Some(now), candidates, verdict, again, restored: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, created_at: i64) -> RemoteTask {
        RemoteTask {
            remote_id: id.into(),
            model: "m".into(),
            created_at: Some(created_at),
            state: "created".into(),
            differs: false,
        }
    }

    #[test]
    fn exactly_one_new_task_is_adopted() {
        let sent = 1_000_000;
        let fence = ["old".to_owned()];
        let owned = ["another's".to_owned()];
        let found = judge(
            vec![task("old", sent), task("another's", sent), task("it", sent + 5)],
            &fence,
            &owned,
            true,
            false,
            sent,
            sent,
        );
        assert_eq!(found, Ok("it".to_owned()));
    }

    #[test]
    fn what_could_be_anothers_is_a_question() {
        let found = judge(vec![task("it", 10)], &[], &[], false, false, 10, 20).expect_err("a question");
        assert_eq!(found.verdict, Verdict::Several);
        let found = judge(vec![], &[], &[], false, false, 0, policy::GRACE).expect_err("a question");
        assert_eq!(found.verdict, Verdict::CannotLook);
    }

    #[test]
    fn two_new_tasks_are_a_question() {
        let found = judge(vec![task("a", 10), task("b", 11)], &[], &[], true, false, 10, 20).expect_err("a question");
        assert_eq!((found.verdict, found.candidates.len()), (Verdict::Several, 2));
    }

    #[test]
    fn none_is_absent_only_after_the_grace() {
        let early = judge(vec![], &[], &[], true, false, 0, policy::GRACE - 1).expect_err("nothing");
        assert_eq!(early.verdict, Verdict::Looking);
        let late = judge(vec![], &[], &[], true, false, 0, policy::GRACE).expect_err("nothing");
        assert_eq!(late.verdict, Verdict::Absent);
    }

    #[test]
    fn a_task_from_long_before_is_not_it() {
        let sent = 10 * policy::CLOCK_DIFFERENCE;
        let before = task("before", sent - policy::CLOCK_DIFFERENCE - 1);
        let found = judge(vec![before], &[], &[], true, false, sent, sent).expect_err("nothing");
        assert_eq!(found.verdict, Verdict::Looking);
    }

    #[test]
    fn another_requests_task_is_a_question_and_hides_nothing() {
        let other = RemoteTask { differs: true, ..task("other", 10) };
        let found = judge(vec![other.clone()], &[], &[], true, false, 10, 20).expect_err("a question");
        assert_eq!(found.verdict, Verdict::Several, "never absent while something new is there");
        let found = judge(vec![other, task("it", 11)], &[], &[], true, false, 10, 20);
        assert_eq!(found, Ok("it".to_owned()));
    }

    #[test]
    fn a_list_that_shows_late_proves_no_absence() {
        let found = judge(vec![], &[], &[], true, true, 0, policy::GRACE).expect_err("nothing");
        assert_eq!((found.verdict, found.again), (Verdict::CannotLook, true));
    }
}
