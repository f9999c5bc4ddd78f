"""dlt naming convention for names that need no quotes on DuckDB and Oracle: snake case, no leading underscore."""

from __future__ import annotations

from dlt.common.normalizers.naming.snake_case import NamingConvention as SnakeCase


class NamingConvention(SnakeCase):
    """dlt's snake case without leading underscores: ``_dlt_loads`` becomes ``dlt_loads``.

    Oracle rejects an unquoted name that starts with an underscore (ORA-00911). With quoted names, every dbt model would
    have to quote them too.
    """

    def normalize_identifier(self, identifier: str) -> str:
        """Return the name in lower snake case, shortened to the destination's limit."""
        return super().normalize_identifier(identifier).lstrip("_")
