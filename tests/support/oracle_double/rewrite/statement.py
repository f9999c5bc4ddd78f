"""Translates a resolved Oracle tree to DuckDB text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.kinds import is_datetime, type_of
from tests.support.oracle_double.rewrite import aggregates, dates, json, numbers, texts
from tests.support.oracle_double.rewrite.templates import done, duck, is_done
from tests.support.oracle_double.spelling import KEPT, LENIENT
from tests.support.oracle_double.types import written


@dataclass(frozen=True)
class Environment:
    """Session values that a statement may query.

    Args:
        context: values of ``sys_context('userenv', ...)``.
        clock_skew_s: seconds the database's clock is ahead.
    """

    user: str
    context: Mapping[str, str]
    time_zone: str
    clock_skew_s: int = 0

    @property
    def now(self) -> str:
        """SYSTIMESTAMP."""
        return f"(now() + interval '{self.clock_skew_s} seconds')" if self.clock_skew_s else "now()"


def to_duckdb(tree: exp.Expression, environment: Environment) -> str:
    """Translate the tree and change it. Raises DoubleGap for unsupported syntax."""
    holder = exp.Tuple(expressions=[tree])
    done(holder)
    _Rewriter(environment).visit(holder)
    return holder.expressions[0].sql(dialect="duckdb", copy=False)


class _Rewriter:
    """Visit parents before children, so that a parent still sees Oracle's types."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._handlers: dict[type, Callable[..., exp.Expression]] = {
            exp.Literal: texts.literal,
            exp.DPipe: texts.concatenation,
            exp.Substring: texts.maybe_empty,
            exp.Trim: texts.maybe_empty,
            exp.Replace: texts.maybe_empty,
            exp.RegexpReplace: texts.maybe_empty,
            exp.RegexpExtract: texts.maybe_empty,
            exp.RegexpLike: texts.regexp_like,
            exp.Greatest: texts.extreme,
            exp.Least: texts.extreme,
            exp.Div: numbers.division,
            exp.Add: dates.sum_or_difference,
            exp.Sub: dates.sum_or_difference,
            exp.Extract: dates.part,
            exp.AtTimeZone: dates.at_time_zone,
            exp.DateStrToDate: lambda node: duck("cast($x as timestamp_s)", x=done(node.this)),
            exp.StrToTime: lambda node: duck("cast($x as timestamp)", x=done(node.this)),
            exp.Window: self._window,
            exp.Is: self._is,
            exp.Table: self._table,
            exp.Cast: self._cast,
            exp.LT: self._less,
            exp.Anonymous: self._function,
            exp.Column: self._column,
            exp.Systimestamp: lambda node: duck(environment.now),
            exp.CurrentTimestamp: lambda node: duck("now()"),
        }

    def visit(self, node: exp.Expression) -> None:
        if not is_done(node):
            handler = self._handlers.get(type(node))
            # the replacement may contain the node itself, so save its position first
            parent, key, index = node.parent, node.arg_key, node.index
            replacement = handler(node) if handler else node
            if replacement is not node and parent is not None:
                parent.set(str(key), replacement, index)
                node = replacement
        for child in list(node.iter_expressions()):
            self.visit(child)

    def _window(self, node: exp.Window) -> exp.Expression:
        return aggregates.kept(node) if str(node.args.get("over")).upper() == "KEEP" else node

    def _is(self, node: exp.Is) -> exp.Expression:
        return json.is_json(node) if isinstance(node.expression, exp.JSON) else node

    def _table(self, node: exp.Table) -> exp.Expression:
        return json.table(node) if isinstance(node.this, exp.JSONTable) else node

    def _less(self, node: exp.LT) -> exp.Expression:
        """``rownum < 1``: tools describe a query this way, without rows."""
        if not isinstance(node.left, exp.Column) or node.left.name != "ROWNUM":
            return node
        if node.right.name != "1":
            raise DoubleGap("ROWNUM other than in rownum < 1")
        return duck("false")

    def _column(self, node: exp.Column) -> exp.Expression:
        if node.table or type_of(node) is not None:
            return node
        zone = f"timezone('{self._environment.time_zone}', now())"
        pseudo = {
            "SYSTIMESTAMP": self._environment.now,
            "CURRENT_TIMESTAMP": "now()",
            "SYSDATE": "cast(timezone(current_setting('TimeZone'), now()) as timestamp_s)",
            "LOCALTIMESTAMP": zone,
            "CURRENT_DATE": f"cast({zone} as timestamp_s)",
            "USER": f"'{self._environment.user}'",
            "SESSIONTIMEZONE": f"'{self._environment.time_zone}'",
        }
        return duck(pseudo[node.name]) if node.name in pseudo else node

    def _cast(self, node: exp.Cast) -> exp.Expression:
        kind, value = written(node.to), node.this
        lenient = isinstance(value, exp.Anonymous) and value.name.upper() == LENIENT
        form = None
        if lenient:
            value, form = value.expressions[0], (value.expressions[1:] or [None])[0]
        if form is not None and is_datetime(kind):
            function = "try_strptime" if lenient else "strptime"
            return duck(f"cast({function}($x, $f) as {kind.duckdb})", x=value, f=dates.formats(form.name))
        if kind.name == "VARCHAR2":
            return texts.cut(value, kind)
        if kind.name in {"NUMBER", "BINARY_DOUBLE"} and kind.duckdb == "BIGINT" and type_of(value) != kind:
            # DuckDB casts double to integer rounding half to even, Oracle rounds half away from zero
            function = "try_cast" if lenient else "cast"
            return duck(f"cast(round({function}($x as decimal(38, 9))) as bigint)", x=value)
        return duck(f"{'try_cast' if lenient else 'cast'}($x as {kind.duckdb})", x=value)

    def _to_char(self, arguments: list[exp.Expression | None]) -> exp.Expression:
        value, form = arguments[0], arguments[1] if len(arguments) > 1 else None
        if value is None:
            raise DoubleGap("TO_CHAR without argument")
        if form is None:
            return texts.as_text(value) if not isinstance(value, exp.Null) else duck("cast(null as varchar)")
        if form.name.upper().startswith(("FM9", "FM0")):
            return numbers.to_char_number(value, form.name)
        return dates.to_char(value, form.name)

    def _function(self, node: exp.Anonymous) -> exp.Expression:
        arguments = node.expressions
        name = node.name.upper().removeprefix(KEPT)
        handlers: dict[str, Callable[[], exp.Expression]] = {
            "TRUNC": lambda: self._trunc(node, arguments),
            "SYS_EXTRACT_UTC": lambda: duck("timezone('UTC', $x)", x=arguments[0]),
            "FROM_TZ": lambda: duck("timezone($z, $x)", z=arguments[1], x=arguments[0]),
            "NUMTODSINTERVAL": lambda: dates.day_interval(arguments),
            "STANDARD_HASH": lambda: texts.standard_hash(arguments),
            "RAWTOHEX": lambda: duck("upper(hex($x))", x=arguments[0]),
            "HEXTORAW": lambda: duck("unhex($x)", x=arguments[0]),
            "CAST_TO_RAW": lambda: duck("encode($x)", x=arguments[0]),
            "TO_CLOB": lambda: arguments[0].copy(),
            "TO_BLOB": lambda: arguments[0].copy(),
            "EMPTY_CLOB": lambda: duck("cast(null as varchar)"),
            "EMPTY_BLOB": lambda: duck("cast(null as blob)"),
            "TO_NUMBER": lambda: numbers.to_number(node, arguments),
            "TO_TIMESTAMP": lambda: dates.parsed(arguments, "timestamp"),
            "TO_TIMESTAMP_TZ": lambda: dates.parsed(arguments, "timestamptz"),
            "TO_DATE": lambda: dates.parsed(arguments, "timestamp_s"),
            "TO_CHAR": lambda: self._to_char(list(arguments)),
            "SYS_CONTEXT": lambda: duck(f"'{self._environment.context[arguments[1].name.upper()]}'"),
            "REGEXP_SUBSTR": lambda: texts.regexp_substr(arguments),
            "TRANSLATE": lambda: texts.translated(arguments),
            "LENGTHB": lambda: duck("strlen($x)", x=arguments[0]),
            "SYSTIMESTAMP": lambda: duck(self._environment.now),
        }
        if name not in handlers:
            raise DoubleGap(f"function {name} is not supported")
        return handlers[name]()

    def _trunc(self, node: exp.Anonymous, arguments: list[exp.Expression]) -> exp.Expression:
        if is_datetime(type_of(arguments[0])):
            return dates.truncated(node, arguments[0], arguments[1].name if len(arguments) > 1 else "DD")
        return numbers.truncated(node, arguments[0])
