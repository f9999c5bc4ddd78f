from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support import warm

ROOT = Path(__file__).parents[3]
Wms = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory, and none of our variables in the environment."""
    for name in os.environ:
        if name.startswith(("GRUPONOS_", "WMS_ELT_", "DBT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wms_elt(clean_environment: Path) -> Wms:
    """The command in its own process."""

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **(env or {})}
        return subprocess.run(
            warm.command(*arguments), capture_output=True, text=True, env=environment, timeout=1200, check=False
        )

    return run
