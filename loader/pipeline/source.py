"""The dlt source: one resource per WMS entity and of the same name, which yields Arrow tables of raw documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import dlt
import pyarrow as pa
from dlt.common.schema.typing import TSchemaContract
from dlt.extract import DltResource

from loader.extract.context import RunContext
from loader.extract.defects import as_entity_error
from loader.extract.raw_rows import merge_small_tables
from loader.extract.reader import read_entity
from loader.extract.state import EntityState
from loader.warehouse.oracle.raw_names import raw_table
from loader.warehouse.schema import RAW_LOG_HINT, raw_columns, raw_schema

RAW_CONTRACT: TSchemaContract = {"tables": "evolve", "columns": "freeze", "data_type": "freeze"}


Reader = Callable[[RunContext, str, EntityState], Iterator[pa.Table]]


@dlt.source(name="wms", schema_contract=RAW_CONTRACT)
def wms_source(context: RunContext, entities: Sequence[str], reader: Reader = read_entity) -> Iterator[DltResource]:
    """Return a source of the entities' raw documents.

    Args:
        context: client, settings and counters of the run.
        entities: WMS entity names. Each becomes a resource and a raw table of that name.
        reader: reads one entity, for example incrementally or with its due catch-up passes.
    """
    for entity in entities:
        yield entity_resource(context, entity, reader)


def guarded(context: RunContext, entity: str, read: Callable[[], Iterator[pa.Table]]) -> Iterator[pa.Table]:
    """Yield what `read` yields. An error ends only this entity, and rows read before it are kept."""
    try:
        yield from read()
    except Exception as defect:
        error = as_entity_error(defect, entity)
        context.update(entity, status="failed", error=error, finished_at=datetime.now(UTC))


def entity_resource(context: RunContext, entity: str, reader: Reader) -> DltResource:
    """Return the resource of one entity. Its dlt resource state is the `EntityState`.

    The write disposition is append, because the landing job inserts only new versions. So dlt needs no staging table.
    """

    def read() -> Iterator[Any]:
        state = cast(EntityState, dlt.current.resource_state(entity))
        if not state:
            # an entity without rows needs a table too, because dbt sources refer to it
            yield raw_schema().empty_table()
        yield from merge_small_tables(guarded(context, entity, lambda: reader(context, entity, state)))

    resource = dlt.resource(
        read,
        name=entity,
        table_name=raw_table(entity) if context.settings.target.kind == "oracle" else entity,
        columns=raw_columns(),
        write_disposition="append",
        schema_contract=RAW_CONTRACT,
        parallelized=True,
    )
    resource.apply_hints(additional_table_hints={RAW_LOG_HINT: True})
    return resource
