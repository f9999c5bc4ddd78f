"""Rewrites number functions and division."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.rewrite.templates import duck
from tests.support.oracle_double.spelling import NULL_ON_ERROR


def division(node: exp.Div) -> exp.Expression:
    """Raise ORA-01476 where DuckDB gives NULL. NUMBER is exact to 38 digits, DuckDB divides as doubles."""
    return duck(
        "($a) / case when ($b) = 0 then cast(error('ORA-01476: divisor is equal to zero') as double) else ($b) end",
        a=node.this,
        b=node.expression,
    )


def to_number(node: exp.Expression, arguments: list[exp.Expression]) -> exp.Expression:
    """TO_NUMBER with a format of nines and one D, and its DEFAULT NULL ON CONVERSION ERROR.

    Without a format it accepts number literals: a sign, a point, an exponent, spaces around it.
    https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/Literals.html
    """
    lenient = any(argument.name == NULL_ON_ERROR for argument in arguments)
    formats = [argument.name for argument in arguments[1:] if argument.name not in {NULL_ON_ERROR, ""}]
    function = "try_cast" if lenient else "cast"
    strict = "null" if lenient else "error('ORA-01722: invalid number')"
    if not formats:
        return _matched(arguments[0], r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$", function, strict)
    whole, _, fraction = formats[0].upper().removeprefix("FM").partition("D")
    if set(whole + fraction) - {"9", "0"}:
        raise DoubleGap(f"TO_NUMBER format {formats[0]}")
    # the models use no group separators: digits, a point, digits; more digits than nines is an error
    pattern = rf"^\s*[-+]?\d{{0,{len(whole)}}}(\.\d{{0,{len(fraction)}}})?\s*$"
    return _matched(arguments[0], pattern, function, strict)


def _matched(text: exp.Expression, pattern: str, function: str, strict: str) -> exp.Expression:
    """Keep 20 digits before the point (more are invalid) and 18 after it (more are cut), of Oracle's 40."""
    kept = r"regexp_replace($x, '(\.\d{18})\d+', '\1')"
    return duck(
        f"case when $x is null then null when regexp_matches($x, '{pattern}') "
        f"then {function}({kept} as decimal(38, 18)) else cast({strict} as decimal(38, 18)) end",
        x=text,
    )


def to_char_number(value: exp.Expression, form: str) -> exp.Expression:
    """TO_CHAR of a number with FM, nines, zeros and one D."""
    digits = form.upper().removeprefix("FM")
    whole, _, fraction = digits.partition("D")
    if not form.upper().startswith("FM") or set(whole + fraction) - {"9", "0"}:
        raise DoubleGap(f"TO_CHAR format {form}")
    zeros = len(whole) - len(whole.rstrip("0")) if whole.endswith("0") else 0
    # FM removes trailing nines but keeps the point; a leading 0 in the format keeps the zero before it
    keep_zero = "\\1" + ("0" if zeros else "") + "."
    text = f"rtrim(cast(cast($x as decimal(38, {len(fraction)})) as varchar), '0')"
    return duck(f"regexp_replace({text}, '^(-?)0\\.', '{keep_zero}')", x=value)


def truncated(node: exp.Expression, value: exp.Expression) -> exp.Expression:
    return duck("trunc($x)", x=value)
