"""A minimal scenario for tests to modify: two entities, read in pages of 60 rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from loader.simulator.world import Hazards, WorldSpec
from tests.system.soak.scenario import ORIGIN, Scenario, Step

WORLD: Final = WorldSpec(origin=ORIGIN, seed=7, scale=300, days=2, stop_at=ORIGIN + timedelta(hours=8))
STEPS: Final = (Step(), Step(hours=5.0))
OPTIONS: Final = {
    "GRUPONOS_WMS__PAGE_SIZE": "60",
    "GRUPONOS_WMS__READ_TIMEOUT": "1.5",
    "GRUPONOS_PIPELINE__SETTLE_SECONDS": "0",
}
WITHOUT_PASSES: Final = {
    "GRUPONOS_PIPELINE__NULL_MOD_TS_HOURS": "0",
    "GRUPONOS_PIPELINE__RECHECK_HOURS": "0",
    "GRUPONOS_PIPELINE__RECONCILE_HOURS": "0",
}
MONTHLY_FULL_READ: Final = {"GRUPONOS_PIPELINE__FULL_HOURS": "720"}
MINIMAL: Final = Scenario(
    name="minimal_scenario",
    calm=True,
    world=WORLD,
    entities=("order_dtl", "order_hdr"),
    steps=STEPS,
    options=OPTIONS,
    chunk_rows=400,
)


def minimal_scenario(name: str, *, calm: bool = True, hazards: Hazards | None = None, **changes: Any) -> Scenario:
    """Return the minimal scenario with these changes. If `calm`, passes run only when a step forces them."""
    world = replace(WORLD, hazards=hazards or Hazards())
    options = {**changes.pop("options", OPTIONS), **(WITHOUT_PASSES if calm else MONTHLY_FULL_READ)}
    return replace(MINIMAL, **{"name": name, "calm": calm, "world": world, "options": options, **changes})
