import pytest

from gateway.web.extremes import together_words


@pytest.mark.parametrize(
    ("quantity", "sensors"),
    [
        ("temperature", 1),
        # Of two the worse is judged, and one of them read it.
        ("temperature", 2),
        # One sensor of light is enough, and every shock counts, whoever reads it.
        ("illuminance", 3),
        ("contact", 3),
        ("acceleration", 3),
    ],
)
def test_value_that_one_sensor_read_stands_for_itself(quantity: str, sensors: int) -> None:
    assert together_words(quantity, sensors) == ""


def test_middle_of_three_is_told_as_such() -> None:
    said = " (the middle of 4 sensors: one alone may have read farther out)"
    assert together_words("humidity", 4) == said
