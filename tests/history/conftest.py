from __future__ import annotations

from tests.elt.conftest import tenant
from tests.report.conftest import entity, report

__all__ = ["entity", "report", "tenant"]
