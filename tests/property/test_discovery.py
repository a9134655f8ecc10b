"""Laws of discovery: no message brings it down, and what it shows can be shown and adopted."""

import tomllib

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.codecs.registry import InvalidCodecOption
from gateway.codecs.route import Route, RoutingTable
from gateway.devices.configuring import configured
from gateway.devices.discovery import Heard, previewed, unread_devices
from gateway.devices.in_force import kept_devices
from gateway.devices.names import addressed
from gateway.errors import CommandRefused
from gateway.mqtt.topics import check_topic_filter, matches
from gateway.web.device_documents import unread_document
from tests.property.test_recognition import RECEIVED_AT, payloads, topics

topics_heard = st.dictionaries(topics, st.lists(payloads, max_size=3), max_size=4)
answers = st.sampled_from(
    ["", "temperature", "°C", "ignore", "1", "UTC", "tele", "{device}", "a b"]
)


def heard_of(messages: dict[str, list[bytes]]) -> tuple[Heard, ...]:
    return tuple(
        Heard(
            topic,
            "c",
            len(some),
            RECEIVED_AT,
            RECEIVED_AT + len(some),
            tuple((RECEIVED_AT + place, payload) for place, payload in enumerate(some)),
            1,
        )
        for topic, some in messages.items()
    )


@given(messages=topics_heard)
def test_every_device_can_be_shown(messages: dict[str, list[bytes]]) -> None:
    found = unread_devices(heard_of(messages))
    assert len({one.name for one in found}) == len(found)
    for one in found:
        document = msgspec.json.decode(msgspec.json.encode(unread_document(one)))
        for guess in document["formats"]:
            (source,) = tomllib.loads(guess["source"])["source"]
            assert source["filter"] == guess["filter_of_all"]


@given(messages=topics_heard)
def test_every_device_can_be_shown_whatever_reads_its_topics_by_now(
    messages: dict[str, list[bytes]],
) -> None:
    for codec in ("tasmota", "zigbee2mqtt", "senml", "shelly_gen2", "sparkplug_b"):
        found = kept_devices(heard_of(messages), RoutingTable([Route(filter="#", codec=codec)]))
        assert len({one.name for one in found}) == len(found)
        for one in found:
            msgspec.json.encode(unread_document(one))
            assert addressed(found, one.name) is one
            assert all(each.readings for each in one.candidates if each.is_in_force)


@given(messages=topics_heard)
def test_every_candidate_reads_a_topic_of_its_device(messages: dict[str, list[bytes]]) -> None:
    for one in unread_devices(heard_of(messages)):
        for candidate in one.candidates:
            check_topic_filter(candidate.own_filter)
            assert any(matches(candidate.own_filter, each.topic) for each in one.heard)
            assert all(reading.device == one.device for reading in candidate.readings)


@given(messages=topics_heard, data=st.data())
def test_any_answer_is_taken_or_refused_in_words(
    messages: dict[str, list[bytes]], data: st.DataObject
) -> None:
    for one in unread_devices(heard_of(messages)):
        for candidate in one.candidates:
            said = {need: data.draw(answers) for need in candidate.guess.needs}
            try:
                complete = configured(
                    candidate.codec, candidate.guess, one.messages_in_order(), said
                )
                check_topic_filter(complete.filter)
                previewed(complete, one.heard)
            except (CommandRefused, InvalidCodecOption):
                # Both say which answer cannot be one.
                continue
