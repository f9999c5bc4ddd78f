"""The commands for a new tenant, and the run after them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loader.discovery import read_discovery
from loader.discovery.discover import Limits
from loader.errors import ConfigError, SourceError
from loader.runs import run_load
from loader.runs.discover import discover, generate_staging
from loader.settings import Settings
from tests.support.harness import REPOSITORY
from tests.system.runs.conftest import Tenant

ENTITIES = "company,facility,order_hdr,wave,wave_status"


@pytest.fixture
def settings(tenant: Tenant) -> Settings:
    return tenant.settings(GRUPONOS_PIPELINE__ENTITIES=ENTITIES)


def test_discover_writes_page_text_and_json(tenant: Tenant, settings: Settings) -> None:
    found = discover(settings, limits=Limits(with_rules=False), root=REPOSITORY)
    page, text, data = found.files
    text_of = page.read_text()
    assert text_of.count("<h2") == 7
    assert "<code>order_hdr</code>" in text_of
    assert text.read_text().startswith("# ")
    assert json.loads(data.read_text())["requests"] == found.discovery.requests
    assert read_discovery(settings) == found.discovery
    # the target is not touched
    assert not tenant.database.exists()


def test_run_warns_once_of_fields_changed_since_the_discovery(settings: Settings) -> None:
    found = discover(settings, limits=Limits(with_rules=False), root=REPOSITORY)
    path = found.files[-1]
    stored = json.loads(path.read_text())
    (wave,) = [facts for facts in stored["entities"] if facts["name"] == "wave"]
    wave["fields"]["gone_flg"] = {"type": "boolean", "kind": "boolean", "max_length": None}
    wave["fields"]["run_nbr"]["type"] = "integer"
    path.write_text(json.dumps(stored))
    first, second = run_load(settings), run_load(settings)
    assert [(change.entity, change.field_name, change.change_kind) for change in first.schema_changes] == [
        ("wave", "gone_flg", "removed"),
        ("wave", "run_nbr", "retyped"),
    ]
    (warning,) = [warning for warning in first.warnings if "changed its fields" in warning]
    assert "wave.gone_flg removed, wave.run_nbr integer -> string" in warning
    assert second.schema_changes == ()


def test_generate_staging_uses_the_descriptions_of_the_tenant(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "dbt_project").mkdir()
    files = generate_staging(settings, ["wave", "wave_status", "wave"], directory=tmp_path / "models", root=tmp_path)
    assert [file.path.name for file in files] == [
        "stg_wms__wave.sql",
        "stg_wms__wave.yml",
        "stg_wms__wave_status.sql",
        "stg_wms__wave_status.yml",
        "_wms__sources.yml",
    ]
    with pytest.raises(ConfigError, match="exists already"):
        generate_staging(settings, ["wave"], directory=tmp_path / "models", root=tmp_path)


def test_generate_staging_refuses_an_unknown_entity(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Did you mean wave") as raised:
        generate_staging(settings, ["wafe"], directory=tmp_path / "models", root=tmp_path)
    assert raised.value.code == "WMS_ENTITY_001"
    assert not (tmp_path / "models").exists()
