-- The library. Times are milliseconds since 1970, money is millionths of a dollar, bodies are JSON.

CREATE TABLE library (
    id         TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE boards (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    words      TEXT NOT NULL,
    body       TEXT NOT NULL,
    picture    TEXT,
    shots      INTEGER NOT NULL,
    seconds    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    trashed_at INTEGER
) STRICT;
CREATE INDEX boards_by_change ON boards (trashed_at, updated_at);

CREATE TABLE frames (
    id         TEXT PRIMARY KEY,
    format     TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE generations (
    id              TEXT PRIMARY KEY,
    confirmation    TEXT NOT NULL,
    take_index      INTEGER NOT NULL,
    revision        INTEGER NOT NULL,
    board_id        TEXT NOT NULL,
    board           TEXT NOT NULL,
    provider        TEXT NOT NULL,
    model           TEXT NOT NULL,
    rehearsal       INTEGER NOT NULL,
    price           INTEGER NOT NULL,
    quote           TEXT NOT NULL,
    state           TEXT NOT NULL,
    state_since     INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    due_at          INTEGER,
    attempts        INTEGER NOT NULL,
    request_path    TEXT,
    request_body    TEXT,
    request_sha256  TEXT,
    account         TEXT,
    sent_at         INTEGER,
    fence           TEXT,
    remote_id       TEXT,
    progress        INTEGER,
    output          TEXT,
    output_ends_at  INTEGER,
    problem_code    TEXT,
    problem_message TEXT,
    evidence        TEXT,
    take_id         TEXT,
    dismissed       INTEGER NOT NULL,
    -- One press of the button makes each of its takes once, however often the message arrives.
    UNIQUE (confirmation, take_index)
) STRICT;
CREATE INDEX generations_due ON generations (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX generations_shown ON generations (dismissed, created_at);
CREATE INDEX generations_by_state ON generations (state, created_at);
CREATE INDEX generations_of_model ON generations (provider, model, state, created_at);
CREATE INDEX generations_of_board ON generations (board_id, created_at);
-- A provider's task is one generation's. The rehearsal counts its own anew at every start.
CREATE UNIQUE INDEX generations_remote ON generations (provider, remote_id)
    WHERE remote_id IS NOT NULL AND rehearsal = 0;

CREATE TABLE events (
    id            INTEGER PRIMARY KEY,
    generation_id TEXT NOT NULL REFERENCES generations (id),
    at            INTEGER NOT NULL,
    state         TEXT NOT NULL,
    what          TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_generation ON events (generation_id, id);

CREATE TABLE takes (
    number            INTEGER PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    generation_id     TEXT NOT NULL UNIQUE,
    board_id          TEXT NOT NULL,
    board_name        TEXT NOT NULL,
    provider          TEXT NOT NULL,
    provider_name     TEXT NOT NULL,
    model_name        TEXT NOT NULL,
    rehearsal         INTEGER NOT NULL,
    prompt            TEXT NOT NULL,
    shots             INTEGER NOT NULL,
    ratio             TEXT NOT NULL,
    width             INTEGER NOT NULL,
    height            INTEGER NOT NULL,
    frames            INTEGER NOT NULL,
    frame_rate_millis INTEGER NOT NULL,
    audio             INTEGER NOT NULL,
    bytes             INTEGER NOT NULL,
    price             INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    file              TEXT NOT NULL,
    sha256            TEXT NOT NULL,
    damaged           INTEGER NOT NULL,
    rating            INTEGER NOT NULL,
    verdict           TEXT NOT NULL,
    trashed_at        INTEGER
) STRICT;
CREATE INDEX takes_shown ON takes (number) WHERE trashed_at IS NULL;
CREATE INDEX takes_of_board ON takes (board_id, number);
CREATE INDEX takes_of_provider ON takes (provider, number);
CREATE INDEX takes_by_verdict ON takes (verdict, number);

-- Three-letter pieces find words in the middle and in scripts without spaces.
CREATE VIRTUAL TABLE takes_words USING fts5 (words, tokenize = 'trigram remove_diacritics 1');

CREATE TABLE ledger (
    id            INTEGER PRIMARY KEY,
    generation_id TEXT NOT NULL,
    at            INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    amount        INTEGER NOT NULL,
    note          TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_time ON ledger (at);
CREATE INDEX ledger_of_generation ON ledger (generation_id);
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is append-only');
END;

CREATE TABLE uploads (
    frame_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    account  TEXT NOT NULL,
    link     TEXT NOT NULL,
    ends_at  INTEGER NOT NULL,
    PRIMARY KEY (frame_id, provider, account)
) STRICT, WITHOUT ROWID;
