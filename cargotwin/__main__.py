"""Start the command line, from a checkout and from an installed wheel alike.

In a wheel the layers (`gateway`, `twins`, …) lie inside this package, so that the wheel adds one
name to site-packages and no more. Their imports are absolute; this folder therefore goes first on
the import path, before any foreign package of the same name.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the `cargotwin` command."""
    here = Path(__file__).resolve().parent
    if (here / "gateway").is_dir():
        sys.path.insert(0, str(here))
    from cargotwin.cli import application  # noqa: PLC0415 - the path must be set first

    # Started by `-m` it would call itself so in its help.
    application(prog_name="cargotwin")


if __name__ == "__main__":
    main()
