from twins.intervals import shared, united, whole


def test_intervals_are_united_where_they_touch_and_shared_where_both_last() -> None:
    assert united([(5, 9), (0, 5), (20, 30), (25, 26)]) == [(0, 9), (20, 30)]
    assert shared([(0, 10), (20, 30)], [(5, 25)]) == [(5, 10), (20, 25)]
    assert shared([(0, 10)], [(10, 20)]) == []


def test_interval_without_length_is_none() -> None:
    assert whole([(0, 5), (7, 7), (9, 10)]) == [(0, 5), (9, 10)]
