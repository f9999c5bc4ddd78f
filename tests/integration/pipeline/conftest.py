from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.errors import TargetError
from loader.extract.context import RunContext
from loader.extract.reconcile import Comparison, compare_entity
from loader.pipeline.packages import build_pipeline, run_packages, run_passes
from loader.pipeline.session import open_landing
from loader.report import Silent
from loader.settings import Settings, load_settings
from tests.support.fake_wms import FakeWms


class Loads:
    """Runs loads of a fake WMS into a DuckDB file, optionally as different machines."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.wms = FakeWms()
        self.work_dir = directory / "machine-1"
        self.options: dict[str, str] = {}
        self.notes: list[str] = []

    @property
    def database(self) -> Path:
        return self.directory / "warehouse.duckdb"

    def settings(self) -> Settings:
        environment = {
            "GRUPONOS_TARGET__DUCKDB_PATH": str(self.database),
            "GRUPONOS_PIPELINE__WORK_DIR": str(self.work_dir),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(self.wms.rows),
            **self.options,
        }
        return load_settings(environment, env_file=None)

    def blank_machine(self) -> None:
        self.work_dir = self.directory / f"machine-{id(object())}"

    def run(self, *, passes: frozenset[str] = frozenset(), stop: threading.Event | None = None) -> RunContext:
        settings = self.settings()
        with open_landing(settings) as session:
            context = RunContext(
                settings,
                self.wms,  # type: ignore[arg-type]
                session.raw_store,
                stop=stop or threading.Event(),
                observer=Silent(),
                forced_passes=passes,
            )
            pipeline = build_pipeline(
                "wms", session.destination, session.dataset, settings.pipeline.work_dir, self.notes.append
            )
            run_packages(pipeline, context, settings.pipeline.all_entities, note=self.notes.append)
            run_passes(pipeline, context, settings.pipeline.all_entities)
        return context

    def compare(self, entity: str, read_until: datetime | None = None) -> list[Comparison]:
        settings = self.settings()
        with open_landing(settings) as session:
            stop = threading.Event()
            context = RunContext(settings, self.wms, session.raw_store, stop=stop, observer=Silent())  # type: ignore[arg-type]
            return compare_entity(context, entity, read_until)

    def die_before_loading(self) -> None:
        """Ends a run when its first package is ready to be loaded, like a kill between two steps."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("loader.warehouse.duckdb.destination.LandingDuckDbClient.initialize_storage", _die)
            with pytest.raises(TargetError):
                self.run()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def versions(self, entity: str) -> list[tuple[Any, ...]]:
        return self.query(f"select entity_id, doc, is_deleted from wms_raw.{entity} order by read_order")

    def current(self, entity: str) -> dict[int, str]:
        rows = self.query(
            f"""select entity_id, doc from wms_raw.{entity}
            qualify row_number() over (partition by entity_id order by read_order desc) = 1 and is_deleted = 0"""
        )
        return dict(rows)


def _die(*_: object) -> None:
    raise OSError("killed")


@pytest.fixture
def loads(tmp_path: Path) -> Loads:
    return Loads(tmp_path)
