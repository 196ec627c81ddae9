//! What the window hears without having asked.

use super::generations::GenerationView;
use super::views::{BoardSummary, KeyState, Spending, TakeSummary};
use serde::Serialize;
use sixshot_domain::{BoardId, PriceTable};
use ts_rs::TS;

/// The name of the one event on the bridge.
pub const EVENT: &str = "studio";

/// A batch of changes. A window that misses a number asks `start` again.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Batch {
    /// One more than the batch before.
    pub sequence: u32,
    /// In the order they happened.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Change {
    /// A generation is new or moved on.
    Generation { generation: Box<GenerationView> },
    /// A generation left the queue's list.
    GenerationGone { id: String },
    /// A take is new or was reviewed.
    Take { take: Box<TakeSummary> },
    /// A take is gone for good.
    TakeGone { id: String },
    /// A board is new or was saved elsewhere.
    Board { board: BoardSummary },
    /// A board left the list.
    BoardGone { id: BoardId },
    /// Money was spent or given back.
    Spending { spending: Spending },
    /// A key was stored, forgotten or refused.
    Key { key: KeyState },
    /// A price is another one.
    Prices { prices: Vec<PriceTable> },
    /// An item of the application menu was chosen.
    Menu { item: MenuItem },
}

/// The items of the application menu that the window carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum MenuItem {
    NewBoard,
    DuplicateBoard,
    Rehearse,
    Generate,
    Undo,
    Redo,
    Compose,
    Gallery,
    Queue,
    Settings,
    Keys,
}

impl MenuItem {
    /// Every item, in the order of the menu.
    pub const ALL: [Self; 11] = [
        Self::NewBoard,
        Self::DuplicateBoard,
        Self::Rehearse,
        Self::Generate,
        Self::Undo,
        Self::Redo,
        Self::Compose,
        Self::Gallery,
        Self::Queue,
        Self::Settings,
        Self::Keys,
    ];
}
