"""Renders the run report for a terminal of 80 columns or more, without colour in a log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from loader.dbt.plan import BuildPlan
from loader.dbt.results import FreshnessResult, NodeResult
from loader.report.model import EmptyMart, EntityResult, FormerEntity, MartAge, Quality, ReadCopy, RunReport
from loader.report.overall import Level, Verdict, listed
from loader.report.tables import Column, FittedTable

_STYLES = {
    "ok": "green",
    "warned": "yellow",
    "failed": "bold red",
    "skipped": "yellow",
    "warn": "yellow",
    "unknown": "yellow",
}
LEVEL_STYLES: dict[Level, str] = {"empty": "dim", "ok": "green", "attention": "yellow", "wrong": "bold red"}
_MOST = 8
_FEW_MARTS = 3
# lines of dbt's messages that only name the node
_HEADING = re.compile(r"\w+ Error( in \w+ .+)?|An error occurred during execution of unit test .*")
# marks of columns, added, missing and changed rows in the table that dbt prints for a unit test
_DIFFERENT = re.compile(r"\s*(?:@@|\+\+\+|---|→)")


def render(report: RunReport) -> RenderableType:
    """Renders the report of a run. Columns of entities that don't fit are left out; other text takes several lines."""
    parts = [_headline(report), Text(), _entities(report), Text(), _facts(report)]
    return Group(*(part for part in parts if part is not None))


def next_steps(report: RunReport) -> tuple[str, ...]:
    """Returns the next steps, one or two sentences each, in order."""
    if report.errors:
        return tuple(dict.fromkeys(error.hint for error in report.errors if error.hint))
    if report.verdict and report.verdict.reasons:
        return tuple(dict.fromkeys(reason.hint for reason in report.verdict.reasons if reason.hint))
    if report.uses_simulator:
        return (
            "Run `make elt` again in a minute: it reads only the rows that have changed.",
            "Run `make docs` for the docs site. See .env.example to connect your own WMS and Oracle database.",
        )
    return ("Run `make docs` for the docs site. Schedule `make elt` every two hours and `make full` weekly.",)


def _headline(report: RunReport) -> RenderableType:
    line = Text(f"Run {report.run_id}  ")
    line.append(report.status, style=_STYLES[report.status])
    line.append(f"  {_seconds(report.duration_s)}, {report.rows_read:,} rows read, ")
    line.append(f"{report.new_versions:,} new versions")
    place = f"{report.source} -> {report.target}" + (f"  [{report.environment}]" if report.environment else "")
    return Group(line, Text(place, style="dim", overflow="fold"))


def _entities(report: RunReport) -> RenderableType | None:
    if not report.entities:
        return None
    table = FittedTable(
        Column("entity"),
        Column("mode", rank=1),
        Column("rows read", rank=2, is_right=True),
        Column("new", is_right=True),
        Column("deleted", rank=3, is_right=True),
        Column("seconds", rank=4, is_right=True),
        Column("window, UTC", rank=5),
        Column(""),
    )
    for entity in report.entities:
        table.add_row(*_entity_cells(entity))
    return table


def _entity_cells(entity: EntityResult) -> tuple[str | Text, ...]:
    return (
        entity.entity,
        entity.mode,
        f"{entity.rows_read:,}",
        f"{entity.new_versions:,}",
        f"{entity.deleted_rows:,}",
        f"{entity.duration_s:.1f}",
        _window(entity),
        Text("" if entity.status == "ok" else entity.status, style=_STYLES[entity.status]),
    )


def _window(entity: EntityResult) -> str:
    if entity.mode == "full" or (entity.window_from is None and entity.window_to is None):
        return "all rows"
    return f"{_instant(entity.window_from)} - {_instant(entity.read_to or entity.window_to)}"


def _instant(instant: datetime | None) -> str:
    return f"{instant:%m-%d %H:%M:%S}" if instant else "..."


def _facts(report: RunReport) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = [
        *_build(report),
        *_marts(report.marts),
        *_read_copy(report.read_copy),
        *_freshness(report.freshness),
        *_quality(report.quality),
        *_empty_marts(report.empty_marts),
        *_former_entities(report.former_entities),
        *(("warning", Text(warning, style="yellow")) for warning in report.warnings),
        *(("error", Text(f"{error.code}: {error.message}", style="red")) for error in report.errors),
        *_verdict(report.verdict),
        *(("next" if first == 0 else "", step) for first, step in enumerate(next_steps(report))),
    ]
    for label, value in rows:
        # as Text: rich would interpret square brackets in a message as styles
        table.add_row(label, Text(value) if isinstance(value, str) else value)
    return table


def _build(report: RunReport) -> Iterator[tuple[str, RenderableType]]:
    build, plan = report.build, report.plan
    if build is None:
        nothing = plan is not None and plan.scope == "nothing"
        yield "dbt", f"not run: {plan.reason}; {_unchanged(plan)}" if plan and nothing else "not run"
        return
    models = _counts(build.built("ok"), "built", failed=build.built("failed"), skipped=build.built("skipped"))
    tests = _counts(build.tested("ok"), "passed", warned=build.tested("warn"), failed=build.tested("failed"))
    yield "dbt", f"models: {models}; tests: {tests}; {_seconds(build.seconds)}"
    if plan:
        left_out = f"; {_rows(plan)}; {_unchanged(plan)}" if plan.scope == "selected" else ""
        yield "", f"{'part' if plan.scope == 'selected' else 'everything'}, {plan.reason}{left_out}"
    for node in build.problems[:_MOST]:
        found = f" ({node.failures:,} rows)" if node.failures else ""
        # dbt's message only repeats the number of rows
        message = node.said or ("" if node.failures else _cause(node.message))
        shown = f": {_short(message)}" if message else ""
        yield "", Text(f"{node.status} {node.kind} {node.name}{found}{shown}", style=_STYLES[node.status])
        yield from (("", f"  {line}") for line in _differences(node))
    if (rest := len(build.problems) - _MOST) > 0:
        yield "", f"and {rest} more, in the JSON report"


def _rows(plan: BuildPlan) -> str:
    return f"all rows, because {plan.all_rows}" if plan.all_rows else "affected rows"


def _unchanged(plan: BuildPlan) -> str:
    return f"{plan.unchanged_models} models and {plan.unchanged_tests} tests unchanged"


def _marts(marts: Sequence[MartAge]) -> Iterator[tuple[str, RenderableType]]:
    """Yields the instant of most marts, and the marts that are older."""
    known = [mart.as_of for mart in marts if mart.as_of]
    newest = max(known, default=None)
    if not marts or newest is None:
        return
    older = [mart for mart in marts if mart.as_of != newest]
    named = [f"{mart.mart} ({mart.as_of:%m-%d %H:%M:%SZ})" if mart.as_of else mart.mart for mart in older]
    late = f", except {listed(named)}" if older else ""
    yield "marts", Text(f"as of {newest:%Y-%m-%d %H:%M:%SZ}{late}", style="yellow" if older else "")


def _read_copy(copy: ReadCopy | None) -> Iterator[tuple[str, RenderableType]]:
    """Yields the file for query tools, and why it wasn't replaced."""
    if copy is None:
        return
    if copy.is_published:
        yield "read copy", f"{copy.path}, {copy.size / 1e6:,.1f} MB, {_seconds(copy.seconds)}"
    else:
        since = f"; it has the build of {copy.built_at:%Y-%m-%d %H:%M:%SZ}" if copy.built_at else ""
        yield "read copy", f"not replaced: {copy.reason}{since}"


def _freshness(freshness: FreshnessResult | None) -> Iterator[tuple[str, RenderableType]]:
    if freshness is None:
        yield "freshness", "not checked"
        return
    yield (
        "freshness",
        _counts(
            freshness.count("ok"),
            "fresh",
            late=freshness.count("warn"),
            stale=freshness.count("failed"),
            unknown=freshness.count("unknown"),
        ),
    )
    for source in freshness.sources:
        if source.status != "ok":
            age = "" if source.age_seconds is None else f", {source.age_seconds / 3600:.1f} h old"
            yield (
                "",
                Text(f"{source.status} {source.source}{age} {source.message}".rstrip(), style=_STYLES[source.status]),
            )


def _quality(quality: Quality | None) -> Iterator[tuple[str, RenderableType]]:
    if quality is None or quality.score is None:
        yield "quality", "not measured"
        return
    yield "quality", f"{quality.score:.4f}; {quality.rejected_rows:,} of {quality.checked_rows:,} records have an error"
    for rejected in quality.rules[:_MOST]:
        yield "", f"{rejected.entity} {rejected.rule}: {rejected.rows:,}"
    if (rest := len(quality.rules) - _MOST) > 0:
        yield "", f"and {rest} more rules, in rejected_records"


def _empty_marts(marts: Sequence[EmptyMart]) -> Iterator[tuple[str, RenderableType]]:
    """Yields the first of the marts without rows, and how to fill them."""
    if not marts:
        return
    names = ", ".join(mart.mart for mart in marts[:_FEW_MARTS])
    rest = f" and {len(marts) - _FEW_MARTS} more, in mart_entities" if len(marts) > _FEW_MARTS else ""
    yield "empty", f"{names}{rest}: their entities aren't read. Profiles of GRUPONOS_PIPELINE__ENTITIES add them"


def _former_entities(entities: Sequence[FormerEntity]) -> Iterator[tuple[str, RenderableType]]:
    """Yields the first of the entities that are no longer read, and the alternatives."""
    if not entities:
        return
    names = ", ".join(former.entity for former in entities[:_MOST])
    rest = f" and {len(entities) - _MOST} more, in the JSON report" if len(entities) > _MOST else ""
    yield (
        "not read",
        f"{names}{rest}: no longer configured, so their rows get no changes. Configure them again "
        "(GRUPONOS_PIPELINE__ENTITIES, __EXCLUDE_ENTITIES), or load into a new target to leave them out",
    )


def _verdict(verdict: Verdict | None) -> Iterator[tuple[str, RenderableType]]:
    """Yields the verdict on the data as a whole."""
    if verdict is None:
        return
    yield "verdict", Text(verdict.title, style=LEVEL_STYLES[verdict.level])
    for reason in verdict.reasons[:_MOST]:
        yield "", Text(reason.text, style=LEVEL_STYLES[reason.level])
    if (rest := len(verdict.reasons) - _MOST) > 0:
        yield "", f"and {rest} more, in the JSON report"


def _counts(good: int, word: str, **others: int) -> str:
    return ", ".join([f"{good} {word}", *(f"{count} {name}" for name, count in others.items() if count)])


def _cause(message: str) -> str:
    """Returns dbt's message from the first line that names a cause, without the stack of macros."""
    lines = [line.strip() for line in message.partition("\n  > in macro ")[0].splitlines()]
    causes = [line for line in lines if line and not _HEADING.fullmatch(line)]
    return " ".join(causes) or message


def _differences(node: NodeResult) -> list[str]:
    """Returns the names of the columns and the rows that differ from a unit test's expectation."""
    if node.kind != "unit_test" or not node.failures:
        return []
    return [_short(line) for line in node.message.splitlines() if _DIFFERENT.match(line)][:_MOST]


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= 200 else f"{line[:197]}..."


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
