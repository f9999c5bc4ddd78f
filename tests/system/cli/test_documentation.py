from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = tuple(sorted(path.name for path in (ROOT / "loader").iterdir() if (path / "__init__.py").exists()))
CODE = re.compile(r'"((?:WMS|INT)_(?:[A-Z]+_)?\d{3})"')


def codes(package: str) -> set[str]:
    files = (ROOT / "loader" / package).rglob("*.py")
    return {code for file in files for code in CODE.findall(file.read_text())}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_code_is_explained(package: str) -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text()
    assert [code for code in sorted(codes(package)) if f"| `{code}` |" not in page] == []


def test_codes_are_found_where_they_are() -> None:
    assert {"WMS_CONF_002", "WMS_CONF_004"} <= codes("settings")
    assert "INT_001" in codes("cli")


def test_every_exit_code_is_explained() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text()
    errors = (ROOT / "loader" / "errors.py").read_text()
    exit_codes = set(re.findall(r"exit_code(?:: ClassVar\[int\])? = (\d+)", errors))
    assert {"10", "20", "30", "40", "50", "70", "130"} == exit_codes
    assert all(f"| {code} |" in page for code in exit_codes)
