"""The service's twins of packed assets against a fold from scratch, whatever came when."""

import itertools
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.evidence import evidence_of
from contracts.metadata import condition_digest
from gateway.asset_log import AssetLog, asset_log
from gateway.policies import digest_of, policy_of
from gateway.store.derived import DerivedStore
from gateway.store.entries import Batch, PolicyFiled, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.twin_book import TwinBook
from tests.fakes.journals import ASSET_KEY, batches_of, message_of
from tests.property.arrivals import EXAMPLES, law
from tests.property.test_twin_book import LOOSE, folder
from tests.unit.twins.maps import circle, document
from tests.unit.twins.samples import at, read, state
from twins.inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Commissioned,
    Handover,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    PolicyAssigned,
    decode,
    observed_at,
)
from twins.packing import folded_inputs
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

HORIZON = 60
AS_OF = at(HORIZON + 100)
ASSETS = ("item", "case", "case-2", "pallet")
Record = Input | PolicyFiled

moments = st.integers(0, HORIZON)
actions = st.sampled_from([BindingAction.ADD, BindingAction.ADD, BindingAction.DELETE])
pairs = st.sampled_from(
    [("pallet", "case"), ("case", "item"), ("pallet", "item"), ("item", "case")]
)
devices = st.sampled_from(["d1", "d2"])
packings = st.builds(
    lambda action, pair, moment: Packing(1, action, pair[0], pair[1], at(moment)),
    actions,
    pairs,
    moments,
)
bindings = st.builds(
    lambda action, device, asset, moment, every: Binding(
        1, action, device, asset, at(moment), at(every) if action is BindingAction.ADD else 0
    ),
    actions,
    devices,
    st.sampled_from(ASSETS),
    moments,
    st.sampled_from([3, 6]),
)
calibrated = st.builds(
    lambda device, asset, moment, then: CalibratedBinding(
        1, BindingAction.ADD, device, asset, at(moment), at(6), calibrated_at=at(then)
    ),
    devices,
    st.sampled_from(ASSETS),
    moments,
    st.sampled_from([-90, -30]),
)
readings = st.builds(
    lambda moment, value, device, sensor: read(moment, value, device=device, sensor=sensor),
    moments,
    st.sampled_from([1_000, 5_000, 12_001, 16_000, 16_000]),
    devices,
    st.sampled_from(["air", "core"]),
)
milestones = st.builds(
    lambda asset, name, moment: Milestone(1, asset, name, at(moment)),
    st.sampled_from(ASSETS),
    st.sampled_from(list(MilestoneName)),
    moments,
)
PARTIES = ("maker", "carrier", "consignee")
handovers = st.builds(
    lambda asset, phase, moment, giver, taker, nonce: Handover(
        1,
        msgspec.json.encode(
            msgspec.structs.replace(state(phase, moment, giver, taker, nonce), asset=asset)
        ),
    ),
    st.sampled_from(ASSETS),
    st.sampled_from(list(HandoverPhase)),
    moments,
    st.sampled_from(PARTIES),
    st.sampled_from(PARTIES),
    st.sampled_from(["n1", "n2"]),
)
plans = st.builds(
    lambda asset, name, moment: Plan(1, asset, document([circle(name, 50, 8)]), at(moment)),
    st.sampled_from(ASSETS),
    st.sampled_from(["north", "south"]),
    moments,
)


@st.composite
def passings(draw: st.DrawFn) -> list[Record]:
    """Return both sides of a handover that the holder of what it names can have stated."""
    asset, taker = draw(st.sampled_from(ASSETS)), draw(st.sampled_from(PARTIES[1:]))
    offered = draw(moments)
    accepted = draw(st.integers(offered, HORIZON))
    sides = ((HandoverPhase.OFFERED, offered), (HandoverPhase.ACCEPTED, accepted))
    stated = [state(phase, moment, "maker", taker, "n3") for phase, moment in sides]
    return [
        Handover(1, msgspec.json.encode(msgspec.structs.replace(one, asset=asset)))
        for one in stated
    ]


def commissioning(asset: str) -> list[Record]:
    return [
        Commissioned(1, asset, "", "maker", asset, 0),
        PolicyAssigned(1, asset, "below-12", digest_of(LOOSE), 0),
    ]


@st.composite
def journals(draw: st.DrawFn) -> list[list[Record]]:
    """Return batches of what reaches the journal, in any order, with repetitions."""
    found: list[Record] = [
        Packing(1, BindingAction.ADD, "pallet", "case", at(draw(st.integers(0, 20)))),
        Packing(1, BindingAction.ADD, "case", "item", at(draw(st.integers(0, 20)))),
        Binding(1, BindingAction.ADD, "d1", "pallet", at(draw(st.integers(0, 20))), at(5)),
    ]
    if draw(st.booleans()):
        # Beside it, folded with the same readings.
        found.append(
            Packing(1, BindingAction.ADD, "pallet", "case-2", at(draw(st.integers(0, 20))))
        )
    if draw(st.booleans()):
        found.pop(draw(st.integers(0, 2)))
    found += draw(st.lists(readings, max_size=25, unique=True))
    found += draw(st.lists(st.one_of(packings, bindings, calibrated, milestones), max_size=8))
    found += draw(st.lists(st.one_of(milestones, handovers, plans), max_size=6))
    found += draw(passings()) if draw(st.booleans()) else []
    found += draw(st.lists(st.sampled_from(found), max_size=3)) if found else []
    if draw(st.booleans()):
        found = draw(st.permutations(found))
    else:
        found.sort(key=lambda one: 0 if isinstance(one, PolicyFiled) else observed_at(one))
    filed: list[Record] = [PolicyFiled(1, LOOSE)]
    found = [*filed, *(one for asset in ASSETS for one in commissioning(asset)), *found]
    places = sorted(draw(st.sets(st.integers(1, len(found)), max_size=8)))
    bounds = [0, *places, len(found)]
    return [found[first:last] for first, last in itertools.pairwise(bounds) if first < last]


def book_on(path: Path, checkpoint_inputs: int) -> tuple[DerivedStore, TwinBook]:
    store = DerivedStore(path)
    book = TwinBook(
        store,
        lambda _asset: ASSET_KEY,
        lambda _readings: None,
        published_size=lambda _asset: 0,
        checkpoint_inputs=checkpoint_inputs,
    )
    return store, book


def digest_from(asset: str, log: AssetLog, as_of: int) -> bytes:
    logs = {asset: log.records, **log.parents}
    inputs = folded_inputs(asset, {one: list(map(decode, some)) for one, some in logs.items()})
    policy = policy_of(LOOSE)
    return condition_digest(assess(advance(AssetTwin(asset), inputs, policy), policy, as_of))


def agrees(book: TwinBook, asset: str, journal: list[Batch]) -> None:
    state = book.assets.get(asset)
    if state is None:
        return
    assert not book.is_refolding(asset)
    log = asset_log(lambda: journal, asset)
    for as_of in (AS_OF, state.twin.last_key[0] if state.twin.last_key else 0):
        found = condition_digest(assess(state.twin, state.policy, as_of))
        assert found == digest_from(asset, log, as_of)
    stated = state.evidence
    own = evidence_of(ASSET_KEY, log.records)
    assert (stated.size, stated.root) == (own.size, own.root)
    assert [one.asset for one in stated.parents] == sorted(log.parents)
    for one in stated.parents:
        first = evidence_of(ASSET_KEY, log.parents[one.asset][: one.size])
        assert (one.size, one.root) == (first.size, first.root)
        log.parents[one.asset] = log.parents[one.asset][: one.size]
    # What the parents took since says nothing of the asset: else it would have been folded.
    assert condition_digest(assess(state.twin, state.policy, AS_OF)) == digest_from(
        asset, log, AS_OF
    )


def agrees_then(book: TwinBook, asset: str, journal: list[Batch], moment: int) -> None:
    """Check the twin as of a moment in the past."""
    if asset not in book.assets:
        return
    log = asset_log(lambda: journal, asset)
    logs = {asset: log.records, **log.parents}
    inputs = folded_inputs(asset, {one: list(map(decode, some)) for one, some in logs.items()})
    then = [one for one in inputs if observed_at(one) <= moment]
    assert book.twin_at(asset, moment) == advance(AssetTwin(asset), then, policy_of(LOOSE))


@settings(law, max_examples=EXAMPLES // 8)
@given(journals(), st.sampled_from([1, 3, 50]), st.data())
def test_packed_asset_agrees_with_a_fold_from_scratch_after_every_batch_and_restart(
    batches: list[list[Record]], checkpoint_inputs: int, data: st.DataObject
) -> None:
    with folder() as path:
        writer = JournalWriter(path / "journal.db")
        store, book = book_on(path / "derived.db", checkpoint_inputs)
        reader = JournalReader(path / "journal.db")
        for batch in batches:
            writer.append(encode_messages([message_of(record) for record in batch]), 0)
            way = data.draw(st.sampled_from(["at once", "deferred", "crash"]), label="way")
            parts = book.absorbed_in_parts(
                reader.after(store.progress(), 100), 7, defers=way == "deferred"
            )
            for _ in zip(parts, range(3 if way == "crash" else 10_000), strict=False):
                pass
            parts.close()
            if way == "crash":
                store.close()
                store, book = book_on(path / "derived.db", checkpoint_inputs)
            if way != "deferred":
                book.absorb(reader.after(store.progress(), 100))
                for asset in ASSETS:
                    agrees(book, asset, batches_of(reader))
        book.absorb(reader.after(store.progress(), 100))
        moment = at(data.draw(moments, label="moment"))
        for asset in ASSETS:
            agrees(book, asset, batches_of(reader))
            agrees_then(book, asset, batches_of(reader), moment)
        for one in (writer, reader, store):
            one.close()
