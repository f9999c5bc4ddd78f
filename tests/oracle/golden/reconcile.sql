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
select entity, max(window_to), max(coalesce(read_to, window_to, started_at)), max(finished_at) from wms_elt.elt_entity_run
    where status = 'ok' and load_mode <> 'backfill' group by entity
/
select 'column', lower(table_name), lower(column_name) from user_tab_columns
union all
select 'index', lower(table_name), lower(index_name) from user_indexes
/
COMMIT
/
begin
    execute immediate 'alter session set time_zone = ''UTC'' nls_comp = ''BINARY'' nls_sort = ''BINARY'' nls_length_semantics = ''BYTE'' nls_numeric_characters = ''.,'' nls_date_format = ''YYYY-MM-DD HH24:MI:SS'' nls_timestamp_format = ''YYYY-MM-DD HH24:MI:SS.FF6'' nls_timestamp_tz_format = ''YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM''';
    execute immediate 'alter session disable parallel dml';
end;
/
delete from wms_elt.elt_alert where alert_key = :p1 and opened_at = :p2
/
delete from wms_elt.elt_lock where lock_name = :p1 and run_id = :p2
/
insert into wms_elt.elt_alert (alert_key, opened_at, kind, subject, severity, summary, rows_query, opened_run_id, last_seen_at, last_seen_run_id, closed_at, closed_run_id, told_open_at, told_closed_at) values (:alert_key, :opened_at, :kind, :subject, :severity, :summary, :rows_query, :opened_run_id, :last_seen_at, :last_seen_run_id, :closed_at, :closed_run_id, :told_open_at, :told_closed_at)
/
insert into wms_elt.elt_lock (lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at) values (:p1, :p2, :p3, :p4, :p5, :p6, :p7, cast(sys_extract_utc(systimestamp) as timestamp), cast(sys_extract_utc(systimestamp) as timestamp))
/
insert into wms_elt.elt_reconciliation (run_id, line_number, compared_at, entity, facility_id, source_rows, raw_rows, pending_rows, missing_rows, stale_rows, vanished_rows, staging_behind, message) values (:run_id, :line_number, :compared_at, :entity, :facility_id, :source_rows, :raw_rows, :pending_rows, :missing_rows, :stale_rows, :vanished_rows, :staging_behind, :message)
/
select alert_key, opened_at, kind, subject, severity, summary, rows_query, opened_run_id, last_seen_at, last_seen_run_id, closed_at, closed_run_id, told_open_at, told_closed_at from wms_elt.elt_alert order by opened_at, alert_key
/
select component, schema_version from wms_elt.elt_schema_version
/
select entity, entity_id, count(*) from wms_elt.elt_quarantine where released_at is null group by entity, entity_id
/
select kind, identity from wms_elt.elt_source where slot = :p1
/
select lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at, cast(sys_extract_utc(systimestamp) as timestamp) from wms_elt.elt_lock where lock_name <> :p1
/
select lower(column_name) from user_tab_columns where table_name = :name
