"""`cargotwin custody …`: possession passes when both sides say so."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import DEFAULT_DATA, NO, DataOption, JsonOption, explained, people, run
from cargotwin.entering import TAKEN, AssetArgument, AtOption, enter
from cargotwin.status_client import StatusClient
from twins.custody import CustodyFault
from twins.errors import CargotwinError
from twins.inputs import HandoverPhase

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
        data: DataOption = DEFAULT_DATA,
        as_json: JsonOption = False,
    ) -> None:
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
        done = f"custody of asset {asset}: {phase.value}, nonce {fields['nonce']}"
        _tell(enter(data, fields, at, done, as_json=as_json))

    name, text = _VERBS[phase]
    example = f"Example: cargotwin custody {name} box-1 --from acme-pharma --to alpine-freight"
    custody.command(name, help=f"{text}\n\n{example}")(command)


def _open_nonce(data: Path, asset: str) -> str:
    """Return the nonce of the asset's open offer."""
    with explained():
        client = StatusClient(data)
    offer = run(client.get(f"/api/v1/assets/{asset}"))["custody"]["offer"]
    with explained():
        if offer is None:
            raise NoOpenOffer(asset)
    return str(offer["nonce"])


def _tell(judged: str | None) -> None:
    """Say why a statement changed nothing, and end with a no."""
    if judged in (None, TAKEN):
        return
    reasons = {fault.value: reason for fault, reason in _REASONS.items()}
    reason = reasons.get(str(judged), "the gateway has not judged it yet; look at the asset later")
    people.print(f"[bold red]not taken[/] {judged}: {reason}", soft_wrap=True)
    raise typer.Exit(NO)


for _phase in HandoverPhase:
    _register(_phase)
