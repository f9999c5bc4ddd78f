select entity, sum(rows_landed) from wms_elt.elt_landing where dlt_load_id = :load_id group by entity
/
select entity, field_name, field_type from wms_elt.elt_described_field fields
        where described_at = (select max(described_at) from wms_elt.elt_described_field latest where latest.entity = fields.entity)
/
select
        landed.entity,
        (select max(runs.finished_at) from wms_elt.elt_entity_run runs where runs.entity = landed.entity and runs.status = 'ok')
    from (select distinct entity from wms_elt.elt_landing where rows_landed > 0) landed
    where landed.entity not in (select entity from wms_elt.elt_scope where entity is not null)
        and exists (select 1 from wms_elt.elt_scope)
    order by landed.entity
/
select
        log.entity, coalesce(log.files, 0), log.last_load_id, log.last_read_order, log.rows_landed,
        source.kind, source.identity
    from (select 1 as one from dual) whole
    left join (
        select
            entity, count(*) as files, max(dlt_load_id) as last_load_id, max(last_read_order) as last_read_order,
            sum(rows_landed) as rows_landed
        from wms_elt.elt_landing where dlt_load_id <> coalesce(:besides, '-') group by entity
    ) log on 1 = 1
    left join wms_elt.elt_source source on 1 = 1
/
select distinct entity from wms_elt.elt_reconciliation lines
    where compared_at = (select max(later.compared_at) from wms_elt.elt_reconciliation later where later.entity = lines.entity)
        and (message is not null or missing_rows > 0 or stale_rows > 0 or vanished_rows > 0 or staging_behind > 0)
    order by entity
/
select kind, subject, severity, summary, opened_at, rows_query from wms_elt.elt_alert
    where closed_at is null order by severity, kind, subject
/
select run_id, entity, status, load_mode, window_from, window_to, rows_read, pages, new_versions, deleted_rows, started_at, finished_at, duration_s, message, quarantined, read_to, succeeded_at, load_succeeded_at, window_end, nth_newest, nth_load from (
        select
            runs.*,
            row_number() over (partition by entity order by finished_at desc, run_id desc) as nth_newest,
            row_number() over (
                partition by entity, case when load_mode <> 'backfill' then 1 else 0 end order by finished_at desc, run_id desc
            ) * case when load_mode <> 'backfill' then 1 else 0 end as nth_load,
            max(case when status = 'ok' then finished_at end) over (partition by entity) as succeeded_at,
            max(case when status = 'ok' and case when load_mode <> 'backfill' then 1 else 0 end = 1 then finished_at end)
                over (partition by entity) as load_succeeded_at,
            max(case when status = 'ok' and case when load_mode <> 'backfill' then 1 else 0 end = 1 then window_to end) over (partition by entity) as window_end
        from wms_elt.elt_entity_run runs
    ) newest
    where nth_newest = 1 or nth_load = 1
    order by duration_s desc, entity
/
select run_id, models_failed, coalesce(built_from, finished_at) from wms_elt.elt_run
    where models_ok is not null and coalesce(command, '-') <> 'dbt'
    order by started_at desc, run_id desc fetch first 1 rows only
/
insert into wms_elt.elt_landing (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select :load_id, :file_id, :entity, count(*), :landed, min(read_order), max(read_order), sys_extract_utc(systimestamp)
from wms_elt.elt_incoming
having count(*) > 0
/
insert into wms_elt.order_hdr (entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, dlt_load_id)
select entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, :load_id
from wms_elt.elt_incoming
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
        from wms_elt.elt_incoming arrived
        left join (
            select
                entity_id,
                max(content_hash || is_deleted) keep (dense_rank last order by read_order) as version
            from wms_elt.order_hdr
            where entity_id between (select min(entity_id) from wms_elt.elt_incoming) and (select max(entity_id) from wms_elt.elt_incoming)
                and entity_id in (select entity_id from wms_elt.elt_incoming)
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
)
/
select
    (select count(*) from wms_elt.elt_landing where dlt_load_id = :load_id and file_id = :file_id) as recorded,
    (
        select count(*) from wms_elt.order_hdr
        where dlt_load_id = :load_id and read_order between :first_order and :last_order
    ) as landed
from dual
/
select 'column', lower(table_name), lower(column_name) from user_tab_columns
union all
select 'index', lower(table_name), lower(index_name) from user_indexes
/
select column_name, data_type, nullable from all_tab_columns
where owner = :owner and table_name = :table_name order by column_id
/
COMMIT
/
INSERT INTO wms_elt.dlt_loads (load_id, schema_name, status, inserted_at, schema_version_hash) SELECT :param_1 AS anon_1, :param_2 AS anon_2, :param_3 AS anon_3, :param_4 AS anon_4, :param_5 AS anon_5 FROM DUAL
WHERE NOT (EXISTS (SELECT *
FROM wms_elt.dlt_loads
WHERE wms_elt.dlt_loads.load_id = :load_id_1))
/
INSERT INTO wms_elt.dlt_pipeline_state (version, engine_version, pipeline_name, state, created_at, version_hash, dlt_load_id, dlt_id) VALUES (:version, :engine_version, :pipeline_name, :state, :created_at, :version_hash, :dlt_load_id, :dlt_id)
/
INSERT INTO wms_elt.dlt_version (version, engine_version, inserted_at, schema_name, version_hash, schema) VALUES (:version, :engine_version, :inserted_at, :schema_name, :version_hash, :schema)
/
SELECT wms_elt.dlt_pipeline_state.version, wms_elt.dlt_pipeline_state.engine_version, wms_elt.dlt_pipeline_state.pipeline_name, wms_elt.dlt_pipeline_state.state, wms_elt.dlt_pipeline_state.created_at, wms_elt.dlt_pipeline_state.version_hash, wms_elt.dlt_pipeline_state.dlt_load_id
FROM wms_elt.dlt_pipeline_state JOIN wms_elt.dlt_loads ON wms_elt.dlt_loads.load_id = wms_elt.dlt_pipeline_state.dlt_load_id
WHERE wms_elt.dlt_pipeline_state.pipeline_name = :pipeline_name_1 AND wms_elt.dlt_loads.status = :status_1 ORDER BY wms_elt.dlt_loads.load_id DESC
/
SELECT wms_elt.dlt_version.version, wms_elt.dlt_version.engine_version, wms_elt.dlt_version.inserted_at, wms_elt.dlt_version.schema_name, wms_elt.dlt_version.version_hash, wms_elt.dlt_version.schema
FROM wms_elt.dlt_version
WHERE wms_elt.dlt_version.version_hash = :version_hash_1 ORDER BY wms_elt.dlt_version.inserted_at DESC
/
begin
    execute immediate 'alter session set time_zone = ''UTC'' nls_comp = ''BINARY'' nls_sort = ''BINARY'' nls_length_semantics = ''BYTE'' nls_numeric_characters = ''.,'' nls_date_format = ''YYYY-MM-DD HH24:MI:SS'' nls_timestamp_format = ''YYYY-MM-DD HH24:MI:SS.FF6'' nls_timestamp_tz_format = ''YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM''';
    execute immediate 'alter session disable parallel dml';
end;
/
begin
delete from wms_elt.elt_run where started_at < :p1;
delete from wms_elt.elt_entity_run where started_at < :p2
    and not (status = 'ok' and finished_at = (
        select max(good.finished_at) from wms_elt.elt_entity_run good where good.status = 'ok' and good.entity = wms_elt.elt_entity_run.entity
    ));
delete from wms_elt.elt_test_result where started_at < :p3;
delete from wms_elt.elt_node_result where started_at < :p4;
delete from wms_elt.elt_reconciliation where compared_at < :p5 and compared_at < (
        select max(later.compared_at) from wms_elt.elt_reconciliation later where later.entity = wms_elt.elt_reconciliation.entity
    );
delete from wms_elt.elt_alert where closed_at < :p6;
end;
/
delete from wms_elt.elt_lock where lock_name = :p1 and run_id = :p2
/
insert into wms_elt.elt_described_field (run_id, entity, field_name, field_type, described_at) values (:run_id, :entity, :field_name, :field_type, :described_at)
/
insert into wms_elt.elt_entity_run (run_id, entity, status, load_mode, window_from, window_to, rows_read, pages, new_versions, deleted_rows, started_at, finished_at, duration_s, message, quarantined, read_to) values (:run_id, :entity, :status, :load_mode, :window_from, :window_to, :rows_read, :pages, :new_versions, :deleted_rows, :started_at, :finished_at, :duration_s, :message, :quarantined, :read_to)
/
insert into wms_elt.elt_incoming (entity_id, mod_ts, facility_id, company_id, content_hash, is_deleted, read_at, read_order, doc) values (:entity_id, :mod_ts, :facility_id, :company_id, :content_hash, :is_deleted, :read_at, :read_order, :doc)
/
insert into wms_elt.elt_lock (lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at) values (:p1, :p2, :p3, :p4, :p5, :p6, :p7, cast(sys_extract_utc(systimestamp) as timestamp), cast(sys_extract_utc(systimestamp) as timestamp))
/
insert into wms_elt.elt_run (run_id, schema_version, started_at, finished_at, status, exit_code, source, target, rows_read, new_versions, models_ok, models_failed, tests_passed, tests_warned, tests_failed, rejected_rows, quality_score, duration_s, command, host, release, error_code, refused_share, built_from) values (:run_id, :schema_version, :started_at, :finished_at, :status, :exit_code, :source, :target, :rows_read, :new_versions, :models_ok, :models_failed, :tests_passed, :tests_warned, :tests_failed, :rejected_rows, :quality_score, :duration_s, :command, :host, :release, :error_code, :refused_share, :built_from)
/
insert into wms_elt.elt_schema_change (run_id, entity, field_name, change_kind, type_before, type_after, seen_at) values (:run_id, :entity, :field_name, :change_kind, :type_before, :type_after, :seen_at)
/
select alert_key, opened_at, kind, subject, severity, summary, rows_query, opened_run_id, last_seen_at, last_seen_run_id, closed_at, closed_run_id, told_open_at, told_closed_at from wms_elt.elt_alert order by opened_at, alert_key
/
select component, schema_version from wms_elt.elt_schema_version
/
select entity, count(*) from wms_elt.elt_quarantine where released_at is null group by entity
/
select entity, entity_id, count(*) from wms_elt.elt_quarantine where released_at is null group by entity, entity_id
/
select kind, identity from wms_elt.elt_source where slot = :p1
/
select lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at, cast(sys_extract_utc(systimestamp) as timestamp) from wms_elt.elt_lock where lock_name <> :p1
/
select lower(column_name) from user_tab_columns where table_name = :name
/
select max(landed_at) from wms_elt.elt_landing where rows_landed > 0
/
select pipeline_name, entity, read_scope from wms_elt.elt_scope
/
select pipeline_name, state from wms_elt.elt_build_state
/
select run_id, schema_version, started_at, finished_at, status, exit_code, source, target, rows_read, new_versions, models_ok, models_failed, tests_passed, tests_warned, tests_failed, rejected_rows, quality_score, duration_s, command, host, release, error_code, refused_share, built_from from wms_elt.elt_run order by started_at desc, run_id desc fetch first 30 rows only
/
select run_id, schema_version, started_at, finished_at, status, exit_code, source, target, rows_read, new_versions, models_ok, models_failed, tests_passed, tests_warned, tests_failed, rejected_rows, quality_score, duration_s, command, host, release, error_code, refused_share, built_from from wms_elt.elt_run where quality_score is not null order by started_at desc, run_id desc fetch first 1 rows only
/
update wms_elt.elt_source set confirmed_at = :p1 where slot = :p2 and kind = :p3 and identity = :p4
