"""Successful and failed runs write no secret, neither in clear text nor encoded.

With WMS_ELT_EXHAUSTIVE=1 this includes dbt and the docs site.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_httpserver import HTTPServer

from loader.settings import PipelineSettings
from tests.support.machine import Ended, Machine
from tests.support.sampling import EXHAUSTIVE
from tests.system.failures.conftest import home, machine
from tests.unit.alerts.test_announce import Inbox

__all__ = ["home", "machine"]
PASSWORD = "Pa55 w0rd/of+the=WMS"  # characters that URLs and base64 encode
CLIENT_SECRET = "cl1ent-s3cret-Qz81"
ALERT_TOKEN = "al3rt-t0ken-Xy72"
ORACLE_PASSWORD = "0racle-pass-Jk93"
SECRETS = (PASSWORD, CLIENT_SECRET, ALERT_TOKEN, ORACLE_PASSWORD)


def forms(secret: str, user: str) -> set[bytes]:
    """Return the secret and its forms in headers, URLs, JSON and Python."""
    raw = secret.encode()
    pair = f"{user}:{secret}".encode()
    texts = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    encoded = {base64.b64encode(raw), base64.b64encode(pair), base64.urlsafe_b64encode(pair), raw.hex().encode()}
    # within a longer text the last characters depend on the following ones
    return {text.encode() for text in texts} | {form.rstrip(b"=")[:-1] for form in encoded}


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Inbox(server)


def written(directory: Path, runs: list[Ended], inbox: Inbox) -> dict[str, bytes]:
    files = {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    screens = {f"output of run {number}": run.output.encode() for number, run in enumerate(runs)}
    return {**files, **screens, "messages": json.dumps(inbox.messages).encode()}


def test_no_secret_is_written_in_any_form(machine: Machine, inbox: Inbox) -> None:
    simulated = machine.tenant.simulator.tenant
    user = machine.tenant.simulator.username
    simulated.users[user] = replace(simulated.users[user], password=PASSWORD)
    options = {
        "GRUPONOS_WMS__PASSWORD": PASSWORD,
        "GRUPONOS_WMS__AUTH": "basic",
        "GRUPONOS_WMS__CLIENT_SECRET": CLIENT_SECRET,
        "GRUPONOS_TARGET__KIND": "duckdb",
        "GRUPONOS_TARGET__ORACLE_PASSWORD": ORACLE_PASSWORD,
        "GRUPONOS_OPERATIONS__ALERT_URLS": f"{inbox.url}?-token={ALERT_TOKEN} json://u:{ALERT_TOKEN}@127.0.0.1:9/h",
        "GRUPONOS_OPERATIONS__METRICS_FILE": str(machine.tenant.directory / "metrics.prom"),
    }
    oauth = {"GRUPONOS_WMS__AUTH": "oauth2", "GRUPONOS_WMS__CLIENT_ID": "unknown"}
    oracle = {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
        "GRUPONOS_TARGET__ORACLE_DSN": "127.0.0.1:9/nothing",
    }
    everything = {**options, "GRUPONOS_PIPELINE__ENTITIES": ",".join(PipelineSettings().all_entities)}
    built = [machine.run("elt", **everything), machine.run("docs", **everything)] if EXHAUSTIVE else []
    runs = [
        machine.run("load", **options),
        machine.run("load", **{**options, "GRUPONOS_WMS__PASSWORD": f"{PASSWORD}x"}),
        machine.run("load", **{**options, **oauth}),
        machine.run("-v", "load", **{**options, **oracle}),
        machine.run("doctor", **{**options, **oracle}),
        machine.run("config", "show", **options),
    ]
    assert [run.exit_code for run in (*runs, *built)] == [0, 20, 20, 30, 30, 0, *(0 for _ in built)]
    assert len(inbox.messages) >= 1
    found = written(machine.tenant.directory, [*runs, *built], inbox)
    assert {Path(name).suffix for name in found} >= {
        ".json",
        ".duckdb",
        ".prom",
        *((".html", ".log") if EXHAUSTIVE else ()),
    }
    leaks = [
        (name, secret)
        for name, content in found.items()
        for secret in SECRETS
        if any(form in content for form in forms(secret, user))
    ]
    assert leaks == []


def test_planted_secret_is_found_in_every_form() -> None:
    pair = base64.b64encode(f"reader:{PASSWORD}".encode())
    assert any(form in b"Authorization: Basic " + pair for form in forms(PASSWORD, "reader"))
    assert any(form in json.dumps({"url": quote(PASSWORD, safe="")}).encode() for form in forms(PASSWORD, "x"))
