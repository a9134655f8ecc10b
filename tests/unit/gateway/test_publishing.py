import json
from pathlib import Path

import pytest

from contracts.evidence import Evidence, evidence_of
from contracts.signer import AttesterKey
from gateway.errors import DocumentTooLarge
from gateway.policies import policy_of
from gateway.publishing import LATE_INPUT, Publisher
from gateway.store.ledger import Ledger, Published
from tests.fakes.drafting import FakeDrafting
from tests.fakes.journals import ASSET_KEY
from tests.property.test_twin_book import LOOSE, assign
from tests.unit.twins.samples import ASSET, at, bind, close, commission, fold, read
from twins.inputs import Input, encode

POLICY = policy_of(LOOSE)
OPEN: list[Input] = [commission(), assign(0, LOOSE), bind(0), read(10, 5_000)]
CLOSED: list[Input] = [*OPEN, close(50)]


class Desk:
    """A publisher on a ledger in a folder."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger(folder / "ledger.db")
        self.drafting = FakeDrafting()
        self.reopen()

    def reopen(self) -> None:
        self.publisher = Publisher(
            self.ledger,
            self.drafting,
            AttesterKey(b"a" * 32),
            clock_us=lambda: at(1_000),
            page_of=lambda _asset: "",
        )

    async def publish(
        self, log: list[Input], *, as_of: float | None = None, earliest: float | None = None
    ) -> Published | None:
        twin = fold(log, POLICY)
        newest = twin.last_key[0] if twin.last_key else 0
        return await self.publisher.publish_if_changed(
            twin,
            POLICY,
            self.evidence(log),
            as_of=newest if as_of is None else at(as_of),
            earliest=None if earliest is None else at(earliest),
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
    assert later.reason in {LATE_INPUT, "disposition", "severity"}
    assert desk.supersedes(later) == final.digest.hex()


async def test_next_version_of_an_open_shipment_tells_of_the_late_input(desk: Desk) -> None:
    first = await desk.publish([*OPEN, read(30, 5_000)])
    second = await desk.publish([*OPEN, read(30, 5_000), read(20, 5_000), close(50)], earliest=20)
    assert first is not None
    assert second is not None
    assert desk.supersedes(second) == first.digest.hex()


async def test_twin_that_is_being_rebuilt_is_not_published(desk: Desk) -> None:
    await desk.publish(CLOSED)
    assert await desk.publish(OPEN, earliest=0) is None
    assert desk.publisher.tells_of(ASSET, desk.evidence(CLOSED))
    assert not desk.publisher.tells_of(ASSET, desk.evidence(OPEN))
    assert not desk.publisher.tells_of("box-9", desk.evidence(OPEN))


async def test_missing_draft_releases_the_templates_text_and_says_so(desk: Desk) -> None:
    desk.drafting.is_away = True
    published = await desk.publish(OPEN)
    assert published is not None
    assert published.writer == "template"
    assert "timeout" in published.report.decode()


async def test_document_beyond_the_largest_size_is_refused_and_nothing_is_published(
    desk: Desk,
) -> None:
    many = [read(10, 5_000, sensor=f"sensor-{number:04}") for number in range(1_000)]
    with pytest.raises(DocumentTooLarge, match="at most 262144"):
        await desk.publish([*OPEN[:3], *many])
    assert desk.ledger.newest(ASSET) is None
