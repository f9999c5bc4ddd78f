"""dlt naming convention for names that need no quotes on DuckDB and Oracle: snake case, no leading underscore."""

from __future__ import annotations

import sys
from typing import Final

from dlt.common.normalizers.naming.snake_case import NamingConvention as SnakeCase

STORED_AS: Final = "loader.pipeline.naming"
"""Name of this module in the schemas that dlt stores in a target. It is the same in a checkout and in the wheel."""
_BEFORE_0_1: Final = "loader.landing.naming"

# dlt imports the module that a stored schema names
for _name in (STORED_AS, _BEFORE_0_1):
    sys.modules.setdefault(_name, sys.modules[__name__])


class NamingConvention(SnakeCase):
    """dlt's snake case without leading underscores: ``_dlt_loads`` becomes ``dlt_loads``.

    Oracle rejects an unquoted name that starts with an underscore (ORA-00911). With quoted names, every dbt model would
    have to quote them too.
    """

    @classmethod
    def name(cls) -> str:
        """Return the name that dlt stores."""
        return STORED_AS

    def normalize_identifier(self, identifier: str) -> str:
        """Return the name in lower snake case, shortened to the destination's limit."""
        return super().normalize_identifier(identifier).lstrip("_")
