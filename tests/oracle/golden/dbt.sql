---- seed.wms_elt.status_ids, build 1
-- 1
create table wms_elt.status_ids (entity varchar(30),status_id number(19),meaning varchar(30))
/
-- 2
insert all
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            into wms_elt.status_ids (entity, status_id, meaning) values(:p1,:p2,:p3)
            select * from dual
/
COMMIT
/
---- model.wms_elt.stg_wms__wave, build 1
-- 3
create  table wms_elt.stg_wms__wave
      as
        with newest as (
    select max(read_order) as read_order
    from wms_elt.wave
    group by entity_id
),
versions as (
    select entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
    from wms_elt.wave
    where read_order in (select newest.read_order from newest)
),
documents as (
    select
        versions.*,
        json_values.*,
        case
            when length(created_at__text) = 10 then '+00:00'
            when substr(created_at__text, -6, 1) in ('+', '-') then substr(created_at__text, -6)
            when substr(created_at__text, -5, 1) in ('+', '-') then substr(created_at__text, -5, 3) || ':' || substr(created_at__text, -2)
            when substr(created_at__text, -3, 1) in ('+', '-') then substr(created_at__text, -3) || ':00'
            else '+00:00'
        end as created_at__offset,
        case
            when length(modified_at__text) = 10 then '+00:00'
            when substr(modified_at__text, -6, 1) in ('+', '-') then substr(modified_at__text, -6)
            when substr(modified_at__text, -5, 1) in ('+', '-') then substr(modified_at__text, -5, 3) || ':' || substr(modified_at__text, -2)
            when substr(modified_at__text, -3, 1) in ('+', '-') then substr(modified_at__text, -3) || ':00'
            else '+00:00'
        end as modified_at__offset,
        case
            when length(facility_id__text) <= 200 and translate(trim(facility_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(facility_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as facility_id__number,
        case
            when length(status_id__text) <= 200 and translate(trim(status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as status_id__number,
        case
            when length(wave_type_id__text) <= 200 and translate(trim(wave_type_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_type_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_type_id__number,
        case
            when length(curr_stage_id__text) <= 200 and translate(trim(curr_stage_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(curr_stage_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as curr_stage_id__number,
        case
            when length(wave_mhe_status_id__text) <= 200 and translate(trim(wave_mhe_status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_mhe_status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_mhe_status_id__number,
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            facility_id__text varchar2(201 char) truncate path '$.facility_id.id',
            run_nbr__text varchar2(51 char) truncate path '$.run_nbr',
            status_id__text varchar2(201 char) truncate path '$.status_id',
            wave_template_name__text varchar2(51 char) truncate path '$.wave_template_name',
            wave_search_name__text varchar2(101 char) truncate path '$.wave_search_name',
            wave_type_id__text varchar2(201 char) truncate path '$.wave_type_id.id',
            wave_type_label__text varchar2(101 char) truncate path '$.wave_type_id.key',
            curr_stage_id__text varchar2(201 char) truncate path '$.curr_stage_id.id',
            curr_stage_label__text varchar2(101 char) truncate path '$.curr_stage_id.key',
            alloc_method__text varchar2(31 char) truncate path '$.alloc_method',
            alloc_mode_description__text varchar2(101 char) truncate path '$.alloc_mode_description',
            wave_mhe_status_id__text varchar2(201 char) truncate path '$.wave_mhe_status_id',
            message_text__text varchar2(101 char) truncate path '$.message_text',
            replenishment_rule_name__text varchar2(51 char) truncate path '$.replenishment_rule_name',
            created_by__text varchar2(31 char) truncate path '$.create_user',
            created_at__text varchar2(201 char) truncate path '$.create_ts',
            modified_by__text varchar2(31 char) truncate path '$.mod_user',
            modified_at__text varchar2(201 char) truncate path '$.mod_ts'
        )
    ) json_values on 1 = 1
),
typed as (
    select
        documents.*,
        cast(coalesce(
            to_number(facility_id__text default null on conversion error, '999999999999999999'),
            case
                when facility_id__number = trunc(facility_id__number) and facility_id__number between -9223372036854775808 and 9223372036854775807
                    then facility_id__number
            end
        ) as number(19, 0)) as facility_id,
        cast(substr(run_nbr__text, 1, 50) as varchar2(50 char)) as run_nbr,
        cast(coalesce(
            to_number(status_id__text default null on conversion error, '999999999999999999'),
            case
                when status_id__number = trunc(status_id__number) and status_id__number between -9223372036854775808 and 9223372036854775807
                    then status_id__number
            end
        ) as number(19, 0)) as status_id,
        cast(substr(wave_template_name__text, 1, 50) as varchar2(50 char)) as wave_template_name,
        cast(substr(wave_search_name__text, 1, 100) as varchar2(100 char)) as wave_search_name,
        cast(coalesce(
            to_number(wave_type_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_type_id__number = trunc(wave_type_id__number) and wave_type_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_type_id__number
            end
        ) as number(19, 0)) as wave_type_id,
        cast(substr(wave_type_label__text, 1, 100) as varchar2(100 char)) as wave_type_label,
        cast(coalesce(
            to_number(curr_stage_id__text default null on conversion error, '999999999999999999'),
            case
                when curr_stage_id__number = trunc(curr_stage_id__number) and curr_stage_id__number between -9223372036854775808 and 9223372036854775807
                    then curr_stage_id__number
            end
        ) as number(19, 0)) as curr_stage_id,
        cast(substr(curr_stage_label__text, 1, 100) as varchar2(100 char)) as curr_stage_label,
        cast(substr(alloc_method__text, 1, 30) as varchar2(30 char)) as alloc_method,
        cast(substr(alloc_mode_description__text, 1, 100) as varchar2(100 char)) as alloc_mode_description,
        cast(coalesce(
            to_number(wave_mhe_status_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_mhe_status_id__number = trunc(wave_mhe_status_id__number) and wave_mhe_status_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_mhe_status_id__number
            end
        ) as number(19, 0)) as wave_mhe_status_id,
        cast(substr(message_text__text, 1, 100) as varchar2(100 char)) as message_text,
        cast(substr(replenishment_rule_name__text, 1, 50) as varchar2(50 char)) as replenishment_rule_name,
        cast(substr(created_by__text, 1, 30) as varchar2(30 char)) as created_by,
        case
            when not regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(created_at__text, 1, 10) = '0001-01-01' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) < 0 then null
            when substr(created_at__text, 1, 10) = '9999-12-31' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(created_at__text, 1, 10) || ' ' || coalesce(substr(created_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(created_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || created_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as created_at,
        cast(substr(modified_by__text, 1, 30) as varchar2(30 char)) as modified_by,
        case
            when not regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(modified_at__text, 1, 10) = '0001-01-01' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) < 0 then null
            when substr(modified_at__text, 1, 10) = '9999-12-31' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(modified_at__text, 1, 10) || ' ' || coalesce(substr(modified_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(modified_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || modified_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as modified_at
    from documents
),
final as (
    select
        entity_id as wave_id,
        facility_id,
        run_nbr,
        status_id,
        wave_template_name,
        wave_search_name,
        wave_type_id,
        wave_type_label,
        curr_stage_id,
        curr_stage_label,
        alloc_method,
        alloc_mode_description,
        wave_mhe_status_id,
        message_text,
        replenishment_rule_name,
        created_by,
        created_at,
        modified_by,
        modified_at,
        is_valid_document,
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash,
        rtrim(
        case
            when facility_id__text is null or facility_id is not null then null
            when regexp_like(facility_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:facility_id '
            else 'u:facility_id '
        end
        || case when length(run_nbr__text) > 50 then 'c:run_nbr ' end
        || case
            when status_id__text is null or status_id is not null then null
            when regexp_like(status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:status_id '
            else 'u:status_id '
        end
        || case when length(wave_template_name__text) > 50 then 'c:wave_template_name ' end
        || case when length(wave_search_name__text) > 100 then 'c:wave_search_name ' end
        || case
            when wave_type_id__text is null or wave_type_id is not null then null
            when regexp_like(wave_type_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_type_id '
            else 'u:wave_type_id '
        end
        || case when length(wave_type_label__text) > 100 then 'c:wave_type_label ' end
        || case
            when curr_stage_id__text is null or curr_stage_id is not null then null
            when regexp_like(curr_stage_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:curr_stage_id '
            else 'u:curr_stage_id '
        end
        || case when length(curr_stage_label__text) > 100 then 'c:curr_stage_label ' end
        || case when length(alloc_method__text) > 30 then 'c:alloc_method ' end
        || case when length(alloc_mode_description__text) > 100 then 'c:alloc_mode_description ' end
        || case
            when wave_mhe_status_id__text is null or wave_mhe_status_id is not null then null
            when regexp_like(wave_mhe_status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_mhe_status_id '
            else 'u:wave_mhe_status_id '
        end
        || case when length(message_text__text) > 100 then 'c:message_text ' end
        || case when length(replenishment_rule_name__text) > 50 then 'c:replenishment_rule_name ' end
        || case when length(created_by__text) > 30 then 'c:created_by ' end
        || case
            when created_at__text is null or created_at is not null then null
            when
                regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(created_at__text, 1, 4) = '0000' or substr(created_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:created_at '
            else 'u:created_at '
        end
        || case when length(modified_by__text) > 30 then 'c:modified_by ' end
        || case
            when modified_at__text is null or modified_at is not null then null
            when
                regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(modified_at__text, 1, 4) = '0000' or substr(modified_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:modified_at '
            else 'u:modified_at '
        end
    ) as lost_values
    from typed
)
select * from final
/
COMMIT
/
-- 4
select table_name from user_indexes where index_name = 'IX_STG_WMS__WAVE__WAVE_ID'
/
-- 5
select table_name from user_indexes where index_name = 'IX_STG_WMS__WAVE__READ_ORDER'
/
-- 6
begin
    execute immediate 'create unique index wms_elt.ix_stg_wms__wave__wave_id on wms_elt.stg_wms__wave (wave_id)';
exception
    when others then
        if sqlcode not in (-1408) then
            raise;
        end if;
end;
/
-- 7
begin
    execute immediate 'create index wms_elt.ix_stg_wms__wave__read_order on wms_elt.stg_wms__wave (read_order)';
exception
    when others then
        if sqlcode not in (-1408) then
            raise;
        end if;
end;
/
---- model.wms_elt.stg_wms__order_hdr_versions, build 1
-- 8
create  table wms_elt.stg_wms__order_hdr_versions
      as
        with versions as (
    select entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
    from (
        select
            cast(null as NUMBER(19)) as entity_id,
            cast(null as varchar(32)) as doc,
            cast(null as varchar(32)) as content_hash,
            cast(null as NUMBER(19)) as is_deleted,
            cast(null as timestamp) as read_at,
            cast(null as NUMBER(19)) as read_order,
            cast(null as varchar(64)) as dlt_load_id
        from dual
        where 1 = 0
    ) no_rows
),
documents as (
    select
        versions.*,
        json_values.*,
        case
            when length(modified_at__text) = 10 then '+00:00'
            when substr(modified_at__text, -6, 1) in ('+', '-') then substr(modified_at__text, -6)
            when substr(modified_at__text, -5, 1) in ('+', '-') then substr(modified_at__text, -5, 3) || ':' || substr(modified_at__text, -2)
            when substr(modified_at__text, -3, 1) in ('+', '-') then substr(modified_at__text, -3) || ':00'
            else '+00:00'
        end as modified_at__offset,
        case
            when length(status_id__text) <= 200 and translate(trim(status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as status_id__number,
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            status_id__text varchar2(201 char) truncate path '$.status_id',
            modified_at__text varchar2(201 char) truncate path '$.mod_ts'
        )
    ) json_values on 1 = 1
),
typed as (
    select
        documents.*,
        cast(coalesce(
            to_number(status_id__text default null on conversion error, '999999999999999999'),
            case
                when status_id__number = trunc(status_id__number) and status_id__number between -9223372036854775808 and 9223372036854775807
                    then status_id__number
            end
        ) as number(19, 0)) as status_id,
        case
            when not regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(modified_at__text, 1, 10) = '0001-01-01' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) < 0 then null
            when substr(modified_at__text, 1, 10) = '9999-12-31' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(modified_at__text, 1, 10) || ' ' || coalesce(substr(modified_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(modified_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || modified_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as modified_at
    from documents
),
final as (
    select
        entity_id as order_hdr_id,
        status_id,
        modified_at,
        is_valid_document,
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash,
        rtrim(
        case
            when status_id__text is null or status_id is not null then null
            when regexp_like(status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:status_id '
            else 'u:status_id '
        end
        || case
            when modified_at__text is null or modified_at is not null then null
            when
                regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(modified_at__text, 1, 4) = '0000' or substr(modified_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:modified_at '
            else 'u:modified_at '
        end
    ) as lost_values
    from typed
)
select * from final
/
COMMIT
/
-- 9
select table_name from user_indexes where index_name = 'IX_STG_WMS__ORDER_HDR_VERSIONS__READ_ORDER'
/
-- 10
begin
    execute immediate 'create unique index wms_elt.ix_stg_wms__order_hdr_versions__read_order on wms_elt.stg_wms__order_hdr_versions (read_order)';
exception
    when others then
        if sqlcode not in (-1408) then
            raise;
        end if;
end;
/
---- model.wms_elt.int_order_hdr__highest_status, build 1
-- 11
create  table wms_elt.int_order_hdr__highest_status
      as
with versions as (
    select * from wms_elt.stg_wms__order_hdr_versions
),
statuses as (
    select * from wms_elt.int_status__meanings
    where entity = 'order'
),
highest_statuses as (
    select
        versions.order_hdr_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.order_hdr_id
)
select * from highest_statuses
/
COMMIT
/
---- model.wms_elt.dim_facility, build 1
-- 12
select * from (
        with facility as (
    select * from wms_elt.stg_wms__facility
),
time_zones as (
    select * from wms_elt.int_facility__time_zones
),
company as (
    select * from wms_elt.stg_wms__company
),
final as (
    select
        facility.facility_id,
        facility.facility_code,
        facility.facility_name,
        facility.parent_company_id as company_id,
        company.company_code,
        company.company_name,
        time_zones.time_zone,
        time_zones.time_zone_source,
        facility.city,
        facility.state,
        facility.country,
        coalesce(facility.is_wms_managed, 0) as is_wms_managed,
        facility.created_at,
        facility.modified_at,
        facility.is_deleted,
        facility.deleted_at,
        facility.is_in_scope,
        facility.loaded_at
    from facility
    inner join time_zones on facility.facility_id = time_zones.facility_id
    left join company on facility.parent_company_id = company.company_id
)
select * from final
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 13
select * from (
        select
      cast(null as NUMBER(19)) as facility_id,
      cast(null as varchar(20)) as facility_code,
      cast(null as varchar(50)) as facility_name,
      cast(null as NUMBER(19)) as company_id,
      cast(null as varchar(30)) as company_code,
      cast(null as varchar(250)) as company_name,
      cast(null as varchar(64)) as time_zone,
      cast(null as varchar(10)) as time_zone_source,
      cast(null as varchar(30)) as city,
      cast(null as varchar(30)) as state,
      cast(null as varchar(20)) as country,
      cast(null as INTEGER) as is_wms_managed,
      cast(null as TIMESTAMP) as created_at,
      cast(null as TIMESTAMP) as modified_at,
      cast(null as INTEGER) as is_deleted,
      cast(null as TIMESTAMP) as deleted_at,
      cast(null as INTEGER) as is_in_scope,
      cast(null as TIMESTAMP) as loaded_at from dual
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 14
create  table wms_elt.dim_facility
  (
    facility_id,
    facility_code,
    facility_name,
    company_id,
    company_code,
    company_name,
    time_zone,
    time_zone_source,
    city,
    state,
    country,
    is_wms_managed,
    created_at,
    modified_at,
    is_deleted,
    deleted_at,
    is_in_scope,
    loaded_at
    )
      as
    select
      facility_id,
      facility_code,
      facility_name,
      company_id,
      company_code,
      company_name,
      time_zone,
      time_zone_source,
      city,
      state,
      country,
      is_wms_managed,
      created_at,
      modified_at,
      is_deleted,
      deleted_at,
      is_in_scope,
      loaded_at
    from (
        with facility as (
    select * from wms_elt.stg_wms__facility
),
time_zones as (
    select * from wms_elt.int_facility__time_zones
),
company as (
    select * from wms_elt.stg_wms__company
),
final as (
    select
        facility.facility_id,
        facility.facility_code,
        facility.facility_name,
        facility.parent_company_id as company_id,
        company.company_code,
        company.company_name,
        time_zones.time_zone,
        time_zones.time_zone_source,
        facility.city,
        facility.state,
        facility.country,
        coalesce(facility.is_wms_managed, 0) as is_wms_managed,
        facility.created_at,
        facility.modified_at,
        facility.is_deleted,
        facility.deleted_at,
        facility.is_in_scope,
        facility.loaded_at
    from facility
    inner join time_zones on facility.facility_id = time_zones.facility_id
    left join company on facility.parent_company_id = company.company_id
)
select * from final
    ) model_subq
/
COMMIT
/
-- 15
comment on table wms_elt.dim_facility is q'<...>'
/
-- 16
comment on column wms_elt.dim_facility.facility_id is q'<...>'
/
-- 17
grant select on wms_elt.dim_facility to reporting
/
ROLLBACK
/
---- model.wms_elt.wms_allocations, build 1
-- 18
select * from (
with allocation as (
    select * from wms_elt.int_allocation__offered
),
final as (
    select
        allocation_id,
        item_code,
        allocated_qty as qty,
        facility_code as facility,
        pick_location_code as loc,
        loaded_at as load_timestamp
    from allocation
)
select * from final
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 19
select * from (
        select
      cast(null as NUMBER(19)) as allocation_id,
      cast(null as varchar(130)) as item_code,
      cast(null as decimal(19, 6)) as qty,
      cast(null as varchar(20)) as facility,
      cast(null as varchar(100)) as loc,
      cast(null as TIMESTAMP) as load_timestamp from dual
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 20
create  table wms_elt.wms_allocations
  (
    allocation_id,
    item_code,
    qty,
    facility,
    loc,
    load_timestamp
    )
      as
    select
      allocation_id,
      item_code,
      qty,
      facility,
      loc,
      load_timestamp
    from (
with allocation as (
    select * from wms_elt.int_allocation__offered
),
final as (
    select
        allocation_id,
        item_code,
        allocated_qty as qty,
        facility_code as facility,
        pick_location_code as loc,
        loaded_at as load_timestamp
    from allocation
)
select * from final
    ) model_subq
/
COMMIT
/
-- 21
comment on table wms_elt.wms_allocations is q'<...>'
/
-- 22
comment on column wms_elt.wms_allocations.allocation_id is q'<...>'
/
-- 23
grant select on wms_elt.wms_allocations to reporting
/
ROLLBACK
/
---- snapshot.wms_elt.order_hdr_history, build 1
-- 24
select count(*) from sys.all_users where username = upper('wms_elt')
/
-- 25
select * from (
    select sbq.*,
        STANDARD_HASH(coalesce(cast(order_hdr_id as varchar(4000) ), '')
         || '|' || coalesce(cast(loaded_at as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
        loaded_at as dbt_updated_at,
        loaded_at as dbt_valid_from,
  coalesce(nullif(loaded_at, loaded_at), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
, 'False' as dbt_is_deleted
      from (
        select * from wms_elt.int_order_hdr__snapshot_input
    ) sbq
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 26
select * from (
        select
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_snapshot_time from dual
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 27
create  table wms_elt.order_hdr_history
      as
    select sbq.*,
        STANDARD_HASH(coalesce(cast(order_hdr_id as varchar(4000) ), '')
         || '|' || coalesce(cast(loaded_at as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
        loaded_at as dbt_updated_at,
        loaded_at as dbt_valid_from,
  coalesce(nullif(loaded_at, loaded_at), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
, 'False' as dbt_is_deleted
      from (
        select * from wms_elt.int_order_hdr__snapshot_input
    ) sbq
/
-- 28
comment on table wms_elt.order_hdr_history is q'<...>'
/
-- 29
comment on column wms_elt.order_hdr_history.order_hdr_id is q'<...>'
/
COMMIT
/
---- snapshot.wms_elt.rejection_history, build 1
-- 24 again
-- 30
select
    SYS_EXTRACT_UTC(current_timestamp)
 FROM dual
/
-- 31
select * from (
    select sbq.*,
        STANDARD_HASH(coalesce(cast(rejection_id as varchar(4000) ), '')
         || '|' || coalesce(cast(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
        TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
        TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
  coalesce(nullif(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF'), TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF')), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
from (
        select * from wms_elt.int_quality__rule_violations
    ) sbq
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 26 again
-- 32
create  table wms_elt.rejection_history
      as
    select sbq.*,
        STANDARD_HASH(coalesce(cast(rejection_id as varchar(4000) ), '')
         || '|' || coalesce(cast(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
        TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
        TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
  coalesce(nullif(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF'), TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF')), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
from (
        select * from wms_elt.int_quality__rule_violations
    ) sbq
/
-- 33
comment on table wms_elt.rejection_history is q'<...>'
/
-- 34
comment on column wms_elt.rejection_history.rejection_id is q'<...>'
/
COMMIT
/
---- seed.wms_elt.status_ids, build 2
truncate table WMS_ELT.STATUS_IDS
/
-- 2 again
COMMIT
/
---- model.wms_elt.stg_wms__wave, build 2
-- 35
select 1 as is_unread from dual
        where exists (
            select 1 from wms_elt.wave
            where read_order > (select coalesce(max(read_order), 0) from wms_elt.stg_wms__wave)
        )
/
-- 36
create global temporary table wms_elt.elt$stg_wms__wave$<digest> on commit delete rows as
select * from (
with newest as (
    select max(read_order) as read_order
    from wms_elt.wave
    where read_order > (select coalesce(max(read_order), 0) from wms_elt.stg_wms__wave)
    group by entity_id
),
versions as (
    select entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
    from wms_elt.wave
    where read_order in (select newest.read_order from newest)
),
documents as (
    select
        versions.*,
        json_values.*,
        case
            when length(created_at__text) = 10 then '+00:00'
            when substr(created_at__text, -6, 1) in ('+', '-') then substr(created_at__text, -6)
            when substr(created_at__text, -5, 1) in ('+', '-') then substr(created_at__text, -5, 3) || ':' || substr(created_at__text, -2)
            when substr(created_at__text, -3, 1) in ('+', '-') then substr(created_at__text, -3) || ':00'
            else '+00:00'
        end as created_at__offset,
        case
            when length(modified_at__text) = 10 then '+00:00'
            when substr(modified_at__text, -6, 1) in ('+', '-') then substr(modified_at__text, -6)
            when substr(modified_at__text, -5, 1) in ('+', '-') then substr(modified_at__text, -5, 3) || ':' || substr(modified_at__text, -2)
            when substr(modified_at__text, -3, 1) in ('+', '-') then substr(modified_at__text, -3) || ':00'
            else '+00:00'
        end as modified_at__offset,
        case
            when length(facility_id__text) <= 200 and translate(trim(facility_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(facility_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as facility_id__number,
        case
            when length(status_id__text) <= 200 and translate(trim(status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as status_id__number,
        case
            when length(wave_type_id__text) <= 200 and translate(trim(wave_type_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_type_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_type_id__number,
        case
            when length(curr_stage_id__text) <= 200 and translate(trim(curr_stage_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(curr_stage_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as curr_stage_id__number,
        case
            when length(wave_mhe_status_id__text) <= 200 and translate(trim(wave_mhe_status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_mhe_status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_mhe_status_id__number,
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            facility_id__text varchar2(201 char) truncate path '$.facility_id.id',
            run_nbr__text varchar2(51 char) truncate path '$.run_nbr',
            status_id__text varchar2(201 char) truncate path '$.status_id',
            wave_template_name__text varchar2(51 char) truncate path '$.wave_template_name',
            wave_search_name__text varchar2(101 char) truncate path '$.wave_search_name',
            wave_type_id__text varchar2(201 char) truncate path '$.wave_type_id.id',
            wave_type_label__text varchar2(101 char) truncate path '$.wave_type_id.key',
            curr_stage_id__text varchar2(201 char) truncate path '$.curr_stage_id.id',
            curr_stage_label__text varchar2(101 char) truncate path '$.curr_stage_id.key',
            alloc_method__text varchar2(31 char) truncate path '$.alloc_method',
            alloc_mode_description__text varchar2(101 char) truncate path '$.alloc_mode_description',
            wave_mhe_status_id__text varchar2(201 char) truncate path '$.wave_mhe_status_id',
            message_text__text varchar2(101 char) truncate path '$.message_text',
            replenishment_rule_name__text varchar2(51 char) truncate path '$.replenishment_rule_name',
            created_by__text varchar2(31 char) truncate path '$.create_user',
            created_at__text varchar2(201 char) truncate path '$.create_ts',
            modified_by__text varchar2(31 char) truncate path '$.mod_user',
            modified_at__text varchar2(201 char) truncate path '$.mod_ts'
        )
    ) json_values on 1 = 1
),
typed as (
    select
        documents.*,
        cast(coalesce(
            to_number(facility_id__text default null on conversion error, '999999999999999999'),
            case
                when facility_id__number = trunc(facility_id__number) and facility_id__number between -9223372036854775808 and 9223372036854775807
                    then facility_id__number
            end
        ) as number(19, 0)) as facility_id,
        cast(substr(run_nbr__text, 1, 50) as varchar2(50 char)) as run_nbr,
        cast(coalesce(
            to_number(status_id__text default null on conversion error, '999999999999999999'),
            case
                when status_id__number = trunc(status_id__number) and status_id__number between -9223372036854775808 and 9223372036854775807
                    then status_id__number
            end
        ) as number(19, 0)) as status_id,
        cast(substr(wave_template_name__text, 1, 50) as varchar2(50 char)) as wave_template_name,
        cast(substr(wave_search_name__text, 1, 100) as varchar2(100 char)) as wave_search_name,
        cast(coalesce(
            to_number(wave_type_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_type_id__number = trunc(wave_type_id__number) and wave_type_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_type_id__number
            end
        ) as number(19, 0)) as wave_type_id,
        cast(substr(wave_type_label__text, 1, 100) as varchar2(100 char)) as wave_type_label,
        cast(coalesce(
            to_number(curr_stage_id__text default null on conversion error, '999999999999999999'),
            case
                when curr_stage_id__number = trunc(curr_stage_id__number) and curr_stage_id__number between -9223372036854775808 and 9223372036854775807
                    then curr_stage_id__number
            end
        ) as number(19, 0)) as curr_stage_id,
        cast(substr(curr_stage_label__text, 1, 100) as varchar2(100 char)) as curr_stage_label,
        cast(substr(alloc_method__text, 1, 30) as varchar2(30 char)) as alloc_method,
        cast(substr(alloc_mode_description__text, 1, 100) as varchar2(100 char)) as alloc_mode_description,
        cast(coalesce(
            to_number(wave_mhe_status_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_mhe_status_id__number = trunc(wave_mhe_status_id__number) and wave_mhe_status_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_mhe_status_id__number
            end
        ) as number(19, 0)) as wave_mhe_status_id,
        cast(substr(message_text__text, 1, 100) as varchar2(100 char)) as message_text,
        cast(substr(replenishment_rule_name__text, 1, 50) as varchar2(50 char)) as replenishment_rule_name,
        cast(substr(created_by__text, 1, 30) as varchar2(30 char)) as created_by,
        case
            when not regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(created_at__text, 1, 10) = '0001-01-01' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) < 0 then null
            when substr(created_at__text, 1, 10) = '9999-12-31' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(created_at__text, 1, 10) || ' ' || coalesce(substr(created_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(created_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || created_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as created_at,
        cast(substr(modified_by__text, 1, 30) as varchar2(30 char)) as modified_by,
        case
            when not regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(modified_at__text, 1, 10) = '0001-01-01' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) < 0 then null
            when substr(modified_at__text, 1, 10) = '9999-12-31' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(modified_at__text, 1, 10) || ' ' || coalesce(substr(modified_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(modified_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || modified_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as modified_at
    from documents
),
final as (
    select
        entity_id as wave_id,
        facility_id,
        run_nbr,
        status_id,
        wave_template_name,
        wave_search_name,
        wave_type_id,
        wave_type_label,
        curr_stage_id,
        curr_stage_label,
        alloc_method,
        alloc_mode_description,
        wave_mhe_status_id,
        message_text,
        replenishment_rule_name,
        created_by,
        created_at,
        modified_by,
        modified_at,
        is_valid_document,
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash,
        rtrim(
        case
            when facility_id__text is null or facility_id is not null then null
            when regexp_like(facility_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:facility_id '
            else 'u:facility_id '
        end
        || case when length(run_nbr__text) > 50 then 'c:run_nbr ' end
        || case
            when status_id__text is null or status_id is not null then null
            when regexp_like(status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:status_id '
            else 'u:status_id '
        end
        || case when length(wave_template_name__text) > 50 then 'c:wave_template_name ' end
        || case when length(wave_search_name__text) > 100 then 'c:wave_search_name ' end
        || case
            when wave_type_id__text is null or wave_type_id is not null then null
            when regexp_like(wave_type_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_type_id '
            else 'u:wave_type_id '
        end
        || case when length(wave_type_label__text) > 100 then 'c:wave_type_label ' end
        || case
            when curr_stage_id__text is null or curr_stage_id is not null then null
            when regexp_like(curr_stage_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:curr_stage_id '
            else 'u:curr_stage_id '
        end
        || case when length(curr_stage_label__text) > 100 then 'c:curr_stage_label ' end
        || case when length(alloc_method__text) > 30 then 'c:alloc_method ' end
        || case when length(alloc_mode_description__text) > 100 then 'c:alloc_mode_description ' end
        || case
            when wave_mhe_status_id__text is null or wave_mhe_status_id is not null then null
            when regexp_like(wave_mhe_status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_mhe_status_id '
            else 'u:wave_mhe_status_id '
        end
        || case when length(message_text__text) > 100 then 'c:message_text ' end
        || case when length(replenishment_rule_name__text) > 50 then 'c:replenishment_rule_name ' end
        || case when length(created_by__text) > 30 then 'c:created_by ' end
        || case
            when created_at__text is null or created_at is not null then null
            when
                regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(created_at__text, 1, 4) = '0000' or substr(created_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:created_at '
            else 'u:created_at '
        end
        || case when length(modified_by__text) > 30 then 'c:modified_by ' end
        || case
            when modified_at__text is null or modified_at is not null then null
            when
                regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(modified_at__text, 1, 4) = '0000' or substr(modified_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:modified_at '
            else 'u:modified_at '
        end
    ) as lost_values
    from typed
)
select * from final
) changes
where 1 = 0
/
-- 37
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$STG_WMS__WAVE$<digest>'
order by columns.table_name, columns.column_id
/
-- 38
insert into wms_elt.elt$stg_wms__wave$<digest> (WAVE_ID, FACILITY_ID, RUN_NBR, STATUS_ID, WAVE_TEMPLATE_NAME, WAVE_SEARCH_NAME, WAVE_TYPE_ID, WAVE_TYPE_LABEL, CURR_STAGE_ID, CURR_STAGE_LABEL, ALLOC_METHOD, ALLOC_MODE_DESCRIPTION, WAVE_MHE_STATUS_ID, MESSAGE_TEXT, REPLENISHMENT_RULE_NAME, CREATED_BY, CREATED_AT, MODIFIED_BY, MODIFIED_AT, IS_VALID_DOCUMENT, IS_DELETED, IS_IN_SCOPE, DELETED_AT, LOADED_AT, LOAD_ID, READ_ORDER, CONTENT_HASH, LOST_VALUES)
select WAVE_ID, FACILITY_ID, RUN_NBR, STATUS_ID, WAVE_TEMPLATE_NAME, WAVE_SEARCH_NAME, WAVE_TYPE_ID, WAVE_TYPE_LABEL, CURR_STAGE_ID, CURR_STAGE_LABEL, ALLOC_METHOD, ALLOC_MODE_DESCRIPTION, WAVE_MHE_STATUS_ID, MESSAGE_TEXT, REPLENISHMENT_RULE_NAME, CREATED_BY, CREATED_AT, MODIFIED_BY, MODIFIED_AT, IS_VALID_DOCUMENT, IS_DELETED, IS_IN_SCOPE, DELETED_AT, LOADED_AT, LOAD_ID, READ_ORDER, CONTENT_HASH, LOST_VALUES from (
with newest as (
    select max(read_order) as read_order
    from wms_elt.wave
    where read_order > (select coalesce(max(read_order), 0) from wms_elt.stg_wms__wave)
    group by entity_id
),
versions as (
    select entity_id, doc, content_hash, is_deleted, read_at, read_order, dlt_load_id
    from wms_elt.wave
    where read_order in (select newest.read_order from newest)
),
documents as (
    select
        versions.*,
        json_values.*,
        case
            when length(created_at__text) = 10 then '+00:00'
            when substr(created_at__text, -6, 1) in ('+', '-') then substr(created_at__text, -6)
            when substr(created_at__text, -5, 1) in ('+', '-') then substr(created_at__text, -5, 3) || ':' || substr(created_at__text, -2)
            when substr(created_at__text, -3, 1) in ('+', '-') then substr(created_at__text, -3) || ':00'
            else '+00:00'
        end as created_at__offset,
        case
            when length(modified_at__text) = 10 then '+00:00'
            when substr(modified_at__text, -6, 1) in ('+', '-') then substr(modified_at__text, -6)
            when substr(modified_at__text, -5, 1) in ('+', '-') then substr(modified_at__text, -5, 3) || ':' || substr(modified_at__text, -2)
            when substr(modified_at__text, -3, 1) in ('+', '-') then substr(modified_at__text, -3) || ':00'
            else '+00:00'
        end as modified_at__offset,
        case
            when length(facility_id__text) <= 200 and translate(trim(facility_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(facility_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as facility_id__number,
        case
            when length(status_id__text) <= 200 and translate(trim(status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as status_id__number,
        case
            when length(wave_type_id__text) <= 200 and translate(trim(wave_type_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_type_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_type_id__number,
        case
            when length(curr_stage_id__text) <= 200 and translate(trim(curr_stage_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(curr_stage_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as curr_stage_id__number,
        case
            when length(wave_mhe_status_id__text) <= 200 and translate(trim(wave_mhe_status_id__text), ' 0123456789+-.eE', ' ') is null
                then to_number(
                    replace(trim(wave_mhe_status_id__text), '.', substr(to_char(0.5, 'FM0D9'), 2, 1)) default null on conversion error
                )
        end as wave_mhe_status_id__number,
        case when json_values.document_nbr is null then 0 else 1 end as is_valid_document
    from versions
    left outer join json_table(versions.doc format json, '$' null on error
        columns (
            document_nbr for ordinality,
            facility_id__text varchar2(201 char) truncate path '$.facility_id.id',
            run_nbr__text varchar2(51 char) truncate path '$.run_nbr',
            status_id__text varchar2(201 char) truncate path '$.status_id',
            wave_template_name__text varchar2(51 char) truncate path '$.wave_template_name',
            wave_search_name__text varchar2(101 char) truncate path '$.wave_search_name',
            wave_type_id__text varchar2(201 char) truncate path '$.wave_type_id.id',
            wave_type_label__text varchar2(101 char) truncate path '$.wave_type_id.key',
            curr_stage_id__text varchar2(201 char) truncate path '$.curr_stage_id.id',
            curr_stage_label__text varchar2(101 char) truncate path '$.curr_stage_id.key',
            alloc_method__text varchar2(31 char) truncate path '$.alloc_method',
            alloc_mode_description__text varchar2(101 char) truncate path '$.alloc_mode_description',
            wave_mhe_status_id__text varchar2(201 char) truncate path '$.wave_mhe_status_id',
            message_text__text varchar2(101 char) truncate path '$.message_text',
            replenishment_rule_name__text varchar2(51 char) truncate path '$.replenishment_rule_name',
            created_by__text varchar2(31 char) truncate path '$.create_user',
            created_at__text varchar2(201 char) truncate path '$.create_ts',
            modified_by__text varchar2(31 char) truncate path '$.mod_user',
            modified_at__text varchar2(201 char) truncate path '$.mod_ts'
        )
    ) json_values on 1 = 1
),
typed as (
    select
        documents.*,
        cast(coalesce(
            to_number(facility_id__text default null on conversion error, '999999999999999999'),
            case
                when facility_id__number = trunc(facility_id__number) and facility_id__number between -9223372036854775808 and 9223372036854775807
                    then facility_id__number
            end
        ) as number(19, 0)) as facility_id,
        cast(substr(run_nbr__text, 1, 50) as varchar2(50 char)) as run_nbr,
        cast(coalesce(
            to_number(status_id__text default null on conversion error, '999999999999999999'),
            case
                when status_id__number = trunc(status_id__number) and status_id__number between -9223372036854775808 and 9223372036854775807
                    then status_id__number
            end
        ) as number(19, 0)) as status_id,
        cast(substr(wave_template_name__text, 1, 50) as varchar2(50 char)) as wave_template_name,
        cast(substr(wave_search_name__text, 1, 100) as varchar2(100 char)) as wave_search_name,
        cast(coalesce(
            to_number(wave_type_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_type_id__number = trunc(wave_type_id__number) and wave_type_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_type_id__number
            end
        ) as number(19, 0)) as wave_type_id,
        cast(substr(wave_type_label__text, 1, 100) as varchar2(100 char)) as wave_type_label,
        cast(coalesce(
            to_number(curr_stage_id__text default null on conversion error, '999999999999999999'),
            case
                when curr_stage_id__number = trunc(curr_stage_id__number) and curr_stage_id__number between -9223372036854775808 and 9223372036854775807
                    then curr_stage_id__number
            end
        ) as number(19, 0)) as curr_stage_id,
        cast(substr(curr_stage_label__text, 1, 100) as varchar2(100 char)) as curr_stage_label,
        cast(substr(alloc_method__text, 1, 30) as varchar2(30 char)) as alloc_method,
        cast(substr(alloc_mode_description__text, 1, 100) as varchar2(100 char)) as alloc_mode_description,
        cast(coalesce(
            to_number(wave_mhe_status_id__text default null on conversion error, '999999999999999999'),
            case
                when wave_mhe_status_id__number = trunc(wave_mhe_status_id__number) and wave_mhe_status_id__number between -9223372036854775808 and 9223372036854775807
                    then wave_mhe_status_id__number
            end
        ) as number(19, 0)) as wave_mhe_status_id,
        cast(substr(message_text__text, 1, 100) as varchar2(100 char)) as message_text,
        cast(substr(replenishment_rule_name__text, 1, 50) as varchar2(50 char)) as replenishment_rule_name,
        cast(substr(created_by__text, 1, 30) as varchar2(30 char)) as created_by,
        case
            when not regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(created_at__text, 1, 10) = '0001-01-01' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) < 0 then null
            when substr(created_at__text, 1, 10) = '9999-12-31' and to_number(substr(created_at__text, 12, 2)) * 60 + to_number(substr(created_at__text, 15, 2))
                - to_number(substr(created_at__offset, 1, 3)) * 60 - to_number(substr(created_at__offset, 1, 1) || substr(created_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(created_at__text, 1, 10) || ' ' || coalesce(substr(created_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(created_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || created_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as created_at,
        cast(substr(modified_by__text, 1, 30) as varchar2(30 char)) as modified_by,
        case
            when not regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$') then null
            when substr(modified_at__text, 1, 10) = '0001-01-01' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) < 0 then null
            when substr(modified_at__text, 1, 10) = '9999-12-31' and to_number(substr(modified_at__text, 12, 2)) * 60 + to_number(substr(modified_at__text, 15, 2))
                - to_number(substr(modified_at__offset, 1, 3)) * 60 - to_number(substr(modified_at__offset, 1, 1) || substr(modified_at__offset, 5, 2)) > 1439 then null
            else cast(sys_extract_utc(to_timestamp_tz(
                substr(modified_at__text, 1, 10) || ' ' || coalesce(substr(modified_at__text, 12, 8), '00:00:00') || '.'
                || coalesce(regexp_substr(modified_at__text, '[.]([0-9]{1,6})', 1, 1, null, 1), '0') || ' ' || modified_at__offset
                default null on conversion error, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM'
            )) as timestamp)
        end as modified_at
    from documents
),
final as (
    select
        entity_id as wave_id,
        facility_id,
        run_nbr,
        status_id,
        wave_template_name,
        wave_search_name,
        wave_type_id,
        wave_type_label,
        curr_stage_id,
        curr_stage_label,
        alloc_method,
        alloc_mode_description,
        wave_mhe_status_id,
        message_text,
        replenishment_rule_name,
        created_by,
        created_at,
        modified_by,
        modified_at,
        is_valid_document,
        cast(case when is_deleted = 1 then 1 else 0 end as integer) as is_deleted,
        cast(case when is_deleted = 2 then 0 else 1 end as integer) as is_in_scope,
        case when is_deleted = 1 then read_at end as deleted_at,
        read_at as loaded_at,
        dlt_load_id as load_id,
        read_order,
        content_hash,
        rtrim(
        case
            when facility_id__text is null or facility_id is not null then null
            when regexp_like(facility_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:facility_id '
            else 'u:facility_id '
        end
        || case when length(run_nbr__text) > 50 then 'c:run_nbr ' end
        || case
            when status_id__text is null or status_id is not null then null
            when regexp_like(status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:status_id '
            else 'u:status_id '
        end
        || case when length(wave_template_name__text) > 50 then 'c:wave_template_name ' end
        || case when length(wave_search_name__text) > 100 then 'c:wave_search_name ' end
        || case
            when wave_type_id__text is null or wave_type_id is not null then null
            when regexp_like(wave_type_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_type_id '
            else 'u:wave_type_id '
        end
        || case when length(wave_type_label__text) > 100 then 'c:wave_type_label ' end
        || case
            when curr_stage_id__text is null or curr_stage_id is not null then null
            when regexp_like(curr_stage_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:curr_stage_id '
            else 'u:curr_stage_id '
        end
        || case when length(curr_stage_label__text) > 100 then 'c:curr_stage_label ' end
        || case when length(alloc_method__text) > 30 then 'c:alloc_method ' end
        || case when length(alloc_mode_description__text) > 100 then 'c:alloc_mode_description ' end
        || case
            when wave_mhe_status_id__text is null or wave_mhe_status_id is not null then null
            when regexp_like(wave_mhe_status_id__text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$') then 'r:wave_mhe_status_id '
            else 'u:wave_mhe_status_id '
        end
        || case when length(message_text__text) > 100 then 'c:message_text ' end
        || case when length(replenishment_rule_name__text) > 50 then 'c:replenishment_rule_name ' end
        || case when length(created_by__text) > 30 then 'c:created_by ' end
        || case
            when created_at__text is null or created_at is not null then null
            when
                regexp_like(created_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(created_at__text, 1, 4) = '0000' or substr(created_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:created_at '
            else 'u:created_at '
        end
        || case when length(modified_by__text) > 30 then 'c:modified_by ' end
        || case
            when modified_at__text is null or modified_at is not null then null
            when
                regexp_like(modified_at__text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$')
                and (substr(modified_at__text, 1, 4) = '0000' or substr(modified_at__text, 1, 10) in ('0001-01-01', '9999-12-31'))
                then 'r:modified_at '
            else 'u:modified_at '
        end
    ) as lost_values
    from typed
)
select * from final
) changes
/
-- 39
begin
merge  into wms_elt.stg_wms__wave DBT_INTERNAL_DEST
          using wms_elt.elt$stg_wms__wave$<digest> DBT_INTERNAL_SOURCE
          on (
            DBT_INTERNAL_SOURCE.WAVE_ID = DBT_INTERNAL_DEST.WAVE_ID
        )
        when matched then
          update set
          DBT_INTERNAL_DEST.FACILITY_ID = DBT_INTERNAL_SOURCE.FACILITY_ID,
          DBT_INTERNAL_DEST.RUN_NBR = DBT_INTERNAL_SOURCE.RUN_NBR,
          DBT_INTERNAL_DEST.STATUS_ID = DBT_INTERNAL_SOURCE.STATUS_ID,
          DBT_INTERNAL_DEST.WAVE_TEMPLATE_NAME = DBT_INTERNAL_SOURCE.WAVE_TEMPLATE_NAME,
          DBT_INTERNAL_DEST.WAVE_SEARCH_NAME = DBT_INTERNAL_SOURCE.WAVE_SEARCH_NAME,
          DBT_INTERNAL_DEST.WAVE_TYPE_ID = DBT_INTERNAL_SOURCE.WAVE_TYPE_ID,
          DBT_INTERNAL_DEST.WAVE_TYPE_LABEL = DBT_INTERNAL_SOURCE.WAVE_TYPE_LABEL,
          DBT_INTERNAL_DEST.CURR_STAGE_ID = DBT_INTERNAL_SOURCE.CURR_STAGE_ID,
          DBT_INTERNAL_DEST.CURR_STAGE_LABEL = DBT_INTERNAL_SOURCE.CURR_STAGE_LABEL,
          DBT_INTERNAL_DEST.ALLOC_METHOD = DBT_INTERNAL_SOURCE.ALLOC_METHOD,
          DBT_INTERNAL_DEST.ALLOC_MODE_DESCRIPTION = DBT_INTERNAL_SOURCE.ALLOC_MODE_DESCRIPTION,
          DBT_INTERNAL_DEST.WAVE_MHE_STATUS_ID = DBT_INTERNAL_SOURCE.WAVE_MHE_STATUS_ID,
          DBT_INTERNAL_DEST.MESSAGE_TEXT = DBT_INTERNAL_SOURCE.MESSAGE_TEXT,
          DBT_INTERNAL_DEST.REPLENISHMENT_RULE_NAME = DBT_INTERNAL_SOURCE.REPLENISHMENT_RULE_NAME,
          DBT_INTERNAL_DEST.CREATED_BY = DBT_INTERNAL_SOURCE.CREATED_BY,
          DBT_INTERNAL_DEST.CREATED_AT = DBT_INTERNAL_SOURCE.CREATED_AT,
          DBT_INTERNAL_DEST.MODIFIED_BY = DBT_INTERNAL_SOURCE.MODIFIED_BY,
          DBT_INTERNAL_DEST.MODIFIED_AT = DBT_INTERNAL_SOURCE.MODIFIED_AT,
          DBT_INTERNAL_DEST.IS_VALID_DOCUMENT = DBT_INTERNAL_SOURCE.IS_VALID_DOCUMENT,
          DBT_INTERNAL_DEST.IS_DELETED = DBT_INTERNAL_SOURCE.IS_DELETED,
          DBT_INTERNAL_DEST.IS_IN_SCOPE = DBT_INTERNAL_SOURCE.IS_IN_SCOPE,
          DBT_INTERNAL_DEST.DELETED_AT = DBT_INTERNAL_SOURCE.DELETED_AT,
          DBT_INTERNAL_DEST.LOADED_AT = DBT_INTERNAL_SOURCE.LOADED_AT,
          DBT_INTERNAL_DEST.LOAD_ID = DBT_INTERNAL_SOURCE.LOAD_ID,
          DBT_INTERNAL_DEST.READ_ORDER = DBT_INTERNAL_SOURCE.READ_ORDER,
          DBT_INTERNAL_DEST.CONTENT_HASH = DBT_INTERNAL_SOURCE.CONTENT_HASH,
          DBT_INTERNAL_DEST.LOST_VALUES = DBT_INTERNAL_SOURCE.LOST_VALUES
          when not matched then
          insert(WAVE_ID, FACILITY_ID, RUN_NBR, STATUS_ID, WAVE_TEMPLATE_NAME, WAVE_SEARCH_NAME, WAVE_TYPE_ID, WAVE_TYPE_LABEL, CURR_STAGE_ID, CURR_STAGE_LABEL, ALLOC_METHOD, ALLOC_MODE_DESCRIPTION, WAVE_MHE_STATUS_ID, MESSAGE_TEXT, REPLENISHMENT_RULE_NAME, CREATED_BY, CREATED_AT, MODIFIED_BY, MODIFIED_AT, IS_VALID_DOCUMENT, IS_DELETED, IS_IN_SCOPE, DELETED_AT, LOADED_AT, LOAD_ID, READ_ORDER, CONTENT_HASH, LOST_VALUES)
          values(
            DBT_INTERNAL_SOURCE.WAVE_ID,
            DBT_INTERNAL_SOURCE.FACILITY_ID,
            DBT_INTERNAL_SOURCE.RUN_NBR,
            DBT_INTERNAL_SOURCE.STATUS_ID,
            DBT_INTERNAL_SOURCE.WAVE_TEMPLATE_NAME,
            DBT_INTERNAL_SOURCE.WAVE_SEARCH_NAME,
            DBT_INTERNAL_SOURCE.WAVE_TYPE_ID,
            DBT_INTERNAL_SOURCE.WAVE_TYPE_LABEL,
            DBT_INTERNAL_SOURCE.CURR_STAGE_ID,
            DBT_INTERNAL_SOURCE.CURR_STAGE_LABEL,
            DBT_INTERNAL_SOURCE.ALLOC_METHOD,
            DBT_INTERNAL_SOURCE.ALLOC_MODE_DESCRIPTION,
            DBT_INTERNAL_SOURCE.WAVE_MHE_STATUS_ID,
            DBT_INTERNAL_SOURCE.MESSAGE_TEXT,
            DBT_INTERNAL_SOURCE.REPLENISHMENT_RULE_NAME,
            DBT_INTERNAL_SOURCE.CREATED_BY,
            DBT_INTERNAL_SOURCE.CREATED_AT,
            DBT_INTERNAL_SOURCE.MODIFIED_BY,
            DBT_INTERNAL_SOURCE.MODIFIED_AT,
            DBT_INTERNAL_SOURCE.IS_VALID_DOCUMENT,
            DBT_INTERNAL_SOURCE.IS_DELETED,
            DBT_INTERNAL_SOURCE.IS_IN_SCOPE,
            DBT_INTERNAL_SOURCE.DELETED_AT,
            DBT_INTERNAL_SOURCE.LOADED_AT,
            DBT_INTERNAL_SOURCE.LOAD_ID,
            DBT_INTERNAL_SOURCE.READ_ORDER,
            DBT_INTERNAL_SOURCE.CONTENT_HASH,
            DBT_INTERNAL_SOURCE.LOST_VALUES
            );
commit;
end;
/
COMMIT
/
---- model.wms_elt.stg_wms__order_hdr_versions, build 2
-- 40
select 1 as is_unread from dual
        where exists (
            select 1 from (
        select
            cast(null as NUMBER(19)) as entity_id,
            cast(null as varchar(32)) as doc,
            cast(null as varchar(32)) as content_hash,
            cast(null as NUMBER(19)) as is_deleted,
            cast(null as timestamp) as read_at,
            cast(null as NUMBER(19)) as read_order,
            cast(null as varchar(64)) as dlt_load_id
        from dual
        where 1 = 0
    ) no_rows
            where read_order > (select coalesce(max(read_order), 0) from wms_elt.stg_wms__order_hdr_versions)
        )
/
COMMIT
/
---- model.wms_elt.int_order_hdr__highest_status, build 2
-- 41
create global temporary table wms_elt.elt$int_order_hdr__highest_status$<digest> on commit delete rows as
select * from (
with versions as (
    select * from wms_elt.stg_wms__order_hdr_versions
),
statuses as (
    select * from wms_elt.int_status__meanings
    where entity = 'order'
),
highest_statuses as (
    select
        versions.order_hdr_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.order_hdr_id
)
select * from highest_statuses
) changes
where 1 = 0
/
-- 42
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$INT_ORDER_HDR__HIGHEST_STATUS$<digest>'
order by columns.table_name, columns.column_id
/
-- 43
insert into wms_elt.elt$int_order_hdr__highest_status$<digest> (ORDER_HDR_ID, HIGHEST_STATUS_RANK)
select ORDER_HDR_ID, HIGHEST_STATUS_RANK from (
with versions as (
    select * from wms_elt.stg_wms__order_hdr_versions
),
statuses as (
    select * from wms_elt.int_status__meanings
    where entity = 'order'
),
highest_statuses as (
    select
        versions.order_hdr_id,
        max(statuses.status_rank) as highest_status_rank
    from versions
    inner join statuses on versions.status_id = statuses.status_id
    group by versions.order_hdr_id
)
select * from highest_statuses
) changes
/
-- 44
begin
delete from wms_elt.int_order_hdr__highest_status
where
    not exists (
        select 1 from wms_elt.elt$int_order_hdr__highest_status$<digest> computed
        where
            computed.order_hdr_id = wms_elt.int_order_hdr__highest_status.order_hdr_id
    );
merge  into wms_elt.int_order_hdr__highest_status DBT_INTERNAL_DEST
          using (
    select ORDER_HDR_ID, HIGHEST_STATUS_RANK from wms_elt.elt$int_order_hdr__highest_status$<digest>
    MINUS
    select ORDER_HDR_ID, HIGHEST_STATUS_RANK from wms_elt.int_order_hdr__highest_status
) DBT_INTERNAL_SOURCE
          on (
            DBT_INTERNAL_SOURCE.ORDER_HDR_ID = DBT_INTERNAL_DEST.ORDER_HDR_ID
        )
        when matched then
          update set
          DBT_INTERNAL_DEST.HIGHEST_STATUS_RANK = DBT_INTERNAL_SOURCE.HIGHEST_STATUS_RANK
          when not matched then
          insert(ORDER_HDR_ID, HIGHEST_STATUS_RANK)
          values(
            DBT_INTERNAL_SOURCE.ORDER_HDR_ID,
            DBT_INTERNAL_SOURCE.HIGHEST_STATUS_RANK
            );
commit;
end;
/
COMMIT
/
---- model.wms_elt.dim_facility, build 2
-- 45
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
order by columns.table_name, columns.column_id
/
-- 46
select 'index', index_name, table_name from user_indexes
union all
select 'view', view_name, substr(text_vc, 1, 60) from user_views
union all
select 'comment', table_name, comments from user_tab_comments
union all
select 'stale', table_name, case when num_rows is null then 'YES' else stale_stats end from user_tab_statistics
where object_type = 'TABLE' and partition_name is null
union all
select 'grant', table_name, lower(grantee) || ' ' || lower(privilege) from user_tab_privs_made
/
-- 12 again
-- 13 again
-- 47
create global temporary table wms_elt.elt$dim_facility$<digest> on commit delete rows as
select * from (
with facility as (
    select * from wms_elt.stg_wms__facility
),
time_zones as (
    select * from wms_elt.int_facility__time_zones
),
company as (
    select * from wms_elt.stg_wms__company
),
final as (
    select
        facility.facility_id,
        facility.facility_code,
        facility.facility_name,
        facility.parent_company_id as company_id,
        company.company_code,
        company.company_name,
        time_zones.time_zone,
        time_zones.time_zone_source,
        facility.city,
        facility.state,
        facility.country,
        coalesce(facility.is_wms_managed, 0) as is_wms_managed,
        facility.created_at,
        facility.modified_at,
        facility.is_deleted,
        facility.deleted_at,
        facility.is_in_scope,
        facility.loaded_at
    from facility
    inner join time_zones on facility.facility_id = time_zones.facility_id
    left join company on facility.parent_company_id = company.company_id
)
select * from final
) changes
where 1 = 0
/
-- 48
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$DIM_FACILITY$<digest>'
order by columns.table_name, columns.column_id
/
-- 49
insert into wms_elt.elt$dim_facility$<digest> (FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT)
select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT from (
with facility as (
    select * from wms_elt.stg_wms__facility
),
time_zones as (
    select * from wms_elt.int_facility__time_zones
),
company as (
    select * from wms_elt.stg_wms__company
),
final as (
    select
        facility.facility_id,
        facility.facility_code,
        facility.facility_name,
        facility.parent_company_id as company_id,
        company.company_code,
        company.company_name,
        time_zones.time_zone,
        time_zones.time_zone_source,
        facility.city,
        facility.state,
        facility.country,
        coalesce(facility.is_wms_managed, 0) as is_wms_managed,
        facility.created_at,
        facility.modified_at,
        facility.is_deleted,
        facility.deleted_at,
        facility.is_in_scope,
        facility.loaded_at
    from facility
    inner join time_zones on facility.facility_id = time_zones.facility_id
    left join company on facility.parent_company_id = company.company_id
)
select * from final
) changes
/
-- 50
begin
delete from wms_elt.dim_facility
    where rowid in (
        select max(row_address)
        from (
            select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT, rowid as row_address, row_number() over (partition by FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT order by rowid) as nth_equal
            from wms_elt.dim_facility
            union all
            select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT, null, row_number() over (partition by FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT order by null) as nth_equal
            from wms_elt.elt$dim_facility$<digest>
        ) compared
        group by FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT, nth_equal
        having count(*) = 1 and count(row_address) = 1
    );
    insert into wms_elt.dim_facility (FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT)
    select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT
    from (
        select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT, row_number() over (partition by FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT order by null) as nth_equal from wms_elt.elt$dim_facility$<digest>
        minus
        select FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT, row_number() over (partition by FACILITY_ID, FACILITY_CODE, FACILITY_NAME, COMPANY_ID, COMPANY_CODE, COMPANY_NAME, TIME_ZONE, TIME_ZONE_SOURCE, CITY, STATE, COUNTRY, IS_WMS_MANAGED, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, IS_IN_SCOPE, LOADED_AT order by null) as nth_equal from wms_elt.dim_facility
    ) missing;
commit;
end;
/
COMMIT
/
---- model.wms_elt.wms_allocations, build 2
-- 18 again
-- 19 again
-- 51
create global temporary table wms_elt.elt$wms_allocations$<digest> on commit delete rows as
select * from (
with allocation as (
    select * from wms_elt.int_allocation__offered
),
final as (
    select
        allocation_id,
        item_code,
        allocated_qty as qty,
        facility_code as facility,
        pick_location_code as loc,
        loaded_at as load_timestamp
    from allocation
)
select * from final
) changes
where 1 = 0
/
-- 52
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$WMS_ALLOCATIONS$<digest>'
order by columns.table_name, columns.column_id
/
-- 53
insert into wms_elt.elt$wms_allocations$<digest> (ALLOCATION_ID, ITEM_CODE, QTY, FACILITY, LOC, LOAD_TIMESTAMP)
select ALLOCATION_ID, ITEM_CODE, QTY, FACILITY, LOC, LOAD_TIMESTAMP from (
with allocation as (
    select * from wms_elt.int_allocation__offered
),
final as (
    select
        allocation_id,
        item_code,
        allocated_qty as qty,
        facility_code as facility,
        pick_location_code as loc,
        loaded_at as load_timestamp
    from allocation
)
select * from final
) changes
/
-- 54
begin
delete from wms_elt.wms_allocations
where
    not exists (
        select 1 from wms_elt.elt$wms_allocations$<digest> computed
        where
            computed.allocation_id = wms_elt.wms_allocations.allocation_id
    );
merge  into wms_elt.wms_allocations DBT_INTERNAL_DEST
          using (
    select ALLOCATION_ID, ITEM_CODE, QTY, FACILITY, LOC, LOAD_TIMESTAMP from wms_elt.elt$wms_allocations$<digest>
    MINUS
    select ALLOCATION_ID, ITEM_CODE, QTY, FACILITY, LOC, LOAD_TIMESTAMP from wms_elt.wms_allocations
) DBT_INTERNAL_SOURCE
          on (
            DBT_INTERNAL_SOURCE.ALLOCATION_ID = DBT_INTERNAL_DEST.ALLOCATION_ID
        )
        when matched then
          update set
          DBT_INTERNAL_DEST.ITEM_CODE = DBT_INTERNAL_SOURCE.ITEM_CODE,
          DBT_INTERNAL_DEST.QTY = DBT_INTERNAL_SOURCE.QTY,
          DBT_INTERNAL_DEST.FACILITY = DBT_INTERNAL_SOURCE.FACILITY,
          DBT_INTERNAL_DEST.LOC = DBT_INTERNAL_SOURCE.LOC,
          DBT_INTERNAL_DEST.LOAD_TIMESTAMP = DBT_INTERNAL_SOURCE.LOAD_TIMESTAMP
          when not matched then
          insert(ALLOCATION_ID, ITEM_CODE, QTY, FACILITY, LOC, LOAD_TIMESTAMP)
          values(
            DBT_INTERNAL_SOURCE.ALLOCATION_ID,
            DBT_INTERNAL_SOURCE.ITEM_CODE,
            DBT_INTERNAL_SOURCE.QTY,
            DBT_INTERNAL_SOURCE.FACILITY,
            DBT_INTERNAL_SOURCE.LOC,
            DBT_INTERNAL_SOURCE.LOAD_TIMESTAMP
            );
commit;
end;
/
COMMIT
/
---- snapshot.wms_elt.order_hdr_history, build 2
-- 24 again
-- 55
select * from (
        select * from wms_elt.int_order_hdr__snapshot_input
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 55 again
-- 56
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ORDER_HDR_HISTORY'
order by columns.table_name, columns.column_id
/
-- 57
create global temporary table wms_elt.elt$order_hdr_history$<digest> on commit delete rows as
select * from (
    with snapshot_query as (
        select * from wms_elt.int_order_hdr__snapshot_input
    ),
    snapshotted_data as (
        select WMS_ELT.ORDER_HDR_HISTORY.*,
        order_hdr_id as dbt_unique_key
        from WMS_ELT.ORDER_HDR_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
  coalesce(nullif(loaded_at, loaded_at), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(order_hdr_id as varchar(4000) ), '')
         || '|' || coalesce(cast(loaded_at as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
            loaded_at as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*,'False' as dbt_is_deleted
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.dbt_valid_from < source_data.loaded_at))or (
        snapshotted_data.dbt_unique_key is not null
 and snapshotted_data.dbt_is_deleted = 'True')
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.dbt_valid_from < source_data.loaded_at)
        )or snapshotted_data.dbt_is_deleted = 'True'
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
                and not (
                    --avoid updating the record's valid_to if the latest entry is marked as deleted
                    snapshotted_data.dbt_is_deleted = 'True'
                    and
                            dbt_valid_to is null
                )
    )
    ,
    deletion_records as (
        select
            'insert' as dbt_change_type,snapshotted_data."ORDER_HDR_ID",
            snapshotted_data."FACILITY_ID",
            snapshotted_data."COMPANY_ID",
            snapshotted_data."ORDER_NBR",
            snapshotted_data."ORDER_TYPE_ID",
            snapshotted_data."STATUS_ID",
            snapshotted_data."PRIORITY",
            snapshotted_data."ORD_DATE",
            snapshotted_data."REQ_SHIP_DATE",
            snapshotted_data."SCHED_SHIP_DATE",
            snapshotted_data."ORDER_SHIPPED_AT",
            snapshotted_data."SHIP_VIA_ID",
            snapshotted_data."ROUTE_NBR",
            snapshotted_data."TOTAL_ORIG_ORD_QTY",
            snapshotted_data."CREATED_AT",
            snapshotted_data."MODIFIED_AT",
            snapshotted_data."IS_DELETED",
            snapshotted_data."DELETED_AT",
            snapshotted_data."LOADED_AT",
            snapshotted_data.dbt_unique_key as dbt_unique_key,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
            snapshotted_data.dbt_valid_to as dbt_valid_to,
            STANDARD_HASH(coalesce(cast(dbt_scd_id as varchar(4000) ), '')
         || '|' || coalesce(cast(
    SYS_EXTRACT_UTC(current_timestamp)
 as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
            'True' as dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        source_data.dbt_unique_key is null
        and not (
            --avoid inserting a new record if the latest one is marked as deleted
            snapshotted_data.dbt_is_deleted = 'True'
            and
                    dbt_valid_to is null
        )
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
    union all
    select * from deletion_records
) changes
where 1 = 0
/
-- 58
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$ORDER_HDR_HISTORY$<digest>'
order by columns.table_name, columns.column_id
/
-- 59
insert into wms_elt.elt$order_hdr_history$<digest> (DBT_CHANGE_TYPE, ORDER_HDR_ID, FACILITY_ID, COMPANY_ID, ORDER_NBR, ORDER_TYPE_ID, STATUS_ID, PRIORITY, ORD_DATE, REQ_SHIP_DATE, SCHED_SHIP_DATE, ORDER_SHIPPED_AT, SHIP_VIA_ID, ROUTE_NBR, TOTAL_ORIG_ORD_QTY, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, LOADED_AT, DBT_UNIQUE_KEY, DBT_UPDATED_AT, DBT_VALID_FROM, DBT_VALID_TO, DBT_SCD_ID, DBT_IS_DELETED)
select DBT_CHANGE_TYPE, ORDER_HDR_ID, FACILITY_ID, COMPANY_ID, ORDER_NBR, ORDER_TYPE_ID, STATUS_ID, PRIORITY, ORD_DATE, REQ_SHIP_DATE, SCHED_SHIP_DATE, ORDER_SHIPPED_AT, SHIP_VIA_ID, ROUTE_NBR, TOTAL_ORIG_ORD_QTY, CREATED_AT, MODIFIED_AT, IS_DELETED, DELETED_AT, LOADED_AT, DBT_UNIQUE_KEY, DBT_UPDATED_AT, DBT_VALID_FROM, DBT_VALID_TO, DBT_SCD_ID, DBT_IS_DELETED from (
    with snapshot_query as (
        select * from wms_elt.int_order_hdr__snapshot_input
    ),
    snapshotted_data as (
        select WMS_ELT.ORDER_HDR_HISTORY.*,
        order_hdr_id as dbt_unique_key
        from WMS_ELT.ORDER_HDR_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
  coalesce(nullif(loaded_at, loaded_at), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(order_hdr_id as varchar(4000) ), '')
         || '|' || coalesce(cast(loaded_at as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
            loaded_at as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*,'False' as dbt_is_deleted
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.dbt_valid_from < source_data.loaded_at))or (
        snapshotted_data.dbt_unique_key is not null
 and snapshotted_data.dbt_is_deleted = 'True')
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.dbt_valid_from < source_data.loaded_at)
        )or snapshotted_data.dbt_is_deleted = 'True'
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
                and not (
                    --avoid updating the record's valid_to if the latest entry is marked as deleted
                    snapshotted_data.dbt_is_deleted = 'True'
                    and
                            dbt_valid_to is null
                )
    )
    ,
    deletion_records as (
        select
            'insert' as dbt_change_type,snapshotted_data."ORDER_HDR_ID",
            snapshotted_data."FACILITY_ID",
            snapshotted_data."COMPANY_ID",
            snapshotted_data."ORDER_NBR",
            snapshotted_data."ORDER_TYPE_ID",
            snapshotted_data."STATUS_ID",
            snapshotted_data."PRIORITY",
            snapshotted_data."ORD_DATE",
            snapshotted_data."REQ_SHIP_DATE",
            snapshotted_data."SCHED_SHIP_DATE",
            snapshotted_data."ORDER_SHIPPED_AT",
            snapshotted_data."SHIP_VIA_ID",
            snapshotted_data."ROUTE_NBR",
            snapshotted_data."TOTAL_ORIG_ORD_QTY",
            snapshotted_data."CREATED_AT",
            snapshotted_data."MODIFIED_AT",
            snapshotted_data."IS_DELETED",
            snapshotted_data."DELETED_AT",
            snapshotted_data."LOADED_AT",
            snapshotted_data.dbt_unique_key as dbt_unique_key,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
            snapshotted_data.dbt_valid_to as dbt_valid_to,
            STANDARD_HASH(coalesce(cast(dbt_scd_id as varchar(4000) ), '')
         || '|' || coalesce(cast(
    SYS_EXTRACT_UTC(current_timestamp)
 as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
            'True' as dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        source_data.dbt_unique_key is null
        and not (
            --avoid inserting a new record if the latest one is marked as deleted
            snapshotted_data.dbt_is_deleted = 'True'
            and
                    dbt_valid_to is null
        )
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
    union all
    select * from deletion_records
) changes
/
-- 60
select * from (
    with snapshot_query as (
        select * from wms_elt.int_order_hdr__snapshot_input
    ),
    snapshotted_data as (
        select WMS_ELT.ORDER_HDR_HISTORY.*,
        order_hdr_id as dbt_unique_key
        from WMS_ELT.ORDER_HDR_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
  coalesce(nullif(loaded_at, loaded_at), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(order_hdr_id as varchar(4000) ), '')
         || '|' || coalesce(cast(loaded_at as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
,
            loaded_at as dbt_updated_at,
            loaded_at as dbt_valid_from,
            loaded_at as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        order_hdr_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*,'False' as dbt_is_deleted
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.dbt_valid_from < source_data.loaded_at))or (
        snapshotted_data.dbt_unique_key is not null
 and snapshotted_data.dbt_is_deleted = 'True')
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.dbt_valid_from < source_data.loaded_at)
        )or snapshotted_data.dbt_is_deleted = 'True'
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id, snapshotted_data.dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
                and not (
                    --avoid updating the record's valid_to if the latest entry is marked as deleted
                    snapshotted_data.dbt_is_deleted = 'True'
                    and
                            dbt_valid_to is null
                )
    )
    ,
    deletion_records as (
        select
            'insert' as dbt_change_type,snapshotted_data."ORDER_HDR_ID",
            snapshotted_data."FACILITY_ID",
            snapshotted_data."COMPANY_ID",
            snapshotted_data."ORDER_NBR",
            snapshotted_data."ORDER_TYPE_ID",
            snapshotted_data."STATUS_ID",
            snapshotted_data."PRIORITY",
            snapshotted_data."ORD_DATE",
            snapshotted_data."REQ_SHIP_DATE",
            snapshotted_data."SCHED_SHIP_DATE",
            snapshotted_data."ORDER_SHIPPED_AT",
            snapshotted_data."SHIP_VIA_ID",
            snapshotted_data."ROUTE_NBR",
            snapshotted_data."TOTAL_ORIG_ORD_QTY",
            snapshotted_data."CREATED_AT",
            snapshotted_data."MODIFIED_AT",
            snapshotted_data."IS_DELETED",
            snapshotted_data."DELETED_AT",
            snapshotted_data."LOADED_AT",
            snapshotted_data.dbt_unique_key as dbt_unique_key,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
            snapshotted_data.dbt_valid_to as dbt_valid_to,
            STANDARD_HASH(coalesce(cast(dbt_scd_id as varchar(4000) ), '')
         || '|' || coalesce(cast(
    SYS_EXTRACT_UTC(current_timestamp)
 as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id,
            'True' as dbt_is_deleted
        from snapshotted_data
        left join deletes_source_data source_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        source_data.dbt_unique_key is null
        and not (
            --avoid inserting a new record if the latest one is marked as deleted
            snapshotted_data.dbt_is_deleted = 'True'
            and
                    dbt_valid_to is null
        )
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
    union all
    select * from deletion_records
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 26 again
-- 61
merge into WMS_ELT.ORDER_HDR_HISTORY DBT_INTERNAL_DEST
    using wms_elt.elt$order_hdr_history$<digest> DBT_INTERNAL_SOURCE
    on (DBT_INTERNAL_SOURCE.dbt_scd_id = DBT_INTERNAL_DEST.dbt_scd_id)
    when matched
        then update
        set dbt_valid_to = DBT_INTERNAL_SOURCE.dbt_valid_to
        where
            DBT_INTERNAL_DEST.dbt_valid_to is null
          and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
    when not matched
        then insert (DBT_INTERNAL_DEST.ORDER_HDR_ID, DBT_INTERNAL_DEST.FACILITY_ID, DBT_INTERNAL_DEST.COMPANY_ID, DBT_INTERNAL_DEST.ORDER_NBR, DBT_INTERNAL_DEST.ORDER_TYPE_ID, DBT_INTERNAL_DEST.STATUS_ID, DBT_INTERNAL_DEST.PRIORITY, DBT_INTERNAL_DEST.ORD_DATE, DBT_INTERNAL_DEST.REQ_SHIP_DATE, DBT_INTERNAL_DEST.SCHED_SHIP_DATE, DBT_INTERNAL_DEST.ORDER_SHIPPED_AT, DBT_INTERNAL_DEST.SHIP_VIA_ID, DBT_INTERNAL_DEST.ROUTE_NBR, DBT_INTERNAL_DEST.TOTAL_ORIG_ORD_QTY, DBT_INTERNAL_DEST.CREATED_AT, DBT_INTERNAL_DEST.MODIFIED_AT, DBT_INTERNAL_DEST.IS_DELETED, DBT_INTERNAL_DEST.DELETED_AT, DBT_INTERNAL_DEST.LOADED_AT, DBT_INTERNAL_DEST.DBT_UPDATED_AT, DBT_INTERNAL_DEST.DBT_VALID_FROM, DBT_INTERNAL_DEST.DBT_VALID_TO, DBT_INTERNAL_DEST.DBT_SCD_ID, DBT_INTERNAL_DEST.DBT_IS_DELETED)
        values (DBT_INTERNAL_SOURCE.ORDER_HDR_ID, DBT_INTERNAL_SOURCE.FACILITY_ID, DBT_INTERNAL_SOURCE.COMPANY_ID, DBT_INTERNAL_SOURCE.ORDER_NBR, DBT_INTERNAL_SOURCE.ORDER_TYPE_ID, DBT_INTERNAL_SOURCE.STATUS_ID, DBT_INTERNAL_SOURCE.PRIORITY, DBT_INTERNAL_SOURCE.ORD_DATE, DBT_INTERNAL_SOURCE.REQ_SHIP_DATE, DBT_INTERNAL_SOURCE.SCHED_SHIP_DATE, DBT_INTERNAL_SOURCE.ORDER_SHIPPED_AT, DBT_INTERNAL_SOURCE.SHIP_VIA_ID, DBT_INTERNAL_SOURCE.ROUTE_NBR, DBT_INTERNAL_SOURCE.TOTAL_ORIG_ORD_QTY, DBT_INTERNAL_SOURCE.CREATED_AT, DBT_INTERNAL_SOURCE.MODIFIED_AT, DBT_INTERNAL_SOURCE.IS_DELETED, DBT_INTERNAL_SOURCE.DELETED_AT, DBT_INTERNAL_SOURCE.LOADED_AT, DBT_INTERNAL_SOURCE.DBT_UPDATED_AT, DBT_INTERNAL_SOURCE.DBT_VALID_FROM, DBT_INTERNAL_SOURCE.DBT_VALID_TO, DBT_INTERNAL_SOURCE.DBT_SCD_ID, DBT_INTERNAL_SOURCE.DBT_IS_DELETED)
        where DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
/
COMMIT
/
---- snapshot.wms_elt.rejection_history, build 2
-- 24 again
-- 30 again
-- 62
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'REJECTION_HISTORY'
order by columns.table_name, columns.column_id
/
-- 63
create global temporary table wms_elt.elt$rejection_history$<digest> on commit delete rows as
select * from (
    with snapshot_query as (
        select * from wms_elt.int_quality__rule_violations
    ),
    snapshotted_data as (
        select WMS_ELT.REJECTION_HISTORY.*,
        rejection_id as dbt_unique_key
        from WMS_ELT.REJECTION_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
  coalesce(nullif(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF'), TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF')), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(rejection_id as varchar(4000) ), '')
         || '|' || coalesce(cast(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        )))
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        ))
        )
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
) changes
where 1 = 0
/
-- 64
select
    columns.table_name, columns.column_name, columns.data_type, columns.char_length, columns.data_precision, columns.data_scale,
    columns.char_used, notes.comments
from user_tab_columns columns
inner join user_col_comments notes on notes.table_name = columns.table_name and notes.column_name = columns.column_name
where columns.table_name = 'ELT$REJECTION_HISTORY$<digest>'
order by columns.table_name, columns.column_id
/
-- 65
insert into wms_elt.elt$rejection_history$<digest> (DBT_CHANGE_TYPE, REJECTION_ID, ENTITY, ENTITY_ID, RULE, SEVERITY, HANDLING, IS_ROOT_CAUSE, IS_REFUSED_BY_WMS_ALLOCATIONS, OFFENDING_VALUE, PARENT_ENTITY, PARENT_ID, ORDER_NUMBER, LINE_NUMBER, LPN_NUMBER, ITEM_CODE, FACILITY_ID, IS_DELETED, IS_IN_SCOPE, LOADED_AT, DBT_UNIQUE_KEY, DBT_UPDATED_AT, DBT_VALID_FROM, DBT_VALID_TO, DBT_SCD_ID)
select DBT_CHANGE_TYPE, REJECTION_ID, ENTITY, ENTITY_ID, RULE, SEVERITY, HANDLING, IS_ROOT_CAUSE, IS_REFUSED_BY_WMS_ALLOCATIONS, OFFENDING_VALUE, PARENT_ENTITY, PARENT_ID, ORDER_NUMBER, LINE_NUMBER, LPN_NUMBER, ITEM_CODE, FACILITY_ID, IS_DELETED, IS_IN_SCOPE, LOADED_AT, DBT_UNIQUE_KEY, DBT_UPDATED_AT, DBT_VALID_FROM, DBT_VALID_TO, DBT_SCD_ID from (
    with snapshot_query as (
        select * from wms_elt.int_quality__rule_violations
    ),
    snapshotted_data as (
        select WMS_ELT.REJECTION_HISTORY.*,
        rejection_id as dbt_unique_key
        from WMS_ELT.REJECTION_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
  coalesce(nullif(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF'), TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF')), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(rejection_id as varchar(4000) ), '')
         || '|' || coalesce(cast(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        )))
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        ))
        )
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
) changes
/
-- 66
select * from (
    with snapshot_query as (
        select * from wms_elt.int_quality__rule_violations
    ),
    snapshotted_data as (
        select WMS_ELT.REJECTION_HISTORY.*,
        rejection_id as dbt_unique_key
        from WMS_ELT.REJECTION_HISTORY
        where
                dbt_valid_to is null
    ),
    insertions_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
  coalesce(nullif(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF'), TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF')), CAST(null as TIMESTAMP(9)))
  as dbt_valid_to
,
            STANDARD_HASH(coalesce(cast(rejection_id as varchar(4000) ), '')
         || '|' || coalesce(cast(TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as varchar(4000) ), '')
        , 'SHA256') as dbt_scd_id
        from snapshot_query
    ),
    updates_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_updated_at,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_from,
            TO_TIMESTAMP('<time>','yyyy/mm/dd hh24:mi:ss.FF') as dbt_valid_to
        from snapshot_query
    ),
    deletes_source_data as (
        select
            snapshot_query.*,
        rejection_id as dbt_unique_key
        from snapshot_query
    ),
    insertions as (
        select
            'insert' as dbt_change_type,
            source_data.*
        from insertions_source_data source_data
        left outer join snapshotted_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where
        snapshotted_data.dbt_unique_key is null
            or (
        snapshotted_data.dbt_unique_key is not null
 and ((snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        )))
        )
    ),
    updates as (
        select
            'update' as dbt_change_type,
            source_data.*,
            snapshotted_data.dbt_scd_id
        from updates_source_data source_data
        join snapshotted_data
            on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
        where (
            (snapshotted_data.severity != source_data.severity
        or
        (
            ((snapshotted_data.severity is null) and not (source_data.severity is null))
            or
            ((not snapshotted_data.severity is null) and (source_data.severity is null))
        ))
        )
    ),
    deletes as (
        select
            'delete' as dbt_change_type,
            source_data.*,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_from,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_updated_at,
    SYS_EXTRACT_UTC(current_timestamp)
 as dbt_valid_to,
            snapshotted_data.dbt_scd_id
        from snapshotted_data
        left join deletes_source_data source_data
        on
        snapshotted_data.dbt_unique_key = source_data.dbt_unique_key
            where
        source_data.dbt_unique_key is null
    )
    select * from insertions
    union all
    select * from updates
    union all
    select * from deletes
    ) dbt_sbq_tmp
    where 1 = 0 and rownum < 1
/
-- 26 again
-- 67
merge into WMS_ELT.REJECTION_HISTORY DBT_INTERNAL_DEST
    using wms_elt.elt$rejection_history$<digest> DBT_INTERNAL_SOURCE
    on (DBT_INTERNAL_SOURCE.dbt_scd_id = DBT_INTERNAL_DEST.dbt_scd_id)
    when matched
        then update
        set dbt_valid_to = DBT_INTERNAL_SOURCE.dbt_valid_to
        where
            DBT_INTERNAL_DEST.dbt_valid_to is null
          and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
    when not matched
        then insert (DBT_INTERNAL_DEST.REJECTION_ID, DBT_INTERNAL_DEST.ENTITY, DBT_INTERNAL_DEST.ENTITY_ID, DBT_INTERNAL_DEST.RULE, DBT_INTERNAL_DEST.SEVERITY, DBT_INTERNAL_DEST.HANDLING, DBT_INTERNAL_DEST.IS_ROOT_CAUSE, DBT_INTERNAL_DEST.IS_REFUSED_BY_WMS_ALLOCATIONS, DBT_INTERNAL_DEST.OFFENDING_VALUE, DBT_INTERNAL_DEST.PARENT_ENTITY, DBT_INTERNAL_DEST.PARENT_ID, DBT_INTERNAL_DEST.ORDER_NUMBER, DBT_INTERNAL_DEST.LINE_NUMBER, DBT_INTERNAL_DEST.LPN_NUMBER, DBT_INTERNAL_DEST.ITEM_CODE, DBT_INTERNAL_DEST.FACILITY_ID, DBT_INTERNAL_DEST.IS_DELETED, DBT_INTERNAL_DEST.IS_IN_SCOPE, DBT_INTERNAL_DEST.LOADED_AT, DBT_INTERNAL_DEST.DBT_UPDATED_AT, DBT_INTERNAL_DEST.DBT_VALID_FROM, DBT_INTERNAL_DEST.DBT_VALID_TO, DBT_INTERNAL_DEST.DBT_SCD_ID)
        values (DBT_INTERNAL_SOURCE.REJECTION_ID, DBT_INTERNAL_SOURCE.ENTITY, DBT_INTERNAL_SOURCE.ENTITY_ID, DBT_INTERNAL_SOURCE.RULE, DBT_INTERNAL_SOURCE.SEVERITY, DBT_INTERNAL_SOURCE.HANDLING, DBT_INTERNAL_SOURCE.IS_ROOT_CAUSE, DBT_INTERNAL_SOURCE.IS_REFUSED_BY_WMS_ALLOCATIONS, DBT_INTERNAL_SOURCE.OFFENDING_VALUE, DBT_INTERNAL_SOURCE.PARENT_ENTITY, DBT_INTERNAL_SOURCE.PARENT_ID, DBT_INTERNAL_SOURCE.ORDER_NUMBER, DBT_INTERNAL_SOURCE.LINE_NUMBER, DBT_INTERNAL_SOURCE.LPN_NUMBER, DBT_INTERNAL_SOURCE.ITEM_CODE, DBT_INTERNAL_SOURCE.FACILITY_ID, DBT_INTERNAL_SOURCE.IS_DELETED, DBT_INTERNAL_SOURCE.IS_IN_SCOPE, DBT_INTERNAL_SOURCE.LOADED_AT, DBT_INTERNAL_SOURCE.DBT_UPDATED_AT, DBT_INTERNAL_SOURCE.DBT_VALID_FROM, DBT_INTERNAL_SOURCE.DBT_VALID_TO, DBT_INTERNAL_SOURCE.DBT_SCD_ID)
        where DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
/
COMMIT
/
---- docs generate
-- 68
with tables as (
            select SYS_CONTEXT('userenv', 'DB_NAME') table_catalog,
                   owner table_schema,
                   table_name,
                   case
                     when iot_type = 'Y'
                     then 'IOT'
                     when temporary = 'Y'
                     then 'TEMP'
                     else 'BASE TABLE'
                   end table_type
                 from sys.all_tables
                 where upper(table_name) not in (
                 select upper(mview_name)
                 from sys.all_mviews)
                 union all
                 select SYS_CONTEXT('userenv', 'DB_NAME'),
                   owner,
                   view_name,
                   'VIEW'
                 from sys.all_views
                 union all
                 select SYS_CONTEXT('userenv', 'DB_NAME'),
                   owner,
                   mview_name,
                   'MATERIALIZED VIEW'
                 from sys.all_mviews
        ),
        columns as (
            select
        SYS_CONTEXT('userenv', 'DB_NAME') table_catalog,
        owner table_schema,
        table_name,
        column_name,
        data_type,
        data_type_mod,
        decode(data_type_owner, null, TO_CHAR(null), SYS_CONTEXT('userenv', 'DB_NAME')) domain_catalog,
        data_type_owner domain_schema,
        data_length character_maximum_length,
        data_length character_octet_length,
        data_length,
        data_precision numeric_precision,
        data_scale numeric_scale,
        nullable is_nullable,
        coalesce(column_id, 0) ordinal_position,
        default_length,
        data_default column_default,
        num_distinct,
        low_value,
        high_value,
        density,
        num_nulls,
        num_buckets,
        last_analyzed,
        sample_size,
        SYS_CONTEXT('userenv', 'DB_NAME') character_set_catalog,
        'SYS' character_set_schema,
        SYS_CONTEXT('userenv', 'DB_NAME') collation_catalog,
        'SYS' collation_schema,
        character_set_name,
        char_col_decl_length,
        global_stats,
        user_stats,
        avg_col_len,
        char_length,
        char_used,
        v80_fmt_image,
        data_upgraded,
        histogram
      from sys.all_tab_columns
        )
        select
      tables.table_catalog as "table_database",
      tables.table_schema as "table_schema",
      tables.table_name as "table_name",
      tables.table_type as "table_type",
      all_tab_comments.comments as "table_comment",
      columns.column_name as "column_name",
      ordinal_position as "column_index",
      case
        when data_type like '%CHAR%' then
            CASE
                WHEN char_used = 'C' THEN
                    data_type || '(' || cast(char_length as varchar(10)) || ' CHAR )'
                ELSE
                    data_type || '(' || cast(char_length as varchar(10)) || ')'
            END
        else data_type
      end as "column_type",
      all_col_comments.comments as "column_comment",
      tables.table_schema as "table_owner"
  from tables
  inner join columns on upper(columns.table_catalog) = upper(tables.table_catalog)
    and upper(columns.table_schema) = upper(tables.table_schema)
    and upper(columns.table_name) = upper(tables.table_name)
  left join all_tab_comments
    on upper(all_tab_comments.owner) = upper(tables.table_schema)
      and upper(all_tab_comments.table_name) = upper(tables.table_name)
  left join all_col_comments
    on upper(all_col_comments.owner) = upper(columns.table_schema)
      and upper(all_col_comments.table_name) = upper(columns.table_name)
      and upper(all_col_comments.column_name) = upper(columns.column_name)
        where (upper(tables.table_schema) = upper('wms_elt'))
        order by
        tables.table_schema,
        tables.table_name,
        ordinal_position
/
---- source freshness
COMMIT
/
-- 69
with source_query as (
        select
    case
        when count(*) = 0 then cast(sys_extract_utc(systimestamp) as timestamp)
        else max(case when status = 'ok' then finished_at end)
    end as last_read_at
from wms_elt.elt_entity_run
where entity = 'wave'
    )
    select
        (select source_query.last_read_at from source_query) as max_loaded_at,
        SYS_EXTRACT_UTC(current_timestamp) as snapshotted_at
    from dual
/
