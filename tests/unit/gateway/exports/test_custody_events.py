import msgspec
import pytest

from gateway.exports.custody_events import custody_events
from gateway.exports.event import Json
from tests.unit.twins.samples import commission, hand_over
from twins.inputs import Handover, HandoverPhase, Input

OFFERED = hand_over(HandoverPhase.OFFERED, 10)


def told(*inputs: Input) -> list[Json]:
    return [one.event for one in custody_events([commission(), *inputs])]


def test_handover_is_a_shipping_and_an_accepting_from_one_party_to_the_other() -> None:
    offer, acceptance = told(OFFERED, hand_over(HandoverPhase.ACCEPTED, 20))
    assert [offer["bizStep"], acceptance["bizStep"]] == ["shipping", "accepting"]
    for one in (offer, acceptance):
        assert one["epcList"] == ["urn:cargotwin:asset:obj:box-1"]
        assert one["action"] == "OBSERVE"
        assert one["sourceList"] == [
            {"type": "possessing_party", "source": "urn:cargotwin:party:maker"}
        ]
        assert one["destinationList"] == [
            {"type": "possessing_party", "destination": "urn:cargotwin:party:carrier"}
        ]
        assert one["readPoint"] == {"id": "urn:cargotwin:loc:dock%204"}
        assert one["cargotwin:seal"] == "S-77"
    assert acceptance["eventTime"] == "1970-01-01T00:00:20.000Z"


@pytest.mark.parametrize("phase", [HandoverPhase.REFUSED, HandoverPhase.WITHDRAWN])
def test_offer_that_came_to_nothing_voids_its_shipping(phase: HandoverPhase) -> None:
    assert [one["bizStep"] for one in told(OFFERED, hand_over(phase, 20))] == [
        "shipping",
        "void_shipping",
    ]


def test_disputed_handover_is_held_until_it_is_answered() -> None:
    found = told(
        OFFERED, hand_over(HandoverPhase.DISPUTED, 20), hand_over(HandoverPhase.ACCEPTED, 30)
    )
    assert [one["bizStep"] for one in found] == ["shipping", "holding", "accepting"]
    assert [one["cargotwin:handover"] for one in found] == ["offered", "disputed", "accepted"]


def test_statement_that_changed_nothing_is_no_event() -> None:
    assert told(hand_over(HandoverPhase.ACCEPTED, 5)) == []
    assert told(hand_over(HandoverPhase.OFFERED, 5, giver="thief", taker="fence")) == []
    assert len(told(OFFERED, OFFERED)) == 1


def test_event_names_the_key_that_signed_and_no_place_that_is_not_stated() -> None:
    plain = hand_over(HandoverPhase.OFFERED, 10, place="")
    signed: Handover = msgspec.structs.replace(plain, signer="ed25519:ab", signature=b"s")
    (with_key,), (without,) = told(signed), told(plain)
    assert with_key["cargotwin:signer"] == "ed25519:ab"
    assert "cargotwin:signer" not in without
    assert "readPoint" not in without
