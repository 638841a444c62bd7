-- Jobs, their inputs, the chunks in which these are sent, and what came of each input.
-- Times are milliseconds since 1970, amounts are credits.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    -- What is run, as JSON.
    target TEXT NOT NULL,
    max_credits REAL,
    created_at INTEGER NOT NULL,
    -- Not set while the inputs are still being read.
    planned_at INTEGER,
    -- How many inputs were read so far.
    inputs INTEGER NOT NULL DEFAULT 0,
    -- How many of them have a price that nobody can know before.
    unpriced INTEGER NOT NULL DEFAULT 0,
    -- What was spent, and the estimates of what is under way or in doubt.
    committed REAL NOT NULL DEFAULT 0,
    -- active, paused, stopped, cancelled
    state TEXT NOT NULL DEFAULT 'active',
    reason TEXT,
    -- Chunks that were refused since the last that was not.
    refusals INTEGER NOT NULL DEFAULT 0,
    -- Until then nothing is submitted: the service asked for it.
    hold_until INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE inputs (
    job INTEGER NOT NULL,
    position INTEGER NOT NULL,
    -- The first input that is equal to this one: itself if it is the first. Only that one is sent.
    origin INTEGER NOT NULL,
    -- The chunk that the origin is in.
    chunk INTEGER NOT NULL,
    digest BLOB NOT NULL,
    params TEXT NOT NULL,
    PRIMARY KEY (job, position)
) WITHOUT ROWID;

-- The first of all inputs that are equal, by their digest, in a job that sends equal ones once.
CREATE TABLE origins (
    job INTEGER NOT NULL,
    digest BLOB NOT NULL,
    position INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    PRIMARY KEY (job, digest)
) WITHOUT ROWID;

CREATE TABLE chunks (
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,
    -- The positions between which its inputs are; those with an origin elsewhere are not its own.
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    inputs INTEGER NOT NULL,
    estimate REAL NOT NULL,
    -- planned, begun, submitted; at their end: done, refused, failed, expired, unattributable, doubt
    state TEXT NOT NULL DEFAULT 'planned',
    -- Who works on it, and until when nobody else does.
    token TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    begun_at INTEGER,
    task TEXT,
    submitted_at INTEGER,
    ended_at INTEGER,
    credits REAL,
    found INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0,
    -- What went wrong, in words.
    note TEXT,
    -- Results that belong to no input in particular, as JSON.
    data TEXT,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;

CREATE INDEX chunks_by_state ON chunks (job, state, number);

CREATE TABLE outcomes (
    job INTEGER NOT NULL,
    position INTEGER NOT NULL,
    -- found, nothing, failed, nothing_or_failed
    outcome TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (job, position)
) WITHOUT ROWID;
