"""Which source the data of a target came from: state belongs to its source, so another one is refused."""

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
"""Where the simulator remembers its world, in the work directory."""

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_SEPARATOR: Final = ", "


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """What makes two sources the same one.

    Args:
        identity: of a WMS its host and environment; of the simulator what its world is made from, as ``name value``
            parts. Never a secret.
    """

    kind: Kind
    identity: str

    def __str__(self) -> str:
        return f"the WMS {self.identity}" if self.kind == "wms" else f"the simulator ({self.identity})"

    def is_same(self, other: SourceIdentity) -> bool:
        """Whether both are one source; a part of a simulated world that one of them does not know is not compared."""
        if self.kind != other.kind or self.kind == "wms":
            return self == other
        mine, theirs = _parts(self.identity), _parts(other.identity)
        return all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())


def configured_source(settings: Settings) -> SourceIdentity:
    """The source that the settings name."""
    wms = settings.wms
    if wms.base_url is not None:
        return wms_source(wms.base_url)
    return SourceIdentity("simulator", _world(wms, settings.pipeline.work_dir / STATE_FILE))


def wms_source(base_url: str) -> SourceIdentity:
    """A WMS by its address, however it is spelled: case of the host, default port and a slash at the end do not count.

    The scheme and the API version do not count either: they are ways to the same rows.
    """
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    path = "/".join(part for part in parts.path.split("/") if part)
    return SourceIdentity("wms", f"{host}{port}/{path}" if path else f"{host}{port}")


def former_source(source: str) -> SourceIdentity | None:
    """The source from a row of elt_run, as releases before `elt_source` described it; None when it is unknown."""
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
        # a world that was forgotten would begin again at another instant, with other rows under the same ids
        "since": _origin(state),
    }
    return _text(parts)


def _origin(state: Path) -> str:
    """When the simulated world began; ``not begun`` when the simulator remembers none yet."""
    try:
        origin = json.loads(state.read_bytes())["origin"]
        return f"{datetime.fromisoformat(origin).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except FileNotFoundError:
        return "not begun"
    except (OSError, ValueError, KeyError, TypeError):
        # the simulator itself says what is wrong with its file
        return "unknown"


def _text(parts: dict[str, str]) -> str:
    return _SEPARATOR.join(f"{name} {value}" for name, value in parts.items() if value != "unknown")


def _parts(identity: str) -> dict[str, str]:
    words = (part.partition(" ") for part in identity.split(_SEPARATOR))
    return {name: value for name, _, value in words}
