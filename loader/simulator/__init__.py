"""Simulator of Oracle WMS Cloud: a seeded warehouse that changes over time, behind the WMS API (wms-api 1 to 6 and 9).

    with serve_in_thread(SimulatorConfig()) as simulator:
        requests.get(f"{simulator.url}/wms/lgfapi/v10/entity/", auth=(simulator.username, simulator.password))

`SimulatorProcess` does the same in a child process.
"""

from __future__ import annotations

from loader.errors import ConfigError

try:
    from loader.simulator.api.clock import Clock
    from loader.simulator.api.config import Behaviour, OAuthClient, SimulatorConfig, User, UserProfile
    from loader.simulator.api.faults import Fault, Rule
    from loader.simulator.api.server import RunningSimulator, serve_in_thread
    from loader.simulator.process import SimulatorProcess
except ModuleNotFoundError as error:
    if error.name not in {"starlette", "uvicorn", "httptools"}:
        raise
    raise ConfigError(
        "WMS_SIM_012",
        f"Can't start the simulator: {error.name} is not installed.",
        hint="Install the extra wms-elt[simulator], or connect your WMS with GRUPONOS_WMS__BASE_URL.",
    ) from error

__all__ = [
    "Behaviour",
    "Clock",
    "Fault",
    "OAuthClient",
    "Rule",
    "RunningSimulator",
    "SimulatorConfig",
    "SimulatorProcess",
    "User",
    "UserProfile",
    "serve_in_thread",
]
