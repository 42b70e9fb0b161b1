-- Who may do what in the database. Its owner (avrop_owner) makes the tables and nothing else; it is
-- not what the ledger is served with.
--   avrop         writes: it adds to the log and moves the head of its tree on. It can change and
--                 remove nothing that is recorded. `avrop init --writer avrop`, run by the owner
--                 after the tables are made and at each upgrade, gives it just that.
--   avrop_notary  reads the log, and sees nothing else.
-- The database runs this when it is first made; in one that is there already, run it once by hand,
-- with psql as the owner and both passwords in the environment.
\getenv password AVROP_DATABASE_PASSWORD
CREATE ROLE avrop LOGIN PASSWORD :'password';
\getenv password AVROP_NOTARY_PASSWORD
CREATE ROLE avrop_notary LOGIN PASSWORD :'password';
ALTER ROLE avrop_notary SET default_transaction_read_only = on;
CREATE SCHEMA IF NOT EXISTS avrop_log;
GRANT USAGE ON SCHEMA avrop_log TO avrop_notary;
GRANT SELECT ON ALL TABLES IN SCHEMA avrop_log TO avrop_notary;
-- And on those that the owner makes later, as `avrop init` does.
ALTER DEFAULT PRIVILEGES IN SCHEMA avrop_log GRANT SELECT ON TABLES TO avrop_notary;
