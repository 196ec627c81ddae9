//! Figures about many generations at once, counted where they lie.

use crate::Library;
use crate::error::StoreError;
use crate::generations::GenerationRow;
use rusqlite::params;
use sixshot_domain::{ModelId, ProviderId};

impl Library {
    /// Milliseconds from sending until the provider was seen to have made it, of the newest twenty takes of a model of the
    /// same length. How long its clip was on the way here says nothing about the provider.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn past_durations(&self, provider: &ProviderId, model: &ModelId, seconds: i64) -> Result<Vec<i64>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT coalesce(
                 (SELECT min(events.at) FROM events
                  WHERE events.generation_id = generations.id AND events.state = 'downloading'
                      AND events.at >= generations.sent_at),
                 state_since) - sent_at FROM generations
             WHERE provider = ?1 AND model = ?2 AND state = 'done' AND sent_at IS NOT NULL
                 AND json_extract(quote, '$.seconds') = ?3
             ORDER BY created_at DESC LIMIT 20",
        )?;
        let rows = statement.query_map(params![provider.0, model.0, seconds], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many paid generations may still bring a clip: confirmed, and not yet safe on the disk.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn clips_to_come(&self) -> Result<u32, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT count(*) FROM generations WHERE rehearsal = 0
                 AND state IN ('queued', 'preparing', 'submitting', 'running', 'downloading', 'unknown')",
        )?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// How many clips come before that of a generation whose turn it is: of those under way, and of those whose turn it
    /// is too and that were confirmed earlier.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn clips_before(&self, row: &GenerationRow, now: i64) -> Result<u32, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT count(*) FROM generations WHERE rehearsal = 0 AND id <> ?1
                 AND (state IN ('preparing', 'submitting', 'running', 'downloading', 'unknown')
                     OR (state = 'queued' AND due_at <= ?2 AND (created_at, id) < (?3, ?1)))",
        )?;
        Ok(statement.query_row(params![row.id.0, now, row.created_at], |row| row.get(0))?)
    }
}
