import pytest

from gateway.codecs.registry import FORMATS, InvalidCodecOption, UnknownCodec, codec_named

NEEDED = {
    "mapping": {
        "topic": "x/{device}",
        "fields": [{"path": "t", "quantity": "temperature", "unit": "K"}],
    }
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_makes_a_codec_of_its_name(name: str) -> None:
    assert codec_named(name, NEEDED.get(name)).name == name


def test_unknown_format_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownCodec, match=r"cargotwin, .*mapping, .*tasmota"):
        codec_named("tasmotta")


@pytest.mark.parametrize(
    ("name", "options", "key"),
    [
        ("cargotwin", {"zone": "UTC"}, "zone"),
        ("cargotwin", {"future_tolerance_seconds": -1}, "future_tolerance_seconds"),
        ("tasmota", {"naive_time": "guess"}, "naive_time"),
        ("tasmota", {"zone": "Mars/Olympus"}, "zone"),
        ("tasmota", {"topic": "tele/SENSOR"}, "topic"),
        ("zigbee2mqtt", {"base_topic": ""}, "base_topic"),
        ("things_stack_v3", {"fields": {"t": {"quantity": "temperature"}}}, "fields.t.unit"),
    ],
)
def test_wrong_option_is_named(name: str, options: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidCodecOption) as caught:
        codec_named(name, options)
    assert caught.value.key == key
