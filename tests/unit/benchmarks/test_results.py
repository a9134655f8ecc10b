import pytest

from benchmarks.ingest import FIGURES, RATIOS
from benchmarks.results import figures_of, ratios_of

ROUNDS = [
    {"durable_per_s": 100.0, "unstored_per_s": 200.0},
    {"durable_per_s": 300.0, "unstored_per_s": 400.0},
    {"durable_per_s": 110.0, "unstored_per_s": 1_000.0},
]


def test_figure_is_the_median_of_its_rounds() -> None:
    assert figures_of(ROUNDS) == {"durable_per_s": 110.0, "unstored_per_s": 400.0}


def test_ratio_is_the_median_of_the_quotients_of_each_round_not_the_quotient_of_medians() -> None:
    # 0.5, 0.75 and 0.11; the medians 110 and 400 would give 0.275.
    found = ratios_of(ROUNDS, {"ratio": ("durable_per_s", "unstored_per_s")})
    assert found == {"ratio": 0.5}


def test_ratio_is_null_where_a_part_of_it_was_not_measured() -> None:
    assert ratios_of(ROUNDS, {"ratio": ("durable_per_s", "paho_per_s")}) == {"ratio": None}


@pytest.mark.parametrize("value", [1234567.0, 0.00123456])
def test_figure_has_four_significant_digits(value: float) -> None:
    (rounded,) = figures_of([{"figure": value}]).values()
    assert rounded == pytest.approx(value, rel=5e-4)
    assert rounded != value


def test_names_that_scripts_rely_on_are_there() -> None:
    assert set(FIGURES) == {"durable_per_s", "sustained_per_s", "puback_p50_ms", "puback_p99_ms"}
    assert set(RATIOS) == {
        "durable_to_unstored",
        "durable_to_frame_counter",
        "broker_to_mosquitto_sub",
        "durable_to_paho",
        "durable_to_aiomqtt",
        "puback_p99_to_fdatasync_p99",
    }
