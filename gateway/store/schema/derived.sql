-- Derived from the journal by the derive process alone; may be deleted and is then rebuilt.
CREATE TABLE IF NOT EXISTS progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    batch INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    sensor TEXT NOT NULL,
    quantity TEXT NOT NULL,
    UNIQUE (device, sensor, quantity)
) STRICT;

CREATE TABLE IF NOT EXISTS reading (
    series INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    value INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    clock_source INTEGER NOT NULL,
    signature BLOB NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (series, observed_at, seq, value, quality, clock_source, signature)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS asset_input (
    asset TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (asset, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS evidence (
    asset TEXT PRIMARY KEY,
    frontier BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Earliest input of an asset that no published version tells of.
CREATE TABLE IF NOT EXISTS unpublished (
    asset TEXT PRIMARY KEY,
    earliest INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS checkpoint (
    asset TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    policy_digest BLOB NOT NULL,
    twin BLOB NOT NULL,
    PRIMARY KEY (asset, observed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS policy (
    digest BLOB PRIMARY KEY,
    document BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS quarantine (
    position INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    topic TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
