from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from loader.settings import Settings
from loader.site import profiles
from loader.site.catalogue import Table, read_catalogue
from loader.site.profiles import Profile, profile_table
from loader.warehouse import open_warehouse
from tests.integration.site.small_manifest import column, manifest, model, write_project


@pytest.fixture
def table(tmp_path: Path) -> Table:
    columns = [column("id"), column("name", "varchar(20)"), column("seen_at", "timestamp"), column("gone")]
    content = manifest()
    node = model("marts", "core", "thing", "select 1", columns)
    content["nodes"][node["unique_id"]] = node
    return read_catalogue(*write_project(tmp_path, content)).tables[node["unique_id"]]


def profiled(settings: Settings, table: Table, select: str, masked: tuple[str, ...] = ()) -> Profile | None:
    with duckdb.connect(str(settings.target.duckdb_path)) as connection:
        connection.execute(f"create schema wms; create table wms.thing as {select}")
    with open_warehouse(settings, read_only=True) as target:
        return profile_table(target, table, masked, "duckdb")


def test_profile_has_nulls_distinct_values_and_extremes(settings: Settings, table: Table) -> None:
    rows = (
        "select * from (values (1, 'a', timestamp '2026-05-04'), (2, null, null), (2, 'b', null)) t(id, name, seen_at)"
    )
    profile = profiled(settings, table, rows)
    assert profile
    assert (profile.rows, profile.is_sampled, list(profile.columns)) == (3, False, ["id", "name", "seen_at"])
    found = profile.columns["name"]
    assert (round(found.null_share or 0, 2), found.distinct, found.low, found.high) == (0.33, 2, "a", "b")
    assert profile.columns["seen_at"].low == "2026-05-04"
    assert profile.sample[1] == ("2", "\N{EN DASH}", "\N{EN DASH}")


def test_masked_column_shows_no_value(settings: Settings, table: Table) -> None:
    profile = profiled(settings, table, "select 1 as id, 'Ana' as name union all select 2, null", ("name",))
    assert profile
    assert (profile.columns["name"].low, profile.columns["name"].high) == ("masked", "masked")
    assert {row[1] for row in profile.sample} == {"masked", "\N{EN DASH}"}


def test_sample_rows_can_be_left_out(settings: Settings, table: Table) -> None:
    assert profiled(settings, table, "select 1 as id")
    with open_warehouse(settings, read_only=True) as target:
        profile = profile_table(target, table, (), "duckdb", sample_rows=0)
    assert profile
    assert (profile.rows, profile.sample) == (1, ())


def test_large_table_is_profiled_by_a_sample(settings: Settings, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "PROFILED_ROWS", 20_000)
    profile = profiled(settings, table, "select range as id from range(400000)")
    assert profile
    assert profile.rows == 400_000
    assert 0 < profile.profiled < 200_000
    assert profile.is_sampled
    assert len(profile.sample) == 10


def test_empty_table_has_a_profile_without_shares(settings: Settings, table: Table) -> None:
    profile = profiled(settings, table, "select 1 as id where false")
    assert profile
    assert (profile.rows, profile.columns["id"].null_share, profile.sample) == (0, None, ())


def test_missing_table_has_no_profile(settings: Settings, table: Table) -> None:
    with duckdb.connect(str(settings.target.duckdb_path)):
        pass
    with open_warehouse(settings, read_only=True) as target:
        assert profile_table(target, table, (), "duckdb") is None
