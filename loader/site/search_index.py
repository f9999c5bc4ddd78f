"""Writes the search index: a script with one entry per table, column, KPI, rule, run and heading of a guide."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from loader.report.past_runs import Record
from loader.site import formatting
from loader.site.catalogue import Catalogue, Table
from loader.site.guides import Guide
from loader.site.pages import STATUS, Site
from loader.site.rules import Rule

Entry = tuple[str, str, str, str, str]
"""Kind, title, address in the site, description, and more words to find it by."""

_SHOWN: Final = 140
_SEARCHED: Final = 500
_KINDS: Final = ("mart", "snapshot", "seed", "staging", "intermediate", "raw table", "run table")
# pages of their own have the entries of these
_GENERATED: Final = frozenset({"reference/kpis.md", "reference/rules.md"})
_WITH_COLUMNS: Final = frozenset({"mart", "snapshot", "seed", "staging"})


def write_index(site: Site, catalogue: Catalogue, guides: Iterable[Guide], rules: Iterable[Rule]) -> None:
    """Writes the index of everything that `make docs` writes."""
    entries = [*_of_kpis(catalogue), *_of_tables(catalogue), *_of_rules(rules), *_of_guides(guides)]
    site.write("data/search.js", script("search", entries))


def write_runs(site: Site, runs: Sequence[Record]) -> None:
    """Writes the index of the runs on the data status page."""
    entries = [
        (
            "run",
            f"Run {run['run_id']}",
            f"{STATUS.file}#run-{run['run_id']}",
            f"{run['status']}, {formatting.instant(run['started_at'])}, {formatting.count(run['new_versions'])} new",
            f"{run['command'] or ''} {run['error_code'] or ''}",
        )
        for run in runs
    ]
    site.write("data/runs.js", script("runs", entries))


def script(name: str, value: object) -> str:
    """Returns a script that hands a value to the pages, which can't request files when they are opened from disk."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"(window.wmsElt ??= {{}}).{name} = {text};\n"


def _of_kpis(catalogue: Catalogue) -> Iterator[Entry]:
    for kpi in catalogue.kpis:
        words = " ".join((kpi.name, *kpi.also_called, kpi.question, kpi.exclusions))
        yield "KPI", kpi.title, f"kpi/{kpi.name}.html", _short(kpi.formula), words[:_SEARCHED]


def _of_tables(catalogue: Catalogue) -> Iterator[Entry]:
    for table in catalogue.of_kind(*_KINDS):
        kind = "table" if table.is_public else table.kind
        words = " ".join((*table.questions, table.area, table.grain, table.purpose))
        yield kind, table.name, f"table/{table.name}.html", _short(table.purpose), words[:_SEARCHED]
    for table in catalogue.of_kind(*_KINDS):
        if table.kind in _WITH_COLUMNS:
            yield from _of_columns(table)


def _of_columns(table: Table) -> Iterator[Entry]:
    kind = "staging column" if table.kind == "staging" else "column"
    for column in table.columns:
        address = f"table/{table.name}.html#{column.name}"
        yield kind, f"{table.name}.{column.name}", address, _short(column.description), column.path


def _of_rules(rules: Iterable[Rule]) -> Iterator[Entry]:
    for rule in rules:
        title = f"{rule.entity}: {rule.name.replace('_', ' ')}"
        yield "rule", title, f"rules.html#{rule.anchor}", _short(rule.reason), f"{rule.name} {rule.remediation}"


def _of_guides(guides: Iterable[Guide]) -> Iterator[Entry]:
    for guide in guides:
        for heading in guide.headings:
            if heading.level == 1 or (heading.level <= 3 and guide.path not in _GENERATED):
                title = guide.title if heading.level == 1 else f"{guide.title}: {heading.title}"
                address = guide.page.file + (f"#{heading.anchor}" if heading.level > 1 else "")
                yield "guide", title, address, _short(heading.text), heading.text[:_SEARCHED]


def _short(text: str) -> str:
    line = " ".join(text.replace("`", "").split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rpartition(' ')[0]} ..."
