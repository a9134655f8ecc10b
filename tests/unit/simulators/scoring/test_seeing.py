from simulators.scoring.seeing import MINUTE, seen


def minutes(flags: list[bool]) -> list[int]:
    return [minute for minute, flag in enumerate(flags) if flag]


def test_a_reading_speaks_until_the_next_one_and_at_most_for_its_hold() -> None:
    looked = seen([[0, 2 * MINUTE]], 3 * MINUTE, 8)
    assert minutes(looked.maybe) == minutes(looked.surely) == [0, 1, 2, 3, 4]
    assert looked.since == [0, 0, 2, 2, 2, 5, 6, 7]
    assert looked.short == frozenset()


def test_a_minute_that_is_seen_in_part_is_seen_maybe() -> None:
    looked = seen([[MINUTE // 2]], 2 * MINUTE, 5)
    assert minutes(looked.maybe) == [0, 1, 2]
    assert minutes(looked.surely) == [1]
    assert looked.short == {0, 2}


def test_of_two_sensors_one_is_enough_and_of_three_all_are_needed() -> None:
    short, long = [0], [0, 3 * MINUTE]
    assert minutes(seen([short, long], 3 * MINUTE, 8).surely) == [0, 1, 2, 3, 4, 5]
    assert minutes(seen([short, long, long], 3 * MINUTE, 8).surely) == [0, 1, 2]


def test_a_reading_that_may_come_late_moves_both_ends() -> None:
    looked = seen([[MINUTE]], 2 * MINUTE, 6, late=1)
    assert minutes(looked.maybe) == [1, 2, 3]
    assert minutes(looked.surely) == [2]


def test_the_oldest_reading_that_may_speak_is_that_of_any_sensor() -> None:
    looked = seen([[0, 4 * MINUTE], [2 * MINUTE]], 4 * MINUTE, 6)
    assert looked.since == [0, 0, 0, 0, 2, 2]
