import json
from pathlib import Path

import pytest

from contracts.evidence import Evidence, evidence_of
from contracts.signer import AttesterKey
from gateway.errors import DocumentTooLarge
from gateway.policies import policy_of
from gateway.publishing import Publisher
from gateway.store.ledger import Ledger, Published
from gateway.unpublished import Untold
from tests.fakes.drafting import FakeWording
from tests.fakes.journals import ASSET_KEY
from tests.property.test_twin_book import LOOSE, assign
from tests.unit.twins.samples import ASSET, at, bind, close, commission, detach, fold, read
from twins.inputs import Input, encode, observed_at
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin
from twins.verdict.anchoring import AnchorReason

POLICY = policy_of(LOOSE)
OPEN: list[Input] = [commission(), assign(0, LOOSE), bind(0), read(10, 5_000)]
CLOSED: list[Input] = [*OPEN, close(50)]


class Desk:
    """A publisher on a ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder / "ledger.db")
        self.wording = FakeWording()
        self.looks: list[int] = []
        self.untold_newly = True
        self.reopen()

    def reopen(self) -> None:
        self.publisher = Publisher(
            self.ledger,
            self.wording,
            AttesterKey(b"a" * 32),
            clock_us=lambda: at(1_000),
            page_of=lambda _asset: "",
        )

    async def publish(
        self,
        log: list[Input],
        *,
        as_of: float | None = None,
        earliest: float | None = None,
        policy: ConditionPolicy = POLICY,
    ) -> Published | None:
        twin = fold(log, policy)
        newest = twin.last_key[0] if twin.last_key else 0
        self.looks = []

        def twin_at(moment: int) -> AssetTwin:
            self.looks.append(moment)
            return fold([one for one in log if observed_at(one) <= moment], policy)

        newly = None if earliest is None or not self.untold_newly else at(earliest)
        untold = None if earliest is None else Untold(at(earliest), newly)
        return self.publisher.publish_if_changed(
            twin,
            policy,
            self.evidence(log),
            as_of=newest if as_of is None else at(as_of),
            untold=untold,
            twin_at=twin_at,
        )

    def evidence(self, log: list[Input]) -> Evidence:
        return evidence_of(ASSET_KEY, map(encode, log))

    def supersedes(self, published: Published) -> str | None:
        document = json.loads(self.ledger.document(published.digest) or b"")
        found: str | None = document["properties"]["cargotwin"]["supersedes"]
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_first_version_is_the_mint_and_an_unchanged_twin_gives_no_second(desk: Desk) -> None:
    first = await desk.publish(OPEN)
    assert first is not None
    assert (first.version, first.reason) == (1, "mint")
    assert await desk.publish([*OPEN, read(11, 5_000)], earliest=11) is None
    desk.reopen()
    assert await desk.publish([*OPEN, read(11, 5_000)], earliest=11) is None


async def test_changed_standing_gives_the_next_version_also_after_a_restart(desk: Desk) -> None:
    await desk.publish(OPEN)
    desk.reopen()
    second = await desk.publish(CLOSED, earliest=50)
    assert second is not None
    assert (second.version, desk.supersedes(second)) == (2, None)


async def test_late_input_of_a_closed_shipment_supersedes_its_final_version(desk: Desk) -> None:
    final = await desk.publish(CLOSED)
    assert final is not None
    later = await desk.publish([*CLOSED, read(20, 5_000)], earliest=20)
    assert later is not None
    assert later.reason in {AnchorReason.LATE_INPUT, "disposition", "severity"}
    assert desk.supersedes(later) == final.digest.hex()


async def test_next_version_of_an_open_shipment_tells_of_the_late_input(desk: Desk) -> None:
    first = await desk.publish([*OPEN, read(30, 5_000)])
    second = await desk.publish([*OPEN, read(30, 5_000), read(20, 5_000), close(50)], earliest=20)
    assert first is not None
    assert second is not None
    assert desk.supersedes(second) == first.digest.hex()


HOT: list[Input] = [*OPEN, *(read(second, 13_000) for second in (20, 30, 40)), read(45, 5_000)]
"""Above 12 °C for 25 s, 10 s of which the policy allows."""
WORSE: list[Input] = [*HOT, read(25, 30_000)]


async def test_late_input_that_contradicts_an_open_shipments_version_is_corrected(
    desk: Desk,
) -> None:
    first = await desk.publish(HOT)
    assert first is not None
    second = await desk.publish(WORSE, earliest=25)
    assert second is not None
    assert (second.reason, second.disposition, second.severity) == (
        "correction",
        first.disposition,
        first.severity,
    )
    assert desk.supersedes(second) == first.digest.hex()
    assert desk.looks == [first.as_of]


async def test_late_input_that_contradicts_nothing_waits_for_the_next_version(desk: Desk) -> None:
    await desk.publish(HOT)
    assert await desk.publish([*HOT, read(25, 12_900)], earliest=25) is None
    assert desk.looks == [at(45)]


async def test_correction_that_could_not_be_written_is_tried_again(desk: Desk) -> None:
    await desk.publish(HOT)
    many = [read(26, 5_000, sensor=f"sensor-{number:04}") for number in range(1_000)]
    with pytest.raises(DocumentTooLarge):
        await desk.publish([*WORSE, *many], earliest=25)
    desk.untold_newly = False
    corrected = await desk.publish(WORSE, earliest=25)
    assert corrected is not None
    assert corrected.reason == "correction"


async def test_excursion_that_is_later_than_the_version_contradicts_nothing(desk: Desk) -> None:
    await desk.publish(HOT)
    later = [*HOT, read(25, 12_900), *(read(second, 30_000) for second in range(60, 90, 5))]
    assert await desk.publish(later, earliest=25) is None


async def test_version_that_nothing_late_came_for_is_not_looked_at_again(desk: Desk) -> None:
    await desk.publish(HOT)
    await desk.publish([*HOT, read(50, 5_000)], earliest=50)
    assert desk.looks == []


async def test_device_that_is_late_all_the_time_makes_one_correction_in_an_hour(
    desk: Desk,
) -> None:
    log = HOT
    await desk.publish(log)
    made = []
    for minute in range(1, 150):
        newest = 45 + 60 * minute
        # Each is worse than all before, and lies before the newest version.
        log = [*log, read(newest, 5_000), read(20.1 + minute / 100, 13_001 + minute)]
        if await desk.publish(log, earliest=20.1 + minute / 100):
            made.append(minute)
    assert made == [1, 61, 121]


async def test_correction_that_had_to_wait_is_made_when_nothing_more_comes_late(
    desk: Desk,
) -> None:
    await desk.publish(HOT)
    assert await desk.publish(WORSE, earliest=25)
    worst = [*WORSE, read(26, 40_000)]
    assert await desk.publish(worst, as_of=60, earliest=26) is None
    desk.untold_newly = False
    assert await desk.publish(worst, as_of=3_000, earliest=26) is None
    corrected = await desk.publish(worst, as_of=3_645, earliest=26)
    assert corrected is not None
    assert corrected.reason == "correction"


async def test_correction_by_another_policy_is_none(desk: Desk) -> None:
    await desk.publish(HOT)
    other = policy_of(LOOSE.replace(b'"limit":12', b'"limit":11'))
    assert await desk.publish(WORSE, earliest=25, policy=other) is None


async def test_twin_that_is_being_rebuilt_is_not_published(desk: Desk) -> None:
    await desk.publish(CLOSED)
    assert await desk.publish(OPEN, earliest=0) is None


async def test_missing_draft_releases_the_templates_text_and_says_so(desk: Desk) -> None:
    desk.wording.is_away = True
    published = await desk.publish(OPEN)
    assert published is not None
    assert published.writer == "template"
    assert "timeout" in published.report.decode()


async def test_document_beyond_the_largest_size_is_refused_and_nothing_is_published(
    desk: Desk,
) -> None:
    many = [read(10, 5_000, sensor=f"sensor-{number:04}") for number in range(1_000)]
    with pytest.raises(DocumentTooLarge, match=r"at most 262144 .* Unbind .* was bound"):
        await desk.publish([*OPEN[:3], *many])
    assert desk.ledger.newest(ASSET) is None


async def test_document_fits_again_when_the_device_is_unbound_from_when_it_was_bound(
    desk: Desk,
) -> None:
    many: list[Input] = [
        bind(5, "d2"),
        *[read(10, 5_000, device="d2", sensor=f"s{one}") for one in range(1_000)],
    ]
    with pytest.raises(DocumentTooLarge):
        await desk.publish([*OPEN, *many, detach(20, "d2")])
    assert await desk.publish([*OPEN, *many, detach(5, "d2")])
