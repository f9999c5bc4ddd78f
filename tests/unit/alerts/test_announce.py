"""Alerts of complete runs, sent to an HTTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from loader.alerts import open_alerts, send_test
from loader.errors import ConfigError, WmsEltError
from loader.report import FieldChange, RunReport
from loader.runs import reconcile, run_load
from loader.runs.finalize import finalize_run
from loader.settings import Settings
from loader.simulator.api.config import UserProfile
from loader.warehouse import open_warehouse
from tests.system.runs.conftest import Tenant
from tests.system.runs.test_operations import lose_the_oldest_order

ROOT = Path(__file__).parents[3]


class Inbox:
    """A webhook that stores received messages."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.status = 200
        self.messages: list[dict[str, str]] = []
        server.expect_request("/hook").respond_with_handler(self._take)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.port}/hook"

    def take_all(self) -> list[dict[str, str]]:
        taken, self.messages = self.messages, []
        return taken

    def _take(self, request: Request) -> Response:
        if self.status == 200:
            self.messages.append(json.loads(request.data))
        return Response(status=self.status)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Inbox(server)


@pytest.fixture
def options(inbox: Inbox) -> dict[str, str]:
    return {
        "GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr",
        "GRUPONOS_OPERATIONS__ALERT_URLS": inbox.url,
        "GRUPONOS_OPERATIONS__ALERT_PAUSE_MINUTES": "0",
    }


def test_failing_run_and_its_recovery_are_sent_once(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    good = tenant.settings(**options)
    wrong = tenant.settings(**options, GRUPONOS_WMS__PASSWORD="not-it")
    run_load(good)
    assert inbox.take_all() == []
    for _ in range(2):
        with pytest.raises(WmsEltError, match="WMS_AUTH_001"):
            run_load(wrong)
    [message] = inbox.take_all()
    assert message["title"] == "wms-elt wms (dev): 1 alert"
    assert message["type"] == "failure"
    assert "[error] run_failed load\nwhat: WMS_AUTH_001: " in message["message"]
    assert "do: docs/how-to/runbook.md#run_failed" in message["message"]
    assert "not-it" not in json.dumps(message)
    run_load(good)
    [message] = inbox.take_all()
    assert message["title"] == "wms-elt wms (dev): 1 recovered"
    assert message["type"] == "success"


def test_query_in_message_returns_the_rows(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    run_load(tenant.settings(**{**options, "GRUPONOS_PIPELINE__ENTITIES": "facility,order_hrd"}))
    [message] = inbox.take_all()
    query = next(line for line in message["message"].splitlines() if line.startswith("rows: ")).removeprefix("rows: ")
    [(entity, message_text)] = tenant.query(query)
    assert entity == "order_hrd"
    assert "WMS_ENTITY_001" in message_text


def test_failed_delivery_is_reported_and_retried(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    settings = tenant.settings(**{**options, "GRUPONOS_PIPELINE__ENTITIES": "facility,order_hrd"})
    inbox.status = 500
    report = run_load(settings)
    assert report.exit_code == 20
    assert report.warnings == ("can't deliver an alert to address 1 (JSON); the next run retries",)
    inbox.status = 200
    assert run_load(settings).warnings == ()
    assert len(inbox.take_all()) == 1


def test_lost_eligibility_alert_closes_when_it_is_back(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    settings = tenant.settings(**options)
    run_load(settings)
    simulated, user = tenant.simulator.tenant, tenant.simulator.username
    everything = simulated.profile(user)
    simulated.set_profile(user, UserProfile(facilities=frozenset()))
    passes = {**options, "GRUPONOS_PIPELINE__RECONCILE_HOURS": "0.0001"}
    tenant.advance(hours=1)
    run_load(tenant.settings(**passes))
    sent = "".join(message["message"] for message in inbox.take_all())
    assert "[error] eligibility_collapse order_hdr" in sent
    simulated.set_profile(user, everything)
    tenant.advance(hours=1)
    run_load(tenant.settings(**passes))
    assert "[recovered] eligibility_collapse order_hdr" in "".join(m["message"] for m in inbox.take_all())


def test_gap_found_by_reconcile_opens_alert(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    settings = tenant.settings(**options)
    run_load(settings)
    lose_the_oldest_order(tenant)
    for _ in range(2):
        reconcile(settings)
    [message] = inbox.take_all()
    assert "[error] reconciliation_gap order_hdr\nwhat: source, raw and staging disagree: " in message["message"]
    assert "1 missing" in message["message"]


def test_unreachable_target_is_sent_once(tenant: Tenant, inbox: Inbox, options: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "broken.duckdb"
    path.write_text("no database\n" * 1000)
    settings = tenant.settings(**{**options, "GRUPONOS_TARGET__DUCKDB_PATH": str(path)})
    for _ in range(2):
        with pytest.raises(WmsEltError, match="WMS_TGT_003"):
            run_load(settings)
    [message] = inbox.take_all()
    assert "[error] target_unreachable target" in message["message"]
    path.unlink()
    run_load(settings)
    [message] = inbox.take_all()
    assert "[recovered] target_unreachable target" in message["message"]


def test_freshness_quality_drift_and_tests_open_separate_alerts(
    tenant: Tenant, inbox: Inbox, options: dict[str, str], report: RunReport
) -> None:
    settings = tenant.settings(**options)
    assert report.build
    assert report.freshness
    assert report.quality
    failing = replace(report.build.nodes[2], status="failed", failures=3, group="data_quality")
    bad = replace(
        report,
        build=replace(report.build, nodes=(failing,)),
        freshness=replace(report.freshness, sources=(replace(report.freshness.sources[0], status="failed"),)),
        quality=replace(report.quality, score=0.5),
        schema_changes=(
            FieldChange(entity="order_hdr", field_name="x", change_kind="added", type_before="", type_after="string"),
        ),
    )
    finalize_run(settings, bad)
    [message] = inbox.take_all()
    for kind in (
        "tests_failed data_quality",
        "freshness_breached wms.item",
        "quality_below all",
        "schema_drift order_hdr",
    ):
        assert f"] {kind}\n" in message["message"]
    finalize_run(settings, replace(report, run_id="r2"))
    [message] = inbox.take_all()
    assert message["title"] == "wms-elt wms (dev): 3 recovered"
    with open_warehouse(settings) as target:
        # an alert of the example report
        assert [alert.condition.kind for alert in open_alerts(target)] == ["rule_capped"]


def test_orchestrated_build_evaluates_build_alerts_only(
    tenant: Tenant, inbox: Inbox, options: dict[str, str], report: RunReport
) -> None:
    settings = tenant.settings(**options)
    with pytest.raises(WmsEltError, match="WMS_AUTH_001"):
        run_load(tenant.settings(**options, GRUPONOS_WMS__PASSWORD="not-it"))
    assert report.build
    failing = replace(report.build.nodes[2], status="failed", failures=3, group="data_quality")
    build = replace(report, command="build", entities=(), freshness=None, quality=None)
    finalize_run(settings, replace(build, build=replace(report.build, nodes=(failing,))))
    inbox.take_all()
    with open_warehouse(settings) as target:
        opened = {alert.condition.key for alert in open_alerts(target)}
    assert opened == {"run_failed:load", "tests_failed:data_quality"}
    finalize_run(settings, replace(build, run_id="r2"))
    [message] = inbox.take_all()
    assert "[recovered] tests_failed data_quality" in message["message"]
    with open_warehouse(settings) as target:
        assert [alert.condition.key for alert in open_alerts(target)] == ["run_failed:load"]


def test_test_message_without_working_address_fails(tenant: Tenant, inbox: Inbox, options: dict[str, str]) -> None:
    settings: Settings = tenant.settings(**options)
    send_test(settings)
    assert [message["title"] for message in inbox.take_all()] == ["wms-elt wms (dev): test"]
    inbox.status = 503
    with pytest.raises(ConfigError, match=r"WMS_ALERT_001: .* address 1 \(JSON\)") as caught:
        send_test(settings)
    assert inbox.url not in str(caught.value)
    with pytest.raises(ConfigError, match="WMS_CONF_007"):
        send_test(tenant.settings())
