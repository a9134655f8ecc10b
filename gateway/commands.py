"""What people and programs may ask for, and the records that each command becomes.

A command is journalled like a device's message: there is one door, and what is in the journal is
folded for ever; so every text and every number is checked here, and an asset is named by the one
id under which it is kept. This module is pure; it knows only which assets exist already.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
import rfc8785

from gateway.access.handover_signatures import (
    InvalidSigner,
    signature_of_text,
    signer_of_text,
    statement_bytes,
)
from gateway.errors import CommandRefused
from gateway.plans import plan_document
from gateway.policies import digest_of
from gateway.store.entries import PolicyFiled
from gateway.store.quarantine_records import QuarantineSettled
from twins.errors import CargotwinError
from twins.identity.asset_names import AssetNames
from twins.identity.identifiers import (
    AssetId,
    asset_id,
    device_id,
    entered_id,
    party_id,
    stated_key,
)
from twins.inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Commissioned,
    Decision,
    DecisionOutcome,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Input,
    Milestone,
    MilestoneName,
    Packing,
    Plan,
    PolicyAssigned,
)
from twins.policy.condition_policy import parse_policy
from twins.readings import MICROSECONDS

FUTURE_TOLERANCE_US = 300 * MICROSECONDS
"""How far the clock of whoever enters a command may run ahead of the gateway's."""
MOST_COMMANDS = 64
"""Of one `many`: intake's loop does nothing else while they are begun."""
MOST_LESSONS = 500
"""Messages that one source is taught by: they are read again while intake's loop waits."""
LONGEST_TEXT = 200
LONGEST_REASON = 2_000
LONGEST_INTERVAL_S = 366 * 86_400
LARGEST_POLICY_BYTES = 65_536
LAST_POSITION = 2**62
_DAY_US = 86_400 * MICROSECONDS
MOST_CHILDREN = 1_000
"""Of one command: it is journalled whole, and intake's loop waits meanwhile."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_Children = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST_CHILDREN)]


class AddAsset(msgspec.Struct, frozen=True, tag="asset.add", tag_field="command"):
    """A new asset under a policy; `policy` is the parsed TOML of the policy file."""

    asset: str
    policy: dict[str, Any]
    owner: str = ""
    holder: str = "unassigned"
    title: str = ""
    observed_at_us: int | None = None


class BindDevice(msgspec.Struct, frozen=True, tag="asset.bind", tag_field="command"):
    """A device travels with an asset from a moment on; when it was calibrated, if that is known."""

    asset: str
    device: str
    expected_interval_s: int
    observed_at_us: int | None = None
    calibrated_at_us: int | None = None


class UnbindDevice(msgspec.Struct, frozen=True, tag="asset.unbind", tag_field="command"):
    """A device no longer travels with an asset."""

    asset: str
    device: str
    observed_at_us: int | None = None


class PackAssets(msgspec.Struct, frozen=True, tag="asset.pack", tag_field="command"):
    """Assets stand in another, `asset`, from a moment on."""

    asset: str
    children: _Children
    observed_at_us: int | None = None


class UnpackAssets(msgspec.Struct, frozen=True, tag="asset.unpack", tag_field="command"):
    """Assets no longer stand in another, `asset`."""

    asset: str
    children: _Children
    observed_at_us: int | None = None


class PlanRoute(msgspec.Struct, frozen=True, tag="asset.plan", tag_field="command"):
    """Where a shipment is to go from a moment on; `plan` is the parsed file of the plan."""

    asset: str
    plan: dict[str, Any]
    observed_at_us: int | None = None


class AssignPolicy(msgspec.Struct, frozen=True, tag="policy.assign", tag_field="command"):
    """Another policy judges the asset."""

    asset: str
    policy: dict[str, Any]
    observed_at_us: int | None = None


class ReachMilestone(msgspec.Struct, frozen=True, tag="milestone", tag_field="command"):
    """A shipment reached a milestone."""

    asset: str
    name: MilestoneName
    place: str = ""
    observed_at_us: int | None = None


class PassCustody(msgspec.Struct, frozen=True, tag="custody", tag_field="command"):
    """A party states something about possession.

    What is signed is the statement with its time: with a signature `observed_at_us` is required.
    """

    asset: str
    phase: HandoverPhase
    from_party: str
    to_party: str
    nonce: str
    place: str = ""
    seal: str = ""
    signer: str = ""
    signature: str = ""
    observed_at_us: int | None = None


class Decide(msgspec.Struct, frozen=True, tag="decision", tag_field="command"):
    """A person decides about the goods."""

    asset: str
    outcome: DecisionOutcome
    by: str
    reason: str
    observed_at_us: int | None = None


class DiscardQuarantined(
    msgspec.Struct, frozen=True, tag="quarantine.discard", tag_field="command"
):
    """A person says that a quarantined input is of no use."""

    position: Annotated[int, msgspec.Meta(ge=0, le=LAST_POSITION)]
    by: str
    reason: str


AssetCommand = (
    AddAsset
    | BindDevice
    | UnbindDevice
    | PackAssets
    | UnpackAssets
    | PlanRoute
    | AssignPolicy
    | ReachMilestone
    | PassCustody
    | Decide
)
Command = AssetCommand | DiscardQuarantined

_AssetCommandT = TypeVar("_AssetCommandT", bound=AssetCommand)

Record = Input | PolicyFiled | QuarantineSettled


def parse_command(document: dict[str, object]) -> Command:
    """Return the command that a JSON object states.

    Raises:
        CommandRefused: It names no known command, or a field is missing or wrong.
    """
    try:
        command: Command = msgspec.convert(document, Command)
    except msgspec.ValidationError as error:
        raise CommandRefused("malformed_command", str(error)) from error
    return command


def records_of(command: Command, now: int, assets: AssetNames) -> list[Record]:
    """Return the records that a command becomes.

    Args:
        command: The command.
        now: Microseconds UTC, used where the command states no time.
        assets: The assets that exist.

    Raises:
        CommandRefused: The command breaks a rule; says which and what to do.
    """
    try:
        if isinstance(command, DiscardQuarantined):
            return [_discard(command, now)]
        moment = _moment(command.observed_at_us, now)
        if isinstance(command, BindDevice):
            check_calibration(command.calibrated_at_us, now)
        return _MAKERS[type(command)](_with_kept_id(command, assets), moment)
    except CommandRefused:
        raise
    except CargotwinError as error:
        raise CommandRefused("invalid_value", error.diagnostics()) from error


def _moment(stated: int | None, now: int) -> int:
    if stated is None:
        return now
    if not 0 <= stated <= now + FUTURE_TOLERANCE_US:
        reason = (
            f"observed_at_us is {stated}; allowed are microseconds from 1970-01-01T00:00:00Z to now"
        )
        raise CommandRefused("invalid_time", reason)
    return stated


def check_calibration(stated: int | None, now: int) -> None:
    """Refuse a calibration of the future; its date may begin a day ahead of UTC.

    Raises:
        CommandRefused: It lies ahead, or before 1970.
    """
    if stated is not None and not 0 <= stated <= now + _DAY_US:
        reason = "a device was calibrated on a day from 1970-01-01 to today"
        raise CommandRefused("invalid_time", reason)


def _text(field: str, text: str, longest: int = LONGEST_TEXT) -> str:
    if len(text) > longest or not text.isprintable():
        raise CommandRefused("invalid_text", f"{field} has up to {longest} printable characters")
    return text


def _with_kept_id(command: _AssetCommandT, assets: AssetNames) -> _AssetCommandT:
    """Return a command with the id under which its asset is kept, however it spells that."""
    stated = command.asset
    kept = assets.find(stated)
    if isinstance(command, AddAsset):
        if kept is not None:
            spelled = "" if kept == stated else f" and {stated} spells its key"
            reason = f"asset {kept} exists already{spelled}; choose another id"
            raise CommandRefused("asset_exists", reason)
        kept = _new_id(stated)
    elif kept is None:
        raise _unknown_asset(stated)
    elif kept != stated and isinstance(command, PassCustody) and command.signature:
        reason = f"what was signed names asset {stated}, which is kept as {kept}: sign it with that"
        raise CommandRefused("bad_signature", reason)
    named = msgspec.structs.replace(command, asset=kept)
    if isinstance(named, (PackAssets, UnpackAssets)):
        children = tuple(_kept_id(child, assets) for child in named.children)
        return msgspec.structs.replace(named, children=children)
    return named


def _kept_id(stated: str, assets: AssetNames) -> str:
    kept = assets.find(stated)
    if kept is None:
        raise _unknown_asset(stated)
    return kept


def _unknown_asset(stated: str) -> CommandRefused:
    asset = _new_id(stated)
    reason = f"there is no asset {asset}; add it with `cargotwin asset add {asset}`"
    return CommandRefused("unknown_asset", reason)


def _new_id(text: str) -> AssetId:
    # A journal keeps an id for ever: what spells a key must be a right one from the start.
    stated_key(text)
    return asset_id(entered_id(text))


def _policy_records(asset: str, policy: dict[str, Any], moment: int) -> list[Record]:
    try:
        document = rfc8785.dumps(policy)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        reason = f"the policy has no canonical JSON form: {error}"
        raise CommandRefused("invalid_policy", reason) from error
    if len(document) > LARGEST_POLICY_BYTES:
        reason = f"the policy has {len(document)} bytes, at most {LARGEST_POLICY_BYTES} are taken"
        raise CommandRefused("policy_too_large", reason)
    digest = digest_of(document)
    parsed = parse_policy(policy, digest, str(policy.get("id", "policy")))
    return [PolicyFiled(1, document), PolicyAssigned(1, asset, parsed.id, digest, moment)]


def _add(command: AddAsset, moment: int) -> list[Record]:
    if command.owner and not _ADDRESS.fullmatch(command.owner):
        raise CommandRefused(
            "invalid_owner", f"{command.owner!r} is no address of the form 0x…40 hex digits"
        )
    if command.owner and not int(command.owner, 16):
        raise CommandRefused(
            "invalid_owner", "no token can be minted to the zero address; name an owner, or none"
        )
    party_id(command.holder)
    title = _text("title", command.title) or command.asset
    commissioned = Commissioned(1, command.asset, command.owner, command.holder, title, moment)
    return [commissioned, *_policy_records(command.asset, command.policy, moment)]


def _bind(command: BindDevice, moment: int) -> list[Record]:
    device_id(command.device)
    if not 0 < command.expected_interval_s <= LONGEST_INTERVAL_S:
        allowed = f"expected_interval_s must be from 1 to {LONGEST_INTERVAL_S} seconds"
        raise CommandRefused("invalid_interval", allowed)
    interval = command.expected_interval_s * MICROSECONDS
    begun = (1, BindingAction.ADD, command.device, command.asset, moment, interval)
    if command.calibrated_at_us is None:
        return [Binding(*begun)]
    return [CalibratedBinding(*begun, calibrated_at=command.calibrated_at_us)]


def _unbind(command: UnbindDevice, moment: int) -> list[Record]:
    device_id(command.device)
    return [Binding(1, BindingAction.DELETE, command.device, command.asset, moment)]


def _pack(command: PackAssets | UnpackAssets, moment: int) -> list[Record]:
    action = BindingAction.ADD if isinstance(command, PackAssets) else BindingAction.DELETE
    children = dict.fromkeys(command.children)
    return [Packing(1, action, command.asset, child, moment) for child in children]


def _plan(command: PlanRoute, moment: int) -> list[Record]:
    return [Plan(1, command.asset, plan_document(command.plan), moment)]


def _assign(command: AssignPolicy, moment: int) -> list[Record]:
    return _policy_records(command.asset, command.policy, moment)


def _reach(command: ReachMilestone, moment: int) -> list[Record]:
    return [Milestone(1, command.asset, command.name, moment, _text("place", command.place))]


def _pass(command: PassCustody, moment: int) -> list[Record]:
    statement = handover_statement(command, moment)
    return [Handover(1, statement_bytes(statement), *_signature(command))]


def handover_statement(command: PassCustody, moment: int) -> HandoverStatement:
    """Return the statement of a custody command: what a party signs.

    Args:
        command: The command.
        moment: When it happened, microseconds UTC.

    Raises:
        CommandRefused: A text cannot be used.
        InvalidIdentifier: The id of a party cannot.
    """
    party_id(command.from_party)
    party_id(command.to_party)
    if not command.nonce:
        raise CommandRefused(
            "missing_nonce", "nonce ties an answer to its offer; it cannot be empty"
        )
    return HandoverStatement(
        asset=command.asset,
        from_party=command.from_party,
        to_party=command.to_party,
        observed_at=moment,
        phase=command.phase,
        nonce=_text("nonce", command.nonce),
        place=_text("place", command.place),
        seal=_text("seal", command.seal),
    )


def _signature(command: PassCustody) -> tuple[str | None, bytes | None]:
    if not command.signer and not command.signature:
        return None, None
    try:
        signer, signature = signer_of_text(command.signer), signature_of_text(command.signature)
    except InvalidSigner as error:
        raise CommandRefused("bad_signature", str(error)) from error
    if command.observed_at_us is None:
        reason = "a signed statement has its time: state observed_at_us as it was signed"
        raise CommandRefused("invalid_time", reason)
    return signer, signature


def _decide(command: Decide, moment: int) -> list[Record]:
    party_id(command.by)
    if not command.reason:
        raise CommandRefused("missing_reason", "a decision states its reason")
    _text("reason", command.reason, LONGEST_REASON)
    return [Decision(1, command.asset, command.outcome, command.by, command.reason, moment)]


def _discard(command: DiscardQuarantined, now: int) -> QuarantineSettled:
    party_id(command.by)
    if not command.reason:
        raise CommandRefused("missing_reason", "whoever discards an input states the reason")
    reason = _text("reason", command.reason, LONGEST_REASON)
    return QuarantineSettled(1, command.position, "discarded", reason, command.by, now)


_MAKERS: dict[type, Callable[[Any, int], list[Record]]] = {
    AddAsset: _add,
    BindDevice: _bind,
    UnbindDevice: _unbind,
    PackAssets: _pack,
    UnpackAssets: _pack,
    PlanRoute: _plan,
    AssignPolicy: _assign,
    ReachMilestone: _reach,
    PassCustody: _pass,
    Decide: _decide,
}
