"""State file with the warehouse parameters, so that the next start continues the same warehouse."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from loader.errors import ConfigError

Statuses = Literal["standard", "renumbered"]

DEFAULT_SEED = 7
DEFAULT_SCALE = 20_000
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """Requested parameters; None = those of the file, or the defaults on the first start."""

    seed: int | None = None
    scale: int | None = None
    days: int | None = None
    statuses: Statuses | None = None


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Content of the state file, see `WorldSpec`; the origin is the first start, a whole second, UTC."""

    seed: int
    scale: Annotated[int, msgspec.Meta(ge=1)]
    days: Annotated[int, msgspec.Meta(ge=1)]
    origin: Annotated[datetime, msgspec.Meta(tz=True)]
    statuses: Statuses = "standard"


def remembered(path: Path | None, wanted: Wanted) -> State:
    """Return the parameters of the file, or write new ones to it.

    Args:
        path: None = no file.

    Raises:
        ConfigError: WMS_SIM_002, the file is damaged, contradicts the request, or can't be written.
    """
    old = _read(path) if path else None
    if path is None or old is None:
        state = _new(wanted)
        if path:
            _write(path, state)
        return state
    for name in ("seed", "scale", "days", "statuses"):
        asked, kept = getattr(wanted, name), getattr(old, name)
        if asked is not None and asked != kept:
            raise _error(path, f"it contains a warehouse with {name}={kept}, but {name}={asked} is requested")
    return old


def _new(wanted: Wanted) -> State:
    return State(
        seed=DEFAULT_SEED if wanted.seed is None else wanted.seed,
        scale=wanted.scale or DEFAULT_SCALE,
        days=wanted.days or DEFAULT_DAYS,
        origin=datetime.now(UTC).replace(microsecond=0),
        statuses=wanted.statuses or "standard",
    )


def _read(path: Path) -> State | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _error(path, f"it can't be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise _error(path, f"it is damaged: {error}") from error


def _write(path: Path, state: State) -> None:
    """Write the file atomically."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(state) + b"\n")
        draft.replace(path)
    except OSError as error:
        raise _error(path, f"it can't be written: {error.strerror}") from error


def _error(path: Path, reason: str) -> ConfigError:
    return ConfigError(
        "WMS_SIM_002",
        f"Can't use the simulator's state file: {reason}.",
        hint="Set the same parameters as in the file, or delete the file and the target that was loaded from it.",
        context={"path": str(path)},
    )
