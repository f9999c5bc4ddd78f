"""dbt in this process: its environment, its invocations and what they came to."""

from __future__ import annotations

from loader.dbt.project import DbtProject
from loader.dbt.results import BuildResult, Documentation, FreshnessResult, NodeResult, SourceFreshness

__all__ = ["BuildResult", "DbtProject", "Documentation", "FreshnessResult", "NodeResult", "SourceFreshness"]
