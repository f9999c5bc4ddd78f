"""Resolves every name in a statement as Oracle does.

DuckDB accepts what Oracle refuses: aliases in WHERE, names in the wrong case. Tables get their DuckDB names, columns
their types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.kinds import set_type, type_of
from tests.support.oracle_double.names import identifier, shown
from tests.support.oracle_double.rules.words import PSEUDO_COLUMNS
from tests.support.oracle_double.types import OracleType, number, varchar2, written

Columns = dict[str, OracleType | None]


@dataclass(frozen=True)
class Found:
    """A table under its DuckDB name."""

    columns: Columns
    catalog: str | None
    schema: str | None
    name: str


Lookup = Callable[[str | None, str], Found]
"""Map owner (None = the session's) and name to the table. Raises ORA-00942."""


@dataclass
class Frame:
    """The tables visible to a SELECT, by alias, and the enclosing query."""

    sources: dict[str, Columns] = field(default_factory=dict)
    outer: Frame | None = None
    merged: frozenset[str] = frozenset()

    def add(self, alias: str, columns: Columns) -> None:
        self.sources[alias] = columns


@dataclass(frozen=True)
class Resolver:
    """Resolves a statement. `lookup` finds tables outside it."""

    lookup: Lookup

    def query(
        self, node: exp.Expression, outer: Frame | None = None, ctes: Mapping[str, Columns] | None = None
    ) -> Columns:
        """Resolve a query and return its columns."""
        visible = dict(ctes or {})
        with_ = node.args.get("with_")
        for cte in with_.expressions if with_ else ():
            visible[cte.alias] = _renamed(cte, self.query(cte.this, outer, visible))
        if isinstance(node, exp.SetOperation):
            columns = self.query(node.left, outer, visible)
            right = self.query(node.right, outer, visible)
            if len(columns) != len(right):
                raise ora(1789, "query block has incorrect number of result columns")
            return columns
        if isinstance(node, exp.Subquery):
            return self.query(node.this, outer, visible)
        if isinstance(node, exp.Select):
            return self._select(node, outer, visible)
        raise DoubleGap(f"no query: {node.sql('oracle')[:200]}")

    def _select(self, node: exp.Select, outer: Frame | None, ctes: Mapping[str, Columns]) -> Columns:
        frame = Frame(outer=outer)
        from_ = node.args.get("from_")
        if from_ is not None:
            self.source(from_.this, frame, ctes)
        for join in node.args.get("joins") or ():
            self.source(join.this, frame, ctes)
            frame.merged |= {name.name for name in join.args.get("using") or ()}
        aliases = {item.alias for item in node.expressions if isinstance(item, exp.Alias)}
        for key, value in node.args.items():
            if key in {"from_", "with_"}:
                continue
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, exp.Join):
                    part = part.args.get("on")
                if isinstance(part, exp.Expression):
                    self.expression(part, frame, ctes, aliases if key == "order" else frozenset())
        return self._output(node, frame)

    def source(self, node: exp.Expression, frame: Frame, ctes: Mapping[str, Columns]) -> None:
        """Add a table, subquery or JSON_TABLE in FROM to the frame."""
        if isinstance(node, exp.Subquery):
            frame.add(node.alias or f"<{len(frame.sources)}>", self.query(node.this, frame.outer, ctes))
        elif isinstance(node, exp.Lateral):
            frame.add(node.alias, self.query(node.this, frame, ctes))
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.JSONTable):
            self.expression(node.this.this, frame, ctes)
            frame.add(node.alias, {column.name: _json_type(column) for column in node.this.args["schema"].expressions})
        elif isinstance(node, exp.Table):
            self._table(node, frame, ctes)
        else:
            raise DoubleGap(f"no source: {node.sql('oracle')[:200]}")

    def _table(self, node: exp.Table, frame: Frame, ctes: Mapping[str, Columns]) -> None:
        alias = node.alias or node.name
        if not node.db and node.name in ctes:
            frame.add(alias, ctes[node.name])
            return
        found = self.lookup(node.db or None, node.name)
        frame.add(alias, found.columns)
        rename_table(node, found, alias)

    def expression(
        self,
        node: exp.Expression,
        frame: Frame,
        ctes: Mapping[str, Columns],
        aliases: frozenset[str] | set[str] = frozenset(),
    ) -> None:
        """Resolve the columns of an expression and the queries inside it."""
        if isinstance(node, (exp.Select, exp.SetOperation)):
            self.query(node, frame, ctes)
            return
        if isinstance(node, exp.Column):
            self._column(node, frame, aliases)
            return
        for child in list(node.iter_expressions()):
            self.expression(child, frame, ctes, aliases)

    def _column(self, node: exp.Column, frame: Frame, aliases: frozenset[str] | set[str]) -> None:
        node.set("db", None)
        if isinstance(node.this, exp.Star):
            _columns_of(node.table, frame)
            return
        if not node.table and node.name in aliases:
            return
        set_type(node, _find(node, frame))

    def _output(self, node: exp.Select, frame: Frame) -> Columns:
        columns: Columns = {}
        for item in node.expressions:
            if isinstance(item, exp.Star):
                for source in frame.sources.values():
                    columns.update(source)
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                columns.update(_columns_of(item.table, frame))
            else:
                name = item.alias_or_name if isinstance(item, (exp.Alias, exp.Column)) else item.sql("oracle").upper()
                columns[f"{name} ({len(columns)})" if name in columns else name] = type_of(item)
        return columns


def rename_table(node: exp.Table, found: Found, alias: str) -> None:
    """Give the table its DuckDB name and keep `alias`."""
    node.set("this", identifier(found.name))
    node.set("db", identifier(found.schema) if found.schema else None)
    node.set("catalog", identifier(found.catalog) if found.catalog else None)
    if alias != found.name and not node.alias:
        node.set("alias", exp.TableAlias(this=identifier(alias)))


def _columns_of(alias: str, frame: Frame | None) -> Columns:
    while frame is not None:
        if alias in frame.sources:
            return frame.sources[alias]
        frame = frame.outer
    raise ora(904, f'"{shown(alias)}": invalid identifier')


def _find(node: exp.Column, frame: Frame | None) -> OracleType | None:
    name, level = node.name, frame
    while level is not None:
        named = [level.sources[node.table]] if node.table and node.table in level.sources else []
        places: Sequence[Columns] = named if node.table else list(level.sources.values())
        holding = [columns for columns in places if name in columns]
        if len(holding) > 1 and name not in level.merged:
            raise ora(918, f"column ambiguously defined: {shown(name)}")
        if holding:
            return holding[0][name]
        level = level.outer
    if not node.table and name in PSEUDO_COLUMNS:
        return number() if name in {"ROWNUM", "LEVEL", "UID"} else None
    text = f'"{shown(node.table)}"."{shown(name)}"' if node.table else f'"{shown(name)}"'
    raise ora(904, f"{text}: invalid identifier")


def _renamed(cte: exp.CTE, columns: Columns) -> Columns:
    names = [name.name for name in cte.args["alias"].args.get("columns") or ()]
    return dict(zip(names, columns.values(), strict=True)) if names else columns


def _json_type(column: exp.JSONColumnDef) -> OracleType | None:
    kind = column.args.get("kind")
    return written(kind) if kind is not None else number() if column.args.get("ordinality") else varchar2()
