"""Doctor names the marts that lack rows or facts because of EXCLUDE_ENTITIES."""

from __future__ import annotations

from loader.doctor.exclusions import check_exclusions
from loader.settings import load_settings
from tests.support.harness import REPOSITORY


def checked(excluded: str) -> list[tuple[str, str]]:
    given = {"GRUPONOS_PIPELINE__ENTITIES": "operations", "GRUPONOS_PIPELINE__EXCLUDE_ENTITIES": excluded}
    return [(check.status, check.message) for check in check_exclusions(load_settings(given, None), REPOSITORY)]


def test_marts_of_excluded_entities_are_named() -> None:
    [(status, message)] = checked("inventory_lock,purchase_order_dtl")
    empty, _, poorer = message.partition("fewer facts in")
    assert status == "ok"
    assert "not read: inventory_lock, purchase_order_dtl; without them, no rows in" in empty
    assert "purchase_orders" in empty
    assert "inventory_current" in poorer
    assert checked("") == []
