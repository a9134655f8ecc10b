"""Devices of one name that take the connection from each other, in any order of events."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.intake.pending import Batches
from gateway.intake.repetitions import Repetitions
from gateway.mqtt.delivery import Delivery
from gateway.mqtt.ports import Publish
from gateway.store.journal import JournalWriter
from tests.unit.gateway.mqtt.memory_sink import MemorySink
from tests.unit.gateway.mqtt.test_delivery import Peer, Pipe

NAME = "both"
PACKET_IDS = (1, 2)
DEVICES = ("one", "other")
TOPIC = "readings"


class Shore(MemorySink):
    """Takes what its identity says is new, and answers when it is told to."""

    def __init__(self, repetitions: Repetitions) -> None:
        super().__init__(is_prompt=False)
        self.taken: Counter[bytes] = Counter()
        self._repetitions = repetitions

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        for one in publishes:
            self.taken[one.payload] += not self._repetitions.is_repeated_publish(one)
        super().submit(publishes, answered)

    def unheard(self, publishes: Sequence[Publish]) -> None:
        self._repetitions.note_unheard(publishes)


class Device:
    """Keeps each message until it hears its PUBACK, and sends it again after connecting."""

    def __init__(self, name: str, shore: Shore) -> None:
        self.sent: Counter[bytes] = Counter()
        self.unanswered: dict[int, bytes] = {}
        self._name = name
        self._shore = shore
        self._packet_ids = cycle(PACKET_IDS)
        self._peer = Peer()
        self._delivery: Delivery | None = None

    def connect(self) -> None:
        self._peer = Peer()
        self._delivery = Delivery(Pipe(), self._shore, self._peer, self._peer.flush)
        if self.unanswered:
            again = [self._publish(*one, dup=True) for one in self.unanswered.items()]
            self._delivery.submit(again)

    def be_cut_off(self) -> None:
        if self._delivery is not None:
            self._delivery.close()
        self.hear()
        self._delivery = None

    def send(self, value: int, *, is_lost: bool) -> None:
        """Send one more message, which may get lost on its way together with the connection.

        A lost one is like no other: sent again, it would else be known as one that came.
        """
        if self._delivery is None or len(self.unanswered) == len(PACKET_IDS):
            return
        packet_id = next(one for one in self._packet_ids if one not in self.unanswered)
        text = f"{self._name} {self.sent.total()}" if is_lost else str(value)
        payload = self.unanswered[packet_id] = text.encode()
        self.sent[payload] += 1
        if is_lost:
            self.be_cut_off()
        else:
            message = self._publish(packet_id, self.unanswered[packet_id], dup=False)
            self._delivery.submit([message])

    def hear(self) -> None:
        answers, self._peer.sent = self._peer.sent, []
        for packet_ids, _ in answers:
            for packet_id in packet_ids:
                self.unanswered.pop(packet_id or 0, None)

    def _publish(self, packet_id: int, payload: bytes, *, dup: bool) -> Publish:
        return Publish(NAME, TOPIC, payload, packet_id, 1, dup, retain=False, received_at=0)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JournalWriter]:
    folder: Path = tmp_path_factory.mktemp("journal")
    writer = JournalWriter(folder / "journal.db")
    yield writer
    writer.close()


events = st.one_of(
    st.tuples(st.just("connect"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("send"), st.integers(0, 1), st.integers(0, 1)),
    st.tuples(st.just("lose"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("answer"), st.integers(0, 3), st.just(0)),
)


# Both hold the same message under the same packet id; then one moves on and uses the id anew.
ALIKE = [
    ("connect", 0, 0),
    ("send", 0, 0),
    ("connect", 1, 0),
    ("send", 1, 0),
    ("connect", 0, 0),
    ("answer", 2, 0),
    ("send", 0, 1),
    ("answer", 2, 0),
    ("send", 0, 1),
    ("connect", 1, 0),
]


@given(happened=st.lists(events, max_size=60))
@example(happened=ALIKE)
def test_every_message_of_two_devices_of_one_name_is_taken_once(
    journal: JournalWriter, happened: list[tuple[str, int, int]]
) -> None:
    shore = Shore(Repetitions(journal, Batches(1), lambda: 0, frozenset()))
    devices = [Device(name, shore) for name in DEVICES]

    def connect(place: int) -> None:
        for device in devices:  # whoever was connected, and the device's own earlier connection
            device.be_cut_off()
        devices[place].connect()

    for what, which, value in happened:
        if what == "connect":
            connect(which)
        elif what == "answer" and which < len(shore.open_answers):
            shore.open_answers.pop(which)()
        elif what != "answer":
            devices[which].send(value, is_lost=what == "lose")
        for device in devices:
            device.hear()
    for place, device in enumerate(devices):
        connect(place)
        shore.answer_all()
        device.hear()
        assert device.unanswered == {}
    assert shore.taken == devices[0].sent + devices[1].sent
