"""Writes the page of the business rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loader.site.convert import read_rows
from loader.site.pages import RULES, Site
from loader.warehouse import Warehouse

_RULES: Final = """
    select
        entity, rule, severity, reason, remediation, is_root_cause, checked_rows, flagged_rows, hidden_rows
    from {business_rules} order by entity, rule
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A business rule with the records that it checked, flagged and hid."""

    entity: str
    name: str
    severity: str
    reason: str
    remediation: str
    is_root_cause: bool
    checked: int
    flagged: int
    hidden: int

    @property
    def anchor(self) -> str:
        """Fragment of its place on the page."""
        return f"{self.entity}.{self.name}"


def read_business_rules(target: Warehouse) -> tuple[Rule, ...]:
    """Returns the rules by entity and name; none if the mart doesn't exist."""
    return read_rows(target, Rule, _RULES) or ()


def write_rules(site: Site, rules: tuple[Rule, ...], common: Mapping[str, object]) -> None:
    """Writes the page."""
    entities: dict[str, list[Rule]] = {}
    for rule in rules:
        entities.setdefault(rule.entity, []).append(rule)
    site.render(RULES, "rules.html.j2", {**common, "entities": entities})
