import pytest

from simulators.limits import UnknownPolicy, read_limits


def test_the_limits_are_read_as_the_file_states_them() -> None:
    frozen = next(one for one in read_limits("vaccine-2-8") if one.id == "frozen")
    assert (frozen.limit, frozen.side, frozen.delay_s) == (-0.5, "lower", 3600)
    assert frozen.returns_at == pytest.approx(-0.2)


def test_an_unknown_policy_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownPolicy, match="frozen-20"):
        read_limits("lava")
