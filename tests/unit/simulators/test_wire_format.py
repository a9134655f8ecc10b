"""What the simulated devices send, as the gateway's own decoder reads it."""

from collections import Counter

import pytest

from gateway.codecs.base import CodecSettings, Reason
from gateway.codecs.cargotwin import CargotwinCodec
from simulators.fleet import fleet
from simulators.misbehaving import misbehaving_device
from simulators.shipment import Shipment
from tests.unit.simulators.folding import records_in
from twins.inputs import event_key

NOW = 1_795_168_800_000_000
CODEC = CargotwinCodec(CodecSettings())


@pytest.mark.parametrize("shipment", fleet(1, 12, NOW), ids=lambda one: one.title)
def test_the_gateway_decodes_every_message_of_a_shipment_without_a_fault(
    shipment: Shipment,
) -> None:
    for message in shipment.messages:
        decoded = CODEC.decode(message.topic, message.payload, message.send_at)
        assert decoded.faults == []
        assert not decoded.needs_publish_identity
        assert [event_key(one) for one in decoded.records] == [
            event_key(one) for one in records_in(message)
        ]


def test_the_gateway_refuses_every_mistake_by_its_name() -> None:
    device = misbehaving_device(1, NOW, rounds=2)
    decoded = [CODEC.decode(one.topic, one.payload, NOW) for one in device.messages]
    assert all(not one.records and len(one.faults) == 1 for one in decoded)
    reasons = Counter(fault.reason for one in decoded for fault in one.faults)
    assert reasons[Reason.MISSING_UNIT] == reasons[Reason.TIME_IN_FUTURE] == 2
    assert reasons[Reason.UNKNOWN_QUANTITY] == 2
    assert reasons[Reason.INVALID_JSON] + reasons[Reason.NOT_A_NUMBER] == 4
