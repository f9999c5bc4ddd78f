"""``python -m loader.bench``."""

from __future__ import annotations

import sys

from loader.bench import main

if __name__ == "__main__":
    sys.exit(main())
