from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def codes() -> list[str]:
    sources = [path.read_text() for path in (ROOT / "loader" / "wms").glob("*.py")]
    return sorted({code for source in sources for code in re.findall(r'"(WMS_[A-Z]+_\d{3})"', source)})


@pytest.mark.parametrize("code", codes())
def test_every_error_code_of_wms_package_is_documented(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs" / "reference" / "errors.md").read_text()
