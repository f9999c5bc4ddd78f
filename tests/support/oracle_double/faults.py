"""Planned failures: at any round trip, before or after the server executes it, or a kill of the client."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import oracledb

from tests.support.oracle_double.errors import call_timeout, ora

KILL = "KILL"
"""The loader's process dies by SIGKILL. Its server needs a file (`Server`)."""

HANG = "HANG"
"""The server never responds: the session's call timeout ends the wait, if set (DPY-4024)."""

KNOWN: dict[str, Callable[[], oracledb.Error]] = {
    "ORA-00028": lambda: ora(28, "your session has been killed"),
    "ORA-00054": lambda: ora(54, "resource busy and acquire with NOWAIT specified or timeout expired"),
    "ORA-00060": lambda: ora(60, "deadlock detected while waiting for resource"),
    "ORA-01536": lambda: ora(1536, "space quota exceeded for tablespace 'USERS'"),
    "ORA-01653": lambda: ora(1653, "unable to extend table WMS_ELT.ITEM by 128 in tablespace USERS"),
    "ORA-01555": lambda: ora(1555, 'snapshot too old: rollback segment number 9 with name "_SYSSMU9$" too small'),
    "DOWN": lambda: ora(3113, "end-of-file on communication channel"),
    "ORA-03113": lambda: ora(3113, "end-of-file on communication channel"),
    "DPY-4024": lambda: call_timeout(900_000),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A planned failure.

    Args:
        code: one of `KNOWN`, `KILL` or `HANG`; ``DOWN`` ends every session and refuses new ones until `Server.start`.
        step: the round trip that fails, from 1, counted from the planning.
        pattern: count only round trips whose text matches; all if empty.
        after: whether the server executes first and the response is lost.
        follows: count only after a round trip whose text matches this.
    """

    code: str
    step: int = 1
    pattern: str = ""
    after: bool = False
    follows: str = ""


@dataclass
class FaultPlan:
    """Counts round trips and fails the planned one, once."""

    _fault: Fault | None = None
    _seen: int = 0
    _armed: bool = False
    hits: list[str] = field(default_factory=list)

    def plan(self, fault: Fault) -> None:
        """Replace the planned fault."""
        self._fault, self._seen, self._armed = fault, 0, not fault.follows

    def clear(self) -> None:
        """Cancel all faults."""
        self._fault = None

    def meet(self, text: str) -> Fault | None:
        """Return the fault of this round trip, if any."""
        fault = self._fault
        if fault is None:
            return None
        if not self._armed:
            self._armed = bool(re.search(fault.follows, text, re.IGNORECASE))
            return None
        if not re.search(fault.pattern, text, re.IGNORECASE):
            return None
        self._seen += 1
        if self._seen != fault.step:
            return None
        self._fault = None
        self.hits.append(text)
        return fault
