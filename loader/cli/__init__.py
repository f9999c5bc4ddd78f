"""Words on the command line; every command calls one function of another room."""

from __future__ import annotations

from loader.cli.main import main

__all__ = ["main"]
