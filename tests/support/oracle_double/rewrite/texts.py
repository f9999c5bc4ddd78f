"""Texts: the empty text is NULL, and concatenation treats NULL as empty."""

from __future__ import annotations

from sqlglot import exp

from tests.support.oracle_double.errors import DoubleGap
from tests.support.oracle_double.kinds import type_of
from tests.support.oracle_double.rewrite.templates import done, duck
from tests.support.oracle_double.types import OracleType

_DEFAULTS = [exp.Literal.number(1), exp.Literal.number(1), exp.Null(), exp.Literal.number(0)]
"""Position, occurrence, options and group of REGEXP_SUBSTR."""


def literal(node: exp.Literal) -> exp.Expression:
    return done(exp.Null()) if node.is_string and node.name == "" else node


def concatenation(node: exp.DPipe) -> exp.Expression:
    parts = [as_text(part) for part in node.flatten()]
    call = done(exp.Anonymous(this="concat", expressions=parts))
    return duck("nullif($call, '')", call=call)


def as_text(node: exp.Expression) -> exp.Expression:
    """Return a value as Oracle converts it to text implicitly: no trailing zeros, no zero before the point."""
    kind = type_of(node)
    if kind is not None and kind.name == "NUMBER" and not kind.is_integer and not isinstance(node, exp.Literal):
        return duck("regexp_replace(trim_scale($x), '^(-?)0\\.', '\\1.')", x=node)
    return node.copy()


def maybe_empty(node: exp.Expression) -> exp.Expression:
    """Wrap a function whose result may be empty."""
    return duck("nullif($call, '')", call=done(node))


def cut(value: exp.Expression, kind: OracleType) -> exp.Expression:
    """CAST to VARCHAR2 truncates long text."""
    length = exp.Literal.number(kind.length or 1)
    if kind.in_chars:
        return duck("nullif(left(cast($x as varchar), $n), '')", x=as_text(value), n=length)
    return duck("nullif(cut_bytes(cast($x as varchar), $n), '')", x=as_text(value), n=length)


def extreme(node: exp.Greatest | exp.Least) -> exp.Expression:
    """GREATEST and LEAST are NULL if an argument is NULL."""
    arguments = [node.this, *node.expressions]
    nulls = exp.or_(*(exp.Is(this=argument.copy(), expression=exp.Null()) for argument in arguments))
    return done(exp.Case(ifs=[done(exp.If(this=nulls, true=done(exp.Null())))], default=done(node.copy())))


def regexp_like(node: exp.RegexpLike) -> exp.Expression:
    flags = node.args.get("flag")
    options = flags.name if flags is not None else ""
    return duck(f"regexp_matches($x, $p{', ' + repr(options) if options else ''})", x=node.this, p=node.expression)


def standard_hash(arguments: list[exp.Expression]) -> exp.Expression:
    """STANDARD_HASH returns RAW; its default is SHA1."""
    algorithm = arguments[1].name.lower() if len(arguments) > 1 else "sha1"
    return duck(f"unhex({algorithm}($x))", x=arguments[0])


def regexp_substr(arguments: list[exp.Expression]) -> exp.Expression:
    """REGEXP_SUBSTR from the first character; NULL without a match."""
    position, occurrence, options, group = [*arguments[2:], *_DEFAULTS[len(arguments) - 2 :]]
    if (position.sql(), options.sql()) != ("1", "NULL"):
        raise DoubleGap("REGEXP_SUBSTR with a position or options")
    match = f"list_extract(regexp_extract_all($x, $p, {group.sql()}), $n)"
    return duck(f"nullif({match}, '')", x=arguments[0], p=arguments[1], n=occurrence.copy())


def translated(arguments: list[exp.Expression]) -> exp.Expression:
    """TRANSLATE removes characters without a counterpart; the result may be empty."""
    x, before, after = arguments
    return duck("nullif(translate($x, $a, $b), '')", x=x, a=before, b=after)
