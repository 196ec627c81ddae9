//! The ledger as a file for support: what was meant to be paid, sent, taken, billed and given back, line by line.
//!
//! One JSON object a line. Everything in it is a figure, a moment, or a name that says nothing about a person: no key,
//! no prompt, no picture, no link.

use crate::contract::Nothing;
use crate::desk::FileKind;
use crate::frames::beside;
use crate::problem::StudioError;
use crate::studio::Studio;
use serde_json::{Value, json};
use sixshot_domain::{GenerationId, GenerationState, MicroDollars};
use sixshot_store::{GenerationRow, HistoryRow, LedgerRow, Library, StoreError};
use std::collections::HashMap;
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

impl Studio {
    /// Lets the person save the ledger; false when they cancel.
    pub(crate) async fn export_ledger(&self, _: Nothing) -> Result<bool, StudioError> {
        let now = self.clock.now();
        let day: String = written(now).chars().take(10).collect();
        let name = format!("sixshot-ledger-{day}.jsonl");
        let Some(to) = self.desk.choose_destination(&name, FileKind::Ledger).await? else { return Ok(false) };
        let library = std::sync::Arc::clone(&self.library);
        beside(move || {
            let text = lines(&library, now)?;
            write_beside(&to, text.as_bytes()).map_err(StudioError::from)
        })
        .await??;
        Ok(true)
    }
}

/// Whole or not at all, whatever stood there before.
fn write_beside(to: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let name = to.file_name().and_then(|name| name.to_str()).unwrap_or("ledger");
    let part = to.with_file_name(format!(".{name}.part"));
    let done = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, to));
    if let Err(error) = done {
        sixshot_store::folder::remove_if_there(&part)?;
        return Err(error.into());
    }
    Ok(())
}

/// The whole file: a head, then every line of the ledger and every move of the paid generations, by time.
fn lines(library: &Library, now: i64) -> Result<String, StoreError> {
    let mut rows: HashMap<GenerationId, GenerationRow> = HashMap::new();
    for state in GenerationState::ALL {
        let paid = library.generations_in(state)?.into_iter().filter(|row| !row.rehearsal);
        rows.extend(paid.map(|row| (row.id.clone(), row)));
    }
    let ledger = library.ledger(0)?;
    let mut all: Vec<(i64, u8, Value)> = Vec::new();
    for row in rows.values() {
        for moved in library.history(&row.id)? {
            all.push((moved.at, 0, move_line(row, &moved)));
        }
    }
    for line in &ledger {
        let billed = ledger.iter().rfind(|other| other.generation == line.generation && other.kind == "billed");
        all.push((line.at, 1, ledger_line(line, rows.get(&line.generation), billed)));
    }
    // Of one moment the move comes first: it is what the line of the ledger is about.
    all.sort_by_key(|(at, order, _)| (*at, *order));
    let head = json!({
        "line": "head", "format": 1, "written_at": written(now), "program": env!("CARGO_PKG_VERSION"),
        "generations": rows.len(), "ledger_lines": ledger.len(), "currency": "USD",
    });
    let mut out = format!("{head}\n");
    for (_, _, line) in all {
        out.push_str(&line.to_string());
        out.push('\n');
    }
    Ok(out)
}

/// What is said of a generation in each of its lines. A name of the provider's is shown; an address never is.
fn facts(row: &GenerationRow) -> Value {
    json!({
        "generation": row.id.0, "confirmation": row.confirmation, "take": row.take_index,
        "provider": row.provider.0, "model": row.model.0, "seconds": row.board.seconds(),
        "remote_id": row.remote_id, "request_path": row.request_path.as_deref().map(without_query),
        "request_sha256": row.request_sha256, "account": row.account,
        "state_now": row.state.as_str(), "problem_now": row.problem.as_ref().map(|(code, _)| code),
        "sent_at": row.sent_at.map(written), "estimate_usd": dollars(row.price),
    })
}

fn ledger_line(line: &LedgerRow, row: Option<&GenerationRow>, billed: Option<&LedgerRow>) -> Value {
    let mut out = row.map_or_else(|| json!({ "generation": line.generation.0 }), facts);
    out["line"] = json!("ledger");
    out["at"] = json!(written(line.at));
    out["kind"] = json!(line.kind);
    out["amount_usd"] = json!(dollars(line.amount));
    out["provider_figure_usd"] = json!(billed.map(|line| dollars(line.amount)));
    out["note"] = json!(line.note);
    out
}

/// A move: among them `sending`, and what came of it.
fn move_line(row: &GenerationRow, moved: &HistoryRow) -> Value {
    let mut out = facts(row);
    out["line"] = json!("move");
    out["at"] = json!(written(moved.at));
    out["state"] = json!(moved.state.as_str());
    out["what"] = json!(moved.what);
    out
}

fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// Dollars with six decimals, exactly.
fn dollars(amount: MicroDollars) -> String {
    let sign = if amount.0 < 0 { "-" } else { "" };
    let micro = amount.0.unsigned_abs();
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

/// A moment as ISO 8601 writes it, in universal time.
fn written(millis: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_moments_are_exact() {
        for (micro, text) in
            [(0, "0.000000"), (420_000, "0.420000"), (-1, "-0.000001"), (12_345_678_901, "12345.678901")]
        {
            assert_eq!(dollars(MicroDollars(micro)), text);
        }
        assert_eq!(written(1_795_255_200_123), "2026-11-21T10:00:00.123Z");
    }
}
