import pytest

from simulators.limits import Core, KineticLimit, UnknownPolicy, read_limits, read_rules


def test_the_limits_are_read_as_the_file_states_them() -> None:
    frozen = next(one for one in read_limits("vaccine-2-8") if one.id == "frozen")
    assert (frozen.limit, frozen.side, frozen.delay_s) == (-0.5, "lower", 3600)
    assert frozen.returns_at == pytest.approx(-0.2)


def test_an_unknown_policy_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownPolicy, match="frozen-20"):
        read_limits("lava")


def test_the_rules_are_read_as_the_file_states_them() -> None:
    assert read_rules("wine").core == Core(21_600)
    assert read_rules("wine").boundary[0].of == "core"
    assert read_rules("vaccine-2-8").mean_kinetic_temperature == KineticLimit(8.0, 24, 8.0)
    assert read_rules("vaccine-2-8").core is None
    assert read_rules("fine-art").observation.ignore_first_s == 3600
    (in_transit,) = [one for one in read_limits("blood-red-cells") if one.phases == ("transit",)]
    assert in_transit.id == "transit-24-h"
