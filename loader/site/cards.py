"""Tiles with the main figures, below the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loader.site import formatting
from loader.site.view_model import Facts

Colour = Literal["", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with a label and a note; the colour is a CSS class."""

    label: str
    value: str
    note: str
    colour: Colour = ""


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """Returns tiles for the last run, load, build, freshness and quality, as far as they are known."""
    return tuple(_tiles(facts))


def _tiles(facts: Facts) -> Iterator[Tile]:
    report = facts.report
    if report:
        yield Tile("Last run", formatting.duration(report.duration_s), formatting.instant(report.started_at))
        yield Tile(
            "New versions", formatting.count(report.new_versions), f"of {formatting.count(report.rows_read)} rows read"
        )
    if report and report.build:
        failed, warned = report.build.tested("failed"), report.build.tested("warn")
        broken = report.build.built("failed")
        note = f"{formatting.plural(report.build.built('ok'), 'model')} built" + (
            f", {broken} failed" if broken else ""
        )
        colour: Colour = "bad" if failed or broken else "warn" if warned else "good"
        total = report.build.tested("ok") + warned + failed + report.build.tested("skipped")
        yield Tile("Tests passed", f"{report.build.tested('ok'):,} of {total:,}", note, colour)
    elif report and report.plan and report.plan.scope == "nothing":
        yield Tile("Models", "unchanged", report.plan.reason, "warn" if report.plan.warned else "good")
    if facts.freshness is not None:
        yield _freshness(facts)
    if report and report.quality:
        yield _quality(facts, report.quality.score, report.quality.rejected_rows, report.quality.checked_rows)


def _freshness(facts: Facts) -> Tile:
    # a skipped source is an entity that the loader was never asked for
    rows = [row for row in facts.freshness or () if row.status != "skipped"]
    fresh, stale = sum(row.status == "ok" for row in rows), sum(row.status == "failed" for row in rows)
    late = len(rows) - fresh - stale
    colour: Colour = "bad" if stale else "warn" if late else "good"
    note = ", ".join(f"{number} {word}" for number, word in ((stale, "stale"), (late, "late")) if number)
    return Tile("Sources fresh", f"{fresh} of {len(rows)}", note or "within the limits", colour)


def _quality(facts: Facts, score: float | None, rejected: int, checked: int) -> Tile:
    colour: Colour = ""
    if score is not None:
        colour = "bad" if score < facts.quality_error else "warn" if score < facts.quality_warn else "good"
    note = f"{formatting.count(rejected)} of {formatting.count(checked)} records with an error"
    return Tile("Quality score", formatting.share(score), note, colour)
