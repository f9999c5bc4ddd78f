"""The one word on top of the data-status page, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loader.report.model import RunReport
from loader.report.screen import next_steps
from loader.site import words
from loader.site.facts import Facts

# failed nodes that are named, and characters of what each said
_NODES = 5
_LONGEST = 240

Mood = Literal["well", "watch", "bad", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to look at: what it is and what to do."""

    mood: Mood
    text: str
    hint: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the page says first."""

    mood: Mood
    title: str
    summary: str
    findings: tuple[Finding, ...] = ()
    steps: tuple[str, ...] = ()


_TITLES: dict[Mood, str] = {
    "well": "All is well",
    "watch": "Worth a look",
    "bad": "Needs attention",
    "empty": "No data yet",
}


def judge(facts: Facts) -> Verdict:
    """The worst finding decides; without a run there is nothing to judge."""
    findings = tuple(_findings(facts))
    moods = {finding.mood for finding in findings}
    if facts.report is None and not facts.runs and not findings:
        mood: Mood = "empty"
    else:
        mood = "bad" if "bad" in moods else "watch" if "watch" in moods else "well"
    return Verdict(
        mood=mood,
        title=_TITLES[mood],
        summary=_summary(facts, mood),
        findings=findings,
        steps=() if findings else _steps(facts),
    )


def _findings(facts: Facts) -> Iterator[Finding]:
    if facts.problem:
        yield Finding(mood="bad", text=facts.problem.message, hint=facts.problem.hint, code=facts.problem.code)
    if facts.report:
        yield from _of_report(facts.report)
    elif facts.runs and facts.runs[-1].status == "failed":
        hint = "Its report is on the machine that ran it: target/runs/ and docs/errors.md."
        yield Finding(mood="bad", text=f"The last run, {facts.runs[-1].run_id}, failed.", hint=hint)
    differing = [row.entity for row in facts.reconciliation or () if not row.agrees]
    if differing:
        yield Finding(
            mood="watch",
            text=f"Raw tables and staging hold different numbers of records: {', '.join(differing)}.",
            hint="Run `make elt` once more; when it stays so, `make reconcile` shows which records.",
        )
    for part in facts.unreadable:
        hint = "Run `make dbt`: the tables may be from another release."
        yield Finding(mood="watch", text=f"The {part} could not be read.", hint=hint)


def _of_report(report: RunReport) -> Iterator[Finding]:
    failed = [node for node in report.build.problems if node.status == "failed"] if report.build else []
    for node in failed[:_NODES]:
        found = words.plural(node.failures, "row") + " found. " if node.failures else ""
        yield Finding(mood="bad", text=f"The {node.kind} {node.name} failed. {found}{_short(node.message)}")
    for error in report.errors:
        yield Finding(mood="bad", text=error.message, hint=error.hint, code=error.code)
    for warning in report.warnings:
        yield Finding(mood="watch", text=warning[:1].upper() + warning[1:])


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."


def _summary(facts: Facts, mood: Mood) -> str:
    if mood == "empty":
        return "Nothing was loaded yet. The first run fills this page."
    if facts.report is None:
        return "There is no report of a run on this machine; what the database knows is below."
    ended = {"ok": "ended well", "warned": "ended with warnings", "failed": "failed"}[facts.report.status]
    return f"The last run {ended}."


def _steps(facts: Facts) -> tuple[str, ...]:
    if facts.report is None:
        return ("`make elt` loads from the WMS (or the bundled simulator), builds and checks the tables",)
    return next_steps(facts.report)
