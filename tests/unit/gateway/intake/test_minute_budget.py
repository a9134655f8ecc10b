from gateway.intake.minute_budget import MinuteBudget

MINUTE_US = 60_000_000


def test_each_minute_has_its_own_amount() -> None:
    budget = MinuteBudget(10)
    assert [budget.has_room_for(4, 0) for _ in range(3)] == [True, True, False]
    assert budget.has_room_for(2, MINUTE_US - 1)
    assert not budget.has_room_for(1, MINUTE_US - 1)
    assert budget.has_room_for(10, MINUTE_US)


def test_more_than_a_minute_has_never_fits() -> None:
    assert not MinuteBudget(10).has_room_for(11, 0)
