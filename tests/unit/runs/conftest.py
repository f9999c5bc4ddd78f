from __future__ import annotations

from tests.system.runs.conftest import tenant
from tests.unit.report.conftest import entity, report

__all__ = ["entity", "report", "tenant"]
