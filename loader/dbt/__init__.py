"""Runs dbt in this process and reads its results."""

from __future__ import annotations

from loader.dbt.project import DbtProject
from loader.dbt.results import BuildResult, Documentation, FreshnessResult, NodeResult, SourceFreshness

__all__ = ["BuildResult", "DbtProject", "Documentation", "FreshnessResult", "NodeResult", "SourceFreshness"]
