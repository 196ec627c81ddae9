//! The first answer: everything the window needs to draw itself, in one.

use crate::boards;
use crate::contract::{LibraryView, Nothing, RepairView, Start};
use crate::frames::beside;
use crate::problem::StudioError;
use crate::studio::Studio;
use crate::views;
use sixshot_domain::Board;
use sixshot_store::TakeFilter;
use std::sync::PoisonError;
use time::OffsetDateTime;

/// Generations that the drawer shows at once.
const SHOWN: u32 = 200;

impl Studio {
    /// Gets the first answer ready while the window is still being made, so that its page need not wait for it.
    ///
    /// # Errors
    /// What `start` would say.
    pub fn prepare_start(&self) -> Result<(), StudioError> {
        let answer = self.read_start()?;
        *self.prepared.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(())
    }

    pub(crate) fn forget_prepared_start(&self) {
        *self.prepared.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) async fn start(&self, _: Nothing) -> Result<Start, StudioError> {
        let prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).take();
        // What happened by itself since then would be missing in it.
        match prepared.filter(|answer| answer.sequence == self.bell.sequence()) {
            Some(answer) => Ok(answer),
            None => self.read_start(),
        }
    }

    fn read_start(&self) -> Result<Start, StudioError> {
        // Before anything is read: a batch that is sent meanwhile is then heard once too often and never not at all.
        let sequence = self.bell.sequence();
        let board = self.board_to_open()?;
        let generations = self.library.shown_generations(SHOWN)?;
        let rehearsal = self.library.newest_rehearsal(&board.id)?;
        let root = self.library.folder().root();
        Ok(Start {
            sequence,
            boards: self.library.boards("", false)?.into_iter().map(boards::summary).collect(),
            profiles: self.catalogue.models().map(|model| model.profile.clone()).collect(),
            prices: self.all_prices(),
            settings: self.settings(),
            generations: generations.iter().map(|row| self.view(row)).collect(),
            providers: self.asked_providers().map(views::provider).collect(),
            keys: self.asked_providers().map(|entry| self.keyring.state_now(entry)).collect(),
            spending: self.spending()?,
            media_base: self.media_base.clone(),
            library: LibraryView {
                name: root.file_name().and_then(|name| name.to_str()).unwrap_or("Library").to_owned(),
                path: root.display().to_string(),
                takes: self.library.count_takes(&TakeFilter::default())?,
                read_only: self.read_only.clone(),
                repaired: self.repaired()?,
            },
            rehearsal: rehearsal.and_then(|row| self.take_of(&row)),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            development: cfg!(debug_assertions),
            board,
        })
    }

    /// Begins what must not stand in the way of the first picture: the keychain, and the look through the database.
    pub(crate) async fn ready(&self, _: Nothing) -> Result<Nothing, StudioError> {
        self.bell.send_number();
        self.look_for_keys().await;
        if self.read_only.is_some() {
            return Ok(Nothing {});
        }
        let library = std::sync::Arc::clone(&self.library);
        if let Err(error) = beside(move || library.check()).await? {
            // Said and not acted on: everything that can still be read stays readable.
            tracing::error!(%error, "the library's database is not whole");
            return Err(error.into());
        }
        self.back_up().await;
        Ok(Nothing {})
    }

    /// One copy of the database a day, of a database that was found whole.
    async fn back_up(&self) {
        let now = OffsetDateTime::from_unix_timestamp(self.clock.now() / 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let day = now.date().to_string();
        let library = std::sync::Arc::clone(&self.library);
        match beside(move || library.back_up(&day)).await {
            Ok(Ok(made)) => tracing::info!(made, "the database's copy of today"),
            Ok(Err(error)) => tracing::error!(%error, "the database cannot be copied"),
            Err(error) => tracing::error!(%error, "the database cannot be copied"),
        }
    }

    /// The board that was open, or the newest, or the sample of a first start.
    fn board_to_open(&self) -> Result<Board, StudioError> {
        let open = self.settings_now().open_board.clone();
        let boards = self.library.boards("", false)?;
        let wanted = open.filter(|id| boards.iter().any(|row| row.id == *id));
        if let Some(id) = wanted.or_else(|| boards.first().map(|row| row.id.clone()))
            && let Some(board) = self.library.board(&id)?
        {
            return Ok(board);
        }
        if self.read_only.is_some() {
            return Ok(self.empty_board());
        }
        self.make_sample()
    }

    /// What was repaired, in a library that may be changed: whoever repaired it tells of it.
    fn repaired(&self) -> Result<Option<RepairView>, StudioError> {
        if self.read_only.is_some() {
            return Ok(None);
        }
        let root = self.library.folder().root();
        Ok(self.library.repaired()?.map(|repair| RepairView {
            at: repair.at,
            copy_day: repair.copy_day,
            boards: repair.boards,
            takes: repair.takes,
            takes_beside: repair.takes_beside,
            lost_purchases: repair.lost_purchases,
            old_file: root.join(repair.quarantine).display().to_string(),
        }))
    }

    pub(crate) async fn forget_repair(&self, _: Nothing) -> Result<Nothing, StudioError> {
        self.library.forget_repair()?;
        Ok(Nothing {})
    }
}
