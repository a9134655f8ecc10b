"""Bring Debian's builds of the servers by unpacking them: no root, no service started, no trace.

apt keeps its own lists under `.servers/`, so that the machine's are neither needed nor touched.
Only the libraries that the machine lacks are fetched, as apt itself works them out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .commands import output_of
from .errors import NotBrought
from .places import ARCHIVES, PROGRAMS, SERVERS, UNPACKED

LIBRARY_FOLDERS = ("lib/*-linux-gnu*", "usr/lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/*/")
TRIAL_SECONDS = 60.0

FONTS_CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">root/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True, kw_only=True)
class DebianProgram:
    """A program of a Debian package, and a short run of it that proves its libraries complete."""

    name: str
    packages: tuple[str, ...]
    binary: str
    trial: tuple[str, ...]
    trial_status: int = 0


DEBIAN_PROGRAMS = (
    DebianProgram(
        name="mosquitto",
        packages=("mosquitto",),
        binary="usr/sbin/mosquitto",
        trial=("-h",),
        trial_status=3,
    ),
    DebianProgram(
        name="mosquitto_pub",
        packages=("mosquitto-clients",),
        binary="usr/bin/mosquitto_pub",
        trial=("--version",),
        trial_status=1,
    ),
    DebianProgram(
        name="mosquitto_sub",
        packages=("mosquitto-clients",),
        binary="usr/bin/mosquitto_sub",
        trial=("--version",),
        trial_status=1,
    ),
    DebianProgram(
        name="nats-server",
        packages=("nats-server",),
        binary="usr/sbin/nats-server",
        trial=("--version",),
    ),
    DebianProgram(
        name="influxd",
        packages=("influxdb",),
        binary="usr/bin/influxd",
        trial=("version",),
    ),
    DebianProgram(
        name="victoria-metrics",
        packages=("victoria-metrics",),
        binary="usr/bin/victoria-metrics",
        trial=("--version",),
    ),
    DebianProgram(
        name="chromium",
        packages=("chromium", "fonts-dejavu-core"),
        binary="usr/lib/chromium/chromium",
        trial=("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"),
    ),
)


def refresh_lists() -> None:
    """Fetch the lists of packages, so that the versions asked for are the ones on the mirror.

    Raises:
        NotBrought: no apt on this machine, or no network.
    """
    for folder in ("lists/partial", "cache/archives/partial"):
        (SERVERS / "apt" / folder).mkdir(parents=True, exist_ok=True)
    _apt("apt", "-o", "APT::Update::Error-Mode=any", "update")


def bring(program: DebianProgram) -> None:
    """Download, unpack and try one program.

    Raises:
        NotBrought: no such package, no network, or the trial run failed.
    """
    packages = _lacking_packages(program)
    _apt(program.name, "download", *packages)
    for package in packages:
        for archive in ARCHIVES.glob(f"{package}_*.deb"):
            output_of(program.name, ["dpkg-deb", "-x", archive, UNPACKED])
    launcher = _write_launcher(program)
    try:
        output_of(
            program.name,
            [launcher, *program.trial],
            timeout_seconds=TRIAL_SECONDS,
            expected_status=program.trial_status,
        )
    except NotBrought:
        launcher.unlink()
        raise


def _apt(program: str, *arguments: str) -> str:
    ARCHIVES.mkdir(parents=True, exist_ok=True)
    options = (
        f"Dir::State::Lists={SERVERS / 'apt' / 'lists'}",
        f"Dir::Cache={SERVERS / 'apt' / 'cache'}",
        "APT::Sandbox::User=root",
    )
    flags = [part for option in options for part in ("-o", option)]
    return output_of(program, ["apt-get", "-q", *flags, *arguments], folder=ARCHIVES)


def _lacking_packages(program: DebianProgram) -> Sequence[str]:
    """Ask apt what installing would add: the packages themselves and the libraries not here."""
    plan = _apt(program.name, "install", "--simulate", "--no-install-recommends", *program.packages)
    return [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]


def _write_launcher(program: DebianProgram) -> Path:
    """Write the script that becomes the program: a signal to its pid reaches the program."""
    if not (UNPACKED / program.binary).exists():
        raise NotBrought(program.name, f"the package holds no {program.binary}")
    folders = sorted(
        str(folder.relative_to(SERVERS))
        for pattern in LIBRARY_FOLDERS
        for folder in UNPACKED.glob(pattern)
    )
    libraries = ":".join(f"$here/{folder}" for folder in folders)
    (SERVERS / "fonts.conf").write_text(FONTS_CONFIGURATION, encoding="utf-8")
    launcher = PROGRAMS / program.name
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(
        "#!/bin/sh\n"
        'here=$(cd "$(dirname "$0")/.." && pwd)\n'
        f'export LD_LIBRARY_PATH="{libraries}"\n'
        'export FONTCONFIG_FILE="$here/fonts.conf"\n'
        f'exec "$here/{UNPACKED.name}/{program.binary}" "$@"\n',
        encoding="utf-8",
    )
    launcher.chmod(0o755)
    return launcher
