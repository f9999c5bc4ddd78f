"""Entry point for ``python -m loader``, the same as ``wms-elt``."""

from __future__ import annotations

from loader.cli import main

if __name__ == "__main__":
    main()
