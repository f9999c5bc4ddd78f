"""docs/reference/field-cases.md lists every hazard and fault of the simulator, with tests that exist."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from loader.simulator.api.faults.model import KINDS
from loader.simulator.world import Hazards

ROOT = Path(__file__).parents[3]
HAZARDS = {field.name for field in fields(Hazards)} - {"late_seconds", "late_max_seconds", "bulk_updates", "purges"}
PROOF = re.compile(r"`(tests/[^`:]+)::(\w+)(?:\[([^`\]]+)\])?`")


def rows() -> list[str]:
    page = (ROOT / "docs" / "reference" / "field-cases.md").read_text()
    return [line for line in page.splitlines() if "| `tests/" in line]


@pytest.mark.parametrize("name", [*KINDS, *sorted(HAZARDS), "bulk_update", "silent_bulk_update", "purge"])
def test_hazard_has_explanation_and_tests(name: str) -> None:
    assert len([row for row in rows() if row.startswith(f"| `{name}`")]) == 1


def test_referenced_tests_exist() -> None:
    proofs = [proof for row in rows() for proof in PROOF.findall(row)]
    assert len(proofs) > len(KINDS)
    for file, function, parameter in proofs:
        code = (ROOT / file).read_text()
        assert f"def {function}(" in code, (file, function)
        assert not parameter or parameter in KINDS or f'"{parameter}"' in code, (file, function, parameter)
