"""Identifies the source of a target's data, so that data of different sources is never mixed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from loader.settings import Settings, WmsSettings

Kind = Literal["wms", "simulator"]

STATE_FILE: Final = "simulator.json"
"""File in the work directory in which the simulator stores its world."""

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_SEPARATOR: Final = ", "
# identities of standard statuses, and those of earlier releases, don't name them
_STATUSES: Final = {"statuses": "standard"}


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """Identity of a source, without secrets.

    Args:
        identity: host and environment of a WMS. For the simulator, the parameters of its world as ``name value`` parts.
    """

    kind: Kind
    identity: str

    def __str__(self) -> str:
        return f"the WMS {self.identity}" if self.kind == "wms" else f"the simulator ({self.identity})"

    def is_same(self, other: SourceIdentity) -> bool:
        """Whether both identify the same source. Simulator parameters that only one of them has are ignored."""
        if self.kind != other.kind or self.kind == "wms":
            return self == other
        mine, theirs = _parts(self.identity), _parts(other.identity)
        return all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())


def configured_source(settings: Settings) -> SourceIdentity:
    """Return the configured source."""
    wms = settings.wms
    if wms.base_url is not None:
        return wms_source(wms.base_url)
    return SourceIdentity("simulator", _world(wms, settings.pipeline.work_dir / STATE_FILE))


def wms_source(base_url: str) -> SourceIdentity:
    """Return the identity of a WMS from its URL.

    Case of the host, default port, trailing slashes and scheme are ignored, because they don't change the rows.
    """
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    path = "/".join(part for part in parts.path.split("/") if part)
    return SourceIdentity("wms", f"{host}{port}/{path}" if path else f"{host}{port}")


def former_source(source: str) -> SourceIdentity | None:
    """Parse the source text of elt_run, as releases without `elt_source` wrote it; return None if it is unknown."""
    if source.startswith(("https://", "http://")):
        return wms_source(source)
    prefix, suffix = "WMS simulator (seed ", " order lines)"
    if not (source.startswith(prefix) and source.endswith(suffix)):
        return None
    seed, _, scale = source.removeprefix(prefix).removesuffix(suffix).partition(_SEPARATOR)
    return SourceIdentity("simulator", _text({"seed": seed, "scale": scale.replace(",", "")}))


def _world(wms: WmsSettings, state: Path) -> str:
    parts = {
        "seed": str(wms.simulator_seed),
        "scale": str(wms.simulator_scale),
        "days": str(wms.simulator_days),
        # without its state file, a world would restart at another instant, with other rows under the same ids
        "since": _origin(state),
    }
    if wms.simulator_statuses != _STATUSES["statuses"]:
        parts["statuses"] = wms.simulator_statuses
    return _text(parts)


def _origin(state: Path) -> str:
    """Return the start of the simulated world; ``not begun`` before the simulator has stored one."""
    try:
        origin = json.loads(state.read_bytes())["origin"]
        return f"{datetime.fromisoformat(origin).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except FileNotFoundError:
        return "not begun"
    except (OSError, ValueError, KeyError, TypeError):
        # the simulator reports the problem with its file
        return "unknown"


def _text(parts: dict[str, str]) -> str:
    return _SEPARATOR.join(f"{name} {value}" for name, value in parts.items() if value != "unknown")


def _parts(identity: str) -> dict[str, str]:
    words = (part.partition(" ") for part in identity.split(_SEPARATOR))
    return {**_STATUSES, **{name: value for name, _, value in words}}
