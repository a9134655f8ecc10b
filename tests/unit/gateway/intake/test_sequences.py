import pytest
from msgspec.structs import replace

from gateway.intake import sequences
from gateway.intake.sequences import SOON_S, WIDTH, Sequences, SequenceWindow
from tests.unit.twins.samples import read
from twins.readings import Reading

SECOND_US = 1_000_000
LATER = (SOON_S + 1) * SECOND_US


def taken(window: SequenceWindow, *readings: tuple[int, int], at: int = 0) -> list[bool]:
    return [window.take(seq, value, at) for seq, value in readings]


def reading(device: str = "d-1") -> Reading:
    return replace(read(1, 5_000), device=device)


def test_each_counter_is_new_once() -> None:
    window = SequenceWindow()
    assert taken(window, (0, 5), (1, 5), (0, 5), (1, 5), (2, 5)) == [True, True, False, False, True]
    assert window.epoch == 0


def test_late_counter_that_was_never_seen_is_new() -> None:
    window = SequenceWindow()
    assert taken(window, (10, 1), (12, 3), (11, 2), (11, 2)) == [True, True, True, False]
    assert (window.epoch, window.highest) == (0, 12)


def test_counter_that_comes_again_with_another_value_has_restarted() -> None:
    window = SequenceWindow()
    assert taken(window, (0, 5), (1, 6), (0, 7), (1, 8), (1, 8)) == [True, True, True, True, False]
    assert (window.epoch, window.highest) == (1, 1)


def test_counter_further_back_than_what_is_remembered_has_restarted() -> None:
    window = SequenceWindow()
    taken(window, *((seq, 5) for seq in range(WIDTH + 100)))
    assert window.take(99, 5, 0)
    assert (window.epoch, window.highest) == (1, 99)


def test_low_counter_that_comes_again_much_later_has_restarted() -> None:
    # A device that counts from 1 at every wake, its value unchanged.
    window = SequenceWindow()
    for wake in range(5):
        assert taken(window, (1, 5), (2, 5), at=wake * LATER) == [True, True]
    assert window.epoch == 4


def test_counter_of_one_byte_that_wraps_loses_nothing() -> None:
    window = SequenceWindow()
    assert all(window.take(count % 256, 0, count * SECOND_US) for count in range(1024))
    assert window.epoch == 3


def test_high_counter_that_comes_again_is_a_repetition_however_late() -> None:
    window = SequenceWindow()
    taken(window, *((seq, 5) for seq in range(WIDTH + 50)))
    assert taken(window, (WIDTH + 49, 5), (WIDTH + 10, 5), at=100 * LATER) == [False, False]
    assert window.epoch == 0


def test_window_remembers_its_newest_counters() -> None:
    window = SequenceWindow()
    taken(window, *((seq, seq % 7) for seq in range(5_000)))
    assert not any(window.take(seq, seq % 7, 0) for seq in range(5_000 - WIDTH, 5_000))
    assert window.epoch == 0


def test_skipped_counters_are_not_taken_for_seen_ones() -> None:
    window = SequenceWindow()
    taken(window, *((seq, 5) for seq in range(WIDTH)))
    assert taken(window, (WIDTH + 56, 5), (WIDTH + 36, 5), (WIDTH - 1, 5)) == [True, True, False]


def test_jump_beyond_the_whole_window_forgets_what_lies_behind() -> None:
    window = SequenceWindow()
    taken(window, *((seq, 5) for seq in range(64)))
    assert window.take(10_000, 5, 0)
    assert all(window.take(seq, 5, 0) for seq in range(10_001 - WIDTH, 10_000))
    assert window.epoch == 0


@pytest.mark.parametrize("highest", [3, 63, WIDTH, 5_000])
def test_stored_window_goes_on_as_it_was(highest: int) -> None:
    window = SequenceWindow()
    taken(window, *((seq, 5) for seq in range(highest + 1)))
    again = SequenceWindow.from_bytes(window.to_bytes())
    assert (again.epoch, again.highest) == (window.epoch, highest)
    assert taken(again, (highest, 5), (highest + 1, 5)) == [False, True]


def test_series_have_windows_of_their_own_and_tell_which_changed() -> None:
    known = Sequences({})
    assert known.take(reading(), 0, 0)
    assert known.take(reading("d-2"), 0, 0)
    stored = known.take_changed()
    assert len(stored) == 2
    assert known.take_changed() == {}
    again = Sequences({name: data for name, data in stored.items() if data})
    assert not again.take(reading(), 0, 0)
    assert again.take_changed() == {}


def test_series_that_was_silent_longest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "MOST_SERIES", 2)
    known = Sequences({})
    for device in ("d-1", "d-2", "d-1", "d-3"):
        known.take(reading(device), 0, 0)
    stored = known.take_changed()
    assert [name for name, data in stored.items() if data is None] == [
        "d-2\ttemperature\ttemperature"
    ] or [name.split("\t")[0] for name, data in stored.items() if data is None] == ["d-2"]
    assert not known.take(reading("d-1"), 0, 0)
    assert known.take(reading("d-2"), 0, 0)
