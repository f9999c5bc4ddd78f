"""Faults between a WMS and its caller (wms-api 9, items 15 to 20), selected by rules."""

from __future__ import annotations

from loader.simulator.api.faults.box import FaultBox
from loader.simulator.api.faults.model import Fault, Kind, Rule

__all__ = ["Fault", "FaultBox", "Kind", "Rule"]
