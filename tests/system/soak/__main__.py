"""``python -m tests.system.soak --seconds 600`` plays random scenarios until the time is up or data is lost.

With ``--builds``, whole runs with kills until the time is up or a mart differs from a full refresh.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.system.soak.builds import BuildsDiffer, soak_builds
from tests.system.soak.soak import soak
from tests.system.soak.tally import Tally

REFUSED = "foreign tenants refused"


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code: 0, or 1 if data was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.system.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long to begin new scenarios (default 600)")
    parser.add_argument("--seed", type=int, default=None, help="of the soak; drawn when not given")
    parser.add_argument("--scenario", type=int, action="append", help="play only this one; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="scenarios side by side (default 2)")
    parser.add_argument("--builds", action="store_true", help="play whole runs with dbt instead of loads")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    if options.builds:
        return _builds(seed, options.seconds)
    began, total = time.monotonic(), Tally()
    for result in soak(seed, options.scenario, options.seconds, options.jobs):
        if result.failure:
            replay = f"python -m tests.system.soak --seed {seed} --scenario {result.number}"
            print(f"{result.failure}\nreplay: {replay}", file=sys.stderr)
            return 1
        total.add(result.tally)
        print(f"{time.monotonic() - began:6.0f} s  {_line(total.counts)}", flush=True)
    _show(total, time.monotonic() - began)
    return 0


def _builds(seed: int, seconds: float) -> int:
    def show(counts: Counter[str]) -> None:
        print("  ".join(f"{name} {number:,}" for name, number in counts.items()), flush=True)

    with tempfile.TemporaryDirectory(prefix="soak-") as directory:
        try:
            counts = soak_builds(seed, seconds, Path(directory), show)
        except BuildsDiffer as error:
            replay = f"python -m tests.system.soak --builds --seconds {seconds:.0f} --seed {seed}"
            print(f"{error}\nreplay: {replay}", file=sys.stderr)
            return 1
    print(f"\nmarts equal a full refresh {counts['comparisons']} times")
    return 0


def _line(counts: Counter[str]) -> str:
    names = ("scenarios", "loads", "killed", "requests", "rows", "versions", "tombstones")
    return "  ".join(f"{name} {counts[name]:,}" for name in names)


def _show(tally: Tally, seconds: float) -> None:
    counts = tally.counts
    print(f"\nnothing lost in {counts['scenarios']} scenarios, {seconds:.0f} s")
    print(_line(counts))
    print(f"calm {counts['calm']}  guarded {counts['guarded']}  foreign tenants refused {counts[REFUSED]}")
    print("forced passes 0  windows that count 0  calls to foreign hosts 0")
    if counts["incremental versions"]:
        scanned = counts["incremental rows scanned"] / counts["incremental versions"]
        print(f"rows scanned by the source per changed row in incremental runs: {scanned:.1f}")
    for name, shown in (("kills", tally.kills), ("faults", tally.faults), ("hazards", tally.hazards)):
        print(f"{name}: {', '.join(f'{kind} {number}' for kind, number in sorted(shown.items()))}")


if __name__ == "__main__":
    sys.exit(main())
