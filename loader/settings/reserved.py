"""Reserved words of Oracle and DuckDB."""

from __future__ import annotations

from typing import Final

# Oracle Database 19c, SQL Language Reference, appendix E: an unquoted table can't have such a name (ORA-00903)
_RESERVED: Final = """
    access add all alter and any as asc audit between by char check cluster column column_value comment compress connect
    create current date decimal default delete desc distinct drop else exclusive exists file float for from grant group
    having identified immediate in increment index initial insert integer intersect into is level like lock long
    maxextents minus mlslabel mode modify nested_table_id noaudit nocompress not nowait null number of offline on online
    option or order pctfree prior public raw rename resource revoke row rowid rownum rows select session set share size
    smallint start successful synonym sysdate table then to trigger uid union unique update user validate values varchar
    varchar2 view whenever where with
"""
RESERVED_WORDS: Final = frozenset(_RESERVED.split())
"""In lower case."""

# DuckDB 2.0, duckdb_keywords(), categories reserved and type_function: without quotes they name no schema
_OF_DUCKDB: Final = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check
    collate collation column columns concurrently constraint create cross default deferrable desc describe distinct do
    else end except false fetch for foreign freeze from full generated glob group having ilike in initially inner
    intersect into is isnull join lambda lateral leading left like limit map natural not notnull null offset on only or
    order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning right
    select semi show similar some struct summarize symmetric table tablesample then to trailing true try_cast tuple
    union unique unpack unpivot using variadic verbose when where window with
"""
# of the database itself, or of a session
_SYSTEM: Final = "information_schema pg_catalog system temp"
UNUSABLE_SCHEMAS: Final = frozenset(f"{_OF_DUCKDB} {_SYSTEM}".split())
"""Names that no schema of a DuckDB file can have."""
