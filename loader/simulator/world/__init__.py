"""A seeded warehouse that changes over time (wms-api 6 and 9)."""

from loader.simulator.world.hazards import BulkUpdate, Hazards, Purge
from loader.simulator.world.spec import WorldSpec
from loader.simulator.world.violations import Violation
from loader.simulator.world.warehouse import WarehouseWorld

__all__ = ["BulkUpdate", "Hazards", "Purge", "Violation", "WarehouseWorld", "WorldSpec"]
