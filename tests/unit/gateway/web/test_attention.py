import msgspec
import pytest

from gateway.ports import Alarm, AssetSummary
from gateway.web.attention import (
    DISPOSITION_WORDS,
    needs_attention,
    next_step,
    severity_word,
    since_of,
)
from tests.fakes.shipments import calm_vaccine
from tests.fakes.status_source import FakeStatusSource
from twins.policy import Disposition, Severity

CALM = FakeStatusSource([calm_vaccine()]).assets()[0]


def changed(**changes: object) -> AssetSummary:
    return msgspec.structs.replace(CALM, **changes)


def alarm(asset: str, severity: int, since: int, *, is_active: bool = True) -> Alarm:
    return Alarm(f"{asset}/{since}", asset, "rule", "text", severity, since, is_active, "", None)


def test_every_severity_and_disposition_has_its_word() -> None:
    assert [severity_word(one) for one in Severity] == ["none", "minor", "major", "critical"]
    assert set(DISPOSITION_WORDS) == set(Disposition)


def test_shipment_in_order_needs_nobody() -> None:
    assert not needs_attention(CALM)
    assert next_step(CALM) == ""


@pytest.mark.parametrize(
    "change",
    [
        *({"disposition": one} for one in Disposition if one != Disposition.CONFORMANT),
        {"severity": 1},
        {"custody_state": "disputed"},
    ],
)
def test_shipment_that_needs_a_person_has_a_next_step(change: dict[str, object]) -> None:
    asset = changed(**change)
    assert needs_attention(asset)
    assert next_step(asset).endswith(".")


def test_shipment_without_readings_wants_a_device() -> None:
    assert next_step(changed(last_reading_at=None, disposition="unknown")).startswith("Attach")


def test_open_offer_waits_without_calling_a_person() -> None:
    asset = changed(custody_state="offered")
    assert not needs_attention(asset)
    assert next_step(asset) == "Wait for the receiver to accept custody."


def test_since_is_that_of_the_worst_active_alarm() -> None:
    alarms = [
        alarm("a", 1, 100),
        alarm("a", 3, 300),
        alarm("a", 3, 200),
        alarm("a", 3, 50, is_active=False),
        alarm("b", 2, 400),
    ]
    assert since_of(alarms) == {"a": 200, "b": 400}
