"""A tenant whose runs are separate processes, on a machine with injected faults."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support import warm
from tests.support.sampling import EXHAUSTIVE
from tests.system.runs.conftest import Tenant

ROOT = Path(__file__).parents[2]
ENTITIES = ("facility", "order_hdr", "order_dtl", "order_status")
STAGING = {"order_hdr": "order_hdr_id", "order_dtl": "order_dtl_id"}
"""Staging tables compared with the WMS, and their keys."""


@dataclass(frozen=True)
class Ended:
    """Result of a command: exit code, report if printed, and output."""

    exit_code: int
    output: str
    report: Mapping[str, Any]

    @property
    def codes(self) -> list[str]:
        """Return the error codes in the report, or the code of the error that stopped the command."""
        if self.report:
            return [error["code"] for error in self.report["errors"]]
        plain = [line for line in self.output.splitlines() if not line.startswith("{")]
        return [line.partition(":")[0] for line in plain if line.startswith(("WMS_", "INT_"))]


@dataclass(frozen=True)
class Machine:
    """A tenant's loader on a machine.

    Args:
        dbt: folder of dbt's parsed project, shared by all tests: parsing is the slow part of a build.
    """

    tenant: Tenant
    dbt: Path

    def environment(self, **options: str) -> dict[str, str]:
        """Return the environment of a working setup; `options` replace or add variables."""
        simulator, directory = self.tenant.simulator, self.tenant.directory
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GRUPONOS_")}
        return {
            **inherited,
            "GRUPONOS_WMS__BASE_URL": simulator.url,
            "GRUPONOS_WMS__USERNAME": simulator.username,
            "GRUPONOS_WMS__PASSWORD": simulator.password,
            "GRUPONOS_WMS__RETRIES": "1",
            "GRUPONOS_TARGET__DUCKDB_PATH": str(self.tenant.database),
            "GRUPONOS_PIPELINE__WORK_DIR": str(directory / "work"),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(ENTITIES),
            "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
            "GRUPONOS_TARGET__DUCKDB_READ_COPY": "false",
            "GRUPONOS_TARGET__DUCKDB_WAIT_SECONDS": "0",
            **options,
        }

    def run(
        self,
        *words: str,
        before: tuple[str, ...] = (),
        preexec: Callable[[], None] | None = None,
        **options: str,
    ) -> Ended:
        """Run a command as a user or a timer does.

        Args:
            before: a command that starts it, such as setpriv with its options.
            preexec: called in the new process before the command starts.
        """
        # another user or other limits need the real program, not the warm process
        program = [*before, sys.executable, "-m", "loader", *words] if before or preexec else warm.command(*words)
        done = subprocess.run(
            program,
            cwd=ROOT,
            env=self.environment(**options),
            preexec_fn=preexec,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert "Traceback" not in done.stderr
        report = json.loads(done.stdout) if "--json" in words and done.stdout else {}
        return Ended(done.returncode, done.stdout + done.stderr, report)

    def load(self, **options: Any) -> Ended:
        """Run `wms-elt load`."""
        return self.run("load", "--json", **options)

    def stage(self, **options: Any) -> Ended:
        """Build the compared staging tables with dbt."""
        models = " ".join(f"stg_wms__{entity}" for entity in STAGING)
        return self.run("dbt", "--select", models, "--exclude-resource-type", "unit_test", **options)

    def is_whole(self, *, staged: bool = EXHAUSTIVE) -> None:
        """After another normal run, raw and staging equal the WMS, and no version repeats the previous one.

        Args:
            staged: whether to run dbt too; it takes ten times as long as a load.
        """
        assert self.load().exit_code == 0
        for entity in ENTITIES:
            assert self.tenant.current(entity) == self.tenant.documents(entity)
        assert self.tenant.query(_REPEATED) == []
        if not staged:
            return
        assert self.stage().exit_code in (0, 40)
        for entity, key in STAGING.items():
            found = self.tenant.query(f"select {key}, modified_at from wms.stg_wms__{entity} where is_deleted = 0")
            assert sorted(found) == sorted(map(_key, self.tenant.documents(entity))), entity


def _key(document: str) -> tuple[int, datetime]:
    members = json.loads(document)
    at = datetime.fromisoformat(members["mod_ts"]).astimezone(UTC).replace(tzinfo=None)
    return members["id"], at


_REPEATED = " union all ".join(
    f"""select '{entity}' as entity, entity_id from (
        select entity_id, content_hash || is_deleted as version,
            lag(content_hash || is_deleted) over (partition by entity_id order by read_order) as before
        from wms_raw.{entity}
    ) where version = before"""
    for entity in ENTITIES
)
