"""The verdict on the data, shown by the data-status page, `wms-elt status` and the run report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from loader.report.entity_runs import LastResult

Level = Literal["empty", "ok", "attention", "wrong"]
FreshnessState = Literal["fresh", "late", "stale", "never", "not_read", "unknown"]
MartsState = Literal["none", "current", "missing", "behind", "failed"]

TITLES: Final[dict[Level, str]] = {
    "empty": "No data yet",
    "ok": "All is well",
    "attention": "Worth a look",
    "wrong": "Needs attention",
}
_RANK: Final[dict[Level, int]] = {"empty": 0, "ok": 1, "attention": 2, "wrong": 3}
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A problem that lowers the verdict.

    Args:
        code: stable identifier, such as ``marts_behind``; docs/how-to/read-data-status.md lists all.
        text: one sentence.
        hint: the next step, in the imperative.
    """

    level: Level
    code: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Worst level of all reasons, with the reasons, worst first."""

    level: Level
    title: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSeen:
    """The newest run, with the code of its first error."""

    run_id: str
    status: str
    error_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSeen:
    """An open alert."""

    kind: str
    subject: str
    severity: Literal["error", "warn"]
    summary: str = ""
    opened_at: datetime | None = None
    rows_query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Inputs of the verdict. An input that can't be read is named in `unreadable`, and the level is never `ok`.

    Args:
        run: the newest run; None = no run.
        gaps: entities with a difference or error in the last comparison with the WMS.
        unstaged: entities with different numbers of records in raw table and staging.
        freshness: state of every configured entity.
        marts: age of the marts compared with the raw tables.
        score: the newest quality score; None = never measured.
        capped: rules, as ``entity.rule``, that flag instead of hiding because they would hide too much.
        set_aside: number of documents in quarantine, by entity.
        results: last results of the entities, for pages; the verdict needs only their `freshness`.
    """

    run: RunSeen | None = None
    alerts: tuple[AlertSeen, ...] = ()
    gaps: tuple[str, ...] = ()
    unstaged: tuple[str, ...] = ()
    freshness: tuple[tuple[str, FreshnessState], ...] = ()
    marts: MartsState = "none"
    score: float | None = None
    quality_warn: float = 0.0
    quality_error: float = 0.0
    capped: tuple[str, ...] = ()
    set_aside: tuple[tuple[str, int], ...] = ()
    unreadable: tuple[str, ...] = ()
    results: tuple[LastResult, ...] = field(default=(), compare=False)


def overall(evidence: Evidence) -> Verdict:
    """Returns the verdict; the worst reason decides. Without a run or stale data, the level is `empty`."""
    is_stale = any(state == "stale" for _, state in evidence.freshness)
    if not is_stale and evidence == Evidence(
        freshness=evidence.freshness, quality_warn=evidence.quality_warn, quality_error=evidence.quality_error
    ):
        return Verdict(level="empty", title=TITLES["empty"])
    reasons = sorted(_reasons(evidence), key=lambda reason: -_RANK[reason.level])
    level: Level = reasons[0].level if reasons else "ok"
    return Verdict(level=level, title=TITLES[level], reasons=tuple(reasons))


def _reasons(evidence: Evidence) -> Iterator[Reason]:
    yield from _of_run(evidence.run)
    yield from _of_alerts(evidence.alerts)
    yield from _of_marts(evidence.marts)
    yield from _of_freshness(evidence.freshness)
    yield from _of_comparisons(evidence)
    yield from _of_quality(evidence)
    if evidence.set_aside:
        count, named = sum(count for _, count in evidence.set_aside), listed(entity for entity, _ in evidence.set_aside)
        yield Reason(
            level="attention",
            code="quarantine",
            text=f"{count:,} documents are in quarantine, because they can't be stored: {named}.",
            hint="Query elt_quarantine for the documents and correct them in the WMS.",
        )
    if evidence.unreadable:
        yield Reason(
            level="attention",
            code="unreadable",
            text=f"Can't read {listed(evidence.unreadable)} in the target.",
            hint="Run `make dbt`: the tables may be from another release.",
        )


def _of_run(run: RunSeen | None) -> Iterator[Reason]:
    if run is None:
        yield Reason(level="attention", code="no_run", text="No run is recorded.", hint="Run `make elt`.")
    elif run.status == "failed":
        code = f" ({run.error_code})" if run.error_code else ""
        hint = "Run `wms-elt runs` to list the runs. docs/reference/errors.md explains each code."
        yield Reason(level="wrong", code="run_failed", text=f"The last run, {run.run_id}, failed{code}.", hint=hint)
    elif run.status != "ok":
        text = f"The last run, {run.run_id}, ended with warnings."
        yield Reason(level="attention", code="run_warned", text=text, hint="Read the warnings in the run report.")


def _of_alerts(alerts: Iterable[AlertSeen]) -> Iterator[Reason]:
    for alert in alerts:
        yield Reason(
            level="wrong" if alert.severity == "error" else "attention",
            code="alert_open",
            text=f"The alert {alert.kind} on {alert.subject} is open{': ' + alert.summary if alert.summary else ''}.",
            hint="See the section of that kind in docs/how-to/runbook.md.",
        )


_MARTS: Final[dict[MartsState, tuple[Level, str, str]]] = {
    "missing": ("attention", "Documents are loaded, but the marts aren't built yet.", "Run `make dbt`."),
    "behind": ("attention", "The marts are older than the newest loaded documents.", "Run `make dbt`."),
    "failed": (
        "wrong",
        "The last build of the marts failed. Some marts are older than the loaded data.",
        "Run `make dbt`.",
    ),
}


def _of_marts(state: MartsState) -> Iterator[Reason]:
    if state in _MARTS:
        level, text, hint = _MARTS[state]
        yield Reason(level=level, code=f"marts_{state}", text=text, hint=hint)


_FRESHNESS: Final[tuple[tuple[FreshnessState, Level, str, str], ...]] = (
    ("stale", "wrong", "Stale sources: {names}.", "Check the scheduler and the last runs, then run `make elt`."),
    ("late", "attention", "Late sources: {names}.", "Check the scheduler, then run `make elt`."),
    ("not_read", "attention", "Not read by the last attempt: {names}.", "Run `wms-elt runs` to see the reason."),
    (
        "never",
        "attention",
        "Never read: {names}.",
        "Run `make elt`, or set GRUPONOS_PIPELINE__ENTITIES to names without them instead of a profile.",
    ),
    (
        "unknown",
        "attention",
        "Freshness unknown: {names}.",
        "Check the target with `make doctor`, then run `make elt`.",
    ),
)


def _of_freshness(freshness: Iterable[tuple[str, FreshnessState]]) -> Iterator[Reason]:
    known = tuple(freshness)
    for state, level, text, hint in _FRESHNESS:
        entities = [entity for entity, found in known if found == state]
        if entities:
            yield Reason(level=level, code=state, text=text.format(names=listed(entities)), hint=hint)


def _of_comparisons(evidence: Evidence) -> Iterator[Reason]:
    if evidence.gaps:
        yield Reason(
            level="wrong",
            code="reconciliation_gap",
            text=f"The last comparison with the WMS found differences or failed: {listed(evidence.gaps)}.",
            hint="Run `make reconcile REPAIR=1`.",
        )
    if evidence.unstaged:
        yield Reason(
            level="attention",
            code="staging_differs",
            text=f"Raw tables and staging have different numbers of records: {listed(evidence.unstaged)}.",
            hint="Run `make elt` again. If the difference remains, run `make reconcile` to see the records.",
        )


def _of_quality(evidence: Evidence) -> Iterator[Reason]:
    score, hint = evidence.score, "Query rejected_records for the records and reasons."
    if score is not None and score < evidence.quality_error:
        text = f"The quality score is {score:.4f}, below {evidence.quality_error}."
        yield Reason(level="wrong", code="quality_error", text=text, hint=hint)
    elif score is not None and score < evidence.quality_warn:
        text = f"The quality score is {score:.4f}, below {evidence.quality_warn}."
        yield Reason(level="attention", code="quality_warn", text=text, hint=hint)
    if evidence.capped:
        yield Reason(
            level="attention",
            code="rules_capped",
            text=f"Rules flag records, because hiding them would hide too many: {listed(evidence.capped)}.",
            hint="Run `wms-elt rules` to see what each rule would hide, then correct the data or the severity.",
        )


def listed(names: Iterable[str]) -> str:
    """The first five, and how many more there are."""
    given = list(names)
    rest = len(given) - _SHOWN
    return ", ".join(given[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
