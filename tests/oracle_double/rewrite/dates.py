"""Dates and times: DATE has seconds, arithmetic counts days, the session has a time zone."""

from __future__ import annotations

from sqlglot import exp

from tests.oracle_double.errors import DoubleGap
from tests.oracle_double.kinds import is_datetime, type_of
from tests.oracle_double.rewrite.templates import done, duck
from tests.oracle_double.spelling import NULL_ON_ERROR
from tests.oracle_double.types import DATE

_UNITS = {
    **dict.fromkeys(("DD", "DDD", "J"), "day"),
    **dict.fromkeys(("MM", "MONTH", "MON", "RM"), "month"),
    **dict.fromkeys(("YYYY", "YEAR", "YY", "Y", "SYYYY"), "year"),
    **dict.fromkeys(("HH24", "HH", "HH12"), "hour"),
    "MI": "minute",
    "IW": "week",
    "Q": "quarter",
}
_FORMATS = (
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("FF6", "%f"),
    ("FF3", "%g"),
    ("FF", "%f"),
)


def truncated(node: exp.Expression, value: exp.Expression, unit: str = "DD") -> exp.Expression:
    if unit.upper() not in _UNITS:
        raise DoubleGap(f"TRUNC by {unit}: DAY and WW start weeks on days that depend on the session")
    return duck(f"cast(date_trunc('{_UNITS[unit.upper()]}', $x) as timestamp_s)", x=value)


def strftime(form: str) -> str:
    """Oracle's date format as DuckDB's; texts in it stand in double quotes."""
    result, position, quoted = "", 0, False
    while position < len(form):
        if form[position] == '"':
            quoted, position = not quoted, position + 1
            continue
        found = next(((o, d) for o, d in _FORMATS if not quoted and form[position:].upper().startswith(o)), None)
        if found is None and not quoted and form[position].isalpha():
            raise DoubleGap(f"date format {form}")
        result += found[1] if found else form[position]
        position += len(found[0]) if found else 1
    return result


def formats(form: str) -> exp.Expression:
    """The format, and what else Oracle takes for it: other punctuation, no time fields at the end."""
    found = [strftime(form)]
    for field in (".%f", ":%S", ":%M", " %H"):
        if found[-1].endswith(field):
            found.append(found[-1].removesuffix(field))
    found += [one.replace("/", "-") for one in found if "/" in one]
    return done(exp.Array(expressions=[done(exp.Literal.string(one)) for one in found]))


def to_char(value: exp.Expression, form: str) -> exp.Expression:
    return duck("strftime($x, $f)", x=value, f=done(exp.Literal.string(strftime(form))))


def parsed(arguments: list[exp.Expression], target: str) -> exp.Expression:
    """TO_DATE and TO_TIMESTAMP with a format: there is none to rely on in the session."""
    lenient = any(argument.name == NULL_ON_ERROR for argument in arguments)
    given = [argument.name for argument in arguments[1:] if argument.name != NULL_ON_ERROR]
    if not given:
        raise DoubleGap("a conversion that depends on NLS settings: give it a format")
    function = "try_strptime" if lenient else "strptime"
    return duck(f"cast({function}($x, $f) as {target})", x=arguments[0], f=formats(given[0]))


def sum_or_difference(node: exp.Add | exp.Sub) -> exp.Expression:
    left, right = type_of(node.left), type_of(node.right)
    sign = "+" if isinstance(node, exp.Add) else "-"
    if is_datetime(left) and is_datetime(right):
        if left == right == DATE:
            return duck("epoch(cast($a as timestamp) - cast($b as timestamp)) / 86400", a=node.left, b=node.right)
        return duck("cast($a as timestamp) - cast($b as timestamp)", a=node.left, b=node.right)
    # NUMTODSINTERVAL and INTERVAL literals have no type here: they add as they are
    if is_datetime(left) and right is not None:
        return duck(
            f"cast($a {sign} to_microseconds(cast(($b) * 86400000000 as bigint)) as timestamp_s)",
            a=node.left,
            b=node.right,
        )
    return done(node)


def part(node: exp.Extract) -> exp.Expression:
    """EXTRACT(SECOND) has a fraction."""
    if node.name.upper() == "SECOND":
        return duck("extract(microseconds from $x) / 1000000", x=node.expression)
    return done(node)


def day_interval(arguments: list[exp.Expression]) -> exp.Expression:
    """NUMTODSINTERVAL."""
    micros = {"DAY": 86_400_000_000, "HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000}
    size = micros[arguments[1].name.upper()]
    return duck(f"to_microseconds(cast(($n) * {size} as bigint))", n=arguments[0])


def at_time_zone(node: exp.AtTimeZone) -> exp.Expression:
    """A TIMESTAMP WITH TIME ZONE as the wall clock of a zone."""
    return duck("timezone($z, $x)", z=node.args["zone"], x=node.this)
