"""A load of many devices, made by one process that spends as little as it can.

`python -m simulators.load mqtt://HOST:PORT` plays devices that publish to a listener or a broker.
`python -m simulators.load --serve` prints a port and plays a broker there, which pushes the same
messages to the one client that subscribes: a client is measured without a broker's own limit.

QoS 1, MQTT 3.1.1, raw sockets that never block. A link keeps a window of unacknowledged messages
and counts its PUBACKs by their bytes; whether they are the right ones is for tests, not for a load.
It prints `warm` when it begins to measure, and one JSON object at its end.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count, cycle

import msgspec

from . import load_frames
from .broker import broker_at
from .load_wires import accept, connect, keep_alive

WARM = "warm"
"""What it prints when the warm-up is over."""
_READ_BYTES = 1 << 18
_TICK_S = 0.001
_DRAIN_S = 5.0
_PING_EVERY_S = 60.0


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What the load looks like.

    Attributes:
        devices: How many devices speak, shared out to the links.
        links: How many connections carry them.
        window: Messages that may wait for their PUBACK on one link.
        readings: Readings in one message.
        block: Messages that leave in one piece.
        rate: Messages a second of all links together; 0 for as fast as they are acknowledged.
    """

    devices: int = 1_000
    links: int = 10
    window: int = 2_000
    readings: int = 1
    block: int = 100
    rate: int = 0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a load.

    Attributes:
        acknowledged: All messages that have their PUBACK.
        unacknowledged: Messages sent that have none.
        messages_per_s: Acknowledged messages a second, after the warm-up.
        readings_per_s: Readings in them.
        p50_ms: Median time from handing a message to the kernel to its PUBACK, after the warm-up.
        p99_ms: 99th percentile of it.
        busy: Share of one core that the load itself used, after the warm-up.
    """

    acknowledged: int
    unacknowledged: int
    messages_per_s: float
    readings_per_s: float
    p50_ms: float
    p99_ms: float
    busy: float


class Link:
    """One connection: what it may still send, and when that was acknowledged.

    Args:
        wire: A connected socket; it no longer blocks.
        devices: Numbers of its devices.
        shape: Of the whole load.
    """

    def __init__(self, wire: socket.socket, devices: Sequence[int], shape: Shape) -> None:
        wire.settimeout(0)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire = wire
        self.sent = 0
        self.acknowledged = 0
        self.latencies: list[tuple[float, int]] = []
        """Seconds, and how many messages had them."""
        self._window = shape.window
        self._blocks = _blocks(devices, shape)
        self._next = next(self._blocks)
        self._unsent = memoryview(b"")
        self._acknowledged_bytes = 0
        self._in_flight: deque[tuple[int, float]] = deque()

    @property
    def is_stuck(self) -> bool:
        """Whether the kernel took only part of what was to leave."""
        return len(self._unsent) > 0

    @property
    def has_room(self) -> bool:
        """Whether another block fits into the window."""
        in_flight = self.sent - self.acknowledged
        return not self.is_stuck and in_flight + self._next[0].messages <= self._window

    def send(self) -> int:
        """Send the next block and return how many messages that were."""
        block, lap = self._next
        self._next = next(self._blocks)
        frames = block.stamped(time.time_ns() // 1_000, lap)
        self.sent += block.messages
        self._in_flight.append((self.sent, time.perf_counter()))
        self._unsent = memoryview(frames)
        self.push()
        return block.messages

    def push(self) -> None:
        """Hand the kernel what is left of the block."""
        try:
            self._unsent = self._unsent[self.wire.send(self._unsent) :]
        except BlockingIOError:
            return

    def take(self) -> int:
        """Count the PUBACKs that have come and return how many they are."""
        received = len(self.wire.recv(_READ_BYTES))
        if not received:
            raise ConnectionResetError
        now, before = time.perf_counter(), self.acknowledged
        self._acknowledged_bytes += received
        self.acknowledged = self._acknowledged_bytes // load_frames.PUBACK_BYTES
        counted = before
        while counted < self.acknowledged:
            end, sent_at = self._in_flight[0]
            reached = min(end, self.acknowledged)
            self.latencies.append((now - sent_at, reached - counted))
            counted = reached
            if reached == end:
                self._in_flight.popleft()
        return self.acknowledged - before


def _blocks(devices: Sequence[int], shape: Shape) -> Iterator[tuple[load_frames.Block, int]]:
    """Yield what a link sends, for ever: a block, and how often its devices have spoken before.

    A packet id comes again only when the window has moved past its last use (§2.3.1).
    """
    groups = [devices[at : at + shape.block] for at in range(0, len(devices), shape.block)]
    blocks: list[list[load_frames.Block]] = []
    packet_id = 1
    while packet_id <= shape.window + shape.block:
        lap: list[load_frames.Block] = []
        for group in groups:
            lap.append(load_frames.Block(group, packet_id, shape.readings))
            packet_id += len(group)
        blocks.append(lap)
    for number, lap in zip(count(), cycle(blocks), strict=False):
        for block in lap:
            yield block, number


class Load:
    """Drives the links and measures between two moments.

    Args:
        links: Connected links.
        shape: Of the load.
    """

    def __init__(self, links: Sequence[Link], shape: Shape) -> None:
        self._links = links
        self._shape = shape
        self._selector = selectors.DefaultSelector()
        for link in links:
            self._selector.register(link.wire, selectors.EVENT_READ, link)

    def run(self, warm_up_s: float, seconds: float) -> Outcome:
        """Send for both times, wait for what is still on its way, and tell of the second."""
        self._send_until(time.perf_counter() + warm_up_s)
        _say(WARM)
        for link in self._links:
            link.latencies.clear()
        before, began, busy = self._acknowledged(), time.perf_counter(), time.process_time()
        self._send_until(began + seconds)
        took = time.perf_counter() - began
        rate = (self._acknowledged() - before) / took
        share = (time.process_time() - busy) / took
        latencies = [one for link in self._links for one in link.latencies]
        self._drain()
        sent = sum(link.sent for link in self._links)
        return Outcome(
            acknowledged=self._acknowledged(),
            unacknowledged=sent - self._acknowledged(),
            messages_per_s=rate,
            readings_per_s=rate * self._shape.readings,
            p50_ms=1e3 * percentile(latencies, 0.50),
            p99_ms=1e3 * percentile(latencies, 0.99),
            busy=share,
        )

    def _acknowledged(self) -> int:
        return sum(link.acknowledged for link in self._links)

    def _send_until(self, deadline: float) -> None:
        if self._shape.rate:
            self._send_paced(deadline)
            return
        for link in self._links:
            self._fill(link)
        while time.perf_counter() < deadline:
            self._serve(deadline - time.perf_counter())

    def _send_paced(self, deadline: float) -> None:
        began, sent = time.perf_counter(), 0
        turns = cycle(self._links)
        while (now := time.perf_counter()) < deadline:
            due = (now - began) * self._shape.rate
            for link in turns:
                if sent >= due:
                    break
                # One that has no room lets its turn pass; when none has any, time passes too.
                if link.has_room:
                    sent += link.send()
                elif not any(one.has_room for one in self._links):
                    break
            self._serve(_TICK_S)

    def _serve(self, timeout_s: float) -> None:
        for key, mask in self._selector.select(max(timeout_s, 0)):
            link: Link = key.data
            if mask & selectors.EVENT_READ:
                link.take()
            if mask & selectors.EVENT_WRITE:
                link.push()
            if not self._shape.rate:
                self._fill(link)
            self._watch(link, mask=key.events)

    def _fill(self, link: Link) -> None:
        while link.has_room:
            link.send()
        self._watch(link, mask=self._selector.get_key(link.wire).events)

    def _watch(self, link: Link, mask: int) -> None:
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.is_stuck else 0)
        if wanted != mask:
            self._selector.modify(link.wire, wanted, link)

    def _drain(self) -> None:
        deadline = time.perf_counter() + _DRAIN_S
        self._shape = msgspec.structs.replace(self._shape, rate=1)
        while time.perf_counter() < deadline and any(
            one.sent > one.acknowledged for one in self._links
        ):
            self._serve(_TICK_S)


def percentile(latencies: Sequence[tuple[float, int]], share: float) -> float:
    """Return the value that this share of weighted values does not exceed; nan of none."""
    left = share * sum(weight for _, weight in latencies)
    for value, weight in sorted(latencies):
        left -= weight
        if left <= 0:
            return value
    return float("nan")


def main(arguments: Sequence[str]) -> None:
    """Run one load and print its outcome."""
    parser = argparse.ArgumentParser(prog="simulators.load", description=__doc__)
    parser.add_argument("url", nargs="?", help="mqtt://host:port")
    parser.add_argument("--serve", action="store_true", help="play a broker instead")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--warm-up", type=float, default=1.0, help="seconds that do not count")
    parser.add_argument("--idle", type=int, default=0, help="connections that only ping")
    for name in Shape.__struct_fields__:
        parser.add_argument(f"--{name}", type=int, default=getattr(Shape(), name))
    found = parser.parse_args(arguments)
    shape = Shape(**{name: getattr(found, name) for name in Shape.__struct_fields__})
    idle: list[socket.socket] = []
    if found.serve:
        wires = [accept(lambda port: _say(str(port)))]
    else:
        broker = broker_at(found.url)
        idle = [connect(broker.host, broker.port, f"idle-{one:04d}") for one in range(found.idle)]
        wires = [connect(broker.host, broker.port, f"load-{one}") for one in range(shape.links)]
    links = [
        Link(wire, range(place, shape.devices, len(wires)), shape)
        for place, wire in enumerate(wires)
    ]
    stop = threading.Event()
    pinging = threading.Thread(
        target=keep_alive, args=(idle, _PING_EVERY_S, stop), name="keep alive"
    )
    pinging.start()
    try:
        outcome = Load(links, shape).run(found.warm_up, found.seconds)
    finally:
        stop.set()
        pinging.join()
    for wire in (*wires, *idle):
        wire.close()
    _say(json.dumps(msgspec.to_builtins(outcome)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
