{#- Post-hook: an index where one pays. DuckDB needs none: it prunes by the minimum and maximum of each row group.
    To be used with `transaction: false`: only then is the table of before, which owns the index's name, gone. -#}
{% macro index_on(columns, unique=false) -%}
    {{ return(adapter.dispatch('index_on')([columns] if columns is string else columns, unique)) }}
{%- endmacro %}

{% macro default__index_on(columns, unique) -%}
    {{ exceptions.raise_compiler_error("index_on is not written for the adapter " ~ target.type) }}
{%- endmacro %}

{% macro duckdb__index_on(columns, unique) -%}
{%- endmacro %}

{#- ORA-00955: the name is taken, ORA-01408: the columns are indexed; both mean that it is there. -#}
{% macro oracle__index_on(columns, unique) -%}
begin
    execute immediate 'create {{ "unique " if unique }}index {{ this.schema }}.ix_{{ this.identifier }}__{{ columns | join("_") }} on {{ this }} ({{ columns | join(", ") }})';
exception
    when others then
        if sqlcode not in (-955, -1408) then
            raise;
        end if;
end;
{%- endmacro %}
