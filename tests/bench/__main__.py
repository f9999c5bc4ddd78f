"""``python -m tests.bench`` measures, prints goal and result side by side, and writes ``target/bench.json``.

Exit code 0, also when goals are missed; 70 when something could not be measured.
"""

from __future__ import annotations

import sys

from tests.bench.command import run

if __name__ == "__main__":
    sys.exit(run())
