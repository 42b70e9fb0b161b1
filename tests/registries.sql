-- The tables of the registry of each version that landed, as it made them: those that were new in
-- it, or were made otherwise than before. The next version is added at the end; none is edited.
-- A heading is "== the day and commit, the number that the version gave it". {0} is the schema
-- with a dot, {bytes} what bytes are called.

== 2026-11-23 3d0db2be, none
CREATE TABLE {0}persons (id VARCHAR NOT NULL, name TEXT NOT NULL UNIQUE, PRIMARY KEY (id));
CREATE TABLE {0}tokens (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR NOT
    NULL, roles TEXT NOT NULL, created_at VARCHAR NOT NULL, PRIMARY KEY (digest));
CREATE TABLE {0}received (sha256 VARCHAR NOT NULL, format VARCHAR NOT NULL, status VARCHAR NOT
    NULL, reason TEXT NOT NULL, drawdown TEXT NOT NULL, received_at VARCHAR NOT NULL, content TEXT
    NOT NULL, PRIMARY KEY (sha256));

== 2026-11-23 ae2d57ab, none
CREATE TABLE {0}sessions (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR
    NOT NULL, roles TEXT NOT NULL, token VARCHAR, ends_at VARCHAR NOT NULL, PRIMARY KEY (digest));
CREATE TABLE {0}secrets (name VARCHAR NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));

== 2026-11-23 e578aca0, none
CREATE TABLE {0}received (sha256 VARCHAR NOT NULL, format VARCHAR NOT NULL, status VARCHAR NOT
    NULL, buyer VARCHAR NOT NULL, reason TEXT NOT NULL, refusal VARCHAR NOT NULL, figures TEXT NOT
    NULL, drawdown TEXT NOT NULL, received_at VARCHAR NOT NULL, decided_by VARCHAR NOT NULL,
    decided_at VARCHAR NOT NULL, content {bytes} NOT NULL, PRIMARY KEY (sha256));

== 2026-11-23 b660a820, none
CREATE TABLE {0}tokens (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR NOT
    NULL, roles TEXT NOT NULL, created_at VARCHAR NOT NULL, revoked_at VARCHAR, PRIMARY KEY
    (digest));

== 2026-11-23 3db074b0, none
CREATE TABLE {0}sole_traders (id VARCHAR NOT NULL, number VARCHAR NOT NULL UNIQUE, name TEXT NOT
    NULL, PRIMARY KEY (id));

== 2026-11-29 c4c5d1a8, none
CREATE TABLE {0}checks (sha256 VARCHAR NOT NULL, release VARCHAR NOT NULL, checked_at VARCHAR NOT
    NULL, outcome TEXT NOT NULL, PRIMARY KEY (sha256));

== 2026-11-29 f1ece8b2, none
CREATE TABLE {0}takers (sha256 VARCHAR NOT NULL, organisation VARCHAR NOT NULL, PRIMARY KEY
    (sha256, organisation));

== 2026-11-29 62010939, none
CREATE TABLE {0}attachments (sha256 VARCHAR NOT NULL, place INTEGER NOT NULL, digest VARCHAR NOT
    NULL, bytes BIGINT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL, reference TEXT NOT
    NULL, description TEXT NOT NULL, PRIMARY KEY (sha256, place));
CREATE TABLE {0}envelopes (sha256 VARCHAR NOT NULL, sender TEXT NOT NULL, receiver TEXT NOT NULL,
    message TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (sha256));

== 2026-11-29 3a091274, none
CREATE TABLE {0}drafts (id VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR NOT
    NULL, agreement VARCHAR NOT NULL, typed TEXT NOT NULL, kept_at VARCHAR NOT NULL, PRIMARY KEY
    (id));
CREATE INDEX ix_registry_drafts_person ON {0}drafts (person);

== 2026-11-30 62c573fb, none
CREATE TABLE {0}called (sha256 VARCHAR NOT NULL, name TEXT NOT NULL, PRIMARY KEY (sha256));

== 2026-11-30 60561374, none
CREATE TABLE {0}persons (id VARCHAR NOT NULL, organisation VARCHAR NOT NULL, name TEXT NOT NULL,
    salt VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_registry_persons_name ON {0}persons (name);
CREATE INDEX ix_registry_persons_organisation ON {0}persons (organisation);
CREATE TABLE {0}tokens (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR NOT
    NULL, roles TEXT NOT NULL, created_at VARCHAR NOT NULL, revoked_at VARCHAR, ends_on VARCHAR,
    PRIMARY KEY (digest));
CREATE TABLE {0}headings (sha256 VARCHAR NOT NULL, invoice TEXT NOT NULL, supplier TEXT NOT NULL,
    amount BIGINT NOT NULL, currency VARCHAR NOT NULL, due_on VARCHAR NOT NULL, sought TEXT NOT
    NULL, PRIMARY KEY (sha256));

== 2026-11-30 7a91e94b, none
CREATE TABLE {0}sessions (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR
    NOT NULL, roles TEXT NOT NULL, token VARCHAR, ends_at VARCHAR NOT NULL, owner VARCHAR NOT NULL,
    how VARCHAR NOT NULL, began_at VARCHAR NOT NULL, seen_at VARCHAR NOT NULL, address VARCHAR NOT
    NULL, browser VARCHAR NOT NULL, PRIMARY KEY (digest));
CREATE INDEX ix_registry_sessions_owner ON {0}sessions (owner);
CREATE TABLE {0}last_signed_in (owner VARCHAR NOT NULL, at VARCHAR NOT NULL, address VARCHAR NOT
    NULL, browser VARCHAR NOT NULL, how VARCHAR NOT NULL, PRIMARY KEY (owner));
CREATE TABLE {0}sign_ins (id VARCHAR NOT NULL, passphrase TEXT NOT NULL, set_at VARCHAR NOT NULL,
    PRIMARY KEY (id));
CREATE TABLE {0}tied (person VARCHAR NOT NULL, sign_in VARCHAR NOT NULL, PRIMARY KEY (person));
CREATE INDEX ix_registry_tied_sign_in ON {0}tied (sign_in);
CREATE TABLE {0}identities (issuer VARCHAR NOT NULL, subject VARCHAR NOT NULL, sign_in VARCHAR NOT
    NULL, tied_at VARCHAR NOT NULL, PRIMARY KEY (issuer, subject));
CREATE INDEX ix_registry_identities_sign_in ON {0}identities (sign_in);
CREATE TABLE {0}invitations (digest VARCHAR NOT NULL, person VARCHAR NOT NULL, made_at VARCHAR NOT
    NULL, ends_at VARCHAR NOT NULL, PRIMARY KEY (digest));
CREATE INDEX ix_registry_invitations_person ON {0}invitations (person);
CREATE TABLE {0}going (state VARCHAR NOT NULL, browser VARCHAR NOT NULL, issuer VARCHAR NOT NULL,
    nonce VARCHAR NOT NULL, verifier VARCHAR NOT NULL, invitation VARCHAR NOT NULL, "then" TEXT NOT
    NULL, kept TEXT NOT NULL, began_at VARCHAR NOT NULL, PRIMARY KEY (state));
CREATE TABLE {0}tries (who VARCHAR NOT NULL, tried INTEGER NOT NULL, last_at FLOAT NOT NULL,
    PRIMARY KEY (who));
CREATE INDEX ix_registry_tries_last_at ON {0}tries (last_at);

== 2026-11-30 numbered, 6
CREATE TABLE {0}version (number INTEGER NOT NULL, PRIMARY KEY (number));

== 2026-11-30 readings, 7
CREATE TABLE {0}readings (sha256 VARCHAR NOT NULL, reader VARCHAR NOT NULL, reading {bytes} NOT
    NULL, PRIMARY KEY (sha256));

== 2026-11-30 happened, 8
CREATE TABLE {0}happened (what VARCHAR NOT NULL, at VARCHAR NOT NULL, PRIMARY KEY (what));

== 2026-11-30 outbox, 9
CREATE TABLE {0}mail_ways (whose VARCHAR NOT NULL, address TEXT NOT NULL, often VARCHAR NOT NULL,
    language VARCHAR NOT NULL, salt VARCHAR NOT NULL, PRIMARY KEY (whose));
CREATE TABLE {0}outbox (id VARCHAR NOT NULL, kind VARCHAR NOT NULL, figures TEXT NOT NULL, whose
    VARCHAR NOT NULL, secret TEXT NOT NULL, state VARCHAR NOT NULL, made_at VARCHAR NOT NULL,
    next_at VARCHAR NOT NULL, attempts INTEGER NOT NULL, failure TEXT NOT NULL, done_at VARCHAR NOT
    NULL, PRIMARY KEY (id));
CREATE INDEX ix_registry_outbox_next_at ON {0}outbox (next_at);
CREATE INDEX ix_registry_outbox_whose ON {0}outbox (whose);
CREATE TABLE {0}followed (what VARCHAR NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (what));
CREATE TABLE {0}links (digest VARCHAR NOT NULL, id VARCHAR NOT NULL UNIQUE, "order" VARCHAR NOT
    NULL, person VARCHAR NOT NULL, PRIMARY KEY (digest));
CREATE INDEX ix_registry_links_order ON {0}links ("order");
CREATE INDEX ix_registry_links_person ON {0}links (person);

== 2026-11-30 jobs, 10
CREATE TABLE {0}jobs (id VARCHAR NOT NULL, person VARCHAR NOT NULL, organisation VARCHAR NOT NULL,
    what VARCHAR NOT NULL, about VARCHAR NOT NULL, status VARCHAR NOT NULL, done BIGINT NOT NULL,
    total BIGINT NOT NULL, because TEXT NOT NULL, name VARCHAR NOT NULL, size BIGINT NOT NULL,
    began_at VARCHAR NOT NULL, seen_at VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_registry_jobs_person ON {0}jobs (person);
CREATE TABLE {0}job_parts (job VARCHAR NOT NULL, number INTEGER NOT NULL, content {bytes} NOT NULL,
    PRIMARY KEY (job, number));

== 2026-11-30 webhooks, 11
CREATE TABLE {0}webhooks (id VARCHAR NOT NULL, organisation VARCHAR NOT NULL, address TEXT NOT NULL,
    facts TEXT NOT NULL, secret TEXT NOT NULL, made_by VARCHAR NOT NULL, made_at VARCHAR NOT NULL,
    gone_at VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_registry_webhooks_organisation ON {0}webhooks (organisation);
CREATE TABLE {0}deliveries (id VARCHAR NOT NULL, webhook VARCHAR NOT NULL, position BIGINT NOT NULL,
    fact VARCHAR NOT NULL, state VARCHAR NOT NULL, made_at VARCHAR NOT NULL, next_at VARCHAR NOT
    NULL, attempts INTEGER NOT NULL, failure TEXT NOT NULL, done_at VARCHAR NOT NULL, PRIMARY KEY
    (id));
CREATE INDEX ix_registry_deliveries_next_at ON {0}deliveries (next_at);
CREATE INDEX ix_registry_deliveries_webhook ON {0}deliveries (webhook);
