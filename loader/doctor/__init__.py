"""Is everything there that a run needs? One finding each, with what to do."""

from __future__ import annotations

from loader.doctor.check import Check
from loader.doctor.run_checks import run_checks

__all__ = ["Check", "run_checks"]
