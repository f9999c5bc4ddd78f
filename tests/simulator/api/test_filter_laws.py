"""The filter engine, compared with an evaluator that applies one filter to one row at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loader.simulator.api.catalog import Catalog
from loader.simulator.api.finder import Finder
from loader.simulator.api.literals import Dialect
from loader.simulator.api.reader import Reader
from loader.simulator.api.selection import select
from loader.simulator.contract import EntitySchema, Field
from tests.support.sampling import examples

from .conftest import START, FakeWorld

NOW = START + timedelta(days=1)
ZONE = ZoneInfo("America/New_York")
EPOCH = datetime(2024, 11, 2, 22, 0, tzinfo=UTC)  # the clocks go back eight hours later

SCHEMAS = {
    "parent": EntitySchema("parent", (Field("code", "string", default=""), Field("size", "integer"))),
    "thing": EntitySchema(
        "thing",
        (
            Field("create_ts", "datetime"),
            Field("mod_ts", "datetime"),
            Field("parent_id", "relation", target="parent"),
            Field("name", "string", default=""),
            Field("qty", "decimal", default=Decimal("0")),
            Field("flag", "boolean", default=False),
            Field("day", "date"),
            Field("child_set", "set", target="child"),
        ),
    ),
}
KINDS = {"parent_id__code": "string", "parent_id__size": "integer", "id": "integer"} | {
    field.name: field.kind for field in SCHEMAS["thing"].fields
}

# few close values, so that ties and range ends occur often
instants = st.builds(
    lambda half_hours, micros: EPOCH + timedelta(minutes=30 * half_hours, microseconds=micros),
    st.integers(0, 24),
    st.sampled_from([0, 0, 0, 1, 500_000]),
)
texts = st.sampled_from(["", "a", "A", "ab", "Ab", "b%", "é"])
numbers = st.integers(-3, 12)
decimals = st.integers(-6, 12).map(lambda n: Decimal(n) / 4)
days = st.integers(0, 40).map(lambda n: date(2024, 10, 20) + timedelta(days=n))

things = st.fixed_dictionaries(
    {},
    optional={
        "create_ts": instants,
        "mod_ts": st.none() | instants,
        "parent_id": st.none() | st.integers(1, 5),  # rows 4 and 5 don't exist
        "name": texts,
        "qty": decimals,
        "flag": st.booleans(),
        "day": st.none() | days,
        "child_set": st.none() | st.integers(0, 3),
    },
)


def written(kind: str) -> st.SearchStrategy[str]:
    """Literals of a kind."""
    strategies: dict[str, st.SearchStrategy[str]] = {
        "string": texts.filter(lambda text: "," not in text),
        "integer": numbers.map(str),
        "relation": numbers.map(str),
        "decimal": decimals.map(str),
        "boolean": st.sampled_from(["true", "false", "TRUE"]),
        "date": days.map(date.isoformat),
        "datetime": st.one_of(
            instants.map(lambda at: at.isoformat().replace("+00:00", "Z")),
            instants.map(lambda at: at.astimezone(ZONE).isoformat()),
            instants.map(lambda at: at.astimezone(ZONE).replace(tzinfo=None).isoformat()),
        ),
    }
    return strategies[kind]


@st.composite
def filters(draw: st.DrawFn) -> tuple[str, str]:
    name = draw(st.sampled_from(sorted(KINDS)))
    kind = KINDS[name]
    lookups = ["isnull"]
    if kind != "set":
        lookups += ["", "exact", "gt", "gte", "lt", "lte", "in", "range"]
    if kind == "string":
        lookups += ["iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"]
    if kind in ("date", "datetime"):
        lookups += ["year", "month", "day", "week_day"]
    if kind == "datetime":
        lookups += ["hour", "minute"]
    lookup = draw(st.sampled_from(lookups))
    if lookup == "isnull":
        text = draw(st.sampled_from(["true", "false"]))
    elif lookup in ("year", "month", "day", "week_day", "hour", "minute"):
        text = str(draw(st.integers(0, 12) | st.just(2024)))
    else:
        count = {"in": draw(st.integers(1, 4)), "range": 2}.get(lookup, 1)
        text = ",".join(draw(written(kind)) for _ in range(count))
    return f"{name}{'__' + lookup if lookup else ''}{'!' if draw(st.booleans()) else ''}", text


def literal(kind: str, text: str) -> Any:
    if kind in ("integer", "relation"):
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "datetime":
        moment = datetime.fromisoformat(text)
        # in UTC, because Python never treats times of the repeated hour in different zones as equal (PEP 495)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE, fold=0)).astimezone(UTC)
    return text


def passes(row: dict[str, Any], name: str, text: str) -> bool:  # noqa: PLR0911
    """Evaluate one filter on one row as documented."""
    if name.endswith("!"):
        return not passes(row, name[:-1], text)
    parts = name.split("__")
    path = "__".join(parts[:2]) if "__".join(parts[:2]) in KINDS else parts[0]
    lookup = name[len(path) + 2 :] or "exact"
    value, kind = row[path], KINDS[path]
    missing = value is None or value == "" or (kind == "set" and not value)
    if lookup == "isnull":
        return missing == (text == "true")
    if kind == "string" and text == "" and lookup in ("exact", "iexact"):
        return missing
    if missing:
        return False
    if lookup in PARTS:
        local = value.astimezone(ZONE) if kind == "datetime" else value
        return int(local.strftime(PARTS[lookup])) + (lookup == "week_day") == int(text)
    if lookup.startswith("i") and lookup != "in":
        return passes({**row, path: value.lower()}, f"{path}__{lookup[1:]}", text.lower())
    wanted = [literal(kind, part) for part in text.split(",")]
    return bool(MEANINGS[lookup](value, *wanted))


PARTS = {"year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "week_day": "%w"}
MEANINGS: dict[str, Any] = {
    "in": lambda value, *wanted: value in wanted,
    "range": lambda value, low, high: value >= low and value <= high,
    "exact": lambda value, wanted: value == wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
    "contains": lambda value, wanted: value.find(wanted) >= 0,
    "startswith": lambda value, wanted: value[: len(wanted)] == wanted,
    "endswith": lambda value, wanted: not wanted or value[-len(wanted) :] == wanted,
}


PARENTS: dict[int, dict[str, Any]] = {1: {"code": "a", "size": 1}, 2: {"code": "Ab"}, 3: {"size": 3}}


def worlds(rows: list[dict[str, Any]]) -> tuple[FakeWorld, dict[int, dict[str, Any]]]:
    world = FakeWorld(SCHEMAS)
    for row_id, parent in PARENTS.items():
        world.put("parent", row_id, **parent)
    full: dict[int, dict[str, Any]] = {}
    for row_id, row in enumerate(rows, 1):
        world.put("thing", row_id, at=START + timedelta(seconds=row_id * 7 % 5), **row)
        parent = PARENTS.get(row.get("parent_id") or 0)
        defaults = {field.name: field.default for field in SCHEMAS["thing"].fields}
        joined = {"id": row_id, "parent_id__code": (parent or {}).get("code", "" if parent else None)}
        full[row_id] = {**defaults, **row, **joined, "parent_id__size": (parent or {}).get("size")}
    return world, full


@settings(max_examples=examples(1.5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(things, min_size=5, max_size=12), st.lists(filters(), min_size=1, max_size=4), st.integers(1, 5))
def test_filter_engine_equals_naive_evaluator(
    rows: list[dict[str, Any]], wanted: list[tuple[str, str]], limit: int
) -> None:
    world, full = worlds(rows)
    catalog = Catalog(world.entities, "25B")
    for params in ({name: text} for name, text in wanted):
        check(world, catalog, full, params, limit)
    check(world, catalog, full, dict(wanted), limit)


def check(
    world: FakeWorld, catalog: Catalog, full: dict[int, dict[str, Any]], params: dict[str, str], limit: int
) -> None:
    selection = select(catalog, catalog.tables["thing"], params, Dialect(ZONE))
    expected = [i for i, row in full.items() if all(passes(row, *condition) for condition in params.items())]
    finder = Finder(Reader(world, catalog, NOW, {}))
    assert finder.ascending(selection).tolist() == expected
    assert finder.first(selection, limit) == expected[:limit]
    assert finder.last(selection, limit) == expected[::-1][:limit]
    heap = [i for i in world.heap("thing", NOW).tolist() if i in expected]
    assert finder.heap(selection).tolist() == heap


@given(st.text(max_size=20), st.sampled_from(sorted(set(KINDS.values()) - {"set", "string"})))
def test_any_text_is_literal_or_value_error(text: str, kind: Any) -> None:
    try:
        value = Dialect(ZONE).parse(kind, text)
    except ValueError:
        return
    assert value is not None


@pytest.mark.parametrize("limit", [1, 3])
def test_limited_scan_stops_early(limit: int) -> None:
    world, _ = worlds([{"name": "a"}] * 50)
    catalog = Catalog(world.entities, "25B")
    finder = Finder(Reader(world, catalog, NOW, {}))
    assert (
        finder.first(select(catalog, catalog.tables["thing"], {"id__gt": "9"}, Dialect(ZONE)), limit)
        == [10, 11, 12][:limit]
    )
    assert finder.scanned == limit
