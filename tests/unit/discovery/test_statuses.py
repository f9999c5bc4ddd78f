"""Meanings of status rows by override, name, code and id; languages of names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loader.discovery.findings import findings
from loader.discovery.model import StatusTable
from loader.discovery.statuses import Meanings, language_of, plain_text, read_meanings, status_codes
from tests.unit.discovery.scripted import raw
from tests.unit.discovery.test_drift_baseline import DISCOVERY

MEANINGS = Meanings(
    overrides={("wave", "7"): "cancelled", ("wave", "en espera"): "held"},
    labels={("any", "creada"): "created", ("wave", "lista"): "ready"},
    ids={("wave", "0"): "created", ("wave", "9"): "completed"},
)


@pytest.mark.parametrize(
    ("row_id", "label", "meaning", "mapped_by"),
    [
        (7, "Creada", "cancelled", "override"),
        (8, "En Espera", "held", "override"),
        (3, "CREADA", "created", "label"),
        (3, "Lista", "ready", "label"),
        (9, None, "completed", "id"),
        (9, " ", "completed", "id"),
        (9, "Otra cosa", "", ""),
        (5, "Otra cosa", "", ""),
        ("9", "Lista", "ready", "label"),
    ],
)
def test_status_has_meaning_of_first_seed(row_id: int | str, label: str | None, meaning: str, mapped_by: str) -> None:
    (code,) = status_codes("wave_status", raw({"id": row_id, "description": label}), MEANINGS)
    assert (code.id, code.meaning, code.mapped_by) == (int(row_id), meaning, mapped_by)


def test_ids_count_in_a_table_that_confirms_one() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 0, "description": "Creada"},
        {"id": 9, "description": "Fertig"},
        {"id": 7, "description": None},
    ]
    ids = {**MEANINGS.ids, ("wave", "7"): "held"}
    codes = status_codes("wave_status", raw(*rows), replace(MEANINGS, overrides={}, ids=ids))
    assert [(code.id, code.meaning, code.mapped_by) for code in codes] == [
        (0, "created", "label"),
        (7, "held", "id"),
        (9, "completed", "id"),
    ]


@pytest.mark.parametrize(
    "names", [("Erstellt", "Storniert"), ("\u4f5c\u6210\u6e08", "\u53d6\u6d88"), ("\u0645\u0644\u063a\u0649", "9")]
)
def test_ids_do_not_count_in_a_table_of_unknown_labels(names: tuple[str, str]) -> None:
    """Scripts without capitals have names too."""
    rows: list[dict[str, Any]] = [
        {"id": 0, "description": names[0]},
        {"id": 9, "description": names[1]},
        {"id": 5, "description": None},
    ]
    ids = {**MEANINGS.ids, ("wave", "5"): "held"}
    codes = status_codes("wave_status", raw(*rows), replace(MEANINGS, ids=ids))
    assert [code.meaning for code in codes] == ["", "", ""]


@pytest.mark.parametrize(
    ("description", "code", "label", "meaning", "mapped_by"),
    [
        (None, "Creada", "Creada", "created", "label"),
        (" ", "Creada", "Creada", "created", "label"),
        ("Lista", "Creada", "Lista", "ready", "label"),
        (None, "9", "9", "completed", "id"),
        (None, 9, "9", "completed", "id"),
        (None, "ZZ", "ZZ", "", ""),
    ],
)
def test_code_is_the_label_of_a_status_without_name(
    description: str | None, code: str | int, label: str, meaning: str, mapped_by: str
) -> None:
    (found,) = status_codes("wave_status", raw({"id": 9, "description": description, "code": code}), MEANINGS)
    assert (found.description, found.meaning, found.mapped_by) == (label, meaning, mapped_by)


def test_status_with_the_meaning_of_its_id_alone_is_a_finding() -> None:
    rows = [{"id": 0, "description": "Creada"}, {"id": 9, "description": "Fertig"}, {"id": 3, "description": "Lista"}]
    table = StatusTable(
        entity="wave_status", is_staged=True, codes=status_codes("wave_status", raw(*rows), MEANINGS), language=""
    )
    (found,) = findings(replace(DISCOVERY, rules=(), statuses=(table,)))
    assert found.level == "check"
    assert "1 status has an unknown name and the meaning of the id: wave_status 9 Fertig as completed." in found.text


def test_ids_of_a_renumbered_table_have_no_meaning() -> None:
    codes = status_codes(
        "wave_status", raw({"id": 9, "description": "Creada"}, {"id": 0, "description": "Otra"}), MEANINGS
    )
    assert [(code.id, code.meaning) for code in codes] == [(0, ""), (9, "created")]


def test_status_rows_without_an_id_are_left_out() -> None:
    assert status_codes("wave_status", raw({"id": "x"}, {"description": "Creada"}), MEANINGS) == ()


def test_meanings_are_read_from_seeds(tmp_path: Path) -> None:
    (tmp_path / "status_meanings.csv").write_text("entity,status_description,meaning\nany,preparação,in_progress\n")
    (tmp_path / "status_overrides.csv").write_text("entity,status_id,status_description,meaning\nwave,,Lista!,READY\n")
    found = read_meanings(tmp_path)
    assert found.labels == {("any", "preparacao"): "in_progress"}
    assert found.overrides == {("wave", "lista!"): "ready"}
    assert found.ids == {}


def test_labels_compare_without_accents() -> None:
    assert plain_text(" Em-Preparação_1 ") == "em preparacao 1"


@pytest.mark.parametrize(
    ("labels", "language"),
    [
        (["Created", "Shipped", "X"], "en"),
        (["Criado", "Cancelado"], "pt"),
        (["Creado", "Cancelado"], "es"),
        (["Cancelado"], ""),
        ([], ""),
    ],
)
def test_language_is_that_of_most_labels(labels: list[str], language: str) -> None:
    assert language_of(labels) == language
