{#- Post-hook: creates an index. DuckDB needs none, because it skips row groups by their minimum and maximum.
    Use with `transaction: false`: only then has the previous table, which owns the index's name, been dropped. -#}
{% macro index_on(columns, unique=false) -%}
    {{ return(adapter.dispatch('index_on')([columns] if columns is string else columns, unique)) }}
{%- endmacro %}

{% macro duckdb__index_on(columns, unique) -%}
{%- endmacro %}

{#- Looks an index up by name and table: after a failed full refresh, the name can belong to the previous table.
    ORA-01408: another index or a constraint already covers these columns. -#}
{% macro oracle__index_on(columns, unique) -%}
{%- set name = 'ix_' ~ this.identifier ~ '__' ~ columns | join('_') -%}
{%- set table = oracle__table_of_index(name) -%}
{%- if table is none -%}
begin
    execute immediate 'create {{ "unique " if unique }}index {{ this.schema }}.{{ name }} on {{ this }} ({{ columns | join(", ") }})';
exception
    when others then
        if sqlcode not in (-1408) then
            raise;
        end if;
end;
{%- elif table != this.identifier | upper -%}
    {{ exceptions.raise_compiler_error("Can't index " ~ this ~ ": the index " ~ name ~ " belongs to " ~ table ~ ". Drop that table or index.") }}
{%- endif -%}
{%- endmacro %}


{#- A table that this build has created has other indexes than the dictionary said at first. -#}
{% macro oracle__table_of_index(name) %}
    {%- if not execute or flags.WHICH not in ('run', 'build') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set known = oracle__dictionary() -%}
    {%- if this.identifier | upper not in known.created -%}
        {{ return(known.index.get(name | upper)) }}
    {%- endif -%}
    {%- set rows = oracle__fetched("select table_name from user_indexes where index_name = '" ~ name | upper ~ "'") -%}
    {{ return(rows[0][0] if rows else none) }}
{% endmacro %}
