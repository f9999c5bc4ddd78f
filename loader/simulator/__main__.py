"""Entry point for ``python -m loader.simulator``, which serves until Ctrl-C."""

from __future__ import annotations

import sys

from loader.simulator.api.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
