"""Whether another address shows the same rows: documents of a sample compared by what identifies a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Verdict = Literal["same", "changed", "other", "older", "absent"]
Document: TypeAlias = "Mapping[str, Any]"

NEWEST: Final = 20
"""Rows of the sample with the highest ids: a copy of a tenant shows old rows alike, and differs in the newest."""
SPREAD: Final = 30
"""Rows of the sample spread evenly over the others."""
FEWEST_ROWS: Final = 10
"""Rows to compare below which nothing is proved."""
LEAST_FOUND: Final = 0.9
"""Share of the sampled ids that the address must show; some may have been deleted meanwhile."""

_NATURAL: Final = (
    *("code", "barcode", "order_nbr", "seq_nbr", "container_nbr", "shipment_nbr", "run_nbr", "wave_nbr", "task_nbr"),
    *("po_nbr", "load_nbr", "appt_nbr", "batch_nbr", "group_nbr"),
    *("company_id", "item_id", "order_id", "order_dtl_id", "ib_shipment_id"),
)
"""Fields that keep their value for as long as a row lives, in whatever entity has them."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The sample of one entity.

    Args:
        asked: ids in the sample.
        counts: rows by verdict.
    """

    entity: str
    asked: int
    counts: Mapping[Verdict, int]

    def __str__(self) -> str:
        found = ", ".join(f"{self.counts[verdict]} {verdict}" for verdict in _SHOWN if self.counts.get(verdict))
        return f"{self.entity}: {self.asked} asked, {found}"


_SHOWN: Final[tuple[Verdict, ...]] = ("same", "changed", "other", "older", "absent")


def sample(ids: Ids) -> Ids:
    """Some of the ids, which ascend: the newest, and others spread evenly."""
    newest, others = ids[-NEWEST:], ids[:-NEWEST]
    chosen = np.linspace(0, max(others.size - 1, 0), min(SPREAD, others.size)).astype(np.int64)
    return np.concatenate([others[np.unique(chosen)], newest])


def compared(
    entity: str, kept: Mapping[int, bytes], shown: Mapping[int, bytes], ignored: Set[str] = frozenset()
) -> Agreement:
    """Documents of the target against those of the address, by id.

    Args:
        ignored: fields that count for nothing: the target may hold them from a time before they were excluded.
    """
    verdicts = Counter(_verdict(document, shown.get(row_id), ignored) for row_id, document in kept.items())
    return Agreement(entity, len(kept), verdicts)


def refusal(agreements: Iterable[Agreement]) -> str:
    """Why the samples do not prove the same tenant; empty when they do."""
    total: Counter[Verdict] = Counter()
    asked = 0
    for agreement in agreements:
        total.update(agreement.counts)
        asked += agreement.asked
    if total["other"] or total["older"]:
        return f"{total['other']} rows are other rows under the same id, {total['older']} are older than the target's"
    found = total["same"] + total["changed"]
    if asked and found < LEAST_FOUND * asked:
        return f"only {found} of {asked} rows are there (at least {LEAST_FOUND:.0%} are needed)"
    if found < FEWEST_ROWS:
        return f"only {found} rows could be compared (at least {FEWEST_ROWS} are needed)"
    return ""


def proves_something(document: bytes) -> bool:
    """Whether a row can tell two tenants apart: codes of a lookup are the same everywhere."""
    read = _read(document)
    return bool(read and read.get("create_ts"))


def _verdict(kept: bytes, shown: bytes | None, ignored: Set[str]) -> Verdict:
    if shown is None:
        return "absent"
    before, now = _read(kept, ignored), _read(shown, ignored)
    if before is None or now is None:
        return "same" if kept == shown else "other"
    return "same" if before == now else _difference(before, now)


def _difference(before: Document, now: Document) -> Verdict:
    if _instant(before, "create_ts") != _instant(now, "create_ts"):
        return "other"
    if any(name in before and name in now and before[name] != now[name] for name in _NATURAL):
        return "other"
    was, is_now = _instant(before, "mod_ts"), _instant(now, "mod_ts")
    is_older = isinstance(was, datetime) and isinstance(is_now, datetime) and is_now < was
    return "older" if is_older else "changed"


def _read(document: bytes, ignored: Set[str] = frozenset()) -> dict[str, Any] | None:
    try:
        read = msgspec.json.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return (
        _without_links({name: read[name] for name in read if name not in ignored}) if isinstance(read, dict) else None
    )


def _without_links(value: Any) -> Any:
    """Links name the address, which is what differs."""
    if isinstance(value, dict):
        return {name: _without_links(inner) for name, inner in value.items() if name != "url"}
    return [_without_links(inner) for inner in value] if isinstance(value, list) else value


def _instant(document: Document, name: str) -> object:
    """The instant, so that another offset does not count; the text when it is none."""
    text = document.get(name)
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return text
