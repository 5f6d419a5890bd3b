-- Kept versions of brains; answers that are given again to whoever asks again.

CREATE TABLE checkpoint (
    brain_id   INTEGER NOT NULL REFERENCES brain (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL, -- a number, of matches: made by itself; else the user's
    matches    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    table_blob BLOB    NOT NULL, -- as brain.table_blob
    PRIMARY KEY (brain_id, name)
) STRICT;

CREATE TABLE receipt (
    token      TEXT    NOT NULL, -- whose it is; '' where nothing asks who is there
    key        TEXT    NOT NULL, -- the request's Idempotency-Key
    request    BLOB    NOT NULL, -- SHA-256 of what was asked for
    status     INTEGER NOT NULL,
    location   TEXT,
    body       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (token, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_by_age ON receipt (created_at);
