"""Verdict at the top of the data-status page, with reasons and next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from loader.report.model import RunReport
from loader.report.overall import TITLES, Level, Reason
from loader.site import formatting
from loader.site.view_model import Facts

_FIRST_STEPS: Final = (
    "Run `make elt` to load from the WMS (or the bundled simulator), and to build and test the tables.",
)
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
    """Contents of the verdict box; the colour is a CSS class. `readers` has advice for readers of the numbers."""

    colour: Colour
    title: str
    summary: str
    readers: tuple[str, ...] = ()
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
        readers=tuple(_for_readers(facts)),
        findings=findings,
        steps=() if findings or facts.report else _FIRST_STEPS,
        notes=tuple(
            f"Can't read the {part}. Run `make dbt`: the tables may be from another release."
            for part in facts.unreadable
        ),
    )


_IMPACTS: Final = {
    "run_failed": "The last update failed. Numbers may miss what happened since the one before.",
    "run_warned": "The last update left something out. Operators are checking what.",
    "no_run": "It is unknown when the numbers were updated.",
    "marts_failed": "Some tables are older than others. Don't compare numbers across tables until this is fixed.",
    "marts_behind": "Newer data is loaded but not in the tables yet.",
    "marts_missing": "The tables aren't built yet.",
    "stale": "Parts of the data are older than agreed. Don't use them for decisions about today.",
    "late": "Parts of the data are late. Numbers of the last hours may be incomplete.",
    "not_read": "The last update couldn't read a part of the data. Its numbers are those of the update before.",
    "never": "A part of the data was never loaded. Tables that need it are empty.",
    "unknown": "It is unknown how old a part of the data is.",
    "reconciliation_gap": "Records differ from the WMS. Counts may be wrong until they are repaired.",
    "staging_differs": "Some loaded records aren't in the tables yet.",
    "quality_error": "Many records break a rule. Check the findings below before you use the numbers.",
    "quality_warn": "More records than usual break a rule. Check the findings of your area below.",
    "rules_capped": "Records that should be hidden are shown, because there are too many of them.",
    "quarantine": "Some documents couldn't be stored. Their records are missing.",
    "unreadable": "A part of this page couldn't be checked.",
}
"""What a reason of the verdict means for readers of the numbers."""

_NAMING: Final = frozenset({"stale", "late", "not_read", "never", "unknown", "reconciliation_gap", "staging_differs"})
"""Reasons whose text ends with a colon and names of entities."""


def _for_readers(facts: Facts) -> Iterator[str]:
    """Yields whether the numbers can be used, and what to be careful with."""
    if facts.verdict is None:
        yield "The database can't be read now. Use the last numbers that you have, and ask the operators."
        return
    if facts.verdict.level == "empty":
        return
    yield {
        "ok": "You can use all numbers.",
        "attention": "You can use the numbers, with these limits.",
        "wrong": "Check these points before you use the numbers.",
    }[facts.verdict.level]
    if facts.marts and facts.marts.as_of:
        yield f"The tables have everything that was read until {formatting.instant(facts.marts.as_of)}."
    yield from dict.fromkeys(_impact(reason) for reason in facts.verdict.reasons if reason.code in _IMPACTS)


def _impact(reason: Reason) -> str:
    """What a reason means, with the entities that it names."""
    named = reason.text.partition(": ")[2].rstrip(".") if reason.code in _NAMING else ""
    return _IMPACTS[reason.code] + (f" Affected: {named}." if named else "")


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
