-- The role that the notary reads with: it sees the log, and nothing else, and can change nothing.
-- The database runs this when it is first made; in one that is there already, run it once by hand,
-- with psql as the owner and AVROP_NOTARY_PASSWORD in the environment.
\getenv password AVROP_NOTARY_PASSWORD
CREATE ROLE avrop_notary LOGIN PASSWORD :'password';
ALTER ROLE avrop_notary SET default_transaction_read_only = on;
CREATE SCHEMA IF NOT EXISTS avrop_log;
GRANT USAGE ON SCHEMA avrop_log TO avrop_notary;
GRANT SELECT ON ALL TABLES IN SCHEMA avrop_log TO avrop_notary;
-- And on those that the owner makes later, as `avrop init` does.
ALTER DEFAULT PRIVILEGES IN SCHEMA avrop_log GRANT SELECT ON TABLES TO avrop_notary;
