"""The few figures under the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from loader.site import formatting as words
from loader.site.view_model import Facts

TileMood = Literal["", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what it is and a note; the mood colours it."""

    label: str
    value: str
    note: str
    mood: TileMood = ""


def tiles(facts: Facts) -> tuple[Tile, ...]:
    """What is known of: the last run, the load, the build, freshness, quality, rejected records."""
    return tuple(_tiles(facts))


def _tiles(facts: Facts) -> Iterator[Tile]:
    report = facts.report
    if report:
        yield Tile("Last run", words.duration(report.duration_s), words.instant(report.started_at))
        yield Tile("New versions", words.count(report.new_versions), f"of {words.count(report.rows_read)} rows read")
    if report and report.build:
        failed, warned = report.build.tested("failed"), report.build.tested("warn")
        broken = report.build.built("failed")
        note = f"{words.plural(report.build.built('ok'), 'model')} built" + (f", {broken} failed" if broken else "")
        bad: TileMood = "bad" if failed or broken else "warn" if warned else "good"
        total = report.build.tested("ok") + warned + failed + report.build.tested("skipped")
        yield Tile("Tests passed", f"{report.build.tested('ok'):,} of {total:,}", note, bad)
    if facts.freshness is not None:
        yield _fresh(facts)
    if report and report.quality:
        yield _quality(facts, report.quality.score, report.quality.rejected_rows, report.quality.checked_rows)


def _fresh(facts: Facts) -> Tile:
    rows = facts.freshness or ()
    fresh, stale = sum(row.status == "ok" for row in rows), sum(row.status == "failed" for row in rows)
    late = len(rows) - fresh - stale
    mood: TileMood = "bad" if stale else "warn" if late else "good"
    note = ", ".join(f"{number} {word}" for number, word in ((stale, "stale"), (late, "late")) if number)
    return Tile("Sources fresh", f"{fresh} of {len(rows)}", note or "within their limits", mood)


def _quality(facts: Facts, score: float | None, rejected: int, checked: int) -> Tile:
    mood: TileMood = ""
    if score is not None:
        mood = "bad" if score < facts.quality_error else "warn" if score < facts.quality_warn else "good"
    note = f"{words.count(rejected)} of {words.count(checked)} rows with an error"
    return Tile("Quality score", words.share(score), note, mood)
