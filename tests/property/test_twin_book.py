"""The service's twins against a fold from scratch, whatever way the journal came about."""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.metadata import condition_digest
from gateway.policies import digest_of
from gateway.store.derived import DerivedStore
from gateway.store.entries import Batch, PolicyFiled, Quarantined, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.twin_book import TwinBook
from tests.fakes.journals import (
    ASSET_KEY,
    batches_of,
    condition_from_scratch,
    log_evidence,
    message_of,
)
from tests.property.arrivals import (
    EXAMPLES,
    HORIZON,
    celsius,
    devices,
    events,
    law,
    readings,
    seconds,
)
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    close,
    commission,
    detach,
    milestone,
    read,
)
from twins.inputs import Binding, BindingAction, Input, MilestoneName, PolicyAssigned
from twins.verdict.condition import assess

OTHER = "box-2"
AS_OF = at(HORIZON + 100)
Record = Input | PolicyFiled | Quarantined


def policy_document(limit: float) -> bytes:
    """Return a filed policy with one limit for temperatures."""
    return rfc8785.dumps(
        {
            "schema": 1,
            "id": f"below-{int(limit)}",
            "title": f"Below {int(limit)} °C",
            "source": "made for tests",
            "observation": {
                "required": ["temperature"],
                "minimum_coverage": 0.5,
                "maximum_hold_s": 20,
                "severity": "major",
            },
            "boundary": [
                {
                    "id": "too-warm",
                    "quantity": "temperature",
                    "side": "upper",
                    "limit": limit,
                    "delay_s": 10,
                    "severity": "critical",
                    "title": f"Not above {int(limit)} °C",
                }
            ],
        }
    )


LOOSE, STRICT = policy_document(12.0), policy_document(4.0)
THOROUGH = rfc8785.dumps(
    msgspec.json.decode(policy_document(12.0), type=dict[str, object])
    | {
        "id": "thorough",
        "mean_kinetic_temperature": {
            "limit": 8.0,
            "severity": "major",
            "window_h": 1,
            "above": 8.0,
        },
        "shelf_life": {
            "model": "q10",
            "q10": 3.0,
            "days": 0.01,
            "reference": 5.0,
            "severity": "major",
        },
        "core": {"time_constant_s": 30},
        "sensors": {
            "quorum": 2,
            "accuracy": {"temperature": 0.5},
            "disagreement": {"temperature": 3.0},
            "drift": {"temperature": 1.0},
            "largest_step_per_minute": {"temperature": 10.0},
            "stuck_after_s": {"temperature": 25},
        },
        "shock": {"restitution": 0.5},
        "custody": {"answer_within_s": 20, "severity": "minor"},
        "wear": {
            "fatigue_quantity": "temperature",
            "fatigue_cycles": 100.0,
            "fatigue_exponent": 2.0,
        },
    }
)
"""Much of what a policy can ask, on the scale of minutes."""


def assign(moment: int, document: bytes) -> PolicyAssigned:
    return PolicyAssigned(1, ASSET, "a-policy", digest_of(document), moment)


def other_binding(moment: int, device: str) -> Binding:
    return Binding(1, BindingAction.ADD, device, OTHER, at(moment), at(5))


policies = st.sampled_from([LOOSE, STRICT, THOROUGH])
assets_only = st.one_of(
    st.builds(bind, seconds, devices, st.sampled_from([5, 10])),
    st.builds(detach, seconds, devices),
    st.builds(detach, seconds, devices),
    st.builds(other_binding, seconds, devices),
    st.builds(assign, st.integers(-10, HORIZON).map(at), policies),
    events,
)
early = st.sampled_from([-(2**53) + 1, -at(5), 0])


@st.composite
def journals(draw: st.DrawFn) -> list[Record]:
    """Return what reaches the journal, in any order, with repetitions."""
    found: list[Record] = [
        commission(),
        PolicyFiled(1, LOOSE),
        PolicyFiled(1, STRICT),
        PolicyFiled(1, THOROUGH),
        assign(0, draw(st.sampled_from([LOOSE, THOROUGH]))),
        bind(draw(st.integers(0, 20))),
        Quarantined(1, "topic", "invalid_json", "send JSON"),
    ]
    found += draw(st.lists(readings(), max_size=25))
    found += draw(st.lists(assets_only, max_size=10))
    if draw(st.booleans()):
        found.append(close(draw(st.integers(100, HORIZON))))
    if draw(st.booleans()):
        # A device whose clock stands before 1970.
        at_dawn = draw(early)
        found.append(msgspec.structs.replace(draw(readings()), observed_at=at_dawn))
        found.append(msgspec.structs.replace(close(0), observed_at=at_dawn))
    found += draw(st.lists(st.sampled_from(found), max_size=5))
    return draw(st.permutations(found))


moments = st.integers(1, 9)


@st.composite
def changing_bindings(draw: st.DrawFn) -> list[list[Record]]:
    """Return batches of few readings, and of bindings that uncover them and cover them again."""
    base: list[Record] = [commission(), PolicyFiled(1, LOOSE), assign(0, LOOSE), bind(0)]
    changes = st.one_of(
        st.builds(read, moments, celsius), st.builds(bind, moments), st.builds(detach, moments)
    )
    return [base, *([one] for one in draw(st.lists(changes, min_size=3, max_size=8)))]


@st.composite
def cut(draw: st.DrawFn, records: list[Record]) -> list[list[Record]]:
    """Return the records in batches of any size."""
    places = sorted(draw(st.sets(st.integers(1, max(1, len(records) - 1)), max_size=8)))
    bounds = [0, *places, len(records)]
    return [records[first:last] for first, last in itertools.pairwise(bounds) if first < last]


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def book_on(
    path: Path,
    published_size: Callable[[str], int] = lambda _asset: 0,
    checkpoint_inputs: int = 1,
) -> tuple[DerivedStore, TwinBook]:
    store = DerivedStore(path)
    book = TwinBook(
        store,
        lambda _asset: ASSET_KEY,
        lambda _readings: None,
        published_size=published_size,
        checkpoint_inputs=checkpoint_inputs,
    )
    return store, book


def agrees(book: TwinBook, journal: list[Batch]) -> None:
    state = book.assets.get(ASSET)
    if state is None:
        assert condition_from_scratch(journal, ASSET, AS_OF) is None
        return
    # The service judges at the moment of the newest input that it folded.
    for as_of in (AS_OF, state.twin.last_key[0] if state.twin.last_key else 0):
        expected = condition_from_scratch(journal, ASSET, as_of)
        assert expected is not None
        found = assess(state.twin, state.policy, as_of)
        assert condition_digest(found) == condition_digest(expected), (found, expected)
    assert state.evidence == log_evidence(journal, ASSET)


@law
@given(st.one_of(journals().flatmap(cut), changing_bindings()), st.data())
def test_twin_book_agrees_with_a_fold_from_scratch_after_every_batch_and_restart(
    batches: list[list[Record]], data: st.DataObject
) -> None:
    with folder() as path:
        writer = JournalWriter(path / "journal.db")
        store, book = book_on(path / "derived.db")
        reader = JournalReader(path / "journal.db")
        for batch in batches:
            writer.append(encode_messages([message_of(record) for record in batch]), 0)
            book.absorb(reader.after(store.progress(), 100))
            agrees(book, batches_of(reader))
            if data.draw(st.booleans(), label="restart"):
                store.close()
                store, book = book_on(path / "derived.db")
                agrees(book, batches_of(reader))
        for one in (writer, reader, store):
            one.close()


def alone(record: Record) -> list[Record]:
    return [record]


@st.composite
def long_journeys(draw: st.DrawFn) -> list[list[Record]]:
    """Return what comes live, and then what comes late: readings, and now and then a milestone."""
    document = draw(st.sampled_from([LOOSE, THOROUGH]))
    live: list[Record] = [commission(), PolicyFiled(1, document), assign(0, document)]
    live += [bind(0), bind(0, "d2")]
    step = draw(st.sampled_from([1, 3, 7]))
    for device in ("d1", "d2")[: draw(st.integers(1, 2))]:
        live += [read(second, 5_000, device=device) for second in range(5, HORIZON, step)]
    warm = st.sampled_from([5_000, 5_000, 4_000, 13_000, 20_000])
    tardy = st.one_of(
        st.builds(read, st.floats(1, HORIZON - 1, width=32), warm).map(alone),
        st.builds(lambda moment, value: read(moment, value, device="d2"), seconds, warm).map(alone),
        st.builds(milestone, seconds, st.sampled_from(MilestoneName)).map(alone),
        # What a logger kept back.
        st.sets(seconds, min_size=3, max_size=12).map(
            lambda kept: [read(second + 0.25, 14_000) for second in sorted(kept)]
        ),
    )
    return [live, *draw(st.lists(tardy, min_size=1, max_size=6))]


@settings(law, max_examples=EXAMPLES // 4)
@given(long_journeys(), st.data())
def test_late_inputs_of_a_long_journey_leave_what_a_fold_from_scratch_gives(
    batches: list[list[Record]], data: st.DataObject
) -> None:
    with folder() as path, contextlib.ExitStack() as closing:
        writer = JournalWriter(path / "journal.db")
        store, book = book_on(path / "derived.db")
        reader = JournalReader(path / "journal.db")
        closing.callback(writer.close)
        closing.callback(reader.close)
        for batch in batches:
            writer.append(encode_messages([message_of(record) for record in batch]), 0)
            stops = data.draw(st.none() | st.integers(0, 60), label="stops")
            new = reader.after(store.progress(), 100)
            with contextlib.closing(book.absorbed_in_parts(new, 1_000)) as parts:
                for _ in itertools.islice(parts, stops):
                    pass
            if stops is not None and data.draw(st.booleans(), label="killed"):
                store.close()
                store, book = book_on(path / "derived.db")
        closing.callback(store.close)
        # What was left in the middle is ended first.
        book.absorb(reader.after(store.progress(), 100))
        assert list(book.absorbed([], 1)) == []
        agrees(book, batches_of(reader))


@law
@given(journals(), st.data())
def test_condition_is_the_same_whatever_the_order_and_the_batches(
    records: list[Record], data: st.DataObject
) -> None:
    found = []
    for _ in range(2):
        batches = data.draw(st.permutations(records).flatmap(cut))
        with folder() as path:
            writer = JournalWriter(path / "journal.db")
            for batch in batches:
                writer.append(encode_messages([message_of(record) for record in batch]), 0)
            with JournalReader(path / "journal.db") as reader:
                store, book = book_on(path / "derived.db")
                book.absorb(reader.after(0, 100))
            state = book.assets[ASSET]
            found.append(condition_digest(assess(state.twin, state.policy, AS_OF)))
            writer.close()
            store.close()
    assert found[0] == found[1]
