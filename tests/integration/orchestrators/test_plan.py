from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.integrations.plan import SCHEDULES, split_at_today, worker_settings
from loader.settings import load_settings
from loader.settings.profiles import PROFILES

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def day(number: int) -> datetime:
    return datetime(2026, 5, number, tzinfo=UTC)


def test_workers_have_unique_names_and_entities() -> None:
    settings = load_settings({"GRUPONOS_PIPELINE__EXTRA_ENTITIES": "vendor"}, env_file=None)
    workers = [worker_settings(settings, entity).pipeline for entity in settings.pipeline.all_entities]
    assert len({worker.name for worker in workers}) == len(workers) == len(PROFILES["core"]) + 1
    assert [worker.all_entities for worker in workers] == [(entity,) for entity in settings.pipeline.all_entities]


def test_worker_name_contains_pipeline_name() -> None:
    settings = load_settings({"GRUPONOS_PIPELINE__NAME": "wms_dc01"}, env_file=None)
    assert worker_settings(settings, "order_hdr").pipeline.name == "wms_dc01_order_hdr"
    assert worker_settings(settings, "order_hdr").target == settings.target


@pytest.mark.parametrize(
    ("first", "last", "past", "reaches_today"),
    [
        (1, 3, (1, 3), False),
        (3, 4, (3, 4), False),
        (4, 5, None, True),
        (2, 5, (2, 4), True),
    ],
)
def test_day_range_is_backfilled_then_read_incrementally(
    first: int, last: int, past: tuple[int, int] | None, reaches_today: bool
) -> None:
    expected = past and (day(past[0]), day(past[1]))
    assert split_at_today(day(first), day(last), NOW) == (expected, reaches_today)


def test_schedules_match_the_documented_crontab() -> None:
    page = (ROOT / "docs" / "how-to" / "schedule.md").read_text()
    words = {"wms_elt": "elt", "wms_reconcile": "reconcile", "wms_full": "full"}
    lines = [" ".join(line.split()) for line in page.splitlines()]
    for name, cron in SCHEDULES.items():
        assert any(line.startswith(f"{cron} cd ") and f"wms-elt -v {words[name]} " in line for line in lines), name
