"""`cargotwin custody …`: possession passes when both sides say so."""

from __future__ import annotations

import secrets
import shlex
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cargotwin.console import (
    DEFAULT_DATA,
    NO,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    run,
    say,
)
from cargotwin.entering import TAKEN, AssetArgument, AtOption, enter
from cargotwin.moments import microseconds, rfc3339
from cargotwin.signing_handovers import (
    KeyOption,
    SignatureOption,
    SignerOption,
    Signing,
    TypedDataOption,
)
from cargotwin.status_client import StatusClient
from gateway.clock import now_us
from gateway.commands import PassCustody, handover_statement
from twins.custody.answers import UNKNOWN
from twins.custody.possession import CustodyFault
from twins.errors import CargotwinError
from twins.identity.identifiers import key_of
from twins.inputs import HandoverPhase, HandoverStatement

custody = typer.Typer(help="Who holds an asset: both sides say so.", no_args_is_help=True)

_VERBS = {
    HandoverPhase.OFFERED: ("offer", "Offer an asset to another party."),
    HandoverPhase.ACCEPTED: ("accept", "Accept an asset that was offered."),
    HandoverPhase.REFUSED: ("refuse", "Refuse an asset that was offered."),
    HandoverPhase.WITHDRAWN: ("withdraw", "Withdraw an offer."),
    HandoverPhase.DISPUTED: ("dispute", "Dispute an open offer."),
}

_NONCE_OF_OFFER = "Text by which answers name this offer; made up unless stated."
_NONCE_OF_ANSWER = "Nonce of the offer that is meant; that of the open offer unless stated."

_REASONS = {
    CustodyFault.OFFERED_BY_NON_HOLDER: "only the party in possession can offer the asset",
    CustodyFault.OFFERED_TO_SELF: "a party cannot offer the asset to itself",
    CustodyFault.ANSWERED_WITHOUT_OFFER: "no open offer has this nonce",
    CustodyFault.ANSWERED_BY_WRONG_PARTY: "the open offer names other parties",
    CustodyFault.NONCE_USED_AGAIN: "this nonce was used by an earlier offer",
    CustodyFault.NOT_NOW: "another handover is open; it must be answered or withdrawn first",
}


class NoOpenOffer(CargotwinError):
    """An answer was given where nothing is offered."""

    def __init__(self, asset: str) -> None:
        self.asset = asset
        super().__init__(
            f"nothing is offered for asset {asset}; the party in possession offers it with "
            "`cargotwin custody offer`"
        )


def _register(phase: HandoverPhase) -> None:
    is_offer = phase is HandoverPhase.OFFERED
    # An annotation is read outside of this function and would not see the phase.
    nonce_option = typer.Option("", help=_NONCE_OF_OFFER if is_offer else _NONCE_OF_ANSWER)

    def command(
        asset: AssetArgument,
        from_party: Annotated[str, typer.Option("--from", help="Party that gives the asset.")],
        to_party: Annotated[str, typer.Option("--to", help="Party that is to receive it.")],
        nonce: str = nonce_option,
        place: Annotated[
            str, typer.Option(help="Where it is handed over, such as Basel dock 4.")
        ] = "",
        seal: Annotated[str, typer.Option(help="Number of the seal on it then.")] = "",
        at: AtOption = "",
        key: KeyOption = None,
        signature: SignatureOption = "",
        signer: SignerOption = "",
        typed_data: TypedDataOption = False,
        data: DataOption = DEFAULT_DATA,
        as_json: JsonOption = False,
    ) -> None:
        signing = Signing(key, signature, signer)
        with explained():
            signing.check(at=at, nonce=nonce, is_offer=is_offer)
        if not nonce and is_offer:
            nonce = secrets.token_hex(8)
        fields: dict[str, object] = {
            "command": "custody",
            "asset": asset,
            "phase": phase.value,
            "from_party": from_party,
            "to_party": to_party,
            "nonce": nonce or _open_nonce(data, asset),
            "place": place,
            "seal": seal,
        }
        if signing.is_wanted or typed_data:
            # What is signed has its asset, moment and nonce: they must be those that are kept.
            fields["asset"] = _kept_id(data, asset)
            at, statement = _statement(fields, at)
            if typed_data:
                _print_typed_data(statement, at)
                return
            with explained():
                fields |= signing.fields(statement)
        done = f"custody of asset {asset}: {phase.value}, nonce {fields['nonce']}"
        _tell(enter(data, fields, at, done, as_json=as_json)["answer"])

    name, text = _VERBS[phase]
    example = f"Example: cargotwin custody {name} box-1 --from acme-pharma --to alpine-freight"
    custody.command(name, help=f"{text}\n\n{example}")(command)


def _statement(fields: dict[str, object], at: str) -> tuple[str, HandoverStatement]:
    """Return the statement that the fields of a command make, and its moment."""
    with explained():
        moment = microseconds(at) if at else now_us()
        command = msgspec.convert({**fields, "observed_at_us": moment}, PassCustody)
        return rfc3339(moment), handover_statement(command, moment)


def _print_typed_data(statement: HandoverStatement, at: str) -> None:
    """Print what a wallet signs, and tell how its signature is brought."""
    # Imported here: every command would else wait for the chain's libraries.
    from contracts.typed_handover import typed_handover  # noqa: PLC0415 - slow to load

    print_json(typed_handover(statement))
    say(
        "sign this with the party's wallet (eth_signTypedData_v4); then, instead of --typed-data, "
        f"give --at {at} --nonce {shlex.quote(statement.nonce)} --signature 0x… --signer 0x…"
    )


def _kept_id(data: Path, asset: str) -> str:
    """Return the id under which an asset is kept: a key has several spellings, a plain id one."""
    return asset if key_of(asset) is None else str(_asset(data, asset)["id"])


def _asset(data: Path, asset: str) -> dict[str, Any]:
    with explained():
        client = StatusClient(data)
    return run(client.get(f"/api/v1/assets/{asset}"))


def _open_nonce(data: Path, asset: str) -> str:
    """Return the nonce of the asset's open offer."""
    offer = _asset(data, asset)["custody"]["offer"]
    with explained():
        if offer is None:
            raise NoOpenOffer(asset)
    return str(offer["nonce"])


def _tell(judged: object) -> None:
    """Say why a statement changed nothing, and end with a no."""
    if judged == TAKEN:
        return
    reasons = {fault.value: reason for fault, reason in _REASONS.items()}
    reasons[UNKNOWN] = "too many statements came with it; see who holds the asset now"
    reason = reasons.get(str(judged), "the gateway has not judged it yet; look at the asset later")
    people.print(f"[bold red]not taken[/] {judged}: {reason}", soft_wrap=True)
    raise typer.Exit(NO)


for _phase in HandoverPhase:
    _register(_phase)
