"""Packets that the standard refuses, each after sound traffic and cut anywhere."""

from collections.abc import Callable, Hashable, Iterator
from random import Random

from gateway.mqtt.endpoint import Endpoint
from gateway.mqtt.events import Event, Published, Refused, Released
from gateway.mqtt.packets import PINGREQ, PINGRESP, ProtocolVersion
from gateway.mqtt.publishing import encode_publish
from tests.unit.gateway.mqtt.test_malformed_packets import FAULTS_3, FAULTS_5, FAULTS_OF_A_SERVER

from .mqtt_targets import SMALL, accepted, answered, cut
from .mutations import seeded
from .packet_grammar import DISCONNECT, packets
from .target import Plain, require

_CASES: list[tuple[str, str, int]] = [
    (peer, encoded, code)
    for peer, faults in (
        ("v5 client", FAULTS_5),
        ("v3 client", FAULTS_3),
        ("v5 server", FAULTS_OF_A_SERVER),
    )
    for encoded, code in faults.values()
]


class Refusals(Plain):
    """Whatever was said before, a known fault has the reason code that the standard gives it.

    The bytes of an input only choose: the traffic before, the fault, and where the stream is cut.
    """

    name = "mqtt_refusals"

    def __init__(self) -> None:
        self.seeds = [place.to_bytes(4, "big") for place in range(4 * len(_CASES))]

    def check(self, data: bytes) -> Hashable:
        """Send sound packets and then a fault."""
        random = seeded(data)
        peer, encoded, code = random.choice(_CASES)
        version = ProtocolVersion.V3_1_1 if peer == "v3 client" else ProtocolVersion.V5
        ready: Callable[..., Endpoint] = (answered if peer == "v5 server" else accepted)(version)
        ping = PINGRESP if peer == "v5 server" else PINGREQ
        endpoint = ready(SMALL)
        for packet in _traffic(random, version, ping):
            _served(endpoint, cut(random, packet))
        endpoint.data_to_send()
        events = _served(endpoint, cut(random, bytes.fromhex(encoded)))
        last = events[-1] if events else None
        found = int(last.fault.reason_code) if isinstance(last, Refused) else None
        require(found == code, f"{peer}: {encoded} is refused with {found}, not {code}")
        output = list(packets(endpoint.data_to_send()))
        if version is ProtocolVersion.V5:
            require([one.kind for one in output] == [DISCONNECT], "DISCONNECT is all that follows")
            require(output[0].body[0] == code, "and says why")
        else:
            require(not output, "3.1.1 is told nothing")
        return peer, encoded


def _traffic(random: Random, version: ProtocolVersion, ping: bytes) -> Iterator[bytes]:
    for _ in range(random.randrange(4)):
        qos = random.randrange(3)
        packet_id = 100 + random.randrange(3)
        if qos < 2:
            yield encode_publish(
                random.choice(("a", "x/y", "ä" * 200)),
                random.randbytes(random.choice((0, 5, 300))),
                version=version,
                qos=qos,
                packet_id=packet_id if qos else None,
            )
        else:
            yield encode_publish("b", b"1", version=version, qos=2, packet_id=packet_id)
            yield b"\x62\x02" + packet_id.to_bytes(2, "big")
        yield ping


def _served(endpoint: Endpoint, pieces: list[bytes]) -> list[Event]:
    """Feed pieces and answer at once, so that nothing stays open."""
    events: list[Event] = []
    for piece in pieces:
        for event in endpoint.receive_data(piece, 7):
            events.append(event)
            if isinstance(event, Published):
                endpoint.answer(event.publishes, [0] * len(event.publishes))
            elif isinstance(event, Released):
                endpoint.answer_releases(event.packet_ids, [0] * len(event.packet_ids))
    return events
