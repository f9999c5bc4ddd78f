"""Oracle SQL that parses elsewhere: token rules for what Oracle 19c refuses and DuckDB or a tolerant parser accepts.

`check(sql)` returns the findings of one statement; `python -m tests.dbt.oracle_rules` compiles the project for Oracle
and checks every model, test and snapshot. The rules read tokens, not a grammar: they find known faults, no more.
`statement` gives each token its place in the query, `words` and `structure` hold the rules, `vocabulary` the words that
Oracle 19c has.
"""

from __future__ import annotations

from tests.dbt.oracle_rules.statement import Finding, Statement
from tests.dbt.oracle_rules.structure import STRUCTURE_RULES
from tests.dbt.oracle_rules.words import forbidden_words

__all__ = ["Finding", "check"]


def check(sql: str) -> list[Finding]:
    """Faults of one statement, by line. None means that no rule is broken, not that Oracle accepts it."""
    statement = Statement.read(sql)
    findings = [*forbidden_words(statement), *(found for rule in STRUCTURE_RULES for found in rule(statement))]
    return sorted(findings, key=lambda finding: finding.line)
