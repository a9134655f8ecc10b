"""Exchanging models while the gateway runs: what the file of models says comes into force."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from gateway.errors import UnreadableFile

from .drafting import Drafting
from .models_file import ModelChoice, Models, read_models
from .shadowing import Shadowing
from .statistics import Role, WriterCounts, name_of
from .status import ModelInForce, Place, ReportStatus
from .wording import Wording

_log = logging.getLogger(__name__)

DraftingOf = Callable[[ModelChoice, Role], Drafting]
"""Returns who drafts with a model, in a role; nothing is started yet."""


class ModelExchange:
    """Follows the file of models.

    While the file cannot be read, the models in force stay so, and the status says what is wrong.

    Args:
        file: The file, which may be missing.
        otherwise: Who is live where there is none: what the settings say.
        drafting_of: Makes who drafts.
        wording_of: Makes what gives words to reports, from who drafts and its kind.
    """

    def __init__(
        self,
        file: Path,
        otherwise: ModelChoice,
        drafting_of: DraftingOf,
        wording_of: Callable[[Drafting, str], Wording],
    ) -> None:
        self._file = file
        self._otherwise = otherwise
        self._drafting_of = drafting_of
        self._problem = ""
        self._names: dict[ModelChoice, str] = {}
        self._models = self._read() or Models(live=otherwise)
        self._live = drafting_of(self._models.live, "live")
        self.wording = wording_of(self._live, self._models.live.writer)
        self._shadowing = Shadowing(lambda: self.wording.depth() > 0)
        self._shadow: Drafting | None = None
        self.wording.given = self._shadowing.given
        self._exchange_shadow()

    async def run(self) -> None:
        """Word reports by the models that are wanted, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.wording.run(), name="word reports")
            group.create_task(self._shadowing.run(), name="shadow")
            group.create_task(self._follow(), name="follow models")

    async def refresh(self) -> None:
        """Bring into force what the file says now."""
        models = self._read()
        if models is None or models == self._models:
            return
        before = self._models
        if models.live != before.live:
            await self._exchange_live(models.live)
        self._models = models
        if models.shadow != before.shadow:
            self._exchange_shadow()

    async def close(self) -> None:
        """End whoever drafts."""
        await self._shadowing.close()
        await self.wording.close()

    def status(self) -> ReportStatus:
        """Return how the wording of reports is doing."""
        status = self.wording.status()
        return msgspec.structs.replace(
            status,
            models=tuple(self._in_force(status.writers)),
            shadow=self._shadowing.status(),
            models_problem=self._problem,
        )

    async def _exchange_live(self, wanted: ModelChoice) -> None:
        if self._live.identity is not None:
            self._names[self._models.live] = name_of(self._live.identity.model)
        drafting = self._drafting_of(wanted, "live")
        # The one before goes on wording while this one is loaded.
        await drafting.start()
        self._live = drafting
        self.wording.exchange(drafting, wanted.writer)
        _log.info("reports are worded by %s", wanted.told)

    def _exchange_shadow(self) -> None:
        wanted = self._models.shadow
        self._shadow = None if wanted is None else self._drafting_of(wanted, "shadow")
        self._shadowing.exchange(self._shadow)

    def _in_force(self, counts: tuple[WriterCounts, ...]) -> list[ModelInForce]:
        models, known = self._models, {(one.role, one.writer, one.model): one for one in counts}
        found: list[ModelInForce] = []
        places: tuple[tuple[Place, ModelChoice | None, Drafting | None], ...] = (
            ("live", models.live, self._live),
            ("shadow", models.shadow, self._shadow),
            ("before", models.before, None),
        )
        for place, choice, drafting in places:
            if choice is None:
                continue
            identity = drafting.identity if drafting else None
            name = name_of(identity.model) if identity else self._names.get(choice, choice.name)
            role: Role = "shadow" if place == "shadow" else "live"
            found.append(
                ModelInForce(
                    place=place,
                    writer=choice.writer,
                    model=name,
                    folder=choice.folder,
                    counts=known.get((role, choice.writer, name)),
                )
            )
        return found

    def _read(self) -> Models | None:
        """Return what the file says, or the settings where there is none; None where it is bad."""
        try:
            models = read_models(self._file)
        except UnreadableFile as fault:
            if self._problem != str(fault):
                _log.warning("models: %s", fault)
            self._problem = str(fault)
            return None
        self._problem = ""
        return models or Models(live=self._otherwise)

    async def _follow(self, every_s: float = 0.5) -> None:
        while True:
            await asyncio.sleep(every_s)
            await self.refresh()
