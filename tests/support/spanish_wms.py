"""A WMS of other making: Spanish labels, renumbered statuses, other type names, and its own manners.

Nothing is shared with the loader, the simulator or the other test servers. It refuses ``ordering`` and
``values_list``, has no OpenAPI document, answers 404 for an empty list, and never gives more than `cap` rows.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Row = dict[str, Any]
ROOT = "/bodega/wms/lgfapi/v10/entity"
AUDIT = {"create_user": "char:30", "create_ts": "timestamp", "mod_user": "char:30", "mod_ts": "timestamp"}
STAMPS = {"create_ts": "2026-05-04T06:00:00-06:00", "mod_ts": "2026-05-04T07:30:00.5-06:00"}

# name of the type, then characters; a relation is shown as an object
SCHEMA: dict[str, dict[str, str]] = {
    "company": {"code": "char:30", "name": "char:250", **AUDIT},
    "facility": {"code": "char:20", "name": "char:50", "lang": "char:5", "time_zone_id": "relation", **AUDIT},
    "item": {"code": "char:130", "company_id": "relation", "unit_cost": "float", **AUDIT},
    "order_hdr": {
        "order_nbr": "char:80",
        "facility_id": "relation",
        "company_id": "relation",
        "status_id": "int",
        "priority": "char:10",
        "currency_code": "char:20",
        "ord_date": "date",
        "cust_field_1": "char:30",
        "cust_field_2": "char:30",
        "cust_decimal_1": "float",
        "order_dtl_set": "set",
        **AUDIT,
    },
    "order_dtl": {
        "order_id": "relation",
        "seq_nbr": "int",
        "item_id": "relation",
        "ord_qty": "float",
        "status_id": "int",
    },
    "order_status": {"description": "char:255"},
    "task_status": {"description": "char:255"},
    "bay_of_the_moon": {"name": "char:20", "is_full": "bool"},
}
STATUSES = {
    "order_status": {5: "Creada", 25: "Asignada", 60: "Empacada", 80: "Enviada", 85: "Cancelada", 86: "En la luna"},
    "task_status": {},
}


def relation(entity: str, row_id: int, key: str = "") -> Row:
    return {"id": row_id, "key": key, "url": f"https://bodega:443{ROOT}/{entity}/{row_id}"}


def tables() -> dict[str, list[Row]]:
    """Return the rows: 30 orders with two lines each. A line of the open order 22 has no quantity."""
    facility, company = relation("facility", 11, "MX01"), relation("company", 1, "AZTECA")
    orders = [
        {
            "id": 100 + n,
            "order_nbr": f"PED-{n}",
            "facility_id": facility,
            "company_id": company,
            "status_id": 80 if n < 20 else 5,
            "priority": "alta",
            "currency_code": "MXN",
            "ord_date": "2026-05-03",
            "cust_field_1": f"canal {n}" if n < 5 else "",
            "cust_field_2": "",
            "cust_decimal_1": "0",
            "order_dtl_set": {"result_count": 2, "url": ""},
            **STAMPS,
        }
        for n in range(30)
    ]
    lines = [
        {
            "id": 1000 + 2 * n + line,
            "order_id": relation("order_hdr", 100 + n),
            "seq_nbr": line + 1,
            "item_id": {"id": 7, "key": "", "url": ""},
            "ord_qty": "0" if (n, line) == (22, 0) else "2.5",
            "status_id": 80 if n < 20 else 5,
        }
        for n in range(30)
        for line in range(2)
    ]
    return {
        "company": [{"id": 1, "code": "AZTECA", "name": "Azteca S.A.", **STAMPS}],
        "facility": [
            {
                "id": 11,
                "code": "MX01",
                "name": "Bodega Norte",
                "lang": "es",
                "time_zone_id": {"id": 3, "key": "America/Mexico_City", "url": ""},
                **STAMPS,
            },
            {"id": 12, "code": "MX02", "name": "Bodega Sur", "lang": "es", "time_zone_id": None, **STAMPS},
        ],
        "item": [{"id": 7, "code": "SKU-7", "company_id": company, "unit_cost": "3.5", **STAMPS}],
        "order_hdr": orders,
        "order_dtl": lines,
        "bay_of_the_moon": [{"id": 1, "name": "Cráter", "is_full": False}],
        **{name: [{"id": i, "description": text} for i, text in codes.items()] for name, codes in STATUSES.items()},
    }


@dataclass
class SpanishWms:
    """The tenant.

    Args:
        cap: most rows in a response.
        hidden: entities in the map that the user can't read, with the status of the response.
        openapi: OpenAPI document; None if the tenant has none.
        asked: requests: method, path and query.
    """

    rows: dict[str, list[Row]] = field(default_factory=tables)
    cap: int = 50
    hidden: dict[str, int] = field(default_factory=lambda: {"location": 404, "inventory": 403})
    user: str = "lector"
    password: str = "Contr4sena"
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    openapi: Row | None = None
    url: str = ""

    @contextmanager
    def serve(self) -> Iterator[SpanishWms]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/bodega"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)

    def answer(self, target: str) -> tuple[int, str, str]:
        """Return status, media type and body."""
        parts = urlsplit(target)
        if parts.path == f"{ROOT.removesuffix('entity')}schema/" and self.openapi:
            return _json(200, self.openapi)
        if not parts.path.startswith(ROOT):
            return 404, "text/html", "<html><body>Página no encontrada</body></html>"
        entity, _, rest = parts.path.removeprefix(ROOT).strip("/").partition("/")
        if not entity:
            links = {name: f"https://bodega:443{ROOT}/{name}" for name in sorted({*SCHEMA, *self.hidden})}
            return _json(200, links)
        if entity in self.hidden or entity not in SCHEMA:
            return _refused(self.hidden.get(entity, 404), "No existe o no está permitido.")
        if rest == "describe":
            fields = {"id": {"type": "int"}, **{name: _field(text) for name, text in SCHEMA[entity].items()}}
            return _json(200, {"parameters": sorted(fields), "fields": fields})
        return self._list(entity, dict(parse_qsl(parts.query)))

    def _list(self, entity: str, query: dict[str, str]) -> tuple[int, str, str]:
        unknown = query.keys() - {"page_size", "page_mode", "id__in", "id__gt", "page", "fields"}
        if unknown:
            return _refused(400, f"Parámetro no admitido: {sorted(unknown)[0]}")
        found = self.rows.get(entity, [])
        if "id__in" in query:
            found = [row for row in found if str(row["id"]) in query["id__in"].split(",")]
        found = [row for row in found if row["id"] > int(query.get("id__gt", -1))]
        if not found:
            return _refused(404, "Sin resultados.")
        size = min(int(query.get("page_size", 25)), self.cap)
        more = f"{self.url}{ROOT}/{entity}?cursor=abc" if len(found) > size else None
        return _json(200, {"next_page": more, "previous_page": None, "results": found[:size]})


def _field(text: str) -> Row:
    word, _, length = text.partition(":")
    return {"type": word, **({"max_length": int(length)} if length else {})}


def _json(status: int, content: object) -> tuple[int, str, str]:
    return status, "application/json", json.dumps(content)


def _refused(status: int, message: str) -> tuple[int, str, str]:
    return _json(status, {"reference": "r-1", "code": "RECHAZADO", "message": message})


def _handler(wms: SpanishWms) -> type[BaseHTTPRequestHandler]:
    token = "Basic " + base64.b64encode(f"{wms.user}:{wms.password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: a second one would wait 40 ms

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            wms.asked.append(("GET", parts.path.removeprefix(ROOT), parts.query))
            is_known = self.headers["Authorization"] == token
            status, media_type, text = wms.answer(self.path) if is_known else _refused(401, "No autorizado.")
            body = text.encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC), usegmt=True))
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            wms.asked.append(("POST", self.path, ""))
            self.send_error(405)

        def log_message(self, *_: object) -> None:
            """Write no log."""

    return Handler
