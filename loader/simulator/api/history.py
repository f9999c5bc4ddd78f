"""Mandatory filter combinations of inventory_history (wms-api 2)."""

from __future__ import annotations

from loader.simulator.api.errors import validation_error
from loader.simulator.api.params import Params

_ALWAYS = frozenset({"company_id__code", "facility_id__code"})
_ALTERNATIVES = (
    frozenset({"group_nbr"}),
    frozenset({"history_activity_id", "status_id"}),
    frozenset({"history_activity_id", "item_code"}),
    frozenset({"history_activity_id", "item_alternate_code"}),
    frozenset({"history_activity_id", "container_nbr"}),
)


def check_combination(filters: Params) -> None:
    """Check that the filters include a complete combination. Raises ApiError 400 otherwise."""
    names = {name.removesuffix("__exact") for name, value in filters.items() if value}
    missing = sorted(_ALWAYS - names)
    if missing:
        raise validation_error([f"Mandatory filters are missing: {', '.join(missing)}."])
    if not any(alternative <= names for alternative in _ALTERNATIVES):
        options = " or ".join("+".join(sorted(alternative)) for alternative in _ALTERNATIVES)
        raise validation_error([f"One combination of filters is mandatory: {options}."])
