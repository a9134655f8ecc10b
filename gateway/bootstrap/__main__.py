"""`python -m gateway.bootstrap intake|derive SETTINGS.json`: one process of the gateway."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from gateway.settings import Settings
from gateway.supervisor import PRIVATE_UMASK
from twins.errors import CargotwinError

from .running import Stop

_log = logging.getLogger(__name__)
_MISTAKE = 2
"""Exit code of a fault that a person must mend, as that of the commands."""


async def _run(process: str, settings: Settings) -> None:
    stop = Stop()
    # Imported here: intake needs neither the web nor the chain, and their memory.
    if process == "intake":
        from .intake import run_intake as run  # noqa: PLC0415
    else:
        from .derive import run_derive as run  # noqa: PLC0415
    await run(settings, stop.wanted)


def main(arguments: list[str]) -> None:
    """Run the process that the arguments name."""
    os.umask(PRIVATE_UMASK)
    process, path = arguments
    logging.basicConfig(
        level=logging.WARNING, format=f"%(asctime)s {process} %(levelname)s %(message)s"
    )
    settings = Settings.model_validate(json.loads(Path(path).read_text(encoding="utf-8")))
    try:
        asyncio.run(_run(process, settings))
    except CargotwinError as error:
        # It says what a person must do; where in the code it was noticed helps nobody.
        _log.error("%s", error.diagnostics())
        sys.exit(_MISTAKE)


if __name__ == "__main__":
    main(sys.argv[1:])
