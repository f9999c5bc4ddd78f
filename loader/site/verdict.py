"""The one word on top of the data-status page, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loader.report.console import next_steps
from loader.report.model import RunReport
from loader.report.overall import TITLES, Level
from loader.site import formatting as words
from loader.site.view_model import Facts

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
    notes: tuple[str, ...] = ()


_MOODS: dict[Level, Mood] = {"empty": "empty", "ok": "well", "attention": "watch", "wrong": "bad"}
# the report of the same run says it in full
_OF_RUN = frozenset({"run_failed", "run_warned"})


def judge(facts: Facts) -> Verdict:
    """The one verdict on the data, with the details that the report of the last run adds; a target that cannot be
    asked is wrong by itself.
    """
    level: Level = "wrong" if facts.verdict is None else facts.verdict.level
    findings = tuple(_findings(facts))
    return Verdict(
        mood=_MOODS[level],
        title=TITLES[level],
        summary=_summary(facts, level),
        findings=findings,
        steps=() if findings else _steps(facts),
        notes=tuple(
            f"The {part} could not be read. Run `make dbt`: the tables may be from another release."
            for part in facts.unreadable
        ),
    )


def _findings(facts: Facts) -> Iterator[Finding]:
    if facts.problem:
        yield Finding(mood="bad", text=facts.problem.message, hint=facts.problem.hint, code=facts.problem.code)
    reasons = facts.verdict.reasons if facts.verdict else ()
    is_told = facts.report is not None and (not facts.runs or facts.runs[-1]["run_id"] == facts.report.run_id)
    details = tuple(_of_report(facts.report)) if facts.report and is_told else ()
    told = details if facts.verdict is None or _OF_RUN & {reason.code for reason in reasons} else ()
    for reason in reasons:
        if reason.code in _OF_RUN and told:
            yield from told
        else:
            yield Finding(mood=_MOODS[reason.level], text=reason.text, hint=reason.hint, code=reason.code)
    if facts.verdict is None:
        yield from told


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


def _summary(facts: Facts, level: Level) -> str:
    if level == "empty":
        return "Nothing was loaded yet. The first run fills this page."
    if facts.report is None:
        return "There is no report of a run on this machine; what the database knows is below."
    ended = {"ok": "ended well", "warned": "ended with warnings", "failed": "failed"}[facts.report.status]
    return f"The last run {ended}."


def _steps(facts: Facts) -> tuple[str, ...]:
    if facts.report is None:
        return ("`make elt` loads from the WMS (or the bundled simulator), builds and checks the tables",)
    return next_steps(facts.report)
