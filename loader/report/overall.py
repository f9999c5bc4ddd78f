"""The one verdict on the data: the page, `wms-elt status` and the run report all say this, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

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
    """One thing that keeps all from being well.

    Args:
        code: a stable word, such as ``marts_behind``; docs/how-to/read-data-status.md lists them.
        text: one sentence.
        hint: what to do, in the imperative.
    """

    level: Level
    code: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The worst of everything known, and why, the worst first."""

    level: Level
    title: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSeen:
    """The newest run; `error_code` is that of its first error."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the verdict is made of. An input that could not be read is in `unreadable`, and then nothing is well.

    Args:
        run: the newest run; None = there was none.
        gaps: entities in which the last comparison with the WMS found a difference, or failed.
        unstaged: entities of which raw tables and staging hold different numbers of records.
        freshness: of every configured entity.
        marts: their age against the raw tables.
        score: the newest quality score; None = never measured.
        capped: rules, as ``entity.rule``, that flag instead of hiding because they would hide too much.
        set_aside: documents in quarantine, by entity.
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


def overall(evidence: Evidence) -> Verdict:
    """The verdict: the worst reason decides. Without a run there is nothing to judge."""
    if evidence.run is None and evidence == Evidence(
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
            text=f"{count:,} documents that can't be landed are set aside: {named}.",
            hint="Query elt_quarantine for them and correct them in the WMS.",
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
        hint = "`wms-elt runs` lists the runs; docs/reference/errors.md explains each code."
        yield Reason(level="wrong", code="run_failed", text=f"The last run, {run.run_id}, failed{code}.", hint=hint)
    elif run.status != "ok":
        text = f"The last run, {run.run_id}, ended with warnings."
        yield Reason(level="attention", code="run_warned", text=text, hint="Read its warnings in the run report.")


def _of_alerts(alerts: Iterable[AlertSeen]) -> Iterator[Reason]:
    for alert in alerts:
        yield Reason(
            level="wrong" if alert.severity == "error" else "attention",
            code="alert_open",
            text=f"The alert {alert.kind} on {alert.subject} is open{': ' + alert.summary if alert.summary else ''}.",
            hint="docs/how-to/runbook.md has a section for each kind.",
        )


_MARTS: Final[dict[MartsState, tuple[Level, str, str]]] = {
    "missing": ("attention", "Documents were loaded, but the marts were never built.", "Run `make dbt`."),
    "behind": ("attention", "The marts are older than the newest loaded documents.", "Run `make dbt`."),
    "failed": ("wrong", "The last build of the marts failed; some are older than the data.", "Run `make dbt`."),
}


def _of_marts(state: MartsState) -> Iterator[Reason]:
    if state in _MARTS:
        level, text, hint = _MARTS[state]
        yield Reason(level=level, code=f"marts_{state}", text=text, hint=hint)


_FRESHNESS: Final[tuple[tuple[FreshnessState, Level, str, str], ...]] = (
    ("stale", "wrong", "Too old to rely on: {names}.", "Look at the scheduler and the last runs, then run `make elt`."),
    ("late", "attention", "Getting old: {names}.", "Look at the scheduler, then run `make elt`."),
    ("not_read", "attention", "Not read by the last run that tried: {names}.", "Run `wms-elt runs` for the reason."),
    ("never", "attention", "Never read: {names}.", "Run `make elt`, or take them out of GRUPONOS_PIPELINE__ENTITIES."),
    ("unknown", "attention", "Freshness unknown: {names}.", "Run `make elt`; the target must answer."),
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
            text=f"Raw tables and staging hold different numbers of records: {listed(evidence.unstaged)}.",
            hint="Run `make elt` once more; if it stays so, `make reconcile` shows which records.",
        )


def _of_quality(evidence: Evidence) -> Iterator[Reason]:
    score, hint = evidence.score, "Query rejected_records for the records and their reasons."
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
            text=f"Rules would hide too many records and flag them instead: {listed(evidence.capped)}.",
            hint="`wms-elt rules` shows what each would hide; correct the data or the rule's severity.",
        )


def listed(names: Iterable[str]) -> str:
    """The first five, and how many more there are."""
    given = list(names)
    rest = len(given) - _SHOWN
    return ", ".join(given[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
