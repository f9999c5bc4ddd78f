"""The notebook of the fifteen questions runs on a built warehouse, and each question has a chart."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.dbt.marts.full_world import FullWorld
from tests.dbt.marts.questions_notebook import CHARTS, NOTEBOOK
from tests.dbt.marts.test_questions import MAY_BE_EMPTY

MARK = re.compile(r'class="(?:rect reactive|dot reactive|line reactive)')


def run(source: str, names: dict[str, Any]) -> Any:
    """Execute a cell and return the value of its last expression, which a notebook shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


def test_notebook_answers_each_question_with_a_chart(
    full_world: FullWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "warehouse.read.duckdb").symlink_to(full_world.raw.path)
    (tmp_path / "docs" / "how-to").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "docs" / "how-to")
    names: dict[str, Any] = {}
    question, charts = 0, dict.fromkeys(CHARTS, 0)
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            question = int(found[1]) if (found := re.match(r"## (\d+)\.", source)) else 0
            continue
        shown = run(source, names)
        if hasattr(shown, "_repr_html_"):
            assert shown or question in MAY_BE_EMPTY
            assert "<table>" in shown._repr_html_()
        if hasattr(shown, "_repr_svg_"):
            svg = shown._repr_svg_()
            ElementTree.fromstring(svg)
            assert not re.search(r'(?:href|src)="http', svg)
            assert MARK.search(svg) or question in MAY_BE_EMPTY, f"question {question}: a chart without marks"
            charts[question] += 1
    names["warehouse"].close()
    assert charts == {number: len(drawn) for number, drawn in CHARTS.items()}
