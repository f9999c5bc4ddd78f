"""Compiles filters into a selection of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from loader.simulator.api import lookups, windows
from loader.simulator.api.catalog import Catalog, Path, Table
from loader.simulator.api.errors import validation_error
from loader.simulator.api.literals import Dialect, boolean
from loader.simulator.contract import Window


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate of the value at the end of a path; `negated` for ``!=``, which keeps nulls like Django's exclude."""

    path: Path
    test: lookups.Test
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a table that pass every filter.

    Args:
        window: bounds that the world applies efficiently.
        members: ids of ``id__in``; None = any.
        mod_null: True = only rows without mod_ts, False = only rows with it.
        conditions: all other filters, tested row by row.
    """

    table: Table
    window: Window = field(default_factory=Window)
    members: frozenset[int] | None = None
    mod_null: bool | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def is_window(self) -> bool:
        """Return whether the window is the only filter."""
        return self.members is None and self.mod_null is None and not self.conditions

    def after(self, row_id: int) -> Selection:
        """Restrict to rows with a greater id."""
        low = self.window.id_from
        return replace(self, window=replace(self.window, id_from=max(low or row_id + 1, row_id + 1)))

    def before(self, row_id: int) -> Selection:
        """Restrict to rows with a smaller id."""
        high = self.window.id_to
        return replace(self, window=replace(self.window, id_to=row_id if high is None else min(high, row_id)))


def select(
    catalog: Catalog, table: Table, filters: Mapping[str, str], dialect: Dialect, *, ignore_unknown: bool = False
) -> Selection:
    """Compile filters (name with its lookup, and ``!`` for negation -> literal) into a selection.

    Raises:
        ApiError: 400 with each filter that is unknown or has an invalid literal.
    """
    selection = Selection(table)
    problems: dict[str, str] = {}
    for name, text in filters.items():
        try:
            selection = _add(catalog, selection, name, text, dialect)
        except LookupError:
            if not ignore_unknown:
                problems[name] = "Unknown filter."
        except ValueError as error:
            problems[name] = str(error)
    if problems:
        raise validation_error(problems)
    return selection


def _add(catalog: Catalog, selection: Selection, name: str, text: str, dialect: Dialect) -> Selection:
    table, negated, name = selection.table, name.endswith("!"), name.removesuffix("!")
    child, _, child_lookup = name.partition("__")
    if child_lookup == "isnull" and child in table.children():
        path, lookup = Path((), table.children()[child]), "isnull"
    else:
        path, rest = catalog.resolve(table, name)
        lookup = rest or "exact"
    column = path.field.name if not path.hops else ""
    if windows.narrows(column, lookup) and not negated:
        return replace(selection, window=windows.narrow(selection.window, column, lookup, text, dialect))
    if column == "mod_ts" and lookup == "isnull" and selection.mod_null is None:
        return replace(selection, mod_null=boolean(text) != negated)
    if column == "id" and lookup == "in" and not negated and selection.members is None:
        members = [dialect.parse("integer", part) for part in text.split(",")]
        return replace(selection, members=frozenset(value for value in members if isinstance(value, int)))
    if path.field.kind in ("set", "inline"):
        test = _has_no_children(lookup, text)
    else:
        test = lookups.build(lookup, path.field.kind, text, dialect)
    return replace(selection, conditions=(*selection.conditions, Condition(path, test, negated)))


def _has_no_children(lookup: str, text: str) -> lookups.Test:
    if lookup != "isnull":
        raise LookupError(lookup)
    wanted = boolean(text)
    return lambda value: (not value) == wanted
