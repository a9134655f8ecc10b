"""Readings that come in any order, again, and over restarts are stored as a set would hold them."""

import tempfile
from itertools import groupby
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.store.reading_chunks import EARLIEST
from gateway.store.reading_store import ChunkLimits
from tests.property.arrivals import EXAMPLES, law
from tests.unit.gateway.store.shelf import Shelf
from tests.unit.twins.samples import at
from twins.bindings import FOREVER
from twins.readings import Reading

DEVICES = ("d1", "d2", "d3")

readings = st.builds(
    lambda device, second, value, seq, quality, signature: Reading(
        1, device, "air", "temperature", value, at(second), 1, seq, quality, signature
    ),
    st.sampled_from(DEVICES),
    st.integers(-3, 25),
    st.integers(0, 2),
    st.sampled_from([None, None, 0, 1]),
    st.sampled_from([0, 0, 4]),
    st.sampled_from([None, None, None, b"", b"signed"]),
)
slices = st.lists(readings, max_size=12)
limits = st.builds(
    ChunkLimits,
    st.sampled_from([1, 2, 5]),
    st.sampled_from([2, 8, 30]),
    st.sampled_from([1, 3, 50]),
    st.sampled_from([1, 2]),
)


@settings(law, max_examples=EXAMPLES)
@given(st.lists(slices, max_size=25), limits, st.data())
def test_store_holds_each_reading_once_with_its_first_place(
    came: list[list[Reading]], limits: ChunkLimits, data: st.DataObject
) -> None:
    first: dict[Reading, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder), limits)
        place = 0
        for some in came:
            placed = [(one, b"", place + index) for index, one in enumerate(some)]
            place += len(some)
            in_series = sorted(placed, key=lambda one: one[0].device)
            fails = data.draw(st.integers(0, 5)) == 0
            try:
                with shelf.store.transaction():
                    shelf.store.readings.add(
                        {
                            (device, "air", "temperature"): list(group)
                            for device, group in groupby(in_series, lambda one: one[0].device)
                        }
                    )
                    if fails:
                        raise InterruptedError  # noqa: TRY301 - the failure of a slice
            except InterruptedError:
                continue
            for one, _, position in placed:
                first.setdefault(one, position)
            if data.draw(st.integers(0, 4)) == 0:
                shelf.reopen()
        start, end = sorted([data.draw(st.integers(-4, 26)), data.draw(st.integers(-4, 26))])
        store = shelf.store.readings
        for device in DEVICES:
            own = {one: position for one, position in first.items() if one.device == device}
            assert dict(map(reversed, store.between(device, EARLIEST, FOREVER))) == own  # type: ignore[arg-type]
            within = {one for one in own if at(start) <= one.observed_at < at(end)}
            assert {one for _, one in store.between(device, at(start), at(end))} == within
            later = sum(one.observed_at >= at(start) for one in own)
            assert store.count_since(device, at(start)) == later
            spans = [(device, at(start), at(end))]
            moments = sorted(one.observed_at for one in within)
            part_end = store.end_of_part(spans, at(start), 3)
            expected = moments[3] if len(moments) > 3 else FOREVER
            assert part_end == max(expected, at(start) + 1)
        assert [one.device for one in store.devices(lambda _: True)] == sorted(
            {one.device for one in first}
        )
        shelf.store.close()
