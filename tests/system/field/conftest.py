from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.errors import WmsEltError
from loader.report import RunReport
from loader.settings import Settings, load_settings
from tests.support import warm
from tests.system.field.small_wms import Row, SmallWms
from tests.system.field.worlds import words, world

ROOT = Path(__file__).parents[3]
CHECKOUT = ("Makefile", "dbt_project", "profiles.yml.example")
SEED = "status_ids"
"""The fastest models of the dbt project, without dependencies on other models."""
OURS = ("GRUPONOS_", "WMS_ELT_", "DBT_")

Wms = Callable[..., SmallWms]


@dataclass(frozen=True)
class Ran:
    """Result of a command as the caller sees it."""

    exit_code: int
    codes: tuple[str, ...] = ()
    text: str = ""
    report: RunReport | None = None

    @property
    def is_loud(self) -> bool:
        return self.exit_code != 0


@dataclass
class Machine:
    """A machine with a target and a command line."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.directory / "warehouse.duckdb"

    def variables(self, wms: SmallWms | None, **options: str) -> dict[str, str]:
        """Return environment variables for settings without prefix. An empty value removes a variable."""
        given = {
            "TARGET__DUCKDB_PATH": str(self.database),
            "PIPELINE__WORK_DIR": str(self.directory / "work"),
            "PIPELINE__ENTITIES": "order_hdr",
            "PIPELINE__SETTLE_SECONDS": "0",
            "WMS__RETRIES": "2",
            **({"WMS__SIMULATOR_SCALE": "1000", "WMS__SIMULATOR_DAYS": "2"} if wms is None else {}),
            **({"WMS__BASE_URL": wms.url, "WMS__USERNAME": wms.user, "WMS__PASSWORD": wms.password} if wms else {}),
            **options,
        }
        return {f"GRUPONOS_{name}": value for name, value in given.items() if value}

    def settings(self, wms: SmallWms | None, **options: str) -> Settings:
        return load_settings(self.variables(wms, **options), env_file=None)

    def run(self, function: Callable[[Settings], RunReport], wms: SmallWms | None, **options: str) -> Ran:
        try:
            report = function(self.settings(wms, **options))
        except WmsEltError as error:
            return Ran(error.exit_code, (error.code,), words(str(error)))
        shown = [f"{error.code}: {error.message} {error.hint}" for error in report.errors]
        shown += [*report.warnings, *(entity.message for entity in report.entities)]
        return Ran(report.exit_code, tuple(error.code for error in report.errors), words(" ".join(shown)), report)

    def load(self, wms: SmallWms | None, *, full: bool = False, **options: str) -> Ran:
        from loader.runs import run_load

        return self.run(lambda settings: run_load(settings, full=full), wms, **options)

    def query(self, sql: str, database: Path | None = None) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(database or self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def current(self, entity: str = "order_hdr", columns: str = "entity_id, is_deleted") -> list[tuple[Any, ...]]:
        if not self.database.exists() or not self.query(
            f"select 1 from information_schema.tables where table_schema = 'wms_raw' and table_name = '{entity}'"
        ):
            return []
        return self.query(
            f"select {columns} from wms_raw.{entity} "
            "qualify row_number() over (partition by entity_id order by read_order desc) = 1 order by entity_id"
        )

    def live(self, entity: str = "order_hdr") -> list[int]:
        return [int(row_id) for row_id, deleted in self.current(entity) if int(deleted) == 0]

    def versions(self, entity: str = "order_hdr") -> int:
        return int(self.query(f"select count(*) from wms_raw.{entity}")[0][0])

    def tables(self) -> set[str]:
        if not self.database.exists():
            return set()
        found = self.query("select table_schema || '.' || table_name from information_schema.tables")
        return {str(name) for (name,) in found}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Start without wms-elt variables, in an empty checkout without `.env`. Restores the signal handlers."""
    for name in os.environ:
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    for name in CHECKOUT:
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def serve() -> Iterator[Wms]:
    """Start a small WMS with these orders or tables."""
    with ExitStack() as stack:

        def start(rows: list[Row] | dict[str, list[Row]], **knobs: Any) -> SmallWms:
            tables = rows if isinstance(rows, dict) else world(rows)
            return stack.enter_context(SmallWms(tables, **knobs).serve())

        yield start


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process, with the real mapping of outcomes to exit codes."""

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Ran:
        from loader.cli.main import run as command

        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            exit_code = command(list(arguments))
        shown = capfd.readouterr()
        return Ran(exit_code, text=words(shown.out + " " + shown.err))

    return run


def process(*arguments: str, env: Mapping[str, str], **options: Any) -> subprocess.Popen[bytes]:
    """Start the real program in its own process."""
    command = [str(Path(sys.executable).with_name("wms-elt")), *arguments]
    return subprocess.Popen(command, env={**os.environ, **env}, **options)


def completed(*arguments: str, env: Mapping[str, str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command in its own process to its end."""
    return subprocess.run(
        warm.command(*arguments), env={**os.environ, **env}, capture_output=True, timeout=1200, check=False, **options
    )
