-- What was published: append-only, written by the derive process alone, never rebuilt.
CREATE TABLE IF NOT EXISTS asset_key (
    asset TEXT PRIMARY KEY,
    key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS document (
    digest BLOB PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS version (
    asset TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest BLOB NOT NULL,
    as_of INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    disposition TEXT NOT NULL,
    severity INTEGER NOT NULL,
    writer TEXT NOT NULL,
    evidence_size INTEGER NOT NULL,
    evidence_root BLOB NOT NULL,
    milestones INTEGER NOT NULL,
    decisions INTEGER NOT NULL,
    report BLOB NOT NULL,
    checksum BLOB NOT NULL, -- SHA-256 of the msgpack array of the columns before it
    PRIMARY KEY (asset, version)
) STRICT, WITHOUT ROWID;

-- Which versions there are, without the pages of their reports.
CREATE INDEX IF NOT EXISTS version_order ON version (asset, version, published_at);

CREATE TABLE IF NOT EXISTS chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    chain_id INTEGER NOT NULL,
    contract TEXT NOT NULL,
    is_embedded INTEGER NOT NULL,
    base_uri TEXT NOT NULL -- what the contract was deployed with
) STRICT;

-- A transaction is stored before it is sent, so that it can be sent again as it is.
CREATE TABLE IF NOT EXISTS sent (
    hash TEXT PRIMARY KEY,
    asset TEXT NOT NULL,
    version INTEGER NOT NULL,
    raw BLOB NOT NULL,
    sender TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    gas_limit INTEGER NOT NULL,
    max_fee_per_gas_wei INTEGER NOT NULL,
    signed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_version ON sent (asset, version);

CREATE TABLE IF NOT EXISTS receipt (
    hash TEXT PRIMARY KEY,
    block INTEGER NOT NULL,
    block_hash BLOB NOT NULL,
    block_time INTEGER NOT NULL,
    gas_used INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
