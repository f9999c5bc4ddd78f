"""Who holds a lock, and the error for those who come second."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from loader.errors import LockedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A run that holds a lock.

    Args:
        since: aware UTC.
        entities: whose raw tables it writes.
    """

    run_id: str
    command: str
    host: str
    process_id: int
    os_user: str
    since: datetime
    entities: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"run {self.run_id} ({self.command}) of {self.os_user} on {self.host}, process {self.process_id}, "
            f"since {self.since:%Y-%m-%d %H:%M:%S}Z"
        )


def this_process(run_id: str, command: str, entities: tuple[str, ...] = ()) -> Owner:
    """The run as an owner of locks, from now; `entities` are those whose raw tables it writes."""
    return Owner(
        run_id=run_id,
        command=command,
        host=socket.gethostname(),
        process_id=os.getpid(),
        os_user=_user(),
        since=datetime.now(UTC),
        entities=entities,
    )


def is_dead(owner: Owner) -> bool:
    """Whether the owner was a process of this machine that is no more; False when that cannot be told."""
    if owner.host != socket.gethostname():
        return False
    try:
        os.kill(owner.process_id, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def busy(owner: Owner | None, where: object) -> LockedError:
    """``WMS_RUN_002``; `owner` is None when the lock is held but does not yet say by whom."""
    who = str(owner) if owner else "another process that has just begun"
    return LockedError(
        "WMS_RUN_002",
        f"Another run is at work: {who}.",
        hint="Wait for it, or stop that process; the next scheduled run goes on by itself.",
        context={"lock": where},
    )


def shared(owner: Owner, name: str, entities: Collection[str]) -> LockedError:
    """``WMS_RUN_004``: a run of another pipeline writes the raw tables of these entities."""
    return LockedError(
        "WMS_RUN_004",
        f"Another pipeline, {name}, is landing {', '.join(sorted(entities))} in this target: {owner}.",
        hint="Wait for it; pipelines that run at the same time must share no entity (docs/how-to/scale.md).",
        context={"lock": f"elt_lock {name}"},
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # a container's user may have no name
        return str(os.getuid())
