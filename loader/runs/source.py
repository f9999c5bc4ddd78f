"""Opens the source of a run: the configured WMS, or the bundled simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from loader.report import Progress
from loader.settings import PipelineSettings, Settings


@contextmanager
def open_source(settings: Settings, progress: Progress) -> Iterator[Settings]:
    """Returns settings with a reachable WMS: the simulator, running during the block, if none is configured.

    Raises:
        SourceError: the simulator doesn't start.
    """
    if not settings.uses_simulator:
        yield settings
        return
    from loader.simulator import SimulatorProcess  # imported late: it imports the web server

    wms = settings.wms
    with SimulatorProcess(
        seed=wms.simulator_seed,
        scale=wms.simulator_scale,
        days=wms.simulator_days,
        statuses=wms.simulator_statuses,
        state=settings.pipeline.work_dir / "simulator.json",
    ) as simulator:
        progress.note(
            f"no WMS is configured: started the simulator at {simulator.url} (see .env.example to connect your own WMS)"
        )
        reachable = wms.model_copy(
            update={
                "base_url": simulator.url,
                "username": simulator.username,
                "password": SecretStr(simulator.password),
            }
        )
        yield settings.model_copy(update={"wms": reachable, "pipeline": _without_lookback(settings.pipeline)})


def _without_lookback(pipeline: PipelineSettings) -> PipelineSettings:
    """Sets the default lookback and settle time to 0, so that each run reads only changes.

    The simulator commits immediately, unlike a WMS.
    """
    unset = {"settle_seconds", "lookback_seconds"} - pipeline.model_fields_set
    return pipeline.model_copy(update=dict.fromkeys(unset, 0))


def source_name(settings: Settings) -> str:
    """Returns a description of the source, without the simulator's port, which changes with every run."""
    if settings.uses_simulator:
        wms = settings.wms
        return f"WMS simulator (seed {wms.simulator_seed}, {wms.simulator_scale:,} order lines)"
    return str(settings.wms.base_url)
