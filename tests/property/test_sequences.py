"""A device that counts without a clock, over a connection that breaks, is counted exactly."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.sequences import SOON_S, SequenceWindow

IN_FLIGHT = 64
SOON_US = SOON_S * 1_000_000


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(-5, 5), max_size=40),  # values sent before the connection breaks
            st.integers(0, IN_FLIGHT),  # how many of the last are unacknowledged, and sent again
        ),
        max_size=12,
    )
)
def test_what_is_sent_again_after_a_broken_connection_is_counted_once(
    connections: list[tuple[list[int], int]],
) -> None:
    window = SequenceWindow()
    sent: list[tuple[int, int]] = []
    counted = 0
    for values, unacknowledged in connections:
        again = sent[max(0, len(sent) - unacknowledged) :] if unacknowledged else []
        new = [(len(sent) + place, value) for place, value in enumerate(values)]
        counted += sum(window.take(seq, value, 0) for seq, value in again + new)
        sent += new
    assert counted == len(sent)
    assert window.epoch == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=200), st.permutations(range(32)))
def test_order_within_the_window_does_not_matter(values: list[int], order: list[int]) -> None:
    window = SequenceWindow()
    readings = [(seq, value) for seq, value in enumerate(values[:32])]
    arrived = [readings[place] for place in order if place < len(readings)]
    assert all(window.take(seq, value, 0) for seq, value in arrived)
    assert not any(window.take(seq, value, 0) for seq, value in arrived)
