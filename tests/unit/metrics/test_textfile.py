from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from loader.errors import ConfigError
from loader.metrics import write_metrics
from loader.metrics.figures import NAMES
from loader.report import RunReport
from tests.unit.report.conftest import entity, report

__all__ = ["entity", "report"]
ROOT = Path(__file__).parents[3]


def values(path: Path) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(path.read_text())
    return {
        (
            sample.name,
            ",".join(value for name, value in sorted(sample.labels.items()) if name != "pipeline"),
        ): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_file_has_the_values_of_the_run(report: RunReport, tmp_path: Path) -> None:
    path = tmp_path / "made" / "wms_elt.prom"
    write_metrics(report, 2, "wms", path)
    found = values(path)
    assert found["wms_elt_run_finished_timestamp_seconds", ""] == report.finished_at.timestamp()
    assert found["wms_elt_run_rows_read", ""] == 1205
    assert found["wms_elt_open_alerts", ""] == 2
    assert found["wms_elt_entity_new_versions", "order_hdr"] == 33
    assert found["wms_elt_quality_score", ""] == 0.995209
    assert found["wms_elt_dbt_nodes", "test,warn"] == 1
    assert found["wms_elt_source_age_seconds", "wms.item"] == 60
    assert {name for name, _ in found} == set(NAMES)
    assert [path.name for path in path.parent.iterdir()] == ["wms_elt.prom"]


def test_unmeasured_metrics_are_omitted(report: RunReport, tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    write_metrics(replace(report, entities=(), build=None, freshness=None, quality=None), 0, "wms", path)
    assert {name for name, _ in values(path)} == {
        name for name in NAMES if name.startswith(("wms_elt_run_", "wms_elt_open", "wms_elt_info"))
    }


def test_reader_never_sees_partial_metrics_file(report: RunReport, tmp_path: Path) -> None:
    path = tmp_path / "x.prom"
    write_metrics(report, 0, "wms", path)
    whole, done, torn = len(path.read_text().splitlines()), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            if len(path.read_text().splitlines()) != whole:
                torn.append(path.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(30):
        write_metrics(report, 0, "wms", path)
    done.set()
    reader.join()
    assert torn == []


def test_unwritable_metrics_file_is_config_error(report: RunReport, tmp_path: Path) -> None:
    (tmp_path / "way").write_text("a file in the way")
    with pytest.raises(ConfigError, match="WMS_CONF_009"):
        write_metrics(report, 0, "wms", tmp_path / "way" / "x.prom")


def test_every_metric_name_is_documented() -> None:
    page = (ROOT / "docs" / "how-to" / "monitor.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in page] == []
