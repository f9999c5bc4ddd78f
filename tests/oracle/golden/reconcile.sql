select entity_id,
                max(mod_ts) keep (dense_rank last order by read_order) as mod_ts,
                max(facility_id) keep (dense_rank last order by read_order) as facility_id
            from wms_elt.order_hdr where entity_id <= :until_id
            group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            order by entity_id
/
select entity_id,
                max(mod_ts) keep (dense_rank last order by read_order) as mod_ts,
                max(facility_id) keep (dense_rank last order by read_order) as facility_id
            from wms_elt.order_hdr where entity_id > :after_id
            group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            order by entity_id
/
select entity_id,
                max(mod_ts) keep (dense_rank last order by read_order) as mod_ts,
                max(facility_id) keep (dense_rank last order by read_order) as facility_id
            from wms_elt.order_status where entity_id <= :until_id
            group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            order by entity_id
/
select entity_id,
                max(mod_ts) keep (dense_rank last order by read_order) as mod_ts,
                max(facility_id) keep (dense_rank last order by read_order) as facility_id
            from wms_elt.order_status where entity_id > :after_id
            group by entity_id having max(is_deleted) keep (dense_rank last order by read_order) = 0
            order by entity_id
/
alter session set time_zone = 'UTC'
/
select 1 from all_tables where owner = :owner and table_name = :name
/
select entity, max(window_to) from wms_elt.elt_entity_run where status = 'ok' and window_to is not null group by entity
/
select lower(column_name) from all_tab_columns where owner = :owner and table_name = :name
