"""``python -m tests.bench`` measures, prints goals and results side by side, and writes ``target/bench.json``.

Exit code 0, also if goals are missed; 70 if a measurement failed.
"""

from __future__ import annotations

import sys

from tests.bench.command import run

if __name__ == "__main__":
    sys.exit(run())
