"""Field cases E1-E4: environment variables of dlt, dbt and other tools have no effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.system.field.conftest import SEED, Machine, Ran, Wms
from tests.system.field.small_wms import SmallWms
from tests.system.field.worlds import orders, world

Typed = Callable[..., Ran]
DLT = {
    "DEV_MODE": "true",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
    "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID": "true",
    "PROGRESS": "enlighten",
    "DATASET_NAME": "elsewhere",
    "PIPELINE_NAME": "another",
    "PIPELINES_DIR": "/proc/nowhere",
    "DESTINATION__DATASET_NAME_LAYOUT": "x_%s",
    "DESTINATION__DUCKDB__CREDENTIALS": "duckdb:////proc/nowhere.duckdb",
    "DESTINATION__CREATE_INDEXES": "true",
    "SCHEMA__NAMING": "snake_case",
    "SCHEMA__MAX_TABLE_NESTING": "0",
    "NORMALIZE__LOADER_FILE_FORMAT": "jsonl",
    "NORMALIZE__WORKERS": "many",
    "EXTRACT__WORKERS": "0",
    "LOAD__WORKERS": "0",
    "LOAD__TRUNCATE_STAGING_DATASET": "true",
    "DATA_WRITER__FILE_MAX_ITEMS": "1",
    "DATA_WRITER__FILE_MAX_BYTES": "1",
    "DATA_WRITER__DISABLE_COMPRESSION": "true",
    "RESTORE_FROM_DESTINATION": "false",
    "REFRESH": "drop_sources",
    "WRITE_DISPOSITION": "replace",
    "SOURCES__WMS__MAX_TABLE_NESTING": "0",
    "RUNTIME__LOG_LEVEL": "NONSENSE",
    "DLT_DATA_DIR": "/proc/nowhere",
    "DLT_PROJECT_DIR": "/proc/nowhere",
    "RUN__PROGRESS": "tqdm",
}
DBT = {
    "DBT_TARGET": "prod",
    "DBT_PROFILE": "x",
    "DBT_WARN_ERROR": "true",
    "DBT_PROFILES_DIR": "/proc/nowhere",
    "DBT_PROJECT_DIR": "/proc/nowhere",
    "DBT_ENGINE_TARGET": "prod",
    "DBT_DEFER": "true",
    "DBT_STATE": "/proc/nowhere",
    "DBT_FAVOR_STATE": "true",
    "DBT_EMPTY": "true",
    "DBT_LOG_FORMAT": "nonsense",
    "DBT_LOG_LEVEL": "nonsense",
    "DBT_WARN_ERROR_OPTIONS": '{"error": "all"}',
    "DBT_CACHE_SELECTED_ONLY": "true",
    "DBT_INDIRECT_SELECTION": "nonsense",
    "DBT_EXCLUDE_RESOURCE_TYPES": "model",
    "DBT_RESOURCE_TYPES": "seed",
    "DBT_LOG_PATH": "/proc/nowhere",
    "DBT_SAMPLE": "1 day",
    "DBT_STATIC_PARSER": "nonsense",
}


def loaded(machine: Machine, serve: Wms, typed: Typed, foreign: dict[str, str]) -> None:
    wms = serve(orders(range(1, 31)))
    for _ in range(2):
        ran = typed("load", env={**foreign, **machine.variables(wms)})
        assert ran.exit_code == 0, f"{sorted(foreign)}: {ran.text}"
    assert machine.live() == list(range(1, 31))
    assert machine.versions() == 30
    columns = "select column_name from information_schema.columns where table_name = 'order_hdr'"
    assert not {name for (name,) in machine.query(columns) if str(name).startswith("_dlt")}
    schemas = {name.split(".")[0] for name in machine.tables()}
    assert schemas <= {"wms_raw", "wms", "wms_raw_staging", "main"}, schemas


@pytest.mark.parametrize("name", ["DEV_MODE", "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID", "PROGRESS"])
def test_e1_to_e3_dlt_variable_has_no_effect(machine: Machine, serve: Wms, typed: Typed, name: str) -> None:
    loaded(machine, serve, typed, {name: DLT[name]})


def test_e1_all_dlt_variables_have_no_effect(machine: Machine, serve: Wms, typed: Typed) -> None:
    loaded(machine, serve, typed, DLT)


def test_e1_variable_with_pipeline_name_has_no_effect(machine: Machine, serve: Wms, typed: Typed) -> None:
    foreign = {f"WMS__{name}": value for name, value in DLT.items()}
    loaded(machine, serve, typed, foreign)


ALONE = ("DBT_TARGET", "DBT_PROFILE", "DBT_WARN_ERROR", "DBT_PROFILES_DIR")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, SmallWms]]:
    machine = Machine(tmp_path_factory.mktemp("dbt"))
    with SmallWms(world(orders(range(1, 31)))).serve() as wms:
        assert machine.load(wms).exit_code == 0
        yield machine, wms


@pytest.mark.parametrize("names", [*((name,) for name in ALONE), tuple(sorted({*DBT} - {*ALONE}))], ids=", ".join)
def test_e4_dbt_variable_has_no_effect(built: tuple[Machine, SmallWms], typed: Typed, names: tuple[str, ...]) -> None:
    """Variables from a field case are tested alone, the others together, because each run starts dbt."""
    machine, wms = built
    foreign = {name: DBT[name] for name in names}
    ran = typed("dbt", "--select", SEED, env={**foreign, **machine.variables(wms)})
    if ran.exit_code == 10:
        assert any(name in ran.text for name in names), ran.text
        return
    assert ran.exit_code == 0, ran.text
    assert machine.query(f"select count(*) > 0 from wms.{SEED}") == [(True,)]
