import pytest

from gateway.mqtt.ports import DeviceRights
from gateway.mqtt.rights import may_speak_for


@pytest.mark.parametrize(
    ("device", "of_topic", "may"),
    [
        ("tag-7", None, True),
        ("tag-70", None, False),
        ("gw1:", None, True),
        ("gw1:probe:2", None, True),
        ("gw12", None, False),
        ("Tag-7", None, False),
        ("other", "other", False),
    ],
)
def test_name_covers_itself_and_a_star_whatever_follows(
    device: str, of_topic: str | None, *, may: bool
) -> None:
    assert may_speak_for(DeviceRights(("tag-7", "gw1:*")), device, of_topic) is may


@pytest.mark.parametrize(
    ("device", "of_topic", "may"),
    [("a", "a", True), ("a", "b", False), ("a", None, False), ("own", "b", True)],
)
def test_right_by_topic_covers_the_topics_device_and_no_other(
    device: str, of_topic: str | None, *, may: bool
) -> None:
    assert may_speak_for(DeviceRights(("own",), by_topic=True), device, of_topic) is may
