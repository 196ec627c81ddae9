//! The note of what a provider had before a purchase, and from when it was asked: the same question later shows what is
//! new, whatever the clock of this machine says.

use crate::driver::Queue;
use crate::policy;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sixshot_providers::{Composed, LostRequest, Provider, ProviderError, RemoteTask};

/// What was at the provider before a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fence {
    /// Tasks of the same model.
    pub tasks: Vec<String>,
    /// From when they were asked for by the provider's time, milliseconds since 1970; unknown in older notes.
    pub since: Option<i64>,
    /// How far the clock here was ahead of the provider's, in milliseconds.
    #[serde(default)]
    pub ahead: i64,
}

impl Fence {
    /// As it is stored.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// As it was stored; older notes name the tasks and nothing else.
    #[must_use]
    pub fn read(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default();
        let older = || serde_json::from_str(text).map(|tasks| Self { tasks, ..Self::default() });
        serde_json::from_str(text).or_else(|_| older()).unwrap_or_default()
    }
}

impl Queue {
    /// The time at a provider; the time here where it has not told. What lies years back is no time of today's.
    pub(crate) fn time_at(&self, provider: &dyn Provider) -> i64 {
        let now = self.now();
        provider.time_there().filter(|there| (now - *there).abs() <= policy::CLOCK_WRONG_MAX).unwrap_or(now)
    }

    /// Notes the tasks of the same model that are at the provider already.
    pub(crate) async fn note_tasks(
        &self,
        provider: &dyn Provider,
        key: &SecretString,
        request: &Composed,
    ) -> Result<Fence, ProviderError> {
        let begin = || self.now().min(self.time_at(provider)) - 2 * policy::CLOCK_DIFFERENCE;
        let ask = |since| async move {
            let question = LostRequest { path: &request.path, body: &request.body, since };
            let tasks: Vec<RemoteTask> = provider.look_up(key, &question).await?;
            Ok::<_, ProviderError>(tasks.into_iter().map(|task| task.remote_id).collect::<Vec<_>>())
        };
        let mut since = begin();
        let mut tasks = ask(since).await?;
        // The first answer of a provider may be the one that tells how late it is there.
        let told = begin();
        if told < since - policy::CLOCK_DIFFERENCE {
            since = told;
            tasks = ask(since).await?;
        }
        Ok(Fence { tasks, since: Some(since), ahead: self.now() - self.time_at(provider) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_every_form_are_read() {
        let fence = Fence { tasks: vec!["a".into()], since: Some(7), ahead: -3 };
        assert_eq!(Fence::read(fence.write().as_deref()), fence);
        assert_eq!(Fence::read(Some(r#"["a","b"]"#)).tasks, ["a", "b"]);
        for nothing in [None, Some(""), Some("null"), Some("{")] {
            assert_eq!(Fence::read(nothing), Fence::default(), "{nothing:?}");
        }
    }
}
