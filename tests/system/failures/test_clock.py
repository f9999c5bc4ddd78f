"""If this machine's clock jumps or daylight saving time changes, nothing is lost and alerts are still sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from loader.errors import WmsEltError
from loader.runs import prune, run_load
from tests.support.machine import ENTITIES, Machine

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
JUMPS = (timedelta(), timedelta(days=400), timedelta(days=-400), timedelta(hours=2), timedelta(hours=-30))
OPTIONS = {"GRUPONOS_PIPELINE__ENTITIES": ",".join(ENTITIES), "GRUPONOS_OPERATIONS__HISTORY_DAYS": "3660"}


@pytest.mark.exhaustive
def test_jumping_clock_loses_nothing(machine: Machine) -> None:
    tenant = machine.tenant
    settings = tenant.settings(**OPTIONS)
    for hours, jump in enumerate(JUMPS):
        with time_machine.travel(NOW + jump, tick=True):
            assert run_load(settings).exit_code == 0
        if jump >= timedelta(hours=hours):
            # if its clock is far behind the WMS clock, a run reads up to its own clock and warns
            for entity in ENTITIES:
                assert tenant.current(entity) == tenant.documents(entity), (jump, entity)
        tenant.advance(hours=1)
    with time_machine.travel(NOW + timedelta(hours=len(JUMPS)), tick=True):
        assert run_load(settings).exit_code == 0
    for entity in ENTITIES:
        assert tenant.current(entity) == tenant.documents(entity), entity
    runs = len(JUMPS) + 1
    assert tenant.query("select count(*), count(distinct run_id) from wms_raw.elt_run") == [(runs, runs)]
    machine.is_whole()


def test_future_clock_does_not_suppress_later_alerts(machine: Machine) -> None:
    from pytest_httpserver import HTTPServer

    from tests.unit.alerts.test_announce import Inbox

    with HTTPServer(host="127.0.0.1") as server:
        inbox = Inbox(server)
        options = {**OPTIONS, "GRUPONOS_OPERATIONS__ALERT_URLS": inbox.url}
        good = machine.tenant.settings(**options)
        wrong = machine.tenant.settings(**options, GRUPONOS_WMS__PASSWORD="not-it")
        run_load(good)
        with time_machine.travel(NOW + timedelta(days=365)):
            fails(wrong)
            assert len(inbox.take_all()) == 1
        with time_machine.travel(NOW):
            run_load(good)
            assert [message["title"] for message in inbox.take_all()] == ["wms-elt wms (dev): 1 recovered"]
        with time_machine.travel(NOW + timedelta(hours=3)):
            fails(wrong)
            assert [message["title"] for message in inbox.take_all()] == ["wms-elt wms (dev): 1 alert"]


def test_future_clock_expires_nothing(machine: Machine) -> None:
    """Neither in the first run nor in a later failing run, as with TLS and a certificate that seems expired."""
    options = {**OPTIONS, "GRUPONOS_OPERATIONS__HISTORY_DAYS": "30"}
    settings = machine.tenant.settings(**options)
    for day in range(3):
        with time_machine.travel(NOW + timedelta(days=day), tick=True):
            run_load(settings)
        machine.tenant.advance(days=1)
    before = reports(machine)
    with time_machine.travel(NOW + timedelta(days=400), tick=True):
        run_load(settings)
        fails(machine.tenant.settings(**options, GRUPONOS_WMS__PASSWORD="not-it"))
    assert machine.tenant.query("select count(*) from wms_raw.elt_run") == [(5,)]
    assert reports(machine) > before


def test_future_clock_prunes_no_version(machine: Machine) -> None:
    options = {"GRUPONOS_PIPELINE__ENTITIES": "order_hdr", "GRUPONOS_OPERATIONS__PRUNE_DAYS": "1"}
    settings = machine.tenant.settings(**options)
    for day in range(4):
        with time_machine.travel(NOW + timedelta(days=day), tick=True):
            run_load(settings)
        machine.tenant.advance(days=1)
    machine.tenant.execute("create schema wms")
    machine.tenant.execute("create table wms.stg_wms__order_hdr as from wms_raw.order_hdr")
    counted = []
    for days in (3, 400):
        with time_machine.travel(NOW + timedelta(days=days), tick=True):
            counted += prune(settings)
    [right, ahead] = counted
    [(replaced,)] = machine.tenant.query("select count(*) - count(distinct entity_id) from wms_raw.order_hdr")
    assert 0 < right.superseded == ahead.superseded < replaced


def test_runs_old_by_both_clocks_are_deleted(machine: Machine) -> None:
    settings = machine.tenant.settings(**{**OPTIONS, "GRUPONOS_OPERATIONS__HISTORY_DAYS": "7"})
    with time_machine.travel(NOW, tick=True):
        run_load(settings)
    machine.tenant.advance(days=8)
    with time_machine.travel(NOW + timedelta(days=8), tick=True):
        run_load(settings)
    assert machine.tenant.query("select count(*) from wms_raw.elt_run") == [(1,)]


def reports(machine: Machine) -> set[str]:
    """Return the names of the run reports."""
    return {path.name for path in (machine.tenant.directory / "work" / "runs").glob("2*.json")}


def fails(settings: object) -> None:
    with pytest.raises(WmsEltError, match="WMS_AUTH_001"):
        run_load(settings)  # type: ignore[arg-type]
