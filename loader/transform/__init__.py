"""dbt in this process: its environment, its invocations and what they came to."""

from __future__ import annotations

from loader.transform.project import DbtProject
from loader.transform.results import BuildResult, FreshnessResult, NodeResult, SourceFreshness

__all__ = ["BuildResult", "DbtProject", "FreshnessResult", "NodeResult", "SourceFreshness"]
