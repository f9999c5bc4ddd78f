"""What is written while a run works: readable lines, or JSON lines with the run's ids; no secrets, no personal data."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import warm
from tests.system.runs.conftest import Tenant, tenant

__all__ = ["tenant"]
ROOT = Path(__file__).parents[3]
TOKEN = "t0ken-of-the-hook"
PERSONAL = ("cust_name", "cust_addr", "cust_email", "cust_phone_nbr", "cust_contact", "create_user", "mod_user")


def load(tenant: Tenant, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "GRUPONOS_WMS__BASE_URL": tenant.simulator.url,
        "GRUPONOS_WMS__USERNAME": tenant.simulator.username,
        "GRUPONOS_WMS__PASSWORD": tenant.simulator.password,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tenant.database),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tenant.directory / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr,order_hrd",
        # nobody listens there: the failed delivery must not tell the address
        "GRUPONOS_OPERATIONS__ALERT_URLS": f"json://user:{TOKEN}@127.0.0.1:9/{TOKEN}",
        **options,
    }
    command = warm.command(*words, "load")
    return subprocess.run(
        command, env=os.environ | settings, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False
    )


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_log_lines_are_json_with_run_entity_and_command(tenant: Tenant) -> None:
    done = load(tenant, GRUPONOS_OPERATIONS__LOG_FORMAT="json")
    assert done.returncode == 20
    lines = json_lines(done.stderr)
    assert len(lines) == len(done.stderr.splitlines())
    assert {line["command"] for line in lines if line["event"] in {"step", "entity"}} == {"load"}
    [run_id] = {line["run_id"] for line in lines if line["event"] == "entity"}
    assert run_id in done.stdout
    ended = {line["entity"]: (line["level"], line["status"]) for line in lines if line["event"] == "entity"}
    assert ended == {
        "facility": ("info", "ok"),
        "order_hdr": ("info", "ok"),
        "order_hrd": ("error", "failed"),
    }


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [("GRUPONOS_OPERATIONS__HISTORY_DAYS", "0", "WMS_CONF"), ("GRUPONOS_TARGET__KIND", "duckdb", "WMS_CONF_086")],
)
def test_error_is_a_json_line_too(tmp_path: Path, variable: str, value: str, code: str) -> None:
    settings = {"GRUPONOS_OPERATIONS__LOG_FORMAT": "json", variable: value}
    done = subprocess.run(
        warm.command("reading-schema"),
        env=os.environ | settings | {"GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 10
    [line] = [json.loads(text) for text in done.stderr.splitlines()]
    assert line["code"].startswith(code)
    assert (line["level"], line["event"]) == ("error", "error")
    assert line["message"]
    assert line["hint"]


@pytest.mark.parametrize("options", [(), ("-v",)])
def test_log_is_readable_by_default(tenant: Tenant, options: tuple[str, ...]) -> None:
    done = load(tenant, *options)
    assert json_lines(done.stderr) == []
    lines = done.stderr.splitlines()
    assert all(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ ", line) for line in lines)
    [run] = [line for line in lines if " Run " in line]
    run_id = run.split()[3].strip(",")
    assert run.endswith(f"{run_id}, load")
    assert run_id in done.stdout
    assert any("order_hdr: ok, " in line for line in lines)
    assert any("order_hrd: failed" in line for line in lines)
    assert [line for line in done.stdout.splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("fmt", ["json", "text"])
def test_secrets_and_personal_data_stay_in_the_target(tenant: Tenant, fmt: str) -> None:
    done = load(tenant, GRUPONOS_OPERATIONS__LOG_FORMAT=fmt)
    files = [path for path in tenant.directory.rglob("*") if path.is_file() and path.suffix not in {".duckdb", ".wal"}]
    texts = {"stdout": done.stdout, "stderr": done.stderr}
    texts |= {str(path): path.read_text(errors="replace") for path in files}
    assert any(name.endswith("latest.json") for name in texts)
    documents = [json.loads(text) for text in tenant.documents("order_hdr")]
    # short values such as a code may be part of any word
    values = (str(document.get(field) or "") for document in documents for field in PERSONAL)
    people = {value for value in values if len(value) > 7}
    assert len(people) > 20
    said = "\n".join(texts.values())
    assert "deliver an alert to address 1 (JSON)" in said
    leaked = [secret for secret in (tenant.simulator.password, TOKEN, *people) if secret in said]
    assert leaked == []
