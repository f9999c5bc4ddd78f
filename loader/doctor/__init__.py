"""Checks everything that a run needs, with a hint for each problem."""

from __future__ import annotations

from loader.doctor.check import Check
from loader.doctor.run_checks import run_checks

__all__ = ["Check", "run_checks"]
