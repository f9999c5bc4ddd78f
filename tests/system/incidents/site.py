"""A site with a simulated WMS, a DuckDB file and a webhook, and the operator's terminal."""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from pytest_httpserver import HTTPServer

from loader.cli.main import run
from loader.simulator import Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.system.runs.conftest import Tenant

# a Monday at nine in Sao Paulo: the busy hours begin
ORIGIN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass
class Site:
    """The site of an incident.

    Args:
        env: the site's `.env`, which an operator may edit.
        inbox: messages received by the webhook, title and text.
        echo: receives the lines of the terminal.
    """

    tenant: Tenant
    env: dict[str, str]
    echo: Callable[[str], object]
    inbox: list[str] = field(default_factory=list)

    def type(self, command: str) -> tuple[int, str]:
        """Run a command such as ``wms-elt status``. Return its exit code and output."""
        program, *words = shlex.split(command)
        assert program == "wms-elt", command
        self.echo(f"$ {command}")
        screen = io.StringIO()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GRUPONOS_")}
        with (
            mock.patch.dict(os.environ, {**kept, **self.env}, clear=True),
            redirect_stdout(screen),
            redirect_stderr(screen),
        ):
            code = run(words)
        output = screen.getvalue()
        # JSON progress lines are for machines
        shown = [line for line in output.splitlines() if not line.startswith("{")]
        self.echo("\n".join(f"  {line}" for line in shown if line.strip()))
        self.echo(f"  (exit code {code})")
        return code, output

    def sql(self, query: str) -> str:
        """Run a query, as in the DuckDB shell or a query tool. Return the rows as text."""
        self.echo(f"sql> {query}")
        rows = "\n".join(" | ".join(map(str, row)) for row in self.tenant.query(query))
        self.echo(rows or "  (no rows)")
        return rows

    def change(self, statement: str) -> None:
        """Change the target by hand."""
        import duckdb

        with duckdb.connect(str(self.tenant.database)) as connection:
            connection.execute(statement)

    def open_alerts(self) -> Mapping[str, str]:
        """Return the open alerts: key -> query for the rows."""
        if not self.tenant.database.exists():
            return {}
        found = self.tenant.query("select alert_key, rows_query from wms_raw.elt_alert where closed_at is null")
        return {str(key): str(query) for key, query in found}


@contextmanager
def site(directory: Path, echo: Callable[[str], object], *, orders: int) -> Iterator[Site]:
    """Yield a site with `orders` order lines, before its first run."""
    config = SimulatorConfig(world=WorldSpec(scale=orders, days=2, origin=ORIGIN))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator, HTTPServer(host="127.0.0.1") as hook:
        tenant = Tenant(simulator, directory)
        env = {
            "GRUPONOS_WMS__BASE_URL": simulator.url,
            "GRUPONOS_WMS__USERNAME": simulator.username,
            "GRUPONOS_WMS__PASSWORD": simulator.password,
            "GRUPONOS_WMS__RETRIES": "0",
            "GRUPONOS_TARGET__DUCKDB_PATH": str(tenant.database),
            "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
            "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
            "GRUPONOS_OPERATIONS__ALERT_URLS": f"json://127.0.0.1:{hook.port}/hook",
            "GRUPONOS_OPERATIONS__ALERT_PAUSE_MINUTES": "0",
        }
        made = Site(tenant, env, echo)

        def take(request: object) -> str:
            message = json.loads(request.data)  # type: ignore[attr-defined]
            made.inbox.append(f"{message['title']}\n{message['message']}")
            return ""

        hook.expect_request("/hook").respond_with_handler(take)  # type: ignore[arg-type]
        yield made


def to_screen(text: str) -> None:
    """Print on the real stdout, not on one redirected by a command."""
    print(text, file=sys.__stdout__, flush=True)
