"""Words, signs and phrases missing in Oracle 19c."""

from __future__ import annotations

from collections.abc import Iterator

from tests.dbt.oracle_rules.statement import Finding, Statement, Word

WORDS = {
    "limit": "ORA-00933: write `fetch first n rows only`",
    "true": "ORA-00904: no boolean before 23ai; flags are 1 and 0",
    "false": "ORA-00904: no boolean before 23ai; flags are 1 and 0",
    "boolean": "ORA-00902: no boolean before 23ai; flags are numbers 1 and 0",
    "ilike": "ORA-00920: write `lower(x) like`",
    "qualify": "ORA-00933: filter in an outer query",
    "except": "ORA-00933: MINUS before 21c; use {{ dbt.except() }}",
    "recursive": "ORA-00905: WITH is recursive without the word",
    "filter": "ORA-00923: write `sum(case when ... then ... end)`",
    "returning": "ORA-00907: keep JSON functions in json_columns",
    "exclude": "ORA-00923: name the columns",
}

SIGNS = {
    "::": "ORA-00911: write `cast(x as type)`",
    "->": "ORA-00936: keep JSON functions in json_columns",
    "->>": "ORA-00936: keep JSON functions in json_columns",
    "[": "ORA-00936: Oracle has no lists",
    "{": "ORA-00911: Oracle has no structs",
    "%": "ORA-00911: write `mod(a, b)`",
    "//": "ORA-00936: write `trunc(a / b)`",
    ";": "ORA-00933: a statement sent by a driver has no semicolon",
}

PHRASES = {
    ("on", "conflict"): "ORA-00933: use MERGE",
    ("or", "replace", "table"): "ORA-00922: only views can be replaced",
    ("distinct", "on"): "ORA-00936: use row_number()",
    ("group", "by", "all"): "ORA-00936: name the columns",
    ("order", "by", "all"): "ORA-00936: name the columns",
    ("if", "exists"): "ORA-00933: only from 23ai on",
    ("if", "not", "exists"): "ORA-00922: only from 23ai on",
    ("create", "schema"): "ORA-02420: a schema is a user",
    ("using", "sample"): "ORA-00933: write `sample (n)` after the table",
}


def forbidden_words(statement: Statement) -> Iterator[Finding]:
    """Find every word, sign or phrase in the tables above, outside literals and quoted names."""
    words = [word for word in statement.words if not word.is_string and not word.is_quoted_name]
    for position, word in enumerate(words):
        problem = WORDS.get(word.text) or SIGNS.get(word.text)
        if problem:
            yield word.finding(problem)
        for phrase, reason in PHRASES.items():
            if _stands_at(words, position, phrase):
                yield word.finding(reason)


def _stands_at(words: list[Word], position: int, phrase: tuple[str, ...]) -> bool:
    return tuple(word.text for word in words[position : position + len(phrase)]) == phrase
