"""Changes of a few records over four runs, and the expected findings after each run."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.dbt.marts.warehouse import Document, allocation, line, order

Landed = tuple[str, Document]
Finding = tuple[str, int, str]

SOON = "2026-05-04T09:20:00-03:00"
BEFORE = "2026-05-04T08:54:59-03:00"
"""More than five minutes before the creation: more than clock skew."""
AFTER_LAST_CHANGE = "2026-05-04T12:16:00-03:00"


@dataclass(frozen=True)
class Scenario:
    """Records whose ids are unique to the scenario.

    Args:
        lands: documents landed by each run, in order.
        findings: entity, id and rule of the open findings after each run.
        deletes: documents that a run finds deleted.
    """

    name: str
    lands: list[list[Landed]]
    findings: list[set[Finding]]
    deletes: dict[int, list[Landed]] = field(default_factory=dict)

    @property
    def records(self) -> set[tuple[str, object]]:
        """Return entity and id of every record in the scenario."""
        return {(entity, document["id"]) for step in self.lands for entity, document in step}


def header(order_id: int, **fields: object) -> Landed:
    return "order_hdr", order(order_id, **fields)  # type: ignore[arg-type]


def detail(order_dtl_id: int, order_id: int, **fields: object) -> Landed:
    return "order_dtl", line(order_dtl_id, order_id, **fields)  # type: ignore[arg-type]


def reserved(allocation_id: int, order_dtl_id: int, **fields: object) -> Landed:
    return "allocation", allocation(allocation_id, order_dtl_id, **fields)  # type: ignore[arg-type]


# one record per rule that must find it; order 1 and its line 10 are valid
PLANTED: list[tuple[Landed, *tuple[str, ...]]] = [
    (header(2, facility=None), "facility_present"),
    (header(3, facility=77), "facility_known"),
    (header(4, company=None), "company_present"),
    (header(5, company=88), "company_known"),
    (header(6, status_id=90, order_shipped_ts=BEFORE), "shipped_after_created"),
    (header(7, status_id=90, order_shipped_ts=AFTER_LAST_CHANGE), "shipped_not_in_future"),
    (detail(12, 1, quantity="0"), "ordered_above_zero"),
    (detail(13, 1, quantity="-1.5"), "ordered_above_zero"),
    (detail(14, 999), "order_exists"),
    (detail(21, 1, quantity="0", orig_ord_qty="5", status_id=90), "not_closed_short"),
    (header(16, order_nbr="ORD-1"), "natural_key_unique"),
    (header(17, currency_code="XXX"), "currency_known"),
    (detail(18, 1, seq_nbr=10), "natural_key_unique"),
    (detail(19, 1, item=901), "item_known"),
    (reserved(102, 10, quantity="0"), "quantity_above_zero"),
    (reserved(103, 10, quantity="4", packed_qty="4.5", status_id=90, picked_ts=SOON), "packed_within_allocated"),
    (reserved(104, 999), "line_exists", "facility_found"),
    (reserved(105, 15), "facility_found"),
    (reserved(106, 10, status_id=30, picked_ts=BEFORE), "picked_after_created"),
    (reserved(107, 10, status_id=30, picked_ts=AFTER_LAST_CHANGE), "picked_not_in_future"),
    (reserved(110, 10, packed_qty="1"), "packed_fits_status"),
    (reserved(111, 10, picked_ts=SOON), "picked_fits_status"),
    (reserved(112, 10, quantity="60"), "line_not_over_allocated"),
]
GOOD: list[Landed] = [
    header(1),
    header(8, status_id=90, order_shipped_ts=SOON),
    header(9, status_id=99),
    detail(10, 1, quantity="100.5"),
    detail(11, 8, status_id=90, item=None),
    # of an order without a facility: only the order is wrong
    detail(15, 2),
    reserved(100, 10),
    reserved(101, 11, status_id=90, packed_qty="10", picked_ts=SOON),
]

# a picked or complete allocation needs a picking time; this scenario's has none
UNPICKED: Finding = ("allocation", 540, "completed_has_pick")
BACK: set[Finding] = {
    UNPICKED,
    ("order_hdr", 52, "status_never_moves_back"),
    ("order_dtl", 520, "status_never_moves_back"),
    ("allocation", 540, "status_never_moves_back"),
}

SCENARIOS = [
    Scenario(
        "planted violations are found, each by its rules, and nothing else is",
        lands=[[*GOOD, *(landed for landed, *_ in PLANTED)], [], [], []],
        findings=[{(entity, document["id"], rule) for (entity, document), *rules in PLANTED for rule in rules}] * 4,  # type: ignore[misc]
    ),
    Scenario(
        "a later good version releases a row and what follows from it",
        lands=[[header(20, facility=None), detail(200, 20), reserved(2000, 200)], [], [header(20, facility=14)], []],
        findings=[
            *[{("order_hdr", 20, "facility_present"), ("allocation", 2000, "facility_found")}] * 2,
            set(),
            set(),
        ],
    ),
    Scenario(
        "a row that turns bad is flagged, its children are not, until it is good again",
        lands=[
            [header(30), detail(300, 30), reserved(3000, 300)],
            [detail(300, 30, quantity="-3")],
            [],
            [detail(300, 30, quantity="30")],
        ],
        findings=[
            set(),
            *[{("order_dtl", 300, "ordered_above_zero")}] * 2,
            set(),
        ],
    ),
    Scenario(
        "a parent that arrives late releases its child",
        lands=[[detail(400, 40), reserved(4000, 400)], [], [header(40)], []],
        findings=[
            *[{("order_dtl", 400, "order_exists"), ("allocation", 4000, "facility_found")}] * 2,
            set(),
            set(),
        ],
    ),
    Scenario(
        "a status that moves back within one run is found in history, until it has caught up",
        lands=[
            [
                *[header(50), header(52, status_id=40)],
                *[detail(500, 50), detail(520, 50, status_id=40), reserved(540, 500, status_id=90)],
            ],
            [
                *[header(52, status_id=50), header(52, status_id=20)],
                *[detail(520, 50, status_id=50), detail(520, 50, status_id=20), reserved(540, 500, status_id=30)],
            ],
            [header(52, status_id=40), detail(520, 50, status_id=40)],
            [header(52, status_id=50), detail(520, 50, status_id=90), reserved(540, 500, status_id=99)],
        ],
        findings=[{UNPICKED}, BACK, BACK, set()],
    ),
    Scenario(
        "a deleted good row stays, marked; a deleted bad one stays flagged",
        lands=[[header(60), detail(600, 60), detail(601, 60, quantity="0"), reserved(6000, 600)], [], [], []],
        deletes={2: [detail(601, 60, quantity="0"), reserved(6000, 600)]},
        findings=[{("order_dtl", 601, "ordered_above_zero")}] * 4,
    ),
]
