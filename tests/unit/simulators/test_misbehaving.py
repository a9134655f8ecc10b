import json

import pytest

from simulators.misbehaving import misbehaving_device

NOW = 1_795_168_800_000_000


def test_every_message_is_one_expected_quarantine_and_sent_before_now() -> None:
    device = misbehaving_device(1, NOW)
    assert device.expected_quarantined == len(device.messages) == 15
    assert all(message.send_at < NOW and message.device == device.id for message in device.messages)


def test_the_five_mistakes_are_the_five_that_were_meant() -> None:
    truncated, no_unit, nan, ahead, unknown = (
        message.payload for message in misbehaving_device(4, NOW, rounds=1).messages
    )
    with pytest.raises(json.JSONDecodeError):
        json.loads(truncated)
    assert "unit" not in json.loads(no_unit)
    assert b'"value":NaN' in nan
    assert json.loads(ahead)["observed_at_us"] - NOW == 86_400_000_000
    assert json.loads(unknown)["quantity"] == "happiness"


def test_it_repeats_with_its_seed() -> None:
    assert misbehaving_device(1, NOW) == misbehaving_device(1, NOW)
