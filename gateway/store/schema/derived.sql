-- Derived from the journal by the derive process alone; may be deleted and is then rebuilt.
CREATE TABLE IF NOT EXISTS progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    batch INTEGER NOT NULL, -- the last whole one
    entries INTEGER NOT NULL -- of the batch after it
) STRICT;

CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    sensor TEXT NOT NULL,
    quantity TEXT NOT NULL,
    UNIQUE (device, sensor, quantity)
) STRICT;

-- Consecutive readings of a series, in the order of these numbers and the signature: `numbers` has
-- five of 64 bits for each: observed_at, seq (-1 where there is none), value, quality + 256 * clock
-- source, and position in the journal. `first` and `last` are the places of its ends in that order.
CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    first BLOB NOT NULL,
    last BLOB NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    numbers BLOB NOT NULL,
    signatures BLOB NOT NULL -- msgpack map by index
) STRICT;

-- All that is known of a chunk but its readings.
CREATE UNIQUE INDEX IF NOT EXISTS chunk_order ON chunk (series, first, last, first_at, last_at, count);

-- Readings of several series that came since chunks were written: msgpack [[series, numbers,
-- signatures], ...]. What is not behind the newest chunk of its series is in a chunk already.
CREATE TABLE IF NOT EXISTS fresh (
    id INTEGER PRIMARY KEY,
    readings BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS asset_input (
    asset TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (asset, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS evidence (
    asset TEXT PRIMARY KEY,
    frontier BLOB NOT NULL -- with the number of signed readings before it
) STRICT, WITHOUT ROWID;

-- Earliest input of an asset that no published version tells of, from a place of a log on.
CREATE TABLE IF NOT EXISTS unpublished (
    asset TEXT NOT NULL,
    log TEXT NOT NULL, -- of the asset, or of what holds it
    size INTEGER NOT NULL,
    earliest INTEGER NOT NULL,
    PRIMARY KEY (asset, log, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS checkpoint (
    asset TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    policy_digest BLOB NOT NULL,
    inputs INTEGER NOT NULL, -- how many inputs lie behind the checkpoint before
    present BLOB NOT NULL,
    past BLOB NOT NULL, -- what has been since the checkpoint before
    is_stale INTEGER NOT NULL, -- whether what lies behind the checkpoint before must be folded again
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
