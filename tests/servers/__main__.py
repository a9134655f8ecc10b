"""Bring every server that is not here yet: `python -m tests.servers`. A second call is instant.

What cannot be brought is written with its reason to `.servers/missing.json`; the tests that need it
are skipped with that reason, and the closing line of the run repeats it.
"""

import fcntl
import json
import sys
from collections.abc import Callable, Iterable
from functools import partial

from . import debian, node
from .errors import NotBrought
from .finding import located
from .places import MISSING, SERVERS

Reasons = dict[str, str]


def main() -> None:
    """Bring all servers and say what is missing; two calls at once wait for one another."""
    SERVERS.mkdir(exist_ok=True)
    with (SERVERS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = {**_bring_debian_programs(), **_bring_node_programs()}
        MISSING.write_text(json.dumps(missing, indent=2) + "\n", encoding="utf-8")
    for name, reason in missing.items():
        sys.stderr.write(f"{name} is missing: {reason}\n")


def _bring_debian_programs() -> Reasons:
    wanted = [program for program in debian.DEBIAN_PROGRAMS if located(program.name) is None]
    if not wanted:
        return {}
    names = [program.name for program in wanted]
    failed = _attempt(names, debian.refresh_lists)
    if failed:
        return failed
    missing: Reasons = {}
    for program in wanted:
        sys.stderr.write(f"bringing {program.name}\n")
        missing |= _attempt([program.name], partial(debian.bring, program))
    return missing


def _bring_node_programs() -> Reasons:
    missing: Reasons = {}
    if not node.node_is_here():
        sys.stderr.write("bringing node\n")
        programs = ("node", *node.FOUNDRY_PROGRAMS, node.MQTT_JS_PROGRAM)
        missing |= _attempt(programs, node.bring_node)
    if "node" not in missing and not node.mqtt_js_is_here():
        sys.stderr.write("bringing MQTT.js\n")
        missing |= _attempt([node.MQTT_JS_PROGRAM], node.bring_mqtt_js)
    if "node" not in missing and not node.foundry_is_here():
        sys.stderr.write("bringing forge, cast and anvil\n")
        missing |= _attempt(node.FOUNDRY_PROGRAMS, node.bring_foundry)
    return missing


def _attempt(names: Iterable[str], bring: Callable[[], None]) -> Reasons:
    try:
        bring()
    except NotBrought as error:
        return dict.fromkeys(names, error.cause)
    return {}


if __name__ == "__main__":
    main()
