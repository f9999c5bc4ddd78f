"""Rules about the position of words: their clause and their neighbors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from sqlglot.tokens import TokenType

from tests.dbt.oracle_rules.statement import Block, Finding, Statement, Word
from tests.dbt.oracle_rules.vocabulary import CLAUSE_WORDS, COMPARISONS, FUNCTIONS, INTERVAL_UNITS, RESERVED, TYPES


def unbalanced_brackets(statement: Statement) -> Iterator[Finding]:
    if statement.unclosed and statement.words:
        yield statement.words[-1].finding("ORA-00907: brackets do not match")


def select_without_from(statement: Statement) -> Iterator[Finding]:
    for block in statement.blocks:
        if not any(word.clause == "from" for word in block.words):
            yield block.select.finding("ORA-00923: before 23ai a query needs FROM; use {{ from_dual() }}")


def as_before_table_alias(statement: Statement) -> Iterator[Finding]:
    for block in statement.blocks:
        for word in block.clause("from"):
            if word.text == "as":
                yield word.finding("ORA-00933: no AS before a table alias")


def group_by_alias_or_ordinal(statement: Statement) -> Iterator[Finding]:
    for block in statement.blocks:
        computed = _computed_aliases(block)
        grouped = block.clause("group")
        for before, word in pairwise(grouped):
            starts_item = before.text in {"by", ","}
            if starts_item and word.kind is TokenType.NUMBER:
                yield word.finding("ORA-00979: GROUP BY takes no positions")
            if starts_item and word.text in computed and _is_whole_item(grouped, word):
                yield word.finding("ORA-00904: GROUP BY knows no alias before 23ai; repeat the expression or use a CTE")


def interval_literal(statement: Statement) -> Iterator[Finding]:
    for position, word in enumerate(statement.words[:-1]):
        literal = statement.words[position + 1]
        unit = statement.words[position + 2].text if position + 2 < len(statement.words) else ""
        if word.text == "interval" and literal.is_string and unit not in INTERVAL_UNITS:
            yield literal.finding("ORA-30089: write `interval '1' day`")


def cast_to_foreign_type(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if before.text == "as" and word.opener == "cast" and word.text not in TYPES:
            yield word.finding("ORA-00902: not a type of Oracle")


def rows_in_values(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if before.text == ")" and word.text == "," and word.clause == "values":
            yield word.finding("ORA-00933: one row per VALUES before 23ai")


def values_as_table(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if before.text == "(" and word.text == "values":
            yield word.finding("ORA-00903: no VALUES table before 23ai; use UNION ALL over dual")


def star_beside_columns(statement: Statement) -> Iterator[Finding]:
    for block in statement.blocks:
        words = [word for word in block.words if word.depth == block.select.depth]
        for before, word, after in zip(words, words[1:], words[2:], strict=False):
            bare = word.text == "*" and before.text in {"select", "distinct", ","}
            if bare and (after.text == "," or before.text == ","):
                yield word.finding("ORA-00923: write `t.*` next to other columns")


def trailing_comma(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if before.text == "," and not before.is_string and word.text in {"from", ")"} and not word.is_string:
            yield before.finding("ORA-00936: no comma after the last item")


def selected_condition(statement: Statement) -> Iterator[Finding]:
    for block in statement.blocks:
        for word in block.clause("select"):
            if word.text in COMPARISONS and not word.is_string and not word.in_case:
                yield word.finding("ORA-00923: a condition is no column; write `case when ... then 1 else 0 end`")


def quoted_name(statement: Statement) -> Iterator[Finding]:
    for word in statement.words:
        if word.is_quoted_name:
            yield word.finding("ORA-00904: in double quotes it is a name, and of this very case")


def leading_underscore(statement: Statement) -> Iterator[Finding]:
    for word in statement.words:
        if word.text.startswith("_") and not word.is_string and not word.is_quoted_name:
            yield word.finding("ORA-00911: a name starts with a letter")


def name_too_long(statement: Statement) -> Iterator[Finding]:
    for word in statement.words:
        if not word.is_string and len(word.text.encode()) > 128:
            yield word.finding("ORA-00972: a name has at most 128 bytes")


def reserved_alias(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if before.text == "as" and before.clause == "select" and word.opener != "cast" and word.text in RESERVED:
            yield word.finding("ORA-00923: a reserved word")


def unknown_function(statement: Statement) -> Iterator[Finding]:
    for position, (word, after) in enumerate(statement.pairs()):
        if after.text != "(" or after.is_string or not word.is_name or word.is_quoted_name:
            continue
        package = statement.words[position - 2].text + "." if statement.words[position - 1].text == "." else ""
        if word.text not in CLAUSE_WORDS and package + word.text not in FUNCTIONS:
            yield word.finding("ORA-00904: not a function of Oracle 19c")


def compared_with_empty_text(statement: Statement) -> Iterator[Finding]:
    for before, word in statement.pairs():
        if word.is_string and not word.text and before.text in {"=", "<>", "!="}:
            yield before.finding("'' is null on Oracle and equals nothing; write `is null`")


def _computed_aliases(block: Block) -> set[str]:
    """Return the aliases of expressions in the select list."""
    aliases = set()
    item: list[Word] = []
    for word in block.clause("select"):
        if word.text == ",":
            item = []
            continue
        item.append(word)
        if len(item) >= 2 and item[-2].text == "as" and item[-3:-2] and item[-3].text != word.text:
            aliases.add(word.text)
    return aliases


def _is_whole_item(words: list[Word], word: Word) -> bool:
    position = words.index(word)
    return position + 1 == len(words) or words[position + 1].text == ","


STRUCTURE_RULES: tuple[Callable[[Statement], Iterator[Finding]], ...] = (
    unbalanced_brackets,
    select_without_from,
    as_before_table_alias,
    group_by_alias_or_ordinal,
    interval_literal,
    cast_to_foreign_type,
    rows_in_values,
    values_as_table,
    star_beside_columns,
    trailing_comma,
    selected_condition,
    quoted_name,
    leading_underscore,
    name_too_long,
    reserved_alias,
    unknown_function,
    compared_with_empty_text,
)
