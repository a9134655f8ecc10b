import pytest

from gateway.sequences import Sequences, SequenceWindow

SERIES = ("d-1", "air", "temperature")


def taken(window: SequenceWindow, *readings: tuple[int, int]) -> list[bool]:
    return [window.take(seq, value) for seq, value in readings]


def test_each_counter_is_new_once() -> None:
    window = SequenceWindow(64)
    assert taken(window, (0, 5), (1, 5), (0, 5), (1, 5), (2, 5)) == [True, True, False, False, True]
    assert window.epoch == 0


def test_late_counter_that_was_never_seen_is_new() -> None:
    window = SequenceWindow(64)
    assert taken(window, (10, 1), (12, 3), (11, 2), (11, 2)) == [True, True, True, False]
    assert (window.epoch, window.highest) == (0, 12)


def test_counter_that_comes_again_with_another_value_has_restarted() -> None:
    window = SequenceWindow(64)
    assert taken(window, (0, 5), (1, 6), (0, 7), (1, 8), (1, 8)) == [True, True, True, True, False]
    assert (window.epoch, window.highest) == (1, 1)


def test_counter_further_back_than_any_message_in_flight_has_restarted() -> None:
    window = SequenceWindow(64)
    taken(window, *((seq, 5) for seq in range(100)))
    assert window.take(35, 5)
    assert (window.epoch, window.highest) == (1, 35)


def test_window_remembers_as_many_counters_as_it_is_wide() -> None:
    window = SequenceWindow(1024)
    taken(window, *((seq, seq % 7) for seq in range(5_000)))
    assert not any(window.take(seq, seq % 7) for seq in range(5_000 - 1024, 5_000))
    assert window.epoch == 0


def test_skipped_counters_are_not_taken_for_seen_ones() -> None:
    window = SequenceWindow(64)
    taken(window, *((seq, 5) for seq in range(64)))
    assert window.take(120, 5)
    assert window.take(100, 5)
    assert not window.take(63, 5)


def test_jump_beyond_the_whole_window_forgets_what_lies_behind() -> None:
    window = SequenceWindow(64)
    taken(window, *((seq, 5) for seq in range(64)))
    assert window.take(10_000, 5)
    assert all(window.take(seq, 5) for seq in range(9_937, 10_000))
    assert window.epoch == 0


@pytest.mark.parametrize("highest", [3, 63, 64, 500, 5_000])
def test_stored_window_goes_on_as_it_was(highest: int) -> None:
    window = SequenceWindow(1024)
    taken(window, *((seq, 5) for seq in range(highest + 1)))
    again = SequenceWindow.from_bytes(window.to_bytes(), 1024)
    assert (again.epoch, again.highest) == (window.epoch, highest)
    assert not again.take(highest, 5)
    assert again.take(highest + 1, 5)


def test_series_have_windows_of_their_own_and_tell_which_changed() -> None:
    sequences = Sequences({}, in_flight=100)
    other = ("d-2", "air", "temperature")
    assert sequences.take(SERIES, 0, 5)
    assert sequences.take(other, 0, 5)
    stored = sequences.take_changed()
    assert len(stored) == 2
    assert sequences.take_changed() == {}
    again = Sequences(stored, in_flight=100)
    assert not again.take(SERIES, 0, 5)
    assert again.take_changed() == {}


def test_window_is_as_wide_as_the_messages_in_flight() -> None:
    sequences = Sequences({}, in_flight=10_000)
    for seq in range(20_000):
        sequences.take(SERIES, seq, 5)
    assert not any(sequences.take(SERIES, seq, 5) for seq in range(10_000, 20_000))
