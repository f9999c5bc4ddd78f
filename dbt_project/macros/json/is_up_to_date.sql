{#- Whether a staging table has every landed version and exactly the declared columns, so that there is nothing to parse.
    Reads an index on Oracle and the bounds of row groups on DuckDB. Planning the query over all columns would cost more. A partial build includes
    staging only if it has versions to parse, so it doesn't ask. -#}
{% macro is_up_to_date(landed, columns, built) %}
    {#- the key is one more column -#}
    {%- set wanted = columns | map(attribute='name') | list + bookkeeping_columns() -%}
    {%- set as_specified = built | length == wanted | length + 1 and not wanted | reject('in', built) | list -%}
    {%- if not as_specified or built_up_to() or flags.WHICH not in ('run', 'build') -%}
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

