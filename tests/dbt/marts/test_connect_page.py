"""The page "Connect query tools": its joins are declared, and its Python code reads a warehouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dbt.marts.full_world import FullWorld
from tests.support.harness import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "connect.md").read_text(encoding="utf-8")
JOIN = re.compile(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def declared() -> Iterator[tuple[str, str, str, str]]:
    """Return the relations that the marts test: mart, column, other mart, its key."""
    for path in (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            for column in model["columns"]:
                for test in column.get("data_tests", ()):
                    if isinstance(test, dict) and "relationships" in test:
                        arguments = test["relationships"]["arguments"]
                        yield model["name"], column["name"], arguments["to"][5:-2], arguments["field"]


def test_joins_of_the_page_are_declared() -> None:
    joins = JOIN.findall(PAGE)
    assert len(joins) >= 10
    assert set(joins) <= set(declared())


def test_python_code_reads_the_read_copy(
    full_world: FullWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "warehouse.read.duckdb").symlink_to(full_world.raw.path)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(PYTHON.findall(PAGE)[0], names)
    assert names["orders"].num_rows > 1
