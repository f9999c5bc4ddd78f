"""Lands new versions of documents through the product's pipeline, so that any number of documents can change.

Arguments: ``entity=number``, for example ``order_dtl=1000``.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta

import numpy as np
import pyarrow as pa

from loader.extract.context import Outcome, RunContext
from loader.extract.raw_rows import TIMESTAMP
from loader.extract.state import EntityState
from loader.pipeline.packages import build_pipeline, run_packages
from loader.pipeline.session import open_landing
from loader.settings import load_settings
from loader.warehouse.schema import content_hash, raw_schema
from loader.wms.client import WmsClient

_STAMP = re.compile(rb'("mod_ts": ?")[^"]+"')
_OLD = timedelta(days=1)
"""Newer documents may be in the lookback of the next load, which would land the WMS's version again."""


class _Silent:
    def entity_changed(self, outcome: Outcome) -> None:
        """Discards progress."""


def main(arguments: Sequence[str]) -> None:
    """Change the documents with the highest ids that haven't changed for a day: each gets another `mod_ts`."""
    wanted = {entity: int(number) for entity, number in (argument.split("=") for argument in arguments)}
    settings, stop = load_settings(env_file=None), threading.Event()
    with WmsClient(settings.wms, stop=stop) as client, open_landing(settings) as session:
        context = RunContext(settings, client, session.raw_store, stop=stop, observer=_Silent())
        pipeline = build_pipeline(
            settings.pipeline.name, session.destination, session.dataset, settings.pipeline.work_dir, print
        )

        def reader(context: RunContext, entity: str, state: EntityState) -> Iterator[pa.Table]:
            yield _changed(context, entity, wanted[entity])
            context.update(entity, status="ok")

        run_packages(pipeline, context, list(wanted), reader, note=print)
        print(_landed(context, wanted))


def _changed(context: RunContext, entity: str, number: int) -> pa.Table:
    live = context.raw_store.live_versions(entity, None, None)
    stamps = live.column("mod_ts").to_numpy().astype("datetime64[us]")
    now = context.server_now.replace(tzinfo=None)
    old = np.asarray(live.column("entity_id"))[stamps < np.datetime64(now - _OLD, "us")]
    current = context.raw_store.current_versions(entity, old[-number:].astype(np.int64))
    size = current.num_rows
    text = f"{now.replace(tzinfo=UTC).isoformat()}".encode()
    documents = [
        _STAMP.sub(rb"\g<1>" + text + b'"', str(doc).encode(), count=1) for doc in current.column("doc").to_pylist()
    ]
    first = context.counter(entity).take(size)
    new = {
        "mod_ts": pa.repeat(pa.scalar(now, type=TIMESTAMP), size),
        "content_hash": pa.array([content_hash(document) for document in documents]),
        "doc": pa.array([document.decode() for document in documents]),
        "read_at": pa.repeat(pa.scalar(now, type=TIMESTAMP), size),
        "read_order": pa.array(np.arange(first, first + size, dtype=np.int64)),
    }
    columns = [new.get(name, current.column(name)) for name in raw_schema().names]
    return pa.table(dict(zip(raw_schema().names, columns, strict=True)), schema=raw_schema())


def _landed(context: RunContext, wanted: Mapping[str, int]) -> str:
    return ", ".join(f"{entity} up to {context.raw_store.last_read_order(entity)}" for entity in wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
