import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from gateway.door import Answer, Door, socket_of
from gateway.reports.drafting import Words
from tests.fakes.drafting import FakeWording
from tests.unit.gateway.deriving import MINTED, Deriving, absorbed, asked, minted, published
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.twins.samples import (
    ASSET,
    at,
    close,
    decide,
    hand_over,
    milestone,
    read,
)
from twins.custody.possession import MOST_REFUSALS
from twins.inputs import HandoverPhase, MilestoneName


class Listener:
    """The door as intake opens it; keeps what derive announces."""

    def __init__(self) -> None:
        self.door = Door()
        self.announced: list[tuple[str, dict[str, str]]] = []

    async def handle(self, command: Answer) -> Answer:
        assert command["command"] == "announce"
        payload = json.loads(str(command["payload"]))
        self.announced.append((str(command["topic"]), payload))
        return {}


@asynccontextmanager
async def intake_at(folder: Path) -> AsyncIterator[Listener]:
    listener = Listener()
    await listener.door.open(socket_of(folder), listener.handle)
    try:
        yield listener
    finally:
        await listener.door.close()


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deriving:
    for pause in ("_POLL_S", "_ASSESS_S", "_RETRY_S", "_GATHER_S", "_PUBLISH_S"):
        monkeypatch.setattr(f"gateway.derive.{pause}", 0.005)
    return Deriving(tmp_path)


async def test_batches_become_twins_versions_and_changes_that_readers_are_told(
    one: Deriving,
) -> None:
    one.write(*MINTED)
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await published(one, 1)
        one.write(read(15, 20_000), read(26, 20_000))
        await published(one, 2)
    assert [(found.version, found.reason) for found in one.versions()] == [
        (1, "mint"),
        (2, "disposition"),
    ]
    assert one.woken == 2
    assert one.live.of_kind("inputs") == [
        {"kind": "inputs", "asset": ASSET, "count": 5},
        {"kind": "inputs", "asset": ASSET, "count": 2},
    ]
    assert one.live.of_kind("version")[1] == {
        "kind": "version",
        "asset": ASSET,
        "version": 2,
        "disposition": "non_conformant",
        "severity": 3,
    }


async def test_backlog_is_absorbed_in_slices_and_to_its_end(
    one: Deriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.derive.READ_BATCHES", 2)
    one.write(*MINTED)
    for second in range(20, 90, 10):
        one.write(read(second, 5_000))
    async with running(one.derive.absorb_forever()):
        await absorbed(one)
    assert one.store.counters()["readings"] == 9
    assert len(one.live.of_kind("inputs")) == 4


async def test_page_gets_its_turn_in_the_middle_of_a_large_batch(
    one: Deriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.derive.SLICE_RECORDS", 4)
    one.write(*MINTED, *(read(second, 5_000) for second in range(20, 90, 10)))
    seen = set()

    async def look() -> None:
        while True:
            seen.add(one.store.entries_begun())
            await asyncio.sleep(0)

    async with running(look(), one.derive.absorb_forever()):
        await absorbed(one)
    assert seen == {0, 4, 8, 12}
    assert one.store.counters()["readings"] == 9
    assert one.book.assets[ASSET].evidence.size == 12


async def test_page_gets_its_turns_while_a_twin_is_folded_again_and_it_is_published_when_whole(
    one: Deriving,
) -> None:
    one.take(*MINTED, *(read(second, 5_000) for second in range(40, 9_000)))
    await one.publish()
    shown: list[int] = []

    async def look() -> None:
        while True:
            if one.book.is_refolding(ASSET):
                shown.append(one.book.assets[ASSET].evidence.size)
            await asyncio.sleep(0)

    # Too warm for more than ten seconds, told late; and a decision, which every twin behind it
    # knows of, so that each of the 8 stored stretches of 1,000 inputs is folded again.
    one.write(*(read(second, 20_000) for second in range(12, 40)), decide(20))
    derive = one.derive
    async with running(look(), derive.publish_forever(), derive.absorb_forever()):
        await published(one, 2)
    before = len(MINTED) - 1 + 8_960
    # The twin that was is shown all the while, and never published.
    assert shown.count(before) == len(shown) >= 8
    assert [found.evidence_size for found in one.versions()] == [before, before + 29]


async def test_asset_that_gets_inputs_all_the_time_is_published_and_holds_nothing_up(
    one: Deriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.derive.READ_BATCHES", 1)
    monkeypatch.setattr("gateway.derive._PUBLISH_S", 0.05)
    assets = ["box-a", "box-b", "box-c"]
    one.write(*(record for asset in assets for record in minted(asset)))
    second = 20

    async def send() -> None:
        nonlocal second
        while True:
            celsius = 20_000 if second > 400 else 5_000
            one.write(*(read(second, celsius, device=f"logger-{asset}") for asset in assets))
            second += 10
            await asyncio.sleep(0)

    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await until(lambda: all(one.versions(asset) for asset in assets))
        async with running(send()):
            await until(lambda: all(len(one.versions(asset)) > 1 for asset in assets))
            await until(lambda: one.store.progress() >= 60)
    assert {one.versions(asset)[-1].severity for asset in assets} == {3}
    # Judged in rounds, not with every slice.
    assert len(one.publisher.asked) < len(one.live.of_kind("inputs"))


async def test_service_says_what_waits_to_be_published(one: Deriving) -> None:
    one.write(*MINTED)
    async with running(one.derive.absorb_forever()):
        await until(lambda: one.status.status().behind["publish"] == 1)
        async with running(one.derive.publish_forever()):
            await published(one, 1)
            await until(lambda: one.status.status().behind["publish"] == 0)


async def test_asset_whose_words_are_being_written_holds_up_no_other_and_is_judged_anew(
    one: Deriving,
) -> None:
    one.write(*MINTED)
    one.wording.is_writing = True
    derive = one.derive
    async with running(derive.absorb_forever(), derive.publish_forever()):
        await until(lambda: one.wording.asked)
        one.wording.writes_of = {ASSET}
        one.wording.is_writing = False
        one.write(*minted("box-2"), read(15, 20_000), read(26, 20_000))
        await until(lambda: one.versions("box-2"))
        await absorbed(one)
        assert one.versions() == []
        one.wording.writes_of = set()
        derive.publish_soon(ASSET)
        await published(one, 1)
    # What came while the words were written is in the version.
    assert [(found.severity, found.evidence_size) for found in one.versions()] == [(3, 7)]


async def test_publishing_gives_way_to_a_backlog_and_not_for_long(
    one: Deriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.derive.READ_BATCHES", 1)
    monkeypatch.setattr("gateway.derive._LONGEST_PAUSE_S", 0.05)
    one.write(*MINTED)
    for second in range(20, 400):
        one.write(read(second, 5_000))
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await absorbed(one)
        await until(lambda: one.status.status().behind["publish"] == 0)
    assert len(one.publisher.asked) < 100


async def test_new_batch_is_taken_when_intake_tells_of_it(
    one: Deriving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with intake_at(one.folder) as intake:
        monkeypatch.setattr("gateway.derive._POLL_S", 60)
        async with running(one.derive.follow_intake(), one.derive.absorb_forever()):
            await asyncio.sleep(0)
            one.write(*MINTED)

            def is_told() -> bool:
                intake.door.announce(one.journal.last_batch)
                return one.store.progress() == one.journal.last_batch

            await until(is_told)


async def test_intake_that_goes_and_comes_back_is_followed_again(one: Deriving) -> None:
    async with running(one.derive.follow_intake()):
        for batch in (1, 2):
            async with intake_at(one.folder) as intake:

                def is_heard(door: Door = intake.door, batch: int = batch) -> bool:
                    door.announce(batch)
                    return batch in one.door.heard

                await until(is_heard)


async def test_restart_publishes_nothing_where_nothing_changed(one: Deriving) -> None:
    one.write(*MINTED)
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await published(one, 1)
        one.write(close(50))
        await published(one, 2)
    one.reopen()
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await asked(one, 1)
    assert len(one.versions()) == 2
    assert one.woken == 0
    assert one.live.all == []


async def test_restart_publishes_what_was_absorbed_and_not_yet_published(one: Deriving) -> None:
    one.take(*MINTED)
    one.reopen()
    async with running(one.derive.publish_forever()):
        await published(one, 1)
    assert one.versions()[0].reason == "mint"


async def test_restart_between_a_version_and_its_note_does_not_call_its_inputs_untold(
    one: Deriving,
) -> None:
    one.take(*MINTED)
    await one.publish()
    assert one.store.unpublished() == [(ASSET, ASSET, 0, 0)]
    one.reopen()
    assert one.store.unpublished() == []
    assert one.book.take_unpublished(ASSET) is None


async def test_late_input_is_superseded_although_a_restart_came_between(one: Deriving) -> None:
    one.write(*MINTED, close(50))
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await published(one, 1)
    one.take(read(30, 5_000))
    one.reopen()
    async with running(one.derive.publish_forever()):
        await published(one, 2)
    document = json.loads(one.ledger.document(one.versions()[1].digest) or b"")
    supersedes = document["properties"]["cargotwin"]["supersedes"]
    assert supersedes == one.versions()[0].digest.hex()


async def test_open_shipments_version_that_late_readings_contradict_is_corrected(
    one: Deriving,
) -> None:
    hot = [read(second, 16_000) for second in range(20, 41, 10)]
    one.write(*MINTED, *hot, read(50, 5_000))
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await published(one, 1)
        one.write(read(45, 40_000))
        await published(one, 2)
    first, second = one.versions()
    assert (second.reason, second.disposition) == ("correction", first.disposition)


class FailingOnce(FakeWording):
    """Fails at the first report as nothing should fail."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = False

    def words_for(self, facts: Facts, plan: Plan, seed: int) -> Words | None:
        if not self.failed:
            self.failed = True
            message = "at the first report"
            raise ZeroDivisionError(message)
        return super().words_for(facts, plan, seed)


async def test_asset_that_fails_is_named_and_tried_again_and_stops_no_other(
    one: Deriving,
) -> None:
    one.wording = FailingOnce()
    one.reopen()
    one.write(*MINTED, *minted("box-2"))
    async with running(one.derive.absorb_forever(), one.derive.publish_forever()):
        await until(lambda: one.status.problems)
        problem = f"publish {ASSET}: ZeroDivisionError: at the first report"
        assert problem in one.status.status().problems
        await until(lambda: one.versions("box-2"))
        await published(one, 1)
        await until(lambda: not one.status.problems)


async def test_handover_statements_are_answered_as_the_twin_took_them(one: Deriving) -> None:
    one.write(
        *MINTED,
        hand_over(HandoverPhase.OFFERED, 20),
        hand_over(HandoverPhase.ACCEPTED, 30, "maker", "thief"),
        hand_over(HandoverPhase.ACCEPTED, 40),
    )
    derive = one.derive
    async with (
        intake_at(one.folder) as intake,
        running(derive.absorb_forever(), derive.answer_forever()),
    ):
        await until(lambda: len(intake.announced) == 3)
    assert {topic for topic, _ in intake.announced} == {f"cargotwin/v1/answers/{ASSET}"}
    common = {"asset": ASSET, "nonce": "n1", "from": "maker"}
    assert [answer for _, answer in intake.announced] == [
        {**common, "phase": "offered", "to": "carrier", "answer": "taken"},
        {**common, "phase": "accepted", "to": "thief", "answer": "answered_by_wrong_party"},
        {**common, "phase": "accepted", "to": "carrier", "answer": "taken"},
    ]
    told = [dict(change) for change in one.live.of_kind("custody")]
    assert told == [{"kind": "custody", **answer} for _, answer in intake.announced]


async def test_milestones_are_answered_as_the_twin_took_them(one: Deriving) -> None:
    departure, arrival = MilestoneName.DEPARTURE, MilestoneName.ARRIVAL
    one.write(*MINTED, *(milestone(*one) for one in ((20, departure), (30, departure))))
    one.write(milestone(40, arrival))
    derive = one.derive
    async with (
        intake_at(one.folder) as intake,
        running(derive.absorb_forever(), derive.answer_forever()),
    ):
        await until(lambda: len(intake.announced) == 3)
    assert {topic for topic, _ in intake.announced} == {f"cargotwin/v1/answers/{ASSET}"}
    left, again, there = [answer for _, answer in intake.announced]
    assert left == {
        "asset": ASSET,
        "milestone": "departure",
        "observed_at_us": at(20),
        "answer": "taken",
        "phase": "transit",
    }
    assert (again["answer"], again["phase"]) == ("not_from_this_phase", "transit")
    assert again["detail"].startswith("departure is reached from origin or destination")
    assert (there["answer"], there["phase"]) == ("taken", "destination")
    assert one.live.of_kind("milestone") == [
        {"kind": "milestone", **answer} for _, answer in intake.announced
    ]


async def test_statement_that_a_flood_has_pushed_out_of_the_twin_is_never_answered_as_taken(
    one: Deriving,
) -> None:
    flood = [
        hand_over(HandoverPhase.ACCEPTED, 30 + number, "maker", "thief")
        for number in range(MOST_REFUSALS + 3)
    ]
    one.write(*MINTED, hand_over(HandoverPhase.OFFERED, 20), *flood)
    async with running(one.derive.absorb_forever()):
        await until(lambda: len(one.live.of_kind("custody")) == len(flood) + 1)
    answers = [change["answer"] for change in one.live.of_kind("custody")]
    assert answers == ["taken"] + ["unknown"] * 3 + ["answered_by_wrong_party"] * MOST_REFUSALS


async def test_answer_that_nobody_hears_is_lost_and_the_next_one_is_told(one: Deriving) -> None:
    one.write(*MINTED, hand_over(HandoverPhase.OFFERED, 20))
    async with running(one.derive.absorb_forever(), one.derive.answer_forever()):
        await absorbed(one)
        await until(lambda: one.live.of_kind("custody"))
        # Connecting to a socket that is not there takes one turn of the loop or two.
        for _ in range(5):
            await asyncio.sleep(0)
        async with intake_at(one.folder) as intake:
            one.write(hand_over(HandoverPhase.ACCEPTED, 30))
            await until(lambda: intake.announced)
    assert [answer["phase"] for _, answer in intake.announced] == ["accepted"]
