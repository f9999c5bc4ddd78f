"""Evaluates the business rules on a sample, with dbt in a temporary DuckDB file. The target is not touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from loader.dbt import DbtProject
from loader.discovery.model import RuleResult
from loader.errors import QualityError
from loader.settings import Settings
from loader.warehouse.duckdb.connect import DuckDbWarehouse
from loader.warehouse.schema import RAW_COLUMNS, TableSpec, content_hash, create_statement
from loader.wms import parse_ts

MODEL: Final = "business_rules"
_COLUMNS: Final = "entity, rule, severity, reason, checked_rows, flagged_rows, coalesce(parent_state, '')"

Documents = Mapping[str, Mapping[int, msgspec.Raw]]


def rule_results(
    settings: Settings, documents: Documents, read_at: datetime, *, root: Path, say: Callable[[str], None]
) -> tuple[RuleResult, ...]:
    """Return every rule of the sampled entities with what it flags.

    Args:
        documents: by entity and id.
        root: directory that contains dbt_project/.

    Raises:
        WmsEltError: dbt can't start, or a model failed.
    """
    # the sample has personal data, so it stays in the work directory, which is private by default
    work_dir = settings.pipeline.work_dir.absolute()
    work_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=work_dir, prefix="sample-") as folder:
        sample = _in(settings, Path(folder))
        with DuckDbWarehouse(sample.target) as warehouse:
            warehouse.ensure_run_tables()
            for entity, rows in documents.items():
                _store(warehouse, entity, rows, read_at)
        say("Evaluating the business rules on the sample")
        build = DbtProject(sample, root=root).build([f"+{MODEL}"], extra=["--exclude-resource-type", "test"])
        failed = [node for node in build.nodes if node.status == "failed"]
        if failed:
            raise QualityError(
                "WMS_DQ_001",
                f"Can't evaluate the rules on the sample: the model {failed[0].name} failed. {failed[0].message}",
                hint="Run `make elt` with the simulator to check the installation.",
            )
        with DuckDbWarehouse(sample.target, read_only=True) as warehouse:
            found = warehouse.fetch(f"select {_COLUMNS} from {warehouse.model(MODEL)} order by entity, rule")  # noqa: S608
    sampled = {entity for entity, rows in documents.items() if rows}
    return tuple(_result(row) for row in found if row[0] in sampled)


def _in(settings: Settings, folder: Path) -> Settings:
    """Return settings of a DuckDB target in the folder, with the project's own profile."""
    update: dict[str, object] = {
        "kind": "duckdb",
        "duckdb_path": folder / "sample.duckdb",
        "dbt_profiles_dir": None,
    }
    return settings.model_copy(
        update={
            "target": settings.target.model_copy(update=update),
            "pipeline": settings.pipeline.model_copy(update={"work_dir": folder}),
        }
    )


def _store(warehouse: DuckDbWarehouse, entity: str, rows: Mapping[int, msgspec.Raw], read_at: datetime) -> None:
    spec = TableSpec(entity, RAW_COLUMNS, ("read_order",))
    warehouse.execute(create_statement(warehouse.raw(entity), spec, "duckdb"))
    warehouse.insert(spec, _raw_rows(rows, read_at))


def _raw_rows(rows: Mapping[int, msgspec.Raw], read_at: datetime) -> Iterator[Mapping[str, object]]:
    for order, (row_id, document) in enumerate(rows.items(), 1):
        key = msgspec.json.decode(document, type=_Dated)
        yield {
            "entity_id": row_id,
            "mod_ts": _instant(key.mod_ts),
            "content_hash": content_hash(document),
            "doc": bytes(document).decode(),
            "is_deleted": 0,
            "read_at": read_at,
            "read_order": order,
            "dlt_load_id": "sample",
        }


class _Dated(msgspec.Struct):
    mod_ts: object = None


def _instant(text: object) -> datetime | None:
    try:
        return parse_ts(str(text)) if text else None
    except ValueError:
        return None


def _result(row: tuple[object, ...]) -> RuleResult:
    entity, rule, severity, reason, checked, flagged, parent = row
    return RuleResult(
        entity=str(entity),
        rule=str(rule),
        severity=str(severity),
        reason=str(reason),
        checked=int(str(checked)),
        flagged=int(str(flagged)),
        parent_state=str(parent),
    )
