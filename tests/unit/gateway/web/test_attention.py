import msgspec
import pytest

from condition_reports.actions import ACTION_SENTENCES, Action
from gateway.ports import Alarm, AssetSummary
from gateway.web.attention import (
    DISPOSITION_WORDS,
    needs_attention,
    next_step,
    next_steps,
    severity_word,
    worst_of,
)
from tests.fakes.shipments import calm_vaccine
from tests.fakes.status_source import FakeStatusSource
from twins.policy.condition_policy import Disposition, Severity

CALM = FakeStatusSource([calm_vaccine()]).assets()[0]


def changed(**changes: object) -> AssetSummary:
    return msgspec.structs.replace(CALM, **changes)


def alarm(asset: str, severity: int, since: int | None, *, is_active: bool = True) -> Alarm:
    return Alarm(f"{asset}/{since}", asset, "rule", "text", severity, since, is_active, "", None)


def test_every_severity_and_disposition_has_its_word() -> None:
    assert [severity_word(one) for one in Severity] == ["none", "minor", "major", "critical"]
    assert set(DISPOSITION_WORDS) == set(Disposition)


def test_shipment_in_order_needs_nobody_and_goes_on() -> None:
    assert not needs_attention(CALM)
    assert next_step(CALM) == "Continue the shipment as planned."


@pytest.mark.parametrize(
    "change",
    [
        *({"disposition": one} for one in Disposition if one != Disposition.CONFORMANT),
        {"severity": 1},
        {"custody_state": "disputed"},
    ],
)
def test_shipment_with_a_finding_or_a_dispute_needs_a_person(change: dict[str, object]) -> None:
    assert needs_attention(changed(**change))


@pytest.mark.parametrize("sentence", ACTION_SENTENCES.values())
def test_next_step_is_what_the_report_recommends_first_whatever_the_finding(sentence: str) -> None:
    asset = changed(next_step=sentence, disposition="damaged", severity=3)
    assert next_step(asset).casefold() == f"{sentence}.".casefold()
    assert next_step(asset)[0].isupper()


def test_decision_on_record_is_the_next_step_of_damaged_goods() -> None:
    damaged = changed(next_step=ACTION_SENTENCES[Action.FOLLOW_DECISION], disposition="damaged")
    assert next_step(damaged) == "Follow the quality decision."


def test_page_of_a_shipment_tells_every_step_that_its_report_recommends() -> None:
    source = FakeStatusSource([calm_vaccine()])
    detail = source.asset(CALM.id)
    assert detail is not None
    assert detail.report is not None
    assert next_steps(detail) == "Continue the shipment as planned."
    actions = (Action.RETURN_INSIDE, Action.QUARANTINE, Action.CHECK_SENSORS)
    report = msgspec.structs.replace(detail.report, actions=tuple(one.value for one in actions))
    assert next_steps(msgspec.structs.replace(detail, report=report)) == (
        "Bring the goods back inside the limits at once; quarantine the goods until quality "
        "assurance has decided; check the sensors."
    )
    unread = msgspec.structs.replace(
        detail, report=None, summary=changed(last_reading_at=None, next_step="")
    )
    assert next_steps(unread).startswith("Attach a device")


def test_shipment_without_report_has_no_next_step() -> None:
    assert next_step(changed(next_step="")) == ""


def test_open_shipment_without_readings_wants_a_device_besides() -> None:
    unread = changed(last_reading_at=None, next_step="obtain the records")
    attach = "Attach a device (cargotwin asset bind), or check that it sends."
    assert next_step(unread) == f"Obtain the records. {attach}"
    assert next_step(msgspec.structs.replace(unread, next_step="")) == attach
    assert next_step(msgspec.structs.replace(unread, is_closed=True)) == "Obtain the records."


def test_open_offer_calls_no_person() -> None:
    assert not needs_attention(changed(custody_state="offered"))


def begins(*alarms: Alarm) -> dict[str, tuple[int | None, bool]]:
    return {asset: (one.since, one.is_active) for asset, one in worst_of(alarms).items()}


def test_worst_alarm_is_the_first_that_lasts_of_those_that_weigh_most() -> None:
    assert begins(
        alarm("a", 1, 100),
        alarm("a", 3, 300),
        alarm("a", 3, 200),
        alarm("a", 3, 50, is_active=False),
        alarm("b", 2, 400),
    ) == {"a": (200, True), "b": (400, True)}


def test_worst_alarm_that_is_over_does_not_give_way_to_a_lesser_one_that_lasts() -> None:
    assert begins(alarm("a", 1, 100), alarm("a", 3, 50, is_active=False)) == {"a": (50, False)}


def test_worst_alarm_whose_beginning_is_not_known_borrows_none_from_a_lesser_one() -> None:
    assert begins(alarm("a", 1, 100), alarm("a", 3, None)) == {"a": (None, True)}
    assert begins(alarm("a", 3, None), alarm("a", 3, 70)) == {"a": (70, True)}
