"""Faults of a running simulator: selects the fault for a request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from loader.simulator.api.faults.model import Fault, chance


@dataclass(slots=True)
class Armed:
    """A fault with its counters.

    Attributes:
        matched: requests whose path matched.
        struck: number of requests it struck.
        strikes: number of strikes; one strike may last for several requests.
        until: ordinal of the last matching request that the newest strike lasts for.
        memory: data kept between responses, such as the last document of a page.
    """

    fault: Fault
    number: int
    matched: int = 0
    struck: int = 0
    strikes: int = 0
    until: int = 0
    memory: dict[str, bytes] = field(default_factory=dict)


class FaultBox:
    """Active faults. Thread-safe."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._armed: tuple[Armed, ...] = ()

    def set(self, faults: Iterable[Fault]) -> None:
        """Replace all faults and reset the counters."""
        self._armed = tuple(Armed(fault, number) for number, fault in enumerate(faults))

    def clear(self) -> None:
        """Remove all faults."""
        self.set(())

    @property
    def armed(self) -> tuple[Armed, ...]:
        """Return the faults in order, with their counters."""
        return self._armed

    @property
    def struck(self) -> int:
        """Return the number of requests struck since the last change."""
        return sum(armed.struck for armed in self._armed)

    def strike(self, target: str) -> Armed | None:
        """Return the first fault whose rule matches a request, or None. Every fault counts the request.

        Args:
            target: ``<path>?<query>``.
        """
        chosen = None
        for armed in self._armed:
            if re.search(armed.fault.rule.path, target):
                armed.matched += 1
                if chosen is None and self._holds(armed):
                    chosen = armed
        if chosen:
            chosen.struck += 1
            if chosen.matched > chosen.until:
                chosen.strikes += 1
                chosen.until = chosen.matched + chosen.fault.rule.lasting
        return chosen

    def _holds(self, armed: Armed) -> bool:
        rule = armed.fault.rule
        if armed.matched <= armed.until:
            return True
        if rule.limit is not None and armed.strikes >= rule.limit:
            return False
        if rule.nth and armed.matched not in rule.nth:
            return False
        return chance(self._seed, armed.number, armed.matched) < rule.probability
