"""Fuzz the readers: `python -m tests.fuzzing [TARGET …] [--inputs N] [--seed N]`."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .every_target import targets
from .fuzzer import InputFails, fuzz
from .reception_mix import NAME, reception_mix
from .target import Broken

_FOLDER = Path(tempfile.gettempdir()) / "cargotwin-fuzzing"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("target", nargs="*", help="names of targets, all by default")
    parser.add_argument("--inputs", type=int, default=10_000, help="inputs for each target")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same inputs")
    parser.add_argument("--input", type=Path, help="read this one input instead")
    parser.add_argument("--failures", type=Path, default=_FOLDER, help="folder for bad inputs")
    asked = parser.parse_args(arguments)
    known = targets()
    names = [*sorted(known), NAME]
    chosen = asked.target or names
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(names)}")
    if asked.input is not None and NAME in chosen:
        parser.error(f"name the targets that shall read {asked.input}; {NAME} reads no file")
    if asked.input is not None:
        data = asked.input.read_bytes()
        for name in chosen:
            print(name, known[name].check(data))  # noqa: T201 -- what a person asked for
        return 0
    status = 0
    for name in chosen:
        try:
            if name == NAME:
                found = reception_mix(asked.inputs, asked.seed)
            else:
                found = fuzz(known[name], asked.inputs, asked.seed, asked.failures)
            print(found.line(), flush=True)  # noqa: T201 -- the result is for people
        except (InputFails, Broken) as failure:
            print(failure, flush=True)  # noqa: T201 -- as above
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
