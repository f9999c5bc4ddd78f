"""Dates and times: DATE has seconds, arithmetic counts days, the session has a time zone."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.kinds import is_datetime, type_of
from tests.support.oracle_double.rewrite.templates import done, duck
from tests.support.oracle_double.spelling import NULL_ON_ERROR
from tests.support.oracle_double.types import DATE

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
    ("TZH:TZM", "%z"),
)


def truncated(node: exp.Expression, value: exp.Expression, unit: str = "DD") -> exp.Expression:
    if unit.upper() not in _UNITS:
        raise DoubleGap(f"TRUNC by {unit}: DAY and WW start weeks on days that depend on the session")
    return duck(f"cast(date_trunc('{_UNITS[unit.upper()]}', $x) as timestamp_s)", x=value)


def strftime(form: str) -> str:
    """Translate Oracle's date format to DuckDB's. Texts in it are in double quotes."""
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
    """Return the format and its variants that Oracle accepts: other punctuation, no time fields at the end."""
    found = [strftime(form)]
    for field in (".%f", ":%S", ":%M", " %H"):
        if found[-1].endswith(field):
            found.append(found[-1].removesuffix(field))
    found += [one.replace("/", "-") for one in found if "/" in one]
    return done(exp.Array(expressions=[done(exp.Literal.string(one)) for one in found]))


def to_char(value: exp.Expression, form: str) -> exp.Expression:
    return duck("strftime($x, $f)", x=value, f=done(exp.Literal.string(strftime(form))))


def parsed(arguments: list[exp.Expression], target: str) -> exp.Expression:
    """TO_DATE, TO_TIMESTAMP and TO_TIMESTAMP_TZ with a format, because the session's format is unreliable.

    There is no year 0 (ORA-01841). An instant outside the years 1 to 9999 in UTC raises despite any default:
    Oracle keeps a TIMESTAMP WITH TIME ZONE in UTC.
    """
    lenient = any(argument.name == NULL_ON_ERROR for argument in arguments)
    given = [argument.name for argument in arguments[1:] if argument.name != NULL_ON_ERROR]
    if not given:
        raise DoubleGap("a conversion that depends on NLS settings: give it a format")
    function = "try_strptime" if lenient else "strptime"
    no_day = "null" if lenient else "cast(error('ORA-01839: date not valid for month specified') as timestamptz)"
    no_year = "null" if lenient else "error('ORA-01841: (full) year must be between -4713 and +9999, and not be 0')"
    read = f"cast({function}($x, $f) as {target})"
    # null gives null, so test for the year 0
    value = f"case when left($x, 4) = '0000' then cast({no_year} as {target}) else {read} end"
    if target == "timestamptz":
        # DuckDB's strptime with an offset takes 30 February
        value = f"case when $x is null or try_cast(left($x, 10) as date) is not null then {value} else {no_day} end"
        value = (
            f"case when year({value} at time zone 'UTC') not between 1 and 9999 "
            f"then cast(error('ORA-01841: (full) year must be between -4713 and +9999, and not be 0') as {target}) "
            f"else {value} end"
        )
    return duck(value, x=arguments[0], f=formats(given[0]))


def sum_or_difference(node: exp.Add | exp.Sub) -> exp.Expression:
    left, right = type_of(node.left), type_of(node.right)
    sign = "+" if isinstance(node, exp.Add) else "-"
    if is_datetime(left) and is_datetime(right):
        if left == right == DATE:
            return duck("epoch(cast($a as timestamp) - cast($b as timestamp)) / 86400", a=node.left, b=node.right)
        return duck("cast($a as timestamp) - cast($b as timestamp)", a=node.left, b=node.right)
    # NUMTODSINTERVAL and INTERVAL literals have no type here: they are added unchanged
    if is_datetime(left) and right is not None:
        return duck(
            f"cast($a {sign} to_microseconds(cast(($b) * 86400000000 as bigint)) as timestamp_s)",
            a=node.left,
            b=node.right,
        )
    return done(node)


def part(node: exp.Extract) -> exp.Expression:
    """EXTRACT(SECOND) includes the fraction."""
    if node.name.upper() == "SECOND":
        return duck("extract(microseconds from $x) / 1000000", x=node.expression)
    return done(node)


def day_interval(arguments: list[exp.Expression]) -> exp.Expression:
    """NUMTODSINTERVAL."""
    micros = {"DAY": 86_400_000_000, "HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000}
    size = micros[arguments[1].name.upper()]
    return duck(f"to_microseconds(cast(($n) * {size} as bigint))", n=arguments[0])


def at_time_zone(node: exp.AtTimeZone) -> exp.Expression:
    """Return a TIMESTAMP WITH TIME ZONE as local time in a zone."""
    return duck("timezone($z, $x)", z=node.args["zone"], x=node.this)
