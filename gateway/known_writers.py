"""The writers at hand that can word a text again: the template, and models in folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from condition_reports.writers.loading import TinySpecification, load_writer
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Writer, WriterIdentity
from gateway.errors import UnreadableFile
from gateway.reports.models_file import MODELS_FILE, read_models
from gateway.reports.statistics import name_of
from twins.errors import CargotwinError

SHIPPED = ""
"""The folder of the model that came with this program."""


class WriterNotAtHand(CargotwinError):
    """Words cannot be made again, as what made them is not here."""


class KnownWriters:
    """Finds the writer that a report names.

    Args:
        loaders: Load one model each, when it is looked for; the shipped one unless given.
    """

    def __init__(self, *loaders: Callable[[], Writer]) -> None:
        self._loaders = loaders or (model_loader(SHIPPED),)
        self._loaded: dict[int, Writer | CargotwinError] = {}

    def find(self, wanted: WriterIdentity) -> Writer:
        """Return the writer of an identity.

        Raises:
            WriterNotAtHand: There are others, or none; says which.
        """
        others, alike = [], []
        for found in [TemplateWriter()] if wanted.kind == "template" else self._models():
            if isinstance(found, CargotwinError):
                others.append(found.diagnostics())
                continue
            identity = found.identity
            if (identity.version, identity.digest) == (wanted.version, wanted.digest):
                if identity.model == wanted.model:
                    return found
                # The same weights may go by several names.
                alike.append(found)
            others.append(f"{named(identity)} is another one")
        if alike:
            return _nearest(alike, wanted)
        hint = "; name its folder with --model" if wanted.kind == "tiny" else ""
        raise WriterNotAtHand(f"{named(wanted)} is not at hand: {', '.join(others)}{hint}")

    def _models(self) -> Iterator[Writer | CargotwinError]:
        for place, load in enumerate(self._loaders):
            if place not in self._loaded:
                try:
                    self._loaded[place] = load()
                except CargotwinError as error:
                    self._loaded[place] = error
            yield self._loaded[place]


def _nearest(writers: Sequence[Writer], wanted: WriterIdentity) -> Writer:
    """Return the writer of the name that is wanted, or else the first."""
    name = name_of(wanted.model)
    return next((one for one in writers if name_of(one.identity.model) == name), writers[0])


def known_folders(data: Path) -> tuple[str, ...]:
    """Return the folders of the tiny models that word, or worded, a gateway's reports."""
    try:
        models = read_models(data / MODELS_FILE)
    except UnreadableFile:
        # What is not at hand cannot be asked again, which the check of the words tells.
        return ()
    chosen = (models.live, models.shadow, models.before) if models else ()
    return tuple(one.folder for one in chosen if one and one.writer == "tiny" and one.folder)


def model_loader(folder: str) -> Callable[[], Writer]:
    """Return what loads the model of a folder, `SHIPPED` for the one that came along."""
    return partial(load_writer, TinySpecification(folder))


def named(writer: WriterIdentity) -> str:
    """Return a writer's kind, model, version and digest in short."""
    name = f" {writer.model.id}" if writer.model else ""
    return f"the {writer.kind} writer{name} {writer.version}/{writer.digest[:12]}"
