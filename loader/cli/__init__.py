"""Command-line interface: each command calls one function of another package."""

from __future__ import annotations

from loader.cli.main import main

__all__ = ["main"]
