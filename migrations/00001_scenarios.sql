-- One text for SQLite and PostgreSQL. Times are Unix milliseconds (UTC); NULL means none.
-- Keep every later migration additive: during a rolling upgrade replicas of the version
-- before run on the new tables.

-- +goose Up

-- A scenario is a read link (id) and the hash of its edit key; what it says is in its revisions.
CREATE TABLE scenarios (
    id              TEXT   PRIMARY KEY,               -- 26 characters of base32, 130 random bits: the read link
    edit_key_hash   TEXT   NOT NULL,                  -- SHA-256 of the edit key in hexadecimal
    latest          BIGINT NOT NULL CHECK (latest >= 1), -- number of the newest revision
    parent          TEXT   NOT NULL DEFAULT '',       -- scenario this one was copied from, '' for none
    parent_revision BIGINT NOT NULL DEFAULT 0,        -- revision that was copied
    owner           TEXT   NOT NULL DEFAULT '',       -- user named by a trusted proxy, '' without sign-on
    created_at      BIGINT NOT NULL,
    imported_at     BIGINT,                           -- when a file brought it here; its own dates are the file's claim
    expires_at      BIGINT                            -- unreadable from then on
);
CREATE INDEX scenarios_owner ON scenarios (owner, created_at, id);
CREATE INDEX scenarios_expires_at ON scenarios (expires_at);

-- A revision is never changed.
CREATE TABLE revisions (
    scenario_id   TEXT   NOT NULL REFERENCES scenarios (id) ON DELETE CASCADE,
    revision      BIGINT NOT NULL CHECK (revision >= 1),
    title         TEXT   NOT NULL,
    notes         TEXT   NOT NULL,
    document      TEXT   NOT NULL,                    -- scenario as canonical JSON, kept byte for byte
    plan          TEXT   NOT NULL,                    -- plan as JSON, as it was when saved
    digest        TEXT   NOT NULL,                    -- SHA-256 of document, a zero byte, plan
    model_version TEXT   NOT NULL,
    catalog_as_of TEXT   NOT NULL,                    -- date of the prices, YYYY-MM-DD
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (scenario_id, revision)
);

CREATE TABLE comments (
    id          TEXT   PRIMARY KEY,
    scenario_id TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    author      TEXT   NOT NULL,                      -- as typed, not proved
    body        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    FOREIGN KEY (scenario_id, revision) REFERENCES revisions (scenario_id, revision) ON DELETE CASCADE
);
CREATE INDEX comments_revision ON comments (scenario_id, revision, created_at, id);

-- +goose Down
DROP TABLE comments;
DROP TABLE revisions;
DROP TABLE scenarios;
