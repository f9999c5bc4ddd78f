"""Runs all checks in the order of a run's steps."""

from __future__ import annotations

from collections.abc import Iterator

from loader.doctor.check import Check
from loader.doctor.exclusions import check_exclusions
from loader.doctor.machine import check_disk, check_files, check_versions
from loader.doctor.warehouse import check_dbt, check_target
from loader.doctor.wms import check_wms
from loader.files import file_mode
from loader.settings import Settings


def run_checks(settings: Settings) -> Iterator[Check]:
    """Yield each check's result as soon as it is known; continue after failures."""
    for check in (check_versions, check_disk, check_files, check_wms, check_target, check_dbt, check_exclusions):
        # the checks create files and directories with the permissions of a run
        with file_mode(settings):
            yield from check(settings)
