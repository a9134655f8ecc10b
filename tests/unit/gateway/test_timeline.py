import msgspec

from gateway.ports import TimelineEntry, Version
from gateway.timeline import timeline_of
from tests.fakes.judged_shipment import EVERYTHING, judged_shipment
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    commission,
    decide,
    detach,
    fold,
    hand_over,
    milestone,
    policy,
    read,
)
from twins.inputs import CalibratedBinding, HandoverPhase, Input, Milestone, MilestoneName
from twins.policy.condition_policy import CustodyLimits, SensorLimits, Severity
from twins.twin import AssetTwin, settled_at

POLICY = policy(
    boundary("warm", 8_000, hysteresis=500),
    boundary("cold", 2_000, is_upper=False, severity=Severity.CRITICAL),
    boundary("dropped", 50_000, quantity="acceleration", severity=Severity.MINOR),
)
OFFER = HandoverPhase.OFFERED


def happened(
    *inputs: Input, until: float = 100, versions: tuple[Version, ...] = ()
) -> tuple[TimelineEntry, ...]:
    twin: AssetTwin = settled_at(fold(list(inputs), POLICY), at(until), POLICY)
    return timeline_of(twin, POLICY, inputs, versions, at(until))


def of_kind(kind: str, entries: tuple[TimelineEntry, ...]) -> list[tuple[int, str, int]]:
    return [(one.at, one.text, one.severity) for one in entries if one.kind == kind]


def version(number: int, as_of: float, severity: int) -> Version:
    return Version(
        version=number,
        digest="00",
        cid="bafk",
        as_of=at(as_of),
        published_at=at(900),
        reason="severity",
        disposition="non_conformant",
        severity=severity,
        writer="template",
        evidence_size=1,
        evidence_root="00",
        state="queued",
        transaction="",
        block=None,
    )


def test_asset_of_which_nothing_is_known_has_no_timeline() -> None:
    assert timeline_of(AssetTwin(ASSET), POLICY, [], [], 0) == ()


def test_entries_stand_in_the_order_in_which_they_happened_whatever_came_first() -> None:
    found = happened(
        decide(90),
        read(20, 9_000),
        read(30, 5_000),
        milestone(40, MilestoneName.ARRIVAL),
        detach(80),
        bind(5),
        commission(1),
        versions=(version(2, 50, 2), version(1, 10, 0)),
    )
    assert [(one.at, one.kind) for one in found] == [
        (at(1), "commissioned"),
        (at(5), "binding"),
        (at(10), "version"),
        (at(20), "excursion"),
        (at(30), "excursion_ended"),
        (at(40), "milestone"),
        (at(50), "version"),
        (at(80), "binding"),
        (at(90), "decision"),
    ]


def test_commissioning_names_the_first_holder() -> None:
    found = happened(commission(3, "acme-pharma"))
    assert of_kind("commissioned", found) == [(at(3), "commissioned, held by acme-pharma", 0)]


def test_bindings_name_the_device_and_say_whether_it_came_or_went() -> None:
    found = happened(bind(1, "logger-1"), bind(2, "logger-2"), detach(9, "logger-1"))
    assert of_kind("binding", found) == [
        (at(1), "device logger-1 attached", 0),
        (at(2), "device logger-2 attached", 0),
        (at(9), "device logger-1 detached", 0),
    ]


def test_binding_tells_the_day_of_the_calibration_where_it_was_stated() -> None:
    # `date -u --date=2026-01-31 +%s`
    stated = CalibratedBinding(*msgspec.structs.astuple(bind(1)), calibrated_at=at(1_769_817_600))
    assert of_kind("binding", happened(stated)) == [
        (at(1), "device d1 attached, calibrated on 2026-01-31", 0)
    ]


def test_excursion_tells_its_rule_worst_value_with_unit_sensor_and_weight() -> None:
    found = happened(bind(0), read(10, 8_200), read(20, 11_250), read(30, 9_000), read(40, 5_000))
    assert of_kind("excursion", found) == [
        (at(10), "Temperature above 8 °C: 11.25 °C (d1 air)", Severity.MAJOR)
    ]
    assert of_kind("excursion_ended", found) == [(at(40), "over: Temperature above 8 °C", 0)]


def test_excursion_below_a_limit_tells_the_lowest_value() -> None:
    found = happened(bind(0), read(10, 1_000), read(20, -3_500), read(30, 0), until=40)
    assert of_kind("excursion", found) == [
        (at(10), "Temperature below 2 °C: -3.5 °C (d1 air)", Severity.CRITICAL)
    ]


def test_excursion_that_lasts_has_no_end() -> None:
    found = happened(bind(0), read(10, 9_000), read(20, 9_500), until=25)
    assert len(of_kind("excursion", found)) == 1
    assert of_kind("excursion_ended", found) == []


def test_shock_is_told_in_g_and_has_no_end_of_its_own() -> None:
    shock = read(10, 74_250, sensor="shock", quantity="acceleration")
    found = happened(bind(0), shock, read(20, 5_000))
    assert of_kind("excursion", found) == [
        (at(10), "Shock above 50 g: 74.25 g (d1 shock)", Severity.MINOR)
    ]
    assert of_kind("excursion_ended", found) == []


def test_handover_that_was_accepted_names_both_parties_once() -> None:
    found = happened(
        commission(0, "maker"),
        hand_over(OFFER, 10),
        hand_over(HandoverPhase.ACCEPTED, 20),
        hand_over(OFFER, 30, "carrier", "shop", "n2"),
        hand_over(HandoverPhase.ACCEPTED, 40, "carrier", "shop", "n2"),
    )
    assert of_kind("custody", found) == [
        (at(20), "custody passed from maker to carrier", 0),
        (at(40), "custody passed from carrier to shop", 0),
    ]


def test_open_and_disputed_offers_name_both_parties_and_how_they_stand() -> None:
    offered = (commission(0, "maker"), hand_over(OFFER, 10))
    assert of_kind("custody", happened(*offered)) == [
        (at(10), "custody offered by maker to carrier, offered", 0)
    ]
    disputed = happened(*offered, hand_over(HandoverPhase.DISPUTED, 20))
    assert of_kind("custody", disputed) == [
        (at(10), "custody offered by maker to carrier, disputed", 0)
    ]


def test_statement_that_was_not_taken_names_both_parties_and_the_reason_in_words() -> None:
    found = happened(commission(0, "maker"), hand_over(OFFER, 10, "thief", "fence"))
    assert of_kind("custody_refused", found) == [
        (
            at(10),
            "custody statement not taken (offered from thief to fence): offered by non holder",
            Severity.MINOR,
        )
    ]
    assert of_kind("custody", found) == []


def test_milestone_names_its_place_where_one_is_stated() -> None:
    reached = milestone(20, MilestoneName.DEPARTURE)
    found = happened(msgspec.structs.replace(reached, place="Basel"), _arrival(30))
    assert of_kind("milestone", found) == [
        (at(20), "departure at Basel", 0),
        (at(30), "arrival", 0),
    ]


def test_decision_tells_what_was_decided_by_whom_and_why() -> None:
    assert of_kind("decision", happened(decide(50))) == [
        (at(50), "released by quality: looked at", 0)
    ]


def test_version_stands_at_the_moment_that_it_judges_with_its_reason_and_weight() -> None:
    found = happened(versions=(version(3, 44, 2),))
    assert of_kind("version", found) == [
        (at(44), "version 3 published (severity): non_conformant", Severity.MAJOR)
    ]


def _arrival(seconds: float) -> Milestone:
    return milestone(seconds, MilestoneName.ARRIVAL)


def test_milestone_that_changed_nothing_is_told_as_such() -> None:
    found = happened(milestone(10, MilestoneName.DELIVERY), milestone(20, MilestoneName.DEPARTURE))
    assert of_kind("milestone", found) == [(at(10), "delivery", 0)]
    assert of_kind("milestone_refused", found) == [
        (
            at(20),
            (
                "departure changed nothing: departure is reached from origin or destination, and "
                "the shipment was in delivered"
            ),
            Severity.MINOR,
        )
    ]


def test_offer_that_was_refused_is_told_when_it_ended() -> None:
    found = happened(
        commission(0, "maker"), hand_over(OFFER, 10), hand_over(HandoverPhase.REFUSED, 30)
    )
    assert of_kind("custody", found) == [
        (at(30), "custody offered by maker to carrier, refused", 0)
    ]


def test_offer_is_overdue_from_the_moment_at_which_it_was_due() -> None:
    by = msgspec.structs.replace(POLICY, custody=CustodyLimits(at(60), Severity.MAJOR))
    inputs: list[Input] = [commission(0, "maker"), hand_over(OFFER, 10)]
    twin = settled_at(fold(inputs, by), at(100), by)
    found = timeline_of(twin, by, inputs, (), at(100))
    assert of_kind("custody_overdue", found) == [
        (at(70), "offer of maker to carrier not answered in time", Severity.MAJOR)
    ]
    assert of_kind("custody_overdue", timeline_of(twin, by, inputs, (), at(69))) == []


def test_finding_against_a_sensor_is_told_with_its_end() -> None:
    limits = SensorLimits(battery_low=10_000, severity=Severity.MINOR)
    by = msgspec.structs.replace(POLICY, sensors=limits)
    inputs: list[Input] = [
        bind(0),
        read(10, 9_000, quantity="battery"),
        read(20, 90_000, quantity="battery"),
        read(30, 8_000, quantity="battery"),
    ]
    found = timeline_of(settled_at(fold(inputs, by), at(40), by), by, inputs, (), at(40))
    battery = "battery of d1 air: its battery is low"
    assert [one for one in of_kind("sensor", found) if "battery" in one[1]] == [
        (at(10), battery, 0),
        (at(30), battery, Severity.MINOR),
    ]
    assert of_kind("sensor_ended", found) == [(at(20), f"over: {battery}", 0)]


def test_excursion_of_the_core_names_no_sensor() -> None:
    shipment = judged_shipment()
    twin = settled_at(shipment.twin, shipment.as_of, EVERYTHING)
    found = timeline_of(twin, EVERYTHING, shipment.inputs, (), shipment.as_of)
    (core,) = [text for _, text, _ in of_kind("excursion", found) if "core" in text]
    assert core == (
        "Estimated core temperature above 7 °C for 10 min or longer: 7.579 °C (estimated core)"
    )
