"""Field cases A1-A3 and I5: a target belongs to one source. Any other source is refused before reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.sampling import parameters
from tests.system.field.conftest import Machine, Ran, Wms
from tests.system.field.worlds import JUST_NOW, orders

Typed = Callable[..., Ran]
ORACLE = {
    "TARGET__KIND": "oracle",
    "TARGET__DUCKDB_PATH": "",
    "TARGET__ORACLE_USER": "wms_elt",
    "TARGET__ORACLE_PASSWORD": "Some-Passw0rd",
    "TARGET__ORACLE_HOST": "127.0.0.1",
    "TARGET__ORACLE_PORT": "9",
    "TARGET__ORACLE_SERVICE": "ORCLPDB1",
}


def assert_refused(ran: Ran) -> None:
    assert ran.exit_code == 10, ran.text
    assert ran.codes[0].startswith("WMS_CONF_03"), ran.text
    assert "wms-elt reset" in ran.text
    assert "DUCKDB_PATH" in ran.text or "another target" in ran.text


def test_a1_own_wms_after_simulator_is_refused(machine: Machine, serve: Wms, typed: Typed) -> None:
    assert machine.load(None).exit_code == 0
    before = machine.current()
    wms = serve(orders(range(1, 301)))
    assert_refused(machine.load(wms))
    assert machine.current() == before
    assert not [asked for asked in wms.asked if asked.lists]
    doctor = typed("doctor", env=machine.variables(wms))
    assert doctor.exit_code == 10, doctor.text
    assert "wms-elt reset" in doctor.text


def test_a2_other_tenant_is_refused(machine: Machine, serve: Wms) -> None:
    tenant_a, tenant_b = serve(orders(range(1, 21))), serve(orders(range(1, 501), days=90))
    assert machine.load(tenant_a).exit_code == 0
    assert_refused(machine.load(tenant_b))
    assert machine.live() == list(range(1, 21))
    assert machine.load(tenant_a).exit_code == 0


def test_a2_other_environment_on_same_host_is_refused(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 21)))
    assert machine.load(wms).exit_code == 0
    assert_refused(machine.load(wms, WMS__BASE_URL=wms.url.replace("/acme", "/acme_test")))
    assert machine.live() == list(range(1, 21))


def test_a2_same_address_in_other_spelling_is_accepted(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 21)))
    assert machine.load(wms, WMS__BASE_URL=wms.url + "/").exit_code == 0
    wms.tables["order_hdr"] += orders([21], days=JUST_NOW)
    ran = machine.load(wms)
    assert ran.exit_code == 0, ran.text
    assert machine.live() == list(range(1, 22))


def test_a3_lost_base_url_is_refused(machine: Machine, serve: Wms) -> None:
    wms = serve(orders(range(1, 21)))
    assert machine.load(wms).exit_code == 0
    ran = machine.load(None)
    assert (ran.exit_code, ran.codes[0][:-1]) == (10, "WMS_CONF_03")
    assert "GRUPONOS_WMS__BASE_URL" in ran.text
    assert machine.live() == list(range(1, 21))


def test_a3_other_simulated_world_is_refused(machine: Machine) -> None:
    assert machine.load(None).exit_code == 0
    assert_refused(machine.load(None, WMS__SIMULATOR_SEED="8"))
    assert machine.load(None).exit_code == 0


def test_a3_oracle_without_base_url_is_refused(machine: Machine) -> None:
    ran = machine.load(None, **ORACLE)
    assert ran.exit_code == 10, ran.text
    assert "GRUPONOS_WMS__SIMULATOR" in ran.text


@pytest.mark.parametrize("command", parameters(["reconcile", "full", "backfill", "elt", "prune"], ["full", "elt"]))
def test_i5_every_command_refuses_other_source(machine: Machine, serve: Wms, typed: Typed, command: str) -> None:
    tenant_a, tenant_b = serve(orders(range(1, 21))), serve(orders(range(1, 41)))
    assert machine.load(tenant_a).exit_code == 0
    period = ("order_hdr", "--from", "2026-01-01", "--to", "2026-01-03") if command == "backfill" else ()
    ran = typed(command, *period, env=machine.variables(tenant_b))
    assert ran.exit_code == 10, ran.text
    assert "WMS_CONF_03" in ran.text
    assert machine.live() == list(range(1, 21))


def test_i5_refused_source_keeps_source_mark(machine: Machine, serve: Wms) -> None:
    tenant_a, tenant_b = serve(orders(range(1, 21))), serve(orders(range(1, 5)))
    tenant_b.skew = timedelta(days=3)
    machine.load(tenant_a)
    machine.load(tenant_b)
    tenant_a.tables["order_hdr"] += orders([21], days=JUST_NOW)
    assert machine.load(tenant_a).exit_code == 0
    assert machine.live() == list(range(1, 22))


def test_reset_lists_drops_and_allows_reload(machine: Machine, serve: Wms, typed: Typed) -> None:
    tenant_a, tenant_b = serve(orders(range(1, 21))), serve(orders(range(100, 105)))
    machine.load(tenant_a)
    shown = typed("reset", env=machine.variables(tenant_b))
    assert shown.exit_code == 0, shown.text
    assert "order_hdr" in shown.text
    assert machine.live() == list(range(1, 21))
    applied = typed("reset", "--apply", env=machine.variables(tenant_b))
    assert applied.exit_code == 0, applied.text
    assert machine.load(tenant_b).exit_code == 0
    assert machine.live() == list(range(100, 105))


def test_rebind_accepts_same_tenant_only(machine: Machine, serve: Wms, typed: Typed) -> None:
    rows = orders(range(1, 41))
    tenant, moved, other = serve(rows), serve(list(rows)), serve(orders(range(1, 41), days=44))
    machine.load(tenant)
    refused = typed("rebind", env=machine.variables(other))
    assert refused.exit_code == 10, refused.text
    accepted = typed("rebind", env=machine.variables(moved))
    assert accepted.exit_code == 0, accepted.text
    moved.tables["order_hdr"] += orders([41], days=JUST_NOW)
    assert machine.load(moved).exit_code == 0
    assert machine.live() == list(range(1, 42))
    assert machine.load(tenant).exit_code == 10
