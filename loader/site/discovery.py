"""Writes the page of a discovery, and the same as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from loader.discovery.findings import findings
from loader.discovery.model import Discovery, EntityFacts
from loader.files import write_output
from loader.settings import Settings
from loader.site import formatting
from loader.site.pages import DISCOVERY, Site, site_directory
from loader.site.verdict import Finding, Verdict


def write_discovery_page(settings: Settings, discovery: Discovery) -> Path:
    """Write the page to the docs site. Raises ConfigError ``WMS_CONF_005`` if it can't be written."""
    site = Site(site_directory(settings))
    site.write_shell()
    return site.render(DISCOVERY, "discovery.html.j2", page_content(discovery))


def write_discovery_text(path: Path, discovery: Discovery) -> Path:
    """Write the Markdown file. Raises ConfigError ``WMS_CONF_005`` if it can't be written."""
    write_output(path, discovery_text(discovery).encode(), "The result of the discovery")
    return path


def page_content(discovery: Discovery) -> Mapping[str, object]:
    """Return the variables of the template."""
    return {
        "discovery": discovery,
        "verdict": discovery_verdict(discovery),
        "examined": [facts for facts in discovery.entities if _is_examined(facts)],
        "others": [facts for facts in discovery.entities if not _is_examined(facts)],
        "rules": [rule for rule in discovery.rules or () if rule.flagged],
        "rows_of": rows_of,
    }


def discovery_verdict(discovery: Discovery) -> Verdict:
    """Return the verdict box: whether a first load can start, and what to do before."""
    found = findings(discovery)
    acts = sum(finding.level == "act" for finding in found)
    readable = sum(facts.readable == "yes" for facts in discovery.entities if facts.is_configured)
    configured = sum(facts.is_configured for facts in discovery.entities)
    load = discovery.first_load
    duration = f" A first load takes about {formatting.duration(load.seconds)}." if load and load.entities else ""
    return Verdict(
        colour="bad" if acts else "warn" if found else "good",
        title=f"{formatting.plural(acts, 'point')} to act on" if acts else "Ready for the first load",
        summary=f"The user can read {readable} of {configured} configured entities.{duration}",
        findings=tuple(
            Finding(colour="bad" if finding.level == "act" else "warn", text=finding.text, hint=finding.hint)
            for finding in found
        ),
    )


def rows_of(facts: EntityFacts) -> str:
    """Return the rows of an entity: ``1,349``, ``about 2,000,000`` or ``unknown``."""
    if facts.rows is None:
        return "unknown"
    return formatting.count(facts.rows) if facts.is_counted else f"about {_rounded(facts.rows):,}"


def discovery_text(discovery: Discovery) -> str:
    """Return the discovery as Markdown."""
    return "\n".join([*_summary(discovery), *_tables(discovery), ""])


def _summary(discovery: Discovery) -> Iterator[str]:
    verdict = discovery_verdict(discovery)
    yield f"# {verdict.title}"
    yield ""
    yield f"{verdict.summary} Source: {discovery.source_name}. {formatting.instant(discovery.discovered_at)}."
    yield f"{discovery.requests} GET requests in {formatting.duration(discovery.seconds)}."
    for finding in verdict.findings:
        word = "Act" if finding.colour == "bad" else "Check"
        yield f"\n- **{word}**: {finding.text} {finding.hint}"


def _tables(discovery: Discovery) -> Iterator[str]:
    examined = [facts for facts in discovery.entities if _is_examined(facts)]
    yield from _table(
        "Entities",
        ("Entity", "Readable", "Rows", "Changes by time", "Reason"),
        ((e.name, e.readable, rows_of(e), "yes" if e.has_mod_ts else "no", e.reason) for e in examined),
    )
    yield from _table(
        "Status codes",
        ("Table", "Id", "Label", "Meaning"),
        ((t.entity, c.id, c.description, c.meaning or "unknown") for t in discovery.statuses for c in t.codes),
    )
    yield from _table(
        "Differences from staging",
        ("Model", "Column", "Difference", "Expected", "Tenant"),
        ((g.model, g.column, g.kind, g.expected, g.found) for g in discovery.gaps),
    )
    yield from _table(
        "Custom fields in use",
        ("Entity", "Field", "Rows", "Sample"),
        ((f.entity, f.field, f.used, f.sampled) for f in discovery.custom_fields),
    )
    yield from _table(
        "Facilities",
        ("Code", "Name", "Time zone of the WMS", "Time zone of the seed"),
        ((f.code, f.name, f.time_zone, f.seed_zone) for f in discovery.facilities),
    )
    yield from _table(
        "Rules that flag rows of the sample",
        ("Entity", "Rule", "Severity", "Flagged", "Checked"),
        ((r.entity, r.rule, r.severity, r.flagged, r.checked) for r in discovery.rules or () if r.flagged),
    )
    loads = discovery.first_load.entities if discovery.first_load else ()
    yield from _table(
        "First load",
        ("Entity", "Rows", "Pages", "One worker"),
        ((e.entity, e.rows, e.pages, formatting.duration(e.seconds)) for e in loads),
    )


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    lines = [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    if lines:
        yield f"\n## {title}\n"
        yield f"| {' | '.join(heads)} |"
        yield f"|{'---|' * len(heads)}"
        yield from lines


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


def _is_examined(facts: EntityFacts) -> bool:
    return facts.readable != "not asked" or facts.is_configured


def _rounded(number: int) -> int:
    """Round an estimate to two digits."""
    digits = max(0, len(str(number)) - 2)
    return round(number, -digits)
