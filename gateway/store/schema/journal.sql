-- Written by the intake process alone; every other process opens it read-only.
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY,
    committed_at INTEGER NOT NULL,
    codec_version INTEGER NOT NULL,
    blob BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;

-- The newest PUBLISH of each packet id whose readings carry no time, for a bounded time.
CREATE TABLE IF NOT EXISTS publish_key (
    client TEXT NOT NULL,
    packet_id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    batch INTEGER NOT NULL,
    PRIMARY KEY (client, packet_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS publish_key_by_batch ON publish_key (batch);

-- What intake must know to answer a device or a person at once: the last word on each thing.
CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Counters over the life of the journal, as one msgpack map: a commit touches a single row.
CREATE TABLE IF NOT EXISTS counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    totals BLOB NOT NULL
) STRICT;
