import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.ports import Alarm
from gateway.web.alarm_times import lasted
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOUR, MINUTE, NOON, VACCINE, Shipment, begun, read
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.web.test_pages import words
from twins.inputs import Milestone, MilestoneName
from twins.policy.condition_policy import ConditionPolicy, Severity

SECOND = 1_000_000
ALARM = Alarm(
    id="a~gap:temperature",
    asset="a",
    rule="gap:temperature",
    text="Temperature unobserved for over 4 h",
    severity=2,
    since=NOON,
    is_active=True,
    acknowledged_by="",
    acknowledged_at=None,
)


def shown(alarm: Alarm, after: int) -> str:
    return lasted(alarm, NOON + after).replace("\u00a0", " ")


def test_what_nobody_observed_is_rounded_up_and_what_was_observed_is_cut() -> None:
    after = 12 * HOUR + 39 * MINUTE + SECOND
    assert shown(ALARM, after) == "12 h 40 min"
    assert shown(msgspec.structs.replace(ALARM, rule="coverage:temperature"), after) == (
        "12 h 40 min"
    )
    assert shown(msgspec.structs.replace(ALARM, rule="boundary:a"), after) == "12 h 39 min"


def test_an_alarm_of_a_closed_shipment_grows_no_more() -> None:
    alarm = msgspec.structs.replace(ALARM, closed_at=NOON + HOUR)
    assert shown(alarm, 30 * HOUR) == "1 h 00 min"


def silent() -> ConditionPolicy:
    """Return a policy by which four hours may go unobserved at a stretch."""
    watched = msgspec.structs.replace(
        VACCINE.observation, maximum_gap=4 * HOUR, severity=Severity.MAJOR
    )
    return msgspec.structs.replace(VACCINE, observation=watched)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "/assets/lot-1",
            "began 2026-11-20 00:17 UTC , and lasted for 6 h 43 min until the close.",
        ),
        ("/", "lasted for 6 h 43 min until the close, since 2026-11-20 00:17 UTC"),
        ("/alarms", "6 h 43 min 2026-11-20 00:17 UTC until the close"),
    ],
)
async def test_page_counts_a_gap_of_a_closed_shipment_to_its_close(address: str, said: str) -> None:
    by = silent()
    start = NOON - 12 * HOUR
    inputs = [
        *begun("lot-1", "Lot 1", by, start),
        *read("lot-1", "temperature", start + 2 * MINUTE, [5_000]),
        Milestone(1, "lot-1", MilestoneName.CLOSE, NOON - 5 * HOUR, "Basel"),
    ]
    source = FakeStatusSource([Shipment("lot-1", "Lot 1", by, inputs)])
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(address, headers={"Accept": "text/html"})
        assert said in words(await answer.text())
