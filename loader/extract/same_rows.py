"""Checks whether another WMS URL serves the same tenant, by comparing a sample of documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec
import numpy as np

from loader.extract.ids import Ids

Verdict = Literal["same", "changed", "other", "older", "absent"]
Document: TypeAlias = "Mapping[str, Any]"

NEWEST: Final = 20
"""Rows with the highest ids in the sample: a copy of a tenant has the same old rows, but other new ones."""
SPREAD: Final = 30
"""Rows of the sample that are spread evenly over the other ids."""
FEWEST_ROWS: Final = 10
"""Minimum number of rows that must match."""
LEAST_FOUND: Final = 0.9
"""Minimum share of sampled ids that the URL must serve; some rows may have been deleted."""

_NATURAL: Final = (
    *("code", "barcode", "order_nbr", "seq_nbr", "container_nbr", "shipment_nbr", "run_nbr", "wave_nbr", "task_nbr"),
    *("po_nbr", "load_nbr", "appt_nbr", "batch_nbr", "group_nbr"),
    *("company_id", "item_id", "order_id", "order_dtl_id", "ib_shipment_id"),
)
"""Fields whose values never change in a row, in every entity that has them."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Result of comparing the sample of one entity.

    Args:
        asked: number of ids in the sample.
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
    """Select a sample from ascending ids: the newest, and others spread evenly."""
    newest, others = ids[-NEWEST:], ids[:-NEWEST]
    chosen = np.linspace(0, max(others.size - 1, 0), min(SPREAD, others.size)).astype(np.int64)
    return np.concatenate([others[np.unique(chosen)], newest])


def compared(
    entity: str, kept: Mapping[int, bytes], shown: Mapping[int, bytes], ignored: Set[str] = frozenset()
) -> Agreement:
    """Compare documents of the target (`kept`) with documents from the URL (`shown`), by id.

    Args:
        ignored: fields to leave out, because the target may hold them from a time before they were excluded.
    """
    verdicts = Counter(_verdict(document, shown.get(row_id), ignored) for row_id, document in kept.items())
    return Agreement(entity, len(kept), verdicts)


def refusal(agreements: Iterable[Agreement]) -> str:
    """Return why the samples don't prove the same tenant; empty if they do."""
    total: Counter[Verdict] = Counter()
    asked = 0
    for agreement in agreements:
        total.update(agreement.counts)
        asked += agreement.asked
    if total["other"] or total["older"]:
        return f"{total['other']} ids belong to different rows, {total['older']} rows are older than in the target"
    found = total["same"] + total["changed"]
    if asked and found < LEAST_FOUND * asked:
        return f"only {found} of {asked} rows were found (at least {LEAST_FOUND:.0%} are required)"
    if found < FEWEST_ROWS:
        return f"only {found} rows could be compared (at least {FEWEST_ROWS} are required)"
    return ""


def proves_something(document: bytes) -> bool:
    """Whether the row can distinguish two tenants. Lookups have the same rows in every tenant."""
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
    """Remove links: they contain the WMS URL, which differs."""
    if isinstance(value, dict):
        return {name: _without_links(inner) for name, inner in value.items() if name != "url"}
    return [_without_links(inner) for inner in value] if isinstance(value, list) else value


def _instant(document: Document, name: str) -> object:
    """Return the field as an instant, so that offsets don't matter; the value itself if it can't be parsed."""
    text = document.get(name)
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return text
