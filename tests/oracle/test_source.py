"""An Oracle target belongs to its source too, and accepts the simulator's data only with an explicit setting."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.runs.reset import reset
from loader.settings import Settings, WmsSettings
from loader.warehouse import open_warehouse
from loader.warehouse.source_guard import ForeignTarget, check_source, claim_source, recorded_source
from tests.oracle.conftest import OracleLoads

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)


def named(settings: Settings, **wms: object) -> Settings:
    return settings.model_copy(update={"wms": WmsSettings(**wms)})  # type: ignore[arg-type]


def of_wms(settings: Settings, environment: str) -> Settings:
    url = f"https://a1.wms.ocs.oraclecloud.com/{environment}"
    return named(settings, base_url=url, username="elt", password="s3cret")


def test_simulator_on_oracle_needs_explicit_setting(oracle_loads: OracleLoads) -> None:
    settings = oracle_loads.settings()
    with open_warehouse(settings) as target:
        with pytest.raises(ForeignTarget, match="WMS_CONF_031") as caught:
            check_source(target, settings, to_load=True)
        check_source(target, named(settings, simulator=True), to_load=True)
        check_source(target, settings)
    assert "GRUPONOS_WMS__SIMULATOR=true" in caught.value.hint


def test_other_source_on_oracle_is_refused_until_reset(
    oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    oracle_loads.wms.put("order_hdr", 1, AT)
    settings = oracle_loads.settings()
    mine, other = of_wms(settings, "gruponos"), of_wms(settings, "gruponos_test")
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        claim_source(target, mine, AT)
        claim_source(target, mine, AT)
        # a foreign table with the name of a model, and one with the name of an entity
        target.execute(f"create table {target.raw('orders')} (n number(19))")
        target.execute(f"create table {target.raw('item')} (n number(19))")
    oracle_loads.run()
    with open_warehouse(settings) as target:
        check_source(target, mine)
        with pytest.raises(ForeignTarget, match="WMS_CONF_030") as caught:
            claim_source(target, other, AT)
        assert "GRUPONOS_TARGET__ORACLE_USER" in caught.value.hint
        with pytest.raises(ForeignTarget, match="WMS_CONF_032"):
            check_source(target, settings)
    found = reset(other, apply=True)
    assert {name.rpartition(".")[2] for name in found.kept} == {"item", "orders"}
    # the lock of a run creates the run tables again
    assert {item.part for item in reset(other).items} == {"state", "history", "source"}
    with open_warehouse(settings) as target:
        assert recorded_source(target) is None
        target.ensure_run_tables()
        claim_source(target, other, AT)
    oracle_loads.run()
    assert oracle_loads.current("order_hdr").keys() == {1}
