"""Token rules for SQL that Oracle 19c refuses, but DuckDB or a tolerant parser accepts.

`check(sql)` returns the findings of one statement; `python -m tests.dbt.oracle_rules` compiles the project for Oracle
and checks every model, test and snapshot. The rules read tokens, not a grammar, so they find only known errors.
`statement` locates each token in the query, `words` and `structure` contain the rules, `vocabulary` the words of
Oracle 19c.
"""

from __future__ import annotations

from tests.dbt.oracle_rules.statement import Finding, Statement
from tests.dbt.oracle_rules.structure import STRUCTURE_RULES
from tests.dbt.oracle_rules.words import forbidden_words

__all__ = ["Finding", "check"]


def check(sql: str) -> list[Finding]:
    """Return the errors in a statement, by line. No errors means no broken rule, not that Oracle accepts it."""
    statement = Statement.read(sql)
    findings = [*forbidden_words(statement), *(found for rule in STRUCTURE_RULES for found in rule(statement))]
    return sorted(findings, key=lambda finding: finding.line)
