{#- Whether a staging table has every landed version and the columns of its spec, no more and no fewer: then nothing is to be parsed.
    Two looks at an index on Oracle, at the bounds of row groups on DuckDB; planning the query over all columns costs more. -#}
{% macro is_up_to_date(landed, columns, built) %}
    {#- one column more: the key -#}
    {%- set wanted = columns_of_staging(columns) -%}
    {%- set as_specified = built | length == wanted | length + 1 and not wanted | reject('in', built) | list -%}
    {%- if not as_specified or flags.WHICH not in ('run', 'build') -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set unread -%}
        select 1 as is_unread {{ from_dual() }}
        where exists (
            select 1 from {{ landed }}
            where read_order > (select coalesce(max(read_order), 0) from {{ this }})
        )
    {%- endset -%}
    {{ return(run_query(unread).rows | length == 0) }}
{% endmacro %}


{#- Names of the columns of a staging model, without its key: those of the spec, and what json_columns adds. -#}
{% macro columns_of_staging(columns) %}
    {%- set added = [
        'is_valid_document', 'is_deleted', 'is_in_scope', 'deleted_at', 'loaded_at', 'load_id', 'read_order', 'content_hash', 'lost_values',
    ] -%}
    {{ return(columns | map(attribute='name') | list + added) }}
{% endmacro %}
