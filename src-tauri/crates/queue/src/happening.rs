//! Everything that can happen to a generation. What becomes of it is decided in `machine`.

use crate::links::FreshLinks;
use crate::policy::Spread;
use crate::reconcile::Evidence;
use sixshot_domain::MicroDollars;
use sixshot_providers::{Bill, Output, ProviderError, RemoteFailure};

/// Everything that can happen to a generation.
#[derive(Debug, Clone)]
pub enum Happening {
    /// The queue takes it up.
    TakenUp,
    /// Its turn has not come although it was taken up; nothing was sent. It waits for the given moment.
    PutBack {
        /// Why.
        problem: (String, String),
        /// When to try again; never by itself when absent.
        retry_at: Option<i64>,
        /// Whether this counts as a failed try.
        counts: bool,
    },
    /// It cannot be sent at all; nothing was.
    CannotBeSent {
        /// Why.
        problem: (String, String),
    },
    /// Everything for the purchase is there and the next thing is to send it.
    AboutToSend {
        /// Path of the request.
        path: String,
        /// Body, byte for byte.
        body: String,
        /// Its hash.
        sha256: String,
        /// Fingerprint of the account.
        account: String,
        /// Tasks that were there before, as JSON.
        fence: Option<String>,
    },
    /// The provider took it.
    Accepted {
        /// Its name there.
        remote_id: String,
    },
    /// The provider refused it and made nothing.
    Refused(ProviderError),
    /// No byte left.
    NeverSent(ProviderError),
    /// No usable answer.
    AnswerLost {
        /// What came instead.
        reason: String,
    },
    /// The provider was asked for a lost request.
    LookedUp(Evidence),
    /// A task was found, or named by the person, to be the lost request.
    Adopted {
        /// Its name there.
        remote_id: String,
        /// Fingerprint of the account that knows it, where that is another than the one it was sent with.
        account: Option<String>,
    },
    /// The person pays for it again, at this price.
    SentAgain {
        /// The confirmed price.
        price: MicroDollars,
    },
    /// It runs.
    Runs {
        /// Hundredths done.
        progress: Option<u32>,
        /// How long such generations take.
        spread: Option<Spread>,
    },
    /// Asking did not work; that says nothing about the generation.
    NotAnswered {
        /// Why.
        problem: (String, String),
        /// How long to wait at least, in milliseconds.
        wait: i64,
    },
    /// Asking did not work for this and perhaps others: all of them are asked again at the same moment.
    BacksOff {
        /// Why.
        problem: (String, String),
        /// How long to wait, in milliseconds; drawn by whoever asked.
        wait: i64,
    },
    /// The provider says that it is made, and shows no clip that can be read.
    MadeWithoutClip {
        /// What the answer said.
        reason: String,
    },
    /// The clip is made.
    Made {
        /// Where it can be had.
        output: Output,
        /// What the provider says it cost.
        bill: Option<Bill>,
        /// Until when.
        ends_at: Option<i64>,
    },
    /// It ended at the provider without a clip.
    EndedThere {
        /// Why.
        failure: RemoteFailure,
        /// Whether the provider gives the money back, as it documents.
        refunded: bool,
    },
    /// The clip's link does not bring the clip any more; a fresh one is asked for.
    LinkEnded {
        /// Why.
        problem: (String, String),
        /// How many fresh links were asked for before.
        before: FreshLinks,
    },
    /// The provider no longer has it.
    GoneThere,
    /// The clip is in the library.
    Kept {
        /// The take it became.
        take_id: String,
    },
    /// The person takes it out of the queue before anything is sent.
    Withdrawn,
    /// The person wants a task that was bought watched no longer.
    Unwatched,
    /// The person gives a lost request up.
    GivenUp,
    /// The person wants an ended one fetched again.
    FetchAgain,
    /// The program starts and finds it in the state it was in when it ended.
    Restarted,
    /// The program starts with an older database than it ended with: it may have been sent since.
    Restored {
        /// The path that its request would have.
        path: Option<String>,
        /// The ledger counts its money already.
        is_booked: bool,
    },
    /// This machine could not note that it is being sent, so it was not.
    HeldBack {
        /// Why.
        problem: (String, String),
    },
    /// The person takes it off the list.
    Dismissed,
}
