"""Intake under a mix of sound, bad, repeated and damaged messages, on a journal on disk."""

import asyncio
import json
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import msgspec
import psutil

from gateway.intake.taking import NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_INVALID, SUCCESS
from gateway.mqtt.ports import Publish
from tests.unit.gateway.intake.running_intake import NOW, Running, running
from twins.readings import ClockSource

from .codec_targets import CargotwinReadings
from .fuzzer import Slice
from .mutations import seeded
from .target import require

NAME = "reception"
_DEVICES = 50
_WARM = 0.25
_GROWTH_BYTES = 24 << 20
_BAD = [
    b"",
    b"{",
    b"[]",
    b"\xff\xfe",
    b'{"quantity":"temperature","value":5.0}',
    b'{"quantity":"temperature","value":"5","unit":"C"}',
    b'{"quantity":"temperature","value":5,"unit":"C","observed_at":"2026-11-20T11:00:00"}',
    b'{"quantity":"temperature","value":5,"value":6,"unit":"C"}',
    b'{"quantity":"warmth","value":5,"unit":"C"}',
    b"[" * 5000,
]
_STATEMENT = b'{"asset":"nobody","name":"start","observed_at":"2026-11-20T11:00:00Z"}'


class Sender:
    """One client that sends all kinds, and knows what intake must make of them.

    Attributes:
        name: Its client id.
        expected: By counter of the journal, what the messages come to.
        moments: Times of the sound readings that have a time of their own.
        open_ids: Packet ids of QoS 2 that it has not released.
    """

    def __init__(self, name: str, random: Random, tick: Callable[[], int]) -> None:
        self.expected: Counter[str] = Counter()
        self.moments = array("q")  # small, so that it is not what makes memory grow
        self.open_ids: list[int] = []
        self.name = name
        self._random = random
        self._tick = tick
        self._packet_id = 0
        self._seq = 0
        self._repeatable: list[tuple[Publish, int]] = []
        self._damaged = CargotwinReadings()
        self._kinds = (
            *[self._timed] * 10,
            self._timeless,
            self._counted,
            self._exactly_once,
            self._bad,
            self._half_bad,
            self._elsewhere,
            self._again,
            self._broken,
        )

    def chunk(self) -> list[tuple[Publish, int | None]]:
        """Return messages as they come together, each with its answer, None where bytes decide."""
        return [self._random.choice(self._kinds)() for _ in range(self._random.randint(1, 80))]

    def _publish(self, topic: str, payload: bytes, qos: int = 1) -> Publish:
        self._packet_id = self._packet_id % 65_535 + 1
        return Publish(
            self.name,
            topic,
            payload,
            self._packet_id,
            qos,
            dup=False,
            retain=False,
            received_at=NOW + self._tick(),
        )

    def _moment(self) -> int:
        moment = NOW - 10**12 + self._tick()
        self.moments.append(moment)
        return moment

    def _timed(self) -> tuple[Publish, int]:
        readings = [
            _reading(observed_at_us=self._moment()) for _ in range(self._random.randint(1, 3))
        ]
        self.expected["readings"] += len(readings)
        device = f"timed-{self._random.randrange(_DEVICES)}"
        return self._publish(_topic(device), json.dumps(readings).encode()), NO_MATCHING_SUBSCRIBERS

    def _timeless(self) -> tuple[Publish, int]:
        self.expected["readings"] += 1
        publish = self._publish(_topic("timeless"), json.dumps(_reading()).encode())
        self._repeatable.append((publish, SUCCESS))
        return publish, NO_MATCHING_SUBSCRIBERS

    def _counted(self) -> tuple[Publish, int]:
        self._seq += 1
        self.expected["readings"] += 1
        device = f"counted-{self.name}"
        publish = self._publish(_topic(device), json.dumps(_reading(seq=self._seq)).encode())
        self._repeatable.append((publish, SUCCESS))
        return publish, NO_MATCHING_SUBSCRIBERS

    def _exactly_once(self) -> tuple[Publish, int]:
        if len(self.open_ids) >= 20:
            return self._timed()
        self.expected["readings"] += 1
        payload = json.dumps(_reading(observed_at_us=self._moment())).encode()
        publish = self._publish(_topic("exactly-once"), payload, qos=2)
        assert publish.packet_id is not None
        self.open_ids.append(publish.packet_id)
        return publish, NO_MATCHING_SUBSCRIBERS

    def _bad(self) -> tuple[Publish, int]:
        self.expected["quarantined"] += 1
        publish = self._publish(_topic("bad"), self._random.choice(_BAD))
        self._repeatable.append((publish, PAYLOAD_FORMAT_INVALID))
        return publish, PAYLOAD_FORMAT_INVALID

    def _half_bad(self) -> tuple[Publish, int]:
        good = _reading(observed_at_us=self._moment())
        elements = self._random.sample([good, good | {"unit": "?"}, 7], 3)
        self.expected.update(readings=1, quarantined=1)
        return self._publish(_topic("half"), json.dumps(elements).encode()), PAYLOAD_FORMAT_INVALID

    def _elsewhere(self) -> tuple[Publish, int]:
        self.expected["quarantined"] += 1
        topic, payload = self._random.choice(
            [
                ("cargotwin/v1/d-1/milestone", _STATEMENT),
                ("unknown/topic", b"5"),
                ("cargotwin/v1/a b/readings", json.dumps(_reading()).encode()),
            ]
        )
        return self._publish(topic, payload), PAYLOAD_FORMAT_INVALID

    def _again(self) -> tuple[Publish, int]:
        """Send one again, as a client does that got no answer."""
        if not self._repeatable:
            return self._timed()
        del self._repeatable[:-20]
        publish, code = self._random.choice(self._repeatable)
        self.expected["duplicate_publishes"] += 1
        return msgspec.structs.replace(publish, dup=True), code

    def _broken(self) -> tuple[Publish, None]:
        payload = self._damaged.made(self._random, self._damaged.seeds)[1:]
        return self._publish(_topic(f"broken-{self._random.randrange(9)}"), payload), None


def reception_mix(inputs: int, seed: int) -> Slice:
    """Send so many messages to intake; check counters, journal and memory.

    Raises:
        Broken: They do not add up, or memory grows.
    """
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_mixed(Path(folder), inputs, seed))


async def _mixed(folder: Path, inputs: int, seed: int) -> Slice:
    random = seeded(f"{NAME} {seed}".encode())
    clock = Counter[str]()

    def tick() -> int:
        clock["us"] += 7
        return clock["us"]

    senders = [Sender(f"c-{place}", random, tick) for place in range(4)]
    begin_s = time.perf_counter()
    sent, warm_rss, slowest_s = 0, 0, 0.0
    process = psutil.Process()
    async with running(folder) as one:
        while sent < inputs:
            sender = random.choice(senders)
            chunk = sender.chunk()
            before_s = time.thread_time()
            codes = await one.take(*(publish for publish, _ in chunk))
            slowest_s = max(slowest_s, time.thread_time() - before_s)
            _check_codes(sender, chunk, codes)
            await _now_and_then(one, sender, random)
            one.answers.clear()
            one.committed.clear()
            sent += len(chunk)
            if not warm_rss and sent >= inputs * _WARM:
                warm_rss = process.memory_info().rss
        await one.intake.durable()
        rss = process.memory_info().rss
        require(rss - warm_rss <= _GROWTH_BYTES, f"memory grew from {warm_rss} to {rss} bytes")
        took_s = time.perf_counter() - begin_s
        _check_journal(one, senders)
    return Slice(
        NAME,
        sent,
        took_s,
        len(senders[0].expected),
        warm_rss / 2**20,
        rss / 2**20,
        slowest_s * 1000,
        "a chunk of up to 80 messages",
    )


async def _now_and_then(one: Running, sender: Sender, random: Random) -> None:
    """Close what is open of QoS 2, and refuse bytes that are no MQTT."""
    if random.randrange(10) == 0 and sender.open_ids:
        answered: asyncio.Future[Sequence[int]] = asyncio.get_running_loop().create_future()
        one.intake.release("c-9", [1], lambda _: None)
        one.intake.release(sender.name, sender.open_ids, answered.set_result)
        codes = await answered
        require(set(codes) == {SUCCESS}, f"open packet ids are closed once: {codes}")
        sender.open_ids.clear()
    if random.randrange(10) == 0:
        one.intake.refuse("c-9", "h:1", "no MQTT", random.randbytes(20), NOW)
        sender.expected["quarantined"] += 1


def _check_codes(sender: Sender, chunk: list[tuple[Publish, int | None]], codes: list[int]) -> None:
    require(len(codes) == len(chunk), "each message is answered")
    for (publish, expected), code in zip(chunk, codes, strict=True):
        if expected is None:
            sender.expected["quarantined"] += code == PAYLOAD_FORMAT_INVALID
            require(code in {SUCCESS, NO_MATCHING_SUBSCRIBERS, PAYLOAD_FORMAT_INVALID}, f"{code}")
        else:
            require(code == expected, f"{publish} is answered {code}, not {expected}")


def _check_journal(one: Running, senders: list[Sender]) -> None:
    expected = sum((sender.expected for sender in senders), Counter[str]())
    counters = one.journal.counters()
    # Of bytes that are no MQTT only so many are kept; the others are counted.
    for name, also in (("quarantined", "malformed_packets_dropped"), ("duplicate_publishes", "")):
        found = counters.get(name, 0) + counters.get(also, 0)
        require(found == expected[name], f"{name} is {found}, not {expected[name]}")
    readings = one.readings()
    require(len(readings) == counters["readings"], "what is counted is journalled")
    sound = [reading for reading in readings if not reading.device.startswith("broken-")]
    found = len(sound)
    require(found == expected["readings"], f"{found} readings, not {expected['readings']}")
    moments = [one.observed_at for one in sound if one.clock_source == ClockSource.DEVICE]
    require(set(moments) == set().union(*(one.moments for one in senders)), "each reading is there")
    require(len(set(moments)) == len(moments), "and once")


def _topic(device: str) -> str:
    return f"cargotwin/v1/{device}/readings"


def _reading(**fields: object) -> dict[str, object]:
    return {"quantity": "temperature", "value": 5.0, "unit": "C", **fields}
