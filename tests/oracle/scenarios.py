"""Changes of a WMS over several loads. Each scenario runs on every target."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.integration.pipeline.conftest import Loads
from tests.support.fake_wms import START

LONG_AGO = START - timedelta(days=3)
MAX_RAW_BYTES = 32_767
ONE_READER = {"GRUPONOS_WMS__CONCURRENCY": "1"}
"""Concurrent readers take `read_order` as they finish. Set it where a test compares `read_order` of two loads."""


def first_then_incremental(loads: Loads) -> None:
    for row_id in range(1, 1201):
        loads.wms.put("order_hdr", row_id, LONG_AGO, facility_id={"id": row_id % 3, "key": "", "url": ""})
    loads.wms.put("facility", 1, LONG_AGO, name="São Paulo \u20ac \U0001f4e6")
    loads.run()
    loads.wms.now = START + timedelta(minutes=5)
    loads.wms.put("order_hdr", 7, START + timedelta(minutes=1), status_id=10)
    loads.wms.put("order_hdr", 1201, START + timedelta(minutes=1))
    loads.run()


def there_and_back(loads: Loads) -> None:
    for description in ("A", "B", "A", "A"):
        loads.wms.put("order_status", 0, description=description)
        loads.run()


def deleted_and_returned(loads: Loads) -> None:
    for row_id in range(5):
        loads.wms.put("order_status", row_id, description=str(row_id))
    loads.run()
    loads.wms.delete("order_status", 3)
    loads.run()
    loads.wms.put("order_status", 3, description="3")
    loads.run()


def another_machine(loads: Loads) -> None:
    loads.wms.put("order_hdr", 1, LONG_AGO)
    loads.run()
    loads.blank_machine()
    loads.wms.put("order_hdr", 2, START)
    loads.wms.now = START + timedelta(minutes=30)
    loads.run()


def long_documents(loads: Loads) -> None:
    """Sizes at which the driver changes how it binds bytes to a BLOB."""
    for row_id, size in enumerate((1, 2_000, 4_000, MAX_RAW_BYTES - 50, MAX_RAW_BYTES + 1, 400_000), 1):
        loads.wms.put("item", row_id, LONG_AGO, description="é" * (size // 2))
    loads.run()


def nothing_at_all(loads: Loads) -> None:
    loads.wms.rows["wave"] = {}
    loads.run()


def in_packages(loads: Loads) -> None:
    loads.options = {"GRUPONOS_PIPELINE__CHUNK_ROWS": "1000", "GRUPONOS_WMS__PAGE_SIZE": "100"} | ONE_READER
    for row_id in range(1, 1801):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
    loads.run()


SCENARIOS: tuple[Callable[[Loads], None], ...] = (
    first_then_incremental,
    there_and_back,
    deleted_and_returned,
    another_machine,
    long_documents,
    nothing_at_all,
    in_packages,
)
