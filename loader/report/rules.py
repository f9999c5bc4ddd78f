"""Implements ``wms-elt rules``: what each business rule flags in the last build, and what it would hide."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.text import Text

from loader.errors import ConfigError
from loader.report.tables import Column, FittedTable
from loader.warehouse import Warehouse

_STYLES = {"hide": "bold red", "error": "red", "warn": "yellow", "off": "dim"}
_RULES = """
    select
        entity, rule, default_severity, severity, parent_entity, parent_state, checked_rows, flagged_rows, hidden_rows,
        would_hide_rows, is_capped, is_refused_by_wms_allocations, reason, what_to_do
    from {rules}
    order by entity, rule
"""


class Rule(msgspec.Struct, frozen=True):
    """A business rule of an entity.

    Args:
        default_severity: severity in the project.
        severity: effective severity: hide, error, warn or off.
        parent_entity: entity that the rule looks up, if any.
        is_asked: False while the parent entity hasn't been read.
        checked_rows: current records of the entity.
        flagged_rows: checked records that break the rule; 0 if it is off.
        hidden_rows: checked records that the rule excludes from the marts.
        would_hide_rows: records that severity hide would exclude.
        is_capped: the rule has severity hide but flags, because it would hide more than `largest_hidden_share`.
        is_refused_by_wms_allocations: WMS_ALLOCATIONS rejects records that break the rule, whatever the severity.
    """

    entity: str
    rule: str
    default_severity: str
    severity: str
    parent_entity: str | None
    is_asked: bool
    checked_rows: int
    flagged_rows: int
    hidden_rows: int
    would_hide_rows: int
    would_hide_percent: float | None
    is_capped: bool
    is_refused_by_wms_allocations: bool
    reason: str
    what_to_do: str


def read_rules(target: Warehouse) -> list[Rule]:
    """Reads the rules by entity and name from the mart business_rules.

    Raises:
        ConfigError: ``WMS_DQ_004``, the mart isn't built, or was built by an earlier release.
        TargetError: ``WMS_TGT_005``, the query failed.
    """
    table = target.model("business_rules")
    if not (target.exists(table) and "is_capped" in target.columns(table)):
        raise ConfigError(
            "WMS_DQ_004",
            f"Can't list the rules: {table} isn't built yet.",
            hint="Run `wms-elt elt` or `wms-elt dbt` first.",
        )
    return [_rule(row) for row in target.fetch(_RULES.format(rules=table))]


def render_rules(rules: Sequence[Rule]) -> RenderableType:
    """Renders a table of the rules, followed by notes."""
    table = FittedTable(
        Column("entity"),
        Column("rule"),
        Column("severity"),
        Column("default", rank=3),
        Column("flagged", is_right=True),
        Column("hidden", rank=1, is_right=True),
        Column("would hide", is_right=True),
        Column("per cent", rank=2, is_right=True),
    )
    for rule in rules:
        table.add_row(
            rule.entity,
            rule.rule,
            Text(rule.severity, style=_STYLES.get(rule.severity, "")),
            Text(rule.default_severity, style="dim"),
            f"{rule.flagged_rows:,}",
            f"{rule.hidden_rows:,}",
            f"{rule.would_hide_rows:,}",
            "-" if rule.would_hide_percent is None else f"{rule.would_hide_percent:.2f}",
        )
    notes = [Text(note, style="yellow") for note in _notes(rules)]
    return Group(table, *([Text(), *notes] if notes else []))


def _notes(rules: Sequence[Rule]) -> list[str]:
    capped = [
        f"{rule.entity} {rule.rule} flags instead of hiding: it would hide {rule.would_hide_rows:,} records, more than"
        " the variable largest_hidden_share allows."
        for rule in rules
        if rule.is_capped
    ]
    unread = sorted({rule.parent_entity for rule in rules if rule.parent_entity and not rule.is_asked})
    return capped + [f"Rules that look up {parent} are inactive: it hasn't been read." for parent in unread]


def _rule(row: Sequence[object]) -> Rule:
    texts = [None if value is None else str(value) for value in row]
    checked, flagged, hidden, would_hide = (int(value or 0) for value in texts[6:10])
    return Rule(
        entity=texts[0] or "",
        rule=texts[1] or "",
        default_severity=texts[2] or "",
        severity=texts[3] or "",
        parent_entity=texts[4],
        is_asked=texts[5] != "not read",
        checked_rows=checked,
        flagged_rows=flagged,
        hidden_rows=hidden,
        would_hide_rows=would_hide,
        would_hide_percent=round(100 * would_hide / checked, 2) if checked else None,
        is_capped=texts[10] == "1",
        is_refused_by_wms_allocations=texts[11] == "1",
        reason=texts[12] or "",
        what_to_do=texts[13] or "",
    )
