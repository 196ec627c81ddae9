//! Misbehaviour on request.

use serde::{Deserialize, Serialize};

/// Which kind of request misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Target {
    Submit,
    Poll,
    Upload,
    List,
    Download,
    Balance,
    Price,
}

/// How it misbehaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FaultKind {
    /// The connection closes before the request is looked at.
    HangUpBefore,
    /// The request is carried out, also paid for, and the connection closes without an answer.
    HangUpAfter,
    /// The request is carried out and half the answer arrives.
    HalfAnswer,
    /// The request is carried out and half the answer arrives as if it were the whole.
    CutShort,
    /// The request is carried out and the answer waits.
    Delay {
        /// How long.
        millis: u64,
    },
    /// Instead of carrying it out.
    Status {
        /// HTTP status.
        status: u16,
        /// JSON, HTML or nothing.
        body: String,
        /// The header of that name, in seconds.
        retry_after: Option<u64>,
    },
    /// The request is carried out and this is the answer.
    Mangle {
        /// HTTP status.
        status: u16,
        /// What arrives.
        body: String,
    },
    /// The request is carried out and these bytes arrive as if they were the clip.
    OtherClip {
        /// What arrives.
        bytes: Vec<u8>,
    },
    /// The task is accepted and fails.
    FailTask {
        /// The provider's words.
        reason: String,
    },
    /// The task runs until this fault is cleared.
    NeverReady,
    /// The task is not known any more: the provider's own words for a task it never had.
    Forget,
}

/// A fault for the next so many requests of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which requests.
    pub target: Target,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many times.
    pub times: u32,
}
