"""This machine's clock jumps, or its night has an hour too many or too few: nothing is lost, and people still hear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from loader.elt import run_load
from loader.errors import WmsEltError
from tests.machine import ENTITIES, Machine

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
JUMPS = (timedelta(), timedelta(days=400), timedelta(days=-400), timedelta(hours=2), timedelta(hours=-30))
OPTIONS = {"GRUPONOS_PIPELINE__ENTITIES": ",".join(ENTITIES), "GRUPONOS_OPERATIONS__HISTORY_DAYS": "3660"}


def test_a_clock_that_jumps_back_and_forth_loses_nothing(machine: Machine) -> None:
    tenant = machine.tenant
    settings = tenant.settings(**OPTIONS)
    for jump in JUMPS:
        with time_machine.travel(NOW + jump, tick=True):
            assert run_load(settings).exit_code == 0
        for entity in ENTITIES:
            assert tenant.current(entity) == tenant.documents(entity), (jump, entity)
        tenant.advance(hours=1)
    assert tenant.query("select count(*), count(distinct run_id) from wms_raw.elt_run") == [(len(JUMPS), len(JUMPS))]
    machine.is_whole()


def test_trouble_told_by_a_clock_that_ran_ahead_does_not_silence_what_comes_after(machine: Machine) -> None:
    from pytest_httpserver import HTTPServer

    from tests.alerts.test_announce import Inbox

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
            assert [message["title"] for message in inbox.take_all()] == ["wms-elt wms: 1 recovered"]
        with time_machine.travel(NOW + timedelta(hours=3)):
            fails(wrong)
            assert [message["title"] for message in inbox.take_all()] == ["wms-elt wms: 1 alert"]


def fails(settings: object) -> None:
    with pytest.raises(WmsEltError, match="WMS_AUTH_001"):
        run_load(settings)  # type: ignore[arg-type]
