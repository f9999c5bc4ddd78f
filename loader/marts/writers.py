"""Writes rows to a Parquet, CSV or Excel file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

Writer = Callable[[pa.RecordBatchReader, Path], int]
"""Writes all batches to a path and returns the number of rows.

Raises DoesNotFitError or an error of Arrow for a type that the format can't hold, such as a list in CSV.
"""

MOST_ROWS: Final[Mapping[str, int]] = MappingProxyType({".xlsx": 1_048_575})
"""Rows that a file can have below its header, if the format has a limit."""

# spreadsheets run such text as a formula
_FORMULA: Final = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
# a cell has 15 digits, and 32,767 characters
_LARGEST_NUMBER: Final = 10**15
_LONGEST_TEXT: Final = 32_767
_MOST_COLUMNS: Final = 16_384
_FIRST_YEAR: Final = 1900
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class DoesNotFitError(ValueError):
    """The format can't hold a value or the columns; the message says what."""


def write_parquet(batches: pa.RecordBatchReader, path: Path) -> int:
    """Write a Parquet file, compressed with Zstandard."""
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(path, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def write_csv(batches: pa.RecordBatchReader, path: Path) -> int:
    """Write a CSV file in UTF-8 with a header. Times are UTC; text that a spreadsheet would run gets an apostrophe."""
    from pyarrow import csv

    rows = 0
    with csv.CSVWriter(path, _readable(batches.schema)) as writer:
        for batch in batches:
            writer.write(_safe(batch))
            rows += batch.num_rows
    return rows


def write_xlsx(batches: pa.RecordBatchReader, path: Path) -> int:
    """Write an Excel file with one sheet. Times are UTC; text is never a formula or a link.

    Large ids, dates before 1900 and values of other types, such as lists, are text.

    Raises:
        DoesNotFitError: a text is longer than a cell, or the sheet is too narrow.
    """
    import xlsxwriter

    if len(batches.schema) > _MOST_COLUMNS:
        raise DoesNotFitError(f"it has {len(batches.schema):,} columns, and a sheet has {_MOST_COLUMNS:,}")

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    rows, names = 0, batches.schema.names
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("data")
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        for batch in batches:
            columns = [column.to_pylist() for column in batch.columns]
            for values in zip(*columns, strict=True):
                rows += 1
                for place, value in enumerate(values):
                    if value is not None:
                        _write_cell(sheet, rows, place, value, formats, names)
        sheet.autofilter(0, 0, rows, len(names) - 1)
    return rows


WRITERS: Final[Mapping[str, Writer]] = MappingProxyType(
    {".parquet": write_parquet, ".csv": write_csv, ".xlsx": write_xlsx}
)
"""Writers by the suffix of the file."""


def _write_cell(sheet: Any, row: int, place: int, value: Any, formats: Mapping[type, Any], names: list[str]) -> None:
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise DoesNotFitError(f"the column {names[place]} has a text of {len(value):,} characters")
        sheet.write_string(row, place, _CONTROL.sub(" ", value))
    elif isinstance(value, (datetime, date)) and value.year >= _FIRST_YEAR:
        if isinstance(value, datetime) and value.tzinfo:
            value = value.astimezone(UTC).replace(tzinfo=None)
        sheet.write_datetime(row, place, value, formats[type(value)])
    elif isinstance(value, (int, float, Decimal)) and abs(float(value)) < _LARGEST_NUMBER:
        sheet.write_number(row, place, float(value))
    else:
        sheet.write_string(row, place, str(value))


def _readable(schema: pa.Schema) -> pa.Schema:
    """Timestamps as text, because Arrow would write nine decimals or none."""
    types = [pa.string() if pa.types.is_timestamp(field.type) else field.type for field in schema]
    return pa.schema(list(zip(schema.names, types, strict=True)))


def _safe(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([_cells(column) for column in batch.columns], schema=_readable(batch.schema))


def _cells(column: Any) -> Any:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_string(column.type):
        marked = pc.binary_join_element_wise(pa.scalar("'"), column, pa.scalar(""))
        return pc.if_else(pc.match_substring_regex(column, _FORMULA), marked, column)
    return column
