"""Generates the notebook of the page "Answer questions with SQL": the same queries, each with a chart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.support.harness import REPOSITORY

PAGE = REPOSITORY / "docs" / "how-to" / "answer-questions.md"
NOTEBOOK = PAGE.with_suffix(".ipynb")
SECTION = re.compile(r"^## (?P<title>\d+\. [^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r"^```sql\n(.*?)^```\n?", re.DOTALL | re.MULTILINE)

CHARTS: Mapping[int, Sequence[str]] = {
    1: ["bars(rows, 'facility_code', 'late_open_orders', 'shipped_late')"],
    2: ["bars(rows, 'short_cause', 'short_qty')"],
    3: ["bars(rows, 'customer_name', 'line_fill_rate')", "bars(rows, 'item_code', 'line_fill_rate')"],
    4: ["lines(rows, 'business_date', 'lines_per_hour', by='facility_code')"],
    5: ["bars(rows, 'facility_code', 'p90_hours', 'mean_hours')"],
    6: ["bars(rows, 'days_to_expiry', 'on_hand_qty')"],
    7: ["bars(rows, 'item_code', 'days_of_supply')"],
    8: ["bars(rows, 'age_band', 'lpn_count')"],
    9: ["bars(rows, 'run_nbr', 'open_hours')"],
    10: ["bars(rows, 'rule')"],
    11: ["bars(rows, 'status_description', 'dwell_seconds')"],
    12: ["bars(rows, 'facility_code', 'on_hand_value')", "bars(rows, 'facility_code', 'accuracy')"],
    13: ["bars(rows, 'carrier_code', 'on_time_share')"],
    14: ["bars(rows, 'facility_code')", "bars(rows, 'facility_code', 'turn_hours')"],
    15: ["bars(rows, 'facility_code', 'days_of_work')"],
}
"""Charts of each question, one per query. Bars without a value count rows."""

EXAMPLES = {
    (10, "'PV600100'"): ("flagged", "select min(order_number) from rejected_records where entity = 'order_dtl'"),
    (11, "'PV600100'"): ("moved", "select min(order_nbr) from order_status_changes where is_current = 0"),
    (12, "'2026-11-15'"): ("past_day", "select min(business_date) from inventory_daily"),
}
"""Values of the page that a reader replaces, as variables of the notebook."""

INTRODUCTION = """\
# Fifteen questions, with charts

The queries of [Answer questions with SQL](answer-questions.md), on the read copy of the DuckDB target. Run `make elt`
first. Then open this notebook with Jupyter, in an environment that has `duckdb` and `pygal`.

On Oracle, `warehouse` is a cursor of `oracledb`. With a profile smaller than `full`, some marts are empty.

`make reference` writes this file. Change the page, not the notebook."""

SETUP = '''\
from html import escape

import duckdb
import pygal

warehouse = duckdb.connect("../../target/warehouse.read.duckdb", read_only=True)
warehouse.execute("set schema = 'wms'")


class Rows(list):
    """Rows of a query as dictionaries; a notebook shows the first twenty."""

    def _repr_html_(self):
        names = list(self[0]) if self else []
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(row[name]))}</td>" for name in names) + "</tr>" for row in self[:20]
        )
        return f"<table><tr>{head}</tr>{body}</table><p>{len(self):,} rows</p>"


class Chart:
    """A chart of pygal; a notebook shows it as SVG."""

    def __init__(self, chart):
        self.svg = chart.render(is_unicode=True, disable_xml_declaration=True)

    def _repr_svg_(self):
        return self.svg


def ask(sql):
    """Return the rows of a query."""
    warehouse.execute(sql)
    names = [column[0].lower() for column in warehouse.description]
    return Rows(dict(zip(names, row, strict=True)) for row in warehouse.fetchall())


def first(sql):
    """Return the one value of a query."""
    return next(iter(ask(sql)[0].values()))


def bars(rows, label, *values, most=15):
    """Draw a bar per label, at most fifteen. Rows of a label are added up; without values they are counted."""
    labels = list(dict.fromkeys(str(row[label]) for row in rows))[:most]
    chart = pygal.HorizontalBar(height=120 + 24 * len(labels), js=[], no_data_text="no rows")
    chart.x_labels = labels
    for value in values or ["rows"]:
        sums = dict.fromkeys(labels, 0.0)
        for row in rows:
            if str(row[label]) in sums:
                sums[str(row[label])] += float(row[value] or 0) if values else 1
        chart.add(value, list(sums.values()))
    return Chart(chart)


def lines(rows, x, value, by):
    """Draw a line per value of a column, over another column."""
    points = sorted({row[x] for row in rows})
    chart = pygal.Line(height=320, js=[], x_label_rotation=45, show_dots=len(points) < 40, no_data_text="no rows")
    chart.x_labels = [str(point) for point in points]
    for name in sorted({row[by] for row in rows}):
        found = {row[x]: row[value] for row in rows if row[by] == name}
        chart.add(str(name), [float(found[point]) if found.get(point) is not None else None for point in points])
    return Chart(chart)
'''


def notebook() -> str:
    """Returns the notebook as JSON, without outputs."""
    cells = [_cell(number, *cell) for number, cell in enumerate(_cells())]
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _cells() -> Iterator[tuple[str, str]]:
    yield "markdown", INTRODUCTION
    examples = [f'{name} = first("{sql}")' for name, sql in EXAMPLES.values()]
    yield "code", SETUP + "\n\n# an order, and a day, for the questions that name one\n" + "\n".join(examples)
    for found in SECTION.finditer(PAGE.read_text(encoding="utf-8")):
        number = int(found["title"].partition(".")[0])
        text = BLOCK.sub("", found["body"]).strip()
        yield "markdown", f"## {found['title']}" + (f"\n\n{text}" if text else "")
        for sql, chart in zip(BLOCK.findall(found["body"]), CHARTS[number], strict=True):
            yield "code", f"rows = ask({_literal(number, sql)})\nrows"
            yield "code", chart


def _literal(number: int, sql: str) -> str:
    text, is_formatted = sql, ""
    for (question, value), (name, _) in EXAMPLES.items():
        if question == number and value in text:
            text, is_formatted = text.replace(value, f"'{{{name}}}'"), "f"
    return f'{is_formatted}"""\n{text}"""'


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return {**cell, "source": text.splitlines(keepends=True)}
