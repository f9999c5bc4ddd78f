"""Is everything there that a run needs? One finding each, with what to do."""

from __future__ import annotations

from loader.doctor.check import Check
from loader.doctor.diagnose import diagnose

__all__ = ["Check", "diagnose"]
