from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loader.site.catalogue import read_catalogue
from loader.site.overview import write_overview
from tests.integration.site.conftest import NOW

GUIDE = """
# Warehouse data

What this is.

## What is where

| Question | Table |
|---|---|
| x | `y` |

## How to read

Read **well**. <script>alert(1)</script>
"""


def model(name: str, area: str, **config: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.wms_elt.{name}",
        "package_name": "wms_elt",
        "resource_type": "model",
        "name": name,
        "fqn": ["wms_elt", "marts", area, name],
        "description": f"All about {name}. Grain: one row per thing.",
        "config": {"meta": config},
        "columns": {"thing_id": {}},
        "group": "analysts",
        "original_file_path": f"models/{name}.sql",
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    stock = model("stock", "inventory", questions=["What is where & since when?"])
    private = {**model("int_stock", "x"), "fqn": ["wms_elt", "intermediate", "x", "int_stock"]}
    foreign = {**model("theirs", "inventory"), "package_name": "other"}
    seed = {**model("kpi_definitions", ""), "resource_type": "seed", "original_file_path": "seeds/kpis.csv"}
    nodes = [stock, model("orders", "fulfilment"), private, foreign, seed]
    limits = {"warn_after": {"count": 2, "period": "hour"}, "error_after": {"count": 1, "period": "day"}}
    slack = {"warn_after": {"count": 7, "period": "day"}, "error_after": {"count": None, "period": None}}
    exposure = {
        "unique_id": "exposure.wms_elt.review",
        "name": "review",
        "label": "Morning review",
        "description": "Read at seven.",
        "maturity": "high",
        "owner": {"name": "Analysts", "email": "a@example.com"},
        "url": "https://example.com",
    }
    return {
        "nodes": {node["unique_id"]: node for node in nodes},
        "groups": {"group.wms_elt.analysts": {"name": "analysts", "owner": {"name": "Analysts"}}},
        "docs": {"doc.wms_elt.__overview__": {"block_contents": GUIDE}},
        "sources": {
            "a": {"name": "item", "freshness": slack},
            "b": {"name": "task", "freshness": limits},
            "c": {"name": "allocation", "freshness": limits},
            "d": {"name": "elt_run", "freshness": None},
        },
        "exposures": {"e": exposure},
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    header = "kpi,title,formula,dated_by,grain,exclusions,unit,target,better_is,owner\n"
    fill = "fill,Fill rate,Filled / lines,Day,day,None,share,0.97,higher,Analysts\n"
    wait = "wait,Wait,x,Day,day,None,hours,,lower,Analysts\n"
    (tmp_path / "seeds" / "kpis.csv").write_text(header + fill + wait)
    return tmp_path


@pytest.fixture
def saved(project: Path, manifest: dict[str, Any]) -> Path:
    path = project / "manifest.json"
    path.write_text(json.dumps(manifest))
    return path


def test_catalogue_matches_the_manifest(saved: Path, project: Path) -> None:
    catalogue = read_catalogue(saved, project)
    assert {area: [mart.name for mart in marts] for area, marts in catalogue.marts.items()} == {
        "fulfilment": ["orders"],
        "inventory": ["stock"],
    }
    (stock,) = catalogue.marts["inventory"]
    assert (stock.questions, stock.columns, stock.owner) == (
        ("What is where & since when?",),
        ("thing_id",),
        "Analysts",
    )
    assert [kpi["kpi"] for kpi in catalogue.kpis] == ["fill", "wait"]
    assert [exposure.label for exposure in catalogue.exposures] == ["Morning review"]


def test_sources_are_grouped_by_limits_strictest_first(saved: Path, project: Path) -> None:
    freshness = read_catalogue(saved, project).freshness
    assert [(limit.sources, limit.warn_after_hours, limit.error_after_hours) for limit in freshness] == [
        (("allocation", "task"), 2, 24),
        (("item",), 168, None),
    ]


def test_overview_shows_the_catalogue_escaped(saved: Path, project: Path, tmp_path: Path) -> None:
    page = write_overview(tmp_path / "site", read_catalogue(saved, project), NOW).read_text()
    for part in (
        'href="tables.html#!/model/model.wms_elt.stock"',
        "What is where &amp; since when?",
        "Read <strong>well</strong>. &lt;script&gt;",
        "\N{GREATER-THAN OR EQUAL TO} 97.0 %",
        "Morning review",
        "24 Nov 2026, 06:00 UTC",
    ):
        assert part in page
    assert "<h2>What is where</h2>" not in page
    assert page.count("<script>") == 1


def test_minimal_project_has_an_overview(manifest: dict[str, Any], project: Path, tmp_path: Path) -> None:
    for name in ("docs", "exposures", "sources", "nodes", "groups"):
        manifest[name] = {}
    path = project / "manifest.json"
    path.write_text(json.dumps(manifest))
    page = write_overview(tmp_path / "site", read_catalogue(path, project), NOW).read_text()
    assert "KPI dictionary" not in page
