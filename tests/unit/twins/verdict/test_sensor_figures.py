"""What a condition says against sensors: of positions when, and never where."""

from tests.unit.twins.verdict.test_figures import condition
from twins.sensors.findings import FindingKind


def test_findings_of_positions_say_what_and_when_and_no_reading() -> None:
    found = condition(100_000).sensors
    mine = [one for one in (*found.running, *found.over) if one.quantity != "temperature"]
    assert {one.kind for one in mine} == {
        FindingKind.SILENT,
        FindingKind.CONFLICT,
        FindingKind.SEQUENCE_BACKWARD,
    }
    assert all(one.readings == () for one in mine)
    # That of another quantity does say which reading it was.
    others = [one for one in found.running if one.quantity == "temperature"]
    assert [one.readings for one in others] == [((0, 5_000),)]
