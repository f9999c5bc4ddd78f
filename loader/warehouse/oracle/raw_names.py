"""Names of raw tables on Oracle: an entity with a reserved name gets a prefix.

With quoted names instead, every statement of the loader, dlt, SQLAlchemy and dbt would have to quote them.
"""

from __future__ import annotations

from typing import Final

from loader.settings.reserved import RESERVED_WORDS

PREFIX: Final = "raw_"

# the loader, SQLAlchemy and dbt query these views without an owner: a table of the name would hide the public synonym
_DICTIONARY: Final = """
    all_col_comments all_indexes all_mviews all_objects all_tab_columns all_tab_comments all_tab_privs all_tables
    all_users all_views dual nls_database_parameters nls_instance_parameters nls_session_parameters
    product_component_version session_privs user_col_comments user_indexes user_objects user_tab_columns
    user_tab_comments user_tables user_ts_quotas user_users
"""
KEPT: Final = RESERVED_WORDS | frozenset(_DICTIONARY.split())


def raw_table(entity: str) -> str:
    """``order_hdr`` -> ``order_hdr``, ``user`` -> ``raw_user``; no two entities share a table."""
    return PREFIX + entity if _stem(entity) in KEPT else entity


def entity_of(table: str) -> str:
    """Return the entity of a raw table, the inverse of `raw_table`."""
    return table.removeprefix(PREFIX) if table.startswith(PREFIX) and _stem(table) in KEPT else table


def _stem(name: str) -> str:
    """Remove all prefixes: an entity named ``raw_user`` must not share the table of ``user``."""
    while name.startswith(PREFIX):
        name = name.removeprefix(PREFIX)
    return name
