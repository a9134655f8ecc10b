import pytest

from gateway.codecs.decimals import epoch_seconds, total
from gateway.codecs.refusals import InvalidTime, NotANumber


@pytest.mark.parametrize(
    ("seconds", "microseconds"),
    [
        ((0,), 0),
        ((1276020076.001, -5), 1276020071001000),
        # 1 as its last step: a double of this size steps by 0.24 microseconds.
        ((1631266595.430001,), 1631266595430001),
        ((1320078429.0, 0.1), 1320078429100000),
        ((1.0000019,), 1000001),
        ((-0.0000001,), -1),
    ],
)
def test_seconds_add_up_as_they_are_written(seconds: tuple[object, ...], microseconds: int) -> None:
    assert epoch_seconds(*seconds) == microseconds


@pytest.mark.parametrize(
    "seconds", [("1",), (None,), (True,), (float("nan"),), (float("inf"), float("-inf")), (1e300,)]
)
def test_seconds_that_name_no_moment_are_refused(seconds: tuple[object, ...]) -> None:
    with pytest.raises(InvalidTime):
        epoch_seconds(*seconds)


def test_milliseconds_sent_as_seconds_are_refused_with_a_hint() -> None:
    with pytest.raises(InvalidTime, match="check the unit"):
        epoch_seconds(1_769_860_800_000)


def test_sum_of_values_has_no_error_of_doubles() -> None:
    assert 0.1 + 0.2 != 0.3
    assert float(total(0.1, 0.2)) == 0.3
    assert total(10**299, 1e-300) == 10**299


@pytest.mark.parametrize("value", ["1", None, True, float("inf"), float("nan"), []])
def test_what_is_no_finite_number_does_not_add_up(value: object) -> None:
    with pytest.raises(NotANumber):
        total(1, value)
