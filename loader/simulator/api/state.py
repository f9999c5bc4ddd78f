"""The state file: which warehouse was simulated, so that the next start shows the same one, only later."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from loader.errors import ConfigError

DEFAULT_SEED = 7
DEFAULT_SCALE = 20_000
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a start asks for; None = as before, or the default the first time."""

    seed: int | None = None
    scale: int | None = None
    days: int | None = None


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the file.

    Args:
        scale: order lines at the origin.
        days: of history before the origin.
        origin: the first start, a whole second, UTC.
    """

    seed: int
    scale: Annotated[int, msgspec.Meta(ge=1)]
    days: Annotated[int, msgspec.Meta(ge=1)]
    origin: Annotated[datetime, msgspec.Meta(tz=True)]


def remembered(path: Path | None, wanted: Wanted) -> State:
    """The warehouse to show: that of the file, or a new one that is then written to it.

    Args:
        path: None = nothing is remembered.

    Raises:
        ConfigError: WMS_SIM_002, the file is damaged, contradicts what is wanted, or cannot be written.
    """
    old = _read(path) if path else None
    if path is None or old is None:
        state = _new(wanted)
        if path:
            _write(path, state)
        return state
    for name in ("seed", "scale", "days"):
        asked, kept = getattr(wanted, name), getattr(old, name)
        if asked is not None and asked != kept:
            raise _error(path, f"it holds a warehouse with {name}={kept}, but {name}={asked} is asked for")
    return old


def _new(wanted: Wanted) -> State:
    return State(
        seed=DEFAULT_SEED if wanted.seed is None else wanted.seed,
        scale=wanted.scale or DEFAULT_SCALE,
        days=wanted.days or DEFAULT_DAYS,
        origin=datetime.now(UTC).replace(microsecond=0),
    )


def _read(path: Path) -> State | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _error(path, f"it cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise _error(path, f"it is damaged: {error}") from error


def _write(path: Path, state: State) -> None:
    """Whole or not at all, whatever happens meanwhile."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(state) + b"\n")
        draft.replace(path)
    except OSError as error:
        raise _error(path, f"it cannot be written: {error.strerror}") from error


def _error(path: Path, reason: str) -> ConfigError:
    return ConfigError(
        "WMS_SIM_002",
        f"the simulator's state file cannot be used: {reason}",
        hint="Ask for the same warehouse, or remove this file and the target that was loaded from it.",
        context={"path": str(path)},
    )
