from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from loader.dbt import BuildResult, NodeResult
from loader.dbt.plan import BuildPlan
from loader.errors import ConfigError
from loader.report import ErrorEntry
from loader.report.model import EmptyMart
from loader.settings import Settings
from loader.site import refreshed, write_status
from tests.integration.site.conftest import NOW, RECONCILIATION, MakeReport, Warehouse, rejected

EVIL = "<script>alert(1)</script>"


def page_of(settings: Settings) -> str:
    return write_status(settings, now=NOW).read_text()


def title(page: str) -> str:
    return re.findall(r"<h1>(.+?)</h1>", page)[0]


def test_page_before_first_run_shows_next_step(settings: Settings) -> None:
    page = page_of(settings)
    assert title(page) == "No data yet"
    assert "Run <code>make elt</code> to load from the WMS" in page
    assert "<svg" not in page


def test_page_of_a_good_run_is_ok(settings: Settings, warehouse: Warehouse, make_report: MakeReport) -> None:
    warehouse.ended(make_report(1))
    page = page_of(settings)
    assert title(page) == "All is well"
    assert "24 Nov 2026, 06:00 UTC" in page
    for part in (
        "You can use all numbers.",
        "Nothing to do.",
        "Line fill rate",
        "97.0 % or more",
        "92.5 %",
        "model_11",
    ):
        assert part in page
    assert page.count('class="chart"') == 3


def test_kpis_are_grouped_by_question_and_compared_with_their_target(settings: Settings, warehouse: Warehouse) -> None:
    warehouse.execute("update wms.kpi_definitions set kpi = 'line_fill_rate' where kpi = 'fill'")
    for table in ("kpi_daily", "kpi_current"):
        warehouse.execute(f"update wms.{table} set kpi = 'line_fill_rate' where kpi = 'fill'")
    page = (write_status(settings, now=NOW).parent / "kpis.html").read_text()
    service, more = page.index("Do customers get what they ordered"), page.index(">More</h2>")
    assert service < page.index(">Line fill rate<") < more < page.index(">Waiting<")
    rows = re.findall(r'<tr data-facility="(DC0\d)">.*?</tr>', page, re.DOTALL)
    assert rows == ["DC01", "DC02", "DC01"]
    assert re.search(r"98\.5 %.*?</span> met", page, re.DOTALL)
    assert re.search(r"92\.5 %.*?</span> missed", page, re.DOTALL)
    assert ">target</text>" in page


def test_open_alert_and_skipped_entity_are_on_the_page(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    report = make_report(1, empty_marts=(EmptyMart(mart="cycle_counts", entities=("cc_adjustment_hdr",)),))
    skipped = replace(report.entities[1], status="skipped", message="the WMS has no such entity")
    warehouse.ended(replace(report, entities=(report.entities[0], skipped)))
    warehouse.execute(
        """insert into wms_raw.elt_alert (alert_key, opened_at, kind, subject, severity, summary, rows_query)
        values ('k', '2026-11-24', 'freshness_breached', 'wms.item', 'warn', 'item is late', 'select 1')"""
    )
    page = page_of(settings)
    assert re.search(r"freshness breached.*wms\.item.*item is late.*select 1", page, re.DOTALL)
    assert "the WMS has no such entity" in page
    assert "<code>cycle_counts</code>: cc_adjustment_hdr" in page


def test_findings_are_root_causes_before_consequences(settings: Settings, warehouse: Warehouse) -> None:
    warehouse.reject(*(rejected(number, "line_exists", is_root_cause=0) for number in range(5)))
    warehouse.reject(rejected(9, "facility_known"))
    page = page_of(settings)
    causes, consequences = page.index("Root causes"), page.index("Consequences of these")
    assert causes < page.index("facility known") < consequences < page.index("line exists")


def test_page_of_a_run_that_built_nothing_says_since_when(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    plan = BuildPlan(scope="nothing", reason="nothing new since 10:02Z")
    warehouse.ended(make_report(1, plan=plan, build=None))
    page = page_of(settings)
    assert "nothing new since 10:02Z" in page
    assert "Tests passed" not in page


def test_page_of_a_run_with_warnings_needs_a_look(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1, status="warned", warnings=("item was skipped",)))
    page = page_of(settings)
    assert title(page) == "Worth a look"
    assert "Item was skipped" in page


def test_page_of_a_failed_run_shows_the_other_parts(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport, failure: ErrorEntry
) -> None:
    warehouse.ended(make_report(1))
    warehouse.ended(make_report(2, status="failed", errors=(failure,), build=None, freshness=None, quality=None))
    page = page_of(settings)
    assert title(page) == "Needs attention"
    assert "Can&#39;t build with dbt: orders." in page
    assert "Next: Fix it." in page
    assert "ended before the freshness check" in page
    assert "Line fill rate" in page


def test_failed_model_is_shown_with_database_message(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport, failure: ErrorEntry
) -> None:
    node = NodeResult(name="orders", kind="model", status="failed", seconds=1, message="no such\n  column " + "x" * 999)
    build = BuildResult(nodes=(node,), seconds=1)
    warehouse.ended(make_report(1, status="failed", errors=(failure,), build=build))
    page = page_of(settings)
    assert "The model orders failed. no such column xxx" in page
    assert "x" * 300 not in page


def test_reconciliation_difference_needs_a_look(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    warehouse.ended(make_report(1))
    warehouse.execute(RECONCILIATION)
    warehouse.reject(rejected(1))
    page = page_of(settings)
    assert title(page) == "Worth a look"
    assert "different numbers of records: wave." in page
    assert "Some loaded records aren&#39;t in the tables yet. Affected: wave." in page
    assert ">-1</span>" in page


def test_file_that_is_no_database_is_shown_with_hint(settings: Settings, make_report: MakeReport) -> None:
    settings.target.duckdb_path.write_text("not a database, but long enough to be read as one" * 10)
    refreshed(settings, make_report(1))
    page = (settings.pipeline.work_dir / "site" / "data-status.html").read_text()
    assert title(page) == "Needs attention"
    assert "WMS_TGT_003" in page
    assert "1 min 20 s" in page


def test_page_escapes_data(settings: Settings, warehouse: Warehouse, make_report: MakeReport) -> None:
    report = make_report(1, status="warned", source=EVIL, warnings=(EVIL,))
    report = replace(
        report, entities=tuple(replace(row, entity=EVIL + row.entity, message=EVIL) for row in report.entities)
    )
    assert report.build
    nodes = tuple(replace(node, name=EVIL + node.name) for node in report.build.nodes)
    warehouse.ended(replace(report, build=replace(report.build, nodes=nodes)))
    warehouse.reject(rejected(1, EVIL, entity=EVIL, reason=EVIL, value=EVIL, remediation=EVIL))
    for table, column in (
        ("dim_facility", "facility_code"),
        ("kpi_definitions", "title"),
        ("kpi_definitions", "formula"),
    ):
        warehouse.execute(f"update wms.{table} set {column} = '{EVIL}' || {column}")
    warehouse.execute(f"update wms.kpi_current set facility_code = '{EVIL}'")
    page = page_of(settings)
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert(1)") >= 10
    assert page.count("<script>") == 1


def test_policy_allows_only_our_script_and_no_requests(settings: Settings, warehouse: Warehouse) -> None:
    page = page_of(settings)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # scripts of the same site, from a web server or from disk
    assert f"script-src 'self' file: 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []
    assert "@import" not in page


def test_refreshed_writes_page_and_returns_same_report(
    settings: Settings, warehouse: Warehouse, make_report: MakeReport
) -> None:
    report = warehouse.ended(make_report(1))
    assert refreshed(settings, report) == report
    assert "All is well" in (settings.pipeline.work_dir / "site" / "data-status.html").read_text()


def test_unwritable_page_is_a_warning_of_the_run(settings: Settings, make_report: MakeReport) -> None:
    settings.pipeline.work_dir.mkdir()
    (settings.pipeline.work_dir / "site").write_text("in the way")
    report = make_report(1)
    after = refreshed(settings, report)
    assert replace(after, warnings=()) == report
    (warning,) = after.warnings
    assert warning.startswith("can't write the data-status page")
    with pytest.raises(ConfigError, match="WMS_CONF_005"):
        write_status(settings)


def test_page_is_replaced_atomically_and_world_readable(settings: Settings) -> None:
    first = write_status(settings, now=NOW)
    before = first.stat().st_ino
    again = write_status(settings, now=NOW)
    assert again.stat().st_ino != before
    assert not list(again.parent.rglob(".*"))
    assert again.stat().st_mode & 0o044 == 0o044


def test_navigation_lists_only_existing_pages(settings: Settings) -> None:
    page = write_status(settings, now=NOW)
    assert "lineage.html" not in page.read_text()
    (page.parent / "lineage.html").touch()
    assert 'href="lineage.html"' in page_of(settings)


def test_page_contains_no_secrets(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "wms": {"base_url": "https://wms.example.com/lgfapi", "username": "reader", "password": "s3cret-of-wms"},
            "target": {"duckdb_path": tmp_path / "w.duckdb"},
            "pipeline": {"work_dir": tmp_path / "work"},
        }
    )
    assert "s3cret-of-wms" not in page_of(settings)
