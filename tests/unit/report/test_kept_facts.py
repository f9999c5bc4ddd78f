from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from loader.dbt.plan import BuildState
from loader.report import RunReport
from loader.report.kept_facts import KeptFacts

AT = datetime(2026, 11, 30, 10, 2, tzinfo=UTC)
STATE = BuildState(fingerprint="f", marks={}, built_at=AT, covered_at=AT)


@dataclass(frozen=True)
class Numbers:
    by_day: dict[date, float]
    seen_at: datetime | None


@dataclass(frozen=True)
class Names:
    names: tuple[str, ...]


NUMBERS = Numbers({date(2026, 11, 30): 0.5}, AT.replace(tzinfo=None))


def test_facts_of_same_build_are_found(tmp_path: Path, report: RunReport) -> None:
    KeptFacts(tmp_path, report, STATE).keep(NUMBERS, "2026-11-30")
    KeptFacts(tmp_path, report, STATE).keep(Names(("a",)))
    later = KeptFacts(tmp_path, replace(report, run_id="later"), replace(STATE, covered_at=AT + timedelta(hours=2)))
    assert later.find(Numbers, "2026-11-30") == NUMBERS
    assert later.find(Names) == Names(("a",))


def test_facts_of_other_build_or_target_are_not_found(tmp_path: Path, report: RunReport) -> None:
    KeptFacts(tmp_path, report, STATE).keep(NUMBERS, "2026-11-30")
    others = [
        (report, replace(STATE, built_at=AT + timedelta(seconds=1))),
        (replace(report, target="another"), STATE),
        (replace(report, release="9.9"), STATE),
        (report, None),
    ]
    assert [KeptFacts(tmp_path, *other).find(Numbers, "2026-11-30") for other in others] == [None] * 4
    assert KeptFacts(tmp_path, report, STATE).find(Numbers, "2026-12-01") is None


def test_build_of_other_pipeline_changes_the_facts(tmp_path: Path, report: RunReport) -> None:
    KeptFacts(tmp_path, report, STATE, "other 10:00").keep(NUMBERS)
    assert KeptFacts(tmp_path, report, STATE, "other 10:00").find(Numbers) == NUMBERS
    assert KeptFacts(tmp_path, report, STATE, "other 11:00").find(Numbers) is None
    assert KeptFacts(tmp_path, report, STATE).find(Numbers) is None


def test_nothing_is_kept_while_other_pipeline_builds(tmp_path: Path, report: RunReport) -> None:
    KeptFacts(tmp_path, report, STATE, None).keep(NUMBERS)
    assert not list(tmp_path.iterdir())
    KeptFacts(tmp_path, report, STATE).keep(NUMBERS)
    assert KeptFacts(tmp_path, report, STATE, None).find(Numbers) is None


def test_without_state_nothing_is_kept(tmp_path: Path, report: RunReport) -> None:
    KeptFacts(tmp_path, report, None).keep(NUMBERS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"{", b'{"key": "x"}', b"\xff", b'{"key": 1, "facts": 2}'])
def test_damaged_file_is_ignored(tmp_path: Path, report: RunReport, content: bytes) -> None:
    kept = KeptFacts(tmp_path, report, STATE)
    kept.keep(NUMBERS)
    [file] = (tmp_path / "kept").iterdir()
    file.write_bytes(content)
    assert kept.find(Numbers) is None
    kept.keep(NUMBERS)
    assert kept.find(Numbers) == NUMBERS


def test_facts_of_other_shape_are_ignored(tmp_path: Path, report: RunReport) -> None:
    kept = KeptFacts(tmp_path, report, STATE)
    kept.keep(NUMBERS)
    [file] = (tmp_path / "kept").iterdir()
    file.write_bytes(file.read_bytes().replace(b"by_day", b"by_hour"))
    assert kept.find(Numbers) is None
