import pytest

from gateway.mqtt.subscriber import reconnect_delay_s


@pytest.mark.parametrize(
    ("attempt", "jitter", "delay_s"),
    [(0, 0.0, 0.25), (0, 0.5, 0.375), (1, 0.0, 0.5), (3, 0.0, 2.0), (9, 0.0, 30.0), (10**6, 0, 30)],
)
def test_reconnect_delay_doubles_up_to_its_bound(
    attempt: int, jitter: float, delay_s: float
) -> None:
    assert reconnect_delay_s(attempt, 0.5, 60.0, jitter) == delay_s
