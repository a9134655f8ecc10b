-- Written by the intake process alone; every other process opens it read-only.
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY,
    committed_at INTEGER NOT NULL,
    codec_version INTEGER NOT NULL,
    blob BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;

-- Identity of a PUBLISH whose readings carry no device time, for a bounded time.
CREATE TABLE IF NOT EXISTS publish_key (
    client TEXT NOT NULL,
    packet_id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    batch INTEGER NOT NULL,
    PRIMARY KEY (client, packet_id, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS publish_key_by_batch ON publish_key (batch);

-- What intake must know to answer a device or a person at once.
CREATE TABLE IF NOT EXISTS known (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
