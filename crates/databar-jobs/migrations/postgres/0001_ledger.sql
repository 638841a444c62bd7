-- Jobs, their inputs, the chunks in which these are sent, and what came of each input.
-- Times are milliseconds since 1970, amounts are credits.

CREATE TABLE jobs (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL UNIQUE,
    -- What is run, as JSON.
    target TEXT NOT NULL,
    max_credits DOUBLE PRECISION,
    created_at BIGINT NOT NULL,
    -- Not set while the inputs are still being read.
    planned_at BIGINT,
    -- How many inputs were read so far.
    inputs BIGINT NOT NULL DEFAULT 0,
    -- How many of them have a price that nobody can know before.
    unpriced BIGINT NOT NULL DEFAULT 0,
    -- What was spent, and the estimates of what is under way or in doubt.
    committed DOUBLE PRECISION NOT NULL DEFAULT 0,
    -- active, paused, stopped, cancelled
    state TEXT NOT NULL DEFAULT 'active',
    reason TEXT,
    -- Chunks that were refused since the last that was not.
    refusals BIGINT NOT NULL DEFAULT 0,
    -- Until then nothing is submitted: the service asked for it.
    hold_until BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE inputs (
    job BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- The first input that is equal to this one: itself if it is the first. Only that one is sent.
    origin BIGINT NOT NULL,
    -- The chunk that the origin is in.
    chunk BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    params TEXT NOT NULL,
    PRIMARY KEY (job, position)
);

-- The first of all inputs that are equal, by their digest, in a job that sends equal ones once.
CREATE TABLE origins (
    job BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    position BIGINT NOT NULL,
    chunk BIGINT NOT NULL,
    PRIMARY KEY (job, digest)
);

CREATE TABLE chunks (
    job BIGINT NOT NULL,
    number BIGINT NOT NULL,
    -- The positions between which its inputs are; those with an origin elsewhere are not its own.
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    inputs BIGINT NOT NULL,
    estimate DOUBLE PRECISION NOT NULL,
    -- planned, begun, submitted; at their end: done, refused, failed, expired, unattributable, doubt
    state TEXT NOT NULL DEFAULT 'planned',
    -- Who works on it, and until when nobody else does.
    token TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    begun_at BIGINT,
    task TEXT,
    submitted_at BIGINT,
    ended_at BIGINT,
    credits DOUBLE PRECISION,
    found BIGINT NOT NULL DEFAULT 0,
    missing BIGINT NOT NULL DEFAULT 0,
    -- What went wrong, in words.
    note TEXT,
    -- Results that belong to no input in particular, as JSON.
    data TEXT,
    PRIMARY KEY (job, number)
);

CREATE INDEX chunks_by_state ON chunks (job, state, number);

CREATE TABLE outcomes (
    job BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- found, nothing, failed, nothing_or_failed
    outcome TEXT NOT NULL,
    result TEXT,
    PRIMARY KEY (job, position)
);
