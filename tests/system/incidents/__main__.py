"""``python -m tests.system.incidents [NAME ...]`` stages incidents and shows what an operator types and sees."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.system.incidents.catalogue import INCIDENTS
from tests.system.incidents.incident import play
from tests.system.incidents.site import site, to_screen

LINES = 300


def main() -> int:
    """Play the named incidents, or all. Return 1 if one can't be diagnosed, fixed and verified."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.incidents", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*INCIDENTS, []], metavar="NAME", help=", ".join(INCIDENTS))
    names = parser.parse_args().names or list(INCIDENTS)
    for name in names:
        with (
            tempfile.TemporaryDirectory(prefix="incident-") as directory,
            site(Path(directory), to_screen, orders=LINES) as staged,
        ):
            try:
                play(INCIDENTS[name], staged)
            except AssertionError as failure:
                print(f"{name}: {failure}", file=sys.stderr)
                return 1
    print(f"{len(names)} of {len(INCIDENTS)} incidents: alerted, diagnosed, fixed, verified.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
