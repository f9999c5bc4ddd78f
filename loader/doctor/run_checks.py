"""All examinations in the order a run would meet them."""

from __future__ import annotations

from collections.abc import Iterator

from loader.doctor.check import Check
from loader.doctor.machine import check_disk, check_files, check_versions
from loader.doctor.warehouse import check_dbt, check_target
from loader.doctor.wms import check_wms
from loader.files import file_mode
from loader.settings import Settings


def run_checks(settings: Settings) -> Iterator[Check]:
    """Looks at everything a run needs, yielding each finding as it is made; never stops at a failure."""
    for examine in (check_versions, check_disk, check_files, check_wms, check_target, check_dbt):
        # a directory that is made to look at is as private as one of a run
        with file_mode(settings):
            yield from examine(settings)
