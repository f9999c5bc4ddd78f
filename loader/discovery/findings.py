"""What a discovery means for the project: what to fix before the first load, and what to check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from loader.discovery.custom import suggested_setting
from loader.discovery.model import Discovery, FieldGap

Level = Literal["act", "check"]

_NAMED: Final = 6
_LARGE_SHARE: Final = 0.2
"""Share of the sampled rows above which a rule probably doesn't fit the tenant."""
_GAPS: Final = (
    ("missing", "check", "lack a field of the tenant and stay null"),
    ("other type", "act", "read a field that has another type, and are null"),
    ("as text", "check", "read a text of the tenant, and are null where it is no number, date or flag"),
    ("longer text", "check", "are narrower than the tenant's texts, which are then cut and counted"),
)


@dataclass(frozen=True, slots=True)
class DiscoveryFinding:
    """One finding: `act` before the first load, or `check`."""

    level: Level
    text: str
    hint: str


def findings(discovery: Discovery) -> tuple[DiscoveryFinding, ...]:
    """Return the findings, those to act on first."""
    found = (*_unreadable(discovery), *_gaps(discovery), *_statuses(discovery), *_zones(discovery), *_rules(discovery))
    more = (*_customs(discovery), *_notes(discovery))
    return tuple(sorted((*found, *more), key=lambda finding: finding.level != "act"))


def _unreadable(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    configured = [facts for facts in discovery.entities if facts.is_configured]
    names = [facts.name for facts in configured if facts.readable == "no"]
    if names:
        yield DiscoveryFinding(
            "act",
            f"The user can't read {_count(len(names), 'configured entity', 'configured entities')}: {_listed(names)}.",
            "Give the user's group permission on them, or set GRUPONOS_PIPELINE__ENTITIES to names without them "
            "instead of a profile.",
        )
    failed = [facts.name for facts in configured if facts.readable == "no response"]
    if failed:
        yield DiscoveryFinding(
            "act",
            f"The WMS gave no usable response for {_count(len(failed), 'configured entity', 'configured entities')}: "
            f"{_listed(failed)}.",
            "The page shows the reasons. Run `wms-elt discover` again later.",
        )


def _gaps(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    for kind, level, effect in _GAPS:
        found = [gap for gap in discovery.gaps if gap.kind == kind and not gap.since]
        if found:
            yield DiscoveryFinding(
                "act" if level == "act" else "check",
                f"{_count(len(found), 'staging column', 'staging columns')} {effect}: {_listed(map(_named, found))}.",
                "Correct the columns in dbt_project/models/staging, or ignore those that you don't need.",
            )


def _statuses(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    codes = [f"{entity} {code.id} {code.description}" for entity, code in discovery.unmapped]
    if codes:
        yield DiscoveryFinding(
            "act",
            f"{_count(len(codes), 'status has', 'statuses have')} no known meaning: {_listed(codes)}.",
            "Add them to dbt_project/seeds/status_overrides.csv.",
        )
    by_id = [f"{entity} {code.id} {code.description} as {code.meaning}" for entity, code in discovery.unconfirmed]
    if by_id:
        yield DiscoveryFinding(
            "check",
            f"{_count(len(by_id), 'status has an unknown name', 'statuses have unknown names')} "
            f"and the meaning of the id: {_listed(by_id)}.",
            "Compare them with the WMS, and add them to dbt_project/seeds/status_overrides.csv.",
        )


def _zones(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    codes = [facility.code for facility in discovery.facilities if not (facility.is_known_zone or facility.seed_zone)]
    if codes:
        yield DiscoveryFinding(
            "act",
            f"{_count(len(codes), 'facility has', 'facilities have')} no known time zone: {_listed(codes)}.",
            "Add them to dbt_project/seeds/facility_time_zones.csv.",
        )


def _rules(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    large = [
        f"{rule.entity}.{rule.rule} ({rule.flagged} of {rule.checked})"
        for rule in discovery.rules or ()
        if rule.severity in ("error", "hide") and rule.flagged > _LARGE_SHARE * rule.checked
    ]
    if large:
        yield DiscoveryFinding(
            "check",
            f"{_count(len(large), 'rule flags', 'rules flag')} a large share of the sample: {_listed(large)}.",
            "Change the severity if the rule doesn't fit this tenant; see docs/how-to/rule-severities.md.",
        )
    if discovery.rules_note:
        yield DiscoveryFinding("check", discovery.rules_note, "Run `wms-elt discover` again.")


def _customs(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    setting = suggested_setting(discovery.custom_fields)
    if setting:
        yield DiscoveryFinding(
            "check",
            f"{_count(len(discovery.custom_fields), 'custom field is', 'custom fields are')} in use.",
            f"Name those to publish in the marts, for example GRUPONOS_PIPELINE__CUSTOM_FIELDS={setting}",
        )


def _notes(discovery: Discovery) -> Iterator[DiscoveryFinding]:
    for note in discovery.notes:
        text = f"{note[:1].upper()}{note[1:]}."
        yield DiscoveryFinding("check", text, "Run it again with a higher --max-requests.")


def _named(gap: FieldGap) -> str:
    return f"{gap.model}.{gap.column}"


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
