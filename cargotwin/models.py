"""`cargotwin model …`: who words the reports, and who is to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cargotwin.console import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    explained,
    print_json,
    print_line,
    say,
    settings_of,
)
from cargotwin.status_client import StatusAway, StatusClient, StatusRefused
from condition_reports.canary import Canary
from gateway.errors import UnreadableFile
from gateway.reports.model_checks import check_at_hand, check_canary, chosen_model, fault_of
from gateway.reports.models_file import (
    MODELS_FILE,
    ModelChoice,
    Models,
    change_models,
    read_models,
)
from gateway.reports.wanted_writer import choice_in

model = typer.Typer(
    help="Who words the reports: let another model run in shadow, make it the live one, and go "
    "back. A running gateway follows within seconds; one that is not running, at its start.",
    no_args_is_help=True,
)

_NAMED = (
    "Folder of a model of `cargotwin train`; or tiny for the shipped one, template, or llm for the "
    "big model of the settings."
)
ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help=_NAMED)]
OptionalModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help=f"{_NAMED} The one in shadow unless stated.")
]
_PLACES = ("live", "shadow", "before")


@model.command("list")
def list_models(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """Say who words the reports, who does so in shadow, and who did before.

    Where the gateway runs, with what each of them did since its start. Of a model that cannot be
    used, with what is wrong.

    Example: cargotwin model list
    """
    with explained():
        chosen = read_models(data / MODELS_FILE)
        models = chosen or Models(live=_by_settings(data))
        running = _running(data)
    figures = None if running is None else running.get("models", [])
    faults = _faults(models, running or {})
    if as_json:
        document = _document(models) | {"chosen_by": "command" if chosen else "settings"}
        print_json(document | {"running": figures, "faults": faults})
        return
    for place in _PLACES:
        choice = getattr(models, place)
        print_line(f"{place:6}  {choice.told if choice else 'none'}{_told(figures, place)}")
        if place in faults:
            print_line(f"        {faults[place]}")
    if chosen is None:
        say("The settings say so; nobody chose by command.")


@model.command("shadow")
def shadow(
    wanted: ModelArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Let a model word, beside the live one, what is published in the live one's words.

    Its words are checked and counted as the live one's are, and never published. It takes the
    place of another shadow.

    Example: cargotwin model shadow my-model
    """
    with explained():
        choice = chosen_model(wanted, settings_of(data).report)
        _, models = change_models(
            data / MODELS_FILE, _by_settings(data), lambda now: now.beside(choice)
        )
    _tell(models, f"{choice.told} runs in shadow of {models.live.told}", as_json=as_json)


@model.command("live")
def live(
    wanted: OptionalModelArgument = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Make the model in shadow the live one, or another at once.

    A tiny model words 200 fixed plans first, some seconds long. It goes live only if the grammar
    derives every sentence, and if it writes to the byte what it wrote where it was made.

    Example: cargotwin model live
    """
    canary: Canary | None = None

    def change(now: Models) -> Models:
        nonlocal canary
        after = now.led_by(choice) if choice else now.promoted()
        canary = check_canary(after.live)
        return after

    with explained():
        choice = chosen_model(wanted, settings_of(data).report) if wanted else None
        before, models = change_models(data / MODELS_FILE, _by_settings(data), change)
    if canary is not None and not as_json:
        say(f"{canary.accepted} of {canary.asked} fixed plans are worded as the grammar has it.")
    _tell(
        models,
        f"{models.live.told} words the reports from now on; `cargotwin model back` returns to "
        f"{before.live.told}",
        as_json=as_json,
    )


@model.command("back")
def back(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """Return to the model that was live before.

    Versions that are published keep their words and the identity of the model that wrote them.

    Example: cargotwin model back
    """

    def change(now: Models) -> Models:
        after = now.returned()
        check_at_hand(after.live)
        return after

    with explained():
        before, models = change_models(data / MODELS_FILE, _by_settings(data), change)
    _tell(
        models,
        f"{models.live.told} words the reports again, instead of {before.live.told}",
        as_json=as_json,
    )


@model.command("off")
def off(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """End the model in shadow; the live one goes on.

    Example: cargotwin model off
    """
    with explained():
        _, models = change_models(data / MODELS_FILE, _by_settings(data), Models.alone)
    _tell(models, f"no model runs in shadow of {models.live.told}", as_json=as_json)


def _by_settings(data: Path) -> ModelChoice:
    return choice_in(settings_of(data).report)


def _tell(models: Models, words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(models))
    else:
        say(words)


def _document(models: Models) -> dict[str, Any]:
    return {place: msgspec.to_builtins(getattr(models, place)) for place in _PLACES}


def _running(data: Path) -> dict[str, Any] | None:
    """Return how a running gateway words reports; None where none runs."""
    try:
        service = asyncio.run(StatusClient(data).get("/api/v1/service"))
    except (UnreadableFile, StatusAway, StatusRefused):
        return None
    return service["reports"] or {}


def _faults(models: Models, running: dict[str, Any]) -> dict[str, str]:
    """Return in words what is wrong with each model, by its place; nothing of a sound one."""
    lately = {
        "live": running.get("problem"),
        "shadow": (running.get("shadow") or {}).get("problem"),
    }
    found: dict[str, str] = {}
    for place in _PLACES:
        choice = getattr(models, place)
        if choice is None:
            continue
        if fault := fault_of(choice):
            found[place] = f"cannot be loaded: {fault}"
        elif problem := lately.get(place):
            found[place] = f"gave no sound draft last time: {problem}"
    return found


def _told(figures: list[dict[str, Any]] | None, place: str) -> str:
    """Return in words what a model did since the start."""
    for one in figures or ():
        counts = one["counts"]
        if one["place"] == place and counts is not None:
            worded = counts["firsts"]
            fallbacks = sum(counts["fallbacks"].values())
            return (
                f": sound at first {counts['accepted_first']} of {worded}, tried again "
                f"{counts['retries']}, template instead {fallbacks}"
            )
    return ""
