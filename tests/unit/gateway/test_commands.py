import pytest

from gateway.commands import parse_command, records_of
from gateway.errors import CommandRefused
from gateway.policies import digest_of, policy_of, read_policy_file
from gateway.settings import Settings
from gateway.store.entries import PolicyFiled
from gateway.store.quarantine_records import QuarantineSettled
from twins.inputs import Commissioned, PolicyAssigned, encode

NOW = 1_795_176_000_000_000
POLICY = read_policy_file(Settings().policy_folder / "vaccine-2-8.toml")
ADD: dict[str, object] = {"command": "asset.add", "asset": "a-1", "policy": POLICY}
BIND: dict[str, object] = {
    "command": "asset.bind",
    "asset": "a-1",
    "device": "d-1",
    "expected_interval_s": 60,
}
PASS: dict[str, object] = {
    "command": "custody",
    "asset": "a-1",
    "phase": "offered",
    "from_party": "maker",
    "to_party": "carrier",
    "nonce": "n",
}
DECIDE: dict[str, object] = {
    "command": "decision",
    "asset": "a-1",
    "outcome": "released",
    "by": "qa",
    "reason": "looked at",
}
DISCARD: dict[str, object] = {
    "command": "quarantine.discard",
    "position": 3 << 20 | 7,
    "by": "qa",
    "reason": "a test of the plug",
}
MILESTONE: dict[str, object] = {"command": "milestone", "asset": "a-1", "name": "start"}


def test_asset_comes_with_its_policy_filed_before_it_is_assigned() -> None:
    made, filed, assigned = records_of(parse_command(ADD), NOW, set())
    assert isinstance(made, Commissioned)
    assert isinstance(filed, PolicyFiled)
    assert isinstance(assigned, PolicyAssigned)
    assert assigned.policy_digest == digest_of(filed.document)
    assert policy_of(filed.document).id == "vaccine-2-8"


@pytest.mark.parametrize("command", [BIND, PASS, DECIDE, MILESTONE], ids=lambda one: one["command"])
def test_command_for_an_asset_that_is_not_there_is_refused(command: dict[str, object]) -> None:
    with pytest.raises(CommandRefused, match="unknown_asset"):
        records_of(parse_command(command), NOW, set())
    (record,) = records_of(parse_command(command), NOW, {"a-1"})
    assert not isinstance(record, PolicyFiled)
    assert encode(record)


def test_discarding_says_what_became_of_the_input_and_needs_no_asset() -> None:
    (record,) = records_of(parse_command(DISCARD), NOW, set())
    settled = QuarantineSettled(1, 3 << 20 | 7, "discarded", "a test of the plug", "qa", NOW)
    assert record == settled


LONG = "x" * 2_001
DEEP: dict[str, object] = {}
for _ in range(2_000):
    DEEP = {"id": DEEP}


@pytest.mark.parametrize(
    ("command", "change"),
    [
        (ADD, {"asset": "../etc"}),
        (ADD, {"asset": ""}),
        (ADD, {"owner": "0x12"}),
        (ADD, {"owner": "0x" + "0" * 40}),
        (ADD, {"holder": "a b"}),
        (ADD, {"title": LONG}),
        (ADD, {"title": "two\nlines"}),
        (ADD, {"title": "\u202egnp"}),
        (ADD, {"policy": {}}),
        (ADD, {"policy": POLICY | {"id": 2**60}}),
        (ADD, {"policy": POLICY | {"source": float("nan")}}),
        (ADD, {"policy": POLICY | {"source": "x" * 70_000}}),
        (ADD, {"policy": POLICY | {"source": "\ud800"}}),
        (ADD, {"policy": DEEP}),
        (ADD, {"observed_at_us": -1}),
        (ADD, {"observed_at_us": NOW + 86_400_000_000}),
        (ADD, {"observed_at_us": 2**70}),
        (BIND, {"device": "d/1"}),
        (BIND, {"expected_interval_s": 0}),
        (BIND, {"expected_interval_s": 2**62}),
        (PASS, {"nonce": ""}),
        (PASS, {"nonce": LONG}),
        (PASS, {"place": LONG}),
        (PASS, {"seal": "\0"}),
        (PASS, {"from_party": ""}),
        (PASS, {"observed_at_us": 2**53}),
        (DECIDE, {"by": "Jane Doe"}),
        (DECIDE, {"reason": ""}),
        (DECIDE, {"reason": LONG}),
        (MILESTONE, {"place": LONG}),
        (DISCARD, {"position": -1}),
        (DISCARD, {"position": 2**70}),
        (DISCARD, {"by": "Jane Doe"}),
        (DISCARD, {"by": ""}),
        (DISCARD, {"reason": ""}),
        (DISCARD, {"reason": LONG}),
        (DISCARD, {"reason": "two\nlines"}),
    ],
)
def test_command_that_breaks_a_rule_is_refused(
    command: dict[str, object], change: dict[str, object]
) -> None:
    with pytest.raises(CommandRefused):
        records_of(parse_command(command | change), NOW, set() if command is ADD else {"a-1"})


@pytest.mark.parametrize(
    "document",
    [{}, {"command": "x"}, {"command": 5}, ADD | {"asset": 5}, BIND | {"expected_interval_s": "1"}],
    ids=["nothing", "unknown", "no name", "wrong type", "text"],
)
def test_document_that_is_no_command_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(CommandRefused, match="malformed_command"):
        parse_command(document)
