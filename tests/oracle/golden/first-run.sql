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
CREATE TABLE wms_elt.dlt_loads (
	load_id VARCHAR2(64 CHAR) NOT NULL,
	schema_name VARCHAR2(255 CHAR),
	status NUMBER(19, 0) NOT NULL,
	inserted_at TIMESTAMP NOT NULL,
	schema_version_hash VARCHAR2(255 CHAR)
)
/
CREATE TABLE wms_elt.dlt_pipeline_state (
	version NUMBER(19, 0) NOT NULL,
	engine_version NUMBER(19, 0) NOT NULL,
	pipeline_name VARCHAR2(255 CHAR) NOT NULL,
	state CLOB NOT NULL,
	created_at TIMESTAMP NOT NULL,
	version_hash VARCHAR2(255 CHAR),
	dlt_load_id VARCHAR2(64 CHAR) NOT NULL,
	dlt_id VARCHAR2(255 CHAR) NOT NULL
)
/
CREATE TABLE wms_elt.dlt_version (
	version NUMBER(19, 0) NOT NULL,
	engine_version NUMBER(19, 0) NOT NULL,
	inserted_at TIMESTAMP NOT NULL,
	schema_name VARCHAR2(255 CHAR) NOT NULL,
	version_hash VARCHAR2(255 CHAR) NOT NULL,
	schema CLOB NOT NULL
)
/
CREATE TABLE wms_elt.order_hdr (
	entity_id NUMBER(19, 0) NOT NULL,
	mod_ts TIMESTAMP,
	facility_id NUMBER(19, 0),
	company_id NUMBER(19, 0),
	content_hash VARCHAR2(32 CHAR) NOT NULL,
	doc BLOB NOT NULL,
	is_deleted NUMBER(1, 0) NOT NULL,
	read_at TIMESTAMP NOT NULL,
	read_order NUMBER(19, 0) NOT NULL,
	dlt_load_id VARCHAR2(64 CHAR)
)
/
CREATE TABLE wms_elt.order_status (
	entity_id NUMBER(19, 0) NOT NULL,
	mod_ts TIMESTAMP,
	facility_id NUMBER(19, 0),
	company_id NUMBER(19, 0),
	content_hash VARCHAR2(32 CHAR) NOT NULL,
	doc BLOB NOT NULL,
	is_deleted NUMBER(1, 0) NOT NULL,
	read_at TIMESTAMP NOT NULL,
	read_order NUMBER(19, 0) NOT NULL,
	dlt_load_id VARCHAR2(64 CHAR)
)
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
delete from wms_elt.elt_incoming_files where file_id in (select file_id from wms_elt.elt_landing where dlt_load_id = :load_id);
insert into wms_elt.order_hdr (entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, dlt_load_id)
select entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, :load_id
from (select * from wms_elt.elt_incoming_files where file_id = :file_0)
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
        from (select * from wms_elt.elt_incoming_files where file_id = :file_0) arrived
        left join (
            select
                entity_id,
                max(content_hash || is_deleted) keep (dense_rank last order by read_order) as version
            from wms_elt.order_hdr
            where entity_id between (select min(entity_id) from (select * from wms_elt.elt_incoming_files where file_id = :file_0)) and (select max(entity_id) from (select * from wms_elt.elt_incoming_files where file_id = :file_0))
                and entity_id in (select entity_id from (select * from wms_elt.elt_incoming_files where file_id = :file_0))
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
);
insert into wms_elt.elt_landing (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select
    :load_id, :file_0, :entity_0, arrived.rows_read, stored.rows_landed, arrived.first_order,
    arrived.last_order, sys_extract_utc(systimestamp)
from (
    select count(*) as rows_read, min(read_order) as first_order, max(read_order) as last_order
    from (select * from wms_elt.elt_incoming_files where file_id = :file_0)
) arrived
cross join (
    select count(*) as rows_landed
    from wms_elt.order_hdr
    where dlt_load_id = :load_id and read_order in (select read_order from (select * from wms_elt.elt_incoming_files where file_id = :file_0))
) stored
where arrived.rows_read > 0;
insert into wms_elt.order_status (entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, dlt_load_id)
select entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, :load_id
from (select * from wms_elt.elt_incoming_files where file_id = :file_1)
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
        from (select * from wms_elt.elt_incoming_files where file_id = :file_1) arrived
        left join (
            select
                entity_id,
                max(content_hash || is_deleted) keep (dense_rank last order by read_order) as version
            from wms_elt.order_status
            where entity_id between (select min(entity_id) from (select * from wms_elt.elt_incoming_files where file_id = :file_1)) and (select max(entity_id) from (select * from wms_elt.elt_incoming_files where file_id = :file_1))
                and entity_id in (select entity_id from (select * from wms_elt.elt_incoming_files where file_id = :file_1))
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
);
insert into wms_elt.elt_landing (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select
    :load_id, :file_1, :entity_1, arrived.rows_read, stored.rows_landed, arrived.first_order,
    arrived.last_order, sys_extract_utc(systimestamp)
from (
    select count(*) as rows_read, min(read_order) as first_order, max(read_order) as last_order
    from (select * from wms_elt.elt_incoming_files where file_id = :file_1)
) arrived
cross join (
    select count(*) as rows_landed
    from wms_elt.order_status
    where dlt_load_id = :load_id and read_order in (select read_order from (select * from wms_elt.elt_incoming_files where file_id = :file_1))
) stored
where arrived.rows_read > 0;
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
create global temporary table wms_elt.elt_incoming (entity_id number(19), mod_ts timestamp(6), facility_id number(19), company_id number(19), content_hash varchar2(32 char), is_deleted number(1), read_at timestamp(6), read_order number(19), doc blob) on commit delete rows
/
create global temporary table wms_elt.elt_incoming_files (file_id varchar2(128), entity_id number(19), mod_ts timestamp(6), facility_id number(19), company_id number(19), content_hash varchar2(32 char), is_deleted number(1), read_at timestamp(6), read_order number(19), doc blob) on commit delete rows
/
create global temporary table wms_elt.elt_wanted (entity_id number(19)) on commit delete rows
/
create index wms_elt.order_hdr_ix2 on wms_elt.order_hdr (read_order)
/
create index wms_elt.order_hdr_ix3 on wms_elt.order_hdr (entity_id, read_order, is_deleted, content_hash)
/
create index wms_elt.order_status_ix2 on wms_elt.order_status (read_order)
/
create index wms_elt.order_status_ix3 on wms_elt.order_status (entity_id, read_order, is_deleted, content_hash)
/
create table wms_elt.elt_alert (alert_key varchar2(128 char), opened_at timestamp(6), kind varchar2(128 char), subject varchar2(128 char), severity varchar2(128 char), summary varchar2(4000), rows_query varchar2(4000), opened_run_id varchar2(128 char), last_seen_at timestamp(6), last_seen_run_id varchar2(128 char), closed_at timestamp(6), closed_run_id varchar2(128 char), told_open_at timestamp(6), told_closed_at timestamp(6), primary key (alert_key, opened_at))
/
create table wms_elt.elt_build_state (pipeline_name varchar2(128 char), saved_at timestamp(6), state blob, primary key (pipeline_name))
/
create table wms_elt.elt_described_field (run_id varchar2(128 char), entity varchar2(128 char), field_name varchar2(128 char), field_type varchar2(128 char), described_at timestamp(6), primary key (run_id, entity, field_name))
/
create table wms_elt.elt_entity_run (run_id varchar2(128 char), entity varchar2(128 char), status varchar2(128 char), load_mode varchar2(128 char), window_from timestamp(6), window_to timestamp(6), rows_read number(19), pages number(19), new_versions number(19), deleted_rows number(19), started_at timestamp(6), finished_at timestamp(6), duration_s binary_double, message varchar2(4000), quarantined number(19), read_to timestamp(6), primary key (run_id, entity))
/
create table wms_elt.elt_landing (dlt_load_id varchar2(64 char) not null, file_id varchar2(64 char) not null, entity varchar2(128 char) not null, rows_read number(19) not null, rows_landed number(19) not null, first_read_order number(19) not null, last_read_order number(19) not null, landed_at timestamp(6) not null, primary key (dlt_load_id, file_id))
/
create table wms_elt.elt_lock (lock_name varchar2(128 char), run_id varchar2(128 char), command varchar2(128 char), host varchar2(128 char), process_id number(19), os_user varchar2(128 char), entities varchar2(4000), acquired_at timestamp(6), heartbeat_at timestamp(6), primary key (lock_name))
/
create table wms_elt.elt_node_result (run_id varchar2(128 char), node_name varchar2(128 char), started_at timestamp(6), node_kind varchar2(128 char), status varchar2(128 char), owner_group varchar2(128 char), duration_s binary_double, primary key (run_id, node_name))
/
create table wms_elt.elt_quarantine (entity varchar2(128 char), entity_id varchar2(128 char), content_hash varchar2(128 char), reason varchar2(4000), doc_bytes blob, first_seen_at timestamp(6), last_seen_at timestamp(6), released_at timestamp(6), primary key (entity, content_hash))
/
create table wms_elt.elt_reconciliation (run_id varchar2(128 char), line_number number(19), compared_at timestamp(6), entity varchar2(128 char), facility_id number(19), source_rows number(19), raw_rows number(19), pending_rows number(19), missing_rows number(19), stale_rows number(19), vanished_rows number(19), staging_behind number(19), message varchar2(4000), primary key (run_id, line_number))
/
create table wms_elt.elt_run (run_id varchar2(128 char), schema_version number(19), started_at timestamp(6), finished_at timestamp(6), status varchar2(4000), exit_code number(19), source varchar2(4000), target varchar2(4000), rows_read number(19), new_versions number(19), models_ok number(19), models_failed number(19), tests_passed number(19), tests_warned number(19), tests_failed number(19), rejected_rows number(19), quality_score binary_double, duration_s binary_double, command varchar2(128 char), host varchar2(128 char), release varchar2(128 char), error_code varchar2(128 char), refused_share binary_double, built_from timestamp(6), primary key (run_id))
/
create table wms_elt.elt_schema_change (run_id varchar2(128 char), entity varchar2(128 char), field_name varchar2(128 char), change_kind varchar2(128 char), type_before varchar2(128 char), type_after varchar2(128 char), seen_at timestamp(6), primary key (run_id, entity, field_name))
/
create table wms_elt.elt_schema_version (component varchar2(128 char), schema_version number(19), release varchar2(128 char), changed_at timestamp(6), primary key (component))
/
create table wms_elt.elt_scope (pipeline_name varchar2(128 char), entity varchar2(128 char), read_scope varchar2(4000), claimed_at timestamp(6), primary key (pipeline_name, entity))
/
create table wms_elt.elt_source (slot varchar2(128 char), kind varchar2(128 char), identity varchar2(4000), first_seen_at timestamp(6), confirmed_at timestamp(6), primary key (slot))
/
create table wms_elt.elt_test_result (run_id varchar2(128 char), test_name varchar2(128 char), started_at timestamp(6), status varchar2(128 char), severity varchar2(128 char), owner_group varchar2(128 char), failures number(19), duration_s binary_double, primary key (run_id, test_name))
/
delete from wms_elt.elt_lock where lock_name = :p1 and run_id = :p2
/
delete from wms_elt.elt_schema_version where component = :p1
/
delete from wms_elt.elt_scope where pipeline_name = :p1 and entity = :p2
/
insert into wms_elt.elt_described_field (run_id, entity, field_name, field_type, described_at) values (:run_id, :entity, :field_name, :field_type, :described_at)
/
insert into wms_elt.elt_entity_run (run_id, entity, status, load_mode, window_from, window_to, rows_read, pages, new_versions, deleted_rows, started_at, finished_at, duration_s, message, quarantined, read_to) values (:run_id, :entity, :status, :load_mode, :window_from, :window_to, :rows_read, :pages, :new_versions, :deleted_rows, :started_at, :finished_at, :duration_s, :message, :quarantined, :read_to)
/
insert into wms_elt.elt_incoming_files (file_id, entity_id, mod_ts, facility_id, company_id, content_hash, is_deleted, read_at, read_order, doc) values (:file_id, :entity_id, :mod_ts, :facility_id, :company_id, :content_hash, :is_deleted, :read_at, :read_order, :doc)
/
insert into wms_elt.elt_lock (lock_name, run_id, command, host, process_id, os_user, entities, acquired_at, heartbeat_at) values (:p1, :p2, :p3, :p4, :p5, :p6, :p7, cast(sys_extract_utc(systimestamp) as timestamp), cast(sys_extract_utc(systimestamp) as timestamp))
/
insert into wms_elt.elt_run (run_id, schema_version, started_at, finished_at, status, exit_code, source, target, rows_read, new_versions, models_ok, models_failed, tests_passed, tests_warned, tests_failed, rejected_rows, quality_score, duration_s, command, host, release, error_code, refused_share, built_from) values (:run_id, :schema_version, :started_at, :finished_at, :status, :exit_code, :source, :target, :rows_read, :new_versions, :models_ok, :models_failed, :tests_passed, :tests_warned, :tests_failed, :rejected_rows, :quality_score, :duration_s, :command, :host, :release, :error_code, :refused_share, :built_from)
/
insert into wms_elt.elt_schema_version (component, schema_version, release, changed_at) values (:component, :schema_version, :release, :changed_at)
/
insert into wms_elt.elt_scope (pipeline_name, entity, read_scope, claimed_at) values (:pipeline_name, :entity, :read_scope, :claimed_at)
/
insert into wms_elt.elt_source (slot, kind, identity, first_seen_at, confirmed_at) values (:slot, :kind, :identity, :first_seen_at, :confirmed_at)
/
select alert_key, opened_at, kind, subject, severity, summary, rows_query, opened_run_id, last_seen_at, last_seen_run_id, closed_at, closed_run_id, told_open_at, told_closed_at from wms_elt.elt_alert order by opened_at, alert_key
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
select null, 0, null, null, null, kind, identity from wms_elt.elt_source source
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
