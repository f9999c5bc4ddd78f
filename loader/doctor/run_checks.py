"""All examinations in the order a run would meet them."""

from __future__ import annotations

from collections.abc import Iterator

from loader.doctor.check import Check
from loader.doctor.machine import examine_disk, examine_files, examine_versions
from loader.doctor.warehouse import examine_dbt, examine_target
from loader.doctor.wms import examine_wms
from loader.files import file_mode
from loader.settings import Settings


def run_checks(settings: Settings) -> Iterator[Check]:
    """Looks at everything a run needs, yielding each finding as it is made; never stops at a failure."""
    for examine in (examine_versions, examine_disk, examine_files, examine_wms, examine_target, examine_dbt):
        # a directory that is made to look at is as private as one of a run
        with file_mode(settings):
            yield from examine(settings)
