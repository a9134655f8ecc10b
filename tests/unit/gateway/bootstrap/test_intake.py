import random

from gateway.bootstrap import subscriber_settings
from gateway.bootstrap.intake import broker_problems
from gateway.mqtt.subscriber import Subscriber
from gateway.settings import Settings
from tests.unit.gateway.mqtt.memory_sink import MemorySink

SETTINGS = Settings.model_validate({"subscriber": [{"url": "mqtt://user:secret@broker.example"}]})


class Connected(Subscriber):
    """A subscriber whose broker answered without a network."""

    granted_not: tuple[str, ...] = ()

    @property
    def refused_filters(self) -> tuple[str, ...]:
        return self.granted_not


def subscriber() -> Connected:
    settings = subscriber_settings(SETTINGS.subscriber[0])
    return Connected(
        settings,
        MemorySink(),
        forget=lambda: None,
        clock_us=lambda: 0,
        jitter=random.random,
    )


def test_broker_that_is_away_is_named_once_and_without_its_password() -> None:
    one = subscriber()
    assert broker_problems(SETTINGS, [one]) == ["broker broker.example:1883: not yet connected"]
    one.problem = "broker broker.example:1883: refused"
    assert broker_problems(SETTINGS, [one]) == ["broker broker.example:1883: refused"]


def test_broker_that_refuses_a_topic_filter_is_a_problem_and_one_that_grants_all_is_none() -> None:
    one = subscriber()
    one.problem = None
    assert broker_problems(SETTINGS, [one]) == []
    one.granted_not = ("a/#", "b")
    assert broker_problems(SETTINGS, [one]) == [
        "broker broker.example:1883: it refuses the topic filters a/#, b"
    ]
