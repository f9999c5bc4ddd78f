"""Statements that load a file into a raw table (docs/explanation/oracle.md)."""

from __future__ import annotations

from typing import Final

# rows without a ledger row come from a direct path load that was interrupted
FIND_LOADED: Final = """
select
    (select count(*) from {ledger} where dlt_load_id = :load_id and file_id = :file_id) as recorded,
    (
        select count(*) from {table}
        where dlt_load_id = :load_id and read_order between :first_order and :last_order
    ) as landed
from dual
"""

INSERT_INCOMING: Final = "insert into {incoming} ({columns}) values ({binds})"

# compare hashes instead of documents: a LOB can't be sorted or grouped. The index on these four columns answers the
# query of landed versions alone. The bounds limit it to a range, so new ids above all others read nothing
INSERT_NEW_VERSIONS: Final = """
insert into {table} ({columns}, dlt_load_id)
select {columns}, :load_id
from {incoming}
where read_order in (
    select compared.read_order
    from (
        select
            arrived.read_order,
            arrived.content_hash || arrived.is_deleted as version,
            coalesce(
                lag(arrived.content_hash || arrived.is_deleted)
                    over (partition by arrived.entity_id order by arrived.read_order),
                landed.version
            ) as version_before
        from {incoming} arrived
        left join (
            select
                entity_id,
                max(content_hash || is_deleted) keep (dense_rank last order by read_order) as version
            from {table}
            where entity_id between (select min(entity_id) from {incoming}) and (select max(entity_id) from {incoming})
                and entity_id in (select entity_id from {incoming})
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
)
"""

INSERT_LEDGER: Final = """
insert into {ledger} (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select :load_id, :file_id, :entity, count(*), :landed, min(read_order), max(read_order), sys_extract_utc(systimestamp)
from {incoming}
having count(*) > 0
"""

# after a direct path load, whose rows are not in the temporary table
INSERT_LEDGER_DIRECT: Final = """
insert into {ledger} (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
values (:load_id, :file_id, :entity, :rows_read, :landed, :first_order, :last_order, sys_extract_utc(systimestamp))
"""

# one file among several in the temporary table
INSERT_LEDGER_OF_FILE: Final = """
insert into {ledger} (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select
    :load_id, :file_{nth}, :entity_{nth}, arrived.rows_read, stored.rows_landed, arrived.first_order,
    arrived.last_order, sys_extract_utc(systimestamp)
from (
    select count(*) as rows_read, min(read_order) as first_order, max(read_order) as last_order
    from {incoming}
) arrived
cross join (
    select count(*) as rows_landed
    from {table}
    where dlt_load_id = :load_id and read_order in (select read_order from {incoming})
) stored
where arrived.rows_read > 0
"""
