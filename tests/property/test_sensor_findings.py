"""Logs of stretches of time that follow each other."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.sensors.findings import FindingKind, FindingLog, Subject, joined_logs

FOUND = st.lists(st.tuples(st.sampled_from(FindingKind), st.integers(0, 10**9)), max_size=30)


SUBJECT = Subject("d", "s", "humidity")


def log_of(found: list[tuple[FindingKind, int]]) -> FindingLog:
    log = FindingLog()
    for kind, at in found:
        if kind is FindingKind.GAP:
            log.count(kind, 1)
        else:
            log.add(SUBJECT.found(kind, at, at, ((at, 1),), "found"))
    return log


@law
@given(FOUND, FOUND)
def test_logs_of_two_stretches_are_the_log_of_both(
    one: list[tuple[FindingKind, int]], other: list[tuple[FindingKind, int]]
) -> None:
    both = joined_logs(log_of(one), log_of(other))
    assert msgspec.msgpack.encode(both) == msgspec.msgpack.encode(log_of([*one, *other]))
