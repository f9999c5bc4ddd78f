"""Lower limit: a script without guarantees for this one table. It saves pages to files and loads them typed."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import duckdb
import msgspec
import requests

PAGE_SIZE = 1000
TYPES: Final = MappingProxyType(
    {
        "integer": "BIGINT",
        "decimal": "DECIMAL(38, 6)",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "datetime": "TIMESTAMPTZ",
        "relation": 'STRUCT("id" BIGINT, "key" VARCHAR, "url" VARCHAR)',
        # some fields hold a link with a count, others a list
        "set": "JSON",
    }
)


class Answer(msgspec.Struct):
    """A list response with unparsed rows."""

    results: list[msgspec.Raw]
    next_page: str | None = None


def main() -> None:
    """Load ``order_dtl`` into ``bench.order_dtl`` of the DuckDB file."""
    env = os.environ
    pages = Path(env["GRUPONOS_PIPELINE__WORK_DIR"])
    pages.mkdir(parents=True, exist_ok=True)
    url = f"{env['GRUPONOS_WMS__BASE_URL']}/wms/lgfapi/v10/entity/order_dtl"
    with requests.Session() as session:
        session.auth = (env["GRUPONOS_WMS__USERNAME"], env["GRUPONOS_WMS__PASSWORD"])
        columns = _columns(session.get(f"{url}/describe/").json()["fields"])
        _download(session, f"{url}?page_mode=sequenced&ordering=id&page_size={PAGE_SIZE}", pages)
    with duckdb.connect(env["GRUPONOS_TARGET__DUCKDB_PATH"]) as connection:
        connection.execute("create schema bench")
        connection.execute(
            f"""create table bench.order_dtl as select * from read_json('{pages}/*.ndjson',
            format = 'newline_delimited', columns = {columns})"""
        )


def _columns(fields: dict[str, dict[str, Any]]) -> str:
    types = {"url": "VARCHAR"} | {name: TYPES.get(field["type"], "VARCHAR") for name, field in fields.items()}
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"


def _download(session: requests.Session, url: str | None, pages: Path) -> None:
    decoder = msgspec.json.Decoder(Answer)
    number = 0
    while url:
        answer = decoder.decode(session.get(url).content)
        (pages / f"{number:05}.ndjson").write_bytes(b"\n".join(answer.results))
        url, number = answer.next_page, number + 1


if __name__ == "__main__":
    main()
