"""`cargotwin report`, `explain`, `verify`: what is said of an asset, why, and whether it holds."""

from __future__ import annotations

import enum
import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cargotwin.console import (
    DEFAULT_DATA,
    MISTAKE,
    NO,
    DataOption,
    JsonOption,
    explained,
    one_line,
    people,
    print_json,
    print_line,
    results,
    run,
    settings_of,
)
from cargotwin.entering import AssetArgument
from cargotwin.explaining import EXPLAINED, explanation
from cargotwin.moments import rfc3339
from cargotwin.status_client import StatusClient
from condition_reports.provenance import account_in
from condition_reports.report import ConditionReport, render_text
from contracts.verify import Outcome, Verification
from gateway.condition_record import leaves_details, page_of
from gateway.errors import UnknownAsset
from gateway.settings import Settings
from gateway.store.ledger import Ledger
from gateway.supervisor import read_addresses
from gateway.web.report_documents import report_document
from twins.verdict.counts import counted


class ReportFormat(enum.StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


def register(application: typer.Typer) -> None:
    """Add these commands to the application."""
    application.command("report")(report)
    application.command("explain")(explain)
    application.command("verify")(verify)


def report(
    asset: AssetArgument,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="How to print it; json is the same as --json.")
    ] = ReportFormat.TEXT,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Print the newest condition report of an asset, as its token's metadata hold it.

    Example: cargotwin report box-1
    """
    with explained(), Ledger(settings_of(data).folder / "ledger.db", read_only=True) as ledger:
        asset = ledger.kept_id(asset)
        newest = ledger.newest(asset)
        if newest is None:
            raise UnknownAsset(asset, data)
    found = newest.condition_report()
    if as_json or form is ReportFormat.JSON:
        print_json(report_document(found))
        return
    typer.echo(render_text(found), nl=False)
    people.print(
        f"version {newest.version}, {_whose(found)}, as of {rfc3339(newest.as_of)} "
        f"from {counted(newest.evidence_size, 'input')}; a change of disposition, severity, "
        f"custody, milestone or decision makes the next, `cargotwin explain {asset}` judges now",
        markup=False,
        soft_wrap=True,
        style="dim",
    )
    if leaves_details(found):
        people.print(_where_the_record_is(asset, data), markup=False, soft_wrap=True, style="dim")


def _where_the_record_is(asset: str, data: Path) -> str:
    """Return where a reader finds the details that a report leaves out."""
    address = str(read_addresses(data, "derive").get("web", ""))
    runs = "" if address else ", while the gateway runs"
    return (
        f"the condition record: `cargotwin explain {shlex.quote(asset)}`, or "
        f'"Condition record" on its page {page_of(address, asset)}{runs}'
    )


def _whose(report: ConditionReport) -> str:
    """Return whose words these are; of the template in another's place also why."""
    if report.writer == "human":
        return "in words that a person edited"
    reason = account_in(report.provenance).fallback_reason
    return f"by the {report.writer} writer{f' ({reason})' if reason else ''}"


def explain(
    asset: AssetArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Print an asset's condition record: rules not kept, on which readings, and what is left.

    Example: cargotwin explain box-1
    """
    with explained():
        client = StatusClient(data)
    found = run(client.get(f"/api/v1/assets/{asset}"))
    if as_json:
        print_json({key: found[key] for key in EXPLAINED})
        return
    for line in explanation(found):
        print_line(line)


def verify(
    asset: AssetArgument,
    data: DataOption = DEFAULT_DATA,
    rpc: Annotated[
        str,
        typer.Option(
            help="Address of any node of the chain, such as http://127.0.0.1:8545; the gateway's "
            "unless stated."
        ),
    ] = "",
    contract: Annotated[
        str,
        typer.Option(help="Address (0x…) of the token contract; the ledger's unless stated."),
    ] = "",
    accept_local: Annotated[
        bool,
        typer.Option(
            "--accept-local", help="Leave out what is said of an operator's own, embedded chain."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Rebuild twin, evidence and metadata from the journal and compare them with the chain.

    Example: cargotwin verify box-1

    Exits with 0 when everything was verified, 1 when something is not true, 2 when something could
    not be checked.
    """
    # Imported here: every other command would wait for the chain's libraries.
    from gateway.verification import verify_asset  # noqa: PLC0415 - slow to load

    with explained():
        settings = settings_of(data)
    found = run(verify_asset(settings, asset, rpc_url=rpc or rpc_of(settings), contract=contract))
    is_own = settings.chain.rpc == "embedded" and not accept_local
    if as_json:
        print_json(verification_document(found))
    else:
        _print_verification(found, results)
    if found.outcome is Outcome.OK and is_own and not as_json:
        people.print(
            "this chain is the operator's own: good enough to check one's own gateway, no proof "
            "to anybody else (--accept-local says that you know)",
            soft_wrap=True,
        )
    if found.outcome is not Outcome.OK:
        raise typer.Exit(NO if found.outcome is Outcome.FAILED else MISTAKE)


def rpc_of(settings: Settings) -> str:
    """Return the node that a gateway with these settings talks to."""
    if settings.chain.rpc == "embedded":
        return f"http://127.0.0.1:{settings.chain.rpc_port}"
    return settings.chain.rpc


def verification_document(found: Verification) -> dict[str, object]:
    """Return a verification as JSON."""
    return {
        "asset": found.asset,
        "outcome": found.outcome.value,
        "versions": found.versions,
        "checks": [
            {"name": one.name, "outcome": one.outcome.value, "detail": one.detail}
            for one in found.checks
        ],
        "trust_roots": list(found.trust_roots),
    }


_MARKS = {
    Outcome.OK: "[green]✓ verified[/]",
    Outcome.FAILED: "[bold red]✗ not verified[/]",
    Outcome.UNCHECKED: "[yellow]? could not check[/]",
}


def _print_verification(found: Verification, console: Console) -> None:
    print_checks(found, console)
    versions = counted(found.versions, "version")
    console.print(f"{_MARKS[found.outcome]} asset {escape(found.asset)}, {versions}")


def print_checks(found: Verification, console: Console) -> None:
    """Tell people each check and what all of them rest on."""
    for one in found.checks:
        console.print(
            f"{_MARKS[one.outcome]} {escape(one.name)}: {escape(one_line(one.detail))}",
            soft_wrap=True,
        )
    console.print("this rests on:")
    for root in found.trust_roots:
        console.print(f"  - {escape(one_line(root))}", soft_wrap=True)


def print_report_verification(found: Verification, console: Console) -> None:
    """Tell people what was found of one report."""
    print_checks(found, console)
    asset = escape(one_line(found.asset))
    console.print(f"{_MARKS[found.outcome]} report on asset {asset}", soft_wrap=True)
