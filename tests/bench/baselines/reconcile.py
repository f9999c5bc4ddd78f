"""``wms-elt reconcile``. Prints, for each raw table, how many statements read all of it."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from loader.cli.main import leave
from loader.runs import reconcile
from loader.settings import load_settings
from loader.warehouse.base import Params, Row
from loader.warehouse.duckdb.connect import DuckDbWarehouse

_RAW = re.compile(r"from \S*wms_raw\.(\w+)")


def main() -> None:
    """Compare every entity. Prints JSON: statements by raw table, and lines of the comparison."""
    reads: Counter[str] = Counter()
    fetch = DuckDbWarehouse.fetch

    def counted(warehouse: DuckDbWarehouse, sql: str, params: Params = ()) -> list[Row]:
        reads.update(name for name in _RAW.findall(sql) if not name.startswith("elt_"))
        return fetch(warehouse, sql, params)

    DuckDbWarehouse.fetch = counted  # type: ignore[method-assign]
    lines = reconcile(load_settings(env_file=None))
    print(msgspec.json.encode({"reads": reads, "lines": len(lines)}).decode())


if __name__ == "__main__":
    main()
    leave(0)
