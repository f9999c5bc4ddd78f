"""Generates docs/reference/rules.md from the macros that declare the business rules, without a run of dbt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import Any

import jinja2

from tests.support.harness import REPOSITORY

MACROS = REPOSITORY / "dbt_project" / "macros" / "rules"
PAGE = REPOSITORY / "docs" / "reference" / "rules.md"
LINE_LENGTH = 120
INTRODUCTION = """# Business rules

All business rules with their default severity. `make reference` generates this page from `dbt_project/macros/rules/`.

- `wms-elt rules` shows what each rule flags, and its severity on your site.
- [Customise rule severities](../how-to/rule-severities.md) explains the severities and changes them.
- The mart `rejected_records` has the findings.
"""
Rule = Mapping[str, Any]


class _Macro(jinja2.ChainableUndefined):
    """A macro or variable of dbt: conditions and values don't appear on the page."""

    def __call__(self, *_: object, **__: object) -> str:
        return ""


def declared() -> list[Rule]:
    """Returns the rules in the order of their files."""
    rules: list[Rule] = []
    environment = jinja2.Environment(undefined=_Macro, extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals["return"] = lambda found: rules.extend(found) or ""
    for path in sorted(MACROS.glob("rules_of_*.sql")):
        getattr(environment.from_string(path.read_text(encoding="utf-8")).module, path.stem)()
    return rules


def page(rules: Sequence[Rule]) -> str:
    """Returns the Markdown page: a section per entity, an item per rule."""
    entities = sorted({entity for rule in rules for entity in rule["entities"]})
    return "\n".join([INTRODUCTION, *(line for entity in entities for line in _section(entity, rules))])


def _section(entity: str, rules: Sequence[Rule]) -> Iterator[str]:
    yield from (f"## {entity}", "")
    for rule in sorted((rule for rule in rules if entity in rule["entities"]), key=lambda rule: str(rule["name"])):
        text = f"- `{rule['name']}` ({rule['severity']}): {rule['reason']} {rule['remediation']}"
        yield fill(text, LINE_LENGTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    yield ""
