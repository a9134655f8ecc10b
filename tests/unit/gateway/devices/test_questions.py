from gateway.codecs.units import UNITS
from gateway.devices.questions import questions

LEVEL = "level of the topic that names the device"


def test_every_need_is_asked_in_words_with_what_may_be_answered() -> None:
    needs = (
        "zone",
        LEVEL,
        "quantity of t",
        "unit of t",
        "unit",
        "decoder of device d",
        "id of the device g/n",
    )
    asked = questions(needs, "site/truck-7/air")
    assert [one.need for one in asked] == list(needs)
    assert all(one.text.endswith("?") for one in asked)
    by_need = {one.need: one for one in asked}
    assert by_need[LEVEL].choices == ("site", "truck-7", "air")
    assert set(by_need["quantity of t"].choices) == {*UNITS, "ignore"}
    assert {"°C", "hPa", "%"} <= set(by_need["unit of t"].choices)
    assert "milesight_em300_th" in by_need["decoder of device d"].choices
    assert by_need["zone"].is_free
    assert not by_need["quantity of t"].is_free


def test_scale_is_asked_beside_the_unit_and_need_not_be_answered() -> None:
    unit, scale = questions(("unit of t",), "site/truck-7", "mapping")
    assert (unit.need, unit.is_optional) == ("unit of t", False)
    assert (scale.need, scale.is_optional, scale.choices) == ("scale of t", True, ())
    # The Things Stack's fields have no scale.
    assert len(questions(("unit of t",), "v3/a/devices/d/up", "things_stack_v3")) == 1
