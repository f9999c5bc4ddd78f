"""Owner of a lock, and the errors for a lock that is held."""

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
        since: when it took the lock, aware UTC.
        entities: entities whose raw tables it writes.
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
    """Return this process as a lock owner from now on; `entities` are those whose raw tables it writes."""
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
    """Return whether the owner was a process of this machine that has ended; False if unknown."""
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
    """Return ``WMS_RUN_002``; `owner` is None if the lock holder hasn't written its name yet."""
    who = str(owner) if owner else "another process that has just started"
    return LockedError(
        "WMS_RUN_002",
        f"Another run is in progress: {who}.",
        hint="Wait until it finishes, or stop that process. The next scheduled run continues automatically.",
        context={"lock": where},
    )


def shared(owner: Owner, name: str, entities: Collection[str]) -> LockedError:
    """Return ``WMS_RUN_004``: a run of another pipeline writes the raw tables of these entities."""
    return LockedError(
        "WMS_RUN_004",
        f"Another pipeline, {name}, is landing {', '.join(sorted(entities))} in this target: {owner}.",
        hint="Wait until it finishes. Pipelines running together must not share entities (docs/how-to/scale.md).",
        context={"lock": f"elt_lock {name}"},
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # the user of a container may have no name
        return str(os.getuid())
