"""Versions of packed assets as the service publishes them, read back by a verifier."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.parents import ParentLog
from contracts.signer import AttesterKey
from contracts.verify import Claims, Outcome, verify_versions
from gateway.asset_log import asset_log
from gateway.publishing import Publisher, published_parents
from gateway.store.derived import DerivedStore
from gateway.store.entries import encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.ledger import Ledger
from gateway.twin_book import TwinBook
from gateway.verification import check_attester, check_text
from tests.fakes.drafting import FakeWording
from tests.fakes.journals import batches_of, message_of
from tests.property.arrivals import EXAMPLES, law
from tests.property.test_packed_book import ASSETS, Record, journals, readings
from tests.property.test_twin_book import folder


class Publishing:
    """Journal, twins and ledger of a folder, and what publishes from them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = JournalWriter(path / "journal.db")
        self.reader = JournalReader(path / "journal.db")
        self.ledger = Ledger(path / "ledger.db")
        self.store: DerivedStore
        self.open()

    def open(self) -> None:
        self.store = DerivedStore(self.path / "derived.db")
        self.book = TwinBook(
            self.store,
            self.ledger.asset_key,
            lambda _readings: None,
            published_size=self.ledger.published_size,
            published_parents=partial(published_parents, self.ledger),
            checkpoint_inputs=3,
        )
        self.publisher = Publisher(
            self.ledger,
            FakeWording(),
            AttesterKey(b"a" * 32),
            clock_us=lambda: 0,
            page_of=lambda _asset: "",
        )

    def lose_derived(self) -> None:
        self.store.close()
        for suffix in ("", "-wal", "-shm"):
            (self.path / f"derived.db{suffix}").unlink(missing_ok=True)
        self.open()

    def restart(self) -> None:
        self.store.close()
        self.open()

    def take(self, batch: Sequence[Record]) -> None:
        self.writer.append(encode_messages([message_of(record) for record in batch]), 0)

    def absorb(self, most: int = 1_000) -> None:
        self.book.absorb(self.reader.after(self.store.progress(), most))

    def publish(
        self, asset: str, meanwhile: Sequence[Record] = (), *, is_killed: bool = False
    ) -> None:
        """Publish an asset where its standing changed, as derive does.

        Args:
            asset: Id of the asset.
            meanwhile: What comes, and is absorbed, before the version is written.
            is_killed: Whether the process dies before it has noted that the version is written.
        """
        state = self.book.assets.get(asset)
        if state is None or self.book.is_refolding(asset) or state.twin.last_key is None:
            return
        left = untold = self.book.take_unpublished(asset)
        write = partial(
            self.publisher.publish_if_changed,
            state.twin,
            state.policy,
            state.evidence,
            as_of=state.twin.last_key[0],
            untold=untold,
            twin_at=partial(self.book.twin_at, asset),
        )
        if meanwhile:
            self.take(meanwhile)
            self.absorb()
        published = write()
        if is_killed:
            self.restart()
            return
        if published is not None:
            left = None
        if untold is not None:
            self.book.settle_unpublished(asset, left)

    def claims(self, asset: str) -> Claims:
        """Return what a verifier gets of an asset."""
        versions = self.ledger.versions(asset)
        log = asset_log(lambda: batches_of(self.reader), asset)
        return Claims(
            asset=asset,
            documents=[self.ledger.document(one.digest) or b"" for one in versions],
            records=log.records,
            asset_key=self.ledger.asset_key(asset),
            policies=log.policies,
            head=None,
            base_uri="",
            chain_problem="the chain is not looked at here",
            parents={
                parent: ParentLog(records, self.ledger.asset_key(parent))
                for parent, records in log.parents.items()
            },
        )

    def verify(self, asset: str) -> None:
        checks = verify_versions(self.claims(asset), check_text, check_attester)
        assert [one for one in checks if one.outcome is Outcome.FAILED] == []

    def close(self) -> None:
        for one in (self.writer, self.reader, self.ledger, self.store):
            one.close()


@settings(law, max_examples=EXAMPLES // 8)
@given(journals(), st.data())
def test_every_version_of_a_packed_asset_can_be_checked_whatever_came_late_or_was_rebuilt(
    batches: list[list[Record]], data: st.DataObject
) -> None:
    with folder() as path:
        one = Publishing(path)
        for batch in batches:
            one.take(batch)
            one.absorb()
            for asset in data.draw(st.permutations(ASSETS), label="published"):
                if data.draw(st.booleans()):
                    one.publish(asset)
            event = data.draw(st.sampled_from(["", "", "restart", "lost", "killed"]), label="event")
            if event == "killed":
                # Between a version and the note of it; a reading came meanwhile.
                meanwhile = data.draw(st.lists(readings, max_size=1), label="meanwhile")
                one.publish(data.draw(st.sampled_from(ASSETS)), meanwhile, is_killed=True)
            if event == "restart":
                one.restart()
            elif event == "lost":
                one.lose_derived()
                # Rebuilt in parts, with attempts to publish in between.
                for _ in batches:
                    one.absorb(1)
                    for asset in ASSETS:
                        one.publish(asset)
        for asset in ASSETS:
            one.publish(asset)
            one.verify(asset)
        one.close()
