COMMIT
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
CREATE TABLE wms_elt.facility (
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
INSERT INTO wms_elt.dlt_loads (load_id, schema_name, status, inserted_at, schema_version_hash) VALUES (:load_id, :schema_name, :status, :inserted_at, :schema_version_hash)
/
INSERT INTO wms_elt.dlt_pipeline_state (version, engine_version, pipeline_name, state, created_at, version_hash, dlt_load_id, dlt_id) VALUES (:version, :engine_version, :pipeline_name, :state, :created_at, :version_hash, :dlt_load_id, :dlt_id)
/
INSERT INTO wms_elt.dlt_version (version, engine_version, inserted_at, schema_name, version_hash, schema) VALUES (:version, :engine_version, :inserted_at, :schema_name, :version_hash, :schema)
/
ROLLBACK
/
SELECT 1.1 FROM DUAL
/
SELECT CASE BITAND(t.flag, POWER(2, 28)) WHEN 0 THEN 'READ COMMITTED' ELSE 'SERIALIZABLE' END AS isolation_level FROM v$transaction t WHERE (t.xidusn, t.xidslot, t.xidsqn) = ((:xidusn, :xidslot, :xidsqn))
/
SELECT wms_elt.dlt_pipeline_state.version, wms_elt.dlt_pipeline_state.engine_version, wms_elt.dlt_pipeline_state.pipeline_name, wms_elt.dlt_pipeline_state.state, wms_elt.dlt_pipeline_state.created_at, wms_elt.dlt_pipeline_state.version_hash, wms_elt.dlt_pipeline_state.dlt_load_id
FROM wms_elt.dlt_pipeline_state JOIN wms_elt.dlt_loads ON wms_elt.dlt_loads.load_id = wms_elt.dlt_pipeline_state.dlt_load_id
WHERE wms_elt.dlt_pipeline_state.pipeline_name = :pipeline_name_1 AND wms_elt.dlt_loads.status = :status_1 ORDER BY wms_elt.dlt_loads.load_id DESC
/
SELECT wms_elt.dlt_version.version, wms_elt.dlt_version.engine_version, wms_elt.dlt_version.inserted_at, wms_elt.dlt_version.schema_name, wms_elt.dlt_version.version_hash, wms_elt.dlt_version.schema
FROM wms_elt.dlt_version
WHERE wms_elt.dlt_version.schema_name = :schema_name_1 ORDER BY wms_elt.dlt_version.inserted_at DESC
/
SELECT wms_elt.dlt_version.version, wms_elt.dlt_version.engine_version, wms_elt.dlt_version.inserted_at, wms_elt.dlt_version.schema_name, wms_elt.dlt_version.version_hash, wms_elt.dlt_version.schema
FROM wms_elt.dlt_version
WHERE wms_elt.dlt_version.version_hash = :version_hash_1 ORDER BY wms_elt.dlt_version.inserted_at DESC
/
alter session set time_zone = 'UTC'
/
begin
                   :trans_id := dbms_transaction.local_transaction_id( TRUE );
                end;
/
create global temporary table wms_elt.elt_incoming (
    entity_id number(19), mod_ts timestamp(6), facility_id number(19), company_id number(19),
    content_hash varchar2(32 char), is_deleted number(1), read_at timestamp(6), read_order number(19), doc blob
) on commit delete rows
/
create global temporary table wms_elt.elt_wanted (entity_id number(19)) on commit delete rows
/
create index wms_elt.facility_ix1 on wms_elt.facility (entity_id, read_order)
/
create index wms_elt.facility_ix2 on wms_elt.facility (read_order)
/
create index wms_elt.order_hdr_ix1 on wms_elt.order_hdr (entity_id, read_order)
/
create index wms_elt.order_hdr_ix2 on wms_elt.order_hdr (read_order)
/
create table wms_elt.elt_landing (
    dlt_load_id varchar2(64 char) not null, file_id varchar2(64 char) not null, entity varchar2(128 char) not null,
    rows_read number(19) not null, rows_landed number(19) not null,
    first_read_order number(19) not null, last_read_order number(19) not null, landed_at timestamp(6) not null,
    primary key (dlt_load_id, file_id)
)
/
insert into wms_elt.elt_incoming (entity_id, mod_ts, facility_id, company_id, content_hash, is_deleted, read_at, read_order, doc) values (:entity_id, :mod_ts, :facility_id, :company_id, :content_hash, :is_deleted, :read_at, :read_order, :doc)
/
insert into wms_elt.elt_landing (
    dlt_load_id, file_id, entity, rows_read, rows_landed, first_read_order, last_read_order, landed_at
)
select :load_id, :file_id, :entity, count(*), :landed, min(read_order), max(read_order), sys_extract_utc(systimestamp)
from wms_elt.elt_incoming
having count(*) > 0
/
insert into wms_elt.facility (entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order, dlt_load_id)
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
            from wms_elt.facility
            where entity_id in (select entity_id from wms_elt.elt_incoming)
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
)
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
            where entity_id in (select entity_id from wms_elt.elt_incoming)
            group by entity_id
        ) landed on landed.entity_id = arrived.entity_id
    ) compared
    where compared.version_before is null or compared.version <> compared.version_before
)
/
select 1 from all_tables where owner = :owner and table_name = :name
/
select 1 from wms_elt.dlt_loads where load_id = :arg0
/
select 1 from wms_elt.elt_landing where dlt_load_id = :load_id and file_id = :file_id
/
select coalesce(max(last_read_order), 0) from wms_elt.elt_landing where entity = :entity
/
select column_name, data_type, nullable from all_tab_columns
where owner = :owner and table_name = :table_name order by column_id
/
select count(*), max(dlt_load_id) from wms_elt.elt_landing
            where dlt_load_id <> coalesce(:besides, '-')
/
select lower(index_name) from all_indexes where owner = :owner
/
select lower(table_name) from all_tables where owner = :owner
/
select sys_context( 'userenv', 'current_schema' ) from dual
