"""Writes a discovery as Markdown, and as a page of the site with the same contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from loader.discovery.findings import findings
from loader.discovery.model import Discovery, EntityFacts
from loader.files import write_output
from loader.settings import Settings
from loader.site import formatting, markdown
from loader.site.pages import DISCOVERY, Site, site_directory
from loader.site.verdict import Finding, Verdict

_CHANGES: Final = {True: "yes", False: "no, every load reads all rows", None: formatting.NOTHING}
_ORDERS: Final = {True: "yes", False: "no, read by ranges of ids", None: formatting.NOTHING}


def write_discovery_page(settings: Settings, discovery: Discovery) -> Path:
    """Write the page to the docs site. Raises ConfigError ``WMS_CONF_005`` if it can't be written."""
    site = Site(site_directory(settings))
    site.write_shell()
    body, headings = markdown.render("\n".join(_sections(discovery)))
    content = {
        "verdict": discovery_verdict(discovery),
        "facts": _facts(discovery),
        "body": body,
        "headings": [heading for heading in headings if heading.level == 2],
    }
    return site.render(DISCOVERY, "discovery.html.j2", content)


def write_discovery_text(path: Path, discovery: Discovery) -> Path:
    """Write the Markdown file. Raises ConfigError ``WMS_CONF_005`` if it can't be written."""
    write_output(path, discovery_text(discovery).encode(), "The result of the discovery")
    return path


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


def discovery_text(discovery: Discovery) -> str:
    """Return the discovery as Markdown."""
    return "\n".join([*_summary(discovery), *_sections(discovery), ""])


def _facts(discovery: Discovery) -> str:
    document = "the OpenAPI document" if discovery.schema_from == "OpenAPI document" else "descriptions"
    return (
        f"Source: {discovery.source_name}. {formatting.instant(discovery.discovered_at)}. "
        f"{formatting.plural(discovery.requests, 'GET request')} of at most {discovery.limit:,} "
        f"in {formatting.duration(discovery.seconds)}. Fields come from {document}."
    )


def _summary(discovery: Discovery) -> Iterator[str]:
    verdict = discovery_verdict(discovery)
    yield f"# {verdict.title}\n\n{verdict.summary} {_facts(discovery)}"
    for finding in verdict.findings:
        yield f"\n- **{'Act' if finding.colour == 'bad' else 'Check'}**: {finding.text} {finding.hint}"


def _sections(discovery: Discovery) -> Iterator[str]:
    examined = [facts for facts in discovery.entities if facts.readable != "not asked" or facts.is_configured]
    others = [facts.name for facts in discovery.entities if facts not in examined]
    yield from _table(
        "Entities",
        "Entities that are configured or that staging has a model for. A number with “about” is estimated from the "
        "density of ids, because counting a large table is expensive.",
        ("Entity", "Configured", "Readable", "Rows:", "Size", "Changes by time", "Accepts ordering"),
        (
            (
                f"`{facts.name}`",
                "yes" if facts.is_configured else "no",
                f"{facts.readable} {facts.reason}",
                _rows(facts),
                facts.size,
                _CHANGES[facts.has_mod_ts],
                _ORDERS[facts.orders],
            )
            for facts in examined
        ),
        "",
    )
    if others:
        yield f"\nOther entities in the WMS, {len(others):,}: {', '.join(others)}."
    yield from _first_load(discovery)
    yield from _statuses(discovery)
    yield from _table(
        "Differences from staging",
        "Columns of the staging models that the tenant can't fill as declared. A missing column stays null, and a "
        "longer text is cut and counted in `value_losses`.",
        ("Model", "Column", "Difference", "Expected", "Tenant"),
        (
            (
                f"`{gap.model}`",
                f"`{gap.column}`",
                f"{gap.kind} {gap.since and f'since {gap.since}'}",
                gap.expected,
                gap.found,
            )
            for gap in discovery.gaps
        ),
        "The tenant has every field that staging reads, with the expected types and widths.",
    )
    yield from _table(
        "Custom fields in use",
        "Custom fields with a value in the newest rows. `docs/how-to/custom-fields.md` shows how to publish them.",
        ("Entity", "Field", "Type", "Rows with a value:"),
        ((f"`{f.entity}`", f"`{f.field}`", f.kind, f"{f.used} of {f.sampled}") for f in discovery.custom_fields),
        "No row of the sample uses a custom field.",
    )
    offset = f" Timestamps come with the offset {discovery.offset}, that of the user's default facility."
    yield from _table(
        "Facilities",
        f"Time zones decide the day of an order or a pick.{offset if discovery.offset else ''}",
        ("Code", "Name", "Language", "Time zone of the WMS", "In the seed"),
        (
            (
                f.code,
                f.name,
                f.language,
                f.time_zone + (" (unknown)" if f.time_zone and not f.is_known_zone else ""),
                f.seed_zone,
            )
            for f in discovery.facilities
        ),
        "No facility could be read.",
    )
    yield from _table(
        "Business rules on the sample",
        "Rules that flag rows among the newest of each entity and the rows that they refer to. Rules that compare with "
        "earlier versions show their findings only after later loads.",
        ("Entity", "Rule", "Severity", "Flagged:", "Reason"),
        (
            (f"`{r.entity}`", r.rule.replace("_", " "), r.severity, f"{r.flagged} of {r.checked}", r.reason)
            for r in discovery.rules or ()
            if r.flagged
        ),
        discovery.rules_note if discovery.rules is None else "No rule flags a row of the sample.",
    )


def _first_load(discovery: Discovery) -> Iterator[str]:
    load, total = discovery.first_load, ""
    if load and load.entities:
        unknown = f" Unknown: {', '.join(load.unknown)}." if load.unknown else ""
        total = (
            f"\n\nAbout **{formatting.duration(load.seconds)}** for {load.rows:,} rows in {load.pages:,} pages, with "
            f"{formatting.plural(load.workers, 'request')} at a time and {load.page_size:,} rows per page.{unknown}"
        )
    yield from _table(
        "First load",
        "Pages times the measured time of a page, for all rows that the user can see. `START_DATE` and a scope make it "
        f"shorter.{total}",
        ("Entity", "Rows:", "Pages:", "With one worker:"),
        (
            (f"`{entity.entity}`", f"{entity.rows:,}", f"{entity.pages:,}", formatting.duration(entity.seconds))
            for entity in (load.entities if load else ())
        ),
        "No entity has an estimate.",
    )


def _statuses(discovery: Discovery) -> Iterator[str]:
    labels = f" The labels look like {', '.join(discovery.languages)}." if discovery.languages else ""
    yield from _table(
        "Statuses",
        f"Codes of the tenant and what the models take them for.{labels} Statuses without a meaning count as open.",
        ("Table", "Id:", "Label", "Meaning", "Decided by"),
        (
            (
                f"`{table.entity}`",
                code.id,
                code.description,
                code.meaning.replace("_", " ") or "**unknown**",
                code.mapped_by,
            )
            for table in discovery.statuses
            if table.is_staged
            for code in table.codes
        ),
        "No status table could be read.",
    )
    for table in discovery.statuses:
        if table.is_staged and table.reason:
            yield f"\n`{table.entity}`: {table.reason}"
    unused = [table for table in discovery.statuses if table.codes and not table.is_staged]
    if unused:
        yield "\nStatus tables that no model uses:\n"
        for table in unused:
            yield f"- `{table.entity}`: {', '.join(f'{code.id} {code.description}' for code in table.codes)}"


def _table(
    title: str, intro: str, heads: Sequence[str], rows: Iterable[Sequence[object]], nothing: str
) -> Iterator[str]:
    """A section with a table, or the text `nothing`; a colon after a head aligns its column to the right."""
    yield f"\n## {title}\n\n{intro}\n"
    lines = [f"| {' | '.join(_cell(value) for value in row)} |" for row in rows]
    if lines:
        yield f"| {' | '.join(head.rstrip(':') for head in heads)} |"
        yield "|" + "".join("---:|" if head.endswith(":") else "---|" for head in heads)
    yield from lines or [nothing]


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split()) or formatting.NOTHING


def _rows(facts: EntityFacts) -> str:
    """Rows of an entity, an estimate with two digits: ``1,349``, ``about 2,000,000`` or ``unknown``."""
    if facts.rows is None:
        return "unknown"
    about = round(facts.rows, -max(0, len(str(facts.rows)) - 2))
    return formatting.count(facts.rows) if facts.is_counted else f"about {about:,}"
