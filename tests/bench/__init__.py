"""Measured ratios: this loader against what else a user could pick, on the same bytes in the same run."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """``make bench``: measures, prints goal and result side by side, writes ``target/bench.json``.

    Returns:
        0, also when goals are missed; 70 when something could not be measured.
    """
    # the measured children import this package too, and must not pay for the harness
    from tests.bench.command import run

    return run(argv)
