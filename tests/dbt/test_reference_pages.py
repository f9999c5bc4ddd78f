"""The generated pages are current, and the page of the business rules has every rule."""

from __future__ import annotations

from tests.dbt.rules_page import MACROS, declared
from tests.support.harness import REPOSITORY
from tests.support.reference_pages import ADVICE, outdated


def test_make_reference_changes_no_page() -> None:
    assert [str(path.relative_to(REPOSITORY)) for path in outdated()] == [], ADVICE


def test_rules_page_has_every_declared_rule() -> None:
    texts = [path.read_text(encoding="utf-8") for path in MACROS.glob("*.sql")]
    assert len(declared()) == sum(text.count("'broken_when':") for text in texts) > 0
    assert all({"name", "entities", "severity", "reason", "remediation"} <= rule.keys() for rule in declared())
