"""The page of the business rules matches the macros that declare them."""

from __future__ import annotations

from tests.dbt.rules_page import MACROS, PAGE, declared, page
from tests.support.reference_pages import ADVICE


def test_rules_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(declared()), ADVICE


def test_rules_page_has_every_declared_rule() -> None:
    texts = [path.read_text(encoding="utf-8") for path in MACROS.glob("*.sql")]
    assert len(declared()) == sum(text.count("'broken_when':") for text in texts) > 0
    assert all({"name", "entities", "severity", "reason", "remediation"} <= rule.keys() for rule in declared())
