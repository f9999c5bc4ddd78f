"""``python -m loader.simulator``: the simulator on its own, until Ctrl-C."""

from __future__ import annotations

import sys

from loader.simulator.api.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
