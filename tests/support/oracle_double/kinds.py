"""The Oracle type of an expression, as far as the rules and the rewriting need it."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.spelling import KEPT, LENIENT
from tests.support.oracle_double.types import (
    BLOB,
    CLOB,
    DATE,
    TIMESTAMP,
    TIMESTAMP_TZ,
    OracleType,
    number,
    varchar2,
    written,
)

_META = "oracle"
_OF_FIRST_ARGUMENT = (
    exp.Max,
    exp.Min,
    exp.Paren,
    exp.Coalesce,
    exp.Greatest,
    exp.Least,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.Window,
    exp.Ordered,
    exp.Alias,
    exp.Nullif,
)
_NUMBERS = (
    exp.Count,
    exp.Mul,
    exp.Div,
    exp.Sum,
    exp.Avg,
    exp.Extract,
    exp.Length,
    exp.Abs,
    exp.Neg,
    exp.RowNumber,
    exp.Floor,
)
_TEXTS = (exp.DPipe, exp.Substring, exp.Upper, exp.Lower, exp.Trim, exp.Replace, exp.ToChar, exp.GroupConcat)

_FIXED: tuple[tuple[tuple[type, ...], OracleType], ...] = (
    (_NUMBERS, number()),
    (_TEXTS, varchar2()),
    ((exp.DateStrToDate, exp.LastDay), DATE),
    ((exp.StrToTime,), TIMESTAMP),
    ((exp.AtTimeZone,), TIMESTAMP_TZ),
)


def set_type(node: exp.Expression, of_type: OracleType | None) -> None:
    """Record the type of a column reference."""
    node.meta[_META] = of_type


def type_of(node: exp.Expression | None) -> OracleType | None:
    """Return the type, or None if unknown."""
    if node is None:
        return None
    if isinstance(node, exp.Column):
        found: OracleType | None = node.meta.get(_META)
        return found
    if isinstance(node, exp.Literal):
        return varchar2(max(len(node.name), 1)) if node.is_string else number()
    for kinds, of_type in _FIXED:
        if isinstance(node, kinds):
            return of_type
    return _of_composed(node)


def _of_composed(node: exp.Expression) -> OracleType | None:
    if isinstance(node, exp.Cast):
        return written(node.to)
    if isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]] + [node.args.get("default")]
        return next((kind for branch in branches if (kind := type_of(branch))), None)
    if isinstance(node, exp.Anonymous):
        return _of_function(node)
    if isinstance(node, (exp.Add, exp.Sub)):
        return _of_sum(node)
    return type_of(node.this) if isinstance(node, _OF_FIRST_ARGUMENT) else None


def _of_function(node: exp.Anonymous) -> OracleType | None:
    known: dict[str, OracleType | None] = {
        "TO_CLOB": CLOB,
        "EMPTY_CLOB": CLOB,
        "TO_BLOB": BLOB,
        "EMPTY_BLOB": BLOB,
        "FROM_TZ": TIMESTAMP_TZ,
        "SYS_EXTRACT_UTC": TIMESTAMP,
        "TO_NUMBER": number(),
        "ADD_MONTHS": DATE,
        "TO_DATE": DATE,
        "TO_TIMESTAMP": TIMESTAMP,
        "TO_CHAR": varchar2(),
        "REGEXP_SUBSTR": varchar2(),
        "TRANSLATE": varchar2(),
        "TO_TIMESTAMP_TZ": TIMESTAMP_TZ,
        "STANDARD_HASH": OracleType("RAW", length=64),
        "HEXTORAW": OracleType("RAW", length=2000),
    }
    name = node.name.upper().removeprefix(KEPT)
    if node.name.upper() == LENIENT:
        return type_of(node.expressions[0])
    if name == "TRUNC":
        inner = type_of(node.expressions[0])
        return DATE if is_datetime(inner) else number()
    return known.get(name)


def _of_sum(node: exp.Add | exp.Sub) -> OracleType | None:
    left, right = type_of(node.left), type_of(node.right)
    if is_datetime(left) and is_datetime(right):
        # the difference of dates is a number of days, of timestamps an interval
        return number() if left == right == DATE else None
    return left if is_datetime(left) else right if is_datetime(right) else number()


def is_datetime(of_type: OracleType | None) -> bool:
    return of_type is not None and (of_type == DATE or of_type.name.startswith("TIMESTAMP"))
