select 'column', lower(table_name), lower(column_name) from user_tab_columns
union all
select 'index', lower(table_name), lower(index_name) from user_indexes
/
select lower(index_name), lower(table_name), uniqueness, status from user_indexes order by index_name
/
select lower(table_name) from user_tab_columns where column_name = 'READ_ORDER'
intersect
select lower(table_name) from user_tab_columns where column_name = 'DOC'
/
select parameter, value from nls_instance_parameters where parameter in ('NLS_COMP', 'NLS_SORT') order by parameter
/
select parameter, value from nls_session_parameters where parameter in ('NLS_COMP', 'NLS_SORT') order by parameter
/
select users.default_tablespace, quotas.bytes, quotas.max_bytes
from user_users users
left join user_ts_quotas quotas on quotas.tablespace_name = users.default_tablespace
/
COMMIT
/
begin
    execute immediate 'alter session set time_zone = ''UTC'' nls_comp = ''BINARY'' nls_sort = ''BINARY'' nls_length_semantics = ''BYTE'' nls_numeric_characters = ''.,'' nls_date_format = ''YYYY-MM-DD HH24:MI:SS'' nls_timestamp_format = ''YYYY-MM-DD HH24:MI:SS.FF6'' nls_timestamp_tz_format = ''YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM''';
    execute immediate 'alter session disable parallel dml';
end;
/
begin dbms_utility.db_version(:version, :compatibility); end;
/
create table wms_elt.elt_alert (alert_key varchar2(128 char), opened_at timestamp(6), kind varchar2(128 char), subject varchar2(128 char), severity varchar2(128 char), summary varchar2(4000), rows_query varchar2(4000), opened_run_id varchar2(128 char), last_seen_at timestamp(6), last_seen_run_id varchar2(128 char), closed_at timestamp(6), closed_run_id varchar2(128 char), told_open_at timestamp(6), told_closed_at timestamp(6), primary key (alert_key, opened_at))
/
create table wms_elt.elt_build_state (pipeline_name varchar2(128 char), saved_at timestamp(6), state blob, primary key (pipeline_name))
/
create table wms_elt.elt_described_field (run_id varchar2(128 char), entity varchar2(128 char), field_name varchar2(128 char), field_type varchar2(128 char), described_at timestamp(6), primary key (run_id, entity, field_name))
/
create table wms_elt.elt_doctor (n number(19), primary key (n))
/
create table wms_elt.elt_entity_run (run_id varchar2(128 char), entity varchar2(128 char), status varchar2(128 char), load_mode varchar2(128 char), window_from timestamp(6), window_to timestamp(6), rows_read number(19), pages number(19), new_versions number(19), deleted_rows number(19), started_at timestamp(6), finished_at timestamp(6), duration_s binary_double, message varchar2(4000), quarantined number(19), read_to timestamp(6), primary key (run_id, entity))
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
delete from wms_elt.elt_schema_version where component = :p1
/
drop table wms_elt.elt_doctor
/
insert into wms_elt.elt_doctor (n) values (:n)
/
insert into wms_elt.elt_schema_version (component, schema_version, release, changed_at) values (:component, :schema_version, :release, :changed_at)
/
select lower(column_name) from user_tab_columns where table_name = :name
/
select lower(table_name) from user_tables
/
select privilege from session_privs
/
select sessiontimezone from dual
/
select sys_context('userenv', 'CLOUD_SERVICE') from dual
/
select sys_context('userenv', 'DATABASE_ROLE') from dual
/
select sys_context('userenv', 'DB_NAME') from dual
/
select sys_extract_utc(systimestamp) from dual
/
select value from nls_database_parameters where parameter = 'NLS_CHARACTERSET'
