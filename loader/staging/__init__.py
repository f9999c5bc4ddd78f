"""Staging models of the dbt project: what existing ones expect of the WMS, and new ones from a description."""

from __future__ import annotations

from loader.staging.columns import StagedColumn, staged_columns
from loader.staging.expected import ExpectedColumn, ExpectedModel, expected_models
from loader.staging.generate import GeneratedFile, generate

__all__ = [
    "ExpectedColumn",
    "ExpectedModel",
    "GeneratedFile",
    "StagedColumn",
    "expected_models",
    "generate",
    "staged_columns",
]
