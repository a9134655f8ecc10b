import pytest

from gateway.commands import parse_command, records_of
from gateway.errors import CommandRefused
from gateway.policies import digest_of, policy_of, read_policy_file
from gateway.settings import Settings
from gateway.store.entries import PolicyFiled
from gateway.store.quarantine_records import QuarantineSettled
from twins.identity.asset_names import AssetNames
from twins.inputs import (
    Binding,
    CalibratedBinding,
    Commissioned,
    Decision,
    Handover,
    Milestone,
    PolicyAssigned,
    encode,
    statement_of,
)

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
A_1 = AssetNames(["a-1"])
# One pallet in five spellings; the check digit by hand, General Specifications section 7.9.
URN = "urn:epc:id:sscc:0614141.1234567890"
SPELLINGS = (
    URN,
    "urn:epc:id:sscc:061414.11234567890",
    "gs1:00:106141412345678908",
    "(00)106141412345678908",
    "https://example.com/pallets/00/106141412345678908?s=1",
)


def test_asset_comes_with_its_policy_filed_before_it_is_assigned() -> None:
    made, filed, assigned = records_of(parse_command(ADD), NOW, AssetNames())
    assert isinstance(made, Commissioned)
    assert isinstance(filed, PolicyFiled)
    assert isinstance(assigned, PolicyAssigned)
    assert assigned.policy_digest == digest_of(filed.document)
    assert policy_of(filed.document).id == "vaccine-2-8"


@pytest.mark.parametrize("command", [BIND, PASS, DECIDE, MILESTONE], ids=lambda one: one["command"])
def test_command_for_an_asset_that_is_not_there_is_refused(command: dict[str, object]) -> None:
    with pytest.raises(CommandRefused, match="unknown_asset"):
        records_of(parse_command(command), NOW, AssetNames())
    (record,) = records_of(parse_command(command), NOW, A_1)
    assert not isinstance(record, PolicyFiled)
    assert encode(record)


def test_binding_says_when_its_device_was_calibrated_only_where_that_was_stated() -> None:
    (plain,) = records_of(parse_command(BIND), NOW, A_1)
    assert type(plain) is Binding
    # A day's date begins up to a day ahead of UTC.
    for moment in (0, NOW - 1, NOW + 86_400_000_000):
        command = parse_command(BIND | {"calibrated_at_us": moment})
        (stated,) = records_of(command, NOW, A_1)
        assert isinstance(stated, CalibratedBinding)
        assert stated.calibrated_at == moment
        assert (stated.device, stated.expected_interval) == ("d-1", 60_000_000)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("kept", SPELLINGS[:3])
def test_asset_whose_key_is_there_in_any_spelling_is_refused_and_named(
    kept: str, spelling: str
) -> None:
    with pytest.raises(CommandRefused, match="asset_exists") as refused:
        records_of(parse_command(ADD | {"asset": spelling}), NOW, AssetNames([kept]))
    assert kept in refused.value.reason


def test_new_asset_by_a_link_or_elements_gets_its_canonical_id_and_by_a_urn_that() -> None:
    for spelling, kept in zip(SPELLINGS, (*SPELLINGS[:3], SPELLINGS[2], SPELLINGS[2]), strict=True):
        made, _, assigned = records_of(
            parse_command(ADD | {"asset": spelling}), NOW, AssetNames(["a-1"])
        )
        assert isinstance(made, Commissioned)
        assert isinstance(assigned, PolicyAssigned)
        assert (made.asset, made.title, assigned.asset) == (kept, kept, kept)


@pytest.mark.parametrize(
    "wrong",
    [
        "(00)106141412345678907",
        "gs1:00:106141412345678907",
        "https://id.gs1.org/00/106141412345678907",
    ],
)
def test_new_asset_with_a_wrong_check_digit_is_refused_with_the_right_one(wrong: str) -> None:
    with pytest.raises(CommandRefused, match="check digit 8 expected, not 7"):
        records_of(parse_command(ADD | {"asset": wrong}), NOW, AssetNames())


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("command", [BIND, PASS, DECIDE, MILESTONE], ids=lambda one: one["command"])
def test_record_names_the_asset_as_it_is_kept_however_the_command_spells_it(
    command: dict[str, object], spelling: str
) -> None:
    names = AssetNames(["a-1", URN])
    (record,) = records_of(parse_command(command | {"asset": spelling}), NOW, names)
    if isinstance(record, Handover):
        assert statement_of(record).asset == URN
    else:
        assert isinstance(record, Binding | Decision | Milestone)
        assert record.asset == URN


def test_signed_statement_that_names_another_spelling_is_refused_with_the_id_to_sign() -> None:
    signed = {"signer": "0x" + "ab" * 20, "signature": "0x" + "01" * 65, "observed_at_us": NOW}
    command = parse_command(PASS | signed | {"asset": SPELLINGS[2]})
    with pytest.raises(CommandRefused, match=f"bad_signature.* {URN}"):
        records_of(command, NOW, AssetNames([URN]))


def test_discarding_says_what_became_of_the_input_and_needs_no_asset() -> None:
    (record,) = records_of(parse_command(DISCARD), NOW, AssetNames())
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
        (BIND, {"calibrated_at_us": -1}),
        (BIND, {"calibrated_at_us": NOW + 2 * 86_400_000_000}),
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
        records_of(parse_command(command | change), NOW, AssetNames() if command is ADD else A_1)


@pytest.mark.parametrize(
    "document",
    [{}, {"command": "x"}, {"command": 5}, ADD | {"asset": 5}, BIND | {"expected_interval_s": "1"}],
    ids=["nothing", "unknown", "no name", "wrong type", "text"],
)
def test_document_that_is_no_command_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(CommandRefused, match="malformed_command"):
        parse_command(document)
