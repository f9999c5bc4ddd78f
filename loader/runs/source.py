"""Where a run reads from: the configured WMS, or the bundled simulator when none is configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from loader.report import Progress
from loader.settings import PipelineSettings, Settings


@contextmanager
def open_source(settings: Settings, progress: Progress) -> Iterator[Settings]:
    """Settings whose WMS can be called; a simulator started for them ends with the block.

    Raises:
        SourceError: the simulator does not start.
    """
    if not settings.uses_simulator:
        yield settings
        return
    from loader.simulator import SimulatorProcess  # imports the web server, which a real WMS does not need

    wms = settings.wms
    with SimulatorProcess(
        seed=wms.simulator_seed,
        scale=wms.simulator_scale,
        days=wms.simulator_days,
        state=settings.pipeline.work_dir / "simulator.json",
    ) as simulator:
        progress.note(f"no WMS is configured: a simulator answers at {simulator.url} (see .env.example for your own)")
        reachable = wms.model_copy(
            update={
                "base_url": simulator.url,
                "username": simulator.username,
                "password": SecretStr(simulator.password),
            }
        )
        yield settings.model_copy(update={"wms": reachable, "pipeline": _without_lookback(settings.pipeline)})


def _without_lookback(pipeline: PipelineSettings) -> PipelineSettings:
    """No settle and no lookback unless they are set: the bundled simulator commits at once, so what changed since the
    last run, and only that, is read.
    """
    unset = {"settle_seconds", "lookback_seconds"} - pipeline.model_fields_set
    return pipeline.model_copy(update=dict.fromkeys(unset, 0))


def source_name(settings: Settings) -> str:
    """The source for people: never the simulator's port, which changes with every run."""
    if settings.uses_simulator:
        wms = settings.wms
        return f"WMS simulator (seed {wms.simulator_seed}, {wms.simulator_scale:,} order lines)"
    return str(settings.wms.base_url)
