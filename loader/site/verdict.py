"""Verdict at the top of the data-status page, with reasons and next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loader.report.console import next_steps
from loader.report.model import RunReport
from loader.report.overall import TITLES, Level
from loader.site import formatting
from loader.site.view_model import Facts

# named failed nodes, and maximum length of their messages
_MAX_NODES = 5
_MAX_MESSAGE = 240

Colour = Literal["good", "warn", "bad", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, with a hint; the colour is a CSS class."""

    colour: Colour
    text: str
    hint: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Contents of the verdict box; the colour is a CSS class."""

    colour: Colour
    title: str
    summary: str
    findings: tuple[Finding, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_COLOURS: dict[Level, Colour] = {"empty": "empty", "ok": "good", "attention": "warn", "wrong": "bad"}
# the report of the same run has the details
_OF_RUN = frozenset({"run_failed", "run_warned"})


def judge(facts: Facts) -> Verdict:
    """Returns the verdict on the data, with details from the report of the last run.

    The level is `wrong` if the target can't be read.
    """
    level: Level = "wrong" if facts.verdict is None else facts.verdict.level
    findings = tuple(_findings(facts))
    return Verdict(
        colour=_COLOURS[level],
        title=TITLES[level],
        summary=_summary(facts, level),
        findings=findings,
        steps=() if findings else _steps(facts),
        notes=tuple(
            f"Can't read the {part}. Run `make dbt`: the tables may be from another release."
            for part in facts.unreadable
        ),
    )


def _findings(facts: Facts) -> Iterator[Finding]:
    if facts.problem:
        yield Finding(colour="bad", text=facts.problem.message, hint=facts.problem.hint, code=facts.problem.code)
    reasons = facts.verdict.reasons if facts.verdict else ()
    is_of_last_run = facts.report is not None and (not facts.runs or facts.runs[-1]["run_id"] == facts.report.run_id)
    details = tuple(_of_report(facts.report)) if facts.report and is_of_last_run else ()
    run_findings = details if facts.verdict is None or _OF_RUN & {reason.code for reason in reasons} else ()
    for reason in reasons:
        if reason.code in _OF_RUN and run_findings:
            yield from run_findings
        else:
            yield Finding(colour=_COLOURS[reason.level], text=reason.text, hint=reason.hint, code=reason.code)
    if facts.verdict is None:
        yield from run_findings


def _of_report(report: RunReport) -> Iterator[Finding]:
    failed = [node for node in report.build.problems if node.status == "failed"] if report.build else []
    for node in failed[:_MAX_NODES]:
        found = formatting.plural(node.failures, "row") + " found. " if node.failures else ""
        yield Finding(colour="bad", text=f"The {node.kind} {node.name} failed. {found}{_short(node.message)}")
    for error in report.errors:
        yield Finding(colour="bad", text=error.message, hint=error.hint, code=error.code)
    for warning in report.warnings:
        yield Finding(colour="warn", text=warning[:1].upper() + warning[1:])


def _short(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _MAX_MESSAGE else f"{line[:_MAX_MESSAGE]} ..."


def _summary(facts: Facts, level: Level) -> str:
    if level == "empty":
        return "No data is loaded yet. Start the first run to fill this page."
    if facts.report is None:
        return "This machine has no run report. The page shows what the database contains."
    ended = {"ok": "succeeded", "warned": "succeeded with warnings", "failed": "failed"}[facts.report.status]
    return f"The last run {ended}."


def _steps(facts: Facts) -> tuple[str, ...]:
    if facts.report is None:
        return ("Run `make elt` to load from the WMS (or the bundled simulator), and to build and test the tables.",)
    return next_steps(facts.report)
